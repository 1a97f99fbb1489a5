import Engine
import Plans
import Quantities

/// What the targets of a wave wait for, a row for each kind of thing: `6 wait for their window: store-7 opens 21:00
/// Lisbon, in 46 m`.
enum WaitingRows {
  /// So many rows are shown.
  private static let shown = 6

  /// The rows; empty when nothing waits, or nothing could begin anyway since the run goes back.
  static func rows(_ state: RunState, time: LocalTime, now: Instant) -> [String] {
    guard state.outcome == nil, state.rollback == nil else { return [] }
    // The engine sorts: the first of each group is the next one to open.
    var groups: [(key: String, targets: [WaitingTargets])] = []
    for waiting in state.waitingTargets {
      let key = key(of: waiting.cause)
      if let known = groups.firstIndex(where: { $0.key == key }) {
        groups[known].targets.append(waiting)
      } else {
        groups.append((key, [waiting]))
      }
    }
    let rows = groups.map { group in
      row(group.targets, count: group.targets.reduce(0) { $0 + $1.count }, state, time: time, now: now)
    }
    guard rows.count > shown else { return rows }
    let others = groups[(shown - 1)...].flatMap(\.targets).reduce(0) { $0 + $1.count }
    return rows.prefix(shown - 1) + ["\(others) wait for \(Words.count(rows.count - shown + 1, "other thing"))"]
  }

  private static func key(of cause: WaitingTargets.Cause) -> String {
    switch cause {
    case .calendar(.freeze(let summary)): "freeze \(summary)"
    case .calendar(let reason): reason.isZone ? "zone" : "window"
    case .cap(let attribute, _, let pace): "cap \(attribute) \(pace)"
    case .budget(let attribute, _): "budget \(attribute)"
    case .slot: "slot"
    case .held: "held"
    }
  }

  private static func row(
    _ targets: [WaitingTargets], count: Int, _ state: RunState, time: LocalTime, now: Instant
  ) -> String {
    guard let next = targets.first else { return "" }
    let isOne = count == 1
    let name = state.name(of: next.first)
    let wait = isOne ? "waits" : "wait"
    func opens(_ verb: String) -> String {
      next.until.map { "\(name) \(verb) \(time.moment($0, from: now))" } ?? "\(name) not within 400 days"
    }
    switch next.cause {
    case .calendar(.freeze(let summary)):
      return "\(count) \(isOne ? "is" : "are") frozen, \(Sanitize.line(summary)): \(opens("may start"))"
    case .calendar(let reason) where reason.isZone: return "\(count) \(wait) for ever: \(Sanitize.line(reason.words))"
    case .calendar: return "\(count) \(wait) for \(isOne ? "its" : "their") window: \(opens("opens"))"
    case .cap:
      let until = next.until.map { ", until \(time.moment($0, from: now))" } ?? ""
      return "\(count) \(wait) for a cap: \(Sanitize.line(next.cause.words))\(until)"
    case .budget: return "\(count) \(wait) for a budget: \(Sanitize.line(next.cause.words))"
    case .slot: return "\(count) \(wait) for a slot: \(state.slots) at once"
    case .held: return "\(count) \(isOne ? "is" : "are") held by a person"
    }
  }
}

extension StartVerdict.Reason {
  /// Whether nobody knows, for want of zone data.
  fileprivate var isZone: Bool { if case .unknownZone = self { true } else { false } }
}
