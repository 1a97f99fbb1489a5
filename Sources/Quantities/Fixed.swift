/// An exact decimal number: what signals are judged by.
///
/// It has the digits that were written or measured, at most 37 of them, and lies between -10^24 and 10^24. There is no
/// floating point in it, so that a verdict is the same on every machine and in every replay, and no digit that decides
/// is ever lost.
public struct Fixed: Hashable, Sendable {
  /// The two halves of ``digits``. A stored `Int128` would be aligned to 16 bytes, which the compiler forgets where
  /// such a value lies in an enumeration.
  private let high: Int64
  private let low: UInt64
  /// How many digits stand behind the point.
  let places: UInt8

  /// The number is this, times 10 to the power of -``places``. Its last digit is 0 only when ``places`` is.
  var digits: Int128 { Int128(high) << 64 | Int128(low) }

  /// Puts a number together whose digits are known to fit.
  private init(digits: Int128, places: UInt8) {
    high = Int64(truncatingIfNeeded: digits >> 64)
    low = UInt64(truncatingIfNeeded: digits)
    self.places = places
  }

  public static let zero = Fixed(digits: 0, places: 0)

  /// The largest number of all.
  public static let greatest = Fixed(digits: bound, places: 0)

  /// So many digits are kept at most.
  static let mostDigits = 37

  /// So many places behind the point a number in a file may have.
  public static let mostPlaces = 12

  /// 1, 10, 100 … 10^38.
  static let powers: [Int128] = (1...38).reduce(into: [1]) { powers, _ in powers.append((powers.last ?? 1) * 10) }

  /// The largest number, 10^24, and the negative of the smallest.
  static let bound: Int128 = 1_000_000_000_000_000_000_000_000

  /// Makes the number `digits × 10^-places`; `nil` when it does not fit.
  init?(_ digits: Int128, places: Int) {
    var (digits, places) = (digits, places)
    while places > 0, digits % 10 == 0 {
      if digits == 0 { places = 0 } else { (digits, places) = (digits / 10, places - 1) }
    }
    while places < 0 {
      let (product, isTooLarge) = digits.multipliedReportingOverflow(by: 10)
      if isTooLarge { return nil }
      (digits, places) = (product, places + 1)
      if digits == 0 { places = 0 }
    }
    guard places <= Self.mostDigits, digits.magnitude < Self.powers[Self.mostDigits].magnitude else { return nil }
    let (whole, rest) = digits.magnitude.quotientAndRemainder(dividingBy: Self.powers[places].magnitude)
    guard whole < Self.bound.magnitude || whole == Self.bound.magnitude && rest == 0 else { return nil }
    self.init(digits: digits, places: UInt8(places))
  }

  /// Makes the number that is so many millionths.
  public init(millionths: Int64) {
    var (digits, places): (Int64, UInt8) = (millionths, millionths == 0 ? 0 : 6)
    while places > 0, digits % 10 == 0 { (digits, places) = (digits / 10, places - 1) }
    self.init(digits: Int128(digits), places: places)
  }

  /// Makes a whole number.
  public init(_ number: Int) {
    self.init(digits: Int128(number), places: 0)
  }

  /// Reads ``text``; `nil` for everything that is not a plain decimal number of our size with all its digits.
  public init?(_ text: String) {
    guard case .number(let number, isWhole: true) = DecimalText(text.utf8, allowsExponent: false) else { return nil }
    self = number
  }

  /// Reads a number of a file, with at most ``mostPlaces`` places; `nil` for everything else.
  public init?(written text: String) {
    guard let number = Fixed(text), number.places <= Self.mostPlaces else { return nil }
    self = number
  }

  /// The nearest number of so many places; `nil` for not a number, an infinity, or what is too large.
  public init?(_ value: Double, places: Int) {
    guard case .number(let number) = MeasuredNumber(value) else { return nil }
    self = number.rounded(places: places)
  }

  /// The shortest exact decimal form, such as `2.134` or `-0.5`.
  public var text: String {
    if places == 0, let small = Int64(exactly: digits) { return String(small) }
    let sign = digits < 0 ? "-" : ""
    var text = UInt64(exactly: digits.magnitude).map { String($0) } ?? String(digits.magnitude)
    guard places > 0 else { return sign + text }
    let missing = Int(places) + 1 - text.utf8.count
    if missing > 0 { text = String(repeating: "0", count: missing) + text }
    let point = text.utf8.index(text.endIndex, offsetBy: -Int(places))
    return "\(sign)\(text[..<point]).\(text[point...])"
  }

  /// A form for people: at most three decimal places, fewer for large numbers and more for those that are nearly
  /// nothing, so that what is not 0 never looks like it.
  public var spoken: String {
    let size = magnitude
    if size >= Fixed(millionths: 100_000_000) { return rounded(places: 0).text }
    if size >= Fixed(millionths: 10_000_000) { return rounded(places: 1).text }
    if size >= Fixed(millionths: 1_000_000) { return rounded(places: 2).text }
    let leading = String(digits.magnitude).utf8.count
    return rounded(places: max(3, Int(places) - leading + 2)).text
  }
}

extension Fixed: Comparable {
  public static func < (left: Fixed, right: Fixed) -> Bool {
    if left.places == right.places { return (left.high, left.low) < (right.high, right.low) }
    if left.places > right.places { return right.isMore(than: left) }
    let (scaled, isHuge) = left.digits.multipliedReportingOverflow(by: powers[Int(right.places - left.places)])
    // What does not fit any more with the other's places is further from 0 than the other.
    return isHuge ? left.digits < 0 : scaled < right.digits
  }

  /// Whether it is larger than a number that has more places.
  private func isMore(than other: Fixed) -> Bool {
    let (scaled, isHuge) = digits.multipliedReportingOverflow(by: Self.powers[Int(other.places - places)])
    return isHuge ? digits > 0 : scaled > other.digits
  }
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
