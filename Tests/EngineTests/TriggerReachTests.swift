import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("A trigger that is armed")
struct TriggerReachTests {
  @Test("watches a stage until the next stage has begun, and not until one after that has")
  func left() throws {
    var plan = Make.plan([
      Make.stage(steps: [Make.step("a")], waves: [[0]]), Make.stage("u", steps: [Make.step("a")], waves: [[1]]),
      Make.stage("v", steps: [Make.step("a")], waves: [[2]]),
    ])
    plan.signals = [Make.signal()]
    plan.triggers = [Make.trigger(do: .hold, scope: .stage, watchAfter: 60)]
    var bench = Bench(plan)
    var left: [Instant?] = []
    for target in ["p/s/1/t0/a", "p/u/1/t1/a"] {
      bench.now = bench.now + Make.seconds(5)
      bench.succeed(target)
      left.append(bench.state.evidence.stages[0]?.leftAt)
    }
    #expect(left == [Make.start + Make.seconds(5), Make.start + Make.seconds(5)])
  }

  /// What may keep a run waiting while something is exposed.
  enum Closed: String, CaseIterable { case window, freeze, approval }

  /// One target of two is done, and the other may not start; or the next stage needs an approval.
  private static func waiting(_ closed: Closed) -> Bench {
    var plan = Make.watched(triggers: [Make.trigger()], bake: .hour, waves: [[0, 1]])
    plan.stages[0].concurrency = 1
    switch closed {
    case .window:
      plan.stages[0].window = PlannedWindow(days: Array(1...7), opens: 9 * 60, closes: 9 * 60 + 5)
    case .freeze:
      plan.freezes = [
        PlannedFreeze(
          summary: "Stocktaking",
          intervals: [.instants(from: Make.start + Make.seconds(300), until: Make.start + .day)])
      ]
    case .approval:
      plan = Make.plan([
        Make.stage(steps: [Make.step("a")], waves: [[0]]), Make.stage("u", steps: [Make.step("a")], waves: [[1]]),
      ])
      plan.signals = [Make.signal()]
      plan.triggers = [Make.trigger(watchAfter: 3_600)]
      plan.people = [PlannedPerson(id: "mira", roles: ["manager"])]
      plan.stages[1].approvalRule = PlannedApproval(count: 1, role: "manager")
    }
    var bench = Bench(plan)
    bench.now = bench.now + Make.seconds(360)
    bench.succeedAll()
    return bench
  }

  @Test("fires and rolls back while the run waits for a window, a freeze or an approval", arguments: Closed.allCases)
  func closed(closed: Closed) {
    var bench = Self.waiting(closed)
    #expect(bench.requests.isEmpty)
    #expect(bench.state.waits.map(\.kind.rawValue).contains(closed.rawValue), "\(bench.state.waits)")
    bench.sample("1")
    bench.samples("6", 3)
    #expect(bench.lines("trigger_fired", "rollback_started") == ["trigger_fired p/s/1", "rollback_started p/s/1"])
    #expect(bench.requests == ["undo p/s/1/t0/a"])
    bench.succeedAll()
    #expect(bench.status("p/s/1/t0") == .undone && bench.state.hold == .rolledBack(scope: "wave"))
  }

  @Test("watches a wave from its first change on, also what is read when other targets of it have changed since")
  func firstChange() {
    var plan = Make.watched(signals: [Make.signal(settle: 10)], triggers: [Make.trigger()], waves: [[0, 1]])
    plan.stages[0].concurrency = 1
    var bench = Bench(plan)
    bench.command(.hold, "p/s/1/t1")
    bench.succeedAll()
    bench.now = Make.start + Make.seconds(35)
    bench.command(.release, "p/s/1/t1")
    #expect(bench.requests == ["do p/s/1/t1/a"] && bench.state.evidence.spans.map(\.changedAt) == [Make.start])
    // What was measured before the second target changed comes after that.
    bench.now = Make.start + Make.seconds(40)
    let row = Samples.Row(at: Make.start + Make.seconds(30), readings: [.value(Fixed(millionths: 6_000_000))])
    bench.happens(.sampled([Samples(signal: 0, name: "s", series: [""], rows: [row])]))
    #expect(bench.state.evidence.triggers[0][""]?.since == Make.start + Make.seconds(30))
  }

