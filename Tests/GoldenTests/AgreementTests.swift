import Diagnostics
import Forecasting
import Foundation
import Planning
import Plans
import Quantities
import Runbooks
import Screens
import Testing

/// One thing has one number, wherever it is said.
@Suite("A number that stands in several places")
struct AgreementTests {
  private static let book = "runbooks/retail-assistant"

  private struct Said {
    var plan: Plan
    var findings: [Finding]
    var report: ForecastReport

    func figure(_ name: String) throws -> Figure { try #require(report.figures.first { $0.name.name == name }) }

    func finding(_ code: String) throws -> String {
      // What scenarios are told of says so first.
      try #require(findings.first { $0.code == code && !$0.message.hasPrefix("under ") }?.message)
    }
  }

  private static func said(
    _ environment: String = "production", at moment: ForecastReport.Moment = .end, _ changes: [String: String] = [:]
  ) async throws -> Said {
    let loaded = read(book, environment: environment)
    var runbook = try #require(loaded.runbook)
    for (path, text) in changes.sorted(by: { $0.key < $1.key }) {
      let change = try #require(EstimateChange(text))
      runbook.model = runbook.model?.changed([(path, change)])
    }
    let place = try #require(loaded.environment)
    let (plan, findings) = Planner.plan(runbook, in: place, zones: FixedZones())
    var options = ForecastOptions()
    options.moment = moment
    let report = await Planner.forecast(
      runbook, plan: try #require(plan), in: place, zones: FixedZones(), options: options)
    let (made, said) = (try #require(plan), try #require(report))
    return Said(plan: made, findings: findings, report: said)
  }

  @Test("is the same in the findings of `validate` and in the forecast", arguments: ["production", "local"])
  func findings(environment: String) async throws {
    let said = try await Self.said(
      environment,
      at: .end,
      [
        "goals.cost": "1 EUR/month", "goals.availability": "99.9999 %", "goals.answer": "0.1 s",
        "goals.percentile": "95 %",
      ])
    let cost = try said.figure("cost_per_month").text.replacing(" EUR a month", with: "")
    let (dear, down, slow) = (try said.finding("G414"), try said.finding("G403"), try said.finding("G413"))
    #expect(dear.contains("\(cost) EUR/month"), "\(dear), and \(cost)")
    let availability = try said.figure("availability").text
    #expect(down.contains(availability), "\(down), and \(availability)")
    let answer = try said.figure("answer_p95").text
    #expect(slow.contains(answer), "\(slow), and \(answer)")
  }

  @Test("is the same in the plan's waves and in the forecast after a wave")
  func waves() async throws {
    let plan = try await Self.said().plan
    for item in [plan.projections.first, plan.projections.last].compactMap({ $0 }) {
      let path = plan.path(stage: item.stage, wave: item.wave)
      let said = try await Self.said(at: .wave(path))
      let (targets, peak) = (try said.figure("targets").value, try said.figure("peak_rate").value)
      #expect(targets == Double(item.targets))
      #expect(abs(peak - (Double(item.peak.text) ?? 0)) < 0.002, "\(path)")
      let availability = try said.figure("availability").value * 100
      #expect(abs(availability - (Double(item.availability.text) ?? 0)) < 0.001, "\(path)")
    }
  }

  @Test("is the same on all pages, in the plan's line of money and in the figures")
  func pages() async throws {
    let folder = repository.appending(path: "docs/retail-assistant")
    var known: [String: String] = [:]
    for page in ["README", "architecture", "migration", "performance", "risks"] {
      let text = try String(contentsOf: folder.appending(path: "\(page).md"), encoding: .utf8)
      for match in text.matches(of: #/<!--= ([^\n]*?) -->([^\n<]*)<!--\/=-->/#) {
        let (key, value) = (String(match.1), String(match.2))
        #expect(known[key, default: value] == value, "\(page).md says \(value) for \(key)")
        known[key] = value
      }
    }
    let said = try await Self.said()
    let cost = try said.figure("cost_per_month").text
    #expect(known["figure cost_per_month"] == cost)
    #expect(known["plan spent"] == said.plan.projections.last.map { "\($0.spent.grouped) EUR" })
    #expect(known["plan ends"] == said.plan.lastDay?.text)
    let facts = PlanFacts(said.plan, findings: said.findings, zones: FixedZones())
    #expect(facts.dates?.contains("\(said.plan.standing?.daysLate ?? 0) days after the deadline") == true)
    let late = try said.finding("G301")
    #expect(late.contains("\(said.plan.standing?.daysLate ?? 0) days late"))
  }
}
