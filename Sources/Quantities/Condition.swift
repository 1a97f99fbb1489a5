/// A comparison of a signal with a limit: `response_time < 3 s`, `llm_cost > 150 % of forecast.llm_cost`.
public struct Condition: Hashable, Sendable {
  /// How the signal is compared.
  public enum Comparison: String, Hashable, Sendable, CaseIterable {
    case less = "<"
    case atMost = "<="
    case more = ">"
    case atLeast = ">="
  }

  public let signal: String
  public let comparison: Comparison
  /// The limit; a percentage when ``reference`` is set.
  public let limit: Amount
  /// The forecast quantity that the limit is a share of, without the `forecast.` in front.
  public let reference: String?

  /// Reads `signal op quantity [of forecast.name]`; `nil` when the text has another form.
  public init?(_ text: String) {
    var words = text.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    guard words.count >= 3, let comparison = Comparison(rawValue: words[1]) else { return nil }
    var reference: String?
    if words.count >= 5, words[words.count - 2] == "of" {
      let name = words[words.count - 1]
      guard name.hasPrefix("forecast."), name.count > 9 else { return nil }
      reference = String(name.dropFirst(9))
      words.removeLast(2)
    }
    guard words.count <= 4, let limit = Amount(words.dropFirst(2).joined(separator: " ")) else { return nil }
    signal = words[0]
    self.comparison = comparison
    self.limit = limit
    self.reference = reference
  }

  public var text: String {
    "\(signal) \(comparison.rawValue) \(limit.text)" + (reference.map { " of forecast.\($0)" } ?? "")
  }
}
