/// Percent-encoding, as addresses have it (RFC 3986, 2.1).
public enum PercentEncoding {
  /// Bytes with `%` and two digits for each that does not stand for itself.
  ///
  /// - Parameters:
  ///   - bytes: the bytes.
  ///   - isLower: whether the digits are small letters, which means the same and is written less often.
  ///   - isKept: which bytes stand for themselves; by default those that do anywhere in an address.
  /// - Returns: the bytes of the encoded text.
  public static func encoded(
    _ bytes: some Sequence<UInt8>, isLower: Bool = false, keeping isKept: (UInt8) -> Bool = isUnreserved
  ) -> [UInt8] {
    let digits = Array((isLower ? "0123456789abcdef" : "0123456789ABCDEF").utf8)
    var result: [UInt8] = []
    for byte in bytes {
      if isKept(byte) {
        result.append(byte)
      } else {
        result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return result
  }

  /// A text in the same way.
  public static func encoded(_ text: String, keeping isKept: (UInt8) -> Bool = isUnreserved) -> String {
    String(decoding: encoded(text.utf8, keeping: isKept), as: UTF8.self)
  }

  /// Whether a character means only itself, anywhere in an address (RFC 3986, 2.3).
  public static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
