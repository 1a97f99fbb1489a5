/// What stands on a terminal after a program has written to it, from its first line on: a live view leaves its last rows.
struct TerminalText {
  private var lines: [[Character]] = [[]]
  private var line = 0
  private var column = 0

  /// The rows, without what is blank at their ends.
  var text: String {
    lines.map { row in
      var row = row
      while row.last == " " { row.removeLast() }
      return String(row)
    }.joined(separator: "\n")
  }

  init(_ said: String) {
    var rest = Substring(said)
    while let character = rest.popFirst() {
      switch character {
      case "\u{1B}":
        guard rest.first == "[" else { continue }
        rest.removeFirst()
        let number = rest.prefix { !$0.isLetter }
        rest = rest.dropFirst(number.count)
        if let letter = rest.popFirst() { order(letter, Int(number)) }
      case "\n", "\r\n":
        line += 1
        column = 0
        if line == lines.count { lines.append([]) }
      case "\r": column = 0
      default:
        while lines[line].count <= column { lines[line].append(" ") }
        lines[line][column] = character
        column += 1
      }
    }
  }

  private mutating func order(_ letter: Character, _ number: Int?) {
    switch letter {
    case "F":
      line = max(0, line - (number ?? 1))
      column = 0
    case "B": line = min(lines.count - 1, line + (number ?? 1))
    case "K": lines[line] = []
    case "J":
      lines[line] = Array(lines[line].prefix(column))
      lines.removeSubrange((line + 1)...)
    default: break
    }
  }
}
