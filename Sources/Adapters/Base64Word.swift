internal import Quantities

/// A word that may be Base64, read as leniently as any reader would: either alphabet, with padding or without.
enum Base64Word {
  /// Whether a byte is a digit of Base64, as mails or as addresses write it.
  static func isDigit(_ byte: UInt8) -> Bool { value(byte) != nil }

  private static func value(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "-"): 62
    case UInt8(ascii: "_"): 63
    default: Base64.value(ofDigit: byte)
    }
  }

  /// What the digits of a word stand for; bits that are no whole byte are left out.
  static func bytes(of word: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(word.count * 3 / 4)
    var (bits, count): (UInt32, Int) = (0, 0)
    for digit in word {
      bits = bits << 6 | (value(digit) ?? 0)
      count += 6
      if count >= 8 {
        count -= 8
        result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return result
  }
}
