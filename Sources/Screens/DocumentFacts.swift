public import Diagnostics
import Forecasting
import Planning
public import Plans
public import Quantities
public import Runbooks

/// What a mark in a document is of: the first word of its key.
enum DocumentKey: String, CaseIterable {
  case figure, change, estimate, component, plan, trial, wave, ask, bought, stage, risk, finding, trigger, table
  case `let`, sum
}

/// What the documents of a programme may say, by key: figures, components, waves, risks, trial plans, tables.
public struct DocumentFacts: Sendable {
  let runbook: Runbook
  let report: ForecastReport
  /// The forecasts under the scenarios of the model, by their name.
  let scenarios: [String: ForecastReport]
  let coverage: RiskCoverage?
  let findings: [Finding]
  let zones: any ZoneTable
  /// When the plan is likely to end, where that is later than its own end.
  let likelyEnd: CivilDate?
  /// Plans of the runbook with a few values changed.
  let tried: TriedPlans

  private var plan: Plan { report.plan }

  /// What stands under a key; `nil` for one that there is not.
  public func value(_ key: String) -> String? {
    let words = key.split(separator: " ").map(String.init)
    guard let kind = words.first else { return nil }
    let rest = Array(words.dropFirst())
    // The last word is the field; names such as `model in eu` have several.
    let (name, field) = (rest.dropLast().joined(separator: " "), rest.last ?? "")
    switch DocumentKey(rawValue: kind) {
    case .figure: return figure(rest)
    case .change: return change(rest)
    case .estimate: return rest.count == 1 ? report.model.estimates.first { $0.path == rest[0] }?.text : nil
    case .component: return component(rest)
    case .plan:
      return rest.count == 1
        ? program(rest[0], Planner.Answer(plan: plan, findings: findings, likelyEnd: likelyEnd)) : nil
    case .trial: return (try? tried.plan(Array(rest.dropLast()))).flatMap { program(field, $0) }
    case .wave:
      let isAsBuilt = rest.count == 3 && rest[2] == "as-built"
      return rest.count == 2 || isAsBuilt ? wave(rest[0], rest[1], isAsBuilt: isAsBuilt) : nil
    case .ask: return ask(name, field)
    case .bought: return bought(name, field)
    case .stage: return rest.count == 2 ? stage(rest[0], rest[1]) : nil
    case .risk: return rest.count == 2 ? risk(rest[0], rest[1]) : nil
    case .finding: return rest.count == 1 ? finding(rest[0]) : nil
    case .trigger: return rest.count == 2 ? trigger(rest[0], rest[1]) : nil
    case .table: return table(rest)
    // What is calculated from other marks stands in the document, not here.
    case .let, .sum, nil: return nil
    }
  }

  /// The forecast under a scenario; that of the plan without one.
  private func report(under scenario: String?) -> ForecastReport? {
    scenario.map { scenarios[$0] } ?? report
  }

  /// `NAME [in SCENARIO] [p10 | p50 | p90 | range]`
  private func figure(_ words: [String]) -> String? {
    var words = words
    var part: String?
    if let last = words.last, ["p10", "p50", "p90", "range"].contains(last) { part = words.removeLast() }
    guard words.count == 1 || words.count == 3 && words[1] == "in" else { return nil }
    let source = report(under: words.count == 3 ? words[2] : nil)
    guard let figure = source?.figures.first(where: { $0.name.name == words[0] }) else { return nil }
    switch part {
    case nil: return figure.text
    // What no estimate moves is what it is.
    case "range": return figure.rangeText.flatMap { $0.isEmpty ? nil : $0 } ?? figure.text
    case "p10": return Spoken.figure(figure.name, figure.range?.p10 ?? figure.value)
    case "p50": return Spoken.figure(figure.name, figure.range?.p50 ?? figure.value)
    default: return Spoken.figure(figure.name, figure.range?.p90 ?? figure.value)
    }
  }

  /// `NAME in SCENARIO`: by how much a scenario changes a figure.
  private func change(_ words: [String]) -> String? {
    guard words.count == 3, words[1] == "in",
      let now = report.figures.first(where: { $0.name.name == words[0] }),
      let then = scenarios[words[2]]?.figures.first(where: { $0.name.name == words[0] })
    else { return nil }
    let difference = then.value - now.value
    let sign = difference > 0 ? "+" : ""
    // A difference of two shares is in points: in percent it would be a part of the first one.
    if Spoken.isShare(now.name.name) { return "\(sign)\(Spoken.decimal(difference * 100, places: 3)) points" }
    guard now.value != 0 else { return sign + Spoken.figure(now.name, difference) }
    let share = Spoken.share(abs(difference / now.value))
    return "\(sign)\(Spoken.figure(now.name, difference)) (\(difference < 0 ? "−" : "+")\(share))"
  }

