import ArgumentParser
import Diagnostics
import Operating
import Screens

struct ValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Find everything that is wrong in a runbook, all at once.",
    discussion: "Checks the runbook, all its environments and all its inventories. Exit 0 without errors, 3 with.")

  @Argument(
    help: "The runbook: a directory with runbook.yaml, or one file.", completion: .file(extensions: ["yaml", "yml"]))
  var runbook: String

  @Option(name: [.customLong("env"), .customShort("e")], help: "Check this environment only.")
  var environment: String?

  /// The forms of findings.
  enum Form: String, ExpressibleByArgument, CaseIterable { case text, csv, json }

  @Option(help: "The form: text, csv or json.")
  var format: Form?

  @OptionGroup var style: StyleOptions

  func run() async throws {
    try style.refuse(format.map(\.rawValue))
    var style = style
    if format == .json { style.json = true }
    let found = await Host.surroundings.validation(of: runbook, environment: environment) { made in
      // Without a model nothing is filled in.
      let facts = try? await DocumentFacts.of(
        made.runbook, plan: made.plan, findings: made.found.findings, in: made.environment, zones: SystemZones(),
        draws: 0)
      return facts?.unknownEvidence ?? []
    }
    if format == .csv {
      Output.standard.write(FindingsScreen.csv(found.findings))
      if found.findings.hasErrors { throw Exit.files }
      return
    }
    if style.json || !found.findings.isEmpty { style.report(found, to: .standard) }
    if found.findings.hasErrors { throw Exit.files }
    if !style.json {
      let files = found.sources.count
      let warnings = found.findings.count
      let tail = warnings == 0 ? "" : ", \(warnings) warning\(warnings == 1 ? "" : "s")"
      Output.standard.tell("valid: \(files) file\(files == 1 ? "" : "s"), no errors\(tail)\n")
    }
  }
}
