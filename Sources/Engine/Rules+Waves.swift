import Plans
import Quantities

extension Machine {
  /// An exhausted budget holds the run.
  mutating func budget() throws(Defect) {
    guard state.hold == nil, state.rollback == nil, state.outcome == nil, !state.isAborting,
      let hold = state.exhaustedBudget
    else { return }
    try emit(.runHeld(hold), .run, cause: state.lastSequence)
  }

  /// A wave whose targets are settled bakes, and is finished after that.
  mutating func bake() throws(Defect) {
    guard state.rollback == nil, state.outcome == nil, !state.isAborting else { return }
    let place = Place.wave(stage: state.stage, wave: state.wave)
    switch state.waveState {
    case .running where state.isWaveSettled && !state.isGateDue, .gated where state.isWaveSettled:
      if let until = state.bakeEnd {
        try emit(.waveBaking(until: until), place, cause: state.lastSequence)
        try startShadowGate(place)
      } else {
        try finishWave()
      }
    case .baked where state.hold == nil: try finishWave()
    case .notStarted, .running, .gating, .gated, .baking, .baked: break
    }
  }

  /// A gate that does not decide is measured while the wave bakes.
  private mutating func startShadowGate(_ place: Place) throws(Defect) {
    guard let gate = state.plan.stages[state.stage].gate, gate.isShadow, state.evidence.gate == nil else { return }
    let deadline = gate.deadline.map { state.now + $0 }
    try emit(.gateStarted(deadline: deadline, isShadow: true), place, cause: state.lastSequence)
  }

  private mutating func finishWave() throws(Defect) {
    let (stage, wave) = (state.stage, state.wave)
    let phase = state.plan.stages[stage].phase
    let statuses = state.plan.stages[stage].waves[wave].targets.map { state.stages[stage].status[Int($0)] }
    try emit(
      .waveFinished(
        done: statuses.count { $0 == .done }, failed: statuses.count { $0 == .failed || $0 == .quarantined },
        skipped: statuses.count { $0 == .skipped }),
      .wave(stage: stage, wave: wave), cause: state.lastSequence)
    let leavesPhase = state.stage >= state.plan.stages.count || state.plan.stages[state.stage].phase != phase
    if leavesPhase { try emit(.phaseFinished, .phase(phase), cause: state.waveCause) }
    // A wave that people skipped and that nothing was to judge has shown what it was to show.
    guard !statuses.isEmpty, !statuses.contains(.done), statuses.contains(.failed) || state.isJudged(stage: stage)
    else { return }
    let path = state.index.path(of: .wave(stage: stage, wave: wave))
    try emit(.runHeld(.nobodyLive(path: path)), .run, cause: state.waveCause)
  }

  /// The next wave starts when nothing stops the run and one of its targets may begin: until then the wave before it is
  /// the newest change, is watched, and has its gate asked again where that is due.
  mutating func start() throws(Defect) {
    guard !state.isStopped, state.epoch > 0, state.waveState == .notStarted else { return }
    guard state.stage < state.plan.stages.count, state.waveStartsAt == nil else { return }
    if let obstacle = state.waveObstacle { return try askAhead(of: obstacle) }
    guard state.isWatchCurrent, !state.hasVoidApproval, try isGateValid(), state.missingApproval == nil else { return }
    let phase = state.plan.stages[state.stage].phase
    if phase > state.startedPhase { try emit(.phaseStarted, .phase(phase), cause: state.waveCause) }
    let targets = state.plan.stages[state.stage].waves[state.wave].targets.count
    try emit(
      .waveStarted(targets: targets, admittedBy: state.admission(of: state.stage)),
      .wave(stage: state.stage, wave: state.wave), cause: state.waveCause)
  }

  /// Whether the gate that was opened last still counts. A pass that is too old is measured again before the next wave.
  private mutating func isGateValid() throws(Defect) -> Bool {
    guard state.evidence.gate == nil else { return false }
    guard let (place, gate) = state.staleGate(at: state.now) else { return true }
    try ask(gate, of: place)
    return false
  }

  /// A gate whose pass will be too old when the next wave may begin is asked so early that it can be open by then: a
  /// window may be shorter than its hold.
  private mutating func askAhead(of obstacle: WaveObstacle) throws(Defect) {
    guard state.evidence.gate == nil, let until = obstacle.until, let (place, gate) = state.staleGate(at: until),
      state.now >= until + Span(milliseconds: -state.lead(of: gate).milliseconds)
    else { return }
    try ask(gate, of: place)
  }

  private mutating func ask(_ gate: PlannedGate, of place: Place) throws(Defect) {
    let deadline = gate.deadline.map { state.now + $0 }
    try emit(.gateStarted(deadline: deadline, isShadow: false), place, cause: state.waveCause)
  }

