import Diagnostics
import Foundation
import Runbooks
import Testing

@Suite("A mistake in a calendar file")
struct CalendarFindingsTests {
  private func expect(_ text: String, _ expected: String..., sourceLocation: SourceLocation = #_sourceLocation) {
    // Variadic arguments cannot be passed on, and each case here has one finding or two.
    let top = runbook(top: "calendars: [ freezes.ics ]")
    if expected.count == 1 {
      expectFindings(top, expected[0], files: ["freezes.ics": text], sourceLocation: sourceLocation)
    } else {
      expectFindings(top, expected[0], expected[1], files: ["freezes.ics": text], sourceLocation: sourceLocation)
    }
  }

  @Test("in its structure is found where it is")
  func structure() {
    expect("①hello②\n", "①–② G150 this is not an iCalendar file; start the file with `BEGIN:VCALENDAR`")
    expect("", "freezes.ics:1:1 G150 the file is empty; start the file with `BEGIN:VCALENDAR`")
    expect(
      "BEGIN:VCALENDAR\nBEGIN:①VEVENT②\nDTSTART:20271224\n",
      "①–② G150 `BEGIN:VEVENT` has no end; add `END:VEVENT`: the file may be cut off")
    expect(
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20271224\nEND:①VCALENDAR②\n",
      "①–② G150 `END:VCALENDAR` does not end `BEGIN:VEVENT`; write `END:VEVENT`")
    expect(
      calendar("DTSTART:20271224\n①no property②"),
      "①–② G150 the line is not a property; write `NAME:value`, or start the line with a space")
    expect(
      calendar("DTSTART:20271224").replacing("2.0", with: "①1.0②"),
      "①–② G150 the file is not iCalendar 2.0; export it as iCalendar, `VERSION:2.0`")
    expect(
      "BEGIN:VCALENDAR\nEND:VCALENDAR\n",
      "freezes.ics G159 the calendar freezes nothing; "
        + "add events that are not cancelled, or remove the file from `calendars`")
  }

  @Test("in its times is found where it is, also behind a fold")
  func times() {
    expect(
      calendar("DTSTART;VALUE=DATE:\n ①24.12.2027②"), "①–② G152 `24.12.2027` is not a day; write `20271224`")
    expect(
      calendar("DTSTART:①20270229②"),
      "①–② G152 `20270229` is not a day or a time; write `20271224`, `20271224T180000` or `20271224T180000Z`")
    expect(
      calendar("DTSTART;TZID=①\"CET\"②:20271224T180000\nDURATION:PT1H"),
      "①–② G153 `CET` is not a time zone; write `Europe/Amsterdam`")
    expect(
      calendar("DTSTART;TZID=①\"(UTC+01:00) Amsterdam, Berlin\"②:20271224T180000\nDURATION:PT1H"),
      "①–② G153 `(UTC+01:00) Amsterdam, Berlin` is not a time zone; write `Europe/Amsterdam`")
    expect(
      calendar(
        "DTSTART:20271224T100000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD;TZID=①Eastern②:20281224T100000/PT1H"),
      "①–② G153 `Eastern` is not a time zone; write `America/New_York`")
    expect(
      calendar("DTSTART;TZID=①Eastern②:20271224T180000\nDURATION:PT1H"),
      "①–② G153 `Eastern` is not a time zone; write `America/New_York`")
    expect(
      calendar("DTSTART;TZID=①GMT-0500②:20271224T180000\nDURATION:PT1H"),
      "①–② G153 `GMT-0500` is not a time zone; write `Etc/GMT+5`")
    expect(
      calendar("DTSTART;TZID=①Somewhere else②:20271224T180000\nDURATION:PT1H"),
      "①–② G153 `Somewhere else` is not a time zone; "
        + "write an IANA name such as `Europe/Amsterdam`, or describe the zone in a `VTIMEZONE`")
    expect(
      calendar("DTSTART;TZID=Odd:20271224T180000\nDURATION:PT1H").replacing(
        "VERSION:2.0\n",
        with: "BEGIN:VTIMEZONE\nTZID:Odd\nBEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0100\n"
          + "TZOFFSETTO:①+25②\nEND:STANDARD\nEND:VTIMEZONE\n"),
      "①–② G153 the description of the time zone `Odd` cannot be read: `+25` is not an offset such as `+0100`; "
        + "correct it, or write `TZID=Europe/Amsterdam` in the events")
    expect(
      calendar("DTSTART:20271224T180000\nDURATION:PT1H").replacing(
        "VERSION:2.0\n", with: "X-WR-TIMEZONE:①Nowhere②\n"),
      "①–② G153 `Nowhere` is not a time zone; "
        + "write an IANA name such as `Europe/Amsterdam`, or describe the zone in a `VTIMEZONE`")
    expect(
      calendar("DTSTART;TZID=Asia/Tokyo:①20271224T180000Z②\nDURATION:PT1H"),
      "①–② G152 `20271224T180000Z` is not a time in `Asia/Tokyo`; remove the `Z`, or remove `TZID`")
    expect(
      calendar("DTSTART:20271224\nDURATION:①PT2H②"),
      "①–② G152 `PT2H` is not a duration; write `P1D`; the event counts in days")
  }

