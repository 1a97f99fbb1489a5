import Diagnostics
import Foundation
import Quantities
import Runbooks
import Testing

@testable import Plans

@Suite("A freeze that comes back")
struct FreezeSeriesTests {
  /// A plan of some shops with a calendar.
  private func plan(
    _ events: String, shops: String, top: String = "starts: 2027-01-11", waves: String = "pace: 1 per week",
    header: String = ""
  ) throws -> (plan: Plan, findings: [Finding]) {
    let (plan, findings) = try planned(
      """
      sanderling: 1
      runbook: test
      \(top)
      inventories: { shops: shops.csv }
      calendars: [cal.ics]
      phases:
        - { id: p, stages: [ { id: s, targets: shops, waves: { \(waves) }, steps: [ { id: x, uses: noop, undo: none } ] } ] }
      """,
      files: [
        "book/shops.csv": shops, "book/cal.ics": "BEGIN:VCALENDAR\nVERSION:2.0\n\(header)\(events)END:VCALENDAR\n",
      ])
    return (try #require(plan), findings)
  }

  private func event(_ lines: String) -> String { "BEGIN:VEVENT\n\(lines)\nEND:VEVENT\n" }

  private func many(_ count: Int) -> String { "id\n" + (0..<count).map { "s\($0)\n" }.joined() }

  private let christmas = "DTSTART;VALUE=DATE:20101120\nDTEND;VALUE=DATE:20110110\nRRULE:FREQ=YEARLY\nSUMMARY:Christmas"

  @Test("holds for as long as the plan goes, and for a run that is later than any plan")
  func years() throws {
    let plan = try plan(event(christmas), shops: many(208)).plan
    let waves = plan.stages[0].waves
    #expect(waves.count == 208)
    for wave in waves {
      let day = try #require(wave.earliest)
      let isFrozen = (day.month, day.day) >= (11, 20) || (day.month, day.day) < (1, 10)
      #expect(!isFrozen, "a wave starts on \(day.text)")
    }
    let calendar = StartCalendar(windows: [], freezes: plan.freezes, zones: TestZones())
    for year in [2028, 2031, 2060, 2999] {
      let verdict = calendar.verdict(at: try instant("\(year)-12-24T12:00"), for: StartSite(zone: "UTC"))
      #expect(
        verdict
          == .closed(reason: .freeze(summary: "Christmas"), reopens: try instant("\(year + 1)-01-10T00:00")))
      let summer = calendar.verdict(at: try instant("\(year)-07-01T12:00"), for: StartSite(zone: "UTC"))
      #expect(summer == .open(until: try instant("\(year)-11-20T00:00")))
    }
  }

  @Test("holds without a start of the programme, and where that was long ago", arguments: ["", "starts: 2024-11-01"])
  func late(top: String) throws {
    let plan = try plan(
      event("DTSTART;VALUE=DATE:20101127\nDURATION:P5D\nRRULE:FREQ=YEARLY"), shops: many(4), top: top
    ).plan
    let calendar = StartCalendar(windows: [], freezes: plan.freezes, zones: TestZones())
    let verdict = calendar.verdict(at: try instant("2026-11-29T12:00"), for: StartSite(zone: "UTC"))
    #expect(verdict == .closed(reason: .freeze(summary: ""), reopens: try instant("2026-12-02T00:00")))
  }

  @Test("is left out when all of it is over before the programme starts")
  func over() throws {
    let old = [
      "DTSTART:20260101", "DTSTART:20200101\nRRULE:FREQ=YEARLY;COUNT=5",
      "DTSTART:20200101\nRRULE:FREQ=DAILY;UNTIL=20261201",
      "DTSTART:20200101\nRDATE:20210101",
    ]
    let live = [
      "DTSTART:20200101\nRDATE:20290101", "DTSTART:20200101\nRRULE:FREQ=YEARLY;COUNT=9",
      "DTSTART:20270109\nDURATION:P2D",
    ]
    let plan = try plan((old + live).map(event).joined(), shops: many(2)).plan
    #expect(plan.freezes.count == 3)
    #expect(plan.freezes[0].intervals.count == 1)
  }

