import Diagnostics
import Testing

@testable import Plans

@Suite("A calendar that ends before the plan does")
struct CalendarEndsTests {
  /// What is found of a plan of March and April 2027, two stores a week.
  private func messages(_ events: [[String]], starts: String = "2027-03-01") throws -> [String] {
    let lines =
      ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"]
      + events.enumerated().flatMap { number, event in
        ["BEGIN:VEVENT", "UID:\(number)@test", "DTSTAMP:20260101T000000Z"] + event + ["END:VEVENT"]
      } + ["END:VCALENDAR", ""]
    let (plan, findings) = try planned(
      """
      sanderling: 1
      runbook: test
      starts: \(starts)
      zone: Europe/Lisbon
      inventories: { stores: stores.csv }
      calendars: [days.ics]
      phases:
        - id: one
          stages:
            - id: s
              targets: stores
              waves: { pace: 2 per week }
              steps: [ { id: a, uses: noop, undo: none } ]
      """, files: ["book/stores.csv": stores(16), "book/days.ics": lines.joined(separator: "\r\n")])
    #expect(plan != nil)
    return findings.filter { $0.code == "G329" }.map(\.message)
  }

  private func event(_ first: String, _ next: String, _ more: String...) -> [String] {
    ["DTSTART;VALUE=DATE:\(first)", "DTEND;VALUE=DATE:\(next)", "SUMMARY:days"] + more
  }

  @Test("is one of last year, and none that has something later, or that comes back for ever")
  func over() throws {
    let old = event("20250101", "20250105")
    #expect(
      try messages([old])
        == ["the calendar `days.ics` freezes nothing after 2025-01-04, and the plan starts on 2027-03-01"])
    // The last day of the year is no first day of the next one.
    #expect(try messages([event("20261220", "20270101")], starts: "2027-01-01").count == 1)
    #expect(try messages([event("20261220", "20270102")], starts: "2027-01-01").isEmpty)
    #expect(try messages([old, event("20270310", "20270311")]).isEmpty)
    #expect(try messages([event("20250101", "20250105", "RRULE:FREQ=YEARLY")]).isEmpty)
    #expect(try messages([event("20250101", "20250105", "RRULE:FREQ=YEARLY;COUNT=2")]).count == 1)
    #expect(try messages([event("20250101", "20250105", "RDATE;VALUE=DATE:20270601")]).isEmpty)
  }

  @Test("is one with a freeze that comes back until the middle of the plan, each calendar once")
  func series() throws {
    let weekly = event("20270306", "20270308", "RRULE:FREQ=WEEKLY;UNTIL=20270401")
    #expect(
      try messages([weekly, weekly])
        == [
          "the freeze `days` comes back until 2027-03-28 alone, and the plan goes on until 2027-04-19, "
            + "as 1 more of this calendar"
        ])
    #expect(try messages([event("20270306", "20270308", "RRULE:FREQ=WEEKLY;COUNT=30")]).isEmpty)
    // One that is over before does not concern it.
    #expect(try messages([event("20270102", "20270104", "RRULE:FREQ=WEEKLY;COUNT=2"), weekly]).count == 1)
  }
}
