/// The availability of things that are made of parts. Shares of time, 0 to 1.
public enum Availability {
  /// All parts are needed: the product.
  public static func series(_ parts: [Double]) -> Double { parts.reduce(1, *) }

  /// Parts of which one is enough: 1 − Π (1 − A). Where a share β of what fails takes all of them, the rest of each
  /// fails by itself: U = Π (1 − β) uᵢ + β u of the best part (the beta-factor model, IEC 61508-6).
  public static func spread(_ parts: [Double], commonCause: Double) -> Double {
    guard let best = parts.max() else { return 0 }
    guard parts.count > 1 else { return best }
    let alone = parts.reduce(1) { $0 * (1 - commonCause) * (1 - $1) }
    return 1 - (alone + commonCause * (1 - best))
  }

  /// A part that another one stands in for: A + (1 − A) · fallback.
  public static func withFallback(_ part: Double, fallback: Double) -> Double { part + (1 - part) * fallback }

  /// Minutes of 30 days in which it is down.
  public static func minutesDown(_ share: Double, days: Double = 30) -> Double { (1 - share) * days * 1_440 }

  /// The share of 30 days that moving over takes: so many outages, each with its time to notice and to move.
  public static func failoverGap(outages: Double, seconds: Double, days: Double = 30) -> Double {
    min(1, outages * seconds / (days * 86_400))
  }
}
