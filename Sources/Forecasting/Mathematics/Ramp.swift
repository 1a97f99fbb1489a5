/// How a target comes into use.
public enum Ramp {
  /// How much of its use a target has after so many days: 1 − e^(−t / τ).
  public static func adoption(days: Double, scale: Double) -> Double {
    guard days >= 0 else { return 0 }
    return scale > 0 ? 1 - Elementary.exp(-days / scale) : 1
  }
}
