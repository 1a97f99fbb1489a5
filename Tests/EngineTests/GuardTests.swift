import Quantities
import Testing

@testable import Engine
@testable import Plans

/// What guards is never quietly not there: each test is an input at which it once was not.
@Suite("A guard")
struct GuardTests {
  /// Two stages `p/s` and `p/rest` of two targets each under one trigger.
  private static func twoStages(scope: PlannedTrigger.Scope = .wave, first: AfterRollback, second: AfterRollback)
    -> Plan
  {
    var plan = Make.watched(triggers: [Make.trigger(scope: scope)], bake: .minute, then: first, waves: [[0, 1]])
    var rest = plan.stages[0]
    (rest.id, rest.then, rest.waves[0].targets) = ("rest", second, [2, 3])
    plan.stages.append(rest)
    return plan
  }

  @Test("that takes back a phase does what the stage says in which it decided, and not the first one")
  func thenOfItsStage() {
    var bench = Bench(Self.twoStages(scope: .phase, first: .retryOnce, second: .stop))
    bench.succeedAll()
    bench.samples("1", 4)
    bench.succeedAll()
    #expect(bench.state.stage == 1)
    bench.samples("6", 3)
    bench.succeedAll()
    #expect(bench.state.outcome == .aborted)
    #expect(["p/s/1/t0", "p/rest/1/t3"].allSatisfy { bench.status($0) == .undone })
  }

  @Test("watches a wave until the next one has begun, however long people take to approve that")
  func watchesUntilTheNext() {
    var plan = Self.twoStages(first: .hold, second: .hold)
    plan.people = [PlannedPerson(id: "mira", roles: ["release-manager"])]
    plan.stages[1].approvalRule = PlannedApproval(count: 1, role: "release-manager")
    var bench = Bench(plan)
    bench.succeedAll()
    bench.samples("1", 4)
    #expect(bench.state.missingApproval?.place == .stage(1) && bench.lines("wave_finished").count == 1)
    bench.samples("1", 20)
    bench.samples("6", 3)
    #expect(bench.lines("trigger_fired") == ["trigger_fired p/s/1"])
    bench.succeedAll()
    #expect(bench.status("p/s/1/t1") == .undone && bench.state.missingApproval == nil)
  }

