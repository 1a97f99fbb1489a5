import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("Taking back")
struct UndoFreezeTests {
  /// Two waves of two targets; for ten minutes from the start on nothing may be taken back, says a calendar.
  private static func plan(verbs: Bool) -> Plan {
    var plan = Make.plan([
      Make.stage(steps: [Make.step("a")], waves: [[0, 1], [2, 3]], concurrency: 4, isStrict: false)
    ])
    if verbs {
      plan.rollbackFreezes = [
        PlannedFreeze(
          summary: "end of the year", intervals: [.instants(from: Make.start, until: Make.start + Make.seconds(600))])
      ]
    }
    return plan
  }

  @Test("waits while a calendar freezes rollbacks in so many words, says so, and goes on by itself")
  func frozen() {
    var bench = Bench(Self.plan(verbs: true))
    bench.succeedAll()
    bench.command(.rollback, "p/s/1")
    #expect(bench.lines("rollback_started").count == 1)
    #expect(bench.requests.allSatisfy { !$0.hasPrefix("undo") })
    let wait = bench.state.waits.first { $0.kind == .freeze }
    #expect(wait?.until == Make.start + Make.seconds(600) && wait?.reason.contains("end of the year") == true)
    #expect(bench.state.nextDue == Make.start + Make.seconds(600))
    bench.wait(Make.seconds(600))
    #expect(bench.requests.contains { $0.hasPrefix("undo p/s/1/") })
  }

  @Test("goes on with everybody else, and a person may leave a frozen target as it is")
  func others() {
    var plan = Self.plan(verbs: true)
    plan.rollbackFreezes[0].categories = ["NO"]
    var bench = Bench(plan)
    bench.succeedAll()
    bench.command(.rollback)
    bench.succeedAll()
    #expect(["p/s/2/t3", "p/s/1/t1"].allSatisfy { bench.status($0) == .undone })
    #expect(bench.state.rollback?.queue.count == 2 && bench.state.frozenUndos.count == 2)
    bench.command(.skip, "p/s/1/t1")
    #expect(bench.state.rollback != nil)
    for target in ["p/s/2/t2", "p/s/1/t0"] { bench.command(.skip, target) }
    #expect(bench.lines("target_kept").count == 2 && bench.status("p/s/1/t0") == .done)
    #expect(bench.state.outcome == .rolledBack)
  }

  @Test("leaves what a person left as it is to persons: evidence takes it back no more")
  func kept() {
    var plan = Make.watched(triggers: [Make.trigger()], bake: .hour, waves: [[0, 1]])
    plan.rollbackFreezes = [
      PlannedFreeze(
        summary: "x", categories: ["NO"], intervals: [.instants(from: Make.start, until: Make.start + .day)])
    ]
    var bench = Bench(plan)
    bench.succeedAll()
    bench.sample("1")
    bench.samples("6", 3)
    bench.succeedAll()
    bench.command(.skip, "p/s/1/t0")
    #expect(bench.status("p/s/1/t1") == .undone && bench.state.rollback == nil)
    bench.samples("6", 4)
    #expect(bench.lines("rollback_started").count == 1 && bench.status("p/s/1/t0") == .done)
    bench.now = Make.start + .day
    bench.command(.rollback, "p/s/1/t0")
    bench.succeedAll()
    #expect(bench.status("p/s/1/t0") == .undone)
  }

  @Test("goes on with everybody else while one undo is blocked")
  func blocked() {
    var plan = Self.plan(verbs: false)
    plan.undoConcurrency = 1
    var bench = Bench(plan)
    bench.succeedAll()
    bench.command(.rollback)
    bench.fail("p/s/2/t3/a")
    bench.succeedAll()
    #expect(["p/s/2/t2", "p/s/1/t1", "p/s/1/t0"].allSatisfy { bench.status($0) == .undone })
    #expect(bench.state.hold == .blocked(path: "p/s/2/t3/a") && bench.state.rollback != nil)
    bench.command(.retry, "p/s/2/t3")
    bench.succeedAll()
    #expect(bench.state.outcome == .rolledBack)
  }

  @Test("is frozen by nothing else")
  func free() {
    var plan = Self.plan(verbs: false)
    plan.freezes = [
      PlannedFreeze(
        summary: "end of the year", intervals: [.instants(from: Make.start + .second, until: Make.start + .day)])
    ]
    var bench = Bench(plan)
    bench.now = bench.now + Make.seconds(5)
    bench.succeedAll()
    bench.command(.rollback, "p/s/1")
    #expect(bench.requests.contains { $0.hasPrefix("undo p/s/1/") })
  }

  @Test("undoes at most as many targets at once as the runbook says", arguments: [1, 2, nil])
  func concurrency(limit: Int?) {
    var plan = Self.plan(verbs: false)
    plan.undoConcurrency = limit
    var bench = Bench(plan)
    bench.succeedAll()
    bench.succeedAll()
    bench.command(.rollback, "p/s/1")
    #expect(bench.requests.count { $0.hasPrefix("undo") } == min(limit ?? 4, 2))
  }
}
