import ArgumentParser
import Diagnostics
import Operating
import Planning
import Quantities
import Runbooks
import Screens

struct RisksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "risks", abstract: "Show the risk register, ranked, with what covers each risk and what nothing does.",
    discussion: """
      Ranked by chance × impact. A risk without a trigger, a scenario, an owner or an early sign says so, and so does \
      a trigger that serves no risk.
      """)

  /// The forms of a register.
  enum Form: String, ExpressibleByArgument, CaseIterable { case text, markdown, json }

  @Argument(
    help: "The runbook: a directory with runbook.yaml, or one file.", completion: .file(extensions: ["yaml", "yml"]))
  var runbook: String

  @Option(help: "How many risks to show whole.")
  var top: Int = 5

  @Option(help: "The form: text, markdown or json.")
  var format: Form = .text

  @OptionGroup var style: StyleOptions

  func run() throws {
    let loaded = RunbookFile.load(runbook, environment: nil)
    guard !loaded.findings.hasErrors, let read = loaded.runbook else {
      style.report(loaded.found)
      throw Exit.files
    }
    guard let coverage = RiskCoverage(of: read) else {
      throw Refusal(.usage, "the runbook has no risk register", next: ["write `risks: risks.yaml` in it"])
    }
    switch style.json ? .json : format {
    case .json: Output.standard.write(RisksScreen.json(coverage, name: read.id.value).canonicalText + "\n")
    case .markdown: Output.standard.write(RisksScreen.markdown(coverage))
    case .text:
      Output.standard.write(
        RisksScreen.text(
          coverage, name: read.id.value, top: max(0, top), style: style.style(for: .standard),
          columns: Output.standard.isTerminal ? Output.standard.size.columns : 120))
    }
  }
}