  /// `NAME FIELD [under SCENARIO]`
  private func component(_ words: [String]) -> String? {
    var words = words
    var scenario: String?
    if words.count > 3, words[words.count - 2] == "under" {
      scenario = words.removeLast()
      words.removeLast()
    }
    guard let field = words.popLast(), let source = report(under: scenario),
      let row = source.components.first(where: { $0.name == words.joined(separator: " ") })
    else { return nil }
    switch field {
    case "need": return Spoken.number(row.need)
    case "units": return Spoken.number(row.units)
    case "limit": return row.limit.map { Spoken.number($0) } ?? "no limit"
    case "headroom": return row.headroom.map { "\(Spoken.number($0)) ×" } ?? "no limit"
    case "locations": return String(row.locations)
    default: return nil
    }
  }

  /// A field of a plan, as it is or tried.
  func program(_ field: String, _ made: Planner.Answer) -> String? {
    guard let plan = made.plan else { return nil }
    let likelyEnd = made.likelyEnd ?? plan.lastDay
    switch field {
    case "starts": return plan.starts?.text
    case "deadline": return plan.deadline?.text
    case "ends": return plan.lastDay?.text
    case "days_late": return plan.standing.map { String(max(0, $0.daysLate)) }
    case "standing": return plan.standing.map { Self.words(of: $0) }
    case "likely_end": return likelyEnd?.text
    case "likely_standing":
      guard let deadline = plan.deadline, let end = likelyEnd else { return nil }
      return Self.words(of: DeadlineStanding(deadline: deadline, ends: end))
    case "waves": return String(plan.stages.flatMap(\.waves).count)
    case "changes": return Words.grouped(plan.stages.reduce(0) { $0 + $1.steps.count * $1.targetCount })
    case "odds": return BudgetScreen.someWaveStops(plan)
    case "days":
      return plan.lastDay.flatMap { end in plan.starts.map { Words.grouped(end.dayNumber - $0.dayNumber + 1) } }
    case "spent": return plan.projections.last.map { money($0.spent) }
    case "stores_by_deadline":
      guard let deadline = plan.deadline else { return nil }
      let done = plan.projections.last { item in
        plan.stages[item.stage].waves[item.wave].latest.map { $0 <= deadline } ?? false
      }
      return done.map { String($0.targets) } ?? "0"
    case "pace_needed":
      // The finding about the deadline says it: `pace: 36 per week` in stage …
      let advice = made.findings.first { $0.code == "G301" }?.suggestion ?? ""
      return advice.split(separator: "`").first { $0.hasPrefix("pace: ") }.map { String($0.dropFirst(6)) }
        ?? "no pace"
    default: return nil
    }
  }

  private static func words(of standing: DeadlineStanding) -> String {
    switch standing.daysLate {
    case 0: "on the day"
    case 1...: "\(Words.count(standing.daysLate, "day")) late"
    default: "\(Words.count(-standing.daysLate, "day")) early"
    }
  }

  private func money(_ amount: Fixed) -> String {
    "\(amount.grouped) \(plan.currency ?? "")"
  }

  private func wave(_ path: String, _ field: String, isAsBuilt: Bool) -> String? {
    // Where all is built from the first wave on the two are one.
    let items = isAsBuilt && !report.built.isEmpty ? report.built : plan.projections
    guard let item = items.first(where: { plan.path(stage: $0.stage, wave: $0.wave) == path }) else { return nil }
    let batch = plan.stages[item.stage].waves[item.wave]
    switch field {
    case "earliest": return batch.earliest?.text
    case "latest": return batch.latest?.text
    case "targets": return Words.grouped(item.targets)
    case "users": return Words.grouped(item.users)
    case "peak_rate": return "\(item.peak.spoken) /s"
    case "cost_per_day": return "\(money(item.costPerDay)) a day"
    case "spent": return money(item.spent)
    case "headroom": return item.headroom.map { "\($0.spoken) ×" } ?? "no limit"
    case "availability": return "\(item.availability.text) %"
    default: return nil
    }
  }

