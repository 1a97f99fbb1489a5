import ArgumentParser
import Diagnostics
import Planning
import Plans
import Runbooks

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
    let loaded = Loading.load(runbook, environment: environment)
    var findings = loaded.findings
    if !findings.hasErrors, let read = loaded.runbook {
      let names = environment.map { [$0] } ?? loaded.environmentNames
      let planned = names.map { name -> (name: String, findings: [Finding]) in
        // Reading again costs milliseconds, and each environment sees the same checked runbook.
        guard let bound = Loading.load(runbook, environment: name).environment else { return (name, []) }
        return (name, Planner.plan(read, in: bound, zones: SystemZones()).findings)
      }
      findings += Self.together(planned).filter { !findings.contains($0) }
      findings = findings.inReadingOrder
    }
    if style.json || !findings.isEmpty { Loading.report(findings, sources: loaded.sources, style: style) }
    if findings.hasErrors { throw Exit.files }
    if !style.json {
      let files = loaded.sources.count
      let warnings = findings.count
      let tail = warnings == 0 ? "" : ", \(warnings) warning\(warnings == 1 ? "" : "s")"
      Output.error.write("valid: \(files) file\(files == 1 ? "" : "s"), no errors\(tail)\n")
    }
  }

  /// What all environments have in common once, and the rest with where it is so.
  private static func together(_ planned: [(name: String, findings: [Finding])]) -> [Finding] {
    var seen: Set<Finding> = []
    return planned.flatMap(\.findings).filter { seen.insert($0).inserted }.map { finding in
      let names = planned.filter { $0.findings.contains(finding) }.map { "`\($0.name)`" }
      guard names.count < planned.count else { return finding }
      return finding.adding("in environment \(names.joined(separator: ", "))")
    }
  }
}
