import Quantities
import Screens
import Testing

/// Times as people write them.
@Suite("A written time")
struct WrittenTimeTests {
  /// Two hours ahead of UTC until an instant, one hour from then on.
  private static func autumn(_ instant: Instant) -> Int {
    instant < Instant("2027-10-31T01:00:00.000Z") ?? Instant(milliseconds: 0) ? 7_200 : 3_600
  }

  private func read(_ text: String, now: String = "2027-11-01T12:00:00.000Z") throws -> String? {
    WrittenTime.instant(text, now: try #require(Instant(now)), offset: Self.autumn)?.text
  }

  @Test(
    "has an instant",
    arguments: [
      ("2027-02-15", "2027-02-14T22:00:00.000Z"), ("2027-02-15 21:30", "2027-02-15T19:30:00.000Z"),
      ("2027-02-15T21:30:05", "2027-02-15T19:30:05.000Z"), ("2027-02-15T21:30:05.25Z", "2027-02-15T21:30:05.250Z"),
      ("2027-02-15T21:30:00.000Z", "2027-02-15T21:30:00.000Z"), ("2027-02-15 21:30+05:30", "2027-02-15T16:00:00.000Z"),
      ("2027-02-15T21:30-0100", "2027-02-15T22:30:00.000Z"), ("90m", "2027-11-01T10:30:00.000Z"),
      ("1d12h", "2027-10-31T00:00:00.000Z"), ("12:59", "2027-11-01T11:59:00.000Z"),
      ("13:01", "2027-10-31T12:01:00.000Z"), ("1 Nov 09:00", "2027-11-01T08:00:00.000Z"),
      ("2 Nov 09:00", "2026-11-02T07:00:00.000Z"), ("15 Feb", "2027-02-14T22:00:00.000Z"),
      ("15 Feb 2025 21:00", "2025-02-15T19:00:00.000Z"), ("2027-10-31 02:30", "2027-10-31T00:30:00.000Z"),
    ])
  func instants(text: String, instant: String) throws { #expect(try read(text) == instant) }

  @Test(
    "is none",
    arguments: [
      "", "yesterday", "24:00", "12:60", "2027-02-30", "2027-02-15T", "2027-02-15 9:00", "2027-02-15 21:00+1",
      "32 Jan", "15 Fab", "1h ago", "2027-02-15 21:00 22:00", "21:00Z",
    ])
  func none(text: String) throws { #expect(try read(text) == nil) }
}
