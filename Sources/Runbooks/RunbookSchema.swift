public import Vocabularies

/// The JSON Schema of the files, made from the definitions that the checker uses: draft 07, which SchemaStore and every
/// editor read.
public enum RunbookSchema {
  /// The name under which SchemaStore keeps a schema: absolute, and the same wherever a copy lies.
  private static func id(_ kind: String) -> String { "https://json.schemastore.org/sanderling-\(kind).json" }

  /// The definitions by what they define, in the order in which people write the files.
  package static var vocabularies: [(title: String, vocabulary: Vocabulary)] {
    [
      ("runbook", Runbook.definition.vocabulary), ("environment", Environment.definition.vocabulary),
      ("people", .people), ("forecast", .forecast), ("prices", .prices), ("risks", .risks),
    ]
  }

  /// The schema of `runbook.yaml`, pretty-printed, with a line break at the end.
  public static func runbook(adapters: [AdapterFacts]) -> String {
    SchemaWriter(adapters: adapters).document(
      Runbook.definition.vocabulary, title: "Sanderling runbook", id: id("runbook"))
  }

  /// The schema of `environments/*.yaml`, pretty-printed, with a line break at the end.
  public static func environment(adapters: [AdapterFacts]) -> String {
    SchemaWriter(adapters: adapters).document(
      Environment.definition.vocabulary, title: "Sanderling environment", id: id("environment"))
  }

  /// The schema of `trust/people.yaml`, pretty-printed, with a line break at the end.
  public static func people() -> String {
    SchemaWriter(adapters: []).document(.people, title: "Sanderling people", id: id("people"))
  }

  /// The schema of the forecast, pretty-printed, with a line break at the end.
  public static func forecast() -> String {
    SchemaWriter(adapters: []).document(.forecast, title: "Sanderling forecast", id: id("forecast"))
  }

  /// The schema of the risk register, pretty-printed, with a line break at the end.
  public static func risks() -> String {
    SchemaWriter(adapters: []).document(.risks, title: "Sanderling risk register", id: id("risks"))
  }

  /// The schema of the price list, pretty-printed, with a line break at the end.
  public static func prices() -> String {
    SchemaWriter(adapters: []).document(.prices, title: "Sanderling price list", id: id("prices"))
  }
}
