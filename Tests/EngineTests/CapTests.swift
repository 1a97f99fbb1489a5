import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("A cap on starts")
struct CapTests {
  /// Eight targets in two countries in turn; at most `count` starts a day in one country.
  static func bench(_ count: Int = 2, boundaries: [Instant] = [], waves: [[Int32]] = [Array(0..<8)]) -> Bench {
    var stage = Make.stage(steps: [Make.step("a")], waves: waves, concurrency: 8, isStrict: false)
    stage.caps = [
      PlannedCap(
        attribute: "country",
        pace: PlannedPace(
          count: count, period: .day, carry: 0, every: boundaries.isEmpty ? .day : nil,
          boundaries: boundaries))
    ]
    return Bench(Make.plan([stage]))
  }

  @Test("lets so many begin in each country, says what the others wait for, and goes on in the next period")
  func starts() {
    var bench = Self.bench()
    #expect(bench.requests == ["do p/s/1/t0/a", "do p/s/1/t1/a", "do p/s/1/t2/a", "do p/s/1/t3/a"])
    bench.succeedAll()
    #expect(bench.requests.isEmpty && bench.state.nextDue == Make.start + .day)
    #expect(bench.state.waits.map(\.kind) == [.pace, .pace])
    #expect(bench.state.waits[0].reason == "2 targets: country NO has had its 2 per day")
    #expect(bench.state.waits[0].until == Make.start + .day)
    bench.waitUntilDue()
    #expect(bench.requests.count == 4)
    bench.succeedAll()
    #expect(bench.state.outcome == .done)
  }

  @Test("counts calendar days where there is a calendar, over waves, and what was taken back too")
  func calendar() {
    let midnight = Make.start + Span(milliseconds: 15 * 3_600_000)
    var bench = Self.bench(
      boundaries: [Make.start, midnight, midnight + .day], waves: [[0, 1], [2, 4, 6]])
    bench.succeedAll()
    // The first wave had one of Norway; of the second one more may start today.
    #expect(bench.lines("step_intended").count == 3 && bench.status("p/s/2/t2") == .done)
    #expect(bench.state.nextDue == midnight)
    bench.waitUntilDue()
    bench.succeedAll()
    #expect(bench.state.outcome == .done)
    // After the last boundary that the plan lays out, days go on.
    var late = Self.bench(1, boundaries: [Make.start])
    for day in 1...3 {
      late.succeedAll()
      #expect(
        late.state.outcome == nil && late.state.nextDue == Make.start + Span(milliseconds: Int64(day) * 86_400_000))
      late.waitUntilDue()
    }
  }

  @Test("is kept over a snapshot")
  func snapshot() throws {
    var bench = Self.bench(waves: [[0, 1, 2, 3], [4, 5]])
    bench.command(.pause)
    bench.succeedAll()
    let restored = try RunState(snapshot: bench.state.snapshot, plan: bench.state.plan)
    #expect(restored.stages == bench.state.stages && !restored.stages[0].capped.isEmpty)
    bench.command(.resume)
    #expect(bench.requests.isEmpty && bench.state.nextDue == Make.start + .day)
  }
}