  @Test(
    "concerns countries and regions in any letter case, and a country of the name of a region only where it is so written"
  )
  func categories() throws {
    let shops = "id,country,region\na,NL,eu\nb,US,us\nc,NL,apac\nd,BR,us\n"
    func frozen(_ categories: String) throws -> String {
      let plan = try plan(
        event("DTSTART:20270105\nDTEND:20270120\nCATEGORIES:\(categories)"), shops: shops, top: "starts: 2027-01-05",
        waves: "size: 4"
      ).plan
      let late = try instant("2027-01-20T00:00")
      return plan.starts(ofWave: 0, stage: 0, zones: TestZones()).filter { $0.opens == late }
        .map { plan.target($0.row, stage: 0) }.joined()
    }
    #expect(try frozen("eu,NL") == "ac")
    #expect(try frozen("EU") == "a")
    #expect(try frozen("nL") == "ac")
    #expect(try frozen("Apac") == "c")
    #expect(try frozen("US") == "b")
    #expect(try frozen("country:us") == "b")
    #expect(try frozen("us") == "bd")
    #expect(try frozen("Us") == "bd")
    #expect(try frozen("FR") == "")
  }

  @Test("lasts as many hours as its duration says, and as many days as the clock says, when the clocks change")
  func lengths() throws {
    func end(_ duration: String) throws -> Instant? {
      let plan = try plan(
        event("DTSTART;TZID=Europe/Berlin:20270327T120000\n\(duration)\nRRULE:FREQ=YEARLY"), shops: many(1)
      ).plan
      let calendar = StartCalendar(windows: [], freezes: plan.freezes, zones: TestZones())
      return calendar.firstStart(notBefore: try instant("2027-03-27T12:00"), for: StartSite(zone: "UTC"))
    }
    #expect(try end("DURATION:PT24H") == instant("2027-03-28T11:00"))
    #expect(try end("DURATION:P1D") == instant("2027-03-28T10:00"))
    #expect(try end("DURATION:P1DT1H") == instant("2027-03-28T11:00"))
    #expect(try end("DTEND;TZID=Europe/Berlin:20270328T120000") == instant("2027-03-28T10:00"))
  }

  @Test("is in the zone that its calendar describes, and two calendars may describe one name differently")
  func describedZone() throws {
    let block =
      "BEGIN:VTIMEZONE\nTZID:Office\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0530\n"
      + "TZOFFSETTO:+0530\nEND:STANDARD\nEND:VTIMEZONE\n"
    let plan = try plan(
      event("DTSTART;TZID=Office:20270112T080000\nDURATION:PT2H\nRRULE:FREQ=DAILY"), shops: many(1), header: block
    ).plan
    var other = plan.freezes[0]
    other.zone?.observances[0].after = -3_600
    let calendar = StartCalendar(windows: [], freezes: plan.freezes + [other], zones: TestZones())
    let site = StartSite(zone: "UTC")
    #expect(
      calendar.verdict(at: try instant("2027-02-01T02:29"), for: site) == .open(until: try instant("2027-02-01T02:30")))
    #expect(
      calendar.firstStart(notBefore: try instant("2027-02-01T02:30"), for: site) == (try instant("2027-02-01T04:30")))
    #expect(
      calendar.firstStart(notBefore: try instant("2027-02-01T09:00"), for: site) == (try instant("2027-02-01T11:00")))
    #expect(try Plan(canonical: plan.canonicalBytes).freezes == plan.freezes)
  }

  @Test("of all moves what is done once, too")
  func once() throws {
    let (plan, _) = try planned(
      """
      sanderling: 1
      runbook: test
      starts: 2027-01-05
      calendars: [cal.ics]
      phases: [ { id: p, stages: [ { id: s, steps: [ { id: x, uses: noop, undo: none } ] } ] } ]
      """,
      files: [
        "book/cal.ics":
          "BEGIN:VCALENDAR\n\(event("DTSTART:20270104\nDURATION:P4D\nRRULE:FREQ=YEARLY"))END:VCALENDAR\n"
      ])
    let found = try #require(plan)
    #expect(found.stages[0].waves[0].earliest == CivilDate("2027-01-08"))
    let starts = found.starts(ofWave: 0, stage: 0, zones: TestZones())
    #expect(starts.map(\.opens) == [try instant("2027-01-08T00:00")])
  }
}
