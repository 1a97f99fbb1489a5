import Diagnostics
import Quantities
import Runbooks
import Testing

/// What programs write into calendar files, and RFC 5545 and 5546 allow.
@Suite("A calendar file of another program")
struct CalendarReadingTests {
  /// Loads a sound runbook with one calendar file, whose bytes need not be UTF-8.
  private func read(
    _ text: String, calendars: String = "[ freezes.ics ]", bytes: (([UInt8]) -> [UInt8])? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> (freezes: [Freeze], findings: [Finding]) {
    let stores = "{ id: a, country: NL, region: eu }, { id: b, country: US, region: us }"
    let top = runbook(top: "calendars: \(calendars)", stores: stores)
    let loaded = RunbookFile.load(
      path: "runbook.yaml", adapters: adapters, environment: nil,
      reading: { name in
        guard name == "freezes.ics" else { return Array(top.utf8) }
        return bytes?(Array(text.utf8)) ?? Array(text.utf8)
      }, listing: { _ in [] })
    let calendar = try #require(
      loaded.runbook?.calendarFiles.first, "\(loaded.findings)", sourceLocation: sourceLocation)
    return (calendar.freezes, loaded.findings)
  }

  private func spans(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> [String] {
    let (freezes, findings) = try read(text, sourceLocation: sourceLocation)
    #expect(findings == [], sourceLocation: sourceLocation)
    let days = (try #require(CivilDate("2026-01-01")), try #require(CivilDate("2029-12-31")))
    return freezes.flatMap { $0.occurrences(from: days.0, through: days.1) }
      .map { "\($0.start.text) – \($0.end.text)" }
  }

  @Test("may be folded in the middle of a letter, and end its lines with CR, LF or both")
  func lines() throws {
    let text = calendar("DTSTART:20271224\nSUMMARY:Caf\u{1}é und Käse\n mit Brot\nCATEGORIES:NL")
    for end in ["\n", "\r\n", "\r"] {
      let (freezes, findings) = try read(text) { bytes in
        // `é` is two bytes, and the fold stands between them.
        let mark = bytes.firstIndex(of: 1) ?? 0
        let folded = bytes[..<mark] + [bytes[mark + 1], 0x0A, 0x20] + bytes[(mark + 2)...]
        return folded.flatMap { $0 == 0x0A ? Array(end.utf8) : [$0] }
      }
      #expect(findings == [])
      #expect(freezes.map(\.summary) == ["Café und Käsemit Brot"])
      #expect(freezes.first?.location.line == 3)
    }
  }

  @Test("that is not UTF-8 is found, with the line")
  func notUTF8() throws {
    let top = runbook(top: "calendars: [ freezes.ics ]")
    let loaded = RunbookFile.load(
      path: "runbook.yaml", adapters: adapters, environment: nil,
      reading: { $0 == "freezes.ics" ? Array("BEGIN:VCALENDAR\nX:".utf8) + [0xE9, 0x0A] : Array(top.utf8) },
      listing: { _ in [] })
    #expect(loaded.findings.contains { $0.code == "G136" && $0.location.line == 2 }, "\(loaded.findings)")
  }

  @Test(
    "has the lengths and days that it says",
    arguments: [
      ("DTSTART:20271224T100000Z\nDURATION:+PT2H", ["2027-12-24 10:00 UTC – 2027-12-24 12:00 UTC"]),
      ("DTSTART:20271224T100000Z\nDURATION:P1DT", ["2027-12-24 10:00 UTC – 2027-12-25 10:00 UTC"]),
      (
        "DTSTART;TZID=Europe/Lisbon:20271224T100000\nDTEND;TZID=Europe/Amsterdam:20271224T120000",
        ["2027-12-24 10:00 Europe/Lisbon – 2027-12-24 11:00 Europe/Lisbon"]
      ),
      (
        "DTSTART;TZID=Europe/Lisbon:20271224T100000\nDTEND:20271224T120000Z",
        ["2027-12-24 10:00 Europe/Lisbon – 2027-12-24 12:00 Europe/Lisbon"]
      ),
      (
        "DTSTART:20271224T100000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20271225T100000Z/PT3H,"
          + "20271226T100000Z/20271226T113000Z",
        [
          "2027-12-24 10:00 UTC – 2027-12-24 11:00 UTC", "2027-12-25 10:00 UTC – 2027-12-25 13:00 UTC",
          "2027-12-26 10:00 UTC – 2027-12-26 11:30 UTC",
        ]
      ),
      (
        "DTSTART:20271224T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20271225",
        ["2027-12-24 10:00 UTC – 2027-12-24 11:00 UTC", "2027-12-26 10:00 UTC – 2027-12-26 11:00 UTC"]
      ),
      (
        "DTSTART:20271224T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\n"
          + "EXDATE;TZID=Europe/Amsterdam:20271224T110000",
        ["2027-12-25 10:00 UTC – 2027-12-25 11:00 UTC"]
      ),
    ])
  func extents(event: String, expected: [String]) throws {
    #expect(try spans(calendar(event)) == expected)
  }

  @Test(
    "says the time zone by a name that Windows has, one that it describes, one with a prefix, or for all at once",
    arguments: [
      ("TZID=W. Europe Standard Time", "", "Europe/Berlin"),
      ("TZID=\"Pacific Standard Time\"", "", "America/Los_Angeles"),
      ("TZID=/example.org/20070129_1/Europe/Berlin", "", "Europe/Berlin"),
      ("TZID=/a/America/Argentina/Buenos_Aires", "", "America/Argentina/Buenos_Aires"),
      ("X-A=b", "X-WR-TIMEZONE:Asia/Tokyo\n", "Asia/Tokyo"),
      ("X-A=b", "X-WR-TIMEZONE:Tokyo Standard Time\n", "Asia/Tokyo"),
    ])
  func zones(parameter: String, header: String, zone: String) throws {
    let text = calendar("DTSTART;\(parameter):20270105T100000\nDURATION:PT1H")
      .replacing("VERSION:2.0\n", with: "VERSION:2.0\n\(header)")
    #expect(try spans(text) == ["2027-01-05 10:00 \(zone) – 2027-01-05 11:00 \(zone)"])
  }

  @Test("describes a zone before or after the events that name it")
  func described() throws {
    let block =
      "BEGIN:VTIMEZONE\nTZID:Customized Time Zone 1\nBEGIN:STANDARD\nDTSTART:16011028T030000\nTZOFFSETFROM:+0200\n"
      + "TZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\n"
      + "DTSTART:16010325T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\n"
      + "END:DAYLIGHT\nEND:VTIMEZONE\n"
    let text = calendar(
      "DTSTART;TZID=Customized Time Zone 1:20270705T100000\nDTEND:20270705T090000Z\nEXDATE:20270712T080000Z\n"
        + "RRULE:FREQ=WEEKLY;UNTIL=20270719T080000Z")
    for text in [
      text.replacing("VERSION:2.0\n", with: "VERSION:2.0\n\(block)"),
      text.replacing("END:VCALENDAR", with: "\(block)END:VCALENDAR"),
    ] {
      let zone = "Customized Time Zone 1"
      #expect(
        try spans(text) == [
          "2027-07-05 10:00 \(zone) – 2027-07-05 11:00 \(zone)", "2027-07-19 10:00 \(zone) – 2027-07-19 11:00 \(zone)",
        ])
      #expect(try read(text).freezes.first?.zone?.observances.count == 2)
    }
  }

  @Test("was sent again: the newest version of an event counts, and of an exception")
  func sequences() throws {
    #expect(
      try spans(
        calendar(
          "UID:a\nSEQUENCE:2\nDTSTART:20270202", "UID:a\nSEQUENCE:1\nDTSTART:20270101", "DTSTART:20270303",
          "UID:b\nDTSTART:20270401\nRRULE:FREQ=DAILY;COUNT=2",
          "UID:b\nSEQUENCE:1\nRECURRENCE-ID:20270402\nDTSTART:20270412",
          "UID:b\nRECURRENCE-ID:20270402\nDTSTART:20270422")) == [
          "2027-02-02 – 2027-02-03", "2027-03-03 – 2027-03-04", "2027-04-01 – 2027-04-02", "2027-04-12 – 2027-04-13",
        ])
    let cancelled = calendar(
      "UID:a\nSEQUENCE:2\nSTATUS:CANCELLED", "UID:a\nSEQUENCE:1\nDTSTART:20270101", "DTSTART:20270202")
    #expect(try spans(cancelled).count == 1)
  }