  @Test("that leaves events out is found, with their number and names")
  func transparent() {
    let other = "DTSTART:20200101\nSUMMARY:New Year"
    expect(
      calendar("DTSTART:20270105\nSUMMARY:Carnival\nTRANSP:①TRANSPARENT②", other),
      "①–② G181 1 of 2 events is transparent and freezes nothing: `Carnival`; write "
        + "`calendars: [ { file: freezes.ics, transparent: freeze } ]` if they shall freeze, or `transparent: ignore` "
        + "if not")
    expect(
      calendar(
        "DTSTART:20270105\nTRANSP:①TRANSPARENT②", "DTSTART:20270106\nSUMMARY:A\nTRANSP:transparent",
        "DTSTART:20270107\nSUMMARY:A\nTRANSP:TRANSPARENT", "DTSTART:20270107\nSUMMARY:B\nTRANSP:TRANSPARENT",
        "DTSTART:20270107\nSUMMARY:C\nTRANSP:TRANSPARENT"),
      "①–② G181 5 of 5 events are transparent and freeze nothing: one without a name, `A`, `B` and 1 more; write "
        + "`calendars: [ { file: freezes.ics, transparent: freeze } ]` if they shall freeze, or `transparent: ignore` "
        + "if not")
  }

  @Test("that concerns nobody is found, with the nearest country or region that there is")
  func strangers() {
    let both = "{ id: a, country: NL, region: eu }, { id: b, country: US, region: us }"
    func expect(_ category: String, _ expected: String, more: String = "", stores: String = both) {
      expectFindings(
        runbook(top: "calendars: [ freezes.ics ]", stores: stores), expected,
        files: ["freezes.ics": calendar("DTSTART:20271224\nCATEGORIES:\(category)" + more)])
    }
    let advice =
      "say whom the file concerns with `{ file: freezes.ics, categories: [NL] }` in `calendars`, or remove the "
      + "category: a freeze without any concerns all"
    expect("①Holiday②", "①–② G180 no target has the country or region `Holiday`: 1 freeze concerns nobody; \(advice)")
    expect(
      "nl,①NLD②",
      "①–② G180 no target has the country or region `NLD`, which 2 freezes name; write `NL`",
      more: "\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:20271225\nCATEGORIES:EU,nld")
    expect(
      "①NL②",
      "①–② G180 no target has the country or region `NL`: 1 freeze concerns nobody; give the inventory a column "
        + "`country` or `region`, or remove the category: a freeze without any concerns all",
      stores: "{ id: a }")
  }

