internal import Quantities

/// The fields of an entry's envelope, found in its bytes in one pass and without making a value of anything else.
///
/// A million entries are verified in seconds because of it. What it cannot vouch for (letters beyond ASCII in a key, a
/// number with a fraction) is left to the reader of JSON.
struct EnvelopeScan {
  /// Whether the bytes are an object in canonical form, as far as a quick look can tell.
  private(set) var isCanonical = false
  private(set) var seq: Int64?
  private(set) var run: Int64?
  private(set) var epoch: Int64?
  private(set) var version: Int64?
  private(set) var cause: Int64?
  /// Texts as they stand between their quotes.
  private(set) var type: Range<Int>?
  private(set) var subject: Range<Int>?
  private(set) var at: Range<Int>?
  private(set) var plan: Range<Int>?
  private(set) var actorKind: Range<Int>?
  private(set) var actorID: Range<Int>?
  private(set) var payloadDigest: Range<Int>?
  /// Where the event's own fields are.
  private(set) var data: Range<Int>?

  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0
  private var depth = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    isCanonical = envelope() && place == bytes.count
  }

  private mutating func envelope() -> Bool {
    object { scan, key in
      let start = scan.place
      switch scan.word(key) {
      case "seq": return scan.integer(into: \.seq)
      case "run": return scan.integer(into: \.run)
      case "epoch": return scan.integer(into: \.epoch)
      case "v": return scan.integer(into: \.version)
      case "cause": return scan.integer(into: \.cause)
      case "type": return scan.text(into: \.type)
      case "subject": return scan.text(into: \.subject)
      case "at": return scan.text(into: \.at)
      case "plan": return scan.text(into: \.plan)
      case "actor": return scan.actor()
      case "payload": return scan.member("digest", into: \.payloadDigest)
      case "data":
        guard scan.value() else { return false }
        scan.data = start..<scan.place
        return true
      default: return scan.value()
      }
    }
  }

  private func word(_ range: Range<Int>) -> StaticWord {
    StaticWord(bytes: UnsafeBufferPointer(rebasing: bytes[range]))
  }

  private mutating func integer(into field: WritableKeyPath<Self, Int64?>) -> Bool {
    guard let number = integer() else { return false }
    self[keyPath: field] = number
    return true
  }

  private mutating func text(into field: WritableKeyPath<Self, Range<Int>?>) -> Bool {
    guard let range = string() else { return false }
    self[keyPath: field] = range
    return true
  }

  private mutating func actor() -> Bool {
    object { scan, key in
      if scan.word(key) ~= "kind" { return scan.text(into: \.actorKind) }
      return scan.word(key) ~= "id" ? scan.text(into: \.actorID) : scan.value()
    }
  }

  /// One member of an object; the others are passed over.
  private mutating func member(_ name: StaticString, into field: WritableKeyPath<Self, Range<Int>?>) -> Bool {
    object { scan, key in scan.word(key) ~= name ? scan.text(into: field) : scan.value() }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  /// An object; `member` takes the value behind each key.
  private mutating func object(_ member: (inout Self, Range<Int>) -> Bool) -> Bool {
    depth += 1
    defer { depth -= 1 }
    guard depth < JSON.depthLimit, take(UInt8(ascii: "{")) else { return false }
    if take(UInt8(ascii: "}")) { return true }
    var last: Range<Int>?
    while true {
      guard let key = string(), take(UInt8(ascii: ":")) else { return false }
      // Keys of ASCII letters have the same order in bytes and in the units of UTF-16.
      for byte in bytes[key] where byte >= 0x80 || byte == UInt8(ascii: "\\") { return false }
      if let last, !bytes[last].lexicographicallyPrecedes(bytes[key]) { return false }
      last = key
      guard member(&self, key) else { return false }
      if take(UInt8(ascii: "}")) { return true }
      guard take(UInt8(ascii: ",")) else { return false }
    }
  }

  private mutating func value() -> Bool {
    guard place < bytes.count else { return false }
    switch bytes[place] {
    case UInt8(ascii: "\""): return string() != nil
    case UInt8(ascii: "{"): return object { scan, _ in scan.value() }
    case UInt8(ascii: "["): return array()
    case UInt8(ascii: "t"): return literal("true")
    case UInt8(ascii: "f"): return literal("false")
    case UInt8(ascii: "n"): return literal("null")
    default: return integer() != nil
    }
  }

  private mutating func array() -> Bool {
    depth += 1
    defer { depth -= 1 }
    guard depth < JSON.depthLimit, take(UInt8(ascii: "[")) else { return false }
    if take(UInt8(ascii: "]")) { return true }
    while value() {
      if take(UInt8(ascii: "]")) { return true }
      guard take(UInt8(ascii: ",")) else { return false }
    }
    return false
  }

  private mutating func literal(_ text: StaticString) -> Bool {
    let end = place + text.utf8CodeUnitCount
    guard end <= bytes.count, word(place..<end) ~= text else { return false }
    place = end
    return true
  }

  /// A whole number as canonical JSON writes it.
  private mutating func integer() -> Int64? {
    let isNegative = take(UInt8(ascii: "-"))
    let start = place
    var number: Int64 = 0
    while place < bytes.count, bytes[place] >= UInt8(ascii: "0"), bytes[place] <= UInt8(ascii: "9") {
      number = number * 10 + Int64(bytes[place] - UInt8(ascii: "0"))
      place += 1
      guard number < 1 << 53 else { return nil }
    }
    let count = place - start
    guard count > 0, count == 1 || bytes[start] != UInt8(ascii: "0"), !isNegative || number > 0 else { return nil }
    return isNegative ? -number : number
  }

  /// A text as canonical JSON writes it: what stands between its quotes.
  private mutating func string() -> Range<Int>? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    let start = place
    var all: UInt8 = 0
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") {
        defer { place += 1 }
        guard all < 0x80 || String(validating: bytes[start..<place], as: UTF8.self) != nil else { return nil }
        return start..<place
      }
      guard byte >= 0x20 else { return nil }
      all |= byte
      place += 1
      if byte == UInt8(ascii: "\\"), !escape() { return nil }
    }
    return nil
  }

  private mutating func escape() -> Bool {
    guard place < bytes.count else { return false }
    let letter = bytes[place]
    place += 1
    if letter == UInt8(ascii: "u") {
      guard place + 4 <= bytes.count, word(place..<(place + 2)) ~= "00" else { return false }
      let (high, low) = (bytes[place + 2], bytes[place + 3])
      place += 4
      let isDigit = low >= UInt8(ascii: "0") && low <= UInt8(ascii: "9")
      let isLetter = low >= UInt8(ascii: "a") && low <= UInt8(ascii: "f")
      guard high == UInt8(ascii: "0") || high == UInt8(ascii: "1"), isDigit || isLetter else { return false }
      // Those with a letter of their own are not written in four digits.
      return high == UInt8(ascii: "1") || !"89acd".utf8.contains(low)
    }
    return "\"\\bfnrt".utf8.contains(letter)
  }
}

/// Bytes that are compared with a text of this program, in a `switch` too.
private struct StaticWord {
  let bytes: UnsafeBufferPointer<UInt8>

  static func ~= (text: StaticString, word: StaticWord) -> Bool { word ~= text }

  static func ~= (word: StaticWord, text: StaticString) -> Bool {
    text.utf8CodeUnitCount == word.bytes.count
      && word.bytes.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: word.bytes.count))
  }
}
