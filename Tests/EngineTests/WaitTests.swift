import Quantities
import Testing

@testable import Engine
@testable import Plans

/// A situation, and what the run waits for in it: `kind path: reason`, and after how many seconds that is over.
struct Waiting: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var waits: [String]
  var plan: Plan
  var arrange: @Sendable (inout Bench) -> Void

  init(
    _ name: String, _ waits: [String], in plan: Plan = Make.plan([Make.stage(waves: [[0, 1]], tolerate: 0)]),
    _ arrange: @escaping @Sendable (inout Bench) -> Void = { _ in }
  ) {
    (testDescription, self.waits, self.plan, self.arrange) = (name, waits, plan, arrange)
  }

  private static let a = "p/s/1/t0/a"
  private static let slot = "slot p/s/1: 1 target waits for a slot: 1 at once"
  private static let running = "provider \(a): running, 60"

  private static func one(_ step: PlannedStep = Make.step("a", .none)) -> Plan {
    Make.plan([Make.stage(steps: [step], waves: [[0]], tolerate: 1)])
  }

  private static let looking = one(Make.step("a", .none, probe: true, settle: Make.seconds(30)))
  private static let frozen: Plan = {
    var plan = Make.plan([Make.stage(steps: [Make.step("a")], waves: [[0, 1]], concurrency: 4, isStrict: false)])
    plan.rollbackFreezes = [
      PlannedFreeze(
        summary: "year end", intervals: [.instants(from: Make.start, until: Make.start + Make.seconds(600))])
    ]
    return plan
  }()

  private static func gated(_ gate: PlannedGate = Make.gate(), bake: Span = .zero) -> Plan {
    Make.watched(gate: gate, bake: bake)
  }

  private static func baking(_ cycles: Int = 0, events: PlannedEvents? = nil) -> Plan {
    var plan = Make.watched(triggers: [Make.trigger()], bake: Make.seconds(120), events: events)
    plan.stages[0].bakeCycles = cycles
    return plan
  }

  static let all: [Waiting] = [
    Waiting("at work", [running, slot]),
    Waiting("over", []) { $0.succeedAll() },
    Waiting("before its next attempt", ["retry \(a): next attempt of the step, 500"], in: one()) {
      $0.fail(a, transient: true, retryAfter: Make.seconds(500))
    },
    Waiting("before the next attempt to take back", ["retry \(a): next attempt of the undo step, 500"], in: one()) {
      $0.failHalfWay(a)
      $0.fail(a, transient: true, retryAfter: Make.seconds(500))
    },
    Waiting("taken back", ["provider \(a): undo running, 60"], in: one()) { $0.failHalfWay(a) },
    Waiting(
      "parked", ["person \(a): there is no probe, and idempotency is `none`: a person decides"], in: one()
    ) { $0.doubt(a) },
    Waiting("manual", ["person \(a): a person does this step and says so"], in: one()) { $0.handToPerson(a) },
    Waiting("manual, taking back", ["person \(a): a person does this undo step and says so"], in: one()) {
      $0.failHalfWay(a)
      $0.handToPerson(a)
    },
    Waiting(
      "blocked", ["person \(a): the undo failed for good", "hold \(a): the rollback is blocked at \(a)"], in: one()
    ) {
      $0.failHalfWay(a)
      $0.fail(a)
    },
    Waiting("looking", ["provider \(a): looking whether it happened, 10"], in: looking) { $0.doubt(a) },
    Waiting("settling", ["retry \(a): second look, since `not applied` must hold, 30"], in: looking) {
      $0.doubt(a)
      $0.look(a, .notApplied)
    },
    Waiting("held, and paused", ["pause : a person paused the run", "hold p/s/1/t0/b: a person holds this target"]) {
      $0.command(.hold, "p/s/1/t0")
      $0.command(.pause)
      $0.succeed(a)
    },
    Waiting("leaving", ["executor : the executor is leaving", running]) { $0.happens(.executorDraining) },
    Waiting("over its budget", ["hold : 1 target failed, and `tolerate` for the wave is 0"]) {
      $0.fail(a)
    },
    Waiting(
      "not to be taken back yet", ["freeze p/s/1/t1: taking it back is frozen: frozen: year end, 600"], in: frozen
    ) {
      $0.succeedAll()
      $0.command(.rollback)
    },
    Waiting("at a gate", ["gate p/s/1: the gate is closed (s < 3 s: nothing measured yet), 600"], in: gated()) {
      $0.succeedAll()
    },
    Waiting("at a gate that breaches", ["gate p/s/1: the gate is closed (s < 3 s: it is 4), 540"], in: gated()) {
      $0.succeedAll()
      $0.samples("4", 2)
    },
    Waiting("at a gate without data", ["gate p/s/1: the gate is closed (s < 3 s: unknown: no data), 540"], in: gated())
    {
      $0.succeedAll()
      $0.samples("!no_data", 2)
    },
    Waiting("at a gate that holds", ["gate p/s/1: the gate holds, of 1 m, 60"], in: gated()) {
      $0.succeedAll()
      $0.sample("!no_data")
      $0.sample("1")
    },
    Waiting(
      "at a gate that has expired", ["hold : decided by the gate of p/s/1 (breach)"],
      in: gated(Make.gate(deadline: 60, onBreach: .hold))
    ) {
      $0.succeedAll()
      $0.samples("4", 3)
    },
    Waiting(
      "in a bake with a gate in shadow", ["bake p/s/1: the wave bakes, 300"],
      in: gated(Make.gate(isShadow: true), bake: Make.seconds(300))
    ) {
      $0.succeedAll()
    },
    Waiting(
      "in a bake", ["bake p/s/1: the wave bakes: 1 m of 2 m in good health, 60"], in: baking()
    ) {
      $0.succeedAll()
      $0.samples("1", 2)
    },
    Waiting(
      "in a bake that breaches",
      ["bake p/s/1: the wave bakes: 0 ms of 2 m in good health, its clock begins again after a breach"], in: baking()
    ) {
      $0.succeedAll()
      $0.samples("1", 2)
      $0.sample("6")
    },
    Waiting(
      "in a bake without data",
      ["bake p/s/1: the wave bakes: 1 m of 2 m in good health, its clock stands still, no data"], in: baking()
    ) {
      $0.succeedAll()
      $0.samples("1", 2)
      $0.sample("!no_data")
    },
    Waiting(
      "in a bake that counts", ["bake p/s/1: the wave bakes: 1 m 30 s of 2 m in good health, 3 of 4 events"],
      in: baking(events: PlannedEvents(count: 2, signal: 0))
    ) {
      $0.succeedAll()
      $0.sample("1")
      $0.sample("1")
      $0.sample("4")
    },
    Waiting(
      "in a bake over a day", ["bake p/s/1: the wave bakes: 1 m of 2 m in good health, 140340"], in: baking(1)
    ) {
      $0.succeedAll()
      $0.samples("1", 2)
    },
    Waiting(
      "behind the last wave", ["watch : triggers still watch what was changed, 3600"],
      in: Make.watched(triggers: [Make.trigger(watchAfter: 3_600)], waves: [[0]])
    ) { $0.succeedAll() },
  ]
}

