internal import Quantities

/// Cuts bytes into lines.
struct LineSplitter: Sendable {
  /// Longer lines lose their rest. Long enough for a cursor of 64 KiB in the worst escapes.
  static let limit = 1 << 20
  private var line: [UInt8] = []
  private var isCut = false

  /// A line, and whether it was longer than what is kept of it.
  typealias Line = (bytes: [UInt8], isCut: Bool)

  /// Takes bytes.
  ///
  /// - Returns: the lines that they end.
  mutating func take(_ bytes: ArraySlice<UInt8>) -> [Line] {
    var lines: [Line] = []
    var rest = bytes
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      append(rest[..<end])
      lines.append(flush())
      rest = rest[(end + 1)...]
    }
    append(rest)
    return lines
  }

  /// What stands after the last line break, if there is anything.
  mutating func end() -> Line? { line.isEmpty ? nil : flush() }

  private mutating func append(_ bytes: ArraySlice<UInt8>) {
    let room = Self.limit - line.count
    line.append(contentsOf: bytes.prefix(room))
    if bytes.count > room { isCut = true }
  }

  private mutating func flush() -> Line {
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    defer { (line, isCut) = ([], false) }
    return (line, isCut)
  }
}

/// A log that keeps its beginning and its end when it grows too long.
struct BoundedLog: Sendable {
  private let half: Int
  private var head: [String] = []
  private var headSize = 0
  private var tail: [String] = []
  private var tailStart = 0
  private var tailSize = 0
  private var lost = 0
  private var headIsFull = false

  init(limit: Int) { half = max(1, limit / 2) }

  /// Whether anything was left out.
  var isCut: Bool { lost > 0 }

  mutating func append(_ line: String) {
    var line = line
    if line.utf8.count >= half {
      let kept = String(decoding: line.utf8.prefix(half - 1), as: UTF8.self)
      lost += line.utf8.count - half + 1
      line = kept
    }
    let size = line.utf8.count + 1
    if !headIsFull, headSize + size <= half {
      head.append(line)
      headSize += size
      return
    }
    headIsFull = true
    tail.append(line)
    tailSize += size
    while tailSize > half, tailStart < tail.count {
      let dropped = tail[tailStart].utf8.count + 1
      tail[tailStart] = ""
      tailStart += 1
      tailSize -= dropped
      lost += dropped
    }
    if tailStart > 1_024, tailStart > tail.count / 2 {
      tail.removeFirst(tailStart)
      tailStart = 0
    }
  }

  var text: String {
    var lines = head
    if lost > 0 { lines.append("… \(lost) bytes left out …") }
    lines += tail[tailStart...]
    return lines.joined(separator: "\n")
  }
}

/// Takes what a child prints, line by line, and gives only what may be shown.
struct ProcessOutput: Sendable {
  /// The longest cursor, in bytes.
  static let cursorLimit = 65_536
  /// The longest line that is reported, in bytes.
  private static let lineLimit = 4_096
  private static let prefix = Array("sanderling:".utf8)

  private let redactor: Redactor
  private let report: @Sendable (Progress) -> Void
  private(set) var log: BoundedLog
  /// The last line of standard output that is not empty, as it came.
  private(set) var lastLine: [UInt8] = []
  /// Whether the end of ``lastLine`` is missing.
  private(set) var isLastLineCut = false
  /// The last line of standard error that is not empty, secrets blacked out.
  private(set) var lastError = ""
  /// The lines of standard output that are not empty, where they are kept.
  private(set) var printed: [[UInt8]] = []
  /// How many more bytes of them are kept.
  private var room: Int

  /// Makes an output.
  ///
  /// - Parameters:
  ///   - redactor: blacks secrets out.
  ///   - limit: the largest log, in bytes.
  ///   - printed: how many bytes of standard output are kept as they came, for whoever reads them as data.
  ///   - report: takes progress.
  init(redactor: Redactor, limit: Int, printed: Int = 0, report: @escaping @Sendable (Progress) -> Void) {
    self.redactor = redactor
    room = printed
    self.report = report
    log = BoundedLog(limit: limit)
  }

  /// Whether some of what was to be kept found no room.
  var isPrintedCut: Bool { room < 0 }

  /// Takes a line of standard output: words to us, or words for people.
  mutating func takeOutput(_ line: [UInt8], isCut: Bool) {
    if line.starts(with: Self.prefix), !isCut, takeProgress(line.dropFirst(Self.prefix.count)) { return }
    _ = show(line, isCut: isCut)
    if isCut { note("a line is longer than \(LineSplitter.limit) bytes, and its rest is not read") }
    if line.contains(where: { $0 != 0x20 && $0 != 0x09 }) {
      (lastLine, isLastLineCut) = (line, isCut)
      if room > 0 { printed.append(line) }
      room -= line.count
    }
  }

  /// Takes a line of standard error.
  mutating func takeError(_ line: [UInt8], isCut: Bool) {
    let text = show(line, isCut: isCut)
    if text.utf8.contains(where: { $0 != 0x20 && $0 != 0x09 }) { lastError = text }
  }

  /// Adds a line of our own.
  mutating func note(_ text: String) { _ = show(Array("sanderling: \(text)".utf8), isCut: false) }

  /// What is shown in the end.
  func answer(_ outputs: [String: String] = [:]) -> Answer {
    Answer(outputs: outputs, log: log.text, isCut: log.isCut)
  }

  private mutating func show(_ line: [UInt8], isCut: Bool) -> String {
    var text = redactor.redact(String(decoding: line, as: UTF8.self))
    // The cut may have split a secret, and half a secret is not recognised: the last piece goes.
    if isCut { text = String(decoding: text.utf8.dropLast(65_536), as: UTF8.self) + " … cut" }
    log.append(text)
    let isLong = text.utf8.count > Self.lineLimit
    report(.line(isLong ? String(decoding: text.utf8.prefix(Self.lineLimit), as: UTF8.self) + " … cut" : text))
    return text
  }

  private mutating func takeProgress(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let message = try? JSON(parsing: bytes) else { return false }
    let done = message["done"]?.integer
    let total = message["total"]?.integer
    if let cursor = message["cursor"]?.string {
      guard cursor.utf8.count <= Self.cursorLimit else {
        note("a cursor of \(cursor.utf8.count) bytes is ignored: at most \(Self.cursorLimit) are kept")
        return true
      }
      report(.cursor(redactor.redact(cursor), done: done, total: total))
      return true
    }
    guard let done else { return false }
    report(.progress(done: done, total: total))
    return true
  }
}
