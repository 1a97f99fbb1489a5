import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("A target at work")
struct WorkTests {
  private static let target = "p/s/1/t0"
  private static let a = "p/s/1/t0/a"
  private static let b = "p/s/1/t0/b"

  private static func bench(attempts: Int = 3, probe: Bool = false) -> Bench {
    let steps = ["a", "b"].map { Make.step($0, probe: probe, attempts: attempts) }
    return Bench(Make.plan([Make.stage(steps: steps, waves: [[0]], tolerate: 1)]))
  }

  private static func failOnce(_ bench: inout Bench, _ path: String) {
    bench.fail(path, transient: true)
    bench.waitUntilDue()
  }

  @Test("counts the attempts of each step anew, forwards and back")
  func attempts() {
    var bench = Self.bench(attempts: 2)
    Self.failOnce(&bench, Self.a)
    #expect(bench.intent(Self.a)?.attempt == 2 && bench.unit(Self.target)?.tries == 2)
    bench.succeed(Self.a)
    #expect(bench.intent(Self.b)?.attempt == 1 && bench.unit(Self.target)?.tries == 1)
    Self.failOnce(&bench, Self.b)
    #expect(bench.requests == ["do \(Self.b)"])
    bench.failHalfWay(Self.b)
    // The undo of each step has its own.
    for path in [Self.b, Self.a] {
      #expect(bench.intent(path)?.attempt == 1 && bench.unit(Self.target)?.tries == 1, "\(path)")
      Self.failOnce(&bench, path)
      #expect(bench.requests == ["undo \(path)"] && bench.intent(path)?.attempt == 2)
      bench.succeed(path)
    }
    #expect(bench.lines("undo_blocked").isEmpty && bench.status(Self.target) == .failed)
  }

  @Test("hands a cursor to the next attempt of the same step in the same direction, and to nothing else")
  func cursors() {
    var bench = Self.bench()
    bench.cursor(Self.a, "1")
    Self.failOnce(&bench, Self.a)
    #expect(bench.open[Self.a]?.request.cursor == "1" && bench.intent(Self.a)?.cursor == "1")
    bench.succeed(Self.a)
    #expect(bench.open[Self.b]?.request.cursor == nil && bench.unit(Self.target)?.cursor == nil)
    bench.cursor(Self.b, "2")
    bench.fail(Self.b)
    #expect(bench.requests == ["undo \(Self.b)"] && bench.open[Self.b]?.request.cursor == nil)
    bench.cursor(Self.b, "3")
    Self.failOnce(&bench, Self.b)
    #expect(bench.open[Self.b]?.request.cursor == "3")
    bench.succeed(Self.b)
    #expect(bench.open[Self.a]?.request.cursor == nil && bench.intent(Self.a)?.cursor == nil)
  }

  @Test("remembers which steps an undo has to visit: those that may have happened, until they are taken back")
  func touched() {
    var bench = Self.bench()
    #expect(bench.unit(Self.target)?.touched == 0 && bench.unit(Self.target)?.step == 0)
    bench.succeed(Self.a)
    #expect(bench.unit(Self.target)?.touched == 0b01 && bench.unit(Self.target)?.step == 1)
    bench.doubt(Self.b)
    bench.fail(Self.b)
    #expect(bench.unit(Self.target)?.touched == 0b11 && bench.unit(Self.target)?.verb == .undo)
    bench.succeed(Self.b)
    #expect(bench.unit(Self.target)?.touched == 0b01)
    bench.succeed(Self.a)
    #expect(bench.unit(Self.target) == nil && bench.state.stages[0].touched.isEmpty)
    #expect(bench.state.stages[0].rounds == [0: 1] && bench.state.stages[0].admitted == [0])
  }

  @Test("is admitted once, in the order of its newest round")
  func admitted() {
    var bench = Bench(Make.plan([Make.stage(steps: [Make.step("a")], waves: [[0, 1, 2]])]))
    bench.succeedAll(2)
    #expect(bench.state.stages[0].admitted == [0, 1, 2])
    bench.command(.rollback, "p/s/1/t0")
    bench.succeedAll()
    #expect(bench.state.stages[0].admitted == [1, 2] && bench.state.rollback == nil)
    bench.command(.resume)
    bench.succeedAll()
    #expect(bench.state.stages[0].admitted == [1, 2, 0] && bench.state.stages[0].rounds == [0: 1])
    bench.command(.rollback)
    #expect(bench.requests == ["undo p/s/1/t0/a"])
  }

  @Test("knows since when it is in its condition, and which event put it there")
  func since() {
    var bench = Self.bench(probe: true)
    func check(_ type: String, after seconds: Int64, _ line: Int = #line) {
      let unit = bench.unit(Self.target)
      #expect(unit?.since == Make.start + Make.seconds(seconds), "line \(line)")
      let cause = unit.map { bench.events[Int($0.cause) - 1].kind.type }
      #expect(cause == type, "line \(line)")
    }
    check("step_intended", after: 0)
    bench.now = bench.now + .second
    bench.doubt(Self.a)
    check("step_probe_intended", after: 1)
    #expect(bench.unit(Self.target)?.looks == 1)
    bench.now = bench.now + .second
    bench.look(Self.a, .notApplied)
    check("step_intended", after: 2)
    bench.now = bench.now + .second
    bench.fail(Self.a, transient: true, retryAfter: Make.seconds(100))
    check("step_retry_scheduled", after: 3)
    bench.waitUntilDue()
    check("step_intended", after: 103)
    bench.now = bench.now + .second
    bench.fail(Self.a)
    check("undo_intended", after: 104)
    #expect(bench.unit(Self.target)?.isRetreatOfFailure == true)
  }

