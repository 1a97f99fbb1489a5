import Adapters
import Diagnostics
import Foundation
import Planning
import Plans
import Quantities
import Runbooks
import Screens
import Testing

/// Zone data for goldens: the system's, under a fixed version.
struct FixedZones: ZoneTable {
  let version = "fixed"

  func offset(of zone: String, at instant: Instant) -> Int? {
    TimeZone(identifier: zone)?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000))
  }
}

/// Reads a runbook of the repository; findings name files from its top.
///
/// - Parameters:
///   - path: its folder.
///   - environment: which of its environments.
///   - changes: what stands in a file, and what is read in its place.
/// - Returns: the runbook, with the findings of reading it.
func read(_ path: String, environment: String? = nil, changes: [(String, String)] = []) -> LoadedRunbook {
  RunbookFile.load(
    path: path, adapters: AdapterRegistry.facts, environment: environment,
    reading: { path in
      let data = try Data(contentsOf: repository.appending(path: path))
      guard !changes.isEmpty, let text = String(data: data, encoding: .utf8) else { return Array(data) }
      return Array(changes.reduce(text) { $0.replacing($1.0, with: $1.1) }.utf8)
    },
    listing: { path in
      let directory = repository.appending(path: path).path(percentEncoded: false)
      return ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    })
}

@Suite("The plan of the retail runbook")
struct PlanTests {
  private func retail(_ environment: String) throws -> (plan: Plan, findings: [Finding]) {
    let loaded = read("runbooks/retail-assistant", environment: environment)
    #expect(!loaded.findings.hasErrors)
    let (plan, findings) = Planner.plan(
      try #require(loaded.runbook), in: try #require(loaded.environment), zones: FixedZones())
    return (try #require(plan), loaded.findings + findings)
  }

  @Test("says who, what and when on one page", arguments: ["local", "production"])
  func text(environment: String) throws {
    let (plan, findings) = try retail(environment)
    let text = PlanScreen.text(
      plan, findings: findings, digest: plan.digest, zones: FixedZones(), style: Style(colour: false, ascii: false),
      columns: 100,
      words: "runbooks/retail-assistant --env \(environment)")
    try expectGolden(text, "plan/retail-\(environment).100.txt")
  }

  @Test("opens one wave whole")
  func wave() throws {
    let (plan, findings) = try retail("local")
    try expectGolden(
      PlanScreen.text(
        plan, findings: findings, digest: plan.digest, zones: FixedZones(), style: Style(colour: false, ascii: true),
        columns: 100,
        wave: (4, 3)), "plan/retail-wave.100.ascii.txt")
  }

  @Test("can be reviewed as Markdown")
  func markdown() throws {
    let (plan, findings) = try retail("local")
    try expectGolden(
      PlanScreen.markdown(plan, findings: findings, digest: plan.digest, zones: FixedZones()), "plan/retail-local.md")
  }

  @Test("projects numbers and limits for the time after each wave")
  func forecast() throws {
    let (plan, _) = try retail("production")
    try expectGolden(
      ForecastScreen.text(
        plan, digest: plan.digest, style: Style(colour: false, ascii: false), columns: 100),
      "forecast/retail-production.100.txt")
    try expectGolden(ForecastScreen.markdown(plan), "forecast/retail-production.md")
    // What the trigger compares with is what the engine computes for so many live stores.
    let last = try #require(plan.waveForecasts.last)
    let stores = try #require(plan.inventories.firstIndex { $0.name == "stores" })
    #expect(last.live[stores] == 200 && last.values == [plan.forecast[0].value(at: 200)])
    #expect(plan.forecastLimits.map(\.name) == ["trigger llm-cost"])
    #expect(ForecastScreen.csv(plan).split(separator: "\r\n").count == 14)
    let waves = ForecastScreen.json(plan, digest: plan.digest)["waves"]?.array ?? []
    #expect(waves.count == 18)
    #expect(
      waves.last?["limits"]?.array.first?["value"]?.string
        == Fixed(millionths: 150_000_000).percent(of: plan.forecast[0].value(at: 200))?.text)
    let read = try Plan(canonical: plan.canonicalBytes)
    #expect(read.projections == plan.projections && plan.projections.count == 12)
    #expect(read.asks == plan.asks && plan.asks.count == 3 && read.currency == "EUR")
    #expect(read.digest == plan.digest)
  }

  @Test("moves all 200 stores once, two of them the pilot stores, in 20 countries")
  func stores() throws {
    let (plan, _) = try retail("local")
    let index = try #require(plan.inventories.firstIndex { $0.name == "stores" })
    let rows = plan.stages.filter { $0.inventory == index }.flatMap(\.waves).flatMap(\.targets)
    #expect(rows.count == 200 && Set(rows).count == 200)
    #expect(Set(rows.compactMap { plan.inventories[index].value("country", of: Int($0)) }).count == 20)
    #expect(plan.stages.map(\.waves.count) == [3, 1, 1, 3, 9, 1])
  }
}
