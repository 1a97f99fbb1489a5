import Quantities

@testable import Engine
@testable import Plans

/// What must be true after every event, whatever happens.
struct Invariants {
  /// Steps that a person skipped or settled, with all steps of their targets: what the engine knows about them comes
  /// from that person.
  private(set) var touchedByPeople: Set<TargetKey> = []
  /// Targets that a person left as they are in a rollback.
  private var kept: Set<TargetKey> = []
  /// Targets that a person sent back to the start although a step of theirs cannot be taken back.
  private(set) var retried: Set<TargetKey> = []
  /// Steps that a person sent again without knowing whether they had happened.
  private(set) var sentAgain: Set<StepAddress> = []
  private var keys: [String: String] = [:]
  private var possible = PossibleEffects()
  /// What persons asked for, and of that, to let the run go on.
  private var commands: Set<Int64> = []
  private var resumes: Set<Int64> = []
  /// The targets of which an event says that they failed, or that they were passed over.
  private var named: Set<TargetKey> = []
  /// What evidence decided and is not carried out, by its event.
  private var decisions: [Int64: String] = [:]
  /// By decision of evidence: what follows the rollback of its place, where the place alone says so.
  private var follows: [Int64: AfterRollback] = [:]
  /// By the end of a rollback: what has to follow.
  private var expected: [Int64: AfterRollback] = [:]
  private var decision: Int64?
  /// How often evidence took targets back.
  private var retreats: [TargetKey: Int] = [:]
  /// Whether the run was given up.
  private var isGivenUp = false
  /// How many targets were at work or had failed when a person changed that, or the budgets.
  private var amended: Int?

  /// How many targets a person lets be at work at once.
  private var atOnce: Int?
  /// The wave that was finished last, with nobody live in it and some that failed, until somebody is asked.
  private var empty: String?

  /// A wave in which nobody is live has shown nothing: a person decides before more begins.
  private mutating func judgeEmpty(_ event: Event, _ index: PlanIndex) -> [String] {
    switch event.kind {
    case .waveFinished(done: 0, let failed, _) where failed > 0: empty = index.path(of: event.subject)
    case .runHeld, .planAmended: empty = nil
    case .waveStarted, .runFinished(.done):
      if let empty { return ["E1 \(event.kind.type) follows \(empty), in which nobody is live"] }
    default: break
    }
    return []
  }

  /// No step begins forwards beside as many as a person allows, or the plan.
  private func judgeAtOnce(_ after: RunState) -> [String] {
    let open = after.units.count { $0.verb == .apply && $0.hasOpenRequest }
    guard let limit = atOnce, open > limit else { return [] }
    return ["a step began beside \(open - 1) others, and a person allows \(limit)"]
  }

  /// When targets began, by stage, cap and value.
  private var begun: [String: [Instant]] = [:]

  /// No more targets of one value began in a period than its cap allows.
  private mutating func judgeCaps(_ key: TargetKey, before: RunState, after: RunState) -> [String] {
    guard before.unit(key) == nil, let unit = after.unit(key), unit.verb == .apply else { return [] }
    let stage = after.plan.stages[key.stage]
    return stage.caps.compactMap { cap in
      let value = after.attribute(cap.attribute, of: key) ?? ""
      let name = "\(after.index.path(of: .stage(key.stage))) \(cap.attribute)=\(value)"
      begun[name, default: []].append(after.now)
      guard let anchor = after.stages[key.stage].begunAt else { return "\(name) has no beginning" }
      let period = cap.pace.period(of: after.now, since: anchor)
      let count = begun[name, default: []].count { $0 >= period.start }
      return count > cap.pace.count ? "\(count) of \(name) began in a period of \(cap.pace.count)" : nil
    }
  }

