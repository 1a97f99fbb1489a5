package import Plans
import Quantities

// One wave of a plan, whole.

extension PlanRows {
  /// One wave with its steps and every target.
  func wave(_ stage: Int, _ wave: Int, starts: [TargetStart]) -> [String] {
    let planned = plan.stages[stage]
    let batch = planned.waves[wave]
    let times = facts.spoken(PlannedTimes([batch]))
    let when = [times.from, times.to == times.from ? nil : times.to].compactMap { $0 }.joined(separator: " to ")
    let facts = [
      Words.count(batch.targets.count, "target"), when, "\(self.facts.effective(stage, wave: wave)) at once",
      batch.limitWords,
    ]
    var rows = Width.broken("Wave \(Sanitize.line(plan.path(stage: stage, wave: wave)))", to: columns)
      .map { style.paint($0, .bold) }
    rows += indented(facts.filter { !$0.isEmpty }.joined(separator: " · "))
    if let item = plan.projections.first(where: { ($0.stage, $0.wave) == (stage, wave) }) {
      rows += indented(
        "after it: \(Words.count(item.users, "user")), peak \(item.peak.spoken) /s, "
          + (item.headroom.map { "headroom \($0.spoken) × (\(Sanitize.line(item.tightest ?? ""))), " } ?? "")
          + "\(item.costPerDay.spoken) \(Sanitize.line(plan.currency ?? ""))/day")
    }
    if let starts = batch.starts, planned.window != nil || !plan.freezes.isEmpty {
      // UTC, since the page has one reader and the targets have many zones.
      rows += indented(
        "windows and freezes: the first target may start \(starts.first.text.prefix(16))Z, "
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
    rows +=
      steps.lines(columns: columns, style: style) + indented(legend(planned.steps)).map { style.paint($0, .dim) } + [""]
    rows += conditions(of: stage)
    guard let inventory = planned.inventory else {
      return rows + ["  done once, on no target", ""] + calls(of: stage, for: [])
    }
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
    return rows + table.wrapped(columns: self.columns, style: style) + [""]
      + calls(of: stage, for: batch.targets, in: inventory)
  }

  /// The window and the freezes that targets of the stage wait for.
  private func conditions(of stage: Int) -> [String] {
    let window = plan.stages[stage].window.map { ["window: \(Sanitize.line($0.words))"] } ?? []
    let freezes = facts.freezeWords(of: stage, from: now).joined(separator: "; ")
    let undo = facts.undoFreezeWords(of: stage, from: now).joined(separator: "; ")
    let lines = (window + (freezes.isEmpty ? [] : ["freezes: \(freezes)"]) + (undo.isEmpty ? [] : ["no undo: \(undo)"]))
      .flatMap { indented($0) }
    return lines.isEmpty ? [] : lines + [""]
  }

  /// Everything that is carried out, looked at and taken back; for each target where it differs.
  func calls(of stage: Int, for targets: [Int32], in inventory: Int? = nil) -> [String] {
    plan.stages[stage].steps.flatMap { step in
      step.asked.flatMap { call -> [String] in
        let title = "\(Sanitize.line(step.id)) \(call.purpose.words) \(Sanitize.line(call.operation))"
        let isOne = targets.isEmpty || !plan.differsByTarget(call)
        let lines =
          isOne
          ? [plan.text(of: call).line]
          : targets.map { "\(plan.target($0, stage: stage)): \(plan.text(of: call, for: $0, in: inventory).line)" }
        return indented(title).map { style.paint($0, .dim) }
          + lines.flatMap { indented(Sanitize.line($0), by: 4) }
      }
    }
  }

  /// A text that goes on below itself.
  private func indented(_ text: String, by indent: Int = 2) -> [String] {
    let space = String(repeating: " ", count: indent)
    return Width.broken(text, to: max(12, columns - 2 * indent)).enumerated().map {
      space + ($0.offset == 0 ? "" : space) + $0.element
    }
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
    return used.map { "\($0.0) \($0.1)" }.joined(separator: " · ")
  }
}

extension StepCall.Purpose {
  /// In a sentence before an operation.
  package var words: String {
    switch self {
    case .apply: "does"
    case .probe: "is looked for by"
    case .undo: "is taken back by"
    case .probeOfUndo: "the taking back is looked for by"
    }
  }
}
