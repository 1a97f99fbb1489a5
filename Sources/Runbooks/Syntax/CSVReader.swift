internal import Diagnostics

/// Reads RFC 4180: quotes, CRLF, a byte order mark. Goes over the bytes once and keeps the values by column.
///
/// Where the first line has semicolons and no comma outside of quotes, fields are parted by these: so Excel writes them
/// in most of Europe.
struct CSVReader {
  /// The columns as they were read.
  struct Table {
    var columns: [Located<String>] = []
    var values: [[String]] = []
    var lines: [Int32] = []
  }

  private let file: String
  private let bytes: UnsafeBufferPointer<UInt8>
  private let separator: UInt8
  private var position: Int
  private var line = 1
  private var lineStart: Int
  private(set) var findings: [Finding] = []

  /// More findings than this in one file say nothing new.
  static let findingLimit = 100

  /// Reads a file whose bytes are UTF-8.
  static func read(_ bytes: [UInt8], file: String) -> (table: Table, findings: [Finding]) {
    bytes.withUnsafeBufferPointer { buffer in
      var reader = CSVReader(buffer, file: file)
      let table = reader.read()
      return (table, reader.findings)
    }
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) {
    self.file = file
    self.bytes = bytes
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    lineStart = position
    separator = Self.separator(of: bytes)
  }

  /// What parts the fields of the first line.
  private static func separator(of bytes: UnsafeBufferPointer<UInt8>) -> UInt8 {
    var isQuoted = false
    var hasSemicolon = false
    for byte in bytes {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == UInt8(ascii: ",") { return byte }
      if byte == UInt8(ascii: ";") { hasSemicolon = true }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
    }
    return UInt8(ascii: hasSemicolon ? ";" : ",")
  }

  /// What parts the fields of the first line where neither comma nor semicolon does, and is not read: a tab or a bar.
  static func foreignSeparator(_ bytes: [UInt8]) -> Character? {
    var isQuoted = false
    var found: Character?
    for byte in bytes {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      switch byte {
      case UInt8(ascii: ","), UInt8(ascii: ";"): return nil
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return found
      case UInt8(ascii: "\t"), UInt8(ascii: "|"): found = found ?? Character(Unicode.Scalar(byte))
      default: break
      }
    }
    return found
  }

  /// A field: where its text lies, and whether quotes inside it are doubled.
  private struct Field {
    var start: Int
    var end: Int
    var isQuoted = false
    var hasDoubledQuotes = false
  }

  private mutating func read() -> Table {
    var table = Table()
    var fields: [Field] = []
    let first = position
    guard readRecord(into: &fields) else { return table }
    for field in fields { table.columns.append(Located(text(field), at: span(field, line: 1, from: first))) }
    let count = table.columns.count
    table.values = Array(repeating: [], count: count)
    // A guess that saves most of the growing: short records of twenty bytes or more.
    for column in table.values.indices { table.values[column].reserveCapacity(min(bytes.count / 40, 1 << 20)) }
    while findings.count < Self.findingLimit {
      let start = line
      guard readRecord(into: &fields) else { break }
      if fields.count == 1, count > 1, fields[0].start == fields[0].end, !fields[0].isQuoted { continue }
      guard fields.count == count else {
        findings.append(.fieldCount(fields.count, wanted: count, at: SourceSpan(file: file, line: start, column: 1)))
        continue
      }
      for column in 0..<count { table.values[column].append(text(fields[column])) }
      table.lines.append(Int32(clamping: start))
    }
    return table
  }

  /// Reads one record; `false` at the end of the file.
  private mutating func readRecord(into fields: inout [Field]) -> Bool {
    fields.removeAll(keepingCapacity: true)
    guard position < bytes.count else { return false }
    while true {
      fields.append(readField())
      guard position < bytes.count else { return true }
      let byte = bytes[position]
      position += 1
      if byte == separator {
        // One at the very end opens one more, empty field.
        if position == bytes.count {
          fields.append(Field(start: position, end: position))
          return true
        }
        continue
      }
      if byte == UInt8(ascii: "\r"), position < bytes.count, bytes[position] == UInt8(ascii: "\n") { position += 1 }
      line += 1
      lineStart = position
      return true
    }
  }

  /// Reads a field and stops at the separator or the line break behind it.
  private mutating func readField() -> Field {
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { return readQuoted() }
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == separator || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
      if byte == UInt8(ascii: "\"") { malformed("a quote stands inside a field without quotes", at: position) }
      position += 1
    }
    return Field(start: start, end: position)
  }

  private mutating func readQuoted() -> Field {
    let opening = (line, column(of: position))
    position += 1
    var field = Field(start: position, end: position, isQuoted: true)
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        guard position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "\"") else {
          field.end = position
          position += 1
          skipToSeparator()
          return field
        }
        field.hasDoubledQuotes = true
        position += 1
      } else if byte == UInt8(ascii: "\n") {
        line += 1
        lineStart = position + 1
      }
      position += 1
    }
    field.end = position
    findings.append(
      .malformedCSV("a quote is not closed", at: SourceSpan(file: file, line: opening.0, column: opening.1)))
    return field
  }

  private mutating func skipToSeparator() {
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == separator || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
      position += 1
    }
    if position > start { malformed("text stands behind a closing quote", at: start) }
  }

  private mutating func malformed(_ message: String, at offset: Int) {
    guard findings.count < Self.findingLimit else { return }
    findings.append(.malformedCSV(message, at: SourceSpan(file: file, line: line, column: column(of: offset))))
  }

  private func text(_ field: Field) -> String {
    let slice = UnsafeBufferPointer(rebasing: bytes[field.start..<field.end])
    let text = String(decoding: slice, as: UTF8.self)
    return field.hasDoubledQuotes ? text.replacing("\"\"", with: "\"") : text
  }

  /// The place of one field of the record that starts in a line. Reads the file up to there: only for findings.
  static func span(in bytes: [UInt8], file: String, line: Int, column: Int) -> SourceSpan {
    bytes.withUnsafeBufferPointer { buffer in
      var reader = CSVReader(buffer, file: file)
      var current = 1
      while current < line, reader.position < buffer.count {
        if buffer[reader.position] == UInt8(ascii: "\n") { current += 1 }
        reader.position += 1
      }
      reader.lineStart = reader.position
      reader.line = line
      let start = reader.position
      var fields: [Field] = []
      guard reader.readRecord(into: &fields), column < fields.count else {
        return SourceSpan(file: file, line: line, column: 1)
      }
      return reader.span(fields[column], line: line, from: start)
    }
  }

  private func span(_ field: Field, line: Int, from start: Int) -> SourceSpan {
    let column = scalars(from: start, to: field.start) + 1
    return SourceSpan(
      file: file, line: line, column: column, endColumn: column + scalars(from: field.start, to: field.end))
  }

  private func column(of offset: Int) -> Int { scalars(from: lineStart, to: offset) + 1 }

  private func scalars(from start: Int, to end: Int) -> Int {
    guard start < end else { return 0 }
    return bytes[start..<end].count { $0 & 0xC0 != 0x80 }
  }
}
