import Diagnostics
import Foundation
import Planning
import Plans
import Quantities
import Reports
import Runbooks
import Screens
import Testing

@Suite("The client's documents")
struct DocumentTests {
  private static let folder = repository.appending(path: "docs/retail-assistant")
  private static let isAccepting = ProcessInfo.processInfo.environment["GOLDEN"] == "accept"

  private static func facts(
    _ path: String, environment name: String?, draws: Int = DocumentFacts.usualDraws,
    changing change: (inout Runbook) -> Void = { _ in }
  ) async throws -> DocumentFacts {
    let loaded = read(path, environment: name)
    var runbook = try #require(loaded.runbook)
    change(&runbook)
    let environment = try #require(loaded.environment)
    let (plan, findings) = Planner.plan(runbook, in: environment, zones: FixedZones())
    return try await DocumentFacts.of(
      runbook, plan: try #require(plan), findings: loaded.findings + findings, in: environment, zones: FixedZones(),
      draws: draws)
  }

  private static let pages = ["README", "architecture", "migration", "performance", "risks", "case-review"]

  @Test(
    "have every number from the model",
    arguments: pages)
  func numbers(name: String) async throws {
    let facts =
      name == "case-review"
      ? try await Self.facts("Tests/Fixtures/client-case", environment: nil)
      : try await Self.facts("runbooks/retail-assistant", environment: "production")
    let file = Self.folder.appending(path: "\(name).md")
    let old = try String(contentsOf: file, encoding: .utf8)
    let (new, unknown) = MarkedText.filled(old, value: facts.value)
    #expect(unknown == [])
    #expect(old.contains("<!--= "), "\(name).md has no number that is kept fresh")
    if Self.isAccepting {
      try Data(new.utf8).write(to: file)
    } else {
      #expect(new == old, "stale: `sanderling forecast … --fill docs/retail-assistant/\(name).md`")
    }
  }

  @Test("have charts that are drawn from the model", arguments: ForecastPage.charts)
  func charts(name: String) async throws {
    let loaded = read("runbooks/retail-assistant", environment: "production")
    let (runbook, environment) = (try #require(loaded.runbook), try #require(loaded.environment))
    let plan = try #require(Planner.plan(runbook, in: environment, zones: FixedZones()).plan)
    var options = ForecastOptions()
    options.year = true
    let report = try #require(
      await Planner.forecast(runbook, plan: plan, in: environment, zones: FixedZones(), options: options))
    let picture = try #require(ForecastPage.svg(report, chart: name))
    let file = Self.folder.appending(path: "charts/\(name).svg")
    if Self.isAccepting {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(picture.utf8).write(to: file)
    } else {
      #expect(
        try String(contentsOf: file, encoding: .utf8) == picture, "stale: docs/retail-assistant/charts/\(name).svg")
    }
    // The same files give the same page.
    #expect(ForecastPage.html(report, digest: plan.digest) == ForecastPage.html(report, digest: plan.digest))
  }
}
