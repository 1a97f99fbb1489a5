import Foundation
import Planning
import Plans
import Quantities
import Runbooks
import Screens
import Testing

@Suite("The risk register of the client")
struct RiskTests {
  private static func coverage() throws -> RiskCoverage {
    let runbook = try #require(read("runbooks/retail-assistant", environment: "production").runbook)
    return try #require(RiskCoverage(of: runbook))
  }

  @Test("is ranked by mean chance × mean impact, and a mean is that of the range")
  func means() throws {
    let rows = try Self.coverage().rows
    for row in rows {
      let (chance, impact) = (row.risk.likelihood, row.risk.impact)
      let mean = (chance.low + chance.mid + chance.high) / 3 * (impact.low + impact.mid + impact.high) / 3
      #expect(abs(row.risk.exposure / mean - 1) < 1e-12)
    }
    #expect(rows.map(\.risk.exposure) == rows.map(\.risk.exposure).sorted(by: >))
    // 5, 15 or 30 % of 50, 200 or 600 thousand.
    let zone = try #require(rows.first { $0.risk.id.value == "data-leaves-zone" })
    #expect(Int(zone.risk.exposure.rounded()) == 47_222)
    #expect(rows.first?.risk.id == zone.risk.id)
  }

  @Test("has one order on the screen, in data and in documents, and all ranges in data")
  func order() throws {
    let coverage = try Self.coverage()
    let names = coverage.rows.map(\.risk.id.value)
    let json = RisksScreen.json(coverage, name: "x")
    #expect(json["risks"]?.array.map { $0["id"]?.string ?? "" } == names)
    let quota = json["risks"]?.array.first { $0["id"]?.string == "quota-refused" }
    #expect(quota?["likelihood"]?["low"]?.string == "0.15" && quota?["likelihood"]?["high"]?.string == "0.5")
    #expect(quota?["impact"]?["mid"]?.string == "60000" && quota?["delay_days"]?["high"]?.string == "42")
    for columns in [80, 120] {
      let text = RisksScreen.text(
        coverage, name: "x", top: 0, style: Style(colour: false, ascii: false), columns: columns)
      let places = names.map { text.firstRange(of: $0)?.lowerBound }
      #expect(!places.contains(nil), "no name is cut at \(columns) columns")
      #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns && (columns > 80 || !$0.contains("…")) })
    }
    let table = RisksScreen.markdown(coverage)
    let titles = coverage.rows.map { table.firstRange(of: $0.risk.title)?.lowerBound }
    #expect(titles.compactMap { $0 } == titles.compactMap { $0 }.sorted() && titles.count == names.count)
  }

  @Test("has for each risk what the plan says of it, and every key of it leads somewhere")
  func evidence() async throws {
    let loaded = read("runbooks/retail-assistant", environment: "production")
    let (runbook, environment) = (try #require(loaded.runbook), try #require(loaded.environment))
    let (plan, findings) = Planner.plan(runbook, in: environment, zones: FixedZones())
    let facts = try await DocumentFacts.of(
      runbook, plan: try #require(plan), findings: findings, in: environment, zones: FixedZones(), draws: 0)
    for row in try Self.coverage().rows {
      #expect(row.risk.evidence?.value.contains("[") == true, "\(row.risk.id.value) has no evidence from the plan")
      let (text, unknown) = facts.evidence(of: row.risk)
      #expect(unknown == [], "\(row.risk.id.value)")
      #expect(!text.contains("["))
    }
  }
}
