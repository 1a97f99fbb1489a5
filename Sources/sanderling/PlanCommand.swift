import ArgumentParser
import Conducting
import Diagnostics
import Journaling
import Operating
import Plans
import Quantities
import Records
import Screens

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show who, what, when and within which limits, before anything happens.",
    discussion: """
      Nothing is done and nothing is recorded. --out keeps the plan; `run --plan FILE` executes exactly that plan and \
      refuses when one of its inputs changed.

      --target and --where show some targets of the plan, which stays as it is. --only, --only-where, --only-first, \
      --only-failed-of and --only-rest make a smaller plan, exactly the one that `run` would begin with the same \
      options.
      """)

  /// What `--format` takes.
  enum Form: String, ExpressibleByArgument, CaseIterable { case text, markdown, json }

  @Argument(
    help: "The runbook: a directory with runbook.yaml, or one file.", completion: .file(extensions: ["yaml", "yml"]))
  var runbook: String

  @OptionGroup var options: PlanningOptions
  @OptionGroup var part: PartOptions
  @OptionGroup var journal: JournalOptions

  @Option(help: ArgumentHelp("Keep the plan in a file.", valueName: "file"), completion: .file())
  var out: String?

  @Option(
    name: .customLong("diff"),
    help: ArgumentHelp("Say what differs from a kept plan, or from that of a run.", valueName: "file|r-n"),
    completion: Completions.runsAndFiles)
  var old: String?

  @Option(
    name: .customLong("check"),
    help: ArgumentHelp("Exit 5 when the plan is not the one in this file.", valueName: "file"), completion: .file())
  var expected: String?

  @Option(help: ArgumentHelp("Show one wave whole, such as full-scale/stores/4.", valueName: "path"))
  var wave: String?

  @Option(help: ArgumentHelp("Show one target of the plan, with its waves and its calls.", valueName: "id"))
  var target: String?

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Show the targets of the plan that have a value, such as country=DE; several must all hold.",
      valueName: "field=value"))
  var conditions: [String] = []

  @Flag(help: "Show what the budgets mean: chances of a false stop, and what clean pilots prove.")
  var budgets = false

  @Option(help: "The form: text, markdown or json.")
  var format: Form?

  @OptionGroup var style: StyleOptions

  func run() throws {
    try checkForms()
    // A file that is not there is said before anything is shown.
    if let expected { _ = try KeptPlan.read(expected) }
    // The runbook is let go here: with its inventories it is larger than the plan.
    // Also where nothing of it is read: what is printed to be copied names it.
    let place = journal.place(of: runbook)
    let (plan, findings, words, objection) = try style.reporting {
      let (planned, objection) = try part.plan(try options.ask(runbook), journal: place)
      return (planned.plan, planned.found.findings, planned.wordsOfPart, objection)
    }
    let bytes = plan.canonicalBytes
    let digest = Digest(of: bytes)
    if let out { try KeptPlan.write(bytes, to: out) }
    if budgets {
      let window = Output.standard.size
      Output.standard.write(BudgetScreen.text(plan, style: style.style(for: .standard), columns: window.columns))
    } else if let old {
      let before = try KeptPlan.read(old, or: try journal.desk(.read, of: runbook))
      let differences = plan.differences(from: before)
      Output.standard.write(
        form == .json
          ? PlanDiffScreen.json(differences, plan: digest).canonicalText + "\n"
          : PlanDiffScreen.text(differences, style: style.style(for: .standard)))
    } else if let selection = try selection(of: plan) {
      show(selection, of: plan, digest: digest)
    } else {
      try show(plan, findings: findings, digest: digest, words: words, objection: objection)
    }
    // Of this machine, not of the plan: another one may have more.
    if let shortage = Shortage(of: plan) { Output.error.tell("warning: \(shortage.sentence)\n") }
    // Of this journal, and as it is now: the page says it where it names the next command.
    if let objection, !isPage { Output.error.tell(Self.warning(of: objection)) }
    if let expected { try KeptPlan.expect(plan, of: named, in: expected) }
  }

  /// The runbook as commands name it.
  private var named: String {
    FollowUp.quoted(runbook) + (options.environment.map { " --env \(FollowUp.quoted($0))" } ?? "")
  }
  /// Whether the whole plan is shown as the page with the next command.
  private var isPage: Bool {
    form == .text && !budgets && old == nil && target == nil && conditions.isEmpty && wave == nil
  }

  /// What `run` says no with, for whoever only looks at a plan.
  static func warning(of objection: Refusal) -> String {
    "warning: as the journal is now, `run` says no to this plan: \(objection.message)\n"
      + objection.next.map { "  \($0)\n" }.joined()
  }

  private var form: Form { style.json ? .json : format ?? .text }
  private var columns: Int { Output.standard.isTerminal ? Output.standard.size.columns : 120 }

  private func checkForms() throws {
    try style.refuse(format?.rawValue)
    if wave != nil, form != .text || old != nil {
      throw Refusal(
        .usage, "--wave opens one wave of the text form", next: ["sanderling plan \(named) --wave PATH"])
    }
    let isPart = target != nil || !conditions.isEmpty
    if isPart, form == .markdown || old != nil || wave != nil || budgets || target != nil && !conditions.isEmpty {
      throw Refusal(
        .usage, "--target and --where each show a part of the plan, as text or JSON, and nothing beside it",
        next: ["sanderling plan \(named) --target ID", "sanderling plan \(named) --where country=DE"])
    }
  }

  private func selection(of plan: Plan) throws -> TargetSelection? {
    if let target { return try plan.select(target: target) }
    return conditions.isEmpty ? nil : try plan.select(where: conditions)
  }

  private func show(_ selection: TargetSelection, of plan: Plan, digest: Digest) {
    let screen = TargetsScreen(
      plan, places: selection.places.map { ($0.stage, $0.wave, $0.row) }, zones: SystemZones())
    Output.standard.write(
      form == .json
        ? screen.json(digest: digest).canonicalText + "\n"
        : screen.text(digest: digest, style: style.style(for: .standard), columns: columns, path: runbook))
  }

  private func show(
    _ plan: Plan, findings: [Finding], digest: Digest, words: String, objection: Refusal?
  ) throws {
    let (zones, now) = (SystemZones(), Host.surroundings.clock().instant)
    if form == .json {
      let json = PlanScreen.json(plan, findings: findings, digest: digest, zones: zones, now: now)
      Output.standard.write(json.canonicalText + "\n")
    } else if form == .markdown {
      Output.standard.write(PlanScreen.markdown(plan, findings: findings, digest: digest, zones: zones, now: now))
    } else {
      let wave = try self.wave.map { try plan.wave(at: $0) }
      let starts = wave.map { plan.starts(ofWave: $0.wave, stage: $0.stage, zones: zones) } ?? []
      Output.standard.tell(
        PlanScreen.text(
          plan, findings: findings, digest: digest, zones: zones, style: style.style(for: .standard), columns: columns,
          wave: wave, starts: starts, words: words, now: now,
          refused: objection.map { ($0.message, $0.next) }))
    }
  }
}
