import Plans
import Quantities

extension RunState {
  /// What decided a hold. What the deadline of a gate led to names it as its cause.
  func decider(of hold: Hold, cause: Int64?) -> Held.Decider {
    switch hold {
    case .budget, .rolledBack, .blocked, .nobodyLive: .rules
    case .evidence: cause != nil && cause == evidence.gate?.expiredBy ? .gate : .trigger
    }
  }

  /// Earlier versions wrote this for the engine's own going on, too; there it ends what it ended then.
  mutating func resume() -> Bool {
    let fits = standing.resume()
    // A decision that waits for a rollback is not what a person answers by going on.
    if rollback == nil { evidence.retreats = [] }
    goOn()
    return fits
  }

  /// The engine goes on: what a person paused or has to answer stays as it is.
  mutating func goOnAfterRollback() -> Bool {
    goOn()
    return outcome == nil && !isAborting && rollback == nil
  }

  /// What was decided is done or overruled, and what was taken back is done again.
  private mutating func goOn() {
    rearm()
    renewGate()
    renewBake()
    if rollback == nil { renewUndone() }
  }

  mutating func beginRollback(of place: Place, stopsAt: String?, by: String?, sequence: Int64) -> Bool {
    let fits = rollback == nil && (by == nil || outcome == nil)
    if by == nil { standing.takeBack() }
    // What was taken back with a reason is newer than the approval before it, whoever took it back.
    approvals.breaches.append(
      .init(place: place, sequence: sequence, by: by ?? "a person's rollback", isTakenBack: true))
    startRollback(of: place, stopsAt: stopsAt, by: by, sequence: sequence)
    return fits
  }

  mutating func endRollback(sequence: Int64) -> Bool {
    guard let place = rollback?.place else { return false }
    rollback = nil
    forgetUnexposed()
    rearm()
    // What is left of a wave in which something was taken back is judged anew.
    if waveState != .notStarted { waveState = .running }
    stepBack(to: place)
    watchNewest()
    waveCause = sequence
    return true
  }

  /// After a rollback, undone targets from the current position on are to be done again.
  private mutating func renewUndone() {
    for number in plan.stages.indices where number >= stage {
      for row in stages[number].status.indices where stages[number].status[row] == .undone {
        setStatus(.waiting, of: TargetKey(stage: number, row: Int32(row)))
      }
    }
  }

  /// Puts the position on the first wave of a place that has something undone.
  private mutating func stepBack(to place: Place) {
    for number in plan.stages.indices {
      for wave in plan.stages[number].waves.indices {
        let undone = plan.stages[number].waves[wave].targets.contains { row in
          stages[number].status[Int(row)] == .undone && index.contains(place, TargetKey(stage: number, row: row))
        }
        guard undone, (number, wave) <= (stage, self.wave) else { continue }
        (stage, self.wave, waveState, open) = (number, wave, .notStarted, 0)
        startedPhase = min(startedPhase, plan.stages[number].phase)
        return
      }
    }
  }
}

extension Event.Kind {
  /// Whether it is what evidence decided. Others may have the same cause: a breach voids approvals, too.
  var carriesOutRetreat: Bool {
    switch self {
    case .runHeld, .runAborting, .rollbackStarted, .rollbackCovered, .rollbackWaived: true
    default: false
    }
  }

  /// Whether an event that a command led to decides about it. Approvals that run out while a command comes in do not.
  public var decidesCommand: Bool {
    switch self {
    case .approvalVoided, .approvalAsked: false
    default: true
    }
  }
}
