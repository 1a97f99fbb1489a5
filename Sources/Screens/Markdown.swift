/// Text of people and providers in Markdown: it cannot leave its line or cell, nor become markup.
public enum Markdown {
  /// Text in a line or in the cell of a table. Between single back quotes it is code, in which Markdown reads nothing
  /// but the end of the cell; with more of them in a row nobody can tell which belong together, and none is a mark.
  public static func text(_ text: String) -> String {
    let line = Sanitize.line(text)
    guard !line.contains("``") else { return escaped(html(line), marks: "|\\*_[]~#`") }
    let parts = line.split(separator: "`", omittingEmptySubsequences: false)
    let words = parts.enumerated().map { index, part in
      // A last part behind a quote that nothing closes is no code.
      let isCode = index % 2 == 1 && index < parts.count - 1
      return escaped(isCode ? String(part) : html(String(part)), marks: isCode ? "|" : "|\\*_[]~")
    }.joined(separator: "`")
    return words.hasPrefix("#") ? "\\\(words)" : words
  }

  private static func escaped(_ text: String, marks: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if marks.unicodeScalars.contains(scalar) { result += "\\" }
      // Nothing that is there and cannot be seen.
      result.unicodeScalars.append(scalar.properties.isDefaultIgnorableCodePoint ? "\u{FFFD}" : scalar)
    }
    return result
  }

  /// Text between the tags of HTML that stand in Markdown.
  static func html(_ text: String) -> String {
    var result = ""
    for scalar in Sanitize.line(text).unicodeScalars {
      switch scalar {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