  /// Targets of the wave begin while slots and budgets allow.
  mutating func admit() throws(Defect) {
    guard !state.isStopped, state.waveState == .running, state.exhaustedBudget == nil, !state.hasVoidApproval,
      state.missingApproval == nil
    else { return }
    let cause = state.waveCause
    while hasRoom, let row = state.nextTarget() {
      try intend(
        .apply, state.firstStep(of: TargetKey(stage: state.stage, row: row)), attempt: 1, cause: cause)
      if state.hold != nil { return }
    }
  }

  /// The run ends when its last wave is finished, or when it was given up and nothing is at work any more.
  mutating func finish() throws(Defect) {
    guard state.outcome == nil, state.rollback == nil, state.units.allSatisfy({ !$0.hasOpenRequest }) else { return }
    if state.isAborting {
      try emit(.runFinished(.aborted), .run, cause: state.lastSequence)
    } else if state.epoch > 0, state.stage >= state.plan.stages.count, state.units.isEmpty, state.hold == nil,
      state.watchedUntil.map({ $0 <= state.now }) ?? true, state.isWatchRead, state.evidence.gate == nil
    {
      try emit(.runFinished(.done), .run, cause: state.waveCause)
    }
  }
}

extension RunState {
  /// The gate that must be asked again before something begins at an instant; `nil` where its pass still counts then.
  func staleGate(at instant: Instant) -> (place: Place, gate: PlannedGate)? {
    guard let opened = evidence.opened, let gate = plan.stages[opened.stage].gate, !gate.isShadow,
      opened.isOwed || gate.validFor.map({ instant - opened.at > $0 }) ?? false
    else { return nil }
    let place = Place.wave(stage: opened.stage, wave: opened.wave)
    return liveTargets(in: place).isEmpty ? nil : (place, gate)
  }

  /// How long a gate that passes takes to open, at least.
  func lead(of gate: PlannedGate) -> Span {
    let signals = gate.conditions.map { plan.signals[$0.signal] }
    let settle = signals.map(\.settle).max() ?? .zero
    return gate.hold + settle + Freshness(every: signals.map(\.every).max() ?? .zero).span
  }

  /// Whether something is to judge the waves of a stage: a gate, a bake or triggers.
  func isJudged(stage: Int) -> Bool {
    let planned = plan.stages[stage]
    let isGated = planned.gate.map { !$0.isShadow } ?? false
    return isGated || planned.bake > .zero || planned.bakeEvents != nil || planned.bakeCycles > 0
      || !healthBoard(of: stage).items.isEmpty
  }

  /// The first level of the failure budget that is used up.
  public var exhaustedBudget: Hold? {
    guard stage < plan.stages.count else { return nil }
    let planned = plan.stages[stage]
    if waveState != .notStarted, let limit = planned.waves[wave].tolerate, failures.wave > limit {
      return .budget(level: "wave", failed: failures.wave, limit: limit)
    }
    for limit in planned.tolerateByAttribute {
      let over = failures.attributes.filter { $0.key.hasPrefix("\(limit.attribute)=") && $0.value > limit.limit }
      if let first = over.min(by: { $0.key < $1.key }) {
        return .budget(level: first.key, failed: first.value, limit: limit.limit)
      }
    }
    if let limit = plan.phases[planned.phase].tolerate, failures.phases[planned.phase] > limit {
      return .budget(level: "phase", failed: failures.phases[planned.phase], limit: limit)
    }
    if let limit = plan.tolerateInRun, failures.run > limit {
      return .budget(level: "run", failed: failures.run, limit: limit)
    }
    return nil
  }

  /// The most targets that may be at work now: the slots, or what the budgets can still lose, whichever is less.
  public var slots: Int {
    guard stage < plan.stages.count, waveState == .running else { return 0 }
    let planned = plan.stages[stage]
    guard planned.isStrict else { return concurrency(of: stage) }
    var most = concurrency(of: stage)
    if let limit = planned.waves[wave].tolerate { most = min(most, limit + 1 - failures.wave) }
    if let limit = plan.phases[planned.phase].tolerate { most = min(most, limit + 1 - failures.phases[planned.phase]) }
    if let limit = plan.tolerateInRun { most = min(most, limit + 1 - failures.run) }
    return max(0, most)
  }

  /// Where work on a target begins: at its first step, or behind a step that could not be taken back.
  func firstStep(of key: TargetKey) -> StepAddress {
    StepAddress(target: key, step: wall(in: touchedSteps(of: key), stage: key.stage).map { $0 + 1 } ?? 0)
  }
}
