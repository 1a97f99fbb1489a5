public import Diagnostics
import Forecasting
import History
public import Planning
public import Plans
public import Quantities
import Runbooks
import Screens

/// The page that a release manager signs: what is asked, what can go wrong and how far back, when, how much, and every
/// target with its exact calls.
public struct PlanPage {
  let plan: Plan
  let digest: Digest
  let findings: [Finding]
  let coverage: RiskCoverage?
  let differences: [PlanDifference]?
  let runbook: String
  let facts: PlanFacts
  let times: LocalTimes

  /// - Parameters:
  ///   - plan: the plan.
  ///   - findings: what was found while it was made.
  ///   - coverage: the risk register, if the runbook has one.
  ///   - differences: from the plan that was approved last, if there is one.
  ///   - runbook: the runbook as the person wrote it, for commands.
  ///   - zones: for times in the programme's zone.
  public init(
    _ plan: Plan, findings: [Finding], coverage: RiskCoverage?, differences: [PlanDifference]?, runbook: String,
    zones: any ZoneTable
  ) {
    self.plan = plan
    digest = plan.digest
    self.findings = findings
    self.coverage = coverage
    self.differences = differences
    self.runbook = runbook
    facts = PlanFacts(plan, findings: findings, zones: zones)
    times = LocalTimes(zone: plan.zone, zones: zones)
  }

  /// The page: one file. The same plan gives the same bytes.
  public var html: String { document.html }

  /// The same without drawings, for a pull request.
  public var markdown: String { document.markdown }

  private var document: Document {
    Document(
      title: "\(plan.runbook), \(plan.environment): plan \(digest.short)",
      subtitle: plan.summary ?? "",
      opening: decision,
      sections: [
        risks, noReturn, calendar, waves, budgets, load, difference, found, calls, targets, decisive, provenance,
      ].compactMap { $0 },
      footer: "Made by sanderling report plan; plan \(digest.hex). The same files give the same page.")
  }

  // MARK: - The decision

  private var decision: [Document.Piece] {
    let loud = facts.loud.map { Document.Piece.box("\($0.label): \($0.text)", isWarning: true) }
    let needs = facts.needs
    let asked =
      needs.isEmpty
      ? "Nobody has to approve this plan: whoever may run it, runs it."
      : "This plan needs \(needs.joined(separator: "; ")). An approval is for exactly this plan, \(digest.short): "
        + "when a byte of it changes, it does not count."
    let words = "\(runbook) --env \(plan.environment)\(plan.part.map { " \($0.options)" } ?? "")"
    var commands = [
      "sanderling plan \(words) --out \(plan.runbook).plan   # keeps exactly this plan",
      "sanderling run \(words) --plan \(plan.runbook).plan   # refuses any other",
    ]
    if let place = firstApproval {
      commands.append("sanderling approve \(place) --sign --reason \"…\"   # in its run")
    }
    let errors = findings.count { $0.severity == .error }
    return [.box(asked, isWarning: errors > 0), .command(commands.joined(separator: "\n"))] + loud + [
      .text(paragraph)
    ]
  }

  private var firstApproval: String? {
    for stage in plan.stages {
      let phase = plan.phases[stage.phase]
      if phase.approvalRule != nil { return phase.id }
      if stage.approvalRule != nil { return "\(phase.id)/\(stage.id)" }
    }
    return nil
  }

  private var paragraph: String {
    let targets = plan.targetCount
    var parts = [
      "\(Spoken.number(Double(targets))) target\(targets == 1 ? "" : "s") in \(plan.phases.count) "
        + "phase\(plan.phases.count == 1 ? "" : "s")" + (facts.dates.map { ", \($0)" } ?? ", without a date") + ".",
      "It changes \(facts.changes).", "It is guarded \(facts.guarded.hasPrefix("by ") ? "" : "by ")\(facts.guarded).",
      "It stops so: \(facts.failures).",
    ]
    parts += plan.stages.indices.compactMap { facts.comparison($0) }.map { "Compared: \($0)." }
    parts += facts.undoFreezes(from: nil).map { "No undo: \($0)." }
    if let load = facts.load { parts.append("Load and cost: \(load.text).") }
    if let asks = facts.asks { parts.append("To be asked for: \(asks).") }
    return parts.joined(separator: " ")
  }

  // MARK: - What can go wrong

  private var risks: Document.Section {
    guard let coverage else {
      return Document.Section(
        title: "What can go wrong",
        pieces: [.text("The runbook has no risk register, so nobody says what can go wrong.")])
    }
    let isOpen: (RiskCoverage.Row) -> Bool = { $0.triggers.isEmpty && $0.risk.gates.isEmpty }
    let ordered = coverage.rows.filter(isOpen) + coverage.rows.filter { !isOpen($0) }
    let rows = ordered.map { row in
      [
        row.risk.title, Spoken.share(row.risk.likelihood.mid),
        "\(Spoken.number(row.risk.impact.mid)) \(coverage.currency)", row.risk.earlySign?.value ?? "no early sign",
        isOpen(row)
          ? "NOT COVERED" : (row.triggers + row.risk.gates.map { "gate \($0.value)" }).joined(separator: ", "),
        row.triggers.compactMap(back).first ?? "", row.gaps.joined(separator: ", "),
      ]
    }
    let open = ordered.count(where: isOpen)
    return Document.Section(
      title: "What can go wrong, and how far back",
      pieces: (open > 0
        ? [.box("\(open) of \(ordered.count) risks are covered by no trigger and no gate.", isWarning: true)] : [])
        + [
          .table(
            .init(
              titles: ["risk", "chance", "impact", "shows in", "covered by", "then", "missing"], rows: rows,
              right: [1, 2]))
        ])
  }

  /// What a trigger does when it fires.
  private func back(_ trigger: String) -> String? {
    plan.triggers.first { $0.id == trigger }.map { trigger in
      switch trigger.action {
      case .rollback: "the \(trigger.scope.rawValue) is taken back"
      case .hold: "the run is held"
      case .stop: "the run is given up"
      }
    }
  }

  /// The first day on which something is done that cannot be taken back.
  var wallDay: CivilDate? {
    guard let wall = facts.firstWall else { return nil }
    let stage = plan.stages.first { wall.hasPrefix("\(plan.phases[$0.phase].id)/\($0.id)/") }
    return stage?.waves.compactMap(\.earliest).min()
  }

  private var noReturn: Document.Section {
    guard let wall = facts.firstWall else {
      return Document.Section(title: "Point of no return", pieces: [.text("None: every step can be taken back.")])
    }
    let day = wallDay.map { ", from \($0.text) on" } ?? ""
    return Document.Section(
      title: "Point of no return",
      pieces: [.box("There is no way back over \(wall)\(day): a rollback stops there.", isWarning: true)])
  }
}
