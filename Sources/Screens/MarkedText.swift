/// A document in Markdown whose numbers come from a program: `<!--= KEY -->` and `<!--/=-->` stand around each.
///
/// The marks are comments, so a reader sees the text alone; whoever fills the document again sees what a number is. Two
/// kinds of mark need no program: `let hours = 3 h` says a number of the document's own, and `sum hours * [figure
/// users] as EUR` calculates with such numbers and with those of other marks.
public enum MarkedText {
  /// A mark that nothing belongs to.
  public struct Problem: Equatable, Sendable {
    /// What stands in the mark.
    public var key: String
    /// The line in which it begins.
    public var line: Int
    /// What is wrong with it, where that is known.
    public var reason: String?
  }

  /// The document with everything between marks replaced.
  ///
  /// - `text`: the document.
  /// - `value`: what belongs under a key; `nil` for a key that is unknown.
  /// - `reason`: why nothing belongs to a key, for people.
  public static func filled(
    _ text: String, value: @escaping (String) -> String?, reason: (String) -> String? = { _ in nil }
  ) -> (text: String, unknown: [Problem]) {
    let sums = MarkedSums(keys: keys(of: text), value: value)
    let newline = text.contains("\r\n") ? "\r\n" : "\n"
    var result = ""
    var unknown: [Problem] = []
    var (rest, line) = (text[...], 1)
    while let open = rest.firstRange(of: begin) {
      line += rest[..<open.lowerBound].count(where: \.isNewline)
      guard let close = rest[open.upperBound...].firstRange(of: "-->"),
        let end = rest[close.upperBound...].firstRange(of: Self.end)
      else {
        let key = Self.key(rest[open.upperBound...].prefix(60))
        unknown.append(Problem(key: key, line: line, reason: "the mark has no end, `\(Self.end)`"))
        break
      }
      let key = Self.key(rest[open.upperBound..<close.lowerBound])
      result += rest[..<close.upperBound]
      if let found = sums.value(key) ?? value(key) {
        // What was a block stays one, with the ends of lines that the document has.
        let isBlock = rest[close.upperBound...].first?.isNewline ?? false
        let lines = found.hasSuffix("\n") || !isBlock ? found : found + "\n"
        result += isBlock ? newline + lines.replacing("\n", with: newline) : found
      } else {
        unknown.append(Problem(key: key, line: line, reason: sums.reason(key) ?? reason(key)))
        result += rest[close.upperBound..<end.lowerBound]
      }
      result += Self.end
      line += rest[open.lowerBound..<end.upperBound].count(where: \.isNewline)
      rest = rest[end.upperBound...]
    }
    return (result + rest, unknown)
  }

  /// The keys of a document, in order.
  public static func keys(of text: String) -> [String] {
    var keys: [String] = []
    var rest = text[...]
    while let open = rest.firstRange(of: begin), let close = rest[open.upperBound...].firstRange(of: "-->") {
      keys.append(key(rest[open.upperBound..<close.lowerBound]))
      rest = rest[close.upperBound...]
    }
    return keys
  }

  /// A key in one line, however many it was written in.
  private static func key(_ written: Substring) -> String {
    written.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static let begin = "<!--= "
  private static let end = "<!--/=-->"
}
