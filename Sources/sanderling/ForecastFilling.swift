import Foundation
import Operating
import Plans
import Runbooks
import Screens

/// Writes the numbers of a forecast into the marked places of documents.
struct ForecastFilling {
  let files: [String]
  let isCheck: Bool

  func run(_ work: ForecastWork) async throws {
    let facts = try await DocumentFacts.of(
      work.runbook, plan: work.plan, findings: work.findings, in: work.environment, zones: SystemZones(),
      given: work.given)
    // All are read before one is written: a bad mark leaves every file as it was.
    var stale: [(file: String, text: String)] = []
    for file in files {
      guard let old = try? String(contentsOfFile: file, encoding: .utf8) else {
        throw Refusal(.usage, "\(file) cannot be read")
      }
      let (new, unknown) = MarkedText.filled(old, value: facts.value)
      if let first = unknown.first {
        throw Refusal(
          .usage, "\(file) has a mark that nothing belongs to: \(first)",
          next: ["sanderling forecast RUNBOOK --json   # lists figures and waves"])
      }
      if new != old { stale.append((file, new)) }
    }
    for (file, text) in stale where !isCheck {
      try OutFile.write(text.utf8, to: file, what: "the filled text")
    }
    Output.error.tell(
      stale.isEmpty
        ? "every number is fresh\n" : stale.map { "\(isCheck ? "stale" : "written"): \($0.file)\n" }.joined())
    if isCheck, !stale.isEmpty { throw Exit.failed }
  }
}