  /// Stages have other places from now on.
  mutating func move(_ places: [Int: Int]) {
    (follows, expected) = ([:], [:])
    touchedByPeople = Set(touchedByPeople.compactMap { $0.moved(places) })
    named = Set(named.compactMap { $0.moved(places) })
    retreats = retreats.reduce(into: [:]) { moved, pair in
      if let key = pair.key.moved(places) { moved[key] = pair.value }
    }
    kept = Set(kept.compactMap { $0.moved(places) })
    retried = Set(retried.compactMap { $0.moved(places) })
    possible.move(places)
    sentAgain = Set(
      sentAgain.compactMap { address in address.target.moved(places).map { .init(target: $0, step: address.step) } })
  }

  /// E1: what a turn may not end with: evidence has decided something, no rollback goes on, and it is not carried out.
  func judgeTurn(_ state: RunState) -> [String] {
    guard state.rollback == nil || state.outcome != nil else { return [] }
    return decisions.sorted { $0.key < $1.key }.map { seq, type in
      "what evidence decided was not carried out: \(type), event \(seq)"
    }
  }

  /// What evidence decides is carried out, or covered by a rollback that left nothing of it.
  private mutating func judgeRetreats(
    _ event: Event, sequence: Int64, before: RunState, after: RunState, world: World
  ) -> [String] {
    if let cause = event.cause, event.kind.carriesOutRetreat {
      // What rests on its place goes back first, and is only a part of it.
      let place = before.evidence.retreats.first { $0.cause == cause }?.place
      let isPart = if case .rollbackStarted = event.kind { place != event.subject } else { false }
      if !isPart { decisions[cause] = nil }
    }
    switch event.kind {
    case .triggerFired, .triggerUnstable, .bakeExpired:
      decisions[sequence] = event.kind.type
      if let stage = before.index.stageAlone(of: event.subject) {
        follows[sequence] = before.plan.stages[stage].then
      }
    case .gateExpired where !(before.evidence.gate?.isShadow ?? true):
      decisions[sequence] = event.kind.type
      if let stage = before.index.stageAlone(of: event.subject) {
        follows[sequence] = before.plan.stages[stage].then
      }
    case .rollbackStarted: decision = event.cause
    case .rollbackFinished(_, blocked: false) where !before.isAborting && before.outcome == nil:
      if let then = decision.flatMap({ follows[$0] }) { expected[sequence] = then }
    case .rollbackCovered: return judgeRollback(of: event.subject, after, world)
    case .rollbackWaived(_, let command) where event.cause == command:
      // A person names a place, and what was decided about it is answered by that.
      let left = Set(after.evidence.retreats.map(\.cause))
      for retreat in before.evidence.retreats where retreat.place == event.subject && !left.contains(retreat.cause) {
        decisions[retreat.cause] = nil
      }
    default: break
    }
    return judgeThen(event)
  }

  /// What follows a rollback that evidence decided is what the stage says in which it was decided. One that comes in
  /// parts is followed once; nothing is retried of what is quarantined.
  private func judgeThen(_ event: Event) -> [String] {
    guard let then = event.cause.flatMap({ expected[$0] }) else { return [] }
    switch (event.kind, then) {
    case (.runContinued, .hold), (.runContinued, .stop), (.runHeld(.rolledBack), .stop), (.runAborting, .hold),
      (.runAborting, .retryOnce):
      return ["\(event.kind.type) follows a rollback, and the stage says \(then)"]
    default: return []
    }
  }

