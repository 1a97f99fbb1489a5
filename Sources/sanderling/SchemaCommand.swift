import ArgumentParser
import Runbooks

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Write the JSON Schema of runbooks, environments or forecasts, for editors.")

  /// The kinds of file.
  enum Kind: String, ExpressibleByArgument, CaseIterable { case runbook, environment, forecast }

  @Argument(help: "runbook, environment or forecast.")
  var kind: Kind = .runbook

  func run() {
    let schema =
      switch kind {
      case .runbook: RunbookSchema.runbook()
      case .environment: RunbookSchema.environment()
      case .forecast: RunbookSchema.forecast()
      }
    Output.standard.write(schema)
  }
}
