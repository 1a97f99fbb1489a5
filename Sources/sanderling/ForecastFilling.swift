import Foundation
import Operating
import Plans
import Runbooks
import Screens

/// Writes the numbers of a forecast into the marked places of documents.
struct ForecastFilling {
  let files: [String]
  let isCheck: Bool
  /// The runbook, as the person wrote it.
  let runbook: String

  func run(_ work: ForecastWork) async throws {
    // All are read before one is written: a bad mark leaves every file as it was.
    let texts = try files.map { file -> (file: String, text: String) in
      guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
        throw Refusal(.usage, "\(file) cannot be read: it is not there, is no text in UTF-8, or may not be read")
      }
      return (file, text)
    }
    let keys = texts.flatMap { MarkedText.keys(of: $0.text) }
    let stale = keys.isEmpty ? [] : try filled(texts, try await facts(work, for: keys))
    for (file, text) in stale where !isCheck {
      try OutFile.write(text.utf8, to: file, what: "the filled text")
    }
    Output.error.tell(
      stale.isEmpty
        ? "every number is fresh\n" : stale.map { "\(isCheck ? "stale" : "written"): \($0.file)\n" }.joined())
    if isCheck, !stale.isEmpty { throw Exit.failed }
  }

  /// What these marks may say, and no more: each scenario is a forecast of its own, and ranges are many.
  private func facts(_ work: ForecastWork, for keys: [String]) async throws -> DocumentFacts {
    func asks(_ words: [String]) -> Bool { keys.contains { key in words.contains { key.contains($0) } } }
    return try await DocumentFacts.of(
      work.runbook, plan: work.plan, findings: work.findings, likelyEnd: work.likelyEnd, in: work.environment,
      zones: SystemZones(),
      draws: asks(["p10", "p50", "p90", "range", "table figures", "risk"]) ? DocumentFacts.usualDraws : 0,
      given: work.given, hasScenarios: asks([" in ", " under ", "risk"]))
  }

  private func filled(
    _ texts: [(file: String, text: String)], _ facts: DocumentFacts
  ) throws -> [(file: String, text: String)] {
    try texts.compactMap { file, old in
      let (new, unknown) = MarkedText.filled(old, value: facts.value, reason: facts.reason)
      if let first = unknown.first {
        throw Refusal(
          .usage, "\(file):\(first.line): nothing belongs to the mark `\(first.key)`", because: first.reason,
          next: ["sanderling forecast \(shellWord(runbook)) --json   # lists figures and waves"])
      }
      return new == old ? nil : (file, new)
    }
  }
}
