import ArgumentParser
import Runbooks

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Write the JSON Schema of runbooks or environments, for editors.")

  /// The kinds of file.
  enum Kind: String, ExpressibleByArgument, CaseIterable { case runbook, environment }

  @Argument(help: "runbook or environment.")
  var kind: Kind = .runbook

  func run() {
    Output.standard.write(kind == .runbook ? RunbookSchema.runbook() : RunbookSchema.environment())
  }
}
