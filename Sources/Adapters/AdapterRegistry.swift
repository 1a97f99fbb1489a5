/// The adapters that are built in, by name.
public struct AdapterRegistry: Sendable {
  private let adapters: [String: any Adapter]

  /// Makes the registry; its HTTP adapters have connections of their own.
  public init() {
    adapters = [
      "http": HTTPAdapter(), "manual": ManualAdapter(), "noop": NoopAdapter(), "process": ProcessAdapter(),
      "prometheus": PrometheusAdapter(), "sql": SQLAdapter(),
    ]
  }

  /// The names, sorted.
  public static let names = ["http", "manual", "noop", "process", "prometheus", "sql"]

  /// The adapter with this name; `nil` when there is none.
  public subscript(name: String) -> (any Adapter)? { adapters[name] }
}
