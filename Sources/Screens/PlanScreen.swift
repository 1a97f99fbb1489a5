public import Diagnostics
public import Plans
public import Quantities

/// A plan for the person who has to say yes to it.
public enum PlanScreen {
  /// A plan of any size takes no more rows than this.
  static let limit = 32

  /// The plan on one screen; with a wave, also every target of that wave.
  ///
  /// - `findings`: the warnings that came with the plan.
  /// - `digest`: the plan's digest.
  /// - `wave`: the wave to show in full, in numbers from 0.
  /// - `starts`: when the targets of that wave may start.
  /// - `path`: the runbook's path for the next command.
  public static func text(
    _ plan: Plan, findings: [Finding], digest: Digest, style: Style, columns: Int,
    wave: (stage: Int, wave: Int)? = nil, starts: [TargetStart] = [], path: String? = nil
  ) -> String {
    let page = PlanPage(facts: PlanFacts(plan, findings: findings), style: style, columns: columns)
    var rows = page.title(digest) + [""]
    let middle = page.numbers
    let end = page.findings + page.next(path)
    if let wave, plan.stages.indices.contains(wave.stage), plan.stages[wave.stage].waves.indices.contains(wave.wave) {
      rows += page.wave(wave.stage, wave.wave, starts: starts)
    } else {
      // What is left for the two lists is shared: phases first, since they are fewer.
      let room = limit - rows.count - middle.count - end.count - 3
      let phases = page.phases(atMost: max(4, min(room, max(6, room / 2))))
      let stages = page.stages(atMost: max(0, room - phases.count))
      rows += phases + [""] + stages + (stages.isEmpty ? [] : [""]) + middle + [""] + end
    }
    return style.finish(rows.map { Width.truncate($0, to: columns) + "\n" }.joined())
  }
}

/// The parts of the plan's page.
private struct PlanPage {
  let facts: PlanFacts
  let style: Style
  let columns: Int

  private var plan: Plan { facts.plan }

  func title(_ digest: Digest) -> [String] {
    let name = "\(Sanitize.line(plan.runbook)) · \(Sanitize.line(plan.environment))"
    var rows = [
      Width.spread("Plan  " + style.paint(name, .bold), style.paint("digest \(digest.short)", .dim), to: columns)
    ]
    let summary = plan.summary.map(Sanitize.line)
    rows += [summary, facts.dates].compactMap { $0 }
    for line in facts.loud {
      rows += self.rows(line.label, line.text, tone: .warn)
    }
    return rows
  }

  func phases(atMost limit: Int) -> [String] {
    var table = Table([
      .init(title: "", isRight: true), .init(title: "phase", givesWay: true), .init(title: "stages", isRight: true),
      .init(title: "waves", isRight: true), .init(title: "targets", isRight: true),
      .init(title: "changes", isRight: true), .init(title: "earliest", isRight: true),
      .init(title: "latest", isRight: true), .init(title: "can be undone", givesWay: true),
    ])
    let all = facts.phases
    let wall = all.firstIndex(where: \.hasWall)
    let shown = all.count + 2 <= limit ? all.count : max(1, limit - 3)
    for phase in all.prefix(shown) {
      table.rows.append([
        String(phase.index + 1), phase.id, String(phase.stages), String(phase.waves), Words.grouped(phase.targets),
        Words.grouped(phase.changes), phase.earliest?.spoken ?? "-", phase.latest?.spoken ?? "-", phase.undo,
      ])
    }
    var rows = table.lines(columns: columns, style: style)
    if all.count > shown {
      let rest = all.dropFirst(shown)
      let targets = rest.reduce(0) { $0 + $1.targets }
      rows.append("   … \(Words.count(rest.count, "phase")) more with \(Words.count(targets, "target"))")
    }
    if wall != nil, let path = facts.firstWall {
      rows.append(style.paint("   ▲ no way back after \(Sanitize.line(path))", .warn))
    }
    return rows
  }

