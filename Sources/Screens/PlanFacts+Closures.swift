import Plans
package import Quantities

// Windows and freezes in words: everything of the calendar that can make a run wait.

extension PlanFacts {
  /// The freezes that concern a stage, each with its next days: `Peak season, 1 Nov 2026 to 30 Dec 2027`. Nothing is
  /// known of those of a plan without a start when nobody says what day it is.
  ///
  /// - Parameters:
  ///   - stage: the stage.
  ///   - now: what day it is, for a plan without a start.
  ///   - most: so many of them, those that concern the most targets.
  /// - Returns: the freezes in the order in which they come; of more than so many at last how many there are.
  package func freezeWords(of stage: Int, from now: Instant?, atMost most: Int = .max) -> [String] {
    words(freezesAhead(of: stage, from: now), stage: stage, atMost: most)
  }

  /// The freezes in which no target of a stage is taken back, in the same words.
  func undoFreezeWords(of stage: Int, from now: Instant?) -> [String] {
    words(freezesAhead(of: stage, from: now, ofRollbacks: true), stage: stage, atMost: .max)
  }

  /// The same as values; `ofRollbacks` for those in which targets are not taken back.
  func freezesAhead(of stage: Int, from now: Instant?, ofRollbacks: Bool = false) -> [FreezeAhead] {
    firstDay(now).map { plan.freezesAhead(of: stage, from: $0, ofRollbacks: ofRollbacks) } ?? []
  }

  /// The day from which on freezes are named; `nil` where nobody knows it.
  private func firstDay(_ now: Instant?) -> CivilDate? { plan.starts ?? now.map(date) }

  private func words(_ all: [FreezeAhead], stage: Int, atMost most: Int) -> [String] {
    let kept = Set(
      all.indices.sorted { (all[$1].targets, $0) < (all[$0].targets, $1) }.prefix(all.count <= most ? all.count : most))
    let total = plan.stages[stage].targetCount
    let words = all.indices.filter { kept.contains($0) }.map { index in
      let (first, last) = (all[index].days.lowerBound, all[index].days.upperBound)
      let days = first == last ? Words.day(first) : "\(Words.day(first, beside: last)) to \(Words.day(last))"
      let some = all[index].targets < total ? " (\(all[index].targets) of \(Words.count(total, "target")))" : ""
      return "\(Sanitize.line(all[index].summary)), \(days)\(some)"
    }
    return all.count == kept.count ? words : words + ["\(all.count - kept.count) more, in --wave"]
  }

  /// The freezes by the stages that they concern: `p/s: Peak season, 1 Nov 2026 to 30 Dec 2027`.
  package func freezes(from now: Instant?, atMost most: Int = .max) -> [String] {
    guard !plan.freezes.isEmpty else { return [] }
    return byStages { freezeWords(of: $0, from: now, atMost: most).joined(separator: "; ") }
  }

  /// What keeps targets from being taken back, by the stages that it concerns; nothing where no calendar says so.
  package func undoFreezes(from now: Instant?) -> [String] {
    guard !plan.rollbackFreezes.isEmpty else { return [] }
    let found = byStages { undoFreezeWords(of: $0, from: now).joined(separator: "; ") }
    return found.map { "\($0): nothing is taken back then, by a trigger or by a person" }
  }

  /// What is to be said of stages, once for all of which it is the same.
  private func byStages(_ words: (Int) -> String) -> [String] {
    var groups: [(stages: [String], words: String)] = []
    for stage in plan.stages.indices {
      let said = words(stage)
      guard !said.isEmpty else { continue }
      if let known = groups.firstIndex(where: { $0.words == said }) {
        groups[known].stages.append(name(stage))
      } else {
        groups.append(([name(stage)], said))
      }
    }
    return groups.map { "\($0.stages.joined(separator: ", ")): \($0.words)" }
  }

  /// What a run that began now would wait for: `if it began now: frozen: Peak season until 2027-12-31`. `nil` where it
  /// would begin, and where it begins later anyway.
  package func closed(at now: Instant?) -> String? {
    guard let now, let first = plan.stages.first, first.notBefore.map({ $0 <= now }) ?? true,
      let closed = plan.closed(0, at: now, zones: zones)
    else { return nil }
    let some =
      closed.targets < first.targetCount ? " (\(closed.targets) of \(Words.count(first.targetCount, "target")))" : ""
    let until = closed.until.map { " until \(moment($0))" } ?? ", and nobody knows until when"
    return "if it began now: \(Sanitize.line(closed.reason.words))\(until)\(some)"
  }

  /// An instant in the zone of the programme: `2027-12-31 20:00`, and the day alone at midnight.
  func moment(_ instant: Instant) -> String {
    date(instant).text + clock(instant)
  }

  /// The day in the zone of the programme; that of UTC where nobody knows it.
  private func date(_ instant: Instant) -> CivilDate {
    let offset = zones.offset(of: plan.zone, at: instant) ?? 0
    return (instant + Span(milliseconds: Int64(offset) * 1_000)).utcDate
  }
}
