import Plans
import Quantities

/// Since when targets are live, as signals see it. Made from the stages' own record.
struct LiveIndex: Equatable, Sendable {
  var all = LiveTimes()
  var byTarget: [String: LiveTimes] = [:]
  var byAttribute: [String: [String: LiveTimes]] = [:]
}

/// Since when each of the targets of one series is live. Signals ask for the earliest alone; the others are kept so
/// that a target that leaves takes nobody else's time with it, and looks at nobody else.
struct LiveTimes: Equatable, Sendable {
  /// Since when the first of them is live; `nil` when none is.
  private(set) var earliest: Instant?
  private var sinceEarliest = 0
  /// How many are live since a later time. Most series are of one target, and then this takes no memory.
  private var later: [Instant: Int] = [:]

  var isEmpty: Bool { earliest == nil }

  mutating func enter(_ since: Instant) {
    guard let known = earliest else { return (earliest, sinceEarliest) = (since, 1) }
    if since == known {
      sinceEarliest += 1
    } else if since > known {
      later[since, default: 0] += 1
    } else {
      later[known] = sinceEarliest
      (earliest, sinceEarliest) = (since, 1)
    }
  }

  /// Takes one target out that entered with this time.
  mutating func leave(_ since: Instant) {
    if since == earliest {
      sinceEarliest -= 1
      guard sinceEarliest == 0 else { return }
      earliest = later.keys.min()
      sinceEarliest = earliest.flatMap { later.removeValue(forKey: $0) } ?? 0
    } else if let count = later[since] {
      later[since] = count == 1 ? nil : count - 1
    }
  }
}

extension RunState {
  /// A target is live: samples of it count from now on.
  mutating func cutOver(_ key: TargetKey) {
    guard isWatched, stages[key.stage].live[key.row] == nil else { return }
    let since = now
    stages[key.stage].live[key.row] = since
    changeLive(of: key) { $0.enter(since) }
  }

  /// A target was taken back, and is no longer live.
  mutating func leaveLive(_ key: TargetKey) {
    guard let since = stages[key.stage].live.removeValue(forKey: key.row) else { return }
    changeLive(of: key) { $0.leave(since) }
  }

  /// Makes the index of live targets anew.
  mutating func indexLive() {
    live = LiveIndex()
    guard isWatched else { return }
    for stage in stages.indices {
      for (row, since) in stages[stage].live {
        changeLive(of: TargetKey(stage: stage, row: row)) { $0.enter(since) }
      }
    }
  }

  /// Changes every series that speaks about a target.
  private mutating func changeLive(of key: TargetKey, _ change: (inout LiveTimes) -> Void) {
    change(&live.all)
    if let name = series(of: key, extent: .target) { live.byTarget.change(name, change) }
    for case .attribute(let name) in plan.signals.map(\.extent) {
      guard let value = attribute(name, of: key) else { continue }
      live.byAttribute[name, default: [:]].change(value, change)
      if live.byAttribute[name]?.isEmpty == true { live.byAttribute[name] = nil }
    }
  }
}

extension [String: LiveTimes] {
  /// A series without live targets is not kept.
  fileprivate mutating func change(_ series: String, _ change: (inout LiveTimes) -> Void) {
    change(&self[series, default: LiveTimes()])
    if self[series]?.isEmpty == true { self[series] = nil }
  }
}
