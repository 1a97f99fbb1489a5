import Diagnostics
import Planning
import Plans
import Quantities
import Runbooks
import Screens
import Testing

@Suite("The forecast")
struct ForecastTests {
  private static func findings(
    _ path: String, environment: String? = nil, changes: [(String, String)] = []
  ) throws -> [Finding] {
    let loaded = read(path, environment: environment, changes: changes)
    #expect(!loaded.findings.hasErrors)
    return loaded.findings
      + Planner.plan(try #require(loaded.runbook), in: try #require(loaded.environment), zones: FixedZones()).findings
  }

  @Test("finds the faults of the client's own case, each with its numbers")
  func clientCase() throws {
    let findings = try Self.findings("Tests/Fixtures/client-case").inReadingOrder
    try expectGolden(FindingsScreen.lines(findings), "forecast/client-case.txt")
    let codes = Set(findings.map(\.code))
    // Pace, quota, burst, availability, end of life, residency, dead band, thin window, three statements, concurrency,
    // price, size, answer time, cost, age of prices.
    let wanted = ["G301"] + (401...415).map { "G\($0)" }
    #expect(wanted.filter { !codes.contains($0) } == [])
    // 20 stores a week after a pilot of 20 are done in week 17; the deadline would take 36.
    let pace = findings.first { $0.code == "G301" }
    #expect(pace?.message.contains("ends in week 17") == true && pace?.message.contains("120 of 200") == true)
    #expect(pace?.suggestion?.hasPrefix("`pace: 36 per week`") == true)
  }

  @Test("says of every component where its data may not lie, and of a goal what does not guard it")
  func eachOne() throws {
    func messages(_ code: String, _ changes: [(String, String)]) throws -> [String] {
      try Self.findings("Tests/Fixtures/client-case", changes: changes).filter { $0.code == code }.map(\.message)
    }
    let zones = [
      ("residency:\n  by: country", "residency:\n  by: region"),
      ("{ CH: [ch], DE: [eu], US: [us], JP: [apac] }", "{ eu: [eu, us, apac], us: [us, eu], apac: [apac, eu] }"),
      ("search: { needs", "search: { zone: eu, needs"), ("secrets: { avail", "secrets: { zone: moon, avail"),
    ]
    let found = try messages("G405", zones)
    #expect(found.contains { $0.hasPrefix("`secrets` keeps its data in moon") }, "\(found)")
    #expect(!found.contains { $0.hasPrefix("`search`") }, "\(found)")
    let none = [("{ CH: [ch], DE: [eu], US: [us], JP: [apac] }", "{}")]
    #expect(try messages("G405", none) == [], "without any rule nobody asked for one")
    // A share of the forecast bounds no amount.
    let goal = [("signals: [", "signals: [\"llm_cost < 200 EUR/day\", ")]
    #expect(try messages("G406", goal).contains { $0.hasPrefix("nothing guards the goal `llm_cost < 200 EUR/day`") })
  }

  @Test("finds nothing in the model that was made of it", arguments: ["local", "production"])
  func corrected(environment: String) throws {
    let findings = try Self.findings("runbooks/retail-assistant", environment: environment)
    #expect(findings.filter { $0.code.hasPrefix("G4") } == [])
  }

  @Test("of the retail runbook shows each figure with its calculation, on a terminal and in Markdown")
  func report() async throws {
    let loaded = read("runbooks/retail-assistant", environment: "production")
    let runbook = try #require(loaded.runbook)
    let environment = try #require(loaded.environment)
    let plan = try #require(Planner.plan(runbook, in: environment, zones: FixedZones()).plan)
    var options = ForecastOptions()
    options.draws = 500
    let report = try #require(
      await Planner.forecast(runbook, plan: plan, in: environment, zones: FixedZones(), options: options))
    for columns in [80, 120] {
      let text = ForecastReportScreen.text(report, digest: plan.digest, style: Style.plain, columns: columns)
      try expectGolden(text, "forecast/retail-report.\(columns).txt")
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns })
      // A wave is known by its name: it is never cut.
      #expect(text.contains("\n regional-pilots/stores/3  ") && text.contains("\n full-scale/stores/9 "))
    }
    try expectGolden(ForecastReportScreen.markdown(report), "forecast/retail-report.md")
    let json = ForecastExport.json(report, digest: plan.digest)
    #expect(json["figures"]?.array.count == report.figures.count)
    #expect(json["estimates"]?.array.count == report.model.estimates.count)
    #expect(ForecastExport.csv(report).split(separator: "\r\n").count > report.figures.count + 1)
  }
}
