extension Int {
  /// The number with a space between groups of three digits, from five digits on.
  public var grouped: String {
    let digits = Array(String(magnitude))
    guard digits.count > 4 else { return String(self) }
    var result = self < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result += " " }
      result.append(digit)
    }
    return result
  }

  /// The number with its noun: `1 store`, `3 stores`.
  public func counted(_ noun: String, _ plural: String? = nil) -> String {
    "\(grouped) \(self == 1 ? noun : plural ?? noun + "s")"
  }
}