@Suite("What a run waits for")
struct WaitTests {
  @Test("is said with its place, in words, and until when", arguments: Waiting.all)
  func waits(waiting: Waiting) {
    var bench = Bench(waiting.plan)
    waiting.arrange(&bench)
    let now = bench.now
    let found = bench.state.waits.map { wait in
      "\(wait.kind.rawValue) \(wait.path): \(wait.reason)"
        + (wait.until.map { ", \(($0 - now).milliseconds / 1_000)" } ?? "")
    }
    #expect(found == waiting.waits)
  }

  @Test("is each hold, the newest first, and a rejection names who said no last")
  func people() {
    var bench = Bench(ApprovalTests.plan())
    ApprovalTests.say(&bench, .reject, 2)
    ApprovalTests.say(&bench, .reject, 1)
    #expect(
      bench.state.waits.map(\.reason) == [
        "0 of 1 approval by a release-manager other than the author, rejected by mira; mira or tomas can"
      ])
    var alone = ApprovalTests.plan(count: 2)
    alone.people = Array(alone.people.prefix(2))
    var one = Bench(alone)
    ApprovalTests.say(&one, .approve, 1)
    #expect(one.state.waits.map(\.reason).first?.hasSuffix("; nobody can give one") == true)
    #expect(one.state.waits.map(\.reason).first?.hasPrefix("1 of 2 ") == true)
  }
}

