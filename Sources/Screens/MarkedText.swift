/// A document in Markdown whose numbers come from a program: `<!--= KEY -->` and `<!--/=-->` stand around each.
///
/// The marks are comments, so a reader sees the text alone; whoever fills the document again sees what a number is. Two
/// kinds of mark need no program: `let hours = 3 h` says a number of the document's own, and `sum hours * [figure
/// users] as EUR` calculates with such numbers and with those of other marks.
public enum MarkedText {
  /// The document with everything between marks replaced.
  ///
  /// - `text`: the document.
  /// - `value`: what belongs under a key; `nil` for a key that is unknown.
  public static func filled(
    _ text: String, value: @escaping (String) -> String?
  ) -> (text: String, unknown: [String]) {
    let sums = MarkedSums(keys: keys(of: text), value: value)
    var result = ""
    var unknown: [String] = []
    var rest = text[...]
    while let open = rest.firstRange(of: begin) {
      guard let close = rest[open.upperBound...].firstRange(of: "-->"),
        let end = rest[close.upperBound...].firstRange(of: Self.end)
      else {
        unknown.append("`\(rest[open.lowerBound...].prefix(60))` has no end")
        break
      }
      let key = Self.key(rest[open.upperBound..<close.lowerBound])
      result += rest[..<close.upperBound]
      if let found = sums.value(key) ?? value(key) {
        // What was a block stays one.
        let isBlock = rest[close.upperBound...].first == "\n"
        result += isBlock ? "\n\(found.hasSuffix("\n") ? found : found + "\n")" : found
      } else {
        unknown.append(key)
        result += rest[close.upperBound..<end.lowerBound]
      }
      result += Self.end
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
