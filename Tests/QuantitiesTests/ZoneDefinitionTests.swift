import Foundation
import Quantities
import Testing

@Suite("A zone that a calendar describes")
struct ZoneDefinitionTests {
  private func rule(_ ordinal: Int, month: Int) -> Recurrence {
    Recurrence(frequency: .yearly, weekdays: [.init(ordinal: ordinal, day: 7)], months: [month])
  }

  @Test("has the offsets of the zone that it describes, in every hour of eleven years")
  func sameAsDatabase() throws {
    let first = try #require(CivilDate("1601-01-01"))
    let berlin = ZoneDefinition(
      name: "x",
      observances: [
        .init(date: first, minutes: 180, before: 7_200, after: 3_600, rule: rule(-1, month: 10)),
        .init(date: first, minutes: 120, before: 3_600, after: 7_200, rule: rule(-1, month: 3)),
      ])
    let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
    let start = Instant(utcMidnight: try #require(CivilDate("2020-01-01")))
    let end = start + Span(milliseconds: 11 * 365 * 86_400_000)
    let (initial, changes) = berlin.offsets(from: start, through: end)
    var (offset, next) = (initial, 0)
    for hour in 0..<Int64(11 * 365 * 24) {
      let instant = start + Span(milliseconds: hour * 3_600_000)
      while next < changes.count, changes[next].time <= instant {
        offset = changes[next].offset
        next += 1
      }
      let expected = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000))
      guard offset == expected else {
        Issue.record("\(instant.text): \(offset), not \(expected)")
        return
      }
    }
    #expect(changes.count == 22)
    #expect(berlin.offset(at: start) == 3_600)
  }

  @Test("keeps the offset of a rule that has ended, and has the one before the first change before it")
  func ended() throws {
    let date = try #require(CivilDate("1990-03-25"))
    var ending = rule(-1, month: 3)
    ending.until = CivilDate("1995-12-31")
    let zone = ZoneDefinition(
      name: "x",
      observances: [.init(date: date, minutes: 120, before: -3_600, after: 5_400, rule: ending)])
    let at = { (text: String) in zone.offset(at: try #require(Instant("\(text)T00:00:00.000Z"))) }
    #expect(try at("1980-01-01") == -3_600)
    #expect(try at("1992-01-01") == 5_400)
    #expect(try at("2900-01-01") == 5_400)
    #expect(ZoneDefinition(name: "x", observances: []).offset(at: Instant(milliseconds: 0)) == 0)
  }
}