  @Test("in its extent is found where it is")
  func extent() {
    expect(
      calendar("DTSTART:20271224\nDTEND:①20271224②"),
      "①–② G154 the event ends at 2027-12-24, which is not after its start; write the first day that is free again")
    expect(
      calendar("DTSTART:①20271224T180000②"),
      "①–② G154 the event has no end, so it freezes nothing; add `DTEND` or `DURATION:PT2H`")
    expect(
      calendar("DTSTART;TZID=Asia/Tokyo:20271224T180000\nDTEND:①20271224T200000②"),
      "①–② G154 `DTEND` is not on the clock of `DTSTART`; write both as days, or both in a zone")
    expect(
      calendar("DTSTART:20271224\n①DTSTART②:20271225\nDTEND:20271226\n③DURATION④:P1D"),
      "①–② G151 the event has a second `DTSTART`; remove one of the two",
      "③–④ G151 the event has `DTEND` and `DURATION`; keep one of the two")
    expect(
      "BEGIN:VCALENDAR\nBEGIN:①VEVENT②\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n",
      "①–② G151 the event has no `DTSTART`; add `DTSTART;VALUE=DATE:20271224`")
  }

  @Test("in a rule is found where it is")
  func rules() {
    expect(
      calendar("DTSTART:20271224\nRRULE:FREQ=YEARLY;①BYWEEKNO=51②"),
      "①–② G155 the rule's part `BYWEEKNO` is not supported; "
        + "say it with BYMONTH, BYMONTHDAY and BYDAY, or write several events")
    expect(
      calendar("DTSTART:20271224\nRRULE:FREQ=YEARLY;①BYMONT=12②"),
      "①–② G155 the rule's part `BYMONT` is not supported; write `BYMONTH=…`")
    expect(
      calendar("DTSTART:20271224\nRRULE:①FREQ=HOURLY②"),
      "①–② G155 `FREQ=HOURLY` is not a part of a rule; write `DAILY`, `WEEKLY`, `MONTHLY` or `YEARLY`")
    expect(
      calendar("DTSTART:20271224\nRRULE:FREQ=WEEKLY;①BYDAY=1FR②"),
      "①–② G155 `BYDAY` with a number does not go with `FREQ=WEEKLY`; "
        + "write `FREQ=MONTHLY`, or the day without its number")
    expect(
      calendar("DTSTART:20271224\nRRULE:FREQ=DAILY;COUNT=2;①UNTIL=20280101②"),
      "①–② G155 the rule has `COUNT` and `UNTIL`; keep one of the two")
    expect(
      calendar("DTSTART:20271101\nRRULE:①FREQ=MONTHLY;BYDAY=4FR②"),
      "①–② G156 the event starts at 2027-11-01, which its rule does not name; "
        + "start the event on 2027-11-26, or write the rule so that it names the start")
    expect(
      calendar("DTSTART:20271101\nRRULE:①FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30②"),
      "①–② G156 the event starts at 2027-11-01, which its rule does not name; "
        + "correct the rule: it names no day in 28 years")
  }

