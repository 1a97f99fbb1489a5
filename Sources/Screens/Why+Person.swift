import Engine
import History
import Plans

extension Asker {
  /// So many answers are told in full.
  private static let told = 4

  /// Everything that waits for a person, first what stops most; `nil` when nothing does.
  var aboutPersons: Answer? {
    let asked = self.asked
    guard var answer = asked.first else { return nil }
    for other in asked.dropFirst().prefix(Self.told - 1) {
      answer.facts.append("and \(other.headline)")
      answer.actions += other.actions.filter { !answer.actions.contains($0) }
    }
    let left = asked.count - Self.told
    if left > 0 { answer.facts.append("\(left) more \(left == 1 ? "needs" : "need") you too: sanderling status") }
    if let rollback = state.rollback { answer.facts += [words(of: rollback)] + decisions }
    return answer
  }

  /// One answer each: undos that are blocked, since a rollback stands still; what else holds the run; a pause; doubts
  /// and steps that a person does.
  private var asked: [Answer] {
    let blocked = state.units.filter { $0.condition == .blocked }
    let paths = blocked.map { state.index.path(of: .step($0.address)) }
    let holds = state.questions.filter { hold in
      guard case .blocked(let path) = hold else { return true }
      return !paths.contains(path)
    }
    let others = state.units.filter { $0.needsPerson && $0.condition != .blocked }
    return blocked.map(aboutUnit) + holds.map(held) + (state.isPaused && state.rollback == nil ? [paused] : [])
      + others.map(aboutUnit)
  }

  /// Who holds a target, and why: `held by dana: its owner is away`.
  func holder(of key: TargetKey) -> String {
    let refused = Set(
      history.compactMap { record in
        if case .commandRefused = record.event.kind { record.event.cause } else { nil }
      })
    let hold = history.last { record in
      record.event.isHold && !refused.contains(record.seq)
        && (record.event.subject == .target(key) || inside(record.event, key))
    }
    return "held \(hold.map { $0.detail.whoAndWhy(of: $0.event) } ?? "by a person")"
  }

  /// An answer with the targets in it that persons hold: they do not begin by themselves, whatever else goes on.
  func withHeld(_ answer: Answer) -> Answer {
    let held = state.openHeld
    guard !held.isEmpty else { return answer }
    var answer = answer
    for key in held.prefix(Self.told) {
      answer.facts.append("held      \(path(.target(key))), \(holder(of: key))")
      answer.actions += offer(.release, .target(key)).filter { !answer.actions.contains($0) }
    }
    if held.count > Self.told { answer.facts.append("and \(held.count - Self.told) more targets are held") }
    return answer
  }

  /// An answer with the limit in it that a person set on how many targets are at work at once.
  func withLimit(_ answer: Answer) -> Answer {
    guard let atOnce = state.atOnce, state.outcome == nil else { return answer }
    var answer = answer
    let limit = history.last { record in
      guard case .commandReceived(let command) = record.event.kind else { return false }
      return command.name == .limit && command.atOnce == atOnce
    }
    answer.facts.append(
      "limited   at most \(Words.count(atOnce, "target")) at once, not \(state.mostAtOnce) "
        + (limit.map { $0.detail.whoAndWhy(of: $0.event) } ?? "by a person"))
    answer.actions += offer(.limit, .run, "lifts the limit", options: " --at-once plan")
    return answer
  }

  /// Why the last attempt of a step failed, as words to follow a state: `: exit 1`.
  func lastFailure(of unit: Unit) -> String {
    let failed = history.last { record in
      guard case .failed(unit.verb, _, _) = record.event.kind else { return false }
      return record.event.subject == .step(unit.address)
    }
    guard case .failed(_, _, let failure)? = failed?.event.kind, !failure.reason.isEmpty else { return "" }
    return ": \(Sanitize.line(failure.reason))"
  }
}

extension Event {
  /// Whether a person said `hold`.
  var isHold: Bool { if case .commandReceived(let command) = kind { command.name == .hold } else { false } }
}

extension EventDetail {
  /// Who said it, and why: `by dana: its owner is away`.
  func whoAndWhy(of event: Event) -> String {
    let why = (reason ?? event.reason).map { ": \(Sanitize.line($0))" } ?? ""
    return "by \(actor.map { Sanitize.line($0) } ?? "a person")\(why)"
  }
}
