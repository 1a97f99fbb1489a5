import Adapters
import ArgumentParser
import Plans
import Quantities
import Runbooks

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Write the JSON Schema of the files, for editors.")

  /// The kinds of file.
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case runbook, environment, forecast, prices, risks, people, plan
  }

  @Argument(help: "runbook, environment, forecast, prices, risks, people or plan.")
  var kind: Kind = .runbook

  func run() {
    let schema =
      switch kind {
      case .runbook: RunbookSchema.runbook(adapters: AdapterRegistry.facts)
      case .environment: RunbookSchema.environment(adapters: AdapterRegistry.facts)
      case .forecast: RunbookSchema.forecast()
      case .prices: RunbookSchema.prices()
      case .risks: RunbookSchema.risks()
      case .people: RunbookSchema.people()
      case .plan: Plan.schema.indentedText
      }
    Output.standard.write(schema)
  }
}
