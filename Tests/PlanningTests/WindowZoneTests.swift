import Foundation
import Planning
import Quantities
import Synchronization
import Testing

@Suite("Zone data")
struct WindowZoneTests {
  private static let minutes = [0, 150, 1_260]
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The zones of the retail runbook's stores.
  private static func storeZones() throws -> [String] {
    let file = repository.appending(path: "runbooks/retail-assistant/stores.csv")
    let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let column = try #require(rows.first?.firstIndex(of: "zone"))
    return Set(rows.dropFirst().map { String($0[column]) }).sorted()
  }

  /// Runs a Python program; `nil` when there is no Python with zone data.
  private static func python(_ program: String, _ arguments: [String]) throws -> String? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }

  @Test("makes the instants that Python makes, for each store, day and wall-clock time of three years")
  func oracle() throws {
    let zones = try Self.storeZones()
    let program = """
      import sys, datetime, zoneinfo
      for name in sys.argv[1:]:
        zone = zoneinfo.ZoneInfo(name)
        day = datetime.datetime(2026, 1, 1, tzinfo=zone)
        times = []
        while day.year < 2029:
          for minutes in (0, 150, 1260):
            times.append(str(int(day.replace(hour=minutes // 60, minute=minutes % 60).timestamp())))
          day += datetime.timedelta(days=1)
        print(' '.join(times))
      """
    guard let answer = try Self.python(program, zones) else {
      print("skipped: no python3 with zoneinfo and zone data here")
      return
    }
    let lines = answer.split(separator: "\n")
    #expect(lines.count == zones.count)
    let first = try #require(CivilDate("2026-01-01"))
    for (zone, line) in zip(zones, lines) {
      let expected = line.split(separator: " ").compactMap { Int64($0) }
      #expect(expected.count == 1_096 * 3)
      let wrong = expected.indices.filter { index in
        let actual = TestZones().instant(
          of: first.adding(days: index / 3), minutes: Self.minutes[index % 3], in: zone)
        return actual?.milliseconds != expected[index] * 1_000
      }
      if let index = wrong.first {
        Issue.record("\(zone): \(wrong.count) differ, first \(first.adding(days: index / 3).text)")
      }
    }
  }

  /// Counts how often it is asked.
  private struct CountedZones: ZoneTable {
    final class Counter: Sendable {
      let asked = Mutex(0)
    }

    let version = "test"
    let counter = Counter()

    func offset(of zone: String, at instant: Instant) -> Int? {
      counter.asked.withLock { $0 += 1 }
      return TestZones().offset(of: zone, at: instant)
    }
  }

  @Test("is read once for each zone, however many targets there are")
  func readOnce() throws {
    let zones = CountedZones()
    let storeZones = try Self.storeZones()
    let first = try #require(CivilDate("2027-01-04"))
    let freezes = (0..<50).map {
      PlannedFreeze(
        summary: "freeze \($0)", categories: ["C\($0 % 20)"],
        intervals: [.days(from: first.adding(days: $0 * 7), until: first.adding(days: $0 * 7 + 2))])
    }
    let calendar = StartCalendar(windows: [window([1, 2, 3, 4], 1_260, 300)], freezes: freezes, zones: zones)
    for target in 0..<10_000 {
      let site = StartSite(zone: storeZones[target % storeZones.count], categories: ["C\(target % 20)", "s-\(target)"])
      let start = calendar.firstStart(notBefore: Instant(utcMidnight: first.adding(days: target % 300)), for: site)
      #expect(start != nil)
    }
    let asked = zones.counter.asked.withLock { $0 }
    #expect(asked < storeZones.count * 2 * 700)
  }
}
