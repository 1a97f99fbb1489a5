import Plans
import Quantities

extension RunState {
  /// Takes one event into account.
  ///
  /// It is total: an event that does not fit, such as a late answer to an attempt that is settled, changes nothing but
  /// the time. What comes from the world may miss; a decision of the engine that does is a defect.
  ///
  /// - Returns: whether the event fitted.
  @discardableResult
  public mutating func fold(_ event: Event, sequence: Int64) -> Bool {
    if case .clockStepped(let span) = event.kind { step(by: span, to: event.at) } else { now = max(now, event.at) }
    lastSequence = sequence
    var isAnswer = false
    if let pending = pendingCommands.first, event.cause == pending.sequence, event.kind.decidesCommand {
      pendingCommands.removeFirst()
      isAnswer = true
    }
    let retreat = carryOutRetreat(event)
    if case .commandRefused = event.kind { return isAnswer }
    switch event.kind {
    case .rollbackCovered, .rollbackWaived: return retreat != nil
    default: break
    }
    let fits = foldRun(event, sequence: sequence)
    if case .rollbackStarted = event.kind {
      rollback?.decidedIn = retreat?.stage
      rollback?.decision = retreat?.cause
    }
    return fits
  }

  /// Events of the run, its people and its evidence.
  private mutating func foldRun(_ event: Event, sequence: Int64) -> Bool {
    switch event.kind {
    case .runCreated(let nonce, let person): create(nonce: nonce, by: person, at: event.at, sequence: sequence)
    case .executorStarted(let epoch, let person, _): startExecutor(epoch: epoch, by: person)
    case .executorDraining: isDraining = true
    case .executorStopped, .clockStepped, .clockStateChanged, .commandUnread, .snapshotKept, .commandRefused,
      .rollbackCovered, .rollbackWaived:
      break
    case .timerDue: ripen()
    case .commandReceived(let command):
      pendingCommands.append(PendingCommand(command: command, subject: event.subject, sequence: sequence))
      approvals.use(command, at: sequence)
    case .noticeDelivered(let notice, let seq), .noticeFailed(let notice, let seq, _):
      told[notice] = max(told[notice] ?? 0, seq)
    case .phaseStarted: return startPhase(event.subject, sequence: sequence)
    case .phaseFinished: return finishPhase(event.subject, sequence: sequence)
    case .waveStarted: return startWave(event.subject, sequence: sequence)
    case .waveBaking(let until): return bakeWave(event.subject, until: until, sequence: sequence)
    case .waveFinished: return finishWave(event.subject, sequence: sequence)
    case .runPaused: return standing.pause()
    case .runHeld(let hold): return standing.hold(Held(hold, by: decider(of: hold, cause: event.cause)))
    case .runResumed: return resume()
    case .runContinued: return goOnAfterRollback()
    case .concurrencyLimited(let count):
      guard outcome == nil, count.map({ $0 >= 1 }) ?? true else { return false }
      atOnce = count
    case .runAborting: return standing.giveUp()
    case .runFinished(let outcome): return standing.end(outcome)
    case .rollbackStarted(_, _, let stopsAt, let by):
      return beginRollback(of: event.subject, stopsAt: stopsAt, by: by, sequence: sequence)
    case .rollbackFinished: return endRollback(sequence: sequence)
    case .approvalAsked, .approvalCounted, .approvalVoided, .approvalRejected, .emergencyDeclared, .emergencyReviewed,
      .amendmentProposed, .amendmentApproved, .amendmentDropped, .planAmended, .sampled, .comparisonMeasured,
      .triggerPending, .triggerCleared, .triggerFired, .triggerUnstable, .gateStarted, .gateHolding, .gateBroken,
      .gateOpened, .gateExpired, .gateCompared, .gateForceAsked, .gateForced, .bakeInterrupted, .bakeContinued,
      .bakeExpired:
      return foldKnowledge(event, sequence: sequence)
    case .intended, .succeeded, .failed, .inDoubt, .awaitsPerson, .cursorRecorded, .probeAnswered, .retryScheduled,
      .probeIntended, .probeScheduled, .settled, .parked, .cancelled, .stepSkipped, .undoBlocked, .targetFailed,
      .targetUndone, .targetSkipped, .targetRetried, .targetHeld, .targetReleased, .targetKept:
      return foldWork(event, sequence: sequence)
    }
    return true
  }

