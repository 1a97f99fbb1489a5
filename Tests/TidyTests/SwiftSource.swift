import Foundation

/// A Swift file as words and signs: enough to find declarations, not a parser of the language.
///
/// The real parser costs minutes of build. Comments are gone, but for those of documentation; a string is one token, and
/// what it interpolates follows as tokens of its own, since it uses names.
struct SwiftSource: Sendable {
  struct Token: Sendable {
    enum Kind: Sendable { case word, number, text, sign }

    let kind: Kind
    /// The word or sign; of a string, what it says.
    let text: String
    /// Counted from 1.
    let line: Int

    func isSign(_ sign: String) -> Bool { kind == .sign && text == sign }
  }

  let path: String
  private(set) var tokens: [Token] = []
  /// Lines of documentation, by their number, without the slashes.
  private(set) var documentation: [Int: String] = [:]

  /// What the file declares outside of the bodies of functions.
  private(set) var declarations: [Declaration] = []

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  init(_ path: String, _ text: String) {
    self.path = path
    bytes = Array(text.utf8)
    read(untilBracket: false)
    declarations = readDeclarations()
  }

  private func peek(_ ahead: Int = 0) -> UInt8 { position + ahead < bytes.count ? bytes[position + ahead] : 0 }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// Reads tokens to the end, or to the bracket that ends an interpolation.
  private mutating func read(untilBracket: Bool) {
    var depth = 0
    while position < bytes.count {
      let byte = peek()
      if byte == UInt8(ascii: "\n") {
        line += 1
        position += 1
      } else if byte == UInt8(ascii: " ") {
        position += 1
      } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") {
        lineComment()
      } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
        blockComment()
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "#") {
        quoted()
      } else if Self.isWord(byte) {
        let start = position
        while Self.isWord(peek()) { position += 1 }
        let isNumber = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        tokens.append(Token(kind: isNumber ? .number : .word, text: text(start..<position), line: line))
      } else {
        if byte == UInt8(ascii: "(") { depth += 1 }
        if byte == UInt8(ascii: ")") { depth -= 1 }
        if untilBracket, depth < 0 { return }
        tokens.append(Token(kind: .sign, text: text(position..<position + 1), line: line))
        position += 1
      }
    }
  }

  /// Letters, digits, `_`, `$` and everything beyond ASCII. Backticks are left out, so that `` `default` `` is a sign, a
  /// word and a sign.
  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
      true
    default: false
    }
  }

  private mutating func lineComment() {
    let start = position
    while position < bytes.count, peek() != UInt8(ascii: "\n") { position += 1 }
    let comment = text(start..<position)
    if comment.hasPrefix("///") {
      documentation[line] = String(comment.dropFirst(3)).trimmingCharacters(in: .whitespaces)
    }
  }

  private mutating func blockComment() {
    var depth = 0
    repeat {
      if peek() == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
        depth += 1
        position += 2
      } else if peek() == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
        depth -= 1
        position += 2
      } else {
        if peek() == UInt8(ascii: "\n") { line += 1 }
        position += 1
      }
    } while depth > 0 && position < bytes.count
  }

  /// A string, a raw string, a regular expression, or a sign that only looks like one of them: `#if`, `#expect`.
  private mutating func quoted() {
    var hashes = 0
    while peek(hashes) == UInt8(ascii: "#") { hashes += 1 }
    if hashes > 0, peek(hashes) == UInt8(ascii: "/") {
      position += hashes + 1
      while position < bytes.count, !(peek() == UInt8(ascii: "/") && peek(1) == UInt8(ascii: "#")) { position += 1 }
      position += 2
      return
    }
    guard peek(hashes) == UInt8(ascii: "\"") else {
      tokens.append(Token(kind: .sign, text: "#", line: line))
      position += 1
      return
    }
    let quotes = peek(hashes + 1) == UInt8(ascii: "\"") && peek(hashes + 2) == UInt8(ascii: "\"") ? 3 : 1
    let place = tokens.count
    let first = line
    position += hashes + quotes
    var words: [UInt8] = []
    while position < bytes.count, !ends(quotes: quotes, hashes: hashes) {
      if escapes(hashes) {
        position += 1 + hashes
        if peek() == UInt8(ascii: "(") {
          position += 1
          read(untilBracket: true)
        }
      } else {
        words.append(peek())
      }
      if peek() == UInt8(ascii: "\n") { line += 1 }
      position += 1
    }
    position += quotes + hashes
    tokens.insert(Token(kind: .text, text: String(decoding: words, as: UTF8.self), line: first), at: place)
  }

  private func ends(quotes: Int, hashes: Int) -> Bool {
    (0..<quotes).allSatisfy { peek($0) == UInt8(ascii: "\"") }
      && (0..<hashes).allSatisfy { peek(quotes + $0) == UInt8(ascii: "#") }
  }

  private func escapes(_ hashes: Int) -> Bool {
    peek() == UInt8(ascii: "\\") && (0..<hashes).allSatisfy { peek(1 + $0) == UInt8(ascii: "#") }
  }
}
