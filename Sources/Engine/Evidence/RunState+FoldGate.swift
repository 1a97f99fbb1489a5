import Plans
import Quantities

extension RunState {
  // Each of these says whether the event fits.

  /// A trigger was said to be pending, or not to be any more.
  mutating func announce(_ id: String, _ series: String) -> Bool {
    changeTrigger(id, series, while: { !$0.isAnnounced }, { $0.isAnnounced = true })
  }

  /// A trigger changes too often to be believed: a person looks at it.
  mutating func flap(_ id: String, _ series: String, at place: Place, sequence: Int64) -> Bool {
    let fits = changeTrigger(id, series, while: { _ in true }, { $0.changes = [] })
    evidence.retreats.append(
      Retreat(
        by: "trigger \(id), which is unstable", action: .hold, place: place, stage: newestChange(in: place), at: now,
        cause: sequence))
    return fits
  }

  mutating func fire(_ firing: Firing, place: Place, sequence: Int64) -> Bool {
    guard let trigger = plan.triggers.first(where: { $0.id == firing.trigger }) else { return false }
    let fits = changeTrigger(firing.trigger, firing.series, while: { $0.phase == .firing }) { progress in
      progress.phase = .latched
      progress.isAnnounced = true
    }
    approvals.breaches.append(.init(place: place, sequence: sequence, by: "trigger \(firing.trigger)"))
    evidence.retreats.append(
      Retreat(
        by: "trigger \(firing.trigger)", action: trigger.action, place: place, stage: newestChange(in: place), at: now,
        cause: sequence))
    return fits
  }

  /// - Returns: whether the trigger has such a series, and it stood as meant.
  private mutating func changeTrigger(
    _ id: String, _ series: String, while isMeant: (TriggerProgress) -> Bool, _ body: (inout TriggerProgress) -> Void
  ) -> Bool {
    guard let number = plan.triggers.firstIndex(where: { $0.id == id }),
      var progress = evidence.triggers[number][series]
    else { return false }
    let fits = isMeant(progress)
    body(&progress)
    evidence.triggers[number][series] = progress
    return fits
  }

  mutating func changeGate(_ body: (inout GateState) -> Void) -> Bool {
    guard var gate = evidence.gate else { return false }
    let before = gate
    body(&gate)
    evidence.gate = gate
    return gate != before
  }

  mutating func changeBake(_ body: (inout BakeState) -> Void) -> Bool {
    guard var bake = evidence.bake else { return false }
    let before = bake
    body(&bake)
    evidence.bake = bake
    return bake != before
  }

  mutating func expireGate(_ verdict: Verdict, at place: Place, sequence: Int64) -> Bool {
    guard changeGate({ $0.expiredBy = sequence }), let gate = evidence.gate else { return false }
    // A gate in shadow decides nothing, and that goes for approvals too.
    guard let planned = plan.stages[gate.stage].gate, !gate.isShadow else { return true }
    if verdict == .breach {
      approvals.breaches.append(.init(place: place, sequence: sequence, by: "a breach at its gate"))
    }
    let words =
      gate.lacksPairs && verdict == .unknown(.tooFew) ? "too few targets are left to compare" : verdict.words
    evidence.retreats.append(
      Retreat(
        by: "the gate of \(plan.path(stage: gate.stage, wave: gate.wave)) (\(words))",
        action: verdict == .breach ? planned.onBreach : planned.onUnknown, place: place, stage: gate.stage, at: now,
        cause: sequence))
    return true
  }

  /// A gate of a wave is measured from now on.
  mutating func startGate(_ place: Place, deadline: Instant?, isShadow: Bool) -> Bool {
    guard case .wave(let stage, let wave) = place, plan.stages[stage].gate != nil else { return false }
    startGate(stage: stage, wave: wave, deadline: deadline, isShadow: isShadow)
    return true
  }

  private mutating func startGate(stage: Int, wave: Int, deadline: Instant?, isShadow: Bool) {
    guard let planned = plan.stages[stage].gate else { return }
    let board = board(of: planned)
    evidence.gate = GateState(
      stage: stage, wave: wave, startedAt: now, deadline: deadline, board: board,
      hold: HoldGate(hold: planned.hold, freshness: board.freshness(signals: plan.signals)), isShadow: isShadow)
    if let comparison = planned.comparison {
      let matched = matchedTargets(upTo: wave, of: stage, matching: comparison.match).filter { !$0.controls.isEmpty }
      if matched.count >= comparison.leastPairs {
        evidence.gate?.matched = matched
      } else {
        let pairs = plan.pairs(of: comparison, in: stage)[wave]
        evidence.gate?.lacksPairs = pairs >= comparison.leastPairs
      }
    }
    if !isShadow, waveState == .running { waveState = .gating }
  }

  mutating func openGate(sequence: Int64) -> Bool {
    guard let gate = evidence.gate else { return false }
    if !gate.isShadow { evidence.passedBy = sequence }
    evidence.opened = OpenedGate(stage: gate.stage, wave: gate.wave, at: shownAt(gate))
    guard !gate.isShadow else {
      evidence.gate = nil
      return true
    }
    dropHealth()
    if waveState == .gating { waveState = .gated }
    return true
  }

  /// When a gate that opens passed last: what was read late, as after an outage, is as old as it is. Where the signals
  /// speak too late for its `valid_for`, no pass could ever let a wave begin, and it counts from now on.
  private func shownAt(_ gate: GateState) -> Instant {
    guard let passed = gate.hold.at, let validFor = plan.stages[gate.stage].gate?.validFor else { return now }
    let settle = gate.board.items.map { plan.signals[$0.condition.signal].settle }.max() ?? .zero
    let latency = settle + gate.board.freshness(signals: plan.signals).span
    return latency >= validFor ? now : min(now, passed)
  }

  /// Whatever the gate's own deadline decided and left to people is overruled; what else holds the run is not.
  mutating func forceGate(sequence: Int64) -> Bool {
    standing.overruleGate()
    let fits = openGate(sequence: sequence)
    // What two persons forced is no pass that grows old: nobody asks the gate again.
    if let opened = evidence.opened { evidence.forced.append(.wave(stage: opened.stage, wave: opened.wave)) }
    evidence.opened = nil
    return fits
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
    guard !board.items.isEmpty || planned.bakeEvents != nil || planned.bakeDeadline != nil else { return }
    evidence.bake = BakeState(
      board: board, clock: BakeClock(startedAt: now), deadline: planned.bakeDeadline.map { now + $0 })
  }

  /// The longest wait is over: a person decides. What takes back on a breach are triggers and gates.
  mutating func expireBake(_ verdict: Verdict, at place: Place, sequence: Int64) -> Bool {
    guard changeBake({ $0.expiredBy = sequence }) else { return false }
    evidence.retreats.append(
      Retreat(
        by: "the bake of \(index.path(of: place)) (\(verdict.words))", action: .hold, place: place, stage: stage,
        at: now, cause: sequence))
    return true
  }

  /// A bake that expired is given its time once more when a person says go on; what it has is kept.
  mutating func renewBake() {
    guard let bake = evidence.bake, bake.expiredBy != nil else { return }
    let deadline = plan.stages[stage].bakeDeadline.map { now + $0 }
    evidence.bake?.deadline = deadline
    evidence.bake?.expiredBy = nil
  }

  /// What keeps a bake from being over, as a verdict: its health, events that are missing, or its time.
  func verdict(of bake: BakeState) -> Verdict {
    if bake.clock.verdict != .pass { return bake.clock.verdict }
    return .unknown(eventsMissing == nil ? .immature : .tooFew)
  }
}
