import Foundation
import Quantities
import Testing

@testable import Auditing

/// The quick look at an entry against the reader of JSON.
@Suite("The scan of an envelope")
struct EnvelopeTests {
  private static let entry =
    #"{"actor":{"auth":"os","id":"p_1","kind":"person"},"at":"2027-02-15T22:41:07.120Z","boot":"b","cause":3,"data":{"a":[1,-2,true,null,"x\"\u001f\n"],"b":{}},"epoch":3,"mono_ms":8,"payload":{"digest":"00","size":38},"plan":"7f","run":12,"seq":18442,"subject":"full/æ/4","type":"command_received","v":1}"#

  private static func scan(_ bytes: [UInt8]) -> (Bool, [Int64?], [String?]) {
    bytes.withUnsafeBufferPointer { buffer in
      let scan = EnvelopeScan(buffer)
      let texts = [scan.type, scan.subject, scan.at, scan.plan, scan.actorKind, scan.payloadDigest, scan.data]
      return (
        scan.isCanonical, [scan.seq, scan.run, scan.epoch, scan.version, scan.cause],
        texts.map { $0.map { String(decoding: buffer[$0], as: UTF8.self) } }
      )
    }
  }

  @Test("finds the fields")
  func fields() {
    let (isCanonical, numbers, texts) = Self.scan(Array(Self.entry.utf8))
    #expect(isCanonical && numbers == [18_442, 12, 3, 1, 3])
    #expect(
      texts == [
        "command_received", "full/æ/4", "2027-02-15T22:41:07.120Z", "7f", "person", "00",
        #"{"a":[1,-2,true,null,"x\"\u001f\n"],"b":{}}"#,
      ])
  }

  @Test("calls nothing canonical that the reader of JSON does not, after every change of a byte")
  func agrees() {
    let bytes = Array(Self.entry.utf8)
    for place in bytes.indices {
      for change: UInt8 in [1, 2, 0x10, 0x20, 0x80] {
        var changed = bytes
        changed[place] ^= change
        if Self.scan(changed).0 {
          #expect((try? JSON(canonical: changed)) != nil, "\(String(decoding: changed, as: UTF8.self))")
        }
      }
      #expect(!Self.scan(Array(bytes.prefix(place))).0)
    }
  }

  @Test(
    "calls these not canonical",
    arguments: [
      "", "{", "[]", "1", #"{"b":1,"a":2}"#, #"{"a":1,"a":2}"#, #"{"a":01}"#, #"{"a":-0}"#, #"{"a": 1}"#, #"{"a":1.5}"#,
      #"{"a":9007199254740992}"#, #"{"a":"\/"}"#, #"{"a":"\u0041"}"#, #"{"a":"\u000a"}"#, #"{"a":1}x"#,
      "{\"a\":\"\u{1}\"}",
      #"{"a":tru}"#, #"{"a":[1,]}"#, #"{"a":{"b":1,}}"#, #"{"a":99999999999999999999999999}"#,
    ])
  func strange(text: String) { #expect(!Self.scan(Array(text.utf8)).0) }

  @Test("does not run out of stack")
  func deep() {
    let text = "{\"a\":" + String(repeating: "[", count: 100_000)
    #expect(!Self.scan(Array(text.utf8)).0)
  }
}
