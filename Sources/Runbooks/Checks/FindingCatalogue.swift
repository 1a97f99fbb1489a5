/// The codes of this module. Each keeps its meaning for ever; a code that is no longer used is not given away again.
public enum FindingCatalogue {
  /// Every code, in order.
  public static let codes: [String] = (101...172).map { "G\($0)" }
}
