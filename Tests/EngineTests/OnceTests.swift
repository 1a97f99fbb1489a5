import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("A stage without targets")
struct OnceTests {
  private func freeze(_ summary: String, _ categories: [String], for seconds: Int64) -> PlannedFreeze {
    PlannedFreeze(
      summary: summary, categories: categories,
      intervals: [.instants(from: Make.start, until: Make.start + Make.seconds(seconds))])
  }

  @Test("waits for freezes that concern all, and not for those of a country")
  func frozen() {
    var plan = Make.plan([Make.stage(steps: [Make.step("a")], waves: [[0]], hasTargets: false)])
    plan.freezes = [freeze("elections", ["NO"], for: 900), freeze("year end", [], for: 600)]
    var bench = Bench(plan)
    #expect(bench.requests.isEmpty && bench.state.nextDue == Make.start + Make.seconds(600))
    let verdict = bench.state.startVerdict(of: TargetKey(stage: 0, row: 0))
    #expect(verdict == .closed(reason: .freeze(summary: "year end"), reopens: Make.start + Make.seconds(600)))
    bench.waitUntilDue()
    #expect(bench.requests.count == 1)
    bench.succeedAll()
    #expect(bench.state.outcome == .done)
  }

  @Test("waits for its window")
  func closed() {
    var plan = Make.plan([Make.stage(steps: [Make.step("a")], waves: [[0]], hasTargets: false)])
    let minute = Int(Make.start.milliseconds / 60_000 % 1_440)
    plan.stages[0].window = PlannedWindow(
      days: [1, 2, 3, 4, 5, 6, 7], opens: (minute + 60) % 1_440, closes: (minute + 120) % 1_440, zone: "UTC")
    var bench = Bench(plan)
    #expect(bench.requests.isEmpty)
    bench.waitUntilDue()
    #expect(bench.requests.count == 1 && bench.now - Make.start <= .hour)
  }
}
