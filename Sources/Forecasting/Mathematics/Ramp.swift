/// How a target comes into use.
public enum Ramp {
  /// How much of its use a target has after so many days: 1 − e^(−t / τ).
  public static func adoption(days: Double, scale: Double) -> Double {
    guard days >= 0 else { return 0 }
    return scale > 0 ? 1 - Elementary.exp(-days / scale) : 1
  }

  /// The time until so much has been asked of something that comes into use, in seconds: where
  /// rate · (t − τ(1 − e^(−t/τ))) is as much.
  ///
  /// - `rate`: what is asked in a second in the end.
  /// - `scale`: τ, in seconds; 0 where all is there at once.
  /// - Returns: the time by halving to a second; infinite where nothing is asked.
  public static func time(until amount: Double, rate: Double, scale: Double) -> Double {
    guard amount > 0 else { return 0 }
    guard rate > 0 else { return .infinity }
    let full = amount / rate
    // After it everything that was missed in the beginning is caught up with.
    var (low, high) = (full, full + scale)
    while high - low > 1 {
      let middle = (low + high) / 2
      // Beyond 2^53 seconds there are none between two numbers.
      guard middle > low, middle < high else { break }
      let asked = middle - scale * (scale > 0 ? 1 - Elementary.exp(-middle / scale) : 0)
      if asked >= full { high = middle } else { low = middle }
    }
    return high
  }
}
