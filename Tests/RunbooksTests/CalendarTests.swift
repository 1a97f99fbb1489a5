import Diagnostics
import Foundation
import Quantities
import Runbooks
import Testing

/// An iCalendar file around the lines of events, or around whole events.
func calendar(_ events: String...) -> String {
  let bodies = events.map { "BEGIN:VEVENT\n\($0)\nEND:VEVENT\n" }
  return "BEGIN:VCALENDAR\nVERSION:2.0\n\(bodies.joined())END:VCALENDAR\n"
}

/// Loads a sound runbook with one calendar file.
func loadCalendar(_ text: String) -> LoadedRunbook {
  load(["runbook.yaml": runbook(top: "calendars: [ freezes.ics ]"), "freezes.ics": text])
}

extension Freeze {
  /// The starts of the occurrences in a range of days, for people.
  func starts(_ first: String, _ last: String) throws -> [String] {
    let days = (try #require(CivilDate(first)), try #require(CivilDate(last)))
    return occurrences(from: days.0, through: days.1).map(\.start.text)
  }
}

@Suite("A calendar file")
struct CalendarTests {
  private func freezes(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> [Freeze] {
    let loaded = loadCalendar(text)
    // Whom freezes concern and what is left out has tests of its own.
    let findings = loaded.findings.filter { $0.code != "G180" && $0.code != "G181" }
    #expect(findings == [], sourceLocation: sourceLocation)
    return try #require(loaded.runbook?.calendarFiles.first, sourceLocation: sourceLocation).freezes
  }

  private func freeze(_ event: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Freeze {
    try #require(freezes(calendar(event), sourceLocation: sourceLocation).first, sourceLocation: sourceLocation)
  }

  @Test("of the retail programme loads without findings", arguments: [("peak-trading", 9), ("public-holidays", 63)])
  func retail(name: String, count: Int) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../runbooks/retail-assistant/calendars/\(name).ics")
    let freezes = try freezes(String(contentsOf: file, encoding: .utf8))
    #expect(freezes.count == count)
    #expect(freezes.allSatisfy { !$0.categories.isEmpty && !$0.summary.isEmpty && $0.verbs.isEmpty })
  }

  @Test("is unfolded, at CRLF and LF, inside words too")
  func folding() throws {
    let freeze = try freeze(
      "DTSTART;VALUE=DA\r\n TE:20271224\r\nSUMMARY:Christ\r\n mas\n\t eve\r\nCATEGORIES:NL,\n BE")
    #expect(freeze.summary == "Christmas eve")
    #expect(freeze.categories.map(\.value) == ["NL", "BE"])
  }

  @Test("has escaped texts, quoted parameters and alarms")
  func texts() throws {
    let freeze = try freeze(
      """
      summary;X-A="a:b;c,d":One\\, two\\; three\\nfour \\\\n
      CATEGORIES:nl,One\\,two
      CATEGORIES: DE ,,NL
      dtstart;tzid="Europe/Amsterdam":20271224T180000
      DURATION:PT2H30M
      BEGIN:VALARM
      TRIGGER:-PT15M
      DURATION:PT5M
      END:VALARM
      X-SANDERLING-VERBS:Apply,ROLLBACK
      """)
    #expect(freeze.summary == "One, two; three\nfour \\n")
    #expect(freeze.categories.map(\.value) == ["nl", "One,two", "DE"])
    #expect(freeze.start.text == "2027-12-24 18:00 Europe/Amsterdam")
    #expect(freeze.end.text == "2027-12-24 20:30 Europe/Amsterdam")
    #expect(freeze.freezes(verb: "rollback"))
    #expect(freeze.location == SourceSpan(file: "freezes.ics", line: 3, column: 7, endColumn: 13))
  }

  @Test("has days, local, floating and UTC times; seconds never make a freeze shorter")
  func moments() throws {
    let ends = try [
      "DTSTART;VALUE=DATE:20271224", "DTSTART:20271224\nDTEND:20271226", "DTSTART:20271224\nDURATION:P1W",
      "DTSTART:20271224T090030\nDTEND:20271224T235959", "DTSTART:20271224T230000Z\nDURATION:PT90M",
    ].map { try freeze($0) }.map { "\($0.start.text) – \($0.end.text)" }
    #expect(
      ends == [
        "2027-12-24 – 2027-12-25", "2027-12-24 – 2027-12-26", "2027-12-24 – 2027-12-31",
        "2027-12-24 09:00 – 2027-12-25 00:00", "2027-12-24 23:00 UTC – 2027-12-25 00:30 UTC",
      ])
  }

