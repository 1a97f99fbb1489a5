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
}
