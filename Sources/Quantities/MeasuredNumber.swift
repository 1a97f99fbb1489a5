/// What a provider says where a number is wanted.
public enum MeasuredNumber: Hashable, Sendable {
  /// A number. Digits behind the 37th are cut off in a way that changes no comparison with a limit.
  case number(Fixed)
  case notANumber
  case infinite
  /// A number beyond 10^24.
  case outOfRange
  /// A text that is no number.
  case unreadable(String)

  /// Reads `0.5`, `-3`, `1e-7`, `+Inf`, `NaN`; whatever else there is stays as it is.
  public init(_ text: String) {
    switch DecimalText(text.utf8, allowsExponent: true) {
    case .number(let number, isWhole: _): self = .number(number)
    case .tooLarge: self = .outOfRange
    case nil:
      let word = text.first == "+" || text.first == "-" ? text.dropFirst() : text[...]
      switch word.lowercased() {
      case "inf", "infinity": self = .infinite
      case "nan": self = .notANumber
      default: self = .unreadable(text)
      }
    }
  }

  /// A floating-point number, by the shortest decimal digits that name it.
  public init(_ value: Double) {
    self.init(value.description)
  }

  /// The number; `nil` where there is none of our size.
  public var number: Fixed? { if case .number(let number) = self { number } else { nil } }
}
