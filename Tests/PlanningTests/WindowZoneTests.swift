import Foundation
import Plans
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

  /// Windows over the hours in which clocks change, by minutes since midnight: before, in, over and after them.
  private static let windows: [(opens: Int, closes: Int)] = [
    (135, 165), (90, 150), (150, 240), (0, 150), (1_260, 150), (1_260, 300),
  ]

  /// The days of two years around which the clocks of a zone change, each with its neighbours.
  private static func changes(of zone: String) throws -> [CivilDate] {
    let first = try #require(CivilDate("2026-01-01"))
    let offsets = (0...731).map { TestZones().offset(of: zone, at: Instant(utcMidnight: first.adding(days: $0))) }
    let days = (1...731).filter { offsets[$0] != offsets[$0 - 1] }
    return days.flatMap { day in (-2...2).map { first.adding(days: day + $0) } }
  }

  @Test("gives the windows of every store that open, close or last when clocks change their exact ends")
  func changes() throws {
    var wrong: [String] = []
    var checked = 0
    for zone in try Self.storeZones() {
      let dates = try Self.changes(of: zone)
      for (opens, closes) in Self.windows {
        let calendar = StartCalendar(windows: [window(Array(1...7), opens, closes)], freezes: [], zones: TestZones())
        /// From the two ends of the wall-clock time, as the zone data gives them.
        func opening(_ date: CivilDate) throws -> (from: Instant, until: Instant) {
          let end = closes <= opens ? date.adding(days: 1) : date
          return (
            try #require(TestZones().instant(of: date, minutes: opens, in: zone)),
            try #require(TestZones().instant(of: end, minutes: closes, in: zone))
          )
        }
        for date in dates {
          let near = try (-1...1).map { try opening(date.adding(days: $0)) }
          for time in [near[1].from, near[1].until].flatMap({ [$0 + Span(milliseconds: -1), $0] }) {
            let expected = near.contains { $0.from <= time && time < $0.until }
            var isOpen = false
            if case .open = calendar.verdict(at: time, for: StartSite(zone: zone)) { isOpen = true }
            checked += 1
            if isOpen != expected { wrong.append("\(zone) \(date.text) \(opens)-\(closes) at \(time.text)") }
          }
        }
      }
    }
    #expect(checked > 1_000 && wrong.isEmpty, "\(wrong.count) of \(checked): \(wrong.prefix(5))")
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
      let site = StartSite(
        zone: storeZones[target % storeZones.count], country: "C\(target % 20)", region: "s-\(target)")
      let start = calendar.firstStart(notBefore: Instant(utcMidnight: first.adding(days: target % 300)), for: site)
      #expect(start != nil)
    }
    let asked = zones.counter.asked.withLock { $0 }
    #expect(asked < storeZones.count * 2 * 700)
  }
}
