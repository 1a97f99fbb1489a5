import Diagnostics
import Forecasting
import Planning
import Plans
import Runbooks

extension DocumentFacts {
  /// Why nothing belongs to a key, with what was probably meant.
  public func reason(_ key: String) -> String? {
    let words = key.split(separator: " ").map(String.init)
    let rest = Array(words.dropFirst())
    guard let kind = words.first else { return "it is empty" }
    switch DocumentKey(rawValue: kind) {
    case .figure, .change:
      let names = report.figures.map(\.name.name)
      guard let name = rest.first else { return "it names no figure" }
      guard names.contains(name) else { return Self.unknown(name, "figure", names) }
      guard let place = rest.firstIndex(of: "in"), place + 1 < rest.count else { return nil }
      return unknownScenario(rest[place + 1])
    case .estimate:
      return rest.first.flatMap { Self.unknown($0, "number of the model", report.model.estimates.map(\.path)) }
    case .component:
      var name = rest
      if rest.count > 3, rest[rest.count - 2] == "under" {
        if let reason = unknownScenario(rest[rest.count - 1]) { return reason }
        name.removeLast(2)
      }
      return Self.reason(name, "component", report.components.map(\.name))
    case .plan: return Self.noField(rest.joined(separator: " "), "plan, or this plan has none")
    case .trial: return problem(Array(rest.dropLast())) ?? Self.noField(rest.last ?? "", "plan, or this plan has none")
    case .wave:
      return Self.reason(rest, "wave", report.plan.projections.map { report.plan.path(stage: $0.stage, wave: $0.wave) })
    case .ask: return Self.reason(rest, "limit to be asked for", report.plan.asks.map(\.what))
    case .bought: return Self.reason(rest, "component that is bought ahead", report.bought.map(\.name))
    case .stage: return Self.reason(rest, "stage", report.plan.stages.indices.map { report.plan.path(of: $0) })
    case .risk: return Self.reason(rest, "risk", coverage?.rows.map(\.risk.id.value) ?? [])
    case .trigger: return Self.reason(rest, "trigger", runbook.triggers.map(\.id.value))
    case .finding: return rest.first.map { "there is no code `\($0)`" }
    case .table where rest.first == "trials":
      let rows = rest.dropFirst().joined(separator: " ").split(separator: ";")
      guard !rows.isEmpty else { return "it has no trial" }
      return rows.lazy.compactMap { problem($0.split(separator: " ").map(String.init)) }.first
    case .table: return "there is no table `\(rest.joined(separator: " "))`, or something in it is not known"
    // What is wrong in a calculation, whoever calculates says.
    case .let, .sum: return nil
    case nil: return Self.unknown(kind, "kind of mark", DocumentKey.allCases.map(\.rawValue))
    }
  }

  private func unknownScenario(_ name: String) -> String? {
    scenarios[name] == nil ? Self.unknown(name, "scenario", scenarios.keys.sorted()) : nil
  }

  /// Why there is no `NAME FIELD`; a name may have several words.
  private static func reason(_ words: [String], _ noun: String, _ known: [String]) -> String {
    guard words.count > 1 else { return "it names no \(noun), or nothing of it" }
    return unknown(words.dropLast().joined(separator: " "), noun, known) ?? noField(words[words.count - 1], noun)
  }

  private static func noField(_ field: String, _ noun: String) -> String { "`\(field)` is no field of a \(noun)" }

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
