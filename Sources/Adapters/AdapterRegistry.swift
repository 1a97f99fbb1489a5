public import Vocabularies

/// An adapter that comes with the program: it can be made from nothing, and its facts are known without making it.
protocol BuiltInAdapter: Adapter {
  init()
  static var declared: AdapterFacts { get }
}

extension BuiltInAdapter {
  /// The same for every instance.
  public var facts: AdapterFacts { Self.declared }
}

/// The adapters that are built in, by name.
public struct AdapterRegistry: Sendable {
  /// The one list, in the order in which messages name them.
  private static let builtIn: [any BuiltInAdapter.Type] = [
    ProcessAdapter.self, HTTPAdapter.self, ManualAdapter.self, NoopAdapter.self, PrometheusAdapter.self,
    SQLAdapter.self,
  ]

  /// What each adapter declares.
  public static let facts: [AdapterFacts] = builtIn.map { $0.declared }

  /// The names of the adapters, in the same order.
  public static var names: [String] { facts.map(\.name) }

  private let adapters: [String: any Adapter]

  /// Makes the registry; its HTTP adapters have connections of their own.
  public init() {
    adapters = Dictionary(uniqueKeysWithValues: Self.builtIn.map { ($0.declared.name, $0.init()) })
  }

  /// The adapter with this name; `nil` when there is none.
  public subscript(name: String) -> (any Adapter)? { adapters[name] }
}
