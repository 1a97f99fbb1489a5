import Quantities

@testable import Plans

/// Makes small plans that have a bit of everything.
struct PlanMaker {
  private var random: SplitMix64

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
  }

  /// When every simulated run begins: a Monday.
  static let start = Instant(milliseconds: 1_798_761_600_000)

  mutating func make() -> Plan {
    let targets = random.chance(20) ? random.int(6...20) : random.int(1...6)
    let phases = (0..<random.int(1...3)).map { number in
      PlannedPhase(
        id: "phase-\(number)", summary: nil, tolerate: random.chance(25) ? random.int(0...3) : nil)
    }
    let allStrict = random.chance(70)
    var stages: [PlannedStage] = []
    for phase in phases.indices {
      for number in 0..<random.int(1...(phases.count == 1 ? 3 : 2)) {
        stages.append(stage(number, phase: phase, targets: targets, isStrict: allStrict || random.chance(50)))
      }
    }
    let countries = (0..<targets).map { ["NO", "PT", "ES"][$0 % 3] }
    let inventory = PlannedInventory(
      name: "stores", columns: ["country", "id"], values: [countries, (0..<targets).map { "store-\($0)" }])
    var plan = Plan(
      runbook: "simulated", summary: nil, owner: nil, environment: "simulated", zone: "UTC", zoneData: nil, starts: nil,
      deadline: nil, scale: 1, ignored: [], unexecuted: [], sources: [], parameters: [],
      providers: [PlannedProvider(name: "world", adapter: "simulated", configuration: .none)], inventories: [inventory],
      phases: phases, stages: stages, tolerateInRun: random.chance(25) ? random.int(0...4) : nil)
    let isWatched = random.chance(65)
    if isWatched { watch(&plan) }
    if random.chance(isWatched ? 20 : 40) { close(&plan) }
    if random.chance(50) { ask(&plan) }
    for number in 0..<random.int(0...2) {
      plan.notices.append(Self.notice(random.pick(PlannedNotice.Class.allCases), number: -number))
    }
    return plan
  }

  /// Somebody who is told about one class of events, and about the end.
  static func notice(_ kind: PlannedNotice.Class, number: Int) -> PlannedNotice {
    PlannedNotice(
      classes: kind == .finished ? [kind] : [kind, .finished], form: .text, operation: "tell-\(number)",
      provider: "world", arguments: .none, timeout: .second)
  }

  /// Targets may begin in their own night alone, and some countries are frozen for a while.
  private mutating func close(_ plan: inout Plan) {
    let zones = (0..<plan.inventories[0].count).map { ["UTC", "East", "West"][$0 % 3] }
    plan.inventories[0].columns.append("zone")
    plan.inventories[0].values.append(zones)
    for stage in plan.stages.indices where plan.stages[stage].inventory != nil && random.chance(60) {
      plan.stages[stage].window = plan.signals.isEmpty ? nightly() : pausing()
    }
    if random.chance(50) {
      let latest = plan.signals.isEmpty ? 3_600_000 : 600_000
      let from = Self.start + Span(milliseconds: Int64(random.int(0...latest)))
      let length = plan.signals.isEmpty ? Span.hour : Span(milliseconds: Int64(random.int(1...6)) * 60_000)
      plan.freezes = [
        PlannedFreeze(
          summary: "closed", categories: random.chance(50) ? ["No"] : [],
          intervals: [.instants(from: from, until: from + length)])
      ]
    }
    if random.chance(30) {
      let from = Self.start + Span(milliseconds: Int64(random.int(0...600_000)))
      plan.rollbackFreezes = [
        PlannedFreeze(
          summary: "no way back",
          intervals: [.instants(from: from, until: from + (plan.signals.isEmpty ? Span.hour : .minute))])
      ]
    }
  }

  /// Open for some hours of a day, or for most of it.
  private mutating func nightly() -> PlannedWindow {
    PlannedWindow(
      days: [1, 2, 3, 4, 5, 6, 7], opens: random.int(0...23) * 60, closes: random.int(0...23) * 60 + 30,
      latestStart: random.chance(30) ? .minute : .zero)
  }

  /// Closed for a few minutes alone, soon after the start, where it is this time of the day: what is measured every few
  /// seconds would fill a record by the next day.
  private mutating func pausing() -> PlannedWindow {
    let now = random.pick([0, 9, 19]) * 60
    let closes = now + random.int(1...8)
    return PlannedWindow(
      days: [1, 2, 3, 4, 5, 6, 7], opens: closes + random.int(1...8), closes: closes,
      latestStart: random.chance(30) ? .minute : .zero)
  }

  /// Something is measured, and gates, triggers and bakes rest on it. The last signal is a running total.
  private mutating func watch(_ plan: inout Plan) {
    let extents: [SignalExtent] = [.global, .target, .attribute("country")]
    plan.signals = (0...random.int(1...3)).map { number in
      PlannedSignal(
        name: "signal-\(number)", unit: "s", extent: random.pick(extents),
        every: Span(milliseconds: Int64(random.pick([2, 5, 10])) * 1_000),
        settle: Span(milliseconds: Int64(random.int(0...5)) * 1_000), window: Span(milliseconds: 5_000),
        minimumCount: nil, noData: policy(asking: number),
        operation: "measure", provider: "world", arguments: .none, timeout: .second)
    }
    let last = plan.signals.count - 1
    plan.triggers = (0..<random.int(0...4)).map { number in
      PlannedTrigger(
        id: "trigger-\(number)", condition: condition(.more, 5, random.int(0...(last - 1))),
        persistence: random.chance(70)
          ? .lasting(Span(milliseconds: Int64(random.int(0...20)) * 1_000)) : .share(of: 2, in: 4),
        action: random.chance(60) ? .rollback : random.pick(GateAction.allCases),
        scope: random.pick(PlannedTrigger.Scope.allCases),
        watchAfter: random.chance(30) ? Span(milliseconds: 30_000) : .zero, noData: policy(asking: last),
        mitigates: [])
    }
    for stage in plan.stages.indices {
      plan.stages[stage].then = random.pick(AfterRollback.allCases)
      if random.chance(50) { plan.stages[stage].gate = gate(signals: last, of: plan.stages[stage], in: plan) }
      if random.chance(20), plan.stages[stage].inventory != nil {
        plan.stages[stage].bakeEvents = PlannedEvents(count: random.int(1...5), signal: last)
      }
      if random.chance(15) {
        plan.stages[stage].bakeDeadline =
          plan.stages[stage].bake + Span(milliseconds: Int64(random.int(20...90)) * 1_000)
      }
    }
  }

  /// What silence means: any policy; those that ask another signal ask one before this one.
  private mutating func policy(asking signal: Int) -> NoDataPolicy {
    let plain: [NoDataPolicy] = [.hold, .breach, .carry(Span(milliseconds: 20_000))]
    guard signal > 0, random.chance(30) else { return random.pick(plain) }
    let other = random.int(0...(signal - 1))
    return random.chance(50) ? .idle(signal: other) : .zero(signal: other)
  }

  /// A gate on signals that can speak about the stage.
  private mutating func gate(signals: Int, of stage: PlannedStage, in plan: Plan) -> PlannedGate? {
    var able = (0..<signals).filter { stage.inventory != nil || plan.signals[$0].extent == .global }
    guard !able.isEmpty else { return nil }
    able.shuffle(using: &random)
    let comparable = (0..<signals).filter { stage.inventory != nil && plan.signals[$0].extent == .target }
    let comparison =
      comparable.isEmpty || random.chance(50)
      ? nil
      : PlannedComparison(
        signal: random.pick(comparable), margin: Fixed(millionths: 2_000_000), isHarmAbove: random.chance(80),
        match: random.chance(50) ? ["country"] : [], before: random.chance(50) ? .hour : .zero,
        looks: random.int(1...3), error: 20)
    return PlannedGate(
      names: ["healthy"], conditions: able.prefix(random.int(1...2)).map { condition(.less, 3, $0) },
      hold: Span(milliseconds: Int64(random.int(0...20)) * 1_000),
      // A deadline that is shorter than an evaluation and its settling could never be met.
      deadline: random.chance(70) ? Span(milliseconds: Int64(random.int(30...120)) * 1_000) : nil,
      onBreach: random.pick(GateAction.allCases), onUnknown: random.pick(GateAction.allCases),
      validFor: random.chance(40) ? Span(milliseconds: 20_000) : nil, isShadow: random.chance(20),
      comparison: comparison)
  }

  private func condition(_ comparison: Condition.Comparison, _ limit: Int64, _ signal: Int) -> PlannedCondition {
    PlannedCondition(
      signal: signal, comparison: comparison, limit: Fixed(millionths: limit * 1_000_000), quantity: nil)
  }

  /// Some phases need approvals.
  private mutating func ask(_ plan: inout Plan) {
    plan.people = (0..<4).map {
      PlannedPerson(
        id: "person-\($0)", roles: ["manager"], accounts: ["account-\($0)"], principals: ["person-\($0)@example.com"],
        isAuthor: $0 == 0)
    }
    plan.people.append(PlannedPerson(id: "operator", roles: ["operator"], accounts: ["operator"]))
    plan.keys = PlannedKeys(allowedSigners: "the simulation knows them")
    for stage in plan.stages.indices where random.chance(20) {
      plan.stages[stage].approvalRule = PlannedApproval(
        count: 1, role: "manager", excludesExecutors: true, emergencyRole: stage % 4 == 3 ? nil : "manager")
    }
    for phase in plan.phases.indices where random.chance(60) {
      plan.phases[phase].approvalRule = PlannedApproval(
        count: random.int(1...2), role: "manager", excludesAuthors: true,
        expires: random.chance(40) ? Span(milliseconds: 60_000) : nil,
        emergencyRole: phase % 4 == 3 ? nil : "manager")
    }
  }

  private mutating func stage(_ number: Int, phase: Int, targets: Int, isStrict: Bool) -> PlannedStage {
    let hasTargets = random.chance(85)
    let steps = (0..<random.int(1...4)).map { step($0) }
    let caps =
      hasTargets && random.chance(30)
      ? [
        PlannedCap(
          attribute: "country",
          pace: PlannedPace(count: random.int(1...3), period: .week, carry: 0, every: .minute, boundaries: []))
      ] : []
    var rows = hasTargets ? (0..<Int32(targets)).filter { _ in random.chance(80) } : [0]
    rows.shuffle(using: &random)
    return PlannedStage(
      phase: phase, id: "stage-\(number)", inventory: hasTargets ? 0 : nil, steps: steps, waves: waves(of: rows),
      concurrency: random.int(1...4), isStrict: isStrict,
      tolerateByAttribute: hasTargets && random.chance(25)
        ? [AttributeLimit(attribute: "country", limit: random.int(0...2))] : [],
      bake: random.chance(40) ? Span(milliseconds: Int64(random.int(1...60)) * 1_000) : .zero, pace: pace(),
      caps: caps,
      notBefore: random.chance(20) ? Self.start + Span(milliseconds: Int64(random.int(0...600)) * 1_000) : nil,
      then: .hold)
  }

  private mutating func waves(of rows: [Int32]) -> [PlannedWave] {
    var waves: [PlannedWave] = []
    var rest = rows[...]
    while !rest.isEmpty {
      let size = min(random.int(1...4), rest.count)
      waves.append(
        PlannedWave(
          targets: Array(rest.prefix(size)), tolerate: random.chance(60) ? random.int(0...2) : nil, earliest: nil,
          latest: nil))
      rest = rest.dropFirst(size)
    }
    return waves
  }

  private mutating func pace() -> PlannedPace? {
    guard random.chance(25) else { return nil }
    let isCompressed = random.chance(50)
    return PlannedPace(
      count: random.int(2...5), period: .week, carry: random.int(0...2),
      every: isCompressed ? Span.minute : nil,
      boundaries: isCompressed ? [] : Self.boundaries)
  }

  /// A period is a minute in the first hour, and an hour later on: what waits for nights and people comes there, too.
  private static let boundaries =
    (0..<60).map { start + Span(milliseconds: $0 * Span.minute.milliseconds) }
    + (1...96).map { start + Span(milliseconds: $0 * Span.hour.milliseconds) }

  private mutating func step(_ number: Int) -> PlannedStep {
    let undo: PlannedUndo =
      switch random.int(0...9) {
      case 0...6: .call(call("undo-\(number)"))
      case 7...8: .nothing
      default: .impossible
      }
    return PlannedStep(
      id: "step-\(number)", summary: nil, call: call("do-\(number)"), undo: undo, attempts: random.int(1...4),
      wait: SpanRange(low: .second, high: Span(milliseconds: 10_000)), isCutover: random.chance(10))
  }

  private mutating func call(_ operation: String) -> PlannedCall {
    let probe = PlannedProbe(operation: "look", provider: "world", arguments: .none, timeout: Span(milliseconds: 5_000))
    return PlannedCall(
      operation: operation, provider: "world", arguments: .none, idempotency: random.pick(Idempotency.allCases),
      timeout: Span(milliseconds: 20_000), settle: random.chance(30) ? Span(milliseconds: 4_000) : .zero,
      probe: random.chance(50) ? probe : nil)
  }
}
