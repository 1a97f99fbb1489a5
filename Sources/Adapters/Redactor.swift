/// Blacks out secrets in everything that leaves an adapter.
public struct Redactor: Sendable {
  private var secrets: [String] = []

  /// A redactor that knows no secret.
  public init() {}

  /// What stands in place of a secret.
  public static let mark = "‹secret›"

  /// Learns a secret and the forms in which it travels: as it is, percent-encoded, in Base64, and quoted in JSON.
  ///
  /// Values shorter than four characters are not searched for: blacking out every `a` would hide everything and
  /// protect nothing.
  public mutating func learn(_ secret: String) {
    guard secret.count >= 4 else { return }
    for form in [secret, percentEncoded(secret), base64(Array(secret.utf8)), jsonEscaped(secret)] + secret.split(separator: "\n").map(String.init)
    where form.count >= 4 && !secrets.contains(form) {
      secrets.append(form)
    }
    secrets.sort { ($0.count, $0) > ($1.count, $1) }
  }

  /// Whether there is nothing to black out.
  public var isEmpty: Bool { secrets.isEmpty }

  /// The text with every known secret blacked out, the longest first.
  public func redact(_ text: String) -> String {
    var result = text
    for secret in secrets where result.contains(secret) {
      result = result.split(separator: secret, omittingEmptySubsequences: false).joined(separator: Self.mark)
    }
    return result
  }

  private func percentEncoded(_ text: String) -> String {
    let hex = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func jsonEscaped(_ text: String) -> String {
    text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
      .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
  }

  /// Base64 without the last group, whose letters depend on what follows the secret.
  private func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count - bytes.count % 3, by: 3) {
      let group = Int(bytes[start]) << 16 | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
      for shift in [18, 12, 6, 0] { result.append(alphabet[group >> shift & 63]) }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
