/// The codes of this module. Each keeps its meaning for ever; a code that is no longer used is not given away again.
public enum FindingCatalogue {
  /// Every code, in order.
  public static let codes: [String] = (Array(101...168) + Array(170...172)).map { "G\($0)" }
}