  @Test("of one wave ends when the next one has begun, and not before it has ended itself", arguments: [0, 600])
  func watchEnds(watchAfter: Int64) {
    var plan = Self.twoStages(first: .hold, second: .hold)
    plan.triggers[0].watchAfter = Make.seconds(watchAfter)
    plan.stages[0].bake = .minute
    plan.stages[1].notBefore = Make.start + .hour
    var bench = Bench(plan)
    bench.succeedAll()
    bench.samples("1", 4)
    #expect(bench.lines("wave_finished").count == 1)
    let watched = bench.state.watchedPlaces(of: plan.triggers[0])
    #expect(watched.map(\.until) == [nil])
    bench.now = Make.start + .hour
    bench.turn([Event(.timerDue, at: bench.now)])
    // What happened in that hour is read first.
    #expect(bench.lines("wave_started").count == 1)
    bench.readAll("1")
    #expect(bench.lines("wave_started").count == 2)
    let left = bench.state.watchedPlaces(of: plan.triggers[0]).prefix(1).map(\.until)
    #expect(
      left == [
        max(
          Make.start + .hour,
          (bench.events.first { $0.kind.type == "wave_finished" }?.at ?? bench.now)
            + Make.seconds(watchAfter))
      ])
  }

  @Test("goes on counting through pauses and resumes")
  func pauses() {
    var bench = Bench(Make.watched(triggers: [Make.trigger(lasts: 300)], bake: .hour))
    bench.succeedAll()
    bench.sample("1")
    for _ in 0..<5 {
      bench.samples("6", 2)
      bench.command(.pause)
      bench.command(.resume)
    }
    #expect(bench.lines("trigger_became_pending").count == 1 && bench.lines("trigger_fired").isEmpty)
    bench.sample("6")
    #expect(bench.lines("trigger_fired").count == 1)
  }

  @Test("that is pending elsewhere goes on counting through a rollback; one without exposed targets begins anew")
  func rollbackElsewhere() {
    let signal = Make.signal("s", .target)
    var bench = Bench(
      Make.watched(
        signals: [signal], triggers: [Make.trigger(lasts: 120, scope: .target)], bake: .hour, waves: [[0, 1]]))
    bench.succeedAll()
    bench.samples("1", 2)
    bench.samples("6", 3)
    #expect(bench.lines("trigger_became_pending").count == 2)
    bench.command(.rollback, "p/s/1/t0")
    bench.succeedAll(1)
    let progress = bench.state.evidence.triggers[0]
    #expect(progress["t0"] == nil && progress["t1"]?.lasted == .minute)
  }

  @Test("counts what is silent now and then: one silence between two breaches is bridged, two stop the clock")
  func alternating() {
    for (silences, fired) in [(1, true), (2, false)] {
      var bench = Bench(Make.watched(triggers: [Make.trigger(lasts: 180)], bake: .hour))
      bench.succeedAll()
      bench.sample("1")
      for _ in 0..<12 {
        bench.sample("100")
        bench.samples("!no_data", silences)
      }
      #expect(bench.lines("trigger_fired").isEmpty != fired)
    }
  }

  @Test("counts a silence that its policy calls a breach as one, also after a measured breach")
  func silenceIsABreach() {
    var bench = Bench(Make.watched(triggers: [Make.trigger(lasts: 60, noData: .breach)], bake: .hour))
    bench.succeedAll()
    bench.sample("1")
    bench.sample("100")
    bench.samples("!no_data", 2)
    #expect(bench.lines("trigger_fired").count == 1)
  }

  @Test("opens no gate on windows from before its wave", arguments: [SignalExtent.global, .attribute("country")])
  func immature(extent: SignalExtent) {
    let plan = Make.watched(
      signals: [Make.signal("s", extent, window: 120)], gate: Make.gate(hold: 60), waves: [[0], [2], [4]])
    var bench = Bench(plan)
    for wave in 1...3 {
      let began = bench.now
      bench.succeedAll()
      while bench.lines("gate_opened").count < wave, bench.now < began + .hour { bench.sample("1") }
      #expect(bench.now - began >= Make.seconds(180), "wave \(wave)")
    }
    #expect(bench.state.outcome == .done)
  }

  @Test("sees a breach however late it is read, where another signal was read for longer", arguments: [false, true])
  func lateBreach(whileItHolds: Bool) {
    var bench = Bench(
      Make.watched(
        signals: [Make.signal(), Make.signal("other")],
        gate: Make.gate([Make.condition(.less, 3), Make.condition(.less, 3, signal: 1)], hold: 120), bake: .hour,
        waves: [[0, 1]]))
    bench.succeedAll()
    var state = bench.state
    let first = bench.nextSample
    func fold(_ signal: Int, _ values: [Int64]) {
      let rows = values.enumerated().map { number, value in
        Samples.Row(
          at: first + Make.seconds(Int64(number) * 30), readings: [.value(Fixed(millionths: value * 1_000_000))])
      }
      state.foldSamples(Samples(signal: signal, name: "", series: [""], rows: rows))
    }
    if whileItHolds {
      // Both pass once, so that it holds; then one is read ahead as far as its silence is bridged.
      fold(0, [1])
      fold(1, [1])
      #expect(state.evidence.gate?.hold.holdsSince == first)
    }
    fold(0, [1, 1, 1, 1, 1])
    fold(1, [1, 6, 1, 1, 1])
    #expect(state.evidence.gate?.hold.isOpen == false)
    #expect(state.evidence.gate?.hold.holdsSince.map { $0 > first + Make.seconds(30) } ?? true)
  }

  @Test("does not carry a number on from before its wave")
  func carried() {
    let plan = Make.watched(
      signals: [Make.signal(window: 30, noData: .carry(.hour))], gate: Make.gate(hold: 0, deadline: nil),
      waves: [[0], [2]])
    var bench = Bench(plan)
    bench.succeedAll()
    bench.sample("1")
    #expect(bench.lines("gate_opened").count == 1)
    bench.succeedAll()
    bench.samples("!no_data", 10)
    #expect(bench.lines("gate_opened").count == 1)
    bench.sample("1")
    #expect(bench.lines("gate_opened").count == 2)
  }

  @Test("does not carry a number on from before a target was taken back and done again")
  func carriedIntoRound() {
    let trigger = Make.trigger(noData: .carry(.hour))
    let plan = Make.watched(signals: [Make.signal(window: 30)], triggers: [trigger], bake: .hour, waves: [[0]])
    var bench = Bench(plan)
    bench.succeedAll()
    bench.sample("1")
    bench.samples("6", 2)
    bench.command(.rollback, "p/s/1")
    bench.succeedAll()
    bench.command(.resume)
    bench.succeedAll()
    bench.samples("!no_data", 20)
    #expect(bench.lines("trigger_fired").isEmpty)
    bench.samples("6", 3)
    #expect(bench.lines("trigger_fired").count == 1)
  }

  @Test("waits for nobody who failed before the cut-over and cannot be taken back")
  func failedBeforeCutOver() {
    for rows in [[0, 1], [0]] as [[Int32]] {
      var plan = Make.watched(
        signals: [Make.signal("s", .target)], gate: Make.gate(hold: 0, deadline: nil), bake: .minute, waves: [rows])
      plan.stages[0].steps = [Make.step("a", undo: .impossible), Make.step("b")]
      plan.stages[0].steps[1].isCutover = true
      plan.stages[0].waves[0].tolerate = 1
      var bench = Bench(plan)
      bench.succeed("p/s/1/t0/a")
      bench.fail("p/s/1/t0/b")
      bench.succeedAll()
      #expect(bench.status("p/s/1/t0") == .failed)
      bench.samples("1", 8)
      if rows.count > 1 {
        #expect(bench.state.outcome == .done)
      } else {
        // Nobody is live, so nothing was measured: a person decides.
        #expect(bench.lines("gate_started").isEmpty && bench.state.hold == .nobodyLive(path: "p/s/1"))
      }
    }
  }

  @Test("sees a target whose cut-over is in doubt, until it is known that it did not happen")
  func cutOverInDoubt() {
    for settlement in [nil, Settlement.succeeded, .notApplied, .failed] {
      var plan = Make.watched(
        signals: [Make.signal("s", .target)], triggers: [Make.trigger(lasts: 60)], bake: .minute, waves: [[0]])
      plan.stages[0].steps = [Make.step("a", .none)]
      plan.stages[0].steps[0].isCutover = true
      var bench = Bench(plan)
      bench.sample("6")
      bench.doubt("p/s/1/t0/a")
      if let settlement { bench.command(.resolve, "p/s/1/t0/a", as: settlement) }
      bench.samples("6", 4)
      let isLive = settlement == nil || settlement == .succeeded
      #expect(bench.lines("trigger_fired").count == (isLive ? 1 : 0), "\(settlement as Any)")
    }
  }

  @Test("asks no gate of an older wave again when a newer one has none")
  func olderGate() {
    var plan = Self.twoStages(first: .hold, second: .hold)
    plan.triggers = []
    (plan.stages[0].gate, plan.stages[0].bake) = (Make.gate(hold: 0, validFor: 60), .zero)
    plan.stages[1].bake = .zero
    let rows = plan.stages[1].waves[0].targets
    plan.stages[1].waves = rows.map { PlannedWave(targets: [$0], tolerate: 0, earliest: nil, latest: nil) }
    var bench = Bench(plan)
    bench.succeedAll()
    bench.sample("1")
    #expect(bench.lines("gate_opened").count == 1)
    bench.now = bench.now + .hour
    bench.succeedAll()
    #expect(rows.count > 1 && bench.state.outcome == .done && bench.lines("gate_started").count == 1)
  }

  @Test("measures anew what passed too long ago, counted from the last pass of gate or bake")
  func validFor() {
    var plan = Self.twoStages(first: .hold, second: .hold)
    plan.triggers = []
    (plan.stages[0].gate, plan.stages[0].bake) = (Make.gate(hold: 0, validFor: 3_600), .hour)
    plan.stages[1].notBefore = Make.start + .hour + .hour
    var bench = Bench(plan)
    bench.succeedAll()
    bench.samples("1", 125)
    #expect(bench.lines("wave_finished").count == 1)
    bench.now = Make.start + .hour + .hour
    bench.turn([Event(.timerDue, at: bench.now)])
    #expect(bench.lines("wave_started").count == 2 && bench.lines("gate_started").count == 1)
    plan.stages[1].notBefore = Make.start + .hour + .hour + .hour
    bench = Bench(plan)
    bench.succeedAll()
    bench.samples("1", 125)
    bench.now = Make.start + .hour + .hour + .hour
    bench.turn([Event(.timerDue, at: bench.now)])
    #expect(bench.lines("wave_started").count == 1 && bench.lines("gate_started").count == 2)
    #expect(bench.state.renewedGate == .wave(stage: 0, wave: 0))
    bench.samples("1", 2)
    #expect(bench.lines("wave_started").count == 2)
  }

  @Test("is not passed by a wave in which nobody is live")
  func nobodyLive() {
    var plan = Make.watched(gate: Make.gate(), waves: [[0], [1, 2]])
    plan.stages[0].waves[0].tolerate = 1
    var bench = Bench(plan)
    bench.fail("p/s/1/t0/a")
    bench.succeedAll()
    #expect(bench.state.hold == .nobodyLive(path: "p/s/1") && bench.lines("wave_started").count == 1)
    bench.command(.resume)
    #expect(bench.lines("wave_started").count == 2 && bench.state.hold == nil)
  }

  /// What judges a wave, one thing at a time; `nil` for nothing.
  static let judges: [(String, (@Sendable (inout Plan) -> Void)?)] = [
    ("nothing", nil), ("a gate", { $0.stages[0].gate = Make.gate() }), ("a bake", { $0.stages[0].bake = .minute }),
    ("events", { $0.stages[0].bakeEvents = PlannedEvents(count: 1, signal: 0) }),
    ("days", { $0.stages[0].bakeCycles = 1 }), ("a trigger", { $0.triggers = [Make.trigger(do: .hold)] }),
  ]

  @Test(
    "is not passed by a wave that was skipped, whatever judges it; where nothing does, skipping it is enough",
    arguments: judges.indices)
  func skipped(judge: Int) {
    let (name, change) = Self.judges[judge]
    var plan = Make.watched(waves: [[0, 1], [2]])
    change?(&plan)
    // Nothing begins before a person has skipped it.
    plan.freezes = [
      PlannedFreeze(summary: "audit", intervals: [.instants(from: Make.start, until: Make.start + .hour)])
    ]
    var bench = Bench(plan)
    #expect(bench.state.isJudged(stage: 0) == (change != nil), "\(name)")
    for target in ["t0", "t1"] { bench.command(.skip, "p/s/1/\(target)") }
    #expect(bench.state.hold == (change != nil ? .nobodyLive(path: "p/s/1") : nil), "\(name): \(bench.refusal ?? "")")
  }

  @Test("that people are: what a person takes back voids the approvals before it")
  func rollbackVoids() {
    var bench = Bench(ApprovalTests.plan(count: 1))
    ApprovalTests.say(&bench, .approve, 1)
    bench.succeedAll(2)
    bench.command(.rollback, "p/s/1")
    bench.succeedAll(2)
    let whys = bench.events.compactMap { if case .approvalVoided(_, _, let why) = $0.kind { why } else { nil } }
    #expect(whys == ["a person's rollback is newer"])
    bench.command(.resume)
    #expect(bench.state.missingApproval?.place == .phase(0))
  }
}
