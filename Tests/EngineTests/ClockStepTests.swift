import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("A wall clock that is set")
struct ClockStepTests {
  static let steps = [3_600, -3_600, 365 * 86_400, -365 * 86_400] as [Int64]

  private static func step(_ bench: inout Bench, _ seconds: Int64) {
    bench.now = bench.now + Make.seconds(seconds)
    bench.happens(.clockStepped(by: Make.seconds(seconds)))
  }

  @Test("makes no wait longer or shorter", arguments: steps)
  func retry(seconds: Int64) throws {
    var bench = Bench(Make.plan([Make.stage(waves: [[0]], tolerate: 1)]))
    bench.fail("p/s/1/t0/a", transient: true)
    let left = try #require(bench.state.nextDue) - bench.now
    Self.step(&bench, seconds)
    #expect(try #require(bench.state.nextDue) - bench.now == left && bench.requests.isEmpty)
    bench.waitUntilDue()
    #expect(bench.requests == ["do p/s/1/t0/a"])
  }

  @Test("is forgotten when it was wrong for a moment: the run is not held at the latest time that was seen")
  func corrected() throws {
    var bench = Bench(Make.plan([Make.stage(waves: [[0], [1]], bake: .minute)]))
    Self.step(&bench, 365 * 86_400)
    bench.succeedAll(2)
    #expect(bench.lines("wave_bake_started").count == 1)
    Self.step(&bench, -365 * 86_400)
    #expect(bench.state.now == bench.now && bench.state.nextDue == bench.now + .minute)
    bench.waitUntilDue()
    #expect(bench.requests == ["do p/s/2/t1/a"])
  }

  @Test("neither fires a trigger nor begins its clock anew, and so with a gate's hold", arguments: steps)
  func evidence(seconds: Int64) {
    var bench = Bench(Make.watched(triggers: [Make.trigger(lasts: 120)], bake: .hour))
    bench.succeedAll()
    bench.sample("1")
    bench.samples("6", 3)
    Self.step(&bench, seconds)
    #expect(bench.lines("trigger_fired").isEmpty)
    bench.samples("6", 2)
    #expect(bench.lines("trigger_fired").count == 1 && bench.lines("trigger_became_pending").count == 1)
    var gated = Bench(Make.watched(gate: Make.gate(hold: 120), waves: [[0, 1]]))
    gated.succeedAll()
    gated.samples("1", 3)
    Self.step(&gated, seconds)
    #expect(gated.lines("gate_opened").isEmpty)
    gated.samples("1", 3)
    #expect(gated.lines("gate_opened").count == 1 && gated.lines("gate_hold_broken").isEmpty)
  }

  @Test("lifts no cap and stretches none that counts periods of a length", arguments: steps)
  func caps(seconds: Int64) throws {
    let pace = PlannedPace(count: 1, period: .week, carry: 0, every: .hour, boundaries: [])
    var plan = Make.plan([Make.stage(waves: [[0, 2, 4]], concurrency: 3, isStrict: false)])
    plan.stages[0].caps = [PlannedCap(attribute: "country", pace: pace)]
    var bench = Bench(plan)
    bench.succeedAll()
    #expect(bench.status("p/s/1/t0") == .done && bench.requests.isEmpty)
    Self.step(&bench, seconds)
    #expect(bench.requests.isEmpty && bench.state.nextDue == bench.now + .hour)
    bench.waitUntilDue()
    #expect(bench.requests == ["do p/s/1/t2/a"])
  }

  @Test("leaves dates where they are")
  func dates() {
    var plan = Make.plan([Make.stage(waves: [[0]]), Make.stage("z", phase: 1, waves: [[1]])])
    plan.stages[1].notBefore = Make.start + .day
    var bench = Bench(plan)
    bench.succeedAll()
    #expect(bench.state.waveStartsAt == Make.start + .day)
    Self.step(&bench, 3_600)
    #expect(bench.state.waveStartsAt == Make.start + .day && bench.state.nextDue == Make.start + .day)
    bench.command(.pause)
    #expect(bench.state.nextDue == nil, "nothing is done at a date that a person keeps from counting")
  }
}