  @Test(
    "takes back what is in its scope, the newest first, and nothing beside it",
    arguments: [
      (PlannedTrigger.Scope.wave, ["q/v/2/t3"]), (.stage, ["q/v/2/t3", "q/v/1/t2"]),
      (.phase, ["q/v/2/t3", "q/v/1/t2", "q/u/1/t1"]),
      (.run, ["q/v/2/t3", "q/v/1/t2", "q/u/1/t1", "p/s/1/t0"]),
    ])
  func scopes(scope: PlannedTrigger.Scope, undone: [String]) {
    var plan = Make.plan([
      Make.stage(steps: [Make.step("a")], waves: [[0]]),
      Make.stage("u", phase: 1, steps: [Make.step("a")], waves: [[1]]),
      Make.stage("v", phase: 1, steps: [Make.step("a")], waves: [[2], [3]]),
      Make.stage("z", phase: 2, steps: [Make.step("a")], waves: [[4]]),
    ])
    plan.signals = [Make.signal()]
    plan.triggers = [Make.trigger(scope: scope, watchAfter: 3_600)]
    plan.people = [PlannedPerson(id: "mira", roles: ["manager"])]
    // The last stage waits, and everything before it is watched.
    plan.stages[3].approvalRule = PlannedApproval(count: 1, role: "manager")
    var bench = Bench(plan)
    bench.succeedAll()
    #expect(bench.state.missingApproval?.place == .stage(3))
    bench.sample("1")
    bench.samples("6", 3)
    bench.succeedAll()
    #expect(bench.lines("undo_intended") == undone.map { "undo_intended \($0)/a" })
    for path in ["q/v/2/t3", "q/v/1/t2", "q/u/1/t1", "p/s/1/t0"] {
      #expect(bench.status(path) == (undone.contains(path) ? .undone : .done), "\(path)")
    }
    #expect(bench.status("r/z/1/t4") == .waiting)
  }
}

@Suite("Missing data beside another signal")
struct MissingBesideTests {
  /// Both signals are measured: the other one first, then the one in question.
  private static func sample(_ text: String, other: String, _ bench: inout Bench) {
    bench.now = bench.nextSample
    bench.measure(other, signal: 1)
    bench.measure(text, signal: 0)
  }

  static let idle = NoDataPolicy.idle(signal: 1)
  static let zero = NoDataPolicy.zero(signal: 1)

  /// Silence that passes clears a trigger that is pending; silence that is unknown leaves it as it is.
  @Test(
    "passes when the other one is 0 (idle) or above 0 (zero), and is unknown otherwise: for a trigger",
    arguments: [
      ("before", idle, "0", 0, 0), ("before", idle, "7", 0, 0),
      ("before", zero, "0", 0, 0), ("before", zero, "7", 0, 0),
      ("while", idle, "0", 0, 1), ("while", idle, "7", 0, 0), ("while", zero, "0", 0, 0), ("while", zero, "7", 0, 1),
      ("after", idle, "0", 1, 0), ("after", idle, "7", 1, 0), ("after", zero, "0", 1, 0), ("after", zero, "7", 1, 0),
    ])
  func trigger(when: String, policy: NoDataPolicy, other: String, fired: Int, cleared: Int) {
    var bench = Bench(
      Make.watched(
        signals: [Make.signal(), Make.signal("other")], triggers: [Make.trigger(do: .hold, noData: policy)],
        bake: .hour))
    bench.succeedAll()
    let texts =
      switch when {
      case "before": ["1", "1", "1"] + Array(repeating: "!no_data", count: 4)
      case "while": ["1", "6"] + Array(repeating: "!no_data", count: 5)
      default: ["1", "6", "6", "6"] + Array(repeating: "!no_data", count: 5)
      }
    for text in texts { Self.sample(text, other: other, &bench) }
    #expect(bench.lines("trigger_fired").count == fired)
    #expect(bench.lines("trigger_cleared").count == cleared)
  }

  @Test(
    "is the breach where 0 is one: a counter that is silent while its source lives has counted nothing",
    arguments: [(idle, "0", 0), (idle, "7", 0), (zero, "0", 0), (zero, "7", 1)])
  func nothingIsTheBreach(policy: NoDataPolicy, other: String, fired: Int) {
    let trigger = Make.trigger("sales", Make.condition(.less, 3), do: .hold, noData: policy)
    var bench = Bench(
      Make.watched(signals: [Make.signal(), Make.signal("other")], triggers: [trigger], bake: .hour))
    bench.succeedAll()
    for text in ["4", "4"] + Array(repeating: "!no_data", count: 6) { Self.sample(text, other: other, &bench) }
    #expect(bench.lines("trigger_fired").count == fired)
  }

  @Test(
    "passes when the other one is 0 (idle) or above 0 (zero), and is unknown otherwise: for a gate",
    arguments: [
      ("before", idle, "0", 1), ("before", idle, "7", 0), ("before", zero, "0", 0), ("before", zero, "7", 1),
      ("while", idle, "0", 1), ("while", idle, "7", 0), ("while", zero, "0", 0), ("while", zero, "7", 1),
      ("after", idle, "0", 1), ("after", idle, "7", 1), ("after", zero, "0", 1), ("after", zero, "7", 1),
    ])
  func gate(when: String, policy: NoDataPolicy, other: String, opened: Int) {
    let signals = [Make.signal(noData: policy), Make.signal("other")]
    var bench = Bench(Make.watched(signals: signals, gate: Make.gate(hold: 120), waves: [[0, 1]]))
    bench.succeedAll()
    let texts =
      switch when {
      case "before": Array(repeating: "!no_data", count: 8)
      case "while": ["1", "1", "1", "!no_data", "!no_data", "!no_data", "!no_data", "1", "1"]
      default: Array(repeating: "1", count: 8)
      }
    for text in ["!immature"] + texts { Self.sample(text, other: other, &bench) }
    #expect(bench.lines("gate_opened").count == opened)
  }
}
