extension Int {
  /// The number with a space between groups of three digits, from five digits on.
  public var grouped: String { groupedDigits(String(self)) }

  /// The number with its noun: `1 store`, `3 stores`.
  public func counted(_ noun: String, _ plural: String? = nil) -> String {
    "\(grouped) \(self == 1 ? noun : plural ?? noun + "s")"
  }
}

extension Fixed {
  /// The whole part with a space between groups of three digits, from five digits on.
  public var grouped: String { groupedDigits(String(digits / Self.powers[Int(places)])) }
}

/// A whole number in decimal digits, in groups.
private func groupedDigits(_ text: String) -> String {
  let digits = Array(text.drop { $0 == "-" })
  guard digits.count > 4 else { return text }
  var result = text.first == "-" ? "-" : ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { result += " " }
    result.append(digit)
  }
  return result
}
