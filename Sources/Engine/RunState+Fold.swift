import Plans
import Quantities

extension RunState {
  /// Takes one event into account.
  ///
  /// It is total: an event that does not fit, such as a late answer to an attempt that is settled, changes nothing but
  /// the time.
  public mutating func fold(_ event: Event, sequence: Int64) {
    now = max(now, event.at)
    lastSequence = sequence
    if let pending = pendingCommands.first, event.cause == pending.sequence, event.kind.decidesCommand {
      pendingCommands.removeFirst()
    }
    if let retreat = evidence.retreats.first, event.cause == retreat.cause, event.kind.carriesOutRetreat {
      evidence.retreats.removeFirst()
    }
    switch event.kind {
    case .runCreated(let nonce, let person):
      self.nonce = nonce
      approvals.planner = person
      createdAt = event.at
      waveCause = sequence
    case .executorStarted(let epoch, let person):
      self.epoch = epoch
      if let person { approvals.executors.insert(person) }
      isDraining = false
    case .executorDraining: isDraining = true
    case .executorStopped, .clockStepped, .commandRefused: break
    case .noticeDelivered(let notice, let seq), .noticeFailed(let notice, let seq, _):
      told[notice] = max(told[notice] ?? 0, seq)
    case .timerDue: ripen()
    case .commandReceived(let command):
      pendingCommands.append(PendingCommand(command: command, subject: event.subject, sequence: sequence))
    case .phaseStarted, .phaseFinished, .waveStarted, .waveBaking, .waveFinished:
      foldCourse(event, sequence: sequence)
    case .runPaused, .runHeld, .runResumed, .runAborting, .runFinished, .rollbackStarted, .rollbackFinished:
      foldRun(event, sequence: sequence)
    case _ where event.kind.approvalType != nil: foldApproval(event)
    case _ where event.kind.amendmentType != nil: foldAmendment(event, sequence: sequence)
    case _ where event.kind.evidenceType != nil: foldEvidence(event, sequence: sequence)
    case .targetFailed, .targetUndone, .targetSkipped, .targetRetried, .targetHeld, .targetReleased:
      foldTarget(event, sequence: sequence)
    default: foldStep(event, sequence: sequence)
    }
  }

  /// What was waiting for a time that has come stops waiting.
  private mutating func ripen() {
    for position in units.indices {
      switch units[position].condition {
      case .waiting(let until) where until <= now: units[position].condition = .ready
      case .settling(let until) where until <= now: units[position].condition = .inDoubt(.noAnswer, looks: 1)
      default: break
      }
    }
    if case .baking(let until) = waveState, until <= now, evidence.bake == nil { waveState = .baked }
    ripenBake()
  }

  private mutating func foldCourse(_ event: Event, sequence: Int64) {
    switch (event.kind, event.subject) {
    case (.phaseStarted, .phase(let phase)): startedPhase = phase
    case (.waveStarted, .wave(let stage, let wave)):
      (self.stage, self.wave, waveState) = (stage, wave, .running)
      queueTargets()
      let targets = plan.stages[stage].waves[wave].targets
      open = targets.reduce(0) { $0 + (stages[stage].status[Int($1)].isSettled ? 0 : 1) }
      failures.wave = targets.reduce(0) { $0 + (stages[stage].status[Int($1)] == .failed ? 1 : 0) }
      spendPace(stage: stage, targets: targets.count)
    case (.waveBaking(let until), _):
      startBake()
      waveState = until <= now && evidence.bake == nil ? .baked : .baking(until: until)
    case (.waveFinished, .wave(let stage, let wave)):
      noteEnd(stage: stage, wave: wave)
      (self.stage, self.wave, waveState, open) = (stage, wave + 1, .notStarted, 0)
      passEmptyStages()
    default: break
    }
    waveCause = sequence
  }

  /// Moves on to the next stage that has a wave left.
  mutating func passEmptyStages() {
    while stage < plan.stages.count, wave >= plan.stages[stage].waves.count {
      stage += 1
      wave = 0
    }
  }

