/// A piece of a page. Text is escaped by type: only ``raw(_:)`` lets markup through, and it has a name.
struct HTML: Sendable {
  private(set) var markup: String

  private init(markup: String) {
    self.markup = markup
  }

  /// Text, escaped.
  static func text(_ text: String) -> HTML { HTML(markup: escape(text)) }

  /// Markup that is written as it is: for what this module makes itself.
  static func raw(_ markup: String) -> HTML { HTML(markup: markup) }

  static func element(_ name: String, _ attributes: [(String, String)] = [], _ content: [HTML]) -> HTML {
    HTML(markup: "<\(name)\(written(attributes))>\(content.map(\.markup).joined())</\(name)>")
  }

  /// An element without content.
  static func empty(_ name: String, _ attributes: [(String, String)]) -> HTML {
    HTML(markup: "<\(name)\(written(attributes))/>")
  }

  private static func written(_ attributes: [(String, String)]) -> String {
    attributes.map { " \($0.0)=\"\(escape($0.1))\"" }.joined()
  }

  private static func escape(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      // Nothing that could change the direction of text or end a line unseen.
      case _ where scalar.properties.isDefaultIgnorableCodePoint || (scalar.value < 0x20 && scalar != "\n"):
        result += "�"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Longer ones are broken where a column needs it; others would only become hard to read.
  private static let longestWord = 24

  /// A text whose numbers are not broken between their digits.
  private static func kept(_ text: String) -> String {
    var scalars = Array(text.unicodeScalars)
    func isDigit(_ place: Int) -> Bool { scalars.indices.contains(place) && ("0"..."9").contains(scalars[place]) }
    for place in scalars.indices where scalars[place] == " " && isDigit(place - 1) {
      let behind = (1...4).map { isDigit(place + $0) }
      if behind == [true, true, true, false] { scalars[place] = "\u{202F}" }
    }
    return String(String.UnicodeScalarView(scalars))
  }

  /// Text in which a date stays with its time, and in one line.
  private static func dated(_ text: String) -> HTML {
    var (markup, rest) = ("", text[...])
    while let match = rest.firstMatch(of: #/\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?/#) {
      markup += escape(String(rest[..<match.range.lowerBound])) + "<span class=\"t\">\(match.0)</span>"
      rest = rest[match.range.upperBound...]
    }
    return raw(markup + escape(String(rest)))
  }

  /// A table; columns in `right` stand right, those of `onScreen` are left out on paper.
  static func table(
    _ titles: [String], _ rows: [[String]], right: Set<Int> = [], onScreen: Set<Int> = []
  ) -> HTML {
    // On a narrow screen each row becomes a list, and each cell says what it is.
    func cells(_ name: String, _ texts: [String]) -> [HTML] {
      texts.enumerated().map { number, content in
        let label = name == "td" && titles.indices.contains(number) ? [("data-of", titles[number])] : []
        let isLong = content.split(whereSeparator: \.isWhitespace).contains { $0.count > longestWord }
        let classes = [
          right.contains(number) ? "n" : isLong ? "w" : nil, onScreen.contains(number) ? "screen" : nil,
        ].compactMap { $0 }
        let style = classes.isEmpty ? [] : [("class", classes.joined(separator: " "))]
        return element(name, style + label, [dated(kept(content))])
      }
    }
    return element(
      "table", [],
      [
        element("thead", [], [element("tr", [], cells("th", titles))]),
        element("tbody", [], rows.map { element("tr", [], cells("td", $0)) }),
      ])
  }
}
