public import Vocabularies

/// The JSON Schema (draft 2020-12) of the files, made from the definitions that the checker uses.
public enum RunbookSchema {
  /// The schema of `runbook.yaml`, pretty-printed, with a line break at the end.
  public static func runbook(adapters: [AdapterFacts]) -> String {
    SchemaWriter(adapters: adapters).document(
      Runbook.definition.vocabulary, title: "Sanderling runbook", id: "runbook.schema.json")
  }

  /// The schema of `environments/*.yaml`, pretty-printed, with a line break at the end.
  public static func environment(adapters: [AdapterFacts]) -> String {
    SchemaWriter(adapters: adapters).document(
      Environment.definition.vocabulary, title: "Sanderling environment", id: "environment.schema.json")
  }

  /// The schema of `trust/people.yaml`, pretty-printed, with a line break at the end.
  public static func people() -> String {
    SchemaWriter(adapters: []).document(.people, title: "Sanderling people", id: "people.schema.json")
  }

  /// The schema of the forecast, pretty-printed, with a line break at the end.
  public static func forecast() -> String {
    SchemaWriter(adapters: []).document(.forecast, title: "Sanderling forecast", id: "forecast.schema.json")
  }

  /// The schema of the risk register, pretty-printed, with a line break at the end.
  public static func risks() -> String {
    SchemaWriter(adapters: []).document(.risks, title: "Sanderling risk register", id: "risks.schema.json")
  }

  /// The schema of the price list, pretty-printed, with a line break at the end.
  public static func prices() -> String {
    SchemaWriter(adapters: []).document(.prices, title: "Sanderling price list", id: "prices.schema.json")
  }
}
