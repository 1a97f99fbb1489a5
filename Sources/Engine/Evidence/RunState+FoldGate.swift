import Plans
import Quantities

extension RunState {
  /// Takes what evidence decided into account.
  mutating func foldEvidence(_ event: Event, sequence: Int64) {
    switch event.kind {
    case .sampled(let samples): for part in samples { foldSamples(part) }
    case .comparisonMeasured(let look, let before, let after): foldLook(look, before: before, after: after)
    case .gateCompared: evidence.gate?.isCompared = true
    case .triggerPending(let id, let series, _), .triggerCleared(let id, let series):
      withTrigger(id) { evidence, number in evidence.triggers[number][series]?.isAnnounced = true }
    case .triggerFired(let firing): foldFiring(firing, place: event.subject, sequence: sequence)
    case .triggerUnstable(let id, let series, _):
      withTrigger(id) { evidence, number in evidence.triggers[number][series]?.changes = [] }
      evidence.retreats.append(
        Retreat(by: "trigger \(id), which is unstable", action: .hold, place: event.subject, cause: sequence))
    case .gateStarted(let deadline, let isShadow):
      guard case .wave(let stage, let wave) = event.subject else { return }
      startGate(stage: stage, wave: wave, deadline: deadline, isShadow: isShadow)
    case .gateHolding: evidence.gate?.isAnnounced = true
    case .gateBroken: evidence.gate?.isAnnounced = false
    case .gateOpened: openGate()
    case .gateForceAsked(let person): evidence.gate?.forceAskedBy = person
    case .gateForced:
      // Whatever its deadline decided and was left to people is overruled.
      hold = nil
      openGate()
    case .gateExpired(let verdict, _):
      evidence.gate?.isExpired = true
      // A gate in shadow decides nothing, and that goes for approvals too.
      guard let gate = evidence.gate, let planned = plan.stages[gate.stage].gate, !gate.isShadow else { return }
      if verdict == .breach {
        approvals.breaches.append(.init(place: event.subject, at: now, by: "a breach at its gate"))
      }
      evidence.retreats.append(
        Retreat(
          by: "the gate of \(plan.path(stage: gate.stage, wave: gate.wave)) (\(verdict.words))",
          action: verdict == .breach ? planned.onBreach : planned.onUnknown, place: event.subject, cause: sequence))
    case .bakeInterrupted(let verdict): evidence.bake?.announced = verdict
    case .bakeContinued: evidence.bake?.announced = .pass
    default: break
    }
  }

  private mutating func withTrigger(_ id: String, _ body: (inout EvidenceState, Int) -> Void) {
    guard let number = plan.triggers.firstIndex(where: { $0.id == id }) else { return }
    body(&evidence, number)
  }

  private mutating func foldFiring(_ firing: Firing, place: Place, sequence: Int64) {
    guard let number = plan.triggers.firstIndex(where: { $0.id == firing.trigger }) else { return }
    evidence.triggers[number][firing.series]?.phase = .latched
    approvals.breaches.append(.init(place: place, at: now, by: "trigger \(firing.trigger)"))
    evidence.triggers[number][firing.series]?.isAnnounced = true
    evidence.retreats.append(
      Retreat(
        by: "trigger \(firing.trigger)", action: plan.triggers[number].action, place: place, cause: sequence))
  }

  private mutating func startGate(stage: Int, wave: Int, deadline: Instant?, isShadow: Bool) {
    guard let planned = plan.stages[stage].gate else { return }
    let board = board(of: planned)
    evidence.gate = GateState(
      stage: stage, wave: wave, startedAt: now, deadline: deadline, board: board,
      hold: HoldGate(hold: planned.hold, patience: board.patience(signals: plan.signals)), isShadow: isShadow)
    if let comparison = planned.comparison {
      let matched = matchedTargets(upTo: wave, of: stage, matching: comparison.match).filter { !$0.controls.isEmpty }
      if matched.count >= comparison.leastPairs { evidence.gate?.matched = matched }
    }
    if !isShadow, waveState == .running { waveState = .gating }
  }

  private mutating func openGate() {
    guard let gate = evidence.gate else { return }
    evidence.opened = OpenedGate(stage: gate.stage, wave: gate.wave, at: now)
    guard !gate.isShadow else {
      evidence.gate = nil
      return
    }
    dropHealth()
    if waveState == .gating { waveState = .gated }
  }

  /// A gate that expired and was left to a person is measured anew when the person says go on.
  mutating func renewGate() {
    guard let gate = evidence.gate, gate.isExpired, let planned = plan.stages[gate.stage].gate else { return }
    startGate(
      stage: gate.stage, wave: gate.wave, deadline: planned.deadline.map { now + $0 }, isShadow: gate.isShadow)
  }

  /// Starts the clock of a bake that needs evidence.
  mutating func startBake() {
    let planned = plan.stages[stage]
    var board = healthBoard(of: stage)
    // What was measured just now counts at once; a gate looks for itself.
    for signal in plan.signals.indices {
      if let until = evidence.signals[signal].until {
        seed(&board, in: .wave(stage: stage, wave: wave), watching: signal, at: until)
      }
    }
    guard !board.items.isEmpty || planned.bakeEvents != nil else { return }
    evidence.bake = BakeState(board: board, clock: BakeClock(startedAt: now))
  }
}