@Suite("Targets that wait")
struct WaitingTargetsTests {
  /// Six targets in two countries; at most one start a day in a country, or one failure.
  private static func bench(caps: Bool = false, limits: Bool = false, window: Bool = false, slots: Int = 4) -> Bench {
    var stage = Make.stage(
      steps: [Make.step("a")], waves: [[5, 1, 2, 3, 4, 0]], concurrency: slots, isStrict: limits,
      attributes: limits ? [AttributeLimit(attribute: "country", limit: 0)] : [])
    if caps {
      stage.caps = [
        PlannedCap(
          attribute: "country", pace: PlannedPace(count: 1, period: .day, carry: 0, every: .day, boundaries: []))
      ]
    }
    if window { stage.window = PlannedWindow(days: Array(1...7), opens: 10 * 60, closes: 11 * 60) }
    return Bench(Make.plan([stage]))
  }

  private static func lines(_ bench: Bench) -> [String] {
    bench.state.waitingTargets.map { "\($0.count) from t\($0.first.row): \($0.cause.words)" }
  }

  @Test("are counted under the first thing that keeps them back, what a person holds last")
  func causes() {
    var slots = Self.bench(slots: 2)
    slots.command(.hold, "p/s/1/t0")
    slots.command(.hold, "p/s/1/t3")
    #expect(Self.lines(slots) == ["2 from t2: no slot is free", "2 from t3: a person holds it"])
    var capped = Self.bench(caps: true)
    capped.command(.hold, "p/s/1/t4")
    #expect(
      Self.lines(capped) == [
        "2 from t1: country PT has had its 1 per day", "1 from t0: country NO has had its 1 per day",
        "1 from t4: a person holds it",
      ])
    #expect(capped.state.waitingTargets.map(\.until) == [Make.start + .day, Make.start + .day, nil])
    let limited = Self.bench(limits: true)
    #expect(
      Self.lines(limited) == [
        "2 from t1: country PT could lose no more within its budget",
        "2 from t4: country NO could lose no more within its budget",
      ])
    let closed = Self.bench(limits: true, window: true)
    // Kinds that wait for the same thing at the same time are one.
    #expect(closed.state.waitingTargets.map(\.count) == [6])
    #expect(closed.state.waitingTargets[0].first.row == 5 && closed.state.waitingTargets[0].zone == "UTC")
    #expect(closed.state.waitingTargets[0].until == Make.start + .hour)
  }

  @Test("are none before a wave, after the last one, and in a wave whose targets are settled")
  func none() {
    var bench = Bench(Make.plan([Make.stage(waves: [[0], [1]], notBefore: Make.start + .hour)]))
    #expect(bench.state.waitingTargets.isEmpty && bench.state.slots == 0)
    bench.wait(.hour)
    #expect(bench.state.waitingTargets.isEmpty && bench.state.slots == 1)
    bench.succeedAll()
    #expect(bench.state.waitingTargets.isEmpty && bench.state.slots == 0)
  }

  @Test("have caps that are said for the present stage alone")
  func capsOfStage() {
    var stages = [Make.stage(steps: [Make.step("a")], waves: [[0, 2]]), Make.stage("u", waves: [[4]])]
    stages[0].caps = [
      PlannedCap(
        attribute: "country", pace: PlannedPace(count: 1, period: .day, carry: 0, every: .day, boundaries: []))
    ]
    var bench = Bench(Make.plan(stages))
    bench.succeedAll()
    let closures = bench.state.capClosures(of: TargetKey(stage: 0, row: 2))
    #expect(closures.map(\.reopens) == [Make.start + .day])
    #expect(bench.state.capClosures(of: TargetKey(stage: 1, row: 4)).isEmpty)
    bench.waitUntilDue()
    bench.succeed("p/s/1/t2/a")
    #expect(bench.state.stage == 1 && bench.state.capClosures(of: TargetKey(stage: 0, row: 2)).isEmpty)
  }
}
