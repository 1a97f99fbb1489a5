import Diagnostics
import Foundation
import Quantities
import Runbooks
import Testing
import Vocabularies

@testable import Forecasting

/// Zone data for tests: the system's.
struct TestZones: ZoneTable {
  let version = "test"

  func offset(of zone: String, at instant: Instant) -> Int? {
    TimeZone(identifier: zone)?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000))
  }
}

/// A file that is not there.
private struct Missing: Error {}

/// A runbook over stores with a model, given as the text of its forecast and its price list.
func loaded(_ forecast: String, prices: String = "", stores: String) throws -> Runbook {
  let files = [
    "book/runbook.yaml": """
    sanderling: 1
    runbook: book
    starts: 2027-01-04
    inventories: { stores: stores.csv }
    forecast: forecast.yaml
    phases:
      - { id: one, stages: [{ id: s, targets: stores, steps: [{ id: act, uses: manual, undo: none }] }] }
    """,
    "book/forecast.yaml": "sanderling: 1\n" + forecast,
    "book/prices.yaml": "sanderling: 1\n" + prices, "book/stores.csv": stores,
  ]
  let loaded = RunbookFile.load(
    path: "book", adapters: ["process", "manual", "noop"].map { .lenient($0) },
    environment: nil,
    reading: { path in
      guard let text = files[path] else { throw Missing() }
      return Array(text.utf8)
    },
    listing: { folder in
      files.keys.filter { $0.hasPrefix("\(folder)/") }.map { String($0.dropFirst(folder.count + 1)) }.sorted()
    })
  for finding in loaded.findings where finding.severity == .error {
    Issue.record("\(finding.location.text) \(finding.code) \(finding.message)")
  }
  return try #require(loaded.runbook)
}

/// The forecaster of a runbook, and its inventory.
func forecaster(_ runbook: Runbook) throws -> (forecaster: Forecaster, inventory: Inventory) {
  let inventory = try #require(runbook.inventories.first)
  return (
    Forecaster(
      model: try #require(runbook.model), inventory: inventory, zone: "UTC", start: runbook.starts?.value.day,
      zones: TestZones()), inventory
  )
}

extension Forecaster {
  /// All targets of the inventory, live for ever.
  var everybody: LiveTargets {
    var live = LiveTargets.none
    add(0..<population.count, since: nil, to: &live)
    return live
  }
}

/// The client's case on one clock: 10,000 users in 200 stores, a fifth of the questions in one hour.
enum Case {
  static let stores =
    "id,region,country,zone,users,documents\n"
    + (0..<200).map { "s-\($0),\(["eu", "us", "apac"][$0 % 3]),C\($0 % 20),UTC,50,250" }.joined(separator: "\n") + "\n"

  static let prices = """
    prices:
      in: { price: 2.75 USD, per: 1000000 tokens, for: prompt, date: 2026-08-11, source: test }
      cached: { price: 1.375 USD, per: 1000000 tokens, for: reused, date: 2026-08-11, source: test }
      out: { price: 11 USD, per: 1000000 tokens, for: completion, date: 2026-08-11, source: test }
      unit: { price: 0.1 USD, per: hour, date: 2026-08-11, source: test }
      disk: { price: 0.25 USD, per: GB month, date: 2026-08-11, source: test }
    """

  static func model(
    load: String = "", caches: String = "[]", reused: Int = 0, prompt: Int = 3_000, rest: String = "",
    model: String = ""
  ) -> String {
    """
    currency: USD
    prices: prices.yaml
    load:
      of: stores
      users: users
      questions: 4 /day
      profile: [0, 0, 0, 0, 0, 0, 1, 3, 6, 8, 10, 20, 10, 7, 6, 6, 6, 6, 5, 3, 2, 1, 0, 0]
      present: 20 %
      thinking: 30 s
      stocks: { documents: { column: documents } }
    \(load)
    takes:
      questions: { ru: 50 RU }
      calls: { prompt: \(prompt) tokens, reused: \(reused) tokens, completion: 300 tokens, answer: 2.1 s }
      documents: { text: 20 KB }
    caches: \(caches)
    components:
      model:
        needs: [{ takes: [prompt, reused, completion], carries: 1000 tokens/min }]
        costs: [{ price: in, of: prompt }, { price: cached, of: reused }, { price: out, of: completion }]
    \(model)
      app: { needs: [{ of: calls, slots: 1, holds: answer, waits: 1 % }], least: 1, costs: [{ price: unit }] }
      store: { needs: [{ takes: text, carries: 1 GB }], costs: [{ price: disk, of: text }] }
    \(rest)
    """
  }
}

extension AdapterFacts {
  /// An adapter of a test: it can everything, and takes whatever is written.
  static func lenient(_ name: String) -> AdapterFacts {
    let anything = Vocabulary(name, "Anything.", keys: [], others: .anything)
    return AdapterFacts(
      name: name, does: "does what a test wants", configuration: anything,
      actions: [.init(arguments: anything, outputs: .any)], probe: anything, query: anything,
      notice: .init(argument: "message", form: .value), exposed: ["command"])
  }
}
