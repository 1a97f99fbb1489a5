import Diagnostics
import Forecasting
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

  /// The forecast of the retail case, and what is found in the case and its plan.
  private static func course(
    _ changes: [(String, String)] = [], environment name: String = "production"
  ) async throws -> (ForecastReport, [Finding]) {
    let loaded = read("runbooks/retail-assistant", environment: name, changes: changes)
    let (runbook, environment) = (try #require(loaded.runbook), try #require(loaded.environment))
    let (made, findings) = Planner.plan(runbook, in: environment, zones: FixedZones())
    let plan = try #require(made)
    let report = try #require(
      await Planner.forecast(
        runbook, plan: plan, in: environment, zones: FixedZones(), options: ForecastOptions()))
    return (report, loaded.findings + findings)
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
    let found = findings.inReadingOrder.filter { $0.code.hasPrefix("G4") }
    // The second location of each cell is design, and some parts are set up by hand: the runbook says so itself.
    let own = found.filter { !$0.message.hasPrefix("under `") }
    #expect(own.map(\.code) == ["G418", "G418"])
    #expect(own[0].message.contains("`swedencentral`, `centralus`, `japaneast`"))
    #expect(own.last?.message.contains("`front-door`, `model`, `cache`") == true)
    // What may come is another matter: each finding says under which scenario it is one.
    try expectGolden(FindingsScreen.lines(found), "forecast/retail-scenarios-\(environment).txt")
  }

  @Test("asks the same of every scenario, and names it")
  func scenarios() throws {
    func messages(_ changes: [(String, String)] = []) throws -> [String] {
      try Self.findings("runbooks/retail-assistant", environment: "production", changes: changes)
        .filter { $0.code.hasPrefix("G4") }.map { "\($0.code) \($0.message)" }
    }
    let found = try messages()
    #expect(
      found.contains { $0.hasPrefix("G402 under `black-friday`: the burst of 1000 /s") && $0.contains("1161 slots") })
    let limits = found.filter { $0.hasPrefix("G401 under `black-friday`:") }
    #expect(limits.count == 1 && limits[0].contains("`database in eu` 258 of 100 units after full-scale/stores/"))
    #expect(
      found.contains { $0.hasPrefix("G403 under `region-lost`: 49 % of the users are served while `eu` is lost") })
    #expect(
      found.contains { $0.hasPrefix("G403 under `in-country`: `model` falls back to another location of its cell") })
    #expect(!found.contains { $0.contains("under `in-country`") && $0.hasPrefix("G405") })
    // What the scenario does not change is said once.
    let dear = try messages([("cost: 45000 EUR/month", "cost: 1 EUR/month")])
    #expect(dear.contains { $0.hasPrefix("G414 the goal") } && dear.contains { $0.hasPrefix("G414 under `cache-off`") })
    let old = try messages([("date: 2026-08-11", "date: 2020-08-11")])
    #expect(old.filter { $0.hasPrefix("G415") }.count == 5)
  }

  @Test("shows the platform as the runbook builds it beside the one that is designed")
  func built() async throws {
    let (two, found) = try await Self.course()
    let row = try #require(two.scenarios.first { $0.name == "as-built" })
    #expect(row.cost < two.scenarios[0].cost && row.availability < 0.9972)
    #expect(found.contains { $0.code == "G403" && $0.message.hasPrefix("under `as-built`: the goal of 99.9 %") })
    // What is designed and built is one platform.
    let one = try await Self.course([
      ("[westeurope, swedencentral]", "westeurope"), ("[eastus2, centralus]", "eastus2"),
      ("[australiaeast, japaneast]", "australiaeast"),
    ])
    #expect(!one.0.scenarios.contains { $0.name == "as-built" } && one.0.built.isEmpty)
    #expect(!one.1.contains { $0.code == "G418" && $0.message.contains("no target of") })
    #expect(abs(one.0.scenarios[0].cost - row.cost) < 1e-12)
    // Wave by wave the platform that is built is that of one location.
    #expect(two.built.map(\.costPerDay) == one.0.plan.projections.map(\.costPerDay))
    #expect(two.built.map(\.availability) == one.0.plan.projections.map(\.availability))
    #expect(zip(two.built, two.plan.projections).allSatisfy { $0.costPerDay < $1.costPerDay })
  }

  @Test("counts a component from the wave on whose steps have built it, and says what nothing builds")
  func builtBy() async throws {
    let (usual, found) = try await Self.course()
    #expect(
      found.contains {
        $0.code == "G418"
          && $0.message == "the model counts on `front-door`, `model`, `cache`, and no step builds them"
      })
    let (late, said) = try await Self.course([
      ("built_by: foundation/platform/secrets", "built_by: full-scale/stores/preflight"),
      ("built_by: foundation/platform/monitoring", "built_by: full-scale/stores/preflight"),
    ])
    let pilots = late.built.indices.filter { late.plan.path(stage: late.built[$0].stage, wave: 0).contains("pilots") }
    #expect(!pilots.isEmpty && pilots.count < late.built.count)
    for index in late.built.indices {
      let (there, all) = (late.built[index], usual.built[index])
      // Without its vault nothing works; without its logs it only costs less.
      #expect((there.availability == .zero) == pilots.contains(index))
      #expect(pilots.contains(index) ? there.costPerDay < all.costPerDay : there.costPerDay == all.costPerDay)
    }
    #expect(
      said.contains {
        $0.message == "regional-pilots/stores/1 needs `secrets`, and `full-scale/stores/preflight` builds it later"
      })
    // Locations of several stages are there after each of them.
    let (both, _) = try await Self.course([
      ("stage: foundation/platform, by", "stage: [foundation/platform, foundation/platform], by")
    ])
    #expect(both.built.map(\.spent) == usual.built.map(\.spent))
  }

  @Test("sizes, validates and shows the burst with one number")
  func burst() async throws {
    let three = [("    least: 4\n    most: 30", "    least: 3\n    most: 30")]
    let loaded = read("runbooks/retail-assistant", environment: "production", changes: three)
    let (runbook, environment) = (try #require(loaded.runbook), try #require(loaded.environment))
    let (made, findings) = Planner.plan(runbook, in: environment, zones: FixedZones())
    let plan = try #require(made)
    let said = findings.first { $0.code == "G402" && !$0.message.hasPrefix("under") }?.message ?? ""
    #expect(
      said.contains("has 108 in flight and needs 134 slots of `app in eu` in each location, with another one lost"))
    #expect(said.contains("`least: 3` has 120"))
    let report = try #require(
      await Planner.forecast(
        runbook, plan: plan, in: environment, zones: FixedZones(), options: ForecastOptions()))
    func row(_ name: String) -> ForecastReport.ComponentRow? { report.components.first { $0.name == name } }
    #expect(row("app in eu").map { ($0.need * 40).rounded() } == 134)
    #expect(row("search in eu")?.units == 4 && row("search in eu")?.has == "4 × 1")
    #expect(row("database in eu").map { ($0.need * 10).rounded() } == 257)
    #expect(report.figures.first { $0.name.name == "burst_in_flight" }?.text == "210")
  }

  @Test("says the same cost where a goal is exceeded and where it is shown, with and without dates")
  func oneCost() async throws {
    let tight = [("cost: 45000 EUR/month", "cost: 1000 EUR/month")]
    var said: [String] = []
    for name in ["production", "local"] {
      let (report, findings) = try await Self.course(tight, environment: name)
      let shown = try #require(report.figures.first { $0.name.name == "cost_per_month" }).text
      let finding = findings.first { $0.code == "G414" && !$0.message.hasPrefix("under") }?.message ?? ""
      #expect(finding.contains(shown.replacing(" a month", with: "/month")), "\(finding), and \(shown)")
      said.append(shown)
    }
    #expect(said[0] == said[1])
  }

  @Test("asks by the day of the load test for what that needs")
  func tests() throws {
    func asks(_ changes: [(String, String)] = []) throws -> [PlannedAsk] {
      let loaded = read("runbooks/retail-assistant", environment: "production", changes: changes)
      let plan = Planner.plan(
        try #require(loaded.runbook), in: try #require(loaded.environment), zones: FixedZones()
      ).plan
      return try #require(plan).asks
    }
    let found = try asks()
    #expect(found.map(\.what) == ["model in eu", "model in us", "model in apac"])
    #expect(found.allSatisfy { $0.by?.text == "2027-01-18" && $0.wave == "regional-pilots/load-test/1" })
    let without = try asks([(", tests: [regional-pilots/load-test]", "")])
    #expect(without.map(\.what) == found.map(\.what) && without.allSatisfy { $0.by?.text ?? "" > "2027-02" })
  }

  @Test("a scenario that loses a cell has its waves and its asks")
  func lost() async throws {
    let loaded = read("runbooks/retail-assistant", environment: "production")
    var runbook = try #require(loaded.runbook)
    let environment = try #require(loaded.environment)
    let model = try #require(runbook.model)
    let scenario = try #require(model.scenarios.first { $0.id.value == "region-lost" })
    let plan = try #require(Planner.plan(runbook, in: environment, zones: FixedZones()).plan)
    runbook.model = model.under(scenario)
    var options = ForecastOptions()
    options.scenario = scenario
    let report = try #require(
      await Planner.forecast(runbook, plan: plan, in: environment, zones: FixedZones(), options: options))
    #expect(report.plan.projections.count == plan.projections.count)
    #expect(report.plan.projections.allSatisfy { $0.tightest?.hasSuffix(" eu") != true })
    #expect(report.plan.asks.map(\.what) == ["model in us", "model in apac"])
    #expect(report.figures.first { $0.name.name == "served" }?.text == "49 %")
    #expect(report.figures.first { $0.name.name == "availability" }?.working.contains("for the 49 % of users") == true)
    let whole = try #require(loaded.runbook)
    let row = try #require(
      await Planner.forecast(whole, plan: plan, in: environment, zones: FixedZones(), options: ForecastOptions())
    ).scenarios.first { $0.name == "region-lost" }
    #expect(row?.available == "49 % served")
  }

  @Test("holds a model against what the cloud sells")
  func units() throws {
    func messages(_ code: String, _ from: String, _ to: String) throws -> [String] {
      try Self.findings("runbooks/retail-assistant", environment: "production", changes: [(from, to)])
        .filter { $0.code == code && !$0.message.hasPrefix("under") }.map(\.message)
    }
    let floor = try messages("G416", "most: 100\n    billed_from", "most: 1000\n    billed_from")
    #expect(floor.first?.hasPrefix("`database` is billed for 100 units of each location at least, 10 %") == true)
    let short = try messages("G417", "reused: 1152 tokens", "reused: 1000 tokens")
    #expect(short.first?.hasSuffix("each has 1000 tokens: all of it costs `gpt-4o-in`") == true)
    let small = try messages("G401", "carries: 35 GB", "carries: 0.5 GB")
    #expect(
      small.first?.contains("`search in eu` needs 1") == true
        && small.first?.contains("more replicas do not help") == true)
    let future = try messages("G415", "date: 2026-08-11", "date: 2099-08-11")
    #expect(future.count == 5 && future[0].hasSuffix("is of 2099-08-11, after the programme starts on 2027-01-04"))
    let alone = try messages("G403", "eu: { locations: [westeurope, swedencentral]", "eu: { locations: westeurope")
    #expect(alone.contains("`model` falls back to another location of its cell, and `eu` has one"))
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
