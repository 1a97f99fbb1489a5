import Plans
import Quantities
import Testing

/// One opening of a window, with the instants that it must have.
struct Opening: Sendable, CustomTestStringConvertible {
  let zone: String
  let date: String
  /// Minutes since local midnight.
  let opens: Int
  let closes: Int
  /// The same as instants.
  let from: String
  let until: String

  var testDescription: String { "\(zone) \(date)" }

  static let all = [
    // The clocks skip 02:00 to 03:00, repeat 02:00 to 03:00.
    Opening("Europe/Berlin", "2027-03-28", 135, 165, "2027-03-28T01:15", "2027-03-28T01:45"),
    Opening("Europe/Berlin", "2027-10-31", 135, 165, "2027-10-31T00:15", "2027-10-31T00:45"),
    Opening("Europe/Berlin", "2027-10-30", 1_260, 150, "2027-10-30T19:00", "2027-10-31T00:30"),
    // Half an hour only.
    Opening("Australia/Lord_Howe", "2027-10-03", 135, 180, "2027-10-02T15:45", "2027-10-02T16:00"),
    Opening("Australia/Lord_Howe", "2027-04-04", 105, 135, "2027-04-03T14:45", "2027-04-03T15:45"),
    // Offsets with half an hour.
    Opening("America/St_Johns", "2027-03-14", 150, 240, "2027-03-14T06:00", "2027-03-14T06:30"),
    Opening("America/St_Johns", "2027-11-07", 90, 150, "2027-11-07T04:00", "2027-11-07T06:00"),
    // Winter time in Ramadan.
    Opening("Africa/Casablanca", "2027-02-07", 150, 240, "2027-02-07T01:30", "2027-02-07T04:00"),
    Opening("Africa/Casablanca", "2027-03-14", 150, 240, "2027-03-14T02:30", "2027-03-14T03:00"),
    Opening("Asia/Kathmandu", "2027-06-01", 1_260, 300, "2027-06-01T15:15", "2027-06-01T23:15"),
    // The 30th of December 2011 did not exist; the 29th was followed by the 31st.
    Opening("Pacific/Apia", "2011-12-29", 1_260, 300, "2011-12-30T07:00", "2011-12-30T15:00"),
    Opening("Pacific/Apia", "2027-12-31", 1_260, 0, "2027-12-31T08:00", "2027-12-31T11:00"),
    // Irish zone data call the winter the exception.
    Opening("Europe/Dublin", "2027-03-28", 90, 180, "2027-03-28T01:30", "2027-03-28T02:00"),
    Opening("Europe/Dublin", "2027-10-31", 90, 120, "2027-10-31T00:30", "2027-10-31T02:00"),
    // Midnight itself is skipped.
    Opening("America/Sao_Paulo", "2018-11-04", 0, 120, "2018-11-04T03:00", "2018-11-04T04:00"),
  ]

  init(_ zone: String, _ date: String, _ opens: Int, _ closes: Int, _ from: String, _ until: String) {
    self.zone = zone
    self.date = date
    self.opens = opens
    self.closes = closes
    self.from = "\(from):00.000Z"
    self.until = "\(until):00.000Z"
  }
}

@Suite("A start calendar")
struct WindowRuleTests {
  enum Rule: CaseIterable { case none, here, elsewhere }

  @Test("lets a deny win over an allow, and an allow over nothing", arguments: Opening.all)
  func truthTable(opening: Opening) throws {
    let date = try #require(CivilDate(opening.date))
    let from = try #require(Instant(opening.from))
    let until = try #require(Instant(opening.until))
    let site = StartSite(zone: opening.zone)
    let end = opening.closes <= opening.opens ? date.adding(days: 1) : date
    for allow in Rule.allCases {
      for deny in Rule.allCases {
        let weekday = allow == .here ? date.weekday : date.adding(days: 3).weekday
        let away = deny == .here ? 0 : 30
        let calendar = StartCalendar(
          windows: allow == .none ? [] : [window([weekday], opening.opens, opening.closes)],
          freezes: deny == .none
            ? []
            : [
              PlannedFreeze(
                summary: "stocktaking",
                intervals: [
                  .local(
                    from: LocalTime(date: date.adding(days: away), minutes: opening.opens),
                    until: LocalTime(date: end.adding(days: away), minutes: opening.closes))
                ])
            ], zones: TestZones())
        for (time, inside) in [(from - ms, false), (from, true), (until - ms, true), (until, false)] {
          let expected: StartVerdict.Reason? =
            if deny == .here, inside { .freeze(summary: "stocktaking") } else if allow == .none { nil } else {
              allow == .here && inside ? nil : .window
            }
          #expect(reason(calendar.verdict(at: time, for: site)) == expected, "\(allow) \(deny) \(time.text)")
        }
        if allow == .here, deny != .here {
          #expect(calendar.verdict(at: from, for: site) == .open(until: until))
          #expect(calendar.firstStart(notBefore: from - ms, for: site) == from)
        }
      }
    }
  }

