public import Diagnostics
import Planning
public import Plans
public import Quantities

extension PlanScreen {
  /// The plan as Markdown, for a review in a pull request: the facts of the screen, and every wave with its targets.
  public static func markdown(
    _ plan: Plan, findings: [Finding], digest: Digest, zones: any ZoneTable, now: Instant? = nil
  ) -> String {
    let facts = PlanFacts(plan, findings: findings, zones: zones)
    var lines = ["# Plan: \(Markdown.text(plan.runbook)), \(Markdown.text(plan.environment))", ""]
    if let summary = plan.summary { lines += [Markdown.text(summary), ""] }
    for line in facts.loud { lines += ["> **\(line.label)**: \(Markdown.text(line.text))", ""] }
    lines += table(["", ""], [["Digest", "`\(digest.hex)`"]] + summary(facts, now))
    lines += ["## Phases", ""]
    lines += table(
      ["phase", "stages", "waves", "targets", "changes", "earliest", "latest", "can be undone"],
      facts.phases.map { phase in
        [
          phase.id, String(phase.stages), String(phase.waves), Words.grouped(phase.targets),
          Words.grouped(phase.changes), facts.written(phase.course).from ?? "-",
          facts.written(phase.course).to ?? "-", phase.undo,
        ]
      })
    if !findings.isEmpty {
      lines += ["## Findings", ""]
      lines += table(
        ["code", "where", "what", "instead"],
        findings.inReadingOrder.map { [$0.code, $0.location.text, $0.message, $0.suggestion ?? ""] })
    }
    let odds = BudgetOdds.groups(of: plan)
    if !odds.isEmpty {
      lines += [
        "", "## What the budgets mean", "", "The chance that a wave stops, by the true failure rate of a target.", "",
      ]
      lines += table(
        ["waves", "stops at"] + BudgetOdds.rates.map { BudgetScreen.percent($0) },
        odds.map { group in
          ["\(group.waves) × \(group.targets)", "failure \(group.tolerate + 1)"]
            + BudgetOdds.rates.map { BudgetScreen.percent(group.stops(rate: $0)) }
        })
      lines += BudgetScreen.notes(plan).map { "- \($0)" } + [""]
    }
    lines += load(plan)
    if !plan.guards.isEmpty {
      lines += ["## Guards", ""]
      lines += table(["kind", "name", "condition"], plan.guards.map { [$0.kind.rawValue, $0.id, $0.text] })
    }
    lines += decisive(plan)
    lines += ["## Stages", ""]
    for stage in plan.stages.indices { lines += self.stage(stage, facts) }
    lines += ["## Made from", ""]
    lines += table(["file", "digest"], plan.sources.map { [$0.path, "`\($0.digest.short)`"] })
    while lines.last == "" { lines.removeLast() }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func summary(_ facts: PlanFacts, _ now: Instant?) -> [[String]] {
    var rows = facts.dates.map { [["Dates", $0]] } ?? []
    rows += [
      ["Changes", facts.changes], ["Failures", facts.failures], ["At once", facts.atOnce?.text ?? "one"],
      ["Guarded", facts.guarded], ["No way back after", facts.firstWall ?? "every step can be undone"],
    ]
    rows += facts.plan.stages.indices.compactMap { facts.comparison($0) }.map { ["Compared", $0] }
    rows += facts.needs.map { ["Needs", $0] }
    rows += facts.freezes(from: now).map { ["Freezes", $0] }
    rows += facts.undoFreezes(from: now).map { ["No undo", $0] }
    return rows + (facts.closed(at: now).map { [["Today", $0]] } ?? [])
  }

  /// Every field that decides something, by place: what an approval is given to.
  private static func decisive(_ plan: Plan) -> [String] {
    var lines = ["## What decides", ""]
    var rows: [[String]] = []
    var place: String?
    for row in plan.review {
      rows.append([row.place == place ? "" : row.place, row.title, row.text])
      place = row.place
    }
    lines += table(["of", "what", "is"], rows)
    return lines
  }

  /// What the model projects after each wave, and what has to be asked for.
  private static func load(_ plan: Plan) -> [String] {
    guard !plan.projections.isEmpty else { return [] }
    let currency = plan.currency ?? ""
    var lines = ["## Load and cost", ""]
    lines += table(
      ["after wave", "targets", "users", "peak /s", "headroom", "\(currency)/day", "\(currency) so far", "available"],
      plan.projections.map { item in
        [
          plan.path(stage: item.stage, wave: item.wave), Words.grouped(item.targets), Words.grouped(item.users),
          item.peak.spoken, item.headroom.map { "\($0.spoken) × (\(item.tightest ?? ""))" } ?? "-",
          item.costPerDay.spoken, item.spent.spoken, "\(item.availability.text) %",
        ]
      })
    lines += plan.asks.map { ask in
      "- Ask for \(Markdown.text(ask.amount))\(ask.by.map { " by \($0.text)" } ?? ""): "
        + "\(Markdown.text(ask.wave)) needs more than the \(Words.grouped(ask.granted)) that are granted."
    }
    return lines + (plan.asks.isEmpty ? [] : [""])
  }

  private static func stage(_ stage: Int, _ facts: PlanFacts) -> [String] {
    let planned = facts.plan.stages[stage]
    let rules = facts.rules(stage)
    var lines = ["### \(Markdown.text(facts.name(stage)))", ""]
    if !rules.isEmpty { lines += [Markdown.text(rules), ""] }
    lines += table(
      ["step", "operation", "limit", "tries", "idempotency", "undo"],
      planned.steps.map {
        [
          $0.id, $0.call.operation, $0.call.timeout.text, String($0.attempts), $0.call.idempotency.rawValue,
          $0.undoWords,
        ]
      })
    lines += table(["step", "", "operation", "carries out"], calls(of: stage, facts.plan))
    for wave in planned.waves.indices { lines += self.wave(stage, wave, facts) }
    return lines
  }

  /// What each step asks, with what differs by target still open.
  private static func calls(of stage: Int, _ plan: Plan) -> [[String]] {
    plan.stages[stage].steps.flatMap { step in
      step.asked.map { call in [step.id, call.purpose.words, call.operation, code(plan.text(of: call).line)] }
    }
  }

  /// Text as code, whatever stands in it.
  private static func code(_ text: String) -> String { "`\(text.replacing("`", with: "'"))`" }

  private static func wave(_ stage: Int, _ wave: Int, _ facts: PlanFacts) -> [String] {
    let plan = facts.plan
    let batch = plan.stages[stage].waves[wave]
    let times = facts.written(PlannedTimes([batch]))
    let dates = [times.from, times.to].compactMap { $0 }.joined(separator: " to ")
    let facts = [
      "\(Words.count(batch.targets.count, "target"))", dates, "\(facts.effective(stage, wave: wave)) at once",
      batch.limitWords,
    ]
    let name = Markdown.html(plan.path(stage: stage, wave: wave))
    let title = "\(name): \(facts.filter { !$0.isEmpty }.joined(separator: ", "))"
    var lines = ["<details><summary>\(title)</summary>", ""]
    if let inventory = plan.stages[stage].inventory {
      let names = ["id"] + plan.inventories[inventory].columns.filter { $0 != "id" }
      lines += table(
        names, batch.targets.map { row in names.map { plan.inventories[inventory].value($0, of: Int(row)) ?? "-" } })
      let differing = plan.stages[stage].steps.flatMap { step in
        step.asked.filter { plan.differsByTarget($0) }.map { (step, $0) }
      }
      lines += table(
        ["target", "step", "", "carries out"],
        batch.targets.flatMap { row in
          differing.map { step, call in
            [
              plan.target(row, stage: stage), step.id, call.purpose.words,
              code(plan.text(of: call, for: row, in: inventory).line),
            ]
          }
        })
    } else {
      lines += ["Done once, on no target.", ""]
    }
    return lines + ["</details>", ""]
  }

  /// A table that stands alone.
  static func table(_ titles: [String], _ rows: [[String]]) -> String {
    let lines: [String] = table(titles, rows)
    return lines.filter { !$0.isEmpty }.map { $0 + "\n" }.joined()
  }

  private static func table(_ titles: [String], _ rows: [[String]]) -> [String] {
    guard !rows.isEmpty else { return [] }
    func row(_ cells: [String]) -> String { "| " + cells.map(Markdown.text).joined(separator: " | ") + " |" }
    return [row(titles), "|" + titles.map { _ in "---|" }.joined()] + rows.map(row) + [""]
  }
}