  @Test("freezes `apply` and not `rollback` unless it says so")
  func verbs() throws {
    let freeze = try freeze("DTSTART:20271224")
    #expect(freeze.freezes(verb: "apply"))
    #expect(!freeze.freezes(verb: "rollback"))
    #expect(freeze.categories.map(\.value) == [])
  }

  @Test("passes over cancelled and transparent events, tasks and time zones")
  func skipped() throws {
    let text = calendar(
      "DTSTART:20271224\nSTATUS:CANCELLED", "DTSTART:20271225\nTRANSP:TRANSPARENT", "DTSTART:20271226\nTRANSP:OPAQUE"
    ).replacing(
      "VERSION:2.0\n",
      with: "BEGIN:VTIMEZONE\nTZID:Odd\nBEGIN:STANDARD\nDTSTART:16010101T000000\nEND:STANDARD\nEND:VTIMEZONE\n"
        + "BEGIN:VTODO\nDTSTART:20270101\nEND:VTODO\n")
    #expect(try freezes(text).map(\.start.text) == ["2027-12-26"])
  }

  @Test("has occurrences that another event replaces or cancels")
  func replaced() throws {
    let freezes = try freezes(
      calendar(
        "UID:a\nDTSTART;TZID=Asia/Tokyo:20270104T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4",
        "UID:a\nRECURRENCE-ID:20270111T000000Z\nDTSTART;TZID=Asia/Tokyo:20270112T100000\nDURATION:PT1H",
        "UID:a\nRECURRENCE-ID;TZID=Asia/Tokyo:20270118T090000\nDTSTART:20270118\nSTATUS:CANCELLED"))
    #expect(
      try freezes.flatMap { try $0.starts("2027-01-01", "2027-12-31") } == [
        "2027-01-04 09:00 Asia/Tokyo", "2027-01-25 09:00 Asia/Tokyo", "2027-01-12 10:00 Asia/Tokyo",
      ])
  }

  @Test("finds the occurrences that touch a day, those that began before it too")
  func touching() throws {
    let days = try freeze("DTSTART:20261228\nDTEND:20270104\nRRULE:FREQ=YEARLY")
    #expect(try days.starts("2028-01-03", "2028-01-03") == ["2027-12-28"])
    #expect(try days.starts("2028-01-04", "2028-12-27") == [])
    #expect(try days.starts("2028-01-04", "2028-01-03") == [])
    #expect(try days.starts("2020-01-01", "2026-12-28") == ["2026-12-28"])
    let night = try freeze("DTSTART:20270104T220000\nDTEND:20270105T060000\nRRULE:FREQ=DAILY;INTERVAL=2")
    #expect(try night.starts("2027-01-07", "2027-01-07") == ["2027-01-06 22:00"])
    let weeks = try freeze("DTSTART:20270104\nDURATION:P30D\nRRULE:FREQ=WEEKLY;COUNT=3")
    #expect(try weeks.starts("2027-02-16", "2027-03-01") == ["2027-01-18"])
  }

  @Test("returns at most ten thousand occurrences")
  func limit() throws {
    let freeze = try freeze("DTSTART:20000101\nRRULE:FREQ=DAILY")
    let days = (try #require(CivilDate("2000-01-01")), try #require(CivilDate("9999-12-31")))
    #expect(freeze.occurrences(from: days.0, through: days.1).count == Freeze.occurrenceLimit)
    #expect(freeze.occurrences(from: days.1, through: days.1).count == 1)
  }

  @Test("takes `UNTIL` on the clock of the event, and a day as a whole")
  func until() throws {
    for until in ["20270106T080000Z", "20270106T090000", "20270106"] {
      let freeze = try freeze(
        "DTSTART;TZID=Europe/Berlin:20270104T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=\(until)")
      #expect(try freeze.starts("2027-01-01", "2027-02-01").count == 3)
    }
  }

  @Test("chooses from the whole week, also before the start")
  func positions() throws {
    let freeze = try freeze("DTSTART:20270107\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU,TH;BYSETPOS=-1,2;COUNT=3")
    #expect(try freeze.starts("2027-01-01", "2027-02-01") == ["2027-01-07", "2027-01-12", "2027-01-14"])
  }

  @Test("joins days of the week with and without a number")
  func mixedDays() throws {
    let freeze = try freeze("DTSTART:20270104\nRRULE:FREQ=MONTHLY;BYDAY=1MO,-1FR,SU;COUNT=7")
    #expect(
      try freeze.starts("2027-01-01", "2027-02-01") == [
        "2027-01-04", "2027-01-10", "2027-01-17", "2027-01-24", "2027-01-29", "2027-01-31",
        "2027-02-01",
      ])
  }
}
