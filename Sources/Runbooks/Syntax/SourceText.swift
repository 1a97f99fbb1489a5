internal import Diagnostics

/// The lines of a file, as the YAML reader counts them: so that a mark can become a span over the offending text.
struct SourceText: Sendable {
  /// The file, as the user would name it.
  let file: String
  /// The lines without their breaks.
  let lines: [[Unicode.Scalar]]

  init(file: String, text: String) {
    self.file = file
    var lines: [[Unicode.Scalar]] = []
    var line: [Unicode.Scalar] = []
    var afterReturn = false
    for scalar in text.unicodeScalars {
      if scalar == "\n", afterReturn {
        afterReturn = false
        continue
      }
      afterReturn = scalar == "\r"
      // YAML 1.1 also breaks lines at NEL, LS and PS.
      if scalar == "\n" || scalar == "\r" || scalar.value == 0x85 || scalar.value == 0x2028 || scalar.value == 0x2029 {
        lines.append(line)
        line = []
      } else {
        line.append(scalar)
      }
    }
    lines.append(line)
    self.lines = lines
  }

  /// The scalar at a place; `nil` beyond the end of the line or the file.
  func scalar(line: Int, column: Int) -> Unicode.Scalar? {
    guard line >= 1, line <= lines.count, column >= 1, column <= lines[line - 1].count else { return nil }
    return lines[line - 1][column - 1]
  }

  /// The span of a word that starts here and ends before white space or a flow indicator.
  func word(line: Int, column: Int) -> SourceSpan {
    var end = column
    while let next = scalar(line: line, column: end), !" \t,]}".unicodeScalars.contains(next) { end += 1 }
    return SourceSpan(file: file, line: line, column: column, endColumn: max(end, column + 1))
  }

  /// The text under a span; empty beyond the end of the file.
  func text(of span: SourceSpan) -> String {
    guard span.line >= 1, span.line <= lines.count, span.column >= 1 else { return "" }
    let covered = lines[span.line - 1].dropFirst(span.column - 1).prefix(span.endColumn - span.column)
    return String(String.UnicodeScalarView(covered))
  }

  /// The key that stands at a place, without its quotes.
  func key(at place: SourceSpan) -> String {
    let word = text(of: place)
    let name = word.hasSuffix(":") ? word.dropLast() : word[...]
    let isQuoted = name.count > 1 && ["\"", "'"].contains(name.first) && name.last == name.first
    return String(isQuoted ? name.dropFirst().dropLast() : name)
  }

  /// The span of a YAML scalar that starts here and reads as `text`.
  func span(ofScalar text: String, line: Int, column: Int) -> SourceSpan {
    guard let first = scalar(line: line, column: column) else {
      return SourceSpan(file: file, line: line, column: column)
    }
    let end: Int
    switch first {
    case "\"", "'": end = closingQuote(first, line: line, after: column)
    case "|", ">": end = column + 1
    default:
      let rest = lines[line - 1][(column - 1)...]
      let written = Array(text.unicodeScalars)
      if rest.starts(with: written) {
        end = column + written.count
      } else {
        // A scalar over several lines: its first line is underlined.
        let trailing = rest.reversed().prefix { $0 == " " || $0 == "\t" }.count
        end = column + rest.count - trailing
      }
    }
    return SourceSpan(file: file, line: line, column: column, endColumn: max(end, column + (text.isEmpty ? 0 : 1)))
  }

  private func closingQuote(_ quote: Unicode.Scalar, line: Int, after column: Int) -> Int {
    var place = column + 1
    while let next = scalar(line: line, column: place) {
      if quote == "\"", next == "\\" {
        place += 2
      } else if next == quote {
        guard quote == "'", scalar(line: line, column: place + 1) == "'" else { return place + 1 }
        place += 2
      } else {
        place += 1
      }
    }
    return lines[line - 1].count + 1
  }
}

extension SourceSpan {
  /// The part of this span that covers some scalars of the text that stands in it.
  ///
  /// - Parameters:
  ///   - text: the whole text; when the span is two columns wider, the text stands in quotes.
  ///   - offset: the first scalar of the part.
  ///   - length: the number of scalars.
  /// - Returns: the part, or the whole span when the text does not stand on one line as it is.
  func part(of text: String, offset: Int, length: Int) -> SourceSpan {
    let width = endColumn - column
    let count = text.unicodeScalars.count
    guard width == count || width == count + 2 else { return self }
    let start = column + offset + (width - count) / 2
    return SourceSpan(file: file, line: line, column: start, endColumn: start + length)
  }
}