  @Test("in exceptions and verbs is found where it is")
  func exceptions() {
    expect(
      calendar("DTSTART:20271224\nRRULE:FREQ=YEARLY\nEXDATE:20281224,①20281225②"),
      "①–② G157 no occurrence of the event starts at 2028-12-25; "
        + "write the start of the occurrence that does not take place, or remove the exception")
    expect(
      calendar("DTSTART:20271224T100000\nDURATION:PT1H\nRRULE:FREQ=YEARLY\nEXDATE:①20281225②"),
      "①–② G157 no occurrence of the event starts at 2028-12-25 10:00; "
        + "write the start of the occurrence that does not take place, or remove the exception")
    expect(
      calendar("DTSTART:20271224T100000\nDURATION:PT1H\nRDATE;VALUE=DATE:①20281224②"),
      "①–② G154 `RDATE` is not on the clock of `DTSTART`; write it as `DTSTART` is")
    expect(
      calendar("DTSTART:20271224T100000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD:①20281224T100000Z/PT0S②"),
      "①–② G152 `20281224T100000Z/PT0S` is not a period; "
        + "write `20271224T180000Z/PT2H` on the clock of `DTSTART`")
    expect(
      calendar(
        "UID:a\nDTSTART:20271224\nRRULE:FREQ=YEARLY",
        "UID:a\nRECURRENCE-ID:20281224\nDTSTART:20281225\n①RRULE②:FREQ=YEARLY"),
      "①–② G155 an event with `RECURRENCE-ID` takes the place of one occurrence, so its `RRULE` is left out; "
        + "remove the `RRULE`, or write an event of its own, with another `UID`")
    expect(
      calendar("DTSTART:20271224\nX-SANDERLING-VERBS:apply,①rolback②"),
      "①–② G158 `rolback` cannot be frozen; write `rollback`")
    expect(
      calendar("DTSTART:20271224\n①X-SANDERLING-VERB②:apply"),
      "①–② G158 `X-SANDERLING-VERB` is not a property; write `X-SANDERLING-VERBS`")
  }

  @Test(
    "never traps: at the ends of the calendar, and with numbers of any size",
    arguments: [
      "DTSTART;TZID=America/New_York:00010101T000000\nDURATION:PT1H\nEXDATE:00010101T000000Z",
      "DTSTART:00000101", "DTSTART:99991231", "DTSTART:99981231\nRRULE:FREQ=WEEKLY;WKST=TU\nEXDATE:99981230",
      "DTSTART:00010101\nRRULE:FREQ=YEARLY;INTERVAL=9999;BYSETPOS=-366;BYDAY=-53MO",
      "DTSTART:20270101\nDURATION:P99999999W", "DTSTART:20270101T000000\nDURATION:PT999999999999999999999S",
      "DTSTART:20270101\nRRULE:FREQ=DAILY;INTERVAL=0", "DTSTART:20270101\nRRULE:FREQ=DAILY;COUNT=-9223372036854775808",
      "DTSTART:20270101\nRRULE:=;;FREQ=;BYDAY=,;BYMONTHDAY=-9223372036854775808",
      "DTSTART:\nDTEND:\nRRULE:\nEXDATE:\nDURATION:", "DTSTART;:20270101", "DTSTART;TZID=:20270101T000000\nDURATION:P",
    ])
  func extremes(event: String) {
    #expect(loadCalendar(calendar(event)).findings.allSatisfy { $0.suggestion != nil })
  }

  @Test("never traps: cut anywhere, or with any byte replaced")
  func garbage() {
    let event = """
      UID:a
      DTSTART;TZID="Europe/Amsterdam":20270104T180000
      DURATION:P1DT2H30M5S
      RRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO,-1FR;BYMONTH=1,3;BYSETPOS=-1;WKST=SU;COUNT=9
      EXDATE:20270111T170000Z
      RDATE:20270111T170000Z
      SUMMARY:a\\,b\\
       c\\
      X-SANDERLING-VERBS:apply,rollback
      """
    let scalars = Array(calendar(event, "DTSTART:20270104\nRRULE:FREQ=YEARLY;UNTIL=20300101T000000Z").unicodeScalars)
    func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars)
      return String(view)
    }
    for cut in scalars.indices {
      #expect(loadCalendar(text(scalars[..<cut])).findings.contains { $0.code == "G150" } || cut >= scalars.count - 1)
      let odd: [Unicode.Scalar] = [";", ":", "\"", "\\", "9", "-", "\n", "=", ",", "é", "\0"]
      var changed = scalars
      changed[cut] = odd[cut % odd.count]
      let loaded = loadCalendar(text(changed))
      #expect(loaded.findings.allSatisfy { $0.location.line == 0 || $0.location.column > 0 })
    }
  }
}
