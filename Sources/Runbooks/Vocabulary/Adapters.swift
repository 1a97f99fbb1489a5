/// The adapters that this version knows.
public enum KnownAdapters {
  /// Their names, in the order in which messages list them.
  public static let names = ["process", "http", "manual", "noop", "prometheus", "sql"]
  /// Those that can measure signals.
  public static let observing = ["prometheus", "http", "process", "sql"]
}
