import ArgumentParser
import Conducting
import Diagnostics
import Engine
import Foundation
import History
import Journaling
import Looping
import Plans
import Quantities
import Records
import Screens

struct AmendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "amend", abstract: "Put a changed runbook into the middle of its run.",
    discussion: """
      What was carried out stays as it is, and is refused if the runbook changed it; what is left is planned anew. Where
      the risk of a phase grows, its approvers have to approve the amendment. --preview says all that and does nothing.
      """)

  @Argument(
    help: "The runbook: a directory with runbook.yaml, or one file.", completion: .file(extensions: ["yaml", "yml"]))
  var runbook: String

  @OptionGroup var planning: PlanningOptions

  @Flag(help: "Only say what would change.")
  var preview = false

  @Option(help: ArgumentHelp("Keep the amended plan in a file.", valueName: "file"), completion: .file())
  var out: String?

  @Flag(help: "Do not ask.")
  var yes = false

  @OptionGroup var options: CommandOptions
  @OptionGroup var style: StyleOptions

  func run() async throws {
    if !preview { _ = try options.requiredReason() }
    let commanding = try Commanding(options)
    if let outcome = commanding.state.outcome {
      throw Refusal(
        .failed, "\(commanding.run.name) is over: \(outcome.words)", next: ["sanderling run \(runbook)   # a new run"])
    }
    var planning = self.planning
    planning.environment = planning.environment ?? commanding.run.environment
    let prefix = commanding.state.executedPrefix
    let (plan, findings, sources) = try Loading.plan(runbook, options: planning, style: style, amending: prefix)
    if !plan.unexecuted.isEmpty {
      Loading.report(findings.filter { $0.code == "G302" }, sources: sources, style: style)
    }
    let conflicts = plan.conflicts(with: prefix)
    guard conflicts.isEmpty else {
      throw Refusal(.stale, "this runbook cannot take the place of what was carried out", next: conflicts)
    }
    if plan.inputs == commanding.state.plan.inputs {
      throw Refusal(
        .done, "the runbook is what \(commanding.run.name) executes already",
        next: ["sanderling why \(commanding.run.name)"])
    }
    if let out { try PlanCommand.write(plan.canonicalBytes, to: out) }
    try show(plan, commanding)
    if preview { return }
    try confirm(commanding.run)
    try await send(plan, commanding)
  }

  private func show(_ plan: Plan, _ commanding: Commanding) throws {
    let state = commanding.state
    let differences = plan.differences(from: state.plan)
    if style.json {
      Output.standard.write(
        PlanDiffScreen.json(
          differences, plan: plan.digest, needs: state.amendmentNeeds(of: plan), voids: state.approvalsVoided(by: plan)
        ).canonicalText + "\n")
      return
    }
    let kept = state.executedPrefix.waves.reduce(0, +)
    var text = PlanDiffScreen.text(differences, style: style.style(for: .standard))
    text += "\nkeeps \(kept) wave\(kept == 1 ? "" : "s") that \(kept == 1 ? "was" : "were") begun as "
    text += "\(kept == 1 ? "it is" : "they are")"
    let needs = state.amendmentNeeds(of: plan)
    text += needs.isEmpty ? "; no approval is needed\n" : "\n"
    for need in needs {
      text += "needs \(need.rule.words) for `\(need.path)`: sanderling approve \(need.path) --amendment\n"
    }
    for void in state.approvalsVoided(by: plan) {
      text += "voids the approval of \(void.person) for `\(void.path)`, which was given for the plan as it was\n"
    }
    Output.standard.write(text)
  }

  private func confirm(_ run: RegisteredRun) throws {
    if yes { return }
    guard isatty(STDIN_FILENO) == 1 else {
      throw Refusal(.usage, "an amendment needs a yes", next: ["say --yes, or look first with --preview"])
    }
    Output.error.write("type \(run.name) to amend: ")
    guard readLine() == run.name else { throw Refusal(.usage, "nothing was changed") }
  }

  private func send(_ plan: Plan, _ commanding: Commanding) async throws {
    var command = OperatorCommand(name: .amend, id: Host.nonce, reason: try options.requiredReason())
    command.amendment = try commanding.journal.keep(blob: try plan.recordableBytes(), clock: WallClock().read())
    let needs = commanding.state.amendmentNeeds(of: plan)
    try await commanding.send(
      command, text: command.letter(plan: commanding.run.plan), at: .run,
      undo: needs.isEmpty
        ? "It takes effect as soon as nothing is in flight: sanderling status \(commanding.run.name)"
        : "It takes effect when it is approved: sanderling approve --amendment \(commanding.again)")
  }
}
