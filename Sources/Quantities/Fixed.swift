/// A number of exactly six decimal places: what signals are judged by.
///
/// There is no floating point in it, so that a verdict is the same on every machine and in every replay.
public struct Fixed: Hashable, Comparable, Sendable {
  /// The number times a million.
  public let millionths: Int64

  /// Makes the number that is so many millionths.
  public init(millionths: Int64) {
    self.millionths = millionths
  }

  public static let zero = Fixed(millionths: 0)

  /// The nearest number of six decimal places; `nil` for not a number, an infinity, or more than 9 × 10^12.
  public init?(_ value: Double) {
    let scaled = (value * 1_000_000).rounded()
    guard scaled.isFinite, scaled.magnitude < 9.0e18 else { return nil }
    millionths = Int64(scaled)
  }

  /// Reads ``text``; `nil` for everything that is not a decimal number of at most six places.
  public init?(_ text: String) {
    let negative = text.hasPrefix("-")
    let parts = (negative ? text.dropFirst() : text[...]).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = decimal(parts[0].utf8), whole < 9_000_000_000_000 else { return nil }
    var fraction = 0
    if parts.count == 2 {
      guard parts[1].utf8.count <= 6, let digits = decimal(parts[1].utf8) else { return nil }
      fraction = digits
      for _ in parts[1].utf8.count..<6 { fraction *= 10 }
    }
    let sum = Int64(whole) * 1_000_000 + Int64(fraction)
    millionths = negative ? -sum : sum
  }

  /// An amount in another unit of the same kind; `nil` when the units do not fit or the number does not: it is too
  /// large, or so small that nothing is left of it.
  ///
  /// Times convert into each other; all other units must be the same.
  public init?(_ amount: Amount, in unit: String) {
    guard let from = Self.factor(of: amount.unit, to: unit), let to = Self.factor(of: unit, to: amount.unit) else {
      return nil
    }
    var value = Int128(amount.mantissa) * 1_000_000 * from
    for _ in 0..<(-amount.exponent) { value /= 10 }
    value /= to
    guard let exact = Int64(exactly: value), exact != 0 || amount.mantissa == 0 else { return nil }
    millionths = exact
  }

  /// How many milliseconds a unit of time has, 1 for other units; `nil` when the two units do not fit.
  private static func factor(of unit: String, to other: String) -> Int128? {
    let lengths: [String: Int128] = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000]
    if unit == other { return 1 }
    return lengths[other] == nil ? nil : lengths[unit]
  }

  /// So many percent of a number; `nil` when it does not fit.
  public func percent(of whole: Fixed) -> Fixed? {
    Int64(exactly: Int128(millionths) * Int128(whole.millionths) / 100_000_000).map { Fixed(millionths: $0) }
  }

  /// The shortest exact decimal form, such as `2.134` or `-0.5`.
  public var text: String {
    let size = millionths.magnitude
    var result = (millionths < 0 ? "-" : "") + String(size / 1_000_000)
    var fraction = size % 1_000_000
    guard fraction > 0 else { return result }
    var digits = 6
    while fraction % 10 == 0 {
      fraction /= 10
      digits -= 1
    }
    let text = String(fraction)
    result += "." + String(repeating: "0", count: digits - text.utf8.count) + text
    return result
  }

  /// A form for people: at most three significant decimal places, fewer for large numbers.
  public var spoken: String {
    let size = millionths.magnitude
    let places: Int64 =
      size >= 100_000_000 ? 1_000_000 : size >= 10_000_000 ? 100_000 : size >= 1_000_000 ? 10_000 : 1_000
    let half = millionths < 0 ? -places / 2 : places / 2
    let (sum, overflow) = millionths.addingReportingOverflow(half)
    return overflow ? text : Fixed(millionths: sum / places * places).text
  }

  public static func < (left: Fixed, right: Fixed) -> Bool { left.millionths < right.millionths }
}

extension Condition.Comparison {
  /// Whether a value stands so to a limit.
  public func holds(_ value: Fixed, _ limit: Fixed) -> Bool {
    switch self {
    case .less: value < limit
    case .atMost: value <= limit
    case .more: value > limit
    case .atLeast: value >= limit
    }
  }
}
