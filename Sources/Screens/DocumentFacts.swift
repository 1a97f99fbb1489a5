public import Diagnostics
import Forecasting
public import Planning
public import Plans
public import Quantities
public import Runbooks

/// What the documents of a programme may say, by key: figures, components, waves, tables.
public struct DocumentFacts: Sendable {
  let report: ForecastReport
  /// The forecasts under the scenarios of the model, by their name.
  let scenarios: [String: ForecastReport]
  let coverage: RiskCoverage?
  let findings: [Finding]
  let zones: any ZoneTable

  /// Puts together what a document may say.
  public init(
    report: ForecastReport, scenarios: [String: ForecastReport], coverage: RiskCoverage?, findings: [Finding],
    zones: any ZoneTable
  ) {
    self.report = report
    self.scenarios = scenarios
    self.coverage = coverage
    self.findings = findings
    self.zones = zones
  }

  private var plan: Plan { report.plan }

  /// What stands under a key; `nil` for one that there is not.
  public func value(_ key: String) -> String? {
    let words = key.split(separator: " ").map(String.init)
    guard let kind = words.first else { return nil }
    let rest = Array(words.dropFirst())
    // The last word is the field; names such as `model in eu` have several.
    let (name, field) = (rest.dropLast().joined(separator: " "), rest.last ?? "")
    switch kind {
    case "figure": return figure(rest)
    case "estimate": return rest.count == 1 ? report.model.estimates.first { $0.path == rest[0] }?.text : nil
    case "component": return component(name, field)
    case "plan": return rest.count == 1 ? program(rest[0]) : nil
    case "wave": return rest.count == 2 ? wave(rest[0], rest[1]) : nil
    case "ask": return ask(name, field)
    case "table": return rest.count == 1 ? table(rest[0]) : nil
    default: return nil
    }
  }

  private func figure(_ words: [String]) -> String? {
    var source: ForecastReport? = report
    if words.count == 3, words[1] == "in" { source = scenarios[words[2]] } else if words.count != 1 { return nil }
    return source?.figures.first { $0.name.name == words[0] }?.text
  }

  private func component(_ name: String, _ field: String) -> String? {
    guard let row = report.components.first(where: { $0.name == name }) else { return nil }
    switch field {
    case "need": return Spoken.number(row.need)
    case "units": return Spoken.number(row.units)
    case "limit": return row.limit.map { Spoken.number($0) } ?? "no limit"
    case "headroom": return row.headroom.map { "\(Spoken.number($0)) ×" } ?? "no limit"
    case "locations": return String(row.locations)
    default: return nil
    }
  }

  private func program(_ field: String) -> String? {
    let waves = plan.stages.flatMap(\.waves)
    let ends = waves.compactMap(\.latest).max()
    switch field {
    case "starts": return plan.starts?.text
    case "deadline": return plan.deadline?.text
    case "ends": return ends?.text
    case "days_late": return ends.flatMap { end in plan.deadline.map { String(max(0, end.dayNumber - $0.dayNumber)) } }
    case "waves": return String(waves.count)
    case "spent": return plan.projections.last.map { money($0.spent) }
    case "stores_by_deadline":
      guard let deadline = plan.deadline else { return nil }
      let done = plan.projections.last { item in
        plan.stages[item.stage].waves[item.wave].latest.map { $0 <= deadline } ?? false
      }
      return done.map { String($0.targets) } ?? "0"
    case "pace_needed":
      // The finding about the deadline says it: `pace: 36 per week` in stage …
      let advice = findings.first { $0.code == "G301" }?.suggestion ?? ""
      return advice.split(separator: "`").first { $0.hasPrefix("pace: ") }.map { String($0.dropFirst(6)) }
        ?? "no pace"
    default: return nil
    }
  }

  private func money(_ amount: Fixed) -> String {
    "\(amount.grouped) \(plan.currency ?? "")"
  }

  private func wave(_ path: String, _ field: String) -> String? {
    guard let item = plan.projections.first(where: { plan.path(stage: $0.stage, wave: $0.wave) == path }) else {
      return nil
    }
    let batch = plan.stages[item.stage].waves[item.wave]
    switch field {
    case "earliest": return batch.earliest?.text
    case "latest": return batch.latest?.text
    case "targets": return Words.grouped(item.targets)
    case "users": return Words.grouped(item.users)
    case "peak": return "\(item.peak.spoken) /s"
    case "cost_per_day": return "\(money(item.costPerDay)) a day"
    case "spent": return money(item.spent)
    case "headroom": return item.headroom.map { "\($0.spoken) ×" } ?? "no limit"
    case "availability": return "\(item.availability.text) %"
    default: return nil
    }
  }

  private func ask(_ name: String, _ field: String) -> String? {
    guard let ask = plan.asks.first(where: { $0.what == name }) else { return nil }
    switch field {
    case "units": return Words.grouped(ask.units)
    case "granted": return Words.grouped(ask.granted)
    case "by": return ask.by?.text ?? "the start"
    default: return nil
    }
  }

  private func table(_ name: String) -> String? {
    switch name {
    case "risks": return coverage.map { RisksScreen.markdown($0) }
    case "findings":
      return PlanScreen.table(
        ["code", "where", "what", "instead"],
        findings.inReadingOrder.map { finding in
          let file = finding.location.file.split(separator: "/").last.map(String.init) ?? ""
          return [finding.code, "\(file):\(finding.location.line)", finding.message, finding.suggestion ?? ""]
        })
    case "phases":
      let facts = PlanFacts(plan, findings: findings, zones: zones)
      return PlanScreen.table(
        ["phase", "waves", "targets", "changes", "earliest", "latest", "can be undone"],
        facts.phases.map { phase in
          [
            phase.id, String(phase.waves), Words.grouped(phase.targets), Words.grouped(phase.changes),
            facts.written(phase.course).from ?? "–", facts.written(phase.course).to ?? "–", phase.undo,
          ]
        })
    case "asks":
      return PlanScreen.table(
        ["what", "units of a location", "locations", "granted today", "ask by", "first needed by"],
        plan.asks.map {
          [
            $0.what, Words.grouped($0.units), String($0.locations), Words.grouped($0.granted), $0.by?.text ?? "–",
            $0.wave,
          ]
        })
    default: return ForecastReportScreen.markdown(report, table: name)
    }
  }
}

extension DocumentFacts {
  /// Everything that documents of a runbook may say, its scenarios included.
  ///
  /// - Throws: ``NoModel`` when the runbook has no model that its plan uses.
  public static func of(
    _ runbook: Runbook, plan: Plan, findings: [Finding], in environment: Environment, zones: any ZoneTable
  ) async throws(NoModel) -> DocumentFacts {
    var options = ForecastOptions()
    guard
      let report = await Planner.forecast(runbook, plan: plan, in: environment, zones: zones, options: options)
    else { throw NoModel() }
    var scenarios: [String: ForecastReport] = [:]
    for scenario in report.model.scenarios {
      var changed = runbook
      changed.model = report.model.under(scenario)
      options.scenario = scenario
      scenarios[scenario.id.value] = await Planner.forecast(
        changed, plan: plan, in: environment, zones: zones, options: options)
    }
    return DocumentFacts(
      report: report, scenarios: scenarios, coverage: RiskCoverage(of: runbook), findings: findings,
      zones: zones)
  }

  /// The runbook has no model that its plan uses.
  public struct NoModel: Error {}
}
