/// A number with a unit, exact.
///
/// Written `5 s`, `1 %`, `0.3 s`, `118 EUR/day`. There is no floating point, so an amount has one canonical form and
/// can be part of a digest.
public struct Amount: Hashable, Sendable {
  /// The number.
  public let value: Fixed
  /// The unit as written; empty for a bare number.
  public let unit: String

  /// Reads `0.3 s`, `150 %`, `300`; `nil` when there is no number, or it has more digits than can be kept, or goes on
  /// where a unit should stand.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    let numeric = bytes.prefix {
      ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
    }
    let rest = bytes.dropFirst(numeric.count).drop { $0 == UInt8(ascii: " ") }
    // `2,5 s` and `10 000 EUR` are other numbers, and not a 2 of `,5 s`.
    if let first = rest.first, (0x30...0x39).contains(first) || [0x2C, 0x27, 0x5F].contains(first) { return nil }
    self.init(number: String(decoding: numeric, as: UTF8.self), unit: String(decoding: rest, as: UTF8.self))
  }

  /// Makes an amount from a decimal number and a unit.
  public init?(number: String, unit: String) {
    guard let value = Fixed(number) else { return nil }
    self.value = value
    self.unit = unit
  }

  /// The number without its unit, such as `0.3`.
  public var number: String { value.text }

  /// The written form, such as `0.3 s`.
  public var text: String { unit.isEmpty ? number : "\(number) \(unit)" }
}