  private func stage(_ path: String, _ field: String) -> String? {
    guard let index = plan.stages.indices.first(where: { plan.path(of: $0) == path }) else { return nil }
    let stage = plan.stages[index]
    let facts = PlanFacts(plan, findings: findings, zones: zones)
    switch field {
    case "pace": return PlanTrial.value(at: "\(path).pace", in: runbook)
    case "sizes": return facts.sizes(index)
    case "rules": return facts.rules(index)
    case "waves": return String(stage.waves.count)
    case "targets": return Words.grouped(stage.targetCount)
    case "steps": return String(stage.steps.count)
    case "at_once": return String(stage.concurrency)
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

  private func bought(_ name: String, _ field: String) -> String? {
    guard let row = report.bought.first(where: { $0.name == name }) else { return nil }
    switch field {
    case "units": return Words.grouped(row.units)
    case "need": return Spoken.number(row.need)
    case "cost": return "\(Spoken.number(row.cost * WrittenUnit.month)) \(report.model.currency) a month"
    case "by_use": return "\(Spoken.number(row.byUse * WrittenUnit.month)) \(report.model.currency) a month"
    default: return nil
    }
  }

  private func risk(_ id: String, _ field: String) -> String? {
    guard let coverage, let index = coverage.rows.firstIndex(where: { $0.risk.id.value == id }) else { return nil }
    let row = coverage.rows[index]
    switch field {
    case "rank": return String(index + 1)
    case "title": return row.risk.title
    case "exposure": return "\(Spoken.number(row.risk.exposure)) \(coverage.currency)"
    case "chance": return RisksScreen.range(row.risk.likelihood, Spoken.share)
    case "impact": return "\(RisksScreen.range(row.risk.impact, Spoken.number)) \(coverage.currency)"
    case "delay": return row.risk.delay.map { RisksScreen.range($0, Spoken.time) } ?? "no delay"
    case "owner": return row.risk.owner ?? "nobody"
    case "evidence":
      let said = evidence(of: row.risk)
      return said.unknown.isEmpty ? said.text : nil
    default: return nil
    }
  }

  /// What the findings of one kind say, or that there is none.
  private func finding(_ code: String) -> String? {
    guard ErrorPages.page(code) != nil else { return nil }
    let found = findings.inReadingOrder.filter { $0.code == code }.map(\.message)
    return found.isEmpty ? "nothing" : found.joined(separator: "; ")
  }

  private func trigger(_ id: String, _ field: String) -> String? {
    guard let trigger = runbook.triggers.first(where: { $0.id.value == id }) else { return nil }
    switch field {
    case "when": return trigger.when.value.text
    case "limit": return trigger.when.value.limit.text
    case "for":
      switch trigger.persistence {
      case .lasting(let time): return time.spoken
      case .share(let hits, let all): return "\(hits) of \(all) looks"
      }
    default: return nil
    }
  }
}

extension DocumentFacts {
  /// Everything that documents of a runbook may say, its scenarios included.
  ///
  /// - Parameters:
  ///   - runbook: the runbook.
  ///   - plan: its plan.
  ///   - findings: what is found in both.
  ///   - likelyEnd: when the plan is likely to end, where that is later than its own end.
  ///   - environment: the environment of the plan.
  ///   - zones: the zone data.
  ///   - draws: how many draws are behind the ranges of figures.
  ///   - given: values of parameters from outside.
  ///   - hasScenarios: whether documents speak of scenarios: each is a forecast of its own.
  /// - Returns: the facts.
  /// - Throws: ``NoModel`` when the runbook has no model that its plan uses.
  public static func of(
    _ runbook: Runbook, plan: Plan, findings: [Finding], likelyEnd: CivilDate? = nil, in environment: Environment,
    zones: any ZoneTable, draws: Int = usualDraws, given: [String: String] = [:], hasScenarios: Bool = true
  ) async throws(NoModel) -> DocumentFacts {
    var options = ForecastOptions()
    options.draws = draws
    guard
      let report = await Planner.forecast(runbook, plan: plan, in: environment, zones: zones, options: options)
    else { throw NoModel() }
    options.draws = 0
    options.influences = false
    var scenarios: [String: ForecastReport] = [:]
    for scenario in hasScenarios ? report.model.scenarios : [] {
      var changed = runbook
      changed.model = report.model.under(scenario)
      options.scenario = scenario
      scenarios[scenario.id.value] = await Planner.forecast(
        changed, plan: plan, in: environment, zones: zones, options: options)
    }
    return DocumentFacts(
      runbook: runbook, report: report, scenarios: scenarios, coverage: RiskCoverage(of: runbook), findings: findings,
      zones: zones, likelyEnd: likelyEnd,
      tried: TriedPlans { trial throws(PlanTrial.Problem) in
        try trial.plan(of: runbook, in: environment, zones: zones, given: given)
      })
  }

  /// As many as show the 10th and the 90th percentile to a percent or two.
  public static let usualDraws = 1_000

  /// The runbook has no model that its plan uses.
  public struct NoModel: Error {}
}
