import ArgumentParser
import Foundation
import Journaling
import Operating
import Plans
import Quantities
import Records
import Screens

struct AmendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "amend", abstract: "Put a changed runbook into the middle of its run.",
    discussion: """
      What was carried out stays as it is, and is refused if the runbook changed it; what is left is planned anew. \
      Where the risk of a phase grows, its approvers have to approve the amendment. --preview says all that and does \
      nothing.
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
    let reason = preview ? nil : try options.requiredReason()
    let commanding = try options.commanding()
    let ask = try planning.ask(runbook)
    let answer = try style.reporting { try commanding.amendment(ask) }
    if !answer.unexecuted.findings.isEmpty { style.report(answer.unexecuted) }
    if let out { try KeptPlan.write(answer.plan.canonicalBytes, to: out) }
    show(answer)
    guard let reason else { return }
    try Confirmation.ask(
      to: "amend", noun: "an amendment", of: commanding.run, isGiven: yes, look: "look first with --preview")
    let receipt = try await commanding.send(.amend(answer.plan), reason: reason)
    receipt.tell(
      undo: answer.needs.isEmpty
        ? "It takes effect as soon as nothing is in flight: sanderling status \(commanding.run.name)"
        : "It takes effect when it is approved: sanderling approve --amendment \(commanding.again)")
  }

  private func show(_ answer: AmendmentAnswer) {
    if style.json {
      Output.standard.write(
        PlanDiffScreen.json(
          answer.differences, plan: answer.plan.digest, needs: answer.needs, voids: answer.voids
        ).canonicalText + "\n")
      return
    }
    let kept = answer.keptWaves
    var text = PlanDiffScreen.text(answer.differences, style: style.style(for: .standard))
    text += "\nkeeps \(kept) wave\(kept == 1 ? "" : "s") that \(kept == 1 ? "was" : "were") begun as "
    text += "\(kept == 1 ? "it is" : "they are")"
    text += answer.needs.isEmpty ? "; no approval is needed\n" : "\n"
    for need in answer.needs {
      text += "needs \(need.rule.words) for `\(need.path)`: sanderling approve \(need.path) --amendment\n"
    }
    for void in answer.voids {
      text += "voids the approval of \(void.person) for `\(void.path)`, which was given for the plan as it was\n"
    }
    Output.standard.write(text)
  }
}
