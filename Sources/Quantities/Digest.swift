internal import CCrypto

/// A SHA-256 digest: 32 bytes.
public struct Digest: Hashable, Sendable, Comparable {
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// What computes it, and its version.
  public static var library: String { String(cString: OpenSSL_version(OPENSSL_VERSION)) }

  public init(of bytes: some Collection<UInt8>) {
    let hashed =
      bytes.withContiguousStorageIfAvailable { Self.hash(UnsafeRawBufferPointer($0)) }
      ?? Array(bytes).withUnsafeBytes { Self.hash($0) }
    words = hashed
  }

  /// The digest of one byte and two digests, as trees hash what is below a node; it allocates nothing.
  public init(of first: UInt8, _ left: Digest, _ right: Digest) {
    words = withUnsafeTemporaryAllocation(byteCount: 65, alignment: 1) { buffer in
      buffer[0] = first
      withUnsafeBytes(of: left.words) { left in
        withUnsafeBytes(of: right.words) { right in
          for place in 0..<32 { (buffer[1 + place], buffer[33 + place]) = (left[place], right[place]) }
        }
      }
      return Self.hash(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Takes 32 bytes that are a digest already; `nil` for any other count.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 32 else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    self.words = words
  }

  /// Reads 64 lower-case hexadecimal digits.
  public init?(hex: String) {
    let digits = Array(hex.utf8)
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: 64, by: 2) {
      guard let high = nibble(digits[index]), let low = nibble(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    self.init(bytes: bytes)
  }

  /// The 32 bytes.
  public var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { hexadecimal(bytes) }

  /// The first eight bytes as a number, for orders that must look random and be the same everywhere.
  public var leadingNumber: UInt64 { UInt64(bigEndian: words.0) }

  /// Twelve digits in groups of four, for people to compare: `7f3a·91c2·04de`.
  public var short: String {
    let digits = Array(hex)
    return [0, 4, 8].map { String(digits[$0..<($0 + 4)]) }.joined(separator: "·")
  }

  /// Whether all 32 bytes are the same.
  public static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

  /// Feeds the leading bytes: a digest is spread evenly already.
  public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

  public static func < (left: Digest, right: Digest) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }

  private static func hash(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64, UInt64, UInt64) {
    var result: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &result) { output in
      sha256_of(
        bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, output.bindMemory(to: UInt8.self).baseAddress)
    }
    return result
  }
}

/// The bytes that small hexadecimal digits stand for; `nil` for anything else.
public func bytes(hexadecimal digits: some Collection<UInt8>) -> [UInt8]? {
  guard digits.count.isMultiple(of: 2) else { return nil }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(digits.count / 2)
  var high: UInt8?
  for digit in digits {
    guard let value = nibble(digit) else { return nil }
    if let first = high { bytes.append(first << 4 | value) }
    high = high == nil ? value : nil
  }
  return bytes
}

/// Lower-case hexadecimal digits of some bytes.
public func hexadecimal(_ bytes: some Collection<UInt8>) -> String {
  String(unsafeUninitializedCapacity: bytes.count * 2) { digits in
    var place = 0
    for byte in bytes {
      digits[place] = digit(byte >> 4)
      digits[place + 1] = digit(byte & 15)
      place += 2
    }
    return place
  }
}

private func digit(_ nibble: UInt8) -> UInt8 {
  nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
}

private func nibble(_ digit: UInt8) -> UInt8? {
  switch digit {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
  default: nil
  }
}
