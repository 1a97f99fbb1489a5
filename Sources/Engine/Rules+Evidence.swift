import Plans
public import Quantities

extension Machine {
  /// Triggers whose breach has lasted fire, and what was decided is carried out: hold, roll back, or stop.
  mutating func trigger() throws(Defect) {
    guard state.isWatched, state.outcome == nil else { return }
    for (number, trigger) in state.plan.triggers.enumerated() where !state.evidence.triggers[number].isEmpty {
      for series in state.evidence.triggers[number].keys.sorted() { try decide(trigger, number, series) }
    }
    try carryOutRetreats()
  }

  /// What was decided stays decided until it can be done: a rollback waits for the one that is going on.
  mutating func carryOutRetreats() throws(Defect) {
    while let retreat = state.nextRetreat { try carryOut(retreat) }
  }

  /// What waited for a rollback and was taken back by it needs no rollback of its own, and neither does what a person
  /// left as it is, knowing of the decision, or in a run that is over with it.
  mutating func endRetreats(endsRun: Bool) throws(Defect) {
    for retreat in state.evidence.retreats where retreat.action == .rollback {
      if !state.hasChanges(in: retreat.place) {
        try emit(.rollbackCovered(by: retreat.by), retreat.place, cause: retreat.cause)
      } else if let command = state.keptBy(personIn: retreat.place), command > retreat.cause || endsRun {
        try emit(.rollbackWaived(by: retreat.by, command: command), retreat.place, cause: retreat.cause)
      }
    }
  }

  private mutating func decide(_ trigger: PlannedTrigger, _ number: Int, _ series: String) throws(Defect) {
    guard var progress = state.evidence.triggers[number][series] else { return }
    let newest = progress.samples.last?.at ?? state.now
    let place = state.place(
      of: trigger, series: series, since: state.beginning(of: progress, under: trigger), at: newest)
    if progress.phase == .firing {
      let limit = progress.samples.last.map { state.limit(of: trigger.condition, at: $0.at) } ?? trigger.condition.limit
      let firing = Firing(
        trigger: trigger.id, series: series, since: progress.since ?? state.now, lasted: progress.lasted, limit: limit,
        samples: progress.samples)
      try emit(.triggerFired(firing), place, cause: state.lastSequence)
      return
    }
    if !progress.isAnnounced {
      let kind: Event.Kind =
        progress.phase == .pending
        ? .triggerPending(trigger: trigger.id, series: series, since: progress.since ?? state.now)
        : .triggerCleared(trigger: trigger.id, series: series)
      try emit(kind, place, cause: state.lastSequence)
    }
    let halfAnHour = Span(milliseconds: 30 * 60_000).dividedUp(by: Int64(state.plan.evidenceScale))
    if progress.isUnstable(within: halfAnHour) {
      try emit(
        .triggerUnstable(trigger: trigger.id, series: series, changes: progress.changes.count), place,
        cause: state.lastSequence)
    }
  }

  private mutating func carryOut(_ retreat: Retreat) throws(Defect) {
    switch retreat.action {
    case .hold: try emit(.runHeld(.evidence(by: retreat.by)), retreat.place, cause: retreat.cause)
    case .stop: try emit(.runAborting, .run, cause: retreat.cause)
    case .rollback:
      // Nothing goes back while something newer rests on it: that goes first, in a rollback of its own.
      let place = state.newest(restingOn: retreat.place) ?? retreat.place
      let (queue, stopsAt) = state.rollbackQueue(of: place, byPerson: false)
      let active = state.units.count { state.index.contains(place, $0.key) }
      guard active + queue.count > 0 else {
        // What stands in the way is named; where nothing does, a person left all of it as it is.
        let hold = stopsAt.map { Hold.blocked(path: $0) } ?? .evidence(by: retreat.by)
        try emit(.runHeld(hold), stopsAt == nil ? retreat.place : .run, cause: retreat.cause)
        return
      }
      try emit(
        .rollbackStarted(scope: place.scope, targets: active + queue.count, stopsAt: stopsAt, by: retreat.by), place,
        cause: retreat.cause)
    }
  }

  /// A wave whose targets are settled must pass its gate.
  mutating func gate() throws(Defect) {
    guard state.rollback == nil, state.outcome == nil, !state.isAborting else { return }
    if state.waveState == .running, state.isWaveSettled, state.isGateDue, state.evidence.gate == nil,
      let gate = state.plan.stages[state.stage].gate
    {
      let place = Place.wave(stage: state.stage, wave: state.wave)
      try emit(
        .gateStarted(deadline: gate.deadline.map { state.now + $0 }, isShadow: false), place, cause: state.lastSequence)
    }
    try measure()
    try superviseBake()
  }

