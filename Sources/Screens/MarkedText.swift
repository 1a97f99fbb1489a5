/// A document in Markdown whose numbers come from a program: `<!--= KEY -->` and `<!--/=-->` stand around each.
///
/// The marks are comments, so a reader sees the text alone; whoever fills the document again sees what a number is.
public enum MarkedText {
  /// The document with everything between marks replaced.
  ///
  /// - `text`: the document.
  /// - `value`: what belongs under a key; `nil` for a key that is unknown.
  public static func filled(
    _ text: String, value: (String) -> String?
  ) -> (text: String, unknown: [String]) {
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
      let key = rest[open.upperBound..<close.lowerBound].split(separator: " ").joined(separator: " ")
      result += rest[..<close.upperBound]
      if let found = value(key) {
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

  private static let begin = "<!--= "
  private static let end = "<!--/=-->"
}
