import ArgumentParser
import Diagnostics
import Operating

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Find everything that is wrong in a runbook, all at once.",
    discussion: "Checks the runbook, all its environments and all its inventories. Exit 0 without errors, 3 with.")

  @Argument(
    help: "The runbook: a directory with runbook.yaml, or one file.", completion: .file(extensions: ["yaml", "yml"]))
  var runbook: String

  @Option(name: [.customLong("env"), .customShort("e")], help: "Check this environment only.")
  var environment: String?

  @OptionGroup var style: StyleOptions

  func run() throws {
    let found = Host.surroundings.validation(of: runbook, environment: environment)
    if style.json || !found.findings.isEmpty { style.report(found) }
    if found.findings.hasErrors { throw Exit.files }
    if !style.json {
      let files = found.sources.count
      let warnings = found.findings.count
      let tail = warnings == 0 ? "" : ", \(warnings) warning\(warnings == 1 ? "" : "s")"
      Output.error.tell("valid: \(files) file\(files == 1 ? "" : "s"), no errors\(tail)\n")
    }
  }
}
