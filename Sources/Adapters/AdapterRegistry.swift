/// The adapters that are built in, by name.
public struct AdapterRegistry: Sendable {
  private let adapters: [String: any Adapter]

  /// Makes the registry; its HTTP adapter has connections of its own.
  public init() {
    adapters = [
      "http": HTTPAdapter(), "manual": ManualAdapter(), "noop": NoopAdapter(), "process": ProcessAdapter(),
    ]
  }

  /// The names, sorted.
  public static let names = ["http", "manual", "noop", "process"]

  /// The adapter with this name; `nil` when there is none.
  public subscript(name: String) -> (any Adapter)? { adapters[name] }
}
