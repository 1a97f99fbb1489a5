@testable import Screens

/// A terminal in memory: what stands on it, and what scrolled out of it above. It wraps long lines and, as tmux does,
/// wraps them anew when its width changes, cuts blank rows first when it shrinks, and brings rows back when it grows.
struct PaintedWindow {
  private(set) var columns: Int
  private(set) var rows: Int
  /// Every line from the first one on, as it was written: a long one covers several rows.
  private var lines: [[Character]] = [[]]
  /// The place of the cursor: a line, and how far into it.
  private var line = 0
  private var column = 0

  init(columns: Int, rows: Int) { (self.columns, self.rows) = (columns, rows) }

  /// The rows that a line covers.
  private func height(_ line: [Character]) -> Int { max(1, (line.count + columns - 1) / columns) }

  /// All rows, those above the window included.
  var all: [String] {
    lines.flatMap { line in
      stride(from: 0, to: max(1, line.count), by: columns).map {
        String(line[min($0, line.count)..<min($0 + columns, line.count)])
      }
    }
  }

  /// The rows that can be seen.
  var seen: [String] { Array(all.dropFirst(top).prefix(rows)) }

  /// So many rows are above the window.
  private var top = 0

  /// The row of the cursor's line, from the first of all.
  private var place: Int { lines[..<line].reduce(0) { $0 + height($1) } }

  private var blankBelow: Int { max(0, top + rows - 1 - place) }

  mutating func resize(columns: Int, rows: Int) {
    let lost = self.rows - rows
    top = lost > 0 ? top + lost - min(lost, blankBelow) : top - min(top, -lost)
    self.rows = rows
    guard columns != self.columns else { return }
    let blank = blankBelow
    self.columns = columns
    top = max(0, all.count + blank - rows)
  }

  /// Takes what a program writes. What it does not know is a fault of the test.
  mutating func write(_ text: String) {
    var rest = Substring(text)
    while let character = rest.popFirst() {
      switch character {
      case "\u{1B}":
        guard rest.popFirst() == "[" else { preconditionFailure("no sequence that is known") }
        let number = rest.prefix { !$0.isLetter }
        rest = rest.dropFirst(number.count)
        order(rest.popFirst() ?? " ", String(number))
      case "\n":
        line += 1
        column = 0
        if line == lines.count { lines.append([]) }
        top = max(top, place - rows + 1)
      case "\r": column = 0
      default:
        if column == lines[line].count { lines[line].append(character) } else { lines[line][column] = character }
        column += 1
      }
    }
  }

  private mutating func order(_ letter: Character, _ number: String) {
    let count = Int(number) ?? 1
    switch letter {
    case "F", "B":
      let target = letter == "F" ? max(top, place - count) : min(top + rows - 1, place + count)
      while all.count <= target { lines.append([]) }
      // A program moves to the row of a long line that it wants to clear: the line is parted there.
      part(at: target)
      column = 0
    case "H":
      while all.count < top + 1 { lines.append([]) }
      part(at: top)
      column = 0
    case "K": lines[line] = []
    case "J":
      lines[line] = Array(lines[line].prefix(column))
      lines.removeSubrange((line + 1)...)
    case "h", "l", "m": break
    default: preconditionFailure("\(letter) is no sequence that is known")
    }
  }

  /// Puts the cursor on a row; a line that covers several is parted into those.
  private mutating func part(at row: Int) {
    var above = 0
    for index in lines.indices {
      let height = height(lines[index])
      if row < above + height {
        if height > 1 {
          let parts = stride(from: 0, to: lines[index].count, by: columns).map {
            Array(lines[index][$0..<min($0 + columns, lines[index].count)])
          }
          lines.replaceSubrange(index...index, with: parts)
        }
        line = index + row - above
        return
      }
      above += height
    }
  }
}
