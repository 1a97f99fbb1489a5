import Plans

/// How everything stands that looks at one signal: what other people see of it is recorded when it changes.
package struct Watched: Equatable, Sendable {
  /// The verdict of each condition of the gate and of the bake that rests on it.
  var verdicts: [Verdict?] = []
  /// By trigger that rests on it: the phase of each series that is not idle.
  var phases: [[String: TriggerProgress.Phase]] = []
  /// Whether a clock runs that a crash would set back: a trigger is pending, or a gate holds.
  package var isMoving = false
}

extension RunState {
  /// How everything stands that looks at a signal.
  package func watched(signal: Int) -> Watched {
    var watched = Watched()
    if let gate = evidence.gate, !gate.isExpired {
      watched.verdicts = gate.board.items.filter { $0.condition.signal == signal }.map(\.verdict)
      watched.isMoving = gate.hold.holdsSince != nil && !watched.verdicts.isEmpty
    }
    if let bake = evidence.bake {
      watched.verdicts += bake.board.items.filter { $0.condition.signal == signal }.map(\.verdict)
    }
    for (trigger, series) in zip(plan.triggers, evidence.triggers) where trigger.condition.signal == signal {
      watched.phases.append(series.mapValues(\.phase).filter { $0.value != .idle })
    }
    // A breach is looked at by people: they see the newest value, and not the first.
    let isPending = watched.phases.contains { $0.values.contains(.pending) }
    watched.isMoving = watched.isMoving || watched.verdicts.contains(.breach) || isPending
    return watched
  }
}
