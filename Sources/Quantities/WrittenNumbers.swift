/// The numbers in a text as people of many countries write them: `4,5`, `2.000`, `1'000`, `10 000`, `1,234.5`.
///
/// Files have one form, digits with a point before decimals. Whoever writes another one is told the same number in that
/// form; where two numbers can be meant, both.
public enum WrittenNumbers {
  /// The text with all its numbers in the form of files, once for each way in which all of them can be read.
  ///
  /// - Parameters:
  ///   - text: a text with any words between its numbers.
  ///   - isPadded: whether three decimals get a zero behind them, so that nobody takes them for thousands.
  /// - Returns: the reading with a decimal point first, then the one with a decimal comma; one where they agree, none
  ///   where some number cannot be read.
  public static func readings(of text: String, isPadded: Bool = false) -> [String] {
    let parts = parts(of: text)
    let readings = [Character("."), ","].compactMap { mark -> String? in
      var result = ""
      for part in parts {
        switch part {
        case .words(let words): result += words
        case .number(let number):
          guard let read = number.read(decimals: mark, isPadded: isPadded) else { return nil }
          result += read
        }
      }
      return result
    }
    return readings.count == 2 && readings[0] == readings[1] ? [readings[0]] : readings
  }

  /// Whether a number of a text in the form of files may be meant as thousands: `2.000`.
  ///
  /// Three decimals after one to three digits are doubtful when the last one is a 0, which nobody writes who means
  /// decimals; and always where what is counted comes in whole pieces.
  public static func isDoubtful(_ text: String, inPieces: Bool = false) -> Bool {
    parts(of: text).contains { part in
      guard case .number(let number) = part, number.marks == ["."], number.isGrouped else { return false }
      return inPieces || number.groups[1].last == "0"
    }
  }

  private enum Part {
    case words(String)
    case number(Grouped)
  }

  /// Digits with single marks between them.
  private struct Grouped {
    var groups: [String]
    var marks: [Character] = []

    /// Whether the marks stand where thousands are kept apart.
    var isGrouped: Bool { Self.isGrouped(groups) }

    private static func isGrouped(_ groups: [String]) -> Bool {
      guard let first = groups.first, let last = groups.last, first.first != "0", last.count == 3 else { return false }
      let middle = groups.dropFirst().dropLast()
      // In India the thousands stand alone, and all above them in pairs.
      return (1...3).contains(first.count) && middle.allSatisfy { $0.count == 3 }
        || (1...2).contains(first.count) && !middle.isEmpty && middle.allSatisfy { $0.count == 2 }
    }

    /// The number in the form of files, where this mark stands before decimals; `nil` when it cannot be read so.
    func read(decimals mark: Character, isPadded: Bool) -> String? {
      var (groups, marks) = (groups, marks)
      var decimals = ""
      if marks.last == mark, marks.filter({ $0 == mark }).count == 1 {
        decimals = groups.removeLast()
        marks.removeLast()
      }
      guard marks.allSatisfy({ $0 == marks[0] && $0 != mark }), marks.isEmpty || Self.isGrouped(groups) else {
        return nil
      }
      while decimals.last == "0" { decimals.removeLast() }
      if isPadded, decimals.count == 3 { decimals += "0" }
      return groups.joined() + (decimals.isEmpty ? "" : "." + decimals)
    }
  }

  private static func parts(of text: String) -> [Part] {
    let letters = Array(text)
    var parts: [Part] = []
    var words = ""
    var place = 0
    func digits(from start: Int) -> String { String(letters[start...].prefix { $0.isASCII && $0.isNumber }) }
    while place < letters.count {
      var group = digits(from: place)
      guard !group.isEmpty else {
        words.append(letters[place])
        place += 1
        continue
      }
      var number = Grouped(groups: [group])
      place += group.count
      while place + 1 < letters.count, let mark = mark(letters[place]) {
        let next = digits(from: place + 1)
        // A space stands between numbers, too: only three digits behind it go on with one.
        guard !next.isEmpty, mark != " " || next.count == 3 && group.count <= 3 else { break }
        number.marks.append(mark)
        number.groups.append(next)
        group = next
        place += 1 + next.count
      }
      if !words.isEmpty { parts.append(.words(words)) }
      words = ""
      parts.append(.number(number))
    }
    return words.isEmpty ? parts : parts + [.words(words)]
  }

  /// What may stand between digits of a number, spaces and apostrophes as one of their kind.
  private static func mark(_ letter: Character) -> Character? {
    switch letter {
    case ".", ",", "_": letter
    case "'", "’": "'"
    case " ", "\u{A0}", "\u{202F}", "\u{2009}": " "
    default: nil
    }
  }
}