  private mutating func foldRun(_ event: Event, sequence: Int64) {
    switch event.kind {
    case .runPaused: isPaused = true
    case .runHeld(let hold): self.hold = hold
    case .runAborting: isAborting = true
    case .runFinished(let outcome):
      self.outcome = outcome
      isAborting = false
    case .runResumed:
      isPaused = false
      hold = nil
      rearm()
      renewGate()
      if rollback == nil { renewUndone() }
    case .rollbackStarted(_, _, let stopsAt, let by):
      outcome = nil
      hold = nil
      startRollback(of: event.subject, stopsAt: stopsAt, by: by, sequence: sequence)
    case .rollbackFinished:
      guard let place = rollback?.place else { break }
      rollback = nil
      rearm()
      forgetUnexposed()
      // What is left of a wave in which something was taken back is judged anew.
      if waveState != .notStarted { waveState = .running }
      stepBack(to: place)
      waveCause = sequence
    default: break
    }
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

  private mutating func foldTarget(_ event: Event, sequence: Int64) {
    guard case .target(let key) = event.subject else { return }
    switch event.kind {
    case .targetFailed:
      guard let position = unitIndex(key) else { break }
      setStatus(.failed, of: key)
      turnBack(position, sequence: sequence)
      units[position].isRetreatOfFailure = true
    case .targetUndone(let complete): foldUndone(key, complete: complete)
    case .targetSkipped:
      if unitIndex(key) != nil { retire(key, status: .skipped) } else { setStatus(.skipped, of: key) }
    case .targetRetried:
      if let position = unitIndex(key) {
        units[position].condition = .ready
        units[position].tries = 0
        units[position].cause = sequence
      } else {
        setStatus(.waiting, of: key)
      }
    case .targetHeld: heldTargets.insert(key)
    case .targetReleased: heldTargets.remove(key)
    default: break
    }
  }

  /// A target was taken back as far as that goes. One that failed, or that met a step that cannot be taken back, has
  /// failed; all others can be done again.
  private mutating func foldUndone(_ key: TargetKey, complete: Bool) {
    let failed = unit(key)?.isRetreatOfFailure ?? false
    if !complete, let wall = wall(in: touchedSteps(of: key), stage: key.stage) {
      let path = index.path(of: .step(StepAddress(target: key, step: wall)))
      rollback?.stopsAt = path
    }
    rollback?.queue.removeAll { $0 == key }
    guard complete else {
      // Everything that is older than a step that cannot be taken back stays as it is.
      rollback?.queue = []
      if unitIndex(key) != nil {
        retire(key, status: .failed)
        stages[key.stage].rounds[key.row, default: 0] += 1
      }
      return
    }
    leaveLive(key)
    if !failed, rollback?.by != nil { stages[key.stage].retreats[key.row, default: 0] += 1 }
    let isOnceTooOften = stages[key.stage].retreats[key.row, default: 0] > 1 && rollback?.by != nil
    let status: TargetStatus = failed ? .failed : isOnceTooOften ? .quarantined : .undone
    if let position = unitIndex(key) {
      units[position].touched = 0
      retire(key, status: status)
    } else {
      stages[key.stage].touched[key.row] = nil
      setStatus(status, of: key)
    }
    stages[key.stage].rounds[key.row, default: 0] += 1
    stages[key.stage].outputs[key.row] = nil
    guard !failed else { return }
    rollback?.undone += 1
    stages[key.stage].admitted.removeAll { $0 == key.row }
  }

  /// Turns a unit round: from here on its steps are taken back.
  mutating func turnBack(_ position: Int, sequence: Int64) {
    units[position].verb = .undo
    units[position].attempt = 0
    units[position].tries = 0
    units[position].cursor = nil
    units[position].condition = .ready
    units[position].cause = sequence
    units[position].since = now
  }
}

extension Event.Kind {
  /// Whether it is what evidence decided. Others may have the same cause: a breach voids approvals, too.
  fileprivate var carriesOutRetreat: Bool {
    switch self {
    case .runHeld, .runAborting, .rollbackStarted: true
    default: false
    }
  }
}
