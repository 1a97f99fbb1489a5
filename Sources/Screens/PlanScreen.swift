public import Diagnostics
public import Plans
public import Quantities

/// A plan for the person who has to say yes to it.
public enum PlanScreen {
  /// The plan on one page; with a wave, that wave with every target and every call instead of the lists.
  ///
  /// No stage, no finding and no date is cut, however narrow the window is.
  ///
  /// - `findings`: the warnings that came with the plan.
  /// - `digest`: the plan's digest.
  /// - `zones`: for times in the zone of the programme.
  /// - `wave`: the wave to show in full, in numbers from 0.
  /// - `starts`: when the targets of that wave may start.
  /// - `words`: how the next command names the runbook and which of its targets, ready for a shell.
  /// - `refused`: why `run` says no to the plan as the journal is now, and what leads on instead.
  /// - `now`: for what a run that began now would wait for; `nil` says nothing of it.
  public static func text(
    _ plan: Plan, findings: [Finding], digest: Digest, zones: any ZoneTable, style: Style, columns: Int,
    wave: (stage: Int, wave: Int)? = nil, starts: [TargetStart] = [], words: String? = nil, now: Instant? = nil,
    refused: (why: String, next: [String])? = nil
  ) -> String {
    let facts = PlanFacts(plan, findings: findings, zones: zones)
    let page = PlanRows(facts: facts, style: style, columns: columns, now: now)
    var rows = page.title(digest) + [""]
    if let wave, plan.stages.indices.contains(wave.stage), plan.stages[wave.stage].waves.indices.contains(wave.wave) {
      rows += page.wave(wave.stage, wave.wave, starts: starts)
    } else {
      let lists = [
        page.phases, page.stages, page.steps, page.numbers + page.closures, page.findings + page.next(words, refused),
      ]
      rows += Array(lists.filter { !$0.isEmpty }.joined(separator: [""]))
    }
    return style.finish(rows.map { $0 + "\n" }.joined())
  }
}

/// The parts of the plan's page.
struct PlanRows {
  let facts: PlanFacts
  let style: Style
  let columns: Int
  let now: Instant?

  var plan: Plan { facts.plan }

  func title(_ digest: Digest) -> [String] {
    let name = "\(Sanitize.line(plan.runbook)) · \(Sanitize.line(plan.environment))"
    let stamp = "digest \(digest.short)"
    let isWide = Width.columns("Plan  \(name)  \(stamp)") <= columns
    var rows =
      isWide
      ? [Width.spread("Plan  " + style.paint(name, .bold), style.paint(stamp, .dim), to: columns)]
      : Width.broken("Plan  \(name)", to: columns).map { style.paint($0, .bold) } + [style.paint(stamp, .dim)]
    rows += [plan.summary.map(Sanitize.line), facts.dates].compactMap { $0 }.flatMap { Width.broken($0, to: columns) }
    for line in facts.loud { rows += self.rows(line.label, line.text, tone: .warn) }
    return rows
  }

  var phases: [String] {
    var table = Table([
      .init(title: "", isRight: true), .init(title: "phase", isName: true), .init(title: "stages", isRight: true),
      .init(title: "waves", isRight: true), .init(title: "targets", isRight: true),
      .init(title: "changes", isRight: true), .init(title: "earliest", isRight: true),
      .init(title: "latest", isRight: true), .init(title: "can be undone"),
    ])
    let all = facts.phases
    for phase in all {
      let times = facts.spoken(phase.course)
      table.rows.append([
        String(phase.index + 1), phase.id, String(phase.stages), String(phase.waves), Words.grouped(phase.targets),
        Words.grouped(phase.changes), times.from ?? "-", times.to ?? "-", phase.undo,
      ])
    }
    var rows = table.wrapped(columns: columns, style: style)
    if let path = facts.firstWall {
      rows += Width.broken("▲ no way back after \(Sanitize.line(path))", to: max(12, columns - 3))
        .map { style.paint("   " + $0, .warn) }
    }
    return rows
  }

  var stages: [String] {
    guard !plan.stages.isEmpty else { return [] }
    var table = Table(
      [
        .init(title: "stage", isName: true), .init(title: "waves of"), .init(title: "steps", isRight: true),
        .init(title: "limits"),
      ], indent: " ")
    for stage in plan.stages.indices {
      table.rows.append([
        facts.name(stage), plan.stages[stage].inventory == nil ? "once" : facts.sizes(stage),
        String(plan.stages[stage].steps.count), facts.rules(stage),
      ])
    }
    return table.wrapped(columns: columns, style: style)
  }

