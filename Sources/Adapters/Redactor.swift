internal import Quantities

/// Blacks out secrets in everything that leaves an adapter.
///
/// It has to see a text before anything is cut off it: of a secret that is cut, the rest is not found.
public struct Redactor: Sendable {
  /// The secrets, the longest first, so that none hides a longer one that holds it.
  private var secrets: [SpelledSecret] = []
  /// What they are in Base64 and in hexadecimal, the longest first.
  private var codes: [[UInt8]] = []
  private var known: Set<[UInt8]> = []

  /// A redactor that knows no secret.
  public init() {}

  /// What stands in place of a secret.
  public static let mark = Secret.mark

  /// The shortest text that is searched for, in bytes.
  private static let shortest = 4

  /// Learns a secret: whole, and line by line, in every form in which ``SpelledSecret`` finds it, in hexadecimal, and
  /// in Base64 with anything before it, also of what JSON or an address makes of it.
  ///
  /// Values shorter than four bytes are not searched for: blacking out every `a` would hide everything and protect
  /// nothing.
  public mutating func learn(_ secret: String) {
    learnWhole(secret)
    // What shows one line of it shows that in any of the forms, too.
    let lines = secret.utf8.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    if lines.count > 1 { for line in lines { learnWhole(String(decoding: Array(line), as: UTF8.self)) } }
    secrets.sort { $0.count > $1.count }
    codes.sort { left, right in
      left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count > right.count
    }
  }

  private mutating func learnWhole(_ secret: String) {
    let bytes = Array(secret.utf8)
    guard bytes.count >= Self.shortest, known.insert(bytes).inserted else { return }
    secrets.append(SpelledSecret(bytes))
    let quoted = Array(JSON.string(secret).canonicalText.dropFirst().dropLast().utf8)
    let written = [bytes, quoted, PercentEncoding.encoded(bytes, isLower: false)]
    // Pairs of digits stand together, or apart as fingerprints and dumps have them.
    var found = [false, true].flatMap { upper in
      let pairs = bytes.map { hexadecimal([$0], upper: upper) }
      return ["", ":", " ", "-"].map { Array(pairs.joined(separator: Array($0.utf8))) }
    }
    for form in written {
      for before in 0..<3 {
        let encoded = base64(form, after: before)
        let swap: [UInt8: UInt8] = [UInt8(ascii: "+"): UInt8(ascii: "-"), UInt8(ascii: "/"): UInt8(ascii: "_")]
        // Where JSON writes `\/` for a slash.
        let slashed = encoded.flatMap { $0 == UInt8(ascii: "/") ? Array("\\/".utf8) : [$0] }
        found += [encoded, encoded.map { swap[$0] ?? $0 }, slashed]
      }
    }
    for code in found where code.count >= Self.shortest && !codes.contains(code) { codes.append(code) }
  }

  /// Whether there is nothing to black out.
  public var isEmpty: Bool { secrets.isEmpty }

  /// The text with every known secret blacked out.
  ///
  /// It compares bytes: to Swift's characters, a secret that is followed by a combining accent is another text.
  public func redact(_ text: String) -> String {
    guard !isEmpty else { return text }
    return redacted(Array(text.utf8), depth: Self.depth).map { String(decoding: $0, as: UTF8.self) } ?? text
  }

  /// So many layers of Base64 around each other are looked into: a Docker configuration has two.
  private static let depth = 3

  /// The bytes with every known secret blacked out; `nil` when there is none.
  private func redacted(_ text: [UInt8], depth: Int) -> [UInt8]? {
    var bytes = text
    var isChanged = false
    for secret in secrets {
      guard let replaced = replace(in: bytes, { secret.end(in: bytes, from: $0) }) else { continue }
      bytes = replaced
      isChanged = true
    }
    // Whole words first: of one with a secret in it, the digits at its ends would tell the letters at its ends.
    if depth > 0, let found = replace(in: bytes, { encodedSecret(in: bytes, from: $0, depth: depth) }) {
      bytes = found
      isChanged = true
    }
    for code in codes {
      let found = replace(in: bytes) { start in
        bytes[start] == code[0] && bytes[start...].starts(with: code) ? start + code.count : nil
      }
      guard let found else { continue }
      bytes = found
      isChanged = true
    }
    return isChanged ? bytes : nil
  }

  /// The end of a word in Base64 that begins at an index and has a secret in it, however that is written there.
  private func encodedSecret(in bytes: [UInt8], from start: Int, depth: Int) -> Int? {
    guard Base64Word.isDigit(bytes[start]), start == 0 || !Base64Word.isDigit(bytes[start - 1]) else { return nil }
    let word = bytes[start...].prefix { Base64Word.isDigit($0) }
    guard word.count >= Self.shortestWord, redacted(Base64Word.bytes(of: word), depth: depth - 1) != nil else {
      return nil
    }
    return bytes[word.endIndex...].prefix(2).prefix { $0 == UInt8(ascii: "=") }.endIndex
  }

  /// The shortest word that is looked into: what is shorter cannot hold a secret in a second form.
  private static let shortestWord = 12

  /// The beginning of a text, so many characters, without secrets: they are blacked out first, since half a secret is
  /// not found.
  func excerpt(_ text: String, _ count: Int) -> String { String(redact(text).prefix(count)) }

  /// The bytes with the mark in place of everything that is found; `nil` when nothing is.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - end: where what begins at an index ends, or `nil`.
  /// - Returns: the text without it.
  private func replace(in bytes: [UInt8], _ end: (Int) -> Int?) -> [UInt8]? {
    var result: [UInt8] = []
    var (copied, index) = (0, 0)
    while index < bytes.count {
      if let end = end(index) {
        result += bytes[copied..<index]
        result += Self.mark.utf8
        (index, copied) = (end, end)
      } else {
        index += 1
      }
    }
    guard copied > 0 else { return nil }
    return result + bytes[copied...]
  }

  private func hexadecimal(_ bytes: [UInt8], upper: Bool) -> [UInt8] {
    let digits = Array((upper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
    return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  /// The digits of Base64 that depend on the secret alone, when so many bytes (modulo three) stand before it, as in
  /// `user:password`: the first and the last digits also depend on its neighbours.
  private func base64(_ secret: [UInt8], after before: Int) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let bytes = [UInt8](repeating: 0, count: before) + secret
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count - bytes.count % 3, by: 3) {
      let group = Int(bytes[start]) << 16 | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
      for shift in [18, 12, 6, 0] { result.append(alphabet[group >> shift & 63]) }
    }
    return Array(result.dropFirst(before == 0 ? 0 : before + 1))
  }
}
