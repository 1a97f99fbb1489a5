import Adapters
import ArgumentParser
import Foundation
import Operating
import Plans
import Quantities
import Runbooks
import Screens

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Write the JSON Schema of the files, for editors, of plans, and of what commands write for programs.",
    discussion: """
      `init` puts the schemas into .schema/ beside the runbook, and names them in the first line of each file. After \
      an update of this program: sanderling schema --into my-migration/.schema
      """)

  /// The kinds of file, and of output.
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case runbook, environment, forecast, prices, risks, people, plan, verification
    case findings, rollback, amendment, change, causes, replay, reconciliation, erasure
  }

  @Argument(
    help: """
      runbook, environment, forecast, prices, risks, people, plan; of what commands write: verification, findings, \
      rollback, amendment, change, causes, replay, reconciliation or erasure.
      """)
  var kind: Kind = .runbook

  @Option(
    help: ArgumentHelp("Write the schemas of all files that people write there.", valueName: "directory"),
    completion: .directory)
  var into: String?

  func run() throws {
    guard let into else { return Output.standard.write(kind.text) }
    for kind in Kind.written {
      let url = URL(filePath: "\(into)/\(kind.fileName)")
      try? FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try OutFile.write(kind.text.utf8, to: url.path(percentEncoded: false), what: "the schema")
      Output.error.tell("wrote \(into)/\(kind.fileName)\n")
    }
  }
}

extension SchemaCommand.Kind {
  /// The kinds of file that people write: the others are written by the program.
  static let written: [SchemaCommand.Kind] = [.runbook, .environment, .forecast, .prices, .risks, .people]

  var fileName: String { "\(rawValue).schema.json" }

  /// The schema.
  var text: String {
    switch self {
    case .runbook: RunbookSchema.runbook(adapters: AdapterRegistry.facts)
    case .environment: RunbookSchema.environment(adapters: AdapterRegistry.facts)
    case .forecast: RunbookSchema.forecast()
    case .prices: RunbookSchema.prices()
    case .risks: RunbookSchema.risks()
    case .people: RunbookSchema.people()
    case .plan: Plan.schema.indentedText
    case .verification: OutputSchema.verification
    case .findings: OutputSchema.findings
    case .rollback: OutputSchema.rollback
    case .amendment: OutputSchema.amendment
    case .change: OutputSchema.change
    case .causes: OutputSchema.causes
    case .replay: OutputSchema.replay
    case .reconciliation: OutputSchema.reconciliation
    case .erasure: OutputSchema.erasure
    }
  }
}
