import Diagnostics
import Foundation
import Planning
import Plans
import Quantities
import Runbooks
import Testing
import Vocabularies

/// Zone data for tests: the system's, under a fixed version.
struct TestZones: ZoneTable {
  let version = "test"

  func offset(of zone: String, at instant: Instant) -> Int? {
    TimeZone(identifier: zone)?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000))
  }
}

/// Plans a runbook that is given as text.
func planned(
  _ runbook: String, files: [String: String] = [:], given: [String: String] = [:],
  amending: ExecutedPrefix? = nil, today: CivilDate? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> (plan: Plan?, findings: [Finding]) {
  let all = files.merging(["book/runbook.yaml": runbook]) { $1 }
  struct Missing: Error {}
  let loaded = RunbookFile.load(
    path: "book", adapters: ["process", "manual", "noop"].map { .lenient($0) },
    environment: nil,
    reading: { path in
      guard let text = all[path] else { throw Missing() }
      return Array(text.utf8)
    },
    listing: { directory in
      all.keys.filter { $0.hasPrefix("\(directory)/") }.map { String($0.dropFirst(directory.count + 1)) }
        .filter { !$0.contains("/") }.sorted()
    })
  for finding in loaded.findings where finding.severity == .error {
    Issue.record("\(finding.location.text) \(finding.code) \(finding.message)", sourceLocation: sourceLocation)
  }
  return Planner.plan(
    try #require(loaded.runbook, sourceLocation: sourceLocation),
    in: try #require(loaded.environment, sourceLocation: sourceLocation), zones: TestZones(), given: given,
    amending: amending, today: today)
}

/// An inventory of stores: `count` rows over three regions and five countries.
func stores(_ count: Int) -> String {
  "id,country,region,zone\n"
    + (0..<count).map { "s-\($0),C\($0 % 5),R\($0 % 3),Europe/Lisbon" }.joined(separator: "\n") + "\n"
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
