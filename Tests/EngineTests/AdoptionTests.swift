import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("What an amendment takes over")
struct AdoptionTests {
  private static func amend(_ bench: inout Bench, to plan: Plan) {
    AmendmentTests.amend(&bench, to: plan)
    if bench.state.plan != plan, let path = bench.open.keys.min() { bench.succeed(path) }
    #expect(bench.state.plan == plan, "\(bench.refusal ?? "") \(bench.events.suffix(3).map(\.kind))")
    bench.turn([])
  }

  @Test("are failures, counted anew by an attribute that gets a limit, and those of the wave that is going on")
  func failures() {
    let plan = Make.plan([Make.stage(steps: [Make.step("a", undo: .nothing)], waves: [[0, 2, 4], [1]], tolerate: 5)])
    var bench = Bench(plan)
    bench.fail("p/s/1/t0/a")
    #expect(bench.state.failures.attributes.isEmpty)
    var new = plan
    new.stages[0].tolerateByAttribute = [AttributeLimit(attribute: "country", limit: 3)]
    Self.amend(&bench, to: new)
    #expect(bench.state.failures.attributes == ["country=NO": 1])
    #expect(bench.state.failures.wave == 1 && bench.state.failures.run == 1 && bench.state.failures.phases == [1])
  }

  @Test("are targets that a person holds, by the names of their stages, where they are in a wave yet")
  func held() {
    let plan = Make.plan([
      Make.stage(waves: [[0]]), Make.stage("y", phase: 1, waves: [[1]]), Make.stage("z", phase: 1, waves: [[2, 3, 4]]),
    ])
    var bench = Bench(plan)
    for path in ["q/y/1/t1", "q/z/1/t2", "q/z/1/t3", "q/z/1/t4"] { bench.command(.hold, path) }
    var new = plan
    new.stages.remove(at: 1)
    new.stages[1].waves = [PlannedWave(targets: [3], tolerate: nil), PlannedWave(targets: [2], tolerate: nil)]
    Self.amend(&bench, to: new)
    #expect(bench.state.heldTargets == [TargetKey(stage: 1, row: 2), TargetKey(stage: 1, row: 3)])
  }

  @Test("is what a pace has used; what it allows changes by as much as the pace does", arguments: [2, 4, 6])
  func pace(count: Int) {
    var stage = Make.stage(
      steps: [Make.step("a")], waves: [[0, 1], [2, 3], [4, 5], [6, 7]], concurrency: 9, isStrict: false,
      pace: PlannedPace(count: 4, period: .week, carry: 0, every: .hour, boundaries: []))
    stage.caps = [
      PlannedCap(
        attribute: "country", pace: PlannedPace(count: 9, period: .day, carry: 0, every: .day, boundaries: []))
    ]
    let plan = Make.plan([stage])
    var bench = Bench(plan)
    bench.succeed("p/s/1/t0/a")
    var new = plan
    new.stages[0].pace?.count = count
    new.stages[0].caps.insert(
      PlannedCap(attribute: "id", pace: PlannedPace(count: 9, period: .day, carry: 0, every: .day, boundaries: [])),
      at: 0)
    Self.amend(&bench, to: new)
    let state = bench.state.stages[0]
    #expect(state.pace?.allowance == count && state.begunAt == Make.start)
    #expect(state.capped[1]?["NO"]?.used == (count == 2 ? 1 : 2))
    bench.succeedAll()
    #expect(bench.lines("wave_started").count == count / 2)
  }

  @Test("is all that began under a cap of another period: a cap that is made tighter lets nobody in beside them")
  func otherCap() {
    var stage = Make.stage(steps: [Make.step("a")], waves: [[0, 2, 4]], concurrency: 1)
    stage.caps = [
      PlannedCap(
        attribute: "country", pace: PlannedPace(count: 3, period: .day, carry: 0, every: .day, boundaries: []))
    ]
    var bench = Bench(Make.plan([stage]))
    bench.succeed("p/s/1/t0/a")
    var new = bench.state.plan
    new.stages[0].caps[0].pace.every = .week
    AmendmentTests.amend(&bench, to: new)
    bench.succeed("p/s/1/t2/a")
    let used = bench.state.stages[0].capped[0] ?? [:]
    #expect(bench.state.plan == new && used.values.reduce(0) { $0 + $1.used } == 2)
  }

  @Test("is all that began under a pace of another period: one that is made slower lets nobody in beside them")
  func otherPace() {
    let stage = Make.stage(
      steps: [Make.step("a")], waves: [[0], [1], [2], [3]], concurrency: 1,
      pace: PlannedPace(count: 1, period: .day, carry: 0, every: .hour, boundaries: []))
    var bench = Bench(Make.plan([stage]))
    bench.succeed("p/s/1/t0/a")
    bench.waitUntilDue()
    bench.succeed("p/s/2/t1/a")
    var new = bench.state.plan
    new.stages[0].pace = PlannedPace(count: 3, period: .week, carry: 0, every: .day, boundaries: [])
    AmendmentTests.amend(&bench, to: new)
    bench.succeedAll()
    bench.wait(.hour)
    bench.succeedAll()
    // Two began before, and the third with this one: the next waits for another period.
    #expect(bench.state.plan == new && bench.lines("wave_started").count == 3)
    bench.waitUntilDue()
    #expect(bench.lines("wave_started").count == 4 && bench.now == Make.start + .hour + .day)
  }

