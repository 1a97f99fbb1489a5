internal import Quantities

/// Blacks out secrets in everything that leaves an adapter.
public struct Redactor: Sendable {
  /// The forms to look for, the longest first, so that no form hides a longer one that holds it.
  private var forms: [[UInt8]] = []

  /// A redactor that knows no secret.
  public init() {}

  /// What stands in place of a secret.
  public static let mark = Secret.mark

  /// The shortest text that is searched for, in bytes.
  private static let shortest = 4

  /// Learns a secret and the forms in which it travels: as it is, line by line, percent-encoded, in Base64 with
  /// anything before it, in hexadecimal, escaped in HTML, and quoted in JSON, with `\/` for a slash, or twice.
  ///
  /// Values shorter than four bytes are not searched for: blacking out every `a` would hide everything and protect
  /// nothing.
  public mutating func learn(_ secret: String) {
    learnWhole(secret)
    // What shows one line of it shows that in any of the forms, too.
    let lines = secret.utf8.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    if lines.count > 1 { for line in lines { learnWhole(String(decoding: Array(line), as: UTF8.self)) } }
    forms.sort { left, right in
      left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count > right.count
    }
  }

  private mutating func learnWhole(_ secret: String) {
    let bytes = Array(secret.utf8)
    guard bytes.count >= Self.shortest else { return }
    var found = [
      bytes, Array(jsonEscaped(secret).utf8), asciiEscaped(secret, upper: false), asciiEscaped(secret, upper: true),
    ]
    let quoted = jsonEscaped(secret)
    found += [
      jsonEscaped(quoted), quoted.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "\\/"),
    ].map { Array($0.utf8) }
    found += htmlEscaped(secret) + [false, true].map { hexadecimal(bytes, upper: $0) }
    for isLower in [false, true] {
      let encoded = PercentEncoding.encoded(bytes, isLower: isLower)
      let asForm = String(decoding: encoded, as: UTF8.self).split(separator: "%20", omittingEmptySubsequences: false)
      found += [encoded, Array(asForm.joined(separator: "+").utf8)]
    }
    for before in 0..<3 {
      let encoded = base64(bytes, after: before)
      let swap: [UInt8: UInt8] = [UInt8(ascii: "+"): UInt8(ascii: "-"), UInt8(ascii: "/"): UInt8(ascii: "_")]
      found += [encoded, encoded.map { swap[$0] ?? $0 }]
    }
    for form in found where form.count >= Self.shortest && !forms.contains(form) { forms.append(form) }
  }

  /// Whether there is nothing to black out.
  public var isEmpty: Bool { forms.isEmpty }

  /// The text with every known secret blacked out.
  ///
  /// It compares bytes: to Swift's characters, a secret that is followed by a combining accent is another text.
  public func redact(_ text: String) -> String {
    guard !forms.isEmpty else { return text }
    var bytes = Array(text.utf8)
    var isChanged = false
    for form in forms {
      guard let replaced = replace(form, in: bytes) else { continue }
      bytes = replaced
      isChanged = true
    }
    return isChanged ? String(decoding: bytes, as: UTF8.self) : text
  }

  /// The bytes with the mark in place of a form; `nil` when it does not occur.
  private func replace(_ form: [UInt8], in bytes: [UInt8]) -> [UInt8]? {
    var result: [UInt8] = []
    var copied = 0
    var index = 0
    while index + form.count <= bytes.count {
      if bytes[index] == form[0], bytes[index..<(index + form.count)].elementsEqual(form) {
        result += bytes[copied..<index]
        result += Self.mark.utf8
        index += form.count
        copied = index
      } else {
        index += 1
      }
    }
    guard copied > 0 else { return nil }
    return result + bytes[copied...]
  }

  /// As it stands between the quotes of a JSON text.
  private func jsonEscaped(_ text: String) -> String { String(JSON.string(text).canonicalText.dropFirst().dropLast()) }

  /// The forms of HTML and XML that differ from the text: an apostrophe has three.
  private func htmlEscaped(_ text: String) -> [[UInt8]] {
    ["&#39;", "&#x27;", "&apos;", "'"].map { apostrophe in
      var result = ""
      for character in text.unicodeScalars {
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += apostrophe
        default: result.unicodeScalars.append(character)
        }
      }
      return Array(result.utf8)
    }
  }

  private func hexadecimal(_ bytes: [UInt8], upper: Bool) -> [UInt8] {
    let digits = Array((upper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
    return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  /// The form of JSON that writes ASCII only, as Python does: each other UTF-16 unit is `\u` and four digits.
  private func asciiEscaped(_ text: String, upper: Bool) -> [UInt8] {
    var result = ""
    for unit in jsonEscaped(text).utf16 {
      if unit < 0x80 {
        result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      } else {
        let digits = String(unit, radix: 16, uppercase: upper)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return Array(result.utf8)
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
