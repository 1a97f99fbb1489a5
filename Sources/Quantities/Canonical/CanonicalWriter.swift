/// Writes canonical JSON (RFC 8785) as a stream, so that a plan for a million targets needs no tree of values.
///
/// The caller writes object keys in canonical order; an assertion checks that in debug builds.
public struct CanonicalWriter: Sendable {
  /// What was written so far, UTF-8.
  public private(set) var bytes: [UInt8] = []
  private var first: [Bool] = [true]
  #if DEBUG
    private var lastKey: [String?] = [nil]
  #endif

  /// Makes a writer with room for so many bytes.
  public init(capacity: Int = 256) {
    bytes.reserveCapacity(capacity)
  }

  /// Writes an object whose members `body` writes.
  public mutating func object(_ body: (inout CanonicalWriter) -> Void) {
    separate()
    nest(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
  }

  /// Writes an array whose elements `body` writes.
  public mutating func array(_ body: (inout CanonicalWriter) -> Void) {
    separate()
    nest(UInt8(ascii: "["), UInt8(ascii: "]"), body)
  }

  /// Writes a key; exactly one value must follow.
  public mutating func key(_ key: String) {
    #if DEBUG
      if let last = lastKey[lastKey.count - 1] {
        assert(canonicallyPrecedes(last, key), "`\(key)` must not follow `\(last)` in canonical JSON")
      }
      lastKey[lastKey.count - 1] = key
    #endif
    separate()
    quote(key)
    bytes.append(UInt8(ascii: ":"))
    first[first.count - 1] = true
  }

  /// Writes a member with a string.
  public mutating func member(_ name: String, _ value: String) {
    key(name)
    string(value)
  }

  /// Writes a member with an integer.
  public mutating func member(_ name: String, _ value: some BinaryInteger) {
    key(name)
    integer(Int64(value))
  }

  /// Writes a member with a boolean.
  public mutating func member(_ name: String, _ value: Bool) {
    key(name)
    bool(value)
  }

  /// Writes a member with any value.
  public mutating func member(_ name: String, _ value: JSON) {
    key(name)
    self.value(value)
  }

  /// Writes a member when there is a value, and nothing otherwise.
  public mutating func member(_ name: String, ifPresent value: String?) {
    if let value { member(name, value) }
  }

  /// Writes a member when there is a value, and nothing otherwise.
  public mutating func member(_ name: String, ifPresent value: (some BinaryInteger)?) {
    if let value { member(name, value) }
  }

  /// Writes a string value.
  public mutating func string(_ value: String) {
    separate()
    quote(value)
  }

  /// Writes an integer value.
  public mutating func integer(_ value: Int64) {
    separate()
    appendDecimal(value)
  }

  /// Writes a boolean value.
  public mutating func bool(_ value: Bool) {
    separate()
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  /// Writes any value.
  public mutating func value(_ value: JSON) {
    switch value {
    case .null:
      separate()
      bytes.append(contentsOf: "null".utf8)
    case .bool(let flag): bool(flag)
    case .integer(let number): integer(number)
    case .decimal(let text):
      separate()
      bytes.append(contentsOf: text.utf8)
    case .string(let text): string(text)
    case .array(let elements): array { for element in elements { $0.value(element) } }
    case .object(let object):
      self.object { for (key, value) in object.members { $0.member(key, value) } }
    }
  }

  /// Writes a value that is canonical JSON already.
  public mutating func raw(_ canonical: some Sequence<UInt8>) {
    separate()
    bytes.append(contentsOf: canonical)
  }

  private mutating func nest(_ open: UInt8, _ close: UInt8, _ body: (inout CanonicalWriter) -> Void) {
    bytes.append(open)
    first.append(true)
    #if DEBUG
      lastKey.append(nil)
    #endif
    body(&self)
    first.removeLast()
    #if DEBUG
      lastKey.removeLast()
    #endif
    bytes.append(close)
  }

  private mutating func separate() {
    if first[first.count - 1] { first[first.count - 1] = false } else { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func appendDecimal(_ value: Int64) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var left = bytes.count
    var rest = value.magnitude
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    // The digits came last first.
    var right = bytes.count - 1
    while left < right {
      bytes.swapAt(left, right)
      left += 1
      right -= 1
    }
  }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    // Nearly every text of a record needs no escape, and its bytes are copied as they lie.
    let isCopied = text.utf8.withContiguousStorageIfAvailable { plain in
      for byte in plain where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
      bytes.append(contentsOf: plain)
      return true
    }
    if isCopied == true {
      bytes.append(UInt8(ascii: "\""))
      return
    }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x08: escape("b")
      case 0x09: escape("t")
      case 0x0A: escape("n")
      case 0x0C: escape("f")
      case 0x0D: escape("r")
      case 0x00..<0x20:
        escape("u")
        bytes.append(contentsOf: "00".utf8)
        bytes.append(contentsOf: hexadecimal(CollectionOfOne(byte)).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ letter: Unicode.Scalar) {
    bytes.append(UInt8(ascii: "\\"))
    bytes.append(UInt8(ascii: letter))
  }
}
