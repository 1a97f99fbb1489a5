import Testing

@testable import Quantities

@Suite("Canonical JSON")
struct CanonicalJSONTests {
  @Test("orders keys by UTF-16 code units, as RFC 8785 asks")
  func order() {
    let value = JSON.dictionary([("\u{FB33}", .integer(1)), ("\u{1F600}", .integer(2)), ("a", .null)])
    #expect(value.canonicalText == "{\"a\":null,\"\u{1F600}\":2,\"\u{FB33}\":1}")
  }

  @Test("escapes only what must be escaped")
  func escapes() {
    #expect(JSON.string("/\"\\\u{08}\t\n\u{0C}\r\u{01}é").canonicalText == "\"/\\\"\\\\\\b\\t\\n\\f\\r\\u0001é\"")
  }

  @Test(
    "refuses what is not strict JSON",
    arguments: [
      "{\"k\":1,\"k\":2}", "[1,]", "{\"a\":1,}", "01", "1.", "+1", "nul", "\"\\x\"", "\"\u{01}\"", "[1] 2", "", "{a:1}",
      "\"\\ud800\"", "1e", "--1",
    ])
  func refusals(text: String) {
    #expect(throws: JSONError.self) { try JSON(parsing: text.utf8) }
  }

  @Test("keeps keys apart that are only canonically equivalent")
  func equivalentKeys() throws {
    let value = try JSON(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}".utf8)
    #expect(value.members.count == 2)
  }

  @Test("says where other JSON differs from the canonical form")
  func canonicalOnly() {
    #expect(throws: JSONError(message: "this is JSON, but not in canonical form", offset: 5)) {
      try JSON(canonical: "{\"a\": 1}".utf8)
    }
  }

  @Test("stops at a nesting that would exhaust the stack")
  func depth() {
    #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "[", count: 100_000).utf8) }
  }

  @Test("reads back what it wrote", arguments: 0..<200)
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let value = random.value(depth: 4)
    #expect(try JSON(canonical: value.canonicalBytes) == value)
  }

  @Test("reads any bytes without a trap", arguments: 0..<200)
  func garbage(seed: UInt64) {
    var random = SplitMix(state: seed)
    let alphabet = Array("{}[]\",:0123456789.eE+-truefalsn\\u d8\u{1}".utf8)
    let bytes = (0..<40).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
    _ = try? JSON(parsing: bytes)
  }
}

/// A small generator, so that a failing case can be made again from its number.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func value(depth: Int) -> JSON {
    switch next() % (depth > 0 ? 6 : 4) {
    case 0: .null
    case 1: .bool(next() % 2 == 0)
    case 2: .integer(Int64(truncatingIfNeeded: next() >> 12) * (next() % 2 == 0 ? 1 : -1))
    case 3: .string(text())
    case 4: .array((0..<(next() % 4)).map { _ in value(depth: depth - 1) })
    default: .dictionary((0..<(next() % 4)).map { _ in (text(), value(depth: depth - 1)) })
    }
  }

  mutating func text() -> String {
    let letters: [Unicode.Scalar] = ["a", "Z", "\"", "\\", "\n", "\u{1}", "é", "\u{301}", "\u{FB33}", "\u{1F600}", "/"]
    return String(String.UnicodeScalarView((0..<(next() % 6)).map { _ in letters[Int(next() % 11)] }))
  }
}