  func stages(atMost limit: Int) -> [String] {
    guard limit >= 2, plan.stages.count > 0 else { return [] }
    var table = Table(
      [
        .init(title: "stage", givesWay: true), .init(title: "waves of"), .init(title: "steps", isRight: true),
        .init(title: "limits", givesWay: true),
      ], indent: " ")
    let shown = plan.stages.count + 1 <= limit ? plan.stages.count : max(0, limit - 2)
    for stage in plan.stages.indices.prefix(shown) {
      table.rows.append([
        facts.name(stage), plan.stages[stage].inventory == nil ? "once" : facts.sizes(stage),
        String(plan.stages[stage].steps.count), facts.rules(stage),
      ])
    }
    var rows = shown > 0 ? table.lines(columns: columns, style: style) : []
    if plan.stages.count > shown {
      rows.append(" … \(Words.count(plan.stages.count - shown, "stage")) more; `--json` lists all")
    }
    return rows
  }

  /// Changes, failures, parallelism, guards: one row each.
  var numbers: [String] {
    var rows = self.rows("Changes", facts.changes) + self.rows("Failures", facts.failures)
    if let atOnce = facts.atOnce {
      let code = atOnce.isBounded ? " ⚠ G309" : ""
      rows += self.rows("At once", atOnce.text + code, tone: atOnce.isBounded ? .warn : nil)
    }
    if let odds = facts.odds { rows += self.rows("Odds", odds) }
    if let load = facts.load { rows += self.rows("Load", load.text, tone: load.isShort ? .warn : nil) }
    if let asks = facts.asks { rows += self.rows("Ask for", asks) }
    rows.append(row("Guarded", facts.guarded))
    if let late = facts.findings.first(where: { $0.code == "G301" }) {
      rows += self.rows("Deadline", Sanitize.line(late.message) + " ⚠ G301", tone: .warn)
      if let advice = late.suggestion { rows.append(style.paint(row("", Sanitize.line(advice)), .warn)) }
    }
    return rows
  }

  /// The warnings that no other row speaks of.
  var findings: [String] {
    let others = facts.findings.filter { !["G301", "G302", "G309"].contains($0.code) }
    var rows = others.prefix(2).map { finding in
      let tone: Style.Tone = finding.severity == .error ? .bad : .warn
      return style.paint(
        Width.spread(row("Finding", Sanitize.line(finding.message)), "⚠ \(finding.code)", to: columns), tone)
    }
    if others.count > 2 {
      rows.append(row("", "… \(Words.count(others.count - 2, "finding")) more: sanderling validate"))
    }
    return rows
  }

  func next(_ path: String?) -> [String] {
    var rows: [String] = []
    let needs = facts.needs
    if let first = needs.first {
      rows.append(row("Needs", first + (needs.count > 1 ? " and \(needs.count - 1) more" : "")))
    }
    let runbook = Sanitize.line(path ?? plan.runbook)
    let environment = Sanitize.line(plan.environment)
    guard plan.unexecuted.isEmpty else {
      rows.append(
        row("Next", "take out what is refused above, or leave it out in the environment: sanderling explain G302"))
      return rows
    }
    rows.append(row("Next", "sanderling run \(runbook) --env \(environment)"))
    return rows
  }

  /// A fact in at most two rows: what does not fit stands in the review and in the data.
  private func rows(_ label: String, _ text: String, tone: Style.Tone? = nil) -> [String] {
    let lines = Width.wrap(text, to: max(12, columns - 11))
    let shown = lines.count > 2 ? [lines[0], lines.dropFirst().joined(separator: " ")] : lines
    return shown.enumerated().map { style.paint(row($0.offset == 0 ? label : "", $0.element), tone) }
  }

  private func row(_ label: String, _ text: String) -> String { " \(Width.pad(label, to: 9)) \(text)" }