  private mutating func create(nonce: String, by person: Int?, at instant: Instant, sequence: Int64) {
    self.nonce = nonce
    approvals.planner = person
    createdAt = instant
    createdSequence = sequence
    waveCause = sequence
  }

  private mutating func startExecutor(epoch: Int64, by person: Int?) {
    (self.epoch, wokenAt) = (epoch, now)
    if let person { approvals.executors.insert(person) }
    approvals.isExecutorUnknown = person == nil
    isDraining = false
  }

  /// What was waiting for a time that has come stops waiting.
  private mutating func ripen() {
    wokenAt = now
    for position in units.indices {
      switch units[position].condition {
      case .waiting(let until) where until <= now: units[position].condition = .ready
      case .settling(let until) where until <= now: units[position].condition = .inDoubt(.noAnswer, looks: 1)
      case .ready, .running, .failed, .waiting, .inDoubt, .probing, .probed, .settling, .parked, .manual, .blocked:
        break
      }
    }
    if case .baking(let until) = waveState, until <= now, evidence.bake == nil { waveState = .baked }
    ripenBake(at: now)
  }

  private mutating func startPhase(_ place: Place, sequence: Int64) -> Bool {
    guard case .phase(let phase) = place else { return false }
    waveCause = sequence
    let fits = phase > startedPhase
    startedPhase = phase
    return fits
  }

  private mutating func finishPhase(_ place: Place, sequence: Int64) -> Bool {
    guard case .phase(let phase) = place else { return false }
    waveCause = sequence
    return phase <= startedPhase
  }

  private mutating func startWave(_ place: Place, sequence: Int64) -> Bool {
    guard case .wave(let stage, let wave) = place else { return false }
    let fits = (stage, wave) == (self.stage, self.wave) && waveState == .notStarted
    (self.stage, self.wave, waveState) = (stage, wave, .running)
    waveCause = sequence
    noteStart()
    // What is done again passes a gate of its own.
    evidence.forced.removeAll { $0 == place }
    queueTargets()
    open = openCount
    failures.wave = waveFailures
    evidence.passedBy = nil
    beginPace(of: stage)
    return fits
  }

  private mutating func bakeWave(_ place: Place, until: Instant, sequence: Int64) -> Bool {
    let fits = place == .wave(stage: stage, wave: wave) && [.running, .gated].contains(waveState)
    waveCause = sequence
    startBake()
    waveState = until <= now && evidence.bake == nil ? .baked : .baking(until: until)
    return fits
  }

  private mutating func finishWave(_ place: Place, sequence: Int64) -> Bool {
    guard case .wave(let stage, let wave) = place else { return false }
    let isOver = [.running, .gated, .baked].contains(waveState) && openCount == 0
    let fits = (stage, wave) == (self.stage, self.wave) && isOver
    waveCause = sequence
    noteEnd(stage: stage, wave: wave)
    (self.stage, self.wave, waveState, open) = (stage, wave + 1, .notStarted, 0)
    passEmptyStages()
    if liveTargets(in: place).isEmpty { watchNewest() }
    return fits
  }

  /// Moves on to the next stage that has a wave left.
  mutating func passEmptyStages() {
    while stage < plan.stages.count, wave >= plan.stages[stage].waves.count {
      stage += 1
      wave = 0
    }
  }

  /// Targets of the current wave to which something happens yet, counted.
  var openCount: Int {
    plan.stages[stage].waves[wave].targets.count { !stages[stage].status[Int($0)].isAtRest }
  }

  /// Failed targets of the current wave, counted.
  var waveFailures: Int { plan.stages[stage].waves[wave].targets.count { stages[stage].status[Int($0)] == .failed } }
}
