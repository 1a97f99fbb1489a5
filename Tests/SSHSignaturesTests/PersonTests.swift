import Foundation
import Quantities
import Testing

@testable import SSHSignatures

/// What a person with several names and keys is told.
@Suite("A person's keys", .enabled(if: Workshop.isThere, "there is no ssh-keygen on this machine"))
struct PersonTests {
  private let now = Instant("2027-06-01T12:00:00.000Z") ?? Instant(milliseconds: 0)

  private func objection(_ lines: String, to names: [String], key: PresentedKey) throws -> String? {
    let trust = Trust(allowedSigners: Array(lines.utf8), revoked: nil) { $0 }
    do throws(SSHProblem) {
      try trust.admit(key, asOneOf: names, besides: [], for: Trust.namespace, at: now)
      return nil
    } catch {
      return error.message
    }
  }

  @Test("that ran out is said to have run out, under whichever of their names it stands")
  func expired() throws {
    let shop = try Workshop()
    defer { shop.close() }
    try shop.makeKey("mira")
    try shop.makeKey("other")
    let line = try shop.text("mira.pub")
    let key = try PresentedKey(line: Array(line.utf8)[...])
    let other = "late@example.com \(try shop.text("other.pub"))"
    let old = "early@example.com valid-before=\"20270101Z\" \(line)"
    for names in [["early@example.com", "late@example.com"], ["late@example.com", "early@example.com"]] {
      #expect(try objection(old + other, to: names, key: key) == "the key has expired (line 1)", "\(names)")
      // One that counts under the other name counts.
      #expect(try objection("\(old)late@example.com \(line)", to: names, key: key) == nil, "\(names)")
    }
    let strange = try #require(try objection(other, to: ["late@example.com"], key: key))
    #expect(strange.contains("is not one of late@example.com"))
  }

  @Test("count from a time and until a time, for the purpose of approvals alone")
  func times() throws {
    let shop = try Workshop()
    defer { shop.close() }
    try shop.makeKey("mira")
    let line = try shop.text("mira.pub")
    let lines = """
      a@example.com valid-after="20270101Z",valid-before="20270630Z" \(line)
      b@example.com \(line)
      c@example.com namespaces="git" \(line)
      """
    let trust = Trust(allowedSigners: Array(lines.utf8), revoked: nil) { $0 }
    let time = try #require(trust.times(of: ["a@example.com"]).first)
    #expect(time.from?.text == "2027-01-01T00:00:00.000Z" && time.until?.text == "2027-06-30T00:00:00.000Z")
    #expect(time.counts(from: now, to: now))
    let (first, last) = (try #require(time.from), try #require(time.until))
    #expect(time.counts(from: last, to: last) && !time.counts(from: last + Span(milliseconds: 1), to: .distant))
    #expect(time.counts(from: first, to: first) && !time.counts(from: now, to: first + Span(milliseconds: -1)))
    #expect(trust.times(of: ["b@example.com"]) == [KeyTime(from: nil, until: nil)])
    #expect(trust.times(of: ["c@example.com"]).isEmpty && trust.times(of: ["d@example.com"]).isEmpty)
    let revoked = Trust(allowedSigners: Array(lines.utf8), revoked: Array(line.utf8)) { $0 }
    #expect(revoked.times(of: ["a@example.com", "b@example.com"]).isEmpty)
  }
}

extension Instant {
  fileprivate static let distant = Instant(milliseconds: 253_402_300_799_000)
}
