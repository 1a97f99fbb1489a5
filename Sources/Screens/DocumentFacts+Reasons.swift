import Diagnostics
import Forecasting
import Planning
import Runbooks

extension DocumentFacts {
  /// Why nothing belongs to a key, with what was probably meant.
  public func reason(_ key: String) -> String? {
    let words = key.split(separator: " ").map(String.init)
    let rest = Array(words.dropFirst())
    switch words.first {
    case "figure", "change":
      let names = report.figures.map(\.name.name)
      guard let name = rest.first else { return "it names no figure" }
      guard names.contains(name) else { return Self.unknown(name, "figure", names) }
      guard let place = rest.firstIndex(of: "in"), place + 1 < rest.count else { return nil }
      return scenarios[rest[place + 1]] == nil
        ? Self.unknown(rest[place + 1], "scenario", Array(scenarios.keys)) : nil
    case "estimate":
      return rest.first.flatMap { Self.unknown($0, "number of the model", report.model.estimates.map(\.path)) }
    case "trial":
      return problem(Array(rest.dropLast()))
        ?? "`\(rest.last ?? "")` is no field of a plan, or this plan has none"
    case "table" where rest.first == "trials":
      let rows = rest.dropFirst().joined(separator: " ").split(separator: ";")
      guard !rows.isEmpty else { return "it has no trial" }
      return rows.lazy.compactMap { problem($0.split(separator: " ").map(String.init)) }.first
    case "finding": return rest.first.map { "there is no code `\($0)`" }
    case let kind?:
      return Self.kinds.contains(kind) ? nil : Self.unknown(kind, "kind of mark", Self.kinds)
    case nil: return "it is empty"
    }
  }

  private static let kinds = [
    "figure", "change", "estimate", "component", "plan", "trial", "wave", "ask", "bought", "stage", "risk", "finding",
    "trigger", "table", "let", "sum",
  ]

  private func problem(_ words: [String]) -> String? {
    do {
      _ = try tried.plan(words)
      return nil
    } catch {
      return error.text
    }
  }

  private static func unknown(_ name: String, _ noun: String, _ known: [String]) -> String? {
    guard !known.contains(name) else { return nil }
    // Of a name that is cut short its whole is meant.
    let longer = name.count > 2 ? known.filter { $0.hasPrefix(name) }.sorted().first : nil
    let nearest = longer ?? Spelling.nearest(to: name, among: known)
    return "there is no \(noun) `\(name)`" + (nearest.map { "; write `\($0)`" } ?? "")
  }
}
