import Plans
public import Quantities

extension RunState {
  /// When the next wave may start as far as the calendar is concerned; `nil` when it may start now.
  public var waveStartsAt: Instant? {
    guard stage < plan.stages.count, waveState == .notStarted else { return nil }
    let planned = plan.stages[stage]
    var earliest = now
    if wave == 0, let notBefore = planned.notBefore { earliest = max(earliest, notBefore) }
    if let pace = planned.pace, let state = stages[stage].pace {
      earliest = max(earliest, state.earliest(of: planned.waves[wave].targets.count, at: now, pace))
    }
    return earliest > now ? earliest : nil
  }

  /// The first wave of a stage begins the periods of its pace.
  mutating func beginPace(of stage: Int) {
    guard let pace = plan.stages[stage].pace, stages[stage].pace == nil else { return }
    stages[stage].pace = PaceState(pace, beginningAt: now)
  }

  /// A target began: it counts in the period of the pace, and in those of the caps.
  mutating func spendPeriods(_ key: TargetKey) {
    if let pace = plan.stages[key.stage].pace { stages[key.stage].pace?.spend(1, at: now, pace) }
    spendCaps(key)
  }

  /// When something happens by itself, if nothing else happens before; `nil` when nothing does.
  public var nextDue: Instant? {
    guard outcome == nil else { return nil }
    var due: [Instant] = []
    for unit in units {
      switch unit.condition {
      case .waiting(let until), .settling(let until): due.append(until)
      case .ready, .running, .failed, .inDoubt, .probing, .probed, .parked, .manual, .blocked: break
      }
    }
    // After a rollback a wave bakes anew.
    if case .baking(let until) = waveState, rollback == nil, evidence.bake == nil || until > now { due.append(until) }
    if let bake = evidence.bake, let end = daysEnd(since: bake.clock.countsSince, days: plan.stages[stage].bakeCycles),
      end > now
    {
      due.append(end)
    }
    if let bake = evidence.bake, bake.expiredBy == nil, let deadline = bake.deadline, deadline > now {
      due.append(deadline)
    }
    if let gate = evidence.gate, !gate.isExpired, let deadline = gate.deadline, deadline > now { due.append(deadline) }
    if stage >= plan.stages.count, let end = watchedUntil, end > now { due.append(end) }
    due += approvals.given.compactMap(\.until).filter { $0 > now }
    due += frozenUndos.compactMap { undoFreeze(of: $0)?.reopens }
    if !isStopped, let start = waveStartsAt { due.append(start) }
    if !isStopped, let reopening = nextReopening { due.append(reopening) }
    if !isStopped, let until = waveObstacle?.until, until > now {
      due.append(until)
      if evidence.gate == nil, let stale = staleGate(at: until) {
        let ahead = until + Span(milliseconds: -lead(of: stale.gate).milliseconds)
        if ahead > now { due.append(ahead) }
      }
    }
    return due.min()
  }
}
