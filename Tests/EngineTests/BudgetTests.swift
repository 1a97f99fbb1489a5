import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("A wave and its budget")
struct BudgetTests {
  /// A stage of one step without an undo, so that a failed target is over at once.
  static func stage(
    _ id: String = "s", phase: Int = 0, waves: [[Int32]] = [[0, 1, 2, 3, 4, 5]], tolerate: Int? = nil,
    concurrency: Int = 4, isStrict: Bool = true, attributes: [AttributeLimit] = []
  ) -> PlannedStage {
    Make.stage(
      id, phase: phase, steps: [Make.step("a", undo: .nothing)], waves: waves, tolerate: tolerate,
      concurrency: concurrency, isStrict: isStrict, attributes: attributes)
  }

  @Test("has no more targets at work than its concurrency", arguments: 1...5)
  func concurrency(count: Int) {
    var bench = Bench(Make.plan([Self.stage(concurrency: count)]))
    #expect(bench.requests.count == count)
    bench.succeed("p/s/1/t0/a")
    #expect(bench.requests.count == min(count, 5))
  }

  @Test("begins its targets in the order of the plan")
  func order() {
    var bench = Bench(Make.plan([Self.stage(waves: [[3, 1, 2]], concurrency: 1)]))
    bench.succeedAll()
    #expect(bench.lines("step_intended") == ["3", "1", "2"].map { "step_intended p/s/1/t\($0)/a" })
  }

  @Test("stops at failure n + 1, and admits n + 1 targets at once while nothing has failed", arguments: 0...3)
  func strict(tolerate: Int) {
    var bench = Bench(Make.plan([Self.stage(tolerate: tolerate, concurrency: 6)]))
    #expect(bench.requests.count == tolerate + 1)
    for failures in 1...(tolerate + 1) {
      bench.fail(bench.open.keys.min() ?? "")
      #expect(bench.requests.count == tolerate + 1 - failures)
    }
    #expect(bench.state.hold == .budget(level: "wave", failed: tolerate + 1, limit: tolerate))
    #expect(bench.lines("step_intended").count == tolerate + 1)
  }

  @Test("counts a target in doubt, and one that waits for its next attempt, as one that may fail")
  func doubtCounts() {
    let steps = [Make.step("a", .none, undo: .nothing)]
    var bench = Bench(Make.plan([Make.stage(steps: steps, waves: [[0, 1, 2]], tolerate: 1, concurrency: 3)]))
    bench.doubt("p/s/1/t0/a")
    bench.fail("p/s/1/t1/a", transient: true)
    #expect(bench.requests.isEmpty)
    bench.command(.resolve, "p/s/1/t0/a", as: .succeeded)
    #expect(bench.requests == ["do p/s/1/t2/a"])
  }

  @Test("lets those in flight finish when it is exhausted, and starts nothing new of them")
  func inFlight() {
    var bench = Bench(
      Make.plan([Make.stage(waves: [[0, 1, 2]], tolerate: 0, concurrency: 3, isStrict: false)]))
    bench.failHalfWay("p/s/1/t0/a")
    bench.succeed("p/s/1/t1/a")
    #expect(bench.requests == ["undo p/s/1/t0/a", "do p/s/1/t2/a"])
    bench.succeedAll()
    #expect(bench.lines("step_intended").count == 3)
    #expect(bench.state.hold == .budget(level: "wave", failed: 1, limit: 0))
  }

  @Test("admits as many as asked for when admission is eager")
  func eager() {
    let bench = Bench(Make.plan([Self.stage(tolerate: 0, concurrency: 4, isStrict: false)]))
    #expect(bench.requests.count == 4)
  }

  @Test("begins nothing after a resume while its budget is exhausted, eager or not", arguments: [true, false])
  func exhaustedAtStart(isStrict: Bool) {
    let stage = Make.stage(waves: [[0, 1, 2]], tolerate: 0, isStrict: isStrict)
    var bench = Bench(Make.plan([stage]))
    bench.succeedAll(2)
    bench.fail("p/s/1/t1/a")
    bench.succeedAll()
    bench.command(.rollback, "p/s/1")
    bench.succeedAll()
    bench.command(.resume)
    #expect(bench.requests.isEmpty)
    #expect(bench.state.hold != nil || bench.refusal != nil)
  }