  /// Judges one event by the states before and after it, and by the truth; says what is wrong, in words.
  mutating func judge(
    _ event: Event, sequence: Int64, before: RunState, after: RunState, world: World
  ) -> [String] {
    note(event, before.index)
    var faults: [String] = []
    if let cause = event.cause, cause <= 0 || cause >= sequence {
      faults.append("the cause \(cause) is no earlier event")
    }
    // A person who leaves a target in part as it is says that it failed, whatever the budget is.
    if event.kind == .targetKept || event.kind.type == "plan_amended" {
      let statuses = after.stages.flatMap(\.status)
      amended = max(amended ?? 0, statuses.count { $0 == .failed || $0 == .running })
    }
    switch (event.kind, event.subject) {
    // Periods of a length move with a clock that is set.
    case (.clockStepped(let span), _): begun = begun.mapValues { $0.map { $0 + span } }
    case (.concurrencyLimited(let count), _): atOnce = count
    case (.intended(let verb, let intent), .step(let address)):
      if verb == .apply { faults += judgeAtOnce(after) }
      faults += judgeCaps(address.target, before: before, after: after)
      faults += judge(verb, intent, at: address, before: before, world: world)
    case (.rollbackFinished(_, blocked: false), let place):
      faults += judgeRollback(of: place, after, world)
    case (.runFinished(.done), _): faults += judgeEnd(after, world)
    default: break
    }
    if let fault = possible.judge(event, before: before) { faults.append(fault) }
    faults += judgeEmpty(event, before.index)
    faults += judgeRepetition(event, before: before, after: after)
    faults += judgeStanding(event, sequence: sequence, before: before, after: after)
    faults += judgeRetreats(event, sequence: sequence, before: before, after: after, world: world)
    faults += judgeBudget(after)
    if Set(after.units.map(\.key)).count != after.units.count { faults.append("a target is worked on twice") }
    for unit in after.units where !touchedByPeople.contains(unit.key) {
      let most = after.plan.stages[unit.key.stage].steps[unit.step].attempts
      if unit.tries > most { faults.append("\(unit.tries) tries of \(most) at \(unit.address)") }
      if unit.tries < 0 { faults.append("less than no tries at \(unit.address)") }
    }
    return faults
  }

  /// Evidence takes a target back once; after the second time it waits for a person.
  private mutating func judgeRepetition(_ event: Event, before: RunState, after: RunState) -> [String] {
    guard case .targetUndone(complete: true) = event.kind, case .target(let key) = event.subject,
      before.rollback?.by != nil, !(before.unit(key)?.isRetreatOfFailure ?? false)
    else { return [] }
    retreats[key, default: 0] += 1
    let status = after.stages[key.stage].status[Int(key.row)]
    guard retreats[key, default: 0] > 1, status != .quarantined else { return [] }
    return ["\(before.index.path(of: event.subject)) was taken back again by evidence, and is \(status)"]
  }

  /// What a person said, or has to answer, is not taken back by the engine.
  private mutating func judgeStanding(
    _ event: Event, sequence: Int64, before: RunState, after: RunState
  ) -> [String] {
    if case .commandReceived(let command) = event.kind {
      commands.insert(sequence)
      if command.name == .resume { resumes.insert(sequence) }
    }
    let isResumed = event.cause.map { resumes.contains($0) } ?? false
    var faults: [String] = []
    switch event.kind {
    case .runAborting, .runFinished(.aborted): isGivenUp = true
    case .waveStarted, .intended(.apply, _), .runFinished(.done), .runResumed, .runContinued:
      if isGivenUp { faults.append("\(event.kind.type) in a run that was given up") }
    default: break
    }
    if before.isPaused, !after.isPaused, !isResumed, !after.isAborting, after.outcome == nil {
      faults.append("E2 a person's pause was lifted by \(event.kind.type)")
    }
    let isAnswer = event.cause.map { commands.contains($0) } ?? false
    for held in before.standing.holds?.all ?? [] where !isAnswer && !after.isAborting && after.outcome == nil {
      if !(after.standing.holds?.all.contains(held) ?? false) {
        faults.append("E2 nobody answered \(held.hold), and \(event.kind.type) ended it")
      }
    }
    if case .gateForced = event.kind {
      let others = (before.standing.holds?.all ?? []).filter { $0.decider != .gate }
      for held in others where !(after.standing.holds?.all.contains(held) ?? false) {
        faults.append("forcing a gate answered \(held.hold)")
      }
    }
    return faults
  }

