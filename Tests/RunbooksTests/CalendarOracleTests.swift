import Diagnostics
import Foundation
import Quantities
import Runbooks
import Testing

/// Random rules with their occurrences, from Python's dateutil, which shares no line with this program.
private enum Oracle {
  /// One line for each rule: the event's properties, joined by `|`, a tab, and the starts, joined by `,`.
  ///
  /// What RFC 5545 and dateutil understand differently is not generated: `BYDAY` that mixes days with and without a
  /// number, and `BYSETPOS` in a first week that is not whole.
  static let script = """
    import datetime as calendar
    import random, sys
    from datetime import datetime, timedelta, timezone
    from dateutil import tz
    from dateutil.rrule import rrulestr

    # Where a rule names no more days, dateutil would look for one until the year 9999.
    calendar.MAXYEAR = 2036
    random.seed(int(sys.argv[1]))
    days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    zones = ["Europe/Amsterdam", "America/New_York", "Asia/Tokyo", "Australia/Sydney"]
    made = 0
    while made < 200:
        frequency = random.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
        parts = ["FREQ=" + frequency]
        if random.random() < 0.5: parts.append("INTERVAL=%d" % random.choice([1, 2, 3, 4, 5, 13]))
        week_start = random.choice(days)
        if random.random() < 0.4: parts.append("WKST=" + week_start)
        else: week_start = "MO"
        chooses = False
        if random.random() < 0.3:
            months = random.sample(range(1, 13), random.randint(1, 4))
            parts.append("BYMONTH=" + ",".join(map(str, months)))
            chooses = True
        if random.random() < 0.5:
            chosen = random.sample(days, random.randint(1, 4))
            if frequency in ("MONTHLY", "YEARLY") and random.random() < 0.5:
                far = 5 if frequency == "MONTHLY" or any(p.startswith("BYMONTH=") for p in parts) else 53
                chosen = [str(random.choice([-1, 1]) * random.randint(1, far)) + day for day in chosen]
            parts.append("BYDAY=" + ",".join(chosen))
            chooses = True
        if frequency != "WEEKLY" and random.random() < 0.3:
            numbers = random.sample([n for n in range(-31, 32) if n != 0], random.randint(1, 6))
            parts.append("BYMONTHDAY=" + ",".join(map(str, numbers)))
            chooses = True
        picks = chooses and random.random() < 0.3
        if picks: parts.append("BYSETPOS=" + ",".join(map(str, random.sample([1, 2, 3, -1, -2, 5], random.randint(1, 2)))))
        start = datetime(2024, 1, 1) + timedelta(days=random.randint(0, 1600))
        zone = random.choice(zones) if random.random() < 0.3 else None
        if zone: start = start.replace(hour=random.randint(4, 23), minute=30)
        info = tz.gettz(zone) if zone else None
        # The event starts with the first occurrence of its rule, as RFC 5545 asks.
        first = next(iter(rrulestr(";".join(parts + ["UNTIL=20320101T000000"]), dtstart=start)), None)
        if first is None: continue
        if picks and frequency == "WEEKLY" and days[first.weekday()] != week_start: continue
        aware = first.replace(tzinfo=info) if info else first
        ending = random.random()
        count = random.randint(1, 90) if ending < 0.3 else None
        if count: parts.append("COUNT=%d" % count)
        elif ending < 0.6:
            last = first + timedelta(days=random.randint(0, 1500))
            if info:
                # Mostly the very moment of an occurrence, where an error of one hour would be seen.
                last = last.replace(hour=first.hour, minute=first.minute, tzinfo=info).astimezone(timezone.utc)
                parts.append("UNTIL=" + last.strftime("%Y%m%dT%H%M%SZ"))
            else: parts.append("UNTIL=" + last.strftime("%Y%m%d"))
        bounded = [part for part in parts if not part.startswith("COUNT=")]
        if not any(part.startswith("UNTIL=") for part in parts):
            bounded.append("UNTIL=20320101T000000" + ("Z" if info else ""))
        starts = [moment.replace(tzinfo=None) for moment in rrulestr(";".join(bounded), dtstart=aware)][:count]
        form = "%Y%m%dT%H%M%S" if zone else "%Y%m%d"
        head = ";TZID=" + zone if zone else ";VALUE=DATE"
        lines = ["DTSTART" + head + ":" + first.strftime(form), "RRULE:" + ";".join(parts)]
        if zone: lines.append("DURATION:PT1H")
        if random.random() < 0.3 and len(starts) > 1:
            gone = random.sample(starts, random.randint(1, min(4, len(starts))))
            lines.append("EXDATE" + head + ":" + ",".join(day.strftime(form) for day in gone))
            starts = [day for day in starts if day not in gone]
        if random.random() < 0.3:
            more = first + timedelta(days=random.randint(1, 900))
            if more not in starts and not any(more.strftime(form) in line for line in lines[2:]):
                lines.append("RDATE" + head + ":" + more.strftime(form))
                starts = sorted(starts + [more])
        low, high = datetime(2026, 1, 1), datetime(2029, 1, 1)
        shown = [day.strftime("%Y-%m-%d %H:%M " + zone if zone else "%Y-%m-%d") for day in starts if low <= day < high]
        print("|".join(lines) + "\\t" + ",".join(shown))
        made += 1
    """

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

  static let isThere = python(["-c", "import dateutil.rrule, dateutil.tz"]) != nil
}

@Suite("The occurrences of random rules")
struct CalendarOracleTests {
  @Test(
    "are those of an independent program", .enabled(if: Oracle.isThere, "python3 with dateutil is not installed"),
    arguments: [1, 2])
  func sameAsPython(seed: Int) throws {
    let cases = try #require(Oracle.python(["-c", Oracle.script, "\(seed)"])).split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false)
    }
    #expect(cases.count == 200)
    let events = cases.map { "BEGIN:VEVENT\n\($0[0].replacing("|", with: "\n"))\nEND:VEVENT\n" }
    let loaded = loadCalendar("BEGIN:VCALENDAR\n\(events.joined())END:VCALENDAR\n")
    #expect(loaded.findings == [])
    let freezes = try #require(loaded.runbook?.calendarFiles.first).freezes
    #expect(freezes.count == cases.count)
    for (freeze, expected) in zip(freezes, cases) {
      #expect(
        try freeze.starts("2026-01-01", "2028-12-31").joined(separator: ",") == expected[1],
        "\(expected[0]) at \(freeze.location.text)")
    }
  }
}