  @Test("charges a failure to the wave, the attribute, the phase and the run")
  func levels() {
    var bench = Bench(
      Make.plan(
        [Self.stage(tolerate: 9, attributes: [AttributeLimit(attribute: "country", limit: 9)])], phaseTolerates: 9,
        runTolerates: 9))
    bench.fail("p/s/1/t0/a")
    bench.fail("p/s/1/t1/a")
    let failures = bench.state.failures
    #expect(failures.run == 2)
    #expect(failures.wave == 2)
    #expect(failures.phases == [2])
    #expect(failures.attributes == ["country=NO": 1, "country=PT": 1])
  }

  @Test("stops at the attribute's limit, and admits others meanwhile")
  func attribute() {
    let limits = [AttributeLimit(attribute: "country", limit: 0)]
    var bench = Bench(Make.plan([Self.stage(attributes: limits)]))
    #expect(bench.requests == ["do p/s/1/t0/a", "do p/s/1/t1/a"])
    bench.succeed("p/s/1/t0/a")
    #expect(bench.requests == ["do p/s/1/t1/a", "do p/s/1/t2/a"])
    bench.fail("p/s/1/t1/a")
    #expect(bench.state.hold == .budget(level: "country=PT", failed: 1, limit: 0))
  }

  @Test("stops at the limit of the phase and of the run, over waves and stages")
  func phaseAndRun() {
    let stages = [Self.stage(waves: [[0], [1], [2]]), Self.stage("u", phase: 1, waves: [[3], [4]])]
    var bench = Bench(Make.plan(stages, phaseTolerates: 1))
    bench.fail("p/s/1/t0/a")
    #expect(bench.state.hold == .nobodyLive(path: "p/s/1"))
    bench.command(.resume)
    #expect(bench.requests == ["do p/s/2/t1/a"])
    bench.fail("p/s/2/t1/a")
    #expect(bench.state.hold == .budget(level: "phase", failed: 2, limit: 1))

    bench = Bench(Make.plan(stages, runTolerates: 2))
    for target in ["p/s/1/t0", "p/s/2/t1"] {
      bench.fail("\(target)/a")
      bench.command(.resume)
    }
    bench.succeed("p/s/3/t2/a")
    bench.fail("q/u/1/t3/a")
    #expect(bench.state.hold == .budget(level: "run", failed: 3, limit: 2))
    #expect(bench.requests.isEmpty)
  }

  @Test("starts only when every target of the earlier wave is done, failed or skipped")
  func dependants() {
    var bench = Bench(Make.plan([Self.stage(waves: [[0, 1, 2], [3]], tolerate: 1)]))
    bench.succeed("p/s/1/t0/a")
    bench.fail("p/s/1/t1/a")
    #expect(bench.lines("wave_started") == ["wave_started p/s/1"])
    bench.succeed("p/s/1/t2/a")
    #expect(bench.lines("wave_finished") == ["wave_finished p/s/1"])
    #expect(bench.requests == ["do p/s/2/t3/a"])
  }

  @Test("belongs to a phase, which starts with its first wave and is finished with its last")
  func phases() {
    var bench = Bench(
      Make.plan([Self.stage(waves: [[0]]), Self.stage("u", waves: [[1]]), Self.stage("v", phase: 1, waves: [[2]])]))
    bench.succeedAll()
    #expect(
      bench.lines("phase_started", "phase_finished", "wave_started") == [
        "phase_started p", "wave_started p/s/1", "wave_started p/u/1", "phase_finished p", "phase_started q",
        "wave_started q/v/1", "phase_finished q",
      ])
    #expect(bench.state.outcome == .done)
    #expect(bench.state.waits.isEmpty)
  }

  @Test("that has no targets is passed over", arguments: [[0], [1], [2], [0, 1, 2]])
  func emptyStages(empty: [Int]) {
    let stages = (0..<3).map { Self.stage("s\($0)", waves: empty.contains($0) ? [] : [[Int32($0)]]) }
    var bench = Bench(Make.plan(stages))
    bench.succeedAll()
    #expect(bench.state.outcome == .done)
    #expect(bench.lines("wave_started").count == 3 - empty.count)
  }
}