  private mutating func note(_ event: Event, _ index: PlanIndex) {
    switch (event.kind, event.subject) {
    case (.targetFailed, .target(let key)), (.targetUndone(complete: false), .target(let key)),
      (.targetSkipped, .target(let key)):
      named.insert(key)
    case (.stepSkipped, .step(let address)):
      named.insert(address.target)
      touchedByPeople.insert(address.target)
    case (.targetKept, .target(let key)):
      kept.insert(key)
      named.insert(key)
      touchedByPeople.insert(key)
    // Evidence takes none of them back, and a person does.
    case (.rollbackStarted(_, _, _, by: nil), let place): kept = kept.filter { !index.contains(place, $0) }
    case (.targetUndone(complete: true), .target(let key)): kept.remove(key)
    case (.settled(_, _, let settlement, "a person decided", _), .step(let address)):
      touchedByPeople.insert(address.target)
      if settlement == .again { sentAgain.insert(address) }
    case (.targetRetried, .target(let key)):
      touchedByPeople.insert(key)
      retried.insert(key)
    default: break
    }
  }

  private mutating func judge(
    _ verb: Verb, _ intent: Intent, at address: StepAddress, before: RunState, world: World
  ) -> [String] {
    var faults: [String] = []
    if before.outcome != nil { faults.append("an intent after the end of the run") }
    if let unit = before.unit(address.target), unit.hasOpenRequest { faults.append("two open requests for \(address)") }
    let name = "\(before.index.path(of: .step(address)))|\(verb)|\(intent.round)"
    if let key = keys[name], key != intent.key { faults.append("another key for the same step and round: \(name)") }
    keys[name] = intent.key
    if verb == .undo { return faults + judgeOrder(of: address, before: before, world: world) }
    if before.isStopped { faults.append("a step was begun although the run is stopped") }
    guard before.unit(address.target) == nil else { return faults }
    if before.heldTargets.contains(address.target) { faults.append("a held target was begun") }
    let wave = before.index.wave(of: address.target)
    for stage in before.plan.stages.indices where stage <= address.target.stage {
      for (number, earlier) in before.plan.stages[stage].waves.enumerated()
      where (stage, number) < (address.target.stage, wave) {
        let open = earlier.targets.filter { !before.stages[stage].status[Int($0)].isAtRest }
        if !open.isEmpty {
          faults.append("\(name) was begun before \(before.plan.path(stage: stage, wave: number)) was over")
        }
      }
    }
    return faults
  }

  /// Undone in reverse order: no later step of the target still has an effect that can be taken back.
  private func judgeOrder(of address: StepAddress, before: RunState, world: World) -> [String] {
    guard !touchedByPeople.contains(address.target) else { return [] }
    let steps = before.plan.stages[address.target.stage].steps
    return steps.indices.filter { step in
      guard step > address.step, case .call = steps[step].undo else { return false }
      return world[StepAddress(target: address.target, step: step)].effects > 0
    }.map { "step \($0) must be taken back before \(address)" }
  }

  /// After a rollback nothing that it reached is left, or the run is held and says where.
  private func judgeRollback(of place: Place, _ state: RunState, _ world: World) -> [String] {
    var faults: [String] = []
    for (number, stage) in state.plan.stages.enumerated() {
      for row in stage.waves.flatMap(\.targets) {
        let key = TargetKey(stage: number, row: row)
        guard state.index.contains(place, key) else { continue }
        let status = state.stages[number].status[Int(row)]
        // A person may leave one as it is.
        if kept.contains(key) { continue }
        if status == .done || status == .running { faults.append("\(key) is \(status) after its rollback") }
        if touchedByPeople.contains(key) { continue }
        for (position, step) in stage.steps.enumerated() {
          guard case .call = step.undo else { continue }
          let address = StepAddress(target: key, step: position)
          if world[address].effects > 0 { faults.append("\(address) still has its effect after the rollback") }
        }
      }
    }
    return faults
  }