  /// What each step carries out, in one line; `--wave` says all of it.
  var steps: [String] {
    var table = Table(
      [.init(title: ""), .init(title: "step"), .init(title: "carries out", givesWay: true)], indent: " ")
    for stage in plan.stages.indices {
      for step in plan.stages[stage].steps {
        let text = step.asked.first.map { plan.text(of: $0).text } ?? ""
        table.rows.append([step.sign, "\(facts.name(stage))/\(Sanitize.line(step.id))", Sanitize.line(text)])
      }
    }
    return table.lines(columns: columns, style: style)
  }

  /// Changes, failures, parallelism, guards.
  var numbers: [String] {
    var rows = self.rows("Changes", facts.changes) + self.rows("Failures", facts.failures)
    if let atOnce = facts.atOnce {
      let code = atOnce.isBounded ? " ⚠ G309" : ""
      rows += self.rows("At once", atOnce.text + code, tone: atOnce.isBounded ? .warn : nil)
    }
    if let odds = facts.odds { rows += self.rows("Odds", odds) }
    if let load = facts.load { rows += self.rows("Load", load.text, tone: load.isShort ? .warn : nil) }
    if let asks = facts.asks { rows += self.rows("Ask for", asks) }
    rows += self.rows("Guarded", facts.guarded)
    rows += plan.stages.indices.compactMap { facts.comparison($0) }.flatMap { self.rows("Compared", $0) }
    if let late = facts.findings.first(where: { $0.code == "G301" }) {
      rows += self.rows("Deadline", Sanitize.line(late.message) + " ⚠ G301", tone: .warn)
      if let advice = late.suggestion { rows += self.rows("", Sanitize.line(advice), tone: .warn) }
    }
    return rows
  }

  private static let mostFreezes = 4

  /// The freezes that lie ahead, and what keeps a run from beginning now.
  var closures: [String] {
    facts.freezes(from: now, atMost: Self.mostFreezes).flatMap { rows("Freezes", $0) }
      + facts.undoFreezes(from: now).flatMap { rows("No undo", $0, tone: .warn) }
      + (facts.closed(at: now).map { rows("Today", $0, tone: .warn) } ?? [])
  }

  /// The warnings that no other row speaks of.
  var findings: [String] {
    facts.findings.filter { !["G301", "G302", "G309"].contains($0.code) }.flatMap { finding in
      rows(
        "Finding", "\(Sanitize.line(finding.message)) ⚠ \(finding.code)",
        tone: finding.severity == .error ? .bad : .warn)
    }
  }

  func next(_ words: String?, _ refused: (why: String, next: [String])?) -> [String] {
    let needs = facts.needs.flatMap { rows("Needs", $0) }
    guard plan.unexecuted.isEmpty else {
      return needs
        + rows("Next", "take out what is refused above, or leave it out in the environment: sanderling explain G302")
    }
    if let refused {
      return needs + rows("Refused", "by `run` as the journal is now: \(Sanitize.line(refused.why))", tone: .warn)
        + refused.next.flatMap { rows("Next", Sanitize.line($0)) }
    }
    let part = plan.part.map { " \($0.options)" } ?? ""
    let words = words ?? "\(FollowUp.quoted(plan.runbook)) --env \(plan.environment)\(part)"
    return needs + command("Next", "sanderling run \(Sanitize.line(words))")
  }

  /// A fact in as many rows as it takes.
  func rows(_ label: String, _ text: String, tone: Style.Tone? = nil) -> [String] {
    Width.broken(text, to: max(12, columns - 11)).enumerated().map {
      style.paint(row($0.offset == 0 ? label : "", $0.element), tone)
    }
  }

  /// A command that can be copied: a shell goes on with the next row. A word is never broken.
  private func command(_ label: String, _ text: String) -> [String] {
    let room = max(12, columns - 13)
    var lines: [String] = []
    for word in text.split(separator: " ").map(String.init) {
      if let last = lines.last, Width.columns(last) + 1 + Width.columns(word) <= room {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(word)
      }
    }
    return lines.enumerated().map { number, line in
      row(number == 0 ? label : "", number == lines.count - 1 ? line : line + " \\")
    }
  }

  private func row(_ label: String, _ text: String) -> String { " \(Width.pad(label, to: 9)) \(text)" }
}

extension PlanScreen {
  /// What a plan must say about itself wherever it is shown: compressed time, and what the environment leaves out.
  public static func loudLines(_ plan: Plan) -> [String] {
    plan.loud.map { "\($0.label) \($0.text)" }
  }
}
