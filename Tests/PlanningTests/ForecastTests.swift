import Diagnostics
import Quantities
import Testing

@testable import Plans

@Suite("The forecast of a plan")
struct ForecastTests {
  private func runbook(_ first: String) -> String {
    """
    sanderling: 1
    runbook: book
    inventories: { stores: stores.csv }
    forecast: forecast.yaml
    signals: { cost: { unit: EUR/day, query: process, per: global, every: 1h, no_data: carry 2h } }
    triggers: [ { id: cost, when: cost > 150 % of forecast.cost, for: 6h } ]
    phases:
      - id: one
        stages:\(first)
          - { id: s, targets: stores, waves: { sizes: [2, 4] }, steps: [{ id: act, uses: manual, undo: none }] }
          - { id: again, targets: stores, select: { from: all }, steps: [{ id: act, uses: manual, undo: none }] }
    """
  }

  private static let platform = "\n      - { id: platform, steps: [{ id: act, uses: manual, undo: none }] }"

  private func plan(base: Int, platform: Bool = true) throws -> (plan: Plan, findings: [Finding]) {
    let forecast = """
      sanderling: 1
      quantities:
        cost: { unit: EUR/day, by: stores, points: [{ targets: 0, value: \(base) }, { targets: 10, value: 100 }] }
      """
    let (plan, findings) = try planned(
      runbook(platform ? Self.platform : ""),
      files: ["book/stores.csv": stores(6), "book/forecast.yaml": forecast])
    return (try #require(plan), findings)
  }

  @Test("counts each target once, however many stages work on it, and lies between the points")
  func rows() throws {
    let (plan, _) = try plan(base: 0)
    #expect(plan.waveForecasts.map { $0.live[0] } == [0, 2, 6, 6])
    #expect(plan.waveForecasts.map { $0.values[0].text } == ["0", "20", "60", "60"])
    #expect(
      plan.forecastLimits == [
        ForecastLimit(
          name: "trigger cost", text: "cost > 150 % of forecast.cost", quantity: 0,
          percent: Fixed(millionths: 150_000_000))
      ])
  }

  @Test("has no share beyond the range of numbers: the trigger would compare with another one")
  func beyondRange() throws {
    let forecast = """
      sanderling: 1
      quantities:
        cost:
          unit: EUR/day
          by: stores
          points: [{ targets: 0, value: 1 }, { targets: 10, value: 1000000000000000000000000 }]
      """
    let (plan, findings) = try planned(
      runbook(Self.platform), files: ["book/stores.csv": stores(6), "book/forecast.yaml": forecast])
    let found = try #require(findings.first { $0.code == "G315" })
    #expect(plan == nil && found.severity == .error && found.message.contains("is beyond 10^24"))
  }

  @Test("that is 0 for some number of live targets is said, each range by itself, and what follows from it")
  func zeros() throws {
    func messages(_ points: String, when: String = "cost > 150 % of forecast.cost") throws -> [String] {
      let forecast = """
        sanderling: 1
        quantities:
          cost: { unit: EUR/day, by: stores, points: [\(points)] }
        """
      let (_, findings) = try planned(
        runbook("").replacing("cost > 150 % of forecast.cost", with: when),
        files: ["book/stores.csv": stores(6), "book/forecast.yaml": forecast])
      return findings.filter { $0.code == "G313" }.map(\.message)
    }
    let start = "the trigger `cost` compares with `forecast.cost`, which is 0 while"
    #expect(
      try messages("{ targets: 0, value: 0 }, { targets: 3, value: 0 }, { targets: 6, value: 9 }") == [
        "\(start) 1 to 3 of `stores` are live: any amount then is a breach"
      ])
    #expect(
      try messages("{ targets: 1, value: 0 }, { targets: 2, value: 5 }, { targets: 4, value: 0 }") == [
        "\(start) 1 of `stores` is live: any amount then is a breach",
        "\(start) 4 to 6 of `stores` are live: any amount then is a breach",
      ])
    #expect(
      try messages("{ targets: 2, value: 0 }, { targets: 3, value: 5 }", when: "cost < 50 % of forecast.cost") == [
        "\(start) 1 to 2 of `stores` are live: it cannot fire then"
      ])
    #expect(try messages("{ targets: 1, value: 4 }, { targets: 9, value: 0 }").isEmpty)
  }

  @Test("is nothing before the first target: a trigger that compares with it would take the platform back")
  func zero() throws {
    #expect(try plan(base: 0).findings.contains { $0.code == "G313" })
    #expect(try !plan(base: 5).findings.contains { $0.code == "G313" })
    // Where the first wave has targets nothing is exposed before them.
    #expect(try !plan(base: 0, platform: false).findings.contains { $0.code == "G313" })
  }
}