  /// E10: a run that is done has done everything, and names whom it has not.
  private func judgeEnd(_ state: RunState, _ world: World) -> [String] {
    var faults: [String] = []
    for (number, stage) in state.plan.stages.enumerated() {
      for row in stage.waves.flatMap(\.targets) {
        let key = TargetKey(stage: number, row: row)
        let status = state.stages[number].status[Int(row)]
        if ![.done, .failed, .skipped].contains(status) {
          faults.append("E10 \(key) is \(status) although the run is done")
        }
        if status != .done, !named.contains(key) { faults.append("E10 \(key) is \(status), and no event says so") }
        guard status == .done, !touchedByPeople.contains(key) else { continue }
        for position in stage.steps.indices where world[StepAddress(target: key, step: position)].effects == 0 {
          faults.append("step \(position) of \(key) has no effect although the target is done")
        }
      }
    }
    return faults
  }

  /// Strict admission: failed + in doubt + running ≤ n + 1 wherever something runs.
  private func judgeBudget(_ state: RunState) -> [String] {
    guard state.stage < state.plan.stages.count, state.waveState == .running else { return [] }
    let plan = state.plan
    let stage = plan.stages[state.stage]
    guard stage.isStrict else { return [] }
    var faults: [String] = []
    func judge(_ level: String, _ limit: Int?, _ keys: [TargetKey]) {
      guard let limit else { return }
      let statuses = keys.map { state.stages[$0.stage].status[Int($0.row)] }
      let (failed, running) = (statuses.count { $0 == .failed }, statuses.count { $0 == .running })
      if running > 0, failed + running > max(limit + 1, amended ?? 0) {
        faults.append("\(failed) failed and \(running) running in the \(level), which tolerates \(limit)")
      }
    }
    func keys(_ isMeant: (Int) -> Bool) -> [TargetKey] {
      plan.stages.indices.filter(isMeant).flatMap { number in
        plan.stages[number].waves.flatMap(\.targets).map { TargetKey(stage: number, row: $0) }
      }
    }
    let wave = stage.waves[state.wave]
    judge("wave", wave.tolerate, wave.targets.map { TargetKey(stage: state.stage, row: $0) })
    for limit in stage.tolerateByAttribute {
      let here = wave.targets.map { TargetKey(stage: state.stage, row: $0) }
      for (value, keys) in Dictionary(grouping: here, by: { state.attribute(limit.attribute, of: $0) ?? "" }) {
        judge("\(limit.attribute) \(value)", limit.limit, keys)
      }
    }
    guard plan.stages.allSatisfy(\.isStrict) else { return faults }
    judge("phase", plan.phases[stage.phase].tolerate, keys { plan.stages[$0].phase == stage.phase })
    judge("run", plan.tolerateInRun, keys { _ in true })
    return faults
  }

  /// What must be true about the hidden truth: things that must not be done twice were not.
  func judge(_ world: World, _ state: RunState) -> [String] {
    world.truths.flatMap { address, truth -> [String] in
      let step = state.plan.stages[address.target.stage].steps[address.step]
      guard step.call.idempotency == .none, !sentAgain.contains(address) else { return [] }
      var faults = truth.inRound.filter { $0.value > 1 }.map {
        "\(address) was done \($0.value) times in round \($0.key)"
      }
      if step.undo == .impossible, truth.effects > 1, !retried.contains(address.target) {
        faults.append("\(address) is irreversible and was done \(truth.effects) times")
      }
      return faults
    }
  }
}

extension PlanIndex {
  /// The one stage of a place that has no more; `nil` for a phase and the run.
  fileprivate func stageAlone(of place: Place) -> Int? {
    switch place {
    case .run, .phase: nil
    case .stage, .wave, .target, .step: stage(of: place)
    }
  }
}
