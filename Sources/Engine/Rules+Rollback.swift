import Plans
import Quantities

extension Machine {
  /// Takes targets back, the newest first, and says when that is over.
  mutating func rollback() throws(Defect) {
    guard !state.isDraining else { return }
    try blockRun()
    // Nothing here keeps the rollback itself: its queue would be copied for each target that leaves it.
    while let (place, cause) = state.rollback.map({ ($0.place, $0.cause) }), let key = state.nextToUndo,
      state.undosAtWork < state.undoConcurrency, isNewestInFlight(key, of: place), hasRoom
    {
      switch state.nextUndo(touched: state.touchedSteps(of: key), stage: key.stage) {
      case .step(let step): try intend(.undo, StepAddress(target: key, step: step), attempt: 1, cause: cause)
      case .wall: try emit(.targetUndone(complete: false), .target(key), cause: cause)
      case .finished: try emit(.targetUndone(complete: true), .target(key), cause: cause)
      }
    }
    guard let rollback = state.rollback, rollback.queue.isEmpty,
      !state.units.contains(where: { state.index.contains(rollback.place, $0.key) })
    else { return }
    let sequence = try emit(
      .rollbackFinished(undone: rollback.undone, blocked: rollback.stopsAt != nil), rollback.place,
      cause: state.lastSequence)
    try endRetreats(endsRun: rollback.place == .run && rollback.stopsAt == nil)
    // What comes next is said when all of it is back.
    if rollback.stopsAt != nil || !state.isPart(rollback) { try follow(rollback, cause: sequence) }
    // In the same breath: between two rollbacks nothing goes forward.
    try carryOutRetreats()
  }

  /// What is decided at the end of a rollback.
  private mutating func follow(_ rollback: Rollback, cause sequence: Int64) throws(Defect) {
    if state.isAborting, rollback.place != .run || rollback.stopsAt != nil {
      // Nobody is asked what comes next in a run that is given up.
      return
    } else if let path = rollback.stopsAt {
      try emit(.runHeld(.blocked(path: path)), .run, cause: sequence)
    } else if rollback.place == .run {
      try emit(.runFinished(.rolledBack), .run, cause: sequence)
    } else {
      try goOn(after: rollback, cause: sequence)
    }
  }

  /// What follows a rollback. One that a person asked for always holds: whoever asked says what comes next.
  private mutating func goOn(after rollback: Rollback, cause: Int64) throws(Defect) {
    let then =
      rollback.decidedIn.map { state.plan.stages[$0].then } ?? AfterRollback.hold
    switch then {
    case .stop: try emit(.runAborting, .run, cause: cause)
    case .retryOnce where state.quarantined.isEmpty: try emit(.runContinued, .run, cause: cause)
    case .hold, .retryOnce: try emit(.runHeld(.rolledBack(scope: rollback.place.scope)), rollback.place, cause: cause)
    }
  }

  /// Whether nothing of a newer wave is still being taken back: what a wave stands on goes after the wave.
  private func isNewestInFlight(_ key: TargetKey, of place: Place) -> Bool {
    let wave = state.index.wave(of: key)
    return state.units.allSatisfy { unit in
      !state.index.contains(place, unit.key) || !state.isGoingBack(unit)
        || (unit.key.stage == key.stage && state.index.wave(of: unit.key) == wave)
    }
  }

  /// A blocked undo holds the run, whatever else holds it: it is never "done".
  private mutating func blockRun() throws(Defect) {
    guard state.outcome == nil, !state.isAborting else { return }
    for blocked in state.units where blocked.condition == .blocked {
      let hold = Hold.blocked(path: state.index.path(of: .step(blocked.address)))
      guard !state.standing.isHeld(for: hold) else { continue }
      try emit(.runHeld(hold), .run, cause: blocked.cause)
    }
  }
}