  @Test("moves no occurrence that does not take place, and an exception does not repeat")
  func exceptions() throws {
    let excluded = calendar(
      "UID:a\nDTSTART:20270101\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20270102",
      "UID:a\nRECURRENCE-ID:20270102\nDTSTART:20270212")
    #expect(try spans(excluded) == ["2027-01-01 – 2027-01-02", "2027-01-03 – 2027-01-04"])
    let repeating = calendar(
      "UID:a\nDTSTART:20270101\nRRULE:FREQ=DAILY;COUNT=2",
      "UID:a\nRECURRENCE-ID:20270102\nDTSTART:20270212\nRRULE:FREQ=DAILY;COUNT=5")
    let (freezes, findings) = try read(repeating)
    #expect(freezes.map(\.rule?.count) == [2, nil])
    #expect(findings.map(\.code) == ["G155"])
  }

  @Test("that takes back all of its events freezes nothing, and says so")
  func cancellation() throws {
    let (freezes, findings) = try read(
      calendar("UID:a\nDTSTART:20270101").replacing("VERSION:2.0\n", with: "METHOD:CANCEL\n"))
    #expect(freezes.isEmpty && findings.map(\.code) == ["G159"])
  }

  @Test("freezes by its transparent events, and concerns others, where the runbook says so")
  func options() throws {
    let text = calendar(
      "DTSTART:20270105\nSUMMARY:Carnival\nTRANSP:TRANSPARENT\nCATEGORIES:Holiday", "DTSTART:20270106")
    let (freezes, findings) = try read(
      text, calendars: "[ { file: freezes.ics, transparent: freeze, categories: [ nl ] } ]")
    #expect(findings == [])
    #expect(freezes.map(\.summary) == ["Carnival", ""])
    #expect(freezes.map { $0.categories.map(\.value) } == [["nl"], ["nl"]])
    let ignored = try read(text, calendars: "[ { file: freezes.ics, transparent: ignore } ]")
    #expect(ignored.findings == [] && ignored.freezes.count == 1)
    let all = try read(text, calendars: "[ { file: freezes.ics, transparent: freeze, categories: [] } ]")
    #expect(all.findings == [] && all.freezes.allSatisfy { $0.categories.isEmpty })
    let strange = try read(text, calendars: "[ { file: freezes.ics, transparent: freeze, categories: [ DE ] } ]")
    #expect(strange.findings.map(\.code) == ["G180"] && strange.findings.first?.location.file == "runbook.yaml")
  }
}
