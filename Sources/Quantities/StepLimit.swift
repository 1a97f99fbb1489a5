/// A limit of the language that all later stages rely on.
public enum StepLimit {
  /// The most steps of a stage: the engine keeps one bit for each.
  public static let stage = 60
}
