import Adapters
import ArgumentParser
import Plans
import Quantities
import Runbooks
import Screens

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Write the JSON Schema of the files, for editors, and of what is written for programs.")

  /// The kinds of file, and of output.
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case runbook, environment, forecast, prices, risks, people, plan, verification
  }

  @Argument(help: "runbook, environment, forecast, prices, risks, people, plan or verification.")
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
      case .verification: AuditScreen.verificationSchema
      }
    Output.standard.write(schema)
  }
}
