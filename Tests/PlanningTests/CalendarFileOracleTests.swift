import Foundation
import Quantities
import Testing

@testable import Plans

/// Random calendar files with the times in which something is on, from two Python packages that share no line with this
/// program.
private enum FileOracle {
  /// One line for each file: its text, with `|` for a line break, a tab, and the times in UTC, joined by `,`.
  static let script = #"""
    import random, sys
    from datetime import date, datetime, timedelta, timezone
    from zoneinfo import ZoneInfo
    import icalendar, recurring_ical_events

    random.seed(int(sys.argv[1]))
    low, high = datetime(2027, 1, 1, tzinfo=timezone.utc), datetime(2029, 1, 1, tzinfo=timezone.utc)
    zones = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney"]
    windows = {"Europe/Berlin": "W. Europe Standard Time", "America/New_York": "Eastern Standard Time"}
    # What two programs may read differently is not generated: times that the clocks skip or repeat.
    hours = range(5, 22)
    OFFICE = """BEGIN:VTIMEZONE
    TZID:Office
    BEGIN:STANDARD
    DTSTART:20001029T030000
    TZOFFSETFROM:+0430
    TZOFFSETTO:+0330
    RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
    END:STANDARD
    BEGIN:DAYLIGHT
    DTSTART:20000326T020000
    TZOFFSETFROM:+0330
    TZOFFSETTO:+0430
    RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
    END:DAYLIGHT
    END:VTIMEZONE"""

    def event(number):
        lines = ["UID:%d" % number]
        kind = random.choice(["day", "utc", "zone", "windows", "office"])
        first = datetime(2026, 9, 1) + timedelta(days=random.randint(0, 500))
        start = first.replace(hour=random.choice(hours), minute=random.choice([0, 15, 30]))
        zone = random.choice(zones)
        if kind == "windows": zone = windows[random.choice(list(windows))]
        if kind == "office": zone = "Office"
        def written(moment):
            if kind == "day": return ";VALUE=DATE:" + moment.strftime("%Y%m%d")
            if kind == "utc": return ":" + moment.strftime("%Y%m%dT%H%M%SZ")
            return ";TZID=" + zone + ":" + moment.strftime("%Y%m%dT%H%M%S")
        lines.append("DTSTART" + written(start))
        length = timedelta(days=random.randint(1, 4)) if kind == "day" else timedelta(minutes=random.choice([30, 90, 120]))
        if kind == "day" and random.random() < 0.5: lines.append("DURATION:P%dD" % length.days)
        else: lines.append("DTEND" + written(start + length))
        step = random.choice([("DAILY", 1), ("DAILY", 3), ("WEEKLY", 7), ("WEEKLY", 14)])
        count = random.randint(2, 40)
        repeats = random.random() < 0.7
        if repeats:
            interval = step[1] // 7 if step[0] == "WEEKLY" else step[1]
            lines.append("RRULE:FREQ=%s;INTERVAL=%d;COUNT=%d" % (step[0], interval, count))
        starts = [start + timedelta(days=step[1] * i) for i in range(count)] if repeats else [start]
        gone = random.sample(starts, random.randint(0, min(3, len(starts) - 1)))
        for moment in gone: lines.append("EXDATE" + written(moment))
        if random.random() < 0.3:
            lines.append("RDATE" + written(start + timedelta(days=random.randint(600, 640))))
        events = [lines]
        if repeats and random.random() < 0.5:
            moved = random.choice([moment for moment in starts if moment not in gone])
            other = moved + timedelta(days=random.randint(0, 3))
            exception = ["UID:%d" % number, "RECURRENCE-ID" + written(moved), "DTSTART" + written(other)]
            exception.append("DTEND" + written(other + length))
            if random.random() < 0.3: exception.append("STATUS:CANCELLED")
            exception.append("SEQUENCE:2")
            events.append(exception)
            if random.random() < 0.3:
                later = other + timedelta(days=1)
                events.append(["UID:%d" % number, "RECURRENCE-ID" + written(moved), "SEQUENCE:1",
                               "DTSTART" + written(later), "DTEND" + written(later + length)])
        return events

    def instant(moment):
        if isinstance(moment, datetime): return moment.astimezone(timezone.utc)
        return datetime(moment.year, moment.month, moment.day, tzinfo=timezone.utc)

    for number in range(60):
        events = [lines for group in range(random.randint(1, 4)) for lines in event(group)]
        random.shuffle(events)
        text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n" + OFFICE + "\n"
        for lines in events:
            text += "BEGIN:VEVENT\nDTSTAMP:20260101T000000Z\n" + "\n".join(lines) + "\nEND:VEVENT\n"
        text += "END:VCALENDAR\n"
        found = []
        for occurrence in recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(low, high):
            if occurrence.get("STATUS") == "CANCELLED": continue
            begin, end = instant(occurrence.start), instant(occurrence.end)
            found.append([max(begin, low), min(end, high)])
        joined = []
        for begin, end in sorted(found):
            if joined and begin <= joined[-1][1]: joined[-1][1] = max(end, joined[-1][1])
            elif begin < end: joined.append([begin, end])
        form = "%Y-%m-%dT%H:%M"
        print(text.replace("\n", "|") + "\t" + ",".join(a.strftime(form) + "/" + b.strftime(form) for a, b in joined))
    """#

  static func python(_ arguments: [String]) -> String? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: bytes, as: UTF8.self) : nil
  }

  static let isThere = python(["-c", "import icalendar, recurring_ical_events"]) != nil
}

@Suite("The freezes of random calendar files")
struct CalendarFileOracleTests {
  @Test(
    "are when independent programs say that something is on",
    .enabled(if: FileOracle.isThere, "python3 with icalendar and recurring-ical-events is not installed"),
    arguments: 1...6)
  func sameAsPython(seed: Int) throws {
    let cases = try #require(FileOracle.python(["-c", FileOracle.script, "\(seed)"])).split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false)
    }
    #expect(cases.count == 60)
    for parts in cases {
      let text = parts[0].split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\r\n")
      let found = try stretches(text)
      let expected = parts[1].split(separator: ",").map(String.init)
      #expect(found == expected, "\(text)")
    }
  }

  /// When a target in UTC may not start in the years 2027 and 2028.
  private func stretches(_ text: String) throws -> [String] {
    let (plan, findings) = try planned(
      """
      sanderling: 1
      runbook: test
      inventories: { shops: [ { id: a } ] }
      calendars: [cal.ics]
      phases: [ { id: p, stages: [ { id: s, targets: shops, steps: [ { id: x, uses: noop, undo: none } ] } ] } ]
      """, files: ["book/cal.ics": text])
    #expect(findings.isEmpty)
    let calendar = StartCalendar(windows: [], freezes: try #require(plan).freezes, zones: TestZones())
    let site = StartSite(zone: "UTC")
    let end = try instant("2029-01-01T00:00")
    var time = try instant("2027-01-01T00:00")
    var result: [String] = []
    while time < end {
      switch calendar.verdict(at: time, for: site) {
      // A verdict that sees no change has seen this far.
      case .open(let until): time = until ?? time + StartCalendar.horizon
      case .closed(_, let reopens):
        let until = min(reopens ?? end, end)
        result.append("\(time.text.prefix(16))/\(until.text.prefix(16))")
        time = until
      }
    }
    return result
  }
}
