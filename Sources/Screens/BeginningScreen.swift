public import Plans
public import Quantities

/// What a new run will do, in three lines for the person who is about to begin it.
public enum BeginningScreen {
  /// The plan with its digest; what it changes; what begins first, and when; where it stops and what cannot be undone.
  public static func text(
    _ plan: Plan, zones: any ZoneTable, now: Instant, style: Style, columns: Int
  ) -> String {
    let facts = PlanFacts(plan, findings: [], zones: zones)
    let page = PlanRows(facts: facts, style: style, columns: columns, now: now)
    var rows = Width.broken(
      "Plan  \(Sanitize.line(plan.runbook)) · \(Sanitize.line(plan.environment)) · digest \(plan.digest.short)",
      to: columns
    ).map { style.paint($0, .bold) }
    for line in plan.loud { rows += page.rows(line.label, line.text, tone: .warn) }
    rows += page.rows("Changes", "\(facts.changes)\(facts.dates.map { "; \($0)" } ?? "")")
    rows += page.rows("Begins", begins(facts, now))
    let wall = facts.firstWall.map { "; no way back after \(Sanitize.line($0))" } ?? "; every step can be undone"
    rows += page.rows("Stops", "\(facts.failures)\(wall)")
    return style.finish(rows.map { $0 + "\n" }.joined())
  }

  private static func begins(_ facts: PlanFacts, _ now: Instant) -> String {
    let plan = facts.plan
    guard let first = plan.stages.indices.first(where: { !plan.stages[$0].waves.isEmpty }) else { return "nothing" }
    let stage = plan.stages[first]
    let path = Sanitize.line(plan.path(stage: first, wave: 0))
    let wave = stage.waves[0]
    let whom = stage.inventory == nil ? "" : " with \(Words.count(wave.targets.count, "target"))"
    let needs = facts.needs.isEmpty ? "" : "; needs \(facts.needs[0])"
    if let start = stage.notBefore, start > now {
      return "\(path)\(whom), not before \(facts.moment(wave.starts?.first ?? start))\(needs)"
    }
    if let closed = facts.closed(at: now) { return "\(path)\(whom); \(closed)\(needs)" }
    return "\(path)\(whom), now\(needs)"
  }
}
