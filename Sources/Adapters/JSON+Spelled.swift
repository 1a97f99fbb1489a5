internal import Quantities

// Values of arguments. What an interpolation made a text of still is the number or the boolean that it spells.

extension JSON {
  /// A boolean, or a text that spells one.
  var flag: Bool? { bool ?? (string == "true" ? true : string == "false" ? false : nil) }

  /// An integer, or a text that spells one.
  var number: Int64? { integer ?? string.flatMap { Int64($0) } }

  /// A number, or a text that spells one; `nil` for any other value.
  var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .decimal(let text), .string(let text): Double(text)
    case .null, .bool, .array, .object: nil
    }
  }
  /// The value that a text spells in JSON, else the text.
  static func spelled(_ text: String) -> JSON { (try? JSON(parsing: text.utf8)) ?? .string(text) }

  /// Whether two values mean the same: numbers by value, `1` and `1.0` and `10e-1`, all else as it is.
  func means(_ other: JSON) -> Bool {
    switch (self, other) {
    case (.integer, _), (.decimal, _):
      guard let left = Decimal(canonicalText), let right = Decimal(other.canonicalText) else { return self == other }
      return left == right
    case (.array(let left), .array(let right)):
      return left.count == right.count && zip(left, right).allSatisfy { $0.means($1) }
    case (.object(let left), .object(let right)):
      return left.count == right.count
        && zip(left.members, right.members).allSatisfy { sameBytes($0.key, $1.key) && $0.value.means($1.value) }
    case (.null, _), (.bool, _), (.string, _), (.array, _), (.object, _): return self == other
    }
  }

  private func sameBytes(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
}

/// A decimal number of any length by its value.
private struct Decimal: Equatable {
  private var isNegative = false
  /// The digits without zeros at either end; none for zero.
  private var digits: [UInt8] = []
  /// The power of ten of the last digit.
  private var exponent = 0

  /// Reads a number of JSON; `nil` when it is none, or its exponent is beyond all reason.
  init?(_ text: String) {
    var rest = text[...]
    if rest.first == "-" {
      isNegative = true
      rest.removeFirst()
    }
    let mantissa = rest.prefix { $0 != "e" && $0 != "E" }
    let power = rest.dropFirst(mantissa.count + 1)
    guard power.isEmpty || Int(power).map({ $0.magnitude < 1_000_000 }) == true else { return nil }
    let parts = mantissa.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    digits = parts.flatMap { Array($0.utf8) }
    let zero = UInt8(ascii: "0")
    guard !digits.isEmpty, digits.allSatisfy({ (zero...UInt8(ascii: "9")).contains($0) }) else { return nil }
    exponent = (Int(power) ?? 0) - (parts.count > 1 ? parts[1].count : 0)
    digits = Array(digits.drop { $0 == zero })
    while digits.last == zero {
      digits.removeLast()
      exponent += 1
    }
    if digits.isEmpty { (isNegative, exponent) = (false, 0) }
  }
}
