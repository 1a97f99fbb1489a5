/// How many columns text takes on a terminal.
///
/// Counts grapheme clusters with their East Asian width. Colour sequences of ``Style`` take no columns.
public enum Width {
  /// How many cells a terminal needs: two for an East Asian character, none for a mark or a colour.
  public static func columns(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
    var total = 0
    forEachPiece(of: text) { total += $0.columns }
    return total
  }

  /// The text in at most so many columns, with `…` at the end when something was cut off.
  public static func truncate(_ text: String, to limit: Int) -> String {
    guard limit > 0 else { return "" }
    guard columns(text) > limit else { return text }
    var result = ""
    var used = 0
    var isCut = false
    forEachPiece(of: text) { piece in
      if piece.isSequence {
        // Sequences stay even after the cut, so that a colour that was begun also ends.
        result += piece.text
      } else if !isCut, used + piece.columns <= limit - 1 {
        result += piece.text
        used += piece.columns
      } else if !isCut {
        isCut = true
        result += "…"
      }
    }
    return result
  }

  /// The text with spaces after it, up to so many columns.
  public static func pad(_ text: String, to columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - Self.columns(text)))
  }

  /// The text with spaces before it, up to so many columns.
  public static func padLeft(_ text: String, to columns: Int) -> String {
    String(repeating: " ", count: max(0, columns - Self.columns(text))) + text
  }

  /// The text in at most so many columns, with `…` at the start when something was cut off: for paths, whose end says
  /// most.
  static func truncateFront(_ text: String, to limit: Int) -> String {
    guard limit > 0 else { return "" }
    guard columns(text) > limit else { return text }
    var kept: [Character] = []
    var used = 1
    for character in text.reversed() {
      used += columns(of: character)
      if used > limit { break }
      kept.append(character)
    }
    return "…" + String(kept.reversed())
  }

  /// A left and a right part in one row of so many columns; the left part gives way.
  static func spread(_ left: String, _ right: String, to limit: Int) -> String {
    let room = limit - columns(right) - 2
    guard room >= 8 else { return truncate(left, to: limit) }
    return pad(truncate(left, to: room), to: room + 2) + right
  }

  /// The text in rows of so many columns, broken at spaces; a word that is longer is cut.
  static func wrap(_ text: String, to limit: Int) -> [String] {
    var rows: [String] = []
    var row = ""
    var used = 0
    for word in text.split(separator: " ", omittingEmptySubsequences: true).map(String.init) {
      let size = columns(word)
      if used > 0, used + 1 + size > limit {
        rows.append(row)
        (row, used) = ("", 0)
      }
      row += used == 0 ? truncate(word, to: limit) : " \(word)"
      used += used == 0 ? min(size, limit) : size + 1
    }
    return used > 0 ? rows + [row] : rows
  }

  /// The text in rows of so many columns, broken at spaces and within a word that is longer than a row: nothing is cut.
  static func broken(_ text: String, to limit: Int) -> [String] {
    guard limit > 1 else { return [text] }
    var rows: [String] = []
    var row = ""
    var used = 0
    for word in text.split(separator: " ", omittingEmptySubsequences: false).map(String.init) {
      if used > 0, used + 1 + columns(word) > limit {
        rows.append(row)
        (row, used) = ("", 0)
      }
      if used > 0 { (row, used) = (row + " ", used + 1) }
      for character in word {
        let size = columns(of: character)
        if used + size > limit {
          rows.append(row)
          (row, used) = ("", 0)
        }
        row.append(character)
        used += size
      }
    }
    return used > 0 || rows.isEmpty ? rows + [row] : rows
  }

  private struct Piece {
    var text: String
    var columns: Int
    var isSequence: Bool
  }

  private static func forEachPiece(of text: String, _ body: (Piece) -> Void) {
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == "\u{1B}", let end = text[index...].firstIndex(of: "m") {
        let next = text.index(after: end)
        body(Piece(text: String(text[index..<next]), columns: 0, isSequence: true))
        index = next
      } else {
        let character = text[index]
        body(Piece(text: String(character), columns: columns(of: character), isSequence: false))
        index = text.index(after: index)
      }
    }
  }

  private static func columns(of character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if first.value >= 0x20, first.value < 0x7F, scalars.count == 1 { return 1 }
    // A cluster is as wide as its widest scalar; an emoji selector or a pair of flag letters makes it wide.
    if scalars.contains(where: { $0.value == 0xFE0F }) || isFlag(first) && scalars.count > 1 { return 2 }
    return scalars.reduce(0) { max($0, columns(of: $1)) }
  }

  private static func isFlag(_ scalar: Unicode.Scalar) -> Bool { (0x1F1E6...0x1F1FF).contains(scalar.value) }

  private static func columns(of scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .control, .format, .nonspacingMark, .enclosingMark, .lineSeparator, .paragraphSeparator, .surrogate: return 0
    default: break
    }
    // Hangul medial vowels and final consonants join the syllable before them.
    if (0x1160...0x11FF).contains(scalar.value) { return 0 }
    return scalar.properties.isEmojiPresentation || isWide(scalar.value) ? 2 : 1
  }

  /// East Asian wide and full-width ranges (UAX #11).
  private static func isWide(_ value: UInt32) -> Bool {
    guard value >= 0x1100 else { return false }
    return wide.contains { $0.contains(value) }
  }

  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD,
  ]
}
