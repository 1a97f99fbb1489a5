import Plans
import Quantities

@testable import Engine

extension EvidenceReferee {
  /// E4: a trigger fires on breaches alone, two at least, with no pass between them, for as long as it says.
  mutating func judge(_ firing: Firing, in state: RunState) -> [String] {
    guard let number = state.plan.triggers.firstIndex(where: { $0.id == firing.trigger }) else { return [] }
    let trigger = state.plan.triggers[number]
    fired.insert(Watch(trigger: number, series: firing.series))
    let series = Series(signal: trigger.condition.signal, name: firing.series)
    let evaluations = (known[series] ?? []).filter { $0.at >= firing.since }
    // Where something was taken back meanwhile, it is not told here who was live at first.
    let live = disturbedAt > firing.since ? nil : liveSince(firing.series, trigger.condition.signal, in: state)
    let found = evaluations.map { evaluation in
      verdicts(
        series, at: evaluation.at, trigger.condition, isBreach: true, trigger.noData,
        since: live ?? Instant(milliseconds: .min / 2), in: state.plan)
    }
    let breaches = zip(evaluations, found).filter { $0.1.contains(.breach) }.map(\.0.at)
    let name = "\(firing.trigger) for `\(firing.series)`"
    switch trigger.persistence {
    case .lasting(let span):
      guard let first = breaches.first, breaches.count >= 2 else { return ["E4 \(name) fired without two breaches"] }
      let lasted = (breaches.last ?? first) - first
      if lasted < span { return ["E4 \(name) fired after \(lasted), and not \(span)"] }
      let end = breaches.last { $0 - first >= span } ?? first
      let isPassed = zip(evaluations, found).contains { $0.0.at > first && $0.0.at < end && $0.1 == .pass }
      // A later breach than the one that fired it may have been measured before it was recorded.
      let isEarlier = breaches.contains { at in
        at - first >= span && !zip(evaluations, found).contains { $0.0.at > first && $0.0.at < at && $0.1 == .pass }
      }
      return isPassed && !isEarlier ? ["E4 \(name) fired although it passed meanwhile"] : []
    case .share(let hits, _):
      return breaches.count >= hits ? [] : ["E4 \(name) fired after \(breaches.count) breaches, and not \(hits)"]
    }
  }

  /// E5: what is live is watched, and a breach that lasts as long as a trigger says is never forgotten. What is unknown
  /// for one evaluation does not end it.
  func judgeTurn(_ state: RunState) -> [String] {
    guard state.outcome == nil, state.rollback == nil, let newest, state.stage < state.plan.stages.count else {
      return []
    }
    let targets = exposed(newest.stage, newest.wave, in: state).filter { live[$0] != nil }
    var faults: [String] = []
    for (number, trigger) in state.plan.triggers.enumerated() {
      let signal = state.plan.signals[trigger.condition.signal]
      let names = Set(targets.compactMap { series(of: $0, signal.extent, in: state) }).sorted()
      guard !names.isEmpty else { continue }
      let known = max(state.now, until[trigger.condition.signal] ?? state.now)
      let far = known + signal.every + signal.every + signal.settle
      let asked = state.samplesDue(at: far).first { $0.signal == trigger.condition.signal }?.series ?? []
      for name in names where !asked.contains(name) {
        faults.append("E5 \(trigger.id) watches `\(name)` no more, although it is live")
      }
      for name in names {
        let armed = armedAt[Watch(trigger: number, series: name)] ?? newest.since
        guard mustFire(number, name, state, since: max(newest.since, disturbedAt, armed)) else { continue }
        faults.append("E5 \(trigger.id) saw a breach of `\(name)` that lasted, and did not fire")
      }
    }
    return faults
  }

  /// Whether a breach without a gap has lasted as long as a trigger says.
  private func mustFire(_ number: Int, _ name: String, _ state: RunState, since start: Instant) -> Bool {
    let trigger = state.plan.triggers[number]
    guard case .lasting(let span) = trigger.persistence, !fired.contains(Watch(trigger: number, series: name)) else {
      return false
    }
    let series = Series(signal: trigger.condition.signal, name: name)
    let every = state.plan.signals[series.signal].every
    let since = liveSince(name, series.signal, in: state)
    let bridge = Span(milliseconds: 2 * every.milliseconds)
    var times: [Instant] = []
    for evaluation in (known[series] ?? []).reversed() where evaluation.at > start {
      let verdict = verdicts(
        series, at: evaluation.at, trigger.condition, isBreach: true, trigger.noData, since: since, in: state.plan)
      if verdict == .unknown { continue }
      // One evaluation between two breaches may be unknown, or may never have been made.
      guard verdict == .breach, times.last.map({ $0 - evaluation.at <= bridge }) ?? true else { break }
      times.append(evaluation.at)
    }
    guard times.count >= 2, let last = times.first, let first = times.last else { return false }
    return last - first >= span
  }
}