  @Test("is caused by what came before it, event by event")
  func causes() {
    var bench = Self.bench()
    Self.failOnce(&bench, Self.a)
    bench.succeed(Self.a)
    bench.doubt(Self.b)
    bench.fail(Self.b)
    bench.succeed(Self.b)
    bench.fail(Self.a)
    bench.command(.retry, Self.a)
    bench.succeed(Self.a)
    let lines = bench.events.compactMap { event -> String? in
      guard let cause = event.cause, cause > 0 else { return nil }
      return "\(event.kind.type) ← \(bench.events[Int(cause) - 1].kind.type)"
    }
    #expect(
      lines == [
        "phase_started ← run_created", "wave_started ← phase_started", "step_intended ← wave_started",
        "step_retry_scheduled ← step_failed", "step_intended ← step_retry_scheduled",
        "step_intended ← step_succeeded", "step_settled ← step_came_in_doubt", "step_intended ← step_settled",
        "target_failed ← step_failed", "undo_intended ← target_failed", "undo_intended ← undo_succeeded",
        "undo_blocked ← undo_failed", "run_held ← undo_blocked", "target_retried ← command_received",
        "undo_intended ← target_retried", "target_undone ← undo_succeeded",
      ])
  }
}

@Suite("The period of a pace")
struct PacePeriodTests {
  private static func bench(_ pace: PlannedPace) -> Bench {
    Bench(
      Make.plan([
        Make.stage(
          steps: [Make.step("a")], waves: [[0, 1], [2, 3], [4, 5], [6, 7]], concurrency: 2, isStrict: false, pace: pace)
      ]))
  }

  @Test(
    "ends at its instant, carries over at most what it may, and is counted from the first wave",
    arguments: [(-1, 0, 4, 4), (0, 1, 2, 6), (59_999, 1, 2, 6), (60_000, 2, 2, 6), (600_000, 11, 2, 6)]
      as [(Int64, Int64, Int, Int)])
  func periods(milliseconds: Int64, period: Int64, used: Int, allowance: Int) {
    var bench = Self.bench(PlannedPace(count: 4, period: .week, carry: 2, every: .minute, boundaries: []))
    bench.command(.pause)
    bench.succeedAll()
    bench.now = Make.start + .minute + Span(milliseconds: milliseconds)
    bench.command(.resume)
    #expect(bench.lines("wave_started").count == 2)
    let pace = bench.state.stages[0].pace
    #expect(pace?.periodStart == Make.start + Make.seconds(60 * period) && pace?.anchor == Make.start)
    #expect(pace?.used == used && pace?.allowance == allowance)
  }

  @Test("has room for exactly as many targets as its pace says")
  func room() {
    for (count, waves) in [(2, 1), (3, 1), (4, 2), (5, 2), (6, 3)] {
      var bench = Self.bench(PlannedPace(count: count, period: .week, carry: 0, every: .minute, boundaries: []))
      bench.succeedAll()
      #expect(bench.lines("wave_started").count == waves, "\(count)")
      #expect(bench.state.waveStartsAt == Make.start + .minute)
      #expect(bench.state.nextDue == Make.start + .minute)
    }
  }

  @Test("counts targets where they begin: a freeze brings the wave, and with it the first period, to its end")
  func keptBack() {
    var plan = Make.plan([
      Make.stage(
        steps: [Make.step("a")], waves: [[0, 1], [2, 3], [4, 5]], concurrency: 2, isStrict: false,
        pace: PlannedPace(count: 2, period: .week, carry: 0, every: .minute, boundaries: []))
    ])
    plan.freezes = [
      PlannedFreeze(
        summary: "audit", intervals: [.instants(from: Make.start, until: Make.start + Make.seconds(70))])
    ]
    var bench = Bench(plan)
    // A wave of which nobody may begin has not begun: what was changed before it is watched.
    #expect(bench.lines("wave_started").isEmpty && bench.requests.isEmpty)
    #expect(bench.state.waits.map(\.kind) == [.freeze])
    bench.waitUntilDue()
    #expect(bench.now == Make.start + Make.seconds(70) && bench.requests.count == 2)
    bench.succeedAll()
    #expect(bench.lines("wave_started").count == 1 && bench.state.waveStartsAt == Make.start + Make.seconds(130))
    bench.waitUntilDue()
    bench.succeedAll()
    #expect(bench.lines("wave_started").count == 2 && bench.state.waveStartsAt == Make.start + Make.seconds(190))
  }

  @Test("of a calendar begins with the boundary before the first wave, and goes on behind the last one, week by week")
  func boundaries() {
    let boundaries = [-3_600, 0, 600].map { Make.start + Make.seconds($0) }
    var bench = Self.bench(PlannedPace(count: 2, period: .week, carry: 0, every: nil, boundaries: boundaries))
    #expect(bench.state.stages[0].pace?.periodStart == Make.start)
    bench.succeedAll()
    #expect(bench.state.nextDue == Make.start + Make.seconds(600))
    bench.waitUntilDue()
    #expect(bench.state.stages[0].pace?.periodStart == Make.start + Make.seconds(600))
    bench.succeedAll()
    // No boundary follows in the plan: the weeks go on.
    #expect(bench.state.nextDue == Make.start + Make.seconds(600) + .week && bench.state.outcome == nil)
    for _ in 0..<2 {
      bench.waitUntilDue()
      bench.succeedAll()
    }
    #expect(bench.state.outcome == .done)
    var early = Self.bench(
      PlannedPace(count: 2, period: .week, carry: 0, every: nil, boundaries: [Make.start + Make.seconds(600)]))
    #expect(early.state.stages[0].pace?.periodStart == Make.start)
    early.succeedAll()
    #expect(early.state.nextDue == Make.start + Make.seconds(600))
  }
}
