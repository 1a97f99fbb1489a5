/// A number with a unit, exact: `mantissa × 10^exponent unit`.
///
/// Written `5 s`, `1 %`, `0.3 s`, `118 EUR/day`. There is no floating point, so an amount has one canonical form and
/// can be part of a digest.
public struct Amount: Hashable, Sendable {
  /// The digits, without trailing zeros.
  public let mantissa: Int64
  /// The power of ten, never positive: `0.3` is 3 × 10^-1 and `30` is 30 × 10^0.
  public let exponent: Int
  /// The unit as written; empty for a bare number.
  public let unit: String

  /// Reads `0.3 s`, `150 %`, `300`; `nil` when the number does not fit 15 digits.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    let numeric = bytes.prefix {
      ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
    }
    let rest = bytes.dropFirst(numeric.count).drop { $0 == UInt8(ascii: " ") }
    self.init(number: String(decoding: numeric, as: UTF8.self), unit: String(decoding: rest, as: UTF8.self))
  }

  /// Makes an amount from a decimal number and a unit.
  public init?(number: String, unit: String) {
    var digits = Array(number.utf8)
    let negative = digits.first == UInt8(ascii: "-")
    if negative { digits.removeFirst() }
    var places = 0
    if let dot = digits.firstIndex(of: UInt8(ascii: ".")) {
      places = digits.count - dot - 1
      digits.remove(at: dot)
      guard places > 0, dot > 0 else { return nil }
    }
    guard digits.count <= 15, var value = decimal(digits) else { return nil }
    while places > 0, value % 10 == 0 {
      value /= 10
      places -= 1
    }
    mantissa = Int64(negative ? -value : value)
    exponent = -places
    self.unit = unit
  }

  /// The number without its unit, such as `0.3`.
  public var number: String {
    guard exponent < 0 else { return String(mantissa) }
    var digits = String(mantissa.magnitude)
    while digits.count <= -exponent { digits = "0" + digits }
    let split = digits.index(digits.endIndex, offsetBy: exponent)
    return (mantissa < 0 ? "-" : "") + digits[..<split] + "." + digits[split...]
  }

  /// The written form, such as `0.3 s`.
  public var text: String { unit.isEmpty ? number : "\(number) \(unit)" }

  /// The units of time that convert into each other.
  public static let timeUnits = ["ms", "s", "m", "h"]

  /// Whether amounts in these two units can be compared.
  public static func comparable(_ left: String, _ right: String) -> Bool {
    left == right || (timeUnits.contains(left) && timeUnits.contains(right))
  }
}
