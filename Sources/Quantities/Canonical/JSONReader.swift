/// Why some bytes are not the JSON that was asked for.
public struct JSONError: Error, Equatable, Sendable {
  /// What is wrong, in one sentence without a full stop.
  public let message: String
  /// The byte at which it is wrong, counted from 0.
  public let offset: Int
}

extension JSON {
  /// The deepest nesting that is read; deeper text is refused instead of exhausting the stack.
  public static let depthLimit = 128

  /// Reads JSON text (RFC 8259) with two rules more: no duplicate keys, and well-formed UTF-8.
  ///
  /// - Throws: ``JSONError`` with the place of the first fault.
  public init(parsing bytes: some Collection<UInt8>) throws(JSONError) {
    var reader = JSONReader(bytes: Array(bytes))
    self = try reader.document()
  }

  /// Reads JSON that must be canonical: reading and writing it again gives the same bytes.
  ///
  /// - Throws: ``JSONError`` when it is not JSON or not canonical.
  public init(canonical bytes: some Collection<UInt8>) throws(JSONError) {
    let input = Array(bytes)
    var reader = JSONReader(bytes: input)
    self = try reader.document()
    let again = canonicalBytes
    if again != input {
      let offset = zip(again, input).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      throw JSONError(
        message: "this is JSON, but not in canonical form", offset: offset ?? min(again.count, input.count))
    }
  }
}

/// A recursive-descent reader over bytes. Keys are compared by bytes, so no two keys are merged.
private struct JSONReader {
  let bytes: [UInt8]
  var offset = 0
  var depth = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func document() throws(JSONError) -> JSON {
    skipSpace()
    let value = try self.value()
    skipSpace()
    guard offset == bytes.count else { throw fault("there is more text after the value") }
    return value
  }

  private mutating func value() throws(JSONError) -> JSON {
    guard offset < bytes.count else { throw fault("the text ends where a value should be") }
    switch bytes[offset] {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw fault("no JSON value starts like this")
    }
  }

  private mutating func object() throws(JSONError) -> JSON {
    try descend()
    defer { depth -= 1 }
    var object = JSONObject()
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(object) }
    while true {
      skipSpace()
      guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { throw fault("a key must stand here") }
      let start = offset
      let key = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw fault("`:` must stand here") }
      skipSpace()
      let value = try self.value()
      guard object.insert(key, value) else {
        throw JSONError(message: "the key `\(key)` stands here for the second time", offset: start)
      }
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(object) }
      guard take(UInt8(ascii: ",")) else { throw fault("`,` or `}` must stand here") }
    }
  }

  private mutating func array() throws(JSONError) -> JSON {
    try descend()
    defer { depth -= 1 }
    var elements: [JSON] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      skipSpace()
      elements.append(try value())
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      guard take(UInt8(ascii: ",")) else { throw fault("`,` or `]` must stand here") }
    }
  }

  private mutating func descend() throws(JSONError) {
    depth += 1
    guard depth <= JSON.depthLimit else { throw fault("the text is nested deeper than \(JSON.depthLimit) levels") }
    offset += 1
  }

  private mutating func string() throws(JSONError) -> String {
    let start = offset
    offset += 1
    let plain = offset
    var all: UInt8 = 0
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\""), bytes[offset] != UInt8(ascii: "\\"),
      bytes[offset] >= 0x20
    {
      all |= bytes[offset]
      offset += 1
    }
    // Most texts are plain, and need no second look.
    if all < 0x80, offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") {
      offset += 1
      return String(decoding: bytes[plain..<(offset - 1)], as: UTF8.self)
    }
    var text = Array(bytes[plain..<min(offset, bytes.count)])
    while true {
      guard offset < bytes.count else { throw JSONError(message: "this string does not end", offset: start) }
      let byte = bytes[offset]
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let result = String(validating: text, as: UTF8.self) else {
          throw JSONError(message: "this string is not UTF-8", offset: start)
        }
        return result
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw JSONError(message: "a control character must be escaped", offset: offset - 1)
      default: text.append(byte)
      }
    }
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
    guard offset < bytes.count else { throw fault("the text ends inside an escape") }
    let letter = bytes[offset]
    offset += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = try codeUnit()
      if (0xD800..<0xDC00).contains(code) {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw fault("half a surrogate pair") }
        let low = try codeUnit()
        guard (0xDC00..<0xE000).contains(low) else { throw fault("half a surrogate pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw fault("half a surrogate pair") }
      text.append(contentsOf: String(Character(scalar)).utf8)
    default: throw JSONError(message: "JSON has no such escape", offset: offset - 1)
    }
  }

  private mutating func codeUnit() throws(JSONError) -> UInt32 {
    // The radix initialiser would take a sign.
    guard offset + 4 <= bytes.count, bytes[offset] != UInt8(ascii: "+"), bytes[offset] != UInt8(ascii: "-"),
      let code = UInt32(String(decoding: bytes[offset..<(offset + 4)], as: UTF8.self), radix: 16)
    else { throw fault("four hexadecimal digits must stand here") }
    offset += 4
    return code
  }

  private mutating func number() throws(JSONError) -> JSON {
    let start = offset
    _ = take(UInt8(ascii: "-"))
    let whole = digits()
    guard whole == 1 || (whole > 1 && bytes[offset - whole] != UInt8(ascii: "0")) else {
      throw JSONError(message: "this is not a JSON number", offset: start)
    }
    var exact = true
    if take(UInt8(ascii: ".")) {
      exact = false
      guard digits() > 0 else { throw fault("a digit must stand here") }
    }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      exact = false
      offset += 1
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard digits() > 0 else { throw fault("a digit must stand here") }
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if exact, let value = Int64(text), value.magnitude <= 1 << 53 - 1 { return .integer(value) }
    return .decimal(text)
  }

  private mutating func digits() -> Int {
    let start = offset
    while offset < bytes.count, bytes[offset] >= UInt8(ascii: "0"), bytes[offset] <= UInt8(ascii: "9") { offset += 1 }
    return offset - start
  }

  private mutating func word(_ text: String, _ value: JSON) throws(JSONError) -> JSON {
    guard bytes[offset...].starts(with: text.utf8) else { throw fault("no JSON value starts like this") }
    offset += text.utf8.count
    return value
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  private mutating func skipSpace() {
    while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
  }

  private func fault(_ message: String) -> JSONError { JSONError(message: message, offset: offset) }
}
