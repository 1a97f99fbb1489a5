internal import Diagnostics

/// A line of an iCalendar file after unfolding, which still knows where each of its scalars stands.
struct UnfoldedLine {
  let scalars: [Unicode.Scalar]
  /// Where the pieces of a folded line start.
  private let pieces: [(offset: Int, line: Int, column: Int)]

  private init(scalars: [Unicode.Scalar], pieces: [(offset: Int, line: Int, column: Int)]) {
    self.scalars = scalars
    self.pieces = pieces
  }

  /// Takes the lines of a file apart, at CRLF, LF or CR, and joins those that start with white space to the one before.
  ///
  /// Lines are joined before they are read as text: a fold may stand in the middle of a letter.
  ///
  /// - Returns: the lines that are not empty, and the numbers of those that are not UTF-8.
  static func lines(of file: some Collection<UInt8>) -> (lines: [UnfoldedLine], notUTF8: [Int]) {
    var joined: [(bytes: [UInt8], letters: Int, pieces: [(offset: Int, line: Int, column: Int)])] = []
    var number = 0
    let physical = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).flatMap { line in
      // What CR alone parts; the one of a CRLF parts nothing.
      (line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        .split(separator: UInt8(ascii: "\r"), omittingEmptySubsequences: false)
    }
    for content in physical {
      number += 1
      let isFolded = (content.first == UInt8(ascii: " ") || content.first == UInt8(ascii: "\t")) && !joined.isEmpty
      if !isFolded { joined.append(([], 0, [])) }
      let last = joined.count - 1
      let piece = isFolded ? content.dropFirst() : content
      joined[last].pieces.append((joined[last].letters, number, isFolded ? 2 : 1))
      joined[last].bytes += piece
      // Bytes that go on with a letter are no letters of their own.
      joined[last].letters += piece.count { $0 & 0xC0 != 0x80 }
    }
    var result: [UnfoldedLine] = []
    var notUTF8: [Int] = []
    for line in joined {
      guard let text = String(validating: line.bytes, as: UTF8.self) else {
        notUTF8.append(line.pieces[0].line)
        continue
      }
      let scalars = Array(text.unicodeScalars)
      if scalars.allSatisfy({ $0 == " " || $0 == "\t" }) { continue }
      result.append(UnfoldedLine(scalars: scalars, pieces: line.pieces))
    }
    return (result, notUTF8)
  }

  /// The place of some scalars; of those that stand on the first one's line.
  func span(_ range: Range<Int>, file: String) -> SourceSpan {
    let index = pieces.lastIndex { $0.offset <= range.lowerBound } ?? 0
    guard index < pieces.count else { return SourceSpan(file: file, line: 1, column: 1) }
    let piece = pieces[index]
    let pieceEnd = index + 1 < pieces.count ? pieces[index + 1].offset : scalars.count
    let column = piece.column + range.lowerBound - piece.offset
    let width = min(range.upperBound, pieceEnd) - range.lowerBound
    return SourceSpan(file: file, line: piece.line, column: column, endColumn: column + max(width, 1))
  }
}

/// A property: `NAME;PARAMETER=value:value`.
struct ContentLine {
  /// A parameter with its values, without quotes.
  struct Parameter {
    var name: String
    var values: [String]
    var location: SourceSpan
  }

  /// The name in upper case.
  private(set) var name = ""
  private(set) var nameLocation: SourceSpan
  private(set) var parameters: [Parameter] = []
  private let line: UnfoldedLine
  private let file: String
  /// Where the value starts in the line.
  private var valueStart = 0

  /// Reads a line; `nil` when it is no property.
  init?(_ line: UnfoldedLine, file: String) {
    self.line = line
    self.file = file
    let scalars = line.scalars
    let end = scalars.firstIndex { !Self.isName($0) } ?? scalars.count
    nameLocation = line.span(0..<end, file: file)
    guard end > 0, end < scalars.count else { return nil }
    name = Self.text(scalars[..<end]).uppercased()
    var position = end
    while position < scalars.count, scalars[position] == ";" {
      guard let next = readParameter(after: position) else { return nil }
      position = next
    }
    guard position < scalars.count, scalars[position] == ":" else { return nil }
    valueStart = position + 1
  }

  /// Reads `;NAME=value,"value"`.
  /// - Returns: where it ends; `nil` when it is malformed.
  private mutating func readParameter(after semicolon: Int) -> Int? {
    let scalars = line.scalars
    let start = semicolon + 1
    guard let equals = scalars[start...].firstIndex(where: { !Self.isName($0) }), equals > start,
      scalars[equals] == "="
    else { return nil }
    var values: [String] = []
    var position = equals
    repeat {
      position += 1
      if position < scalars.count, scalars[position] == "\"" {
        guard let quote = scalars[(position + 1)...].firstIndex(of: "\"") else { return nil }
        values.append(Self.text(scalars[(position + 1)..<quote]))
        position = quote + 1
      } else {
        let end = scalars[position...].firstIndex { $0 == "," || $0 == ";" || $0 == ":" } ?? scalars.count
        values.append(Self.text(scalars[position..<end]))
        position = end
      }
    } while position < scalars.count && scalars[position] == ","
    let name = Self.text(scalars[start..<equals]).uppercased()
    parameters.append(
      Parameter(name: name, values: values, location: line.span((equals + 1)..<position, file: file)))
    return position
  }

  private static func isName(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "-" || scalar == "_" || (scalar.isASCII && scalar.properties.numericType != nil)
      || (scalar.isASCII && scalar.properties.isAlphabetic)
  }

  static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}

extension ContentLine {
  /// The value as it is written, without white space at its ends.
  var value: Located<String> { parts(separator: nil)[0] }

  /// A parameter; `nil` when it is absent.
  func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }

  /// The value cut at a separator that no backslash precedes, each part without white space at its ends, and escaped
  /// as it is. There is always at least one part.
  func parts(separator: Unicode.Scalar?) -> [Located<String>] {
    var result: [Located<String>] = []
    var start = valueStart
    var position = valueStart
    let scalars = line.scalars
    while position < scalars.count {
      if scalars[position] == "\\" {
        position += 1
      } else if scalars[position] == separator {
        result.append(part(start..<position))
        start = position + 1
      }
      position += 1
    }
    result.append(part(start..<scalars.count))
    return result
  }

  private func part(_ range: Range<Int>) -> Located<String> {
    let blanks: Set<Unicode.Scalar> = [" ", "\t"]
    var range = range
    while let first = range.first, blanks.contains(line.scalars[first]) { range.removeFirst() }
    while let last = range.last, blanks.contains(line.scalars[last]) { range.removeLast() }
    return Located(Self.text(line.scalars[range]), at: line.span(range, file: file))
  }

  /// A text without its escapes: `\\`, `\;`, `\,`, and `\n` for a line break.
  static func unescaped(_ text: String) -> String {
    var view = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if !isEscaped, scalar == "\\" {
        isEscaped = true
        continue
      }
      view.append(isEscaped && (scalar == "n" || scalar == "N") ? "\n" : scalar)
      isEscaped = false
    }
    return String(view)
  }
}