  private mutating func measure() throws(Defect) {
    guard let gate = state.evidence.gate, !gate.isExpired, let planned = state.plan.stages[gate.stage].gate else {
      return
    }
    let place = Place.wave(stage: gate.stage, wave: gate.wave)
    let exhibits = gate.board.exhibits(in: state.plan)
    if let comparison = gate.comparison, !gate.isCompared {
      try emit(.gateCompared(comparison), place, cause: state.lastSequence)
    }
    let compared = state.comparisonVerdict(of: gate)
    let held: Verdict =
      !planned.conditions.isEmpty
      ? gate.hold.verdict
      // What demands nothing has shown nothing. No plan is made like this any more, and some were recorded.
      : planned.comparison == nil ? .unknown(.noData) : .pass
    if planned.conditions.isEmpty ? held == .pass : gate.hold.isOpen, compared == .pass {
      try emit(
        .gateOpened(held: planned.hold, exhibits: exhibits, isShadow: gate.isShadow), place, cause: state.lastSequence)
    } else if compared == .breach || compared != .pass && state.hasLookedOften(gate) {
      // Harm that was shown does not go away by waiting, and nothing is learned after the last look.
      try emit(.gateExpired(compared, exhibits: exhibits), place, cause: state.lastSequence)
    } else if let deadline = gate.deadline, deadline <= state.now, state.isRead(gate.board, upTo: deadline),
      held.and(compared) != .pass
    {
      try emit(.gateExpired(held.and(compared), exhibits: exhibits), place, cause: state.lastSequence)
    } else if let since = gate.hold.holdsSince, !gate.isAnnounced {
      try emit(.gateHolding(since: since), place, cause: state.lastSequence)
    } else if gate.hold.holdsSince == nil, gate.isAnnounced {
      try emit(.gateBroken(gate.hold.verdict, exhibits: exhibits), place, cause: state.lastSequence)
    }
  }

  /// Says when the clock of a bake stops, begins again, or goes on.
  private mutating func superviseBake() throws(Defect) {
    guard let bake = state.evidence.bake, case .baking = state.waveState else { return }
    let place = Place.wave(stage: state.stage, wave: state.wave)
    let verdict = bake.clock.verdict
    if verdict == .pass, bake.announced != .pass {
      try emit(.bakeContinued, place, cause: state.lastSequence)
    } else if verdict != .pass, verdict != bake.announced {
      try emit(.bakeInterrupted(verdict), place, cause: state.lastSequence)
    } else if let deadline = bake.deadline, deadline <= state.now, bake.expiredBy == nil,
      state.isRead(bake, upTo: deadline)
    {
      try emit(
        .bakeExpired(state.verdict(of: bake), exhibits: bake.board.exhibits(in: state.plan)), place,
        cause: state.lastSequence)
    }
  }
}

extension RunState {
  /// Whether nothing happens to the targets of the current wave any more, and the wave may be judged.
  var isWaveSettled: Bool { open == 0 && units.isEmpty && hold == nil && !isDraining }

  /// Whether the current wave has a gate that decides, and something to be judged by it.
  var isGateDue: Bool {
    guard stage < plan.stages.count, let gate = plan.stages[stage].gate, !gate.isShadow else { return false }
    return !liveTargets(in: .wave(stage: stage, wave: wave)).isEmpty
  }

  /// The earliest end of the current wave's bake; `nil` when there is none.
  var bakeEnd: Instant? {
    let planned = plan.stages[stage]
    guard planned.bake > .zero || planned.bakeEvents != nil || planned.bakeCycles > 0,
      !isWatched || !liveTargets(in: .wave(stage: stage, wave: wave)).isEmpty
    else { return nil }
    return max(now + planned.bake, daysEnd(since: now, days: planned.bakeCycles) ?? now)
  }

  /// When the breach of a trigger began. One that counts shares of evaluations knows of those alone: a breach that is
  /// older than them has no part in it.
  func beginning(of progress: TriggerProgress, under trigger: PlannedTrigger) -> Instant? {
    guard case .share(_, let whole) = trigger.persistence, let since = progress.since,
      let newest = progress.samples.last?.at
    else { return progress.since }
    let every = plan.signals[trigger.condition.signal].every
    return max(since, newest + Span(milliseconds: -every.milliseconds * Int64(whole - 1)))
  }

  /// What a firing trigger acts on: the newest of the places that it watched when the breach began and that has the
  /// series. What was changed later cannot have caused it.
  func place(of trigger: PlannedTrigger, series: String, since: Instant?, at instant: Instant) -> Place {
    let signal = trigger.condition.signal
    let begun = since ?? instant
    let older = armedPlaces(of: trigger, at: begun).filter { $0.since < begun }.map(\.place)
    let armed = armedPlaces(of: trigger, at: instant).map(\.place)
    func speaks(_ place: Place) -> Bool { exposedSeries(of: signal, in: [place]).contains(series) }
    let place = older.last(where: speaks) ?? armed.last(where: speaks) ?? armed.last ?? older.last ?? .run
    guard trigger.scope == .target, case .wave = place,
      let key = exposedTargets(in: place).first(where: { self.series(of: $0, extent: .target) == series })
    else { return place }
    return .target(key)
  }
}

/// What a trigger rests its decision on.
public struct Firing: Equatable, Sendable {
  /// The identifier of the trigger.
  public var trigger: String
  /// The series that breached; empty for a global signal.
  public var series: String
  /// When the breach began.
  public var since: Instant
  /// How long it was seen to last.
  public var lasted: Span
  /// The limit at the newest sample.
  public var limit: Fixed
  /// The samples, oldest first: the one with which it began, and the newest ones.
  public var samples: [TriggerProgress.Sample]

  /// Puts a decision's reasons together.
  public init(
    trigger: String, series: String, since: Instant, lasted: Span, limit: Fixed, samples: [TriggerProgress.Sample]
  ) {
    self.trigger = trigger
    self.series = series
    self.since = since
    self.lasted = lasted
    self.limit = limit
    self.samples = samples
  }
}
