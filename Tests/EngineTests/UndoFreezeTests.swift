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