  /// One wave with its steps and every target.
  func wave(_ stage: Int, _ wave: Int, starts: [TargetStart]) -> [String] {
    let planned = plan.stages[stage]
    let batch = planned.waves[wave]
    let days = [batch.earliest?.spoken, batch.latest?.spoken].compactMap { $0 }
    let when = days.isEmpty ? "" : " · \(days.joined(separator: " to "))"
    let limit = batch.tolerate.map { "stops at failure \($0 + 1)" } ?? "no failure limit"
    var rows = [
      style.paint("Wave \(Sanitize.line(plan.path(stage: stage, wave: wave)))", .bold)
        + "   \(Words.count(batch.targets.count, "target"))\(when)",
      "  \(facts.effective(stage, wave: wave)) at once · \(limit)",
    ]
    if let item = plan.projections.first(where: { ($0.stage, $0.wave) == (stage, wave) }) {
      rows.append(
        "  after it: \(Words.count(item.users, "user")), peak \(item.peak.spoken) /s, "
          + (item.headroom.map { "headroom \($0.spoken) × (\(Sanitize.line(item.tightest ?? ""))), " } ?? "")
          + "\(item.costPerDay.spoken) \(Sanitize.line(plan.currency ?? ""))/day")
    }
    if let starts = batch.starts {
      // UTC, since the page has one reader and the targets have many zones.
      rows.append(
        "  windows and freezes: the first target may start \(starts.first.text.prefix(16))Z, "
          + "the last \(starts.last.text.prefix(16))Z")
    }
    rows.append("")
    var steps = Table(
      [
        .init(title: ""), .init(title: "step"), .init(title: "operation", givesWay: true), .init(title: "limit"),
        .init(title: "tries"), .init(title: "undo", givesWay: true),
      ], indent: "  ", hasTitles: false)
    for step in planned.steps {
      steps.rows.append([
        step.sign, Sanitize.line(step.id), Sanitize.line(step.call.operation), "limit \(step.call.timeout.spoken)",
        step.attempts == 1 ? "1 try" : "\(step.attempts) tries", step.undoWords,
      ])
    }
    rows += steps.lines(columns: columns, style: style) + ["  \(legend(planned.steps))", ""]
    guard let inventory = planned.inventory else { return rows + ["  done once, on no target"] }
    // Beside the times there is no room for what has nothing to do with them.
    let known = plan.inventories[inventory].columns
    let names =
      ["id"] + (starts.isEmpty ? known : ["country", "zone"].filter { known.contains($0) }).filter { $0 != "id" }
    var columns = names.map { Table.Column(title: Sanitize.line($0), givesWay: $0 != "id") }
    if !starts.isEmpty {
      columns += [.init(title: "may start (UTC)"), .init(title: "local"), .init(title: "", givesWay: true)]
    }
    var table = Table(columns, indent: "  ")
    let byRow = Dictionary(starts.map { ($0.row, $0) }, uniquingKeysWith: { first, _ in first })
    table.rows = batch.targets.map { row in
      names.map { Sanitize.line(plan.inventories[inventory].value($0, of: Int(row)) ?? "-") }
        + (byRow[row].map { start($0) } ?? [])
    }
    return rows + table.lines(columns: self.columns, style: style)
  }

  /// The instant in UTC and on the clock of the target, and what is remarkable about it.
  private func start(_ start: TargetStart) -> [String] {
    guard let opens = start.opens else { return ["-", "-", start.delayedBy ?? ""] }
    let local = (opens + Span(milliseconds: Int64(start.offset) * 1_000)).text
    let day = CivilDate(String(local.prefix(10))).map { Words.weekday($0) } ?? ""
    let notes = [start.delayedBy.map { Sanitize.line($0) }, start.clockChanges ? "the clocks change that night" : nil]
    return [
      String(opens.text.prefix(16)).replacing("T", with: " "), "\(day) \(local.dropFirst(11).prefix(5))",
      notes.compactMap { $0 }.joined(separator: "; "),
    ]
  }

  /// Says only what occurs.
  private func legend(_ steps: [PlannedStep]) -> String {
    let words = [("+", "changes, with an undo"), ("~", "nothing to take back"), ("!", "cannot be undone")]
    let used = words.filter { word in steps.contains { $0.sign == word.0 } }
    return style.paint(used.map { "\($0.0) \($0.1)" }.joined(separator: " · "), .dim)
  }
}

extension PlanScreen {
  /// What a plan must say about itself wherever it is shown: compressed time, and what the environment leaves out.
  public static func loudLines(_ plan: Plan) -> [String] {
    PlanFacts(plan, findings: []).loud.map { "\($0.label) \($0.text)" }
  }
}