  /// Two signals, a trigger each, a gate; the first wave is gating and something is known of both.
  private static func measured() -> Bench {
    var plan = Make.watched(
      signals: [Make.signal("s"), Make.signal("u")],
      triggers: [Make.trigger("slow", lasts: 600), Make.trigger("late", Make.condition(signal: 1), lasts: 600)],
      gate: Make.gate(hold: 600))
    plan.stages[0].bake = .hour
    var bench = Bench(plan)
    bench.succeedAll()
    for _ in 0..<3 {
      bench.sample("6", signal: 0)
      bench.measure("6", signal: 1)
    }
    #expect(bench.state.evidence.triggers.map { $0[""]?.phase } == [.pending, .pending])
    return bench
  }

  /// A change of what is measured, and which of the two triggers keeps what it knows.
  enum Change: String, CaseIterable {
    case other, order, limit, comparison, lasts, action, scope, noData, unit, id, gate

    func make(_ plan: inout Plan) {
      switch self {
      case .other: plan.stages[0].waves[1].targets = [3, 2]
      case .order:
        plan.signals.swapAt(0, 1)
        plan.triggers.swapAt(0, 1)
        for trigger in plan.triggers.indices { plan.triggers[trigger].condition.signal = trigger }
        plan.stages[0].gate?.conditions[0].signal = 1
      case .limit: plan.triggers[0].condition.limit = Fixed(millionths: 4_000_000)
      case .comparison: plan.triggers[0].condition.comparison = .atLeast
      case .lasts: plan.triggers[0].persistence = .lasting(Make.seconds(900))
      case .action: plan.triggers[0].action = .hold
      case .scope: plan.triggers[0].scope = .stage
      case .noData: plan.triggers[0].noData = .breach
      case .unit: plan.signals[0].unit = "ms"
      case .id: plan.triggers[0].id = "other"
      case .gate: plan.stages[0].gate?.hold = .hour
      }
    }

    /// The triggers that know what they knew, by identifier.
    var kept: [String] {
      switch self {
      case .other, .gate: ["slow", "late"]
      case .order: ["late", "slow"]
      case .limit, .comparison, .lasts, .action, .scope, .noData, .unit, .id: ["late"]
      }
    }
  }

  @Test("is what was measured of what is the same; what has changed is measured anew", arguments: Change.allCases)
  func evidence(change: Change) {
    var bench = Self.measured()
    var new = bench.state.plan
    change.make(&new)
    let gate = bench.state.evidence.gate
    AmendmentTests.amend(&bench, to: new)
    #expect(bench.state.plan == new, "\(bench.refusal ?? "")")
    let kept = new.triggers.indices.filter { bench.state.evidence.triggers[$0][""]?.phase == .pending }
    #expect(kept.map { new.triggers[$0].id } == change.kept)
    #expect(bench.state.evidence.signals.map { $0.until != nil } == [change != .unit, true])
    // Where nothing of it changed, the gate goes on where it was; else it begins anew.
    #expect((bench.state.evidence.gate == gate) == (change == .other))
    #expect(bench.state.waveState == (change == .other ? .gating : .running))
    bench.turn([])
    #expect(bench.state.waveState == .gating && bench.lines("gate_started").count == (change == .other ? 1 : 2))
  }

  @Test("are the steps and targets of a stage by its name, and a phase that is gone does not count as started")
  func phaseGone() {
    let plan = Make.plan([Make.stage(waves: [[0]]), Make.stage("z", phase: 1, waves: [[1]])])
    var bench = Bench(plan)
    bench.succeedAll(3)
    bench.command(.rollback, "q")
    bench.succeedAll()
    #expect(bench.state.startedPhase == 1)
    var short = plan
    short.phases.removeLast()
    short.stages.removeLast()
    AmendmentTests.amend(&bench, to: short)
    #expect(bench.state.plan == short && bench.state.startedPhase == 0 && bench.state.stages.count == 1)
    #expect(bench.state.stage == 1 && bench.status("p/s/1/t0") == .done)
  }

  @Test("is what people said about places that there are yet, at the places where they stand now")
  func people() {
    let rule = PlannedApproval(count: 1, role: "release-manager", emergencyRole: "release-manager")
    var plan = Make.plan([
      Make.stage(waves: [[0], [1]]), Make.stage("y", phase: 1, waves: [[2]]), Make.stage("z", phase: 1, waves: [[3]]),
    ])
    plan.people = ["mira", "tomas"].map { PlannedPerson(id: $0, roles: ["release-manager"]) }
    for stage in 1...2 { plan.stages[stage].approvalRule = rule }
    var bench = Bench(plan)
    for place in ["q/y", "q/z"] {
      ApprovalTests.say(&bench, .approve, 0, at: place)
      ApprovalTests.say(&bench, .emergency, 0, at: place, until: 60)
      bench.now = bench.now + .second
      ApprovalTests.say(&bench, .reject, 1, at: place)
    }
    bench.machine.state.approvals.breaches = [
      .init(place: .stage(1), sequence: 0, by: "x"), .init(place: .stage(2), sequence: 0, by: "y"),
    ]
    bench.machine.state.approvals.asked = .stage(2)
    var new = plan
    new.stages.remove(at: 1)
    ApprovalTests.say(&bench, .reject, 1, at: "q/z")
    bench.machine.state.approvals.asked = .stage(2)
    bench.command(.pause)
    let digest = AmendmentTests.amend(&bench, to: new)
    for place in ["q/y", "q/z"] { AmendmentTests.say(&bench, .approve, 1, at: place, of: digest) }
    bench.succeed("p/s/1/t0/a")
    #expect(bench.state.plan == new, "\(bench.refusal ?? "")")
    let approvals = bench.state.approvals
    #expect(approvals.given.map(\.place) == [.stage(1)] && approvals.emergencies.map(\.place) == [.stage(1)])
    #expect(approvals.rejected.map(\.place) == [.stage(1), .stage(1)] && approvals.breaches.map(\.by) == ["y"])
    #expect(approvals.breaches.map(\.place) == [.stage(1)] && approvals.asked == .stage(1))
  }
}
