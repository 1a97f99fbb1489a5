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
    let made = Planner.answer(runbook, in: environment, zones: FixedZones())
    return try await DocumentFacts.of(
      runbook, plan: try #require(made.plan), findings: loaded.findings + made.findings, likelyEnd: made.likelyEnd,
      in: environment, zones: FixedZones(), draws: draws)
  }

  @Test("say nothing under a key of nothing, and a change of a share in points")
  func keys() async throws {
    let facts = try await Self.facts("runbooks/retail-assistant", environment: "production", draws: 0)
    for key in [
      "finding G999999", "finding G", "trial ends", "table trials ;", "trial starts=9999-01-01 ends",
      "trial deadline=1970-01-01 ends", "trial full-scale/stores.pace=0 ends",
    ] {
      #expect(facts.value(key) == nil, "\(key)")
    }
    #expect(facts.value("finding G418") != "nothing" && facts.value("finding G411") == "nothing")
    #expect(facts.value("change availability in as-built") == "−0.252 points")
    #expect(facts.value("change hits in cache-off")?.hasSuffix(" points") == true)
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
    #expect(unknown.isEmpty, "\(unknown)")
    #expect(old.contains("<!--= "), "\(name).md has no number that is kept fresh")
    if Self.isAccepting {
      try Data(new.utf8).write(to: file)
    } else {
      #expect(new == old, "stale: `sanderling forecast … --fill docs/retail-assistant/\(name).md`")
    }
  }

  @Test("say another number when any input of the model is another one by a tenth")
  func inputs() async throws {
    let pages = try Self.pages.filter { $0 != "case-review" }.map {
      try String(contentsOf: Self.folder.appending(path: "\($0).md"), encoding: .utf8)
    }
    // What is only repeated from the model proves nothing; what scenarios say is asked for where nothing else moves.
    let keys = Set(pages.flatMap(MarkedText.keys)).filter { key in
      !["estimate ", "trial ", "table trials", "table estimates", "table influences"].contains { key.hasPrefix($0) }
    }.sorted()
    let loaded = read("runbooks/retail-assistant", environment: "production")
    let (runbook, environment) = (try #require(loaded.runbook), try #require(loaded.environment))
    let plan = try #require(Planner.plan(runbook, in: environment, zones: FixedZones()).plan)
    func values(_ path: String?, _ factor: String = "x1", hasScenarios: Bool) async throws -> [String?] {
      var changed = runbook
      if let path, let change = EstimateChange(factor) { changed.model = runbook.model?.changed([(path, change)]) }
      let facts = try await DocumentFacts.of(
        changed, plan: plan, findings: [], in: environment, zones: FixedZones(), draws: 0, hasScenarios: hasScenarios)
      return keys.map { facts.value($0) }
    }
    let (alone, whole) = (try await values(nil, hasScenarios: false), try await values(nil, hasScenarios: true))
    var silent: [String] = []
    for estimate in try #require(runbook.model).estimates where estimate.isOfModel && estimate.mid != 0 {
      // A share that would be more than everything is made less.
      let isFull = estimate.dimension == .count && estimate.high <= 1 && estimate.high * 1.1 > 1
      let factor = isFull ? "x0.9" : "x1.1"
      if try await values(estimate.path, factor, hasScenarios: false) != alone { continue }
      if try await values(estimate.path, factor, hasScenarios: true) == whole { silent.append(estimate.path) }
    }
    // Limits and sizes that are far away, the time of a hit, which is less than what is rounded, and a cache behind one
    // that keeps for longer: pages repeat them.
    let far = [
      "caches.exact.time", "components.app.size.cpu", "components.app.offered.cpu", "components.app.size.memory",
      "components.app.offered.memory", "components.app.ready", "components.search.partitions.carries",
      "components.database.2.carries", "caches.results.keeps", "caches.results.items", "caches.results.skew",
    ]
    #expect(silent.filter { !far.contains($0) } == [], "inputs that no page depends on")
  }

  @Test("have no number outside of a mark that does not say where it comes from", arguments: pages)
  func outside(page: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: "\(page).md"), encoding: .utf8)
      .replacing(#/<!--= (?:[^-]|-[^-]|--[^>])*-->(?:[^<]|<[^!])*<!--\/=-->/#, with: "§")
      .replacing(#/```[^`]*```/#, with: "").replacing(#/`[^`]*`/#, with: "").replacing(#/\]\([^)]*\)/#, with: "]")
      // How much a unit is.
      .replacing("100 RU/s", with: "")
    // A number with a unit.
    let number =
      #/(^|[^\w.\-])(\d[\d,.]*)\s?(EUR|USD|%|×|RU|tokens|ms|s|min|h|days?|weeks?|hours?|minutes|GB|MB|a week)\b/#
    // A paragraph, a row of a table, an element of a list.
    let parts = text.replacing(#/\n(\||- |> |\d\. |#)/#, with: { "\n\n" + $0.1 }).split(separator: "\n\n")
    for part in parts where part.firstMatch(of: #/\([ABCD],|\b[ABCD]\)|client|\bcase\b|^#/#) == nil {
      for found in part.matches(of: number) {
        Issue.record("\(page): `\(found.0)` in: \(part.prefix(160))")
      }
    }
  }

  @Test("have the same numbers of their own under one name on all pages")
  func own() throws {
    var known: [String: String] = [:]
    for page in Self.pages {
      let text = try String(contentsOf: Self.folder.appending(path: "\(page).md"), encoding: .utf8)
      for key in MarkedText.keys(of: text) where key.hasPrefix("let ") {
        let parts = key.dropFirst(4).split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        let (name, value) = (try #require(parts.first), try #require(parts.last))
        #expect(known[name, default: value] == value, "\(page).md says \(value) for \(name)")
        known[name] = value
      }
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