  @Test(
    "counts a window over midnight to the day on which it opens",
    arguments: [
      ("2027-01-03T22:00", nil), ("2027-01-04T04:00", nil), ("2027-01-04T22:00", "2027-01-05T05:00"),
      ("2027-01-07T22:00", "2027-01-08T05:00"), ("2027-01-08T04:59", "2027-01-08T05:00"), ("2027-01-08T22:00", nil),
    ] as [(String, String?)])
  func overMidnight(time: String, until: String?) throws {
    let calendar = StartCalendar(windows: [window([1, 2, 3, 4], 1_260, 300)], freezes: [], zones: TestZones())
    let verdict = calendar.verdict(at: try instant(time), for: StartSite(zone: "UTC"))
    if let until {
      #expect(verdict == .open(until: try instant(until)))
    } else {
      let reopens = try instant(time < "2027-01-05" ? "2027-01-04T21:00" : "2027-01-11T21:00")
      #expect(verdict == .closed(reason: .window, reopens: reopens))
    }
  }

  @Test("is closed for a start that would not end in time")
  func latestStart() throws {
    let calendar = StartCalendar(
      windows: [window([1, 2, 3, 4], 1_260, 300, latestStart: 180)], freezes: [], zones: TestZones())
    let site = StartSite(zone: "UTC")
    let last = try instant("2027-01-05T02:00")
    #expect(calendar.verdict(at: last - ms, for: site) == .open(until: last))
    let reopens = try instant("2027-01-05T21:00")
    #expect(calendar.verdict(at: last, for: site) == .closed(reason: .latestStart, reopens: reopens))
    #expect(
      calendar.verdict(at: try instant("2027-01-05T05:00"), for: site) == .closed(reason: .window, reopens: reopens))
  }

  @Test("sees openings without a break as one")
  func joined() throws {
    let site = StartSite(zone: "Europe/Lisbon")
    let always = StartCalendar(
      windows: [window(Array(1...7), 540, 540, latestStart: 50_000)], freezes: [], zones: TestZones())
    #expect(always.verdict(at: try instant("2027-03-28T01:30"), for: site) == .open(until: nil))
    let workdays = StartCalendar(
      windows: [window([1, 2, 3, 4, 5], 0, 1_440, latestStart: 60)], freezes: [], zones: TestZones())
    let friday = try instant("2027-01-08T23:00")
    #expect(workdays.verdict(at: try instant("2027-01-04T00:00"), for: site) == .open(until: friday))
  }

  @Test("needs all windows to be open")
  func intersection() throws {
    let office = window([1], 600, 720, zone: "Europe/Lisbon")
    let calendar = StartCalendar(windows: [office, window([1], 660, 900)], freezes: [], zones: TestZones())
    let from = try instant("2027-01-04T11:00")
    let lisbon = StartSite(zone: "Europe/Lisbon")
    #expect(calendar.firstStart(notBefore: try instant("2027-01-04T10:00"), for: lisbon) == from)
    #expect(calendar.verdict(at: from, for: lisbon) == .open(until: try instant("2027-01-04T12:00")))
    let tokyo = StartSite(zone: "Asia/Tokyo")
    #expect(calendar.verdict(at: from, for: tokyo) == .closed(reason: .window, reopens: nil))
  }

  @Test("freezes whole local days of those whom a freeze names, and of all when it names nobody")
  func categories() throws {
    let from = try #require(CivilDate("2027-03-28"))
    let days = FreezeInterval.days(from: from, until: from.adding(days: 1))
    let calendar = StartCalendar(
      windows: [],
      freezes: [
        PlannedFreeze(summary: "Easter", categories: ["DE", "at"], intervals: [days]),
        PlannedFreeze(
          summary: "audit", intervals: [.instants(from: try instant("2027-05-01T00:00"), until: .distant)]),
      ], zones: TestZones())
    let site = StartSite(zone: "Europe/Berlin", country: "AT", region: "emea")
    let noon = try instant("2027-03-28T12:00")
    #expect(
      calendar.verdict(at: noon, for: site)
        == .closed(reason: .freeze(summary: "Easter"), reopens: try instant("2027-03-28T22:00")))
    #expect(calendar.firstStart(notBefore: try instant("2027-03-27T23:00"), for: site) != nil)
    let other = StartSite(zone: "Europe/Berlin", country: "FR")
    #expect(calendar.verdict(at: noon, for: other) == .open(until: try instant("2027-05-01T00:00")))
    #expect(
      calendar.verdict(at: try instant("2027-05-02T00:00"), for: other)
        == .closed(reason: .freeze(summary: "audit"), reopens: nil))
  }

  @Test("looks eleven years ahead for the next opening, not further")
  func horizon() throws {
    let start = try instant("2027-01-04T00:00")
    let lengths = [
      (StartCalendar.horizon, true), (StartCalendar.horizon + Span(milliseconds: 1), true),
      (StartCalendar.reach, true), (StartCalendar.reach + Span(milliseconds: 1), false),
    ]
    for (length, seen) in lengths {
      let freeze = PlannedFreeze(summary: "halt", intervals: [.instants(from: start, until: start + length)])
      let calendar = StartCalendar(windows: [], freezes: [freeze], zones: TestZones())
      let verdict = calendar.verdict(at: start, for: StartSite(zone: "UTC"))
      #expect(verdict == .closed(reason: .freeze(summary: "halt"), reopens: seen ? start + length : nil))
    }
  }

  @Test("says so when a zone is unknown, and does not trap on odd values")
  func odd() throws {
    let time = try instant("2027-01-04T00:00")
    let odd = window([0, 1, 9, .max], .max, .min, latestStart: .max)
    let calendar = StartCalendar(windows: [odd], freezes: [], zones: TestZones())
    let lost = calendar.verdict(at: time, for: StartSite(zone: "Mars/Base"))
    #expect(lost == .closed(reason: .unknownZone("Mars/Base"), reopens: nil))
    for milliseconds in [Int64.min, -1, 0, .max] {
      let verdict = calendar.verdict(at: Instant(milliseconds: milliseconds), for: StartSite(zone: "UTC"))
      #expect(reason(verdict) != nil)
    }
    let empty = StartCalendar(windows: [], freezes: [], zones: TestZones())
    #expect(empty.verdict(at: time, for: StartSite(zone: "")) == .open(until: nil))
  }

  @Test("names everything that is closed, each with its own end, and first what the verdict names")
  func closures() throws {
    let monday = try #require(CivilDate("2027-01-04"))
    func freeze(_ summary: String, _ categories: [String], days: Int) -> PlannedFreeze {
      PlannedFreeze(
        summary: summary, categories: categories, intervals: [.days(from: monday, until: monday.adding(days: days))])
    }
    let calendar = StartCalendar(
      windows: [window([1, 2, 3, 4], 1_260, 300, latestStart: 60)],
      freezes: [freeze("sales", ["NL"], days: 2), freeze("works", [], days: 1), freeze("other", ["PT"], days: 9)],
      zones: TestZones())
    let site = StartSite(zone: "UTC", country: "NL")
    let expected: [(String, [StartClosure])] = [
      (
        "2027-01-04T12:00",
        [
          StartClosure(reason: .freeze(summary: "sales"), until: try instant("2027-01-06T00:00")),
          StartClosure(reason: .freeze(summary: "works"), until: try instant("2027-01-05T00:00")),
          StartClosure(reason: .window, until: try instant("2027-01-04T21:00")),
        ]
      ),
      (
        "2027-01-05T04:30",
        [
          StartClosure(reason: .freeze(summary: "sales"), until: try instant("2027-01-06T00:00")),
          StartClosure(reason: .latestStart, until: try instant("2027-01-05T21:00")),
        ]
      ),
      ("2027-01-05T22:00", [StartClosure(reason: .freeze(summary: "sales"), until: try instant("2027-01-06T00:00"))]),
      ("2027-01-06T22:00", []),
    ]
    for (time, closures) in expected {
      let found = calendar.closures(at: try instant(time), for: site)
      #expect(found == closures, "\(time)")
      #expect(found.first?.reason == reason(calendar.verdict(at: try instant(time), for: site)))
    }
    let nowhere = calendar.closures(at: try instant("2027-01-04T12:00"), for: StartSite(zone: "Nowhere/At_All"))
    #expect(nowhere == [StartClosure(reason: .unknownZone("Nowhere/At_All"), until: nil)])
  }

  private let ms = Span(milliseconds: 1)
}

extension Instant {
  fileprivate static let distant = Instant(milliseconds: .max - 1)

  fileprivate static func - (instant: Instant, span: Span) -> Instant {
    Instant(milliseconds: instant.milliseconds - span.milliseconds)
  }
}

/// Reads `2027-01-04T21:00`, in UTC.
func instant(_ minute: String) throws -> Instant { try #require(Instant("\(minute):00.000Z")) }

/// Makes a window; the latest start in minutes.
func window(
  _ days: [Int], _ opens: Int, _ closes: Int, zone: String? = nil, latestStart: Int64 = 0
) -> PlannedWindow {
  let (milliseconds, overflow) = latestStart.multipliedReportingOverflow(by: 60_000)
  return PlannedWindow(
    days: days, opens: opens, closes: closes, zone: zone,
    latestStart: Span(milliseconds: overflow ? .max : milliseconds))
}

/// Why a verdict says no; `nil` when it says yes.
func reason(_ verdict: StartVerdict) -> StartVerdict.Reason? {
  if case .closed(let reason, _) = verdict { reason } else { nil }
}
