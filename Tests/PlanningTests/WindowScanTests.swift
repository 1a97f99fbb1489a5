import Quantities
import Testing

@testable import Plans

/// The rules of windows and freezes without any cleverness: every minute of some weeks, each in a list.
private struct MinuteScan {
  static let zones = [
    "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia",
    "Europe/Dublin", "America/Sao_Paulo", "Atlantic/Azores", "Pacific/Kiritimati", "America/New_York", "Asia/Beirut",
    "Africa/Cairo",
  ]

  let start: Int64
  let count: Int
  private var walls: [String: Walls] = [:]

  /// The wall clock of one zone, in minutes since 1970 as if it showed UTC.
  private struct Walls {
    /// What the clock shows in each minute.
    var shown: [Int] = []
    /// The first minute in which the clock shows a time.
    var first: [Int: Int] = [:]
  }

  /// Starts at a minute since 1970, for so many minutes.
  init(start: Int64, count: Int, zones: Set<String>) {
    self.start = start
    self.count = count
    for zone in zones {
      var walls = Walls()
      var offset = 0
      for minute in 0..<count {
        let time = start + Int64(minute)
        // No change of the clocks in the years of this test is at any other minute.
        if minute == 0 || time % 15 == 0 {
          offset = (TestZones().offset(of: zone, at: Instant(milliseconds: time * 60_000)) ?? 0) / 60
        }
        let shown = Int(time) + offset
        walls.shown.append(shown)
        if walls.first[shown] == nil { walls.first[shown] = minute }
      }
      self.walls[zone] = walls
    }
  }

  /// The minute in which a clock first shows a time, or would if it had not skipped it.
  private func minute(_ date: CivilDate, _ minutes: Int, _ zone: String) -> Int {
    let walls = walls[zone] ?? Walls()
    let wanted = date.dayNumber * 1_440 + minutes
    if let first = walls.first[wanted] { return first }
    guard let last = walls.shown.lastIndex(where: { $0 < wanted }) else { return 0 }
    return last + wanted - walls.shown[last]
  }

  private func mark(_ flags: inout [Bool], _ from: Int, _ until: Int) {
    var minute = max(0, from)
    while minute < min(count, until) {
      flags[minute] = true
      minute += 1
    }
  }

  /// For each minute, how many are left until a window closes.
  func left(_ window: PlannedWindow, at site: StartSite) -> [Int] {
    var open = Array(repeating: false, count: count)
    let first = Int(start / 1_440)
    for number in (first + 1)..<(first + count / 1_440 - 1) {
      let date = CivilDate(dayNumber: number)
      guard window.days.contains(date.weekday) else { continue }
      let end = window.closes <= window.opens ? date.adding(days: 1) : date
      let zone = window.zone ?? site.zone
      mark(&open, minute(date, window.opens, zone), minute(end, window.closes, zone))
    }
    var left = Array(repeating: 0, count: count + 1)
    for minute in (0..<count).reversed() where open[minute] { left[minute] = left[minute + 1] + 1 }
    return left
  }

  /// For each minute, whether a freeze is active.
  func frozen(_ freeze: PlannedFreeze, at site: StartSite) -> [Bool] {
    var flags = Array(repeating: false, count: count)
    let named = freeze.categories.map { $0.lowercased() }
    guard named.isEmpty || named.contains(where: site.categories.contains) else { return flags }
    for interval in freeze.intervals + (freeze.series.map(everyDay) ?? []) {
      switch interval {
      case .days(let from, let until): mark(&flags, minute(from, 0, site.zone), minute(until, 0, site.zone))
      case .local(let from, let until):
        mark(
          &flags, minute(from.date, from.minutes, from.zone ?? site.zone),
          minute(until.date, until.minutes, until.zone ?? site.zone))
      case .instants(let from, let until):
        mark(&flags, Int(from.milliseconds / 60_000 - start), Int(until.milliseconds / 60_000 - start))
      case .lasting(let from, let days, let minutes):
        let zone = from.zone ?? site.zone
        mark(
          &flags, minute(from.date, from.minutes, zone),
          minute(from.date.adding(days: days), from.minutes, zone) + minutes)
      }
    }
    return flags
  }

  /// The maker's series come back daily for so many days.
  private func everyDay(_ series: FreezeSeries) -> [FreezeInterval] {
    (0..<(series.rule.count ?? 0)).map { $0 * series.rule.interval }
      .filter { !series.excluded.contains(series.first.firstDay.adding(days: $0)) }
      .map { series.first.moved(by: $0) }
  }
}

/// Random calendars, the same for the same seed.
private struct CalendarMaker: RandomNumberGenerator {
  private var chance: SplitMix64

  init(seed: Int) { chance = SplitMix64(seed: UInt64(seed)) }

  mutating func next() -> UInt64 { chance.next() }

  mutating func zone() -> String { MinuteScan.zones.randomElement(using: &self) ?? "UTC" }

  mutating func otherZone() -> String? { Int.random(in: 0..<4, using: &self) == 0 ? zone() : nil }

  /// A minute of the day; often one that the clocks skip or repeat.
  mutating func minute() -> Int {
    Bool.random(using: &self) ? .random(in: 0..<180, using: &self) : .random(in: 0..<1_440, using: &self)
  }

  mutating func window() -> PlannedWindow {
    let days = (1...7).filter { _ in Int.random(in: 0..<3, using: &self) > 0 }
    return PlannedWindow(
      days: days, opens: minute(), closes: Int.random(in: 0..<8, using: &self) == 0 ? 1_440 : minute(),
      zone: otherZone(),
      latestStart: Span(
        milliseconds: Bool.random(using: &self) ? 0 : .random(in: 1...400, using: &self) * 60_000))
  }

  mutating func freeze(_ index: Int, near date: CivilDate) -> PlannedFreeze {
    let intervals = (0..<Int.random(in: 1...3, using: &self)).map { _ -> FreezeInterval in
      let from = date.adding(days: .random(in: -3...6, using: &self))
      let until = from.adding(days: .random(in: 0...2, using: &self))
      switch Int.random(in: 0..<4, using: &self) {
      case 0: return .days(from: from, until: until)
      case 3:
        return .lasting(
          from: LocalTime(date: from, minutes: minute(), zone: otherZone()), days: .random(in: 0...1, using: &self),
          minutes: .random(in: 1...1_500, using: &self))
      case 1:
        return .local(
          from: LocalTime(date: from, minutes: minute(), zone: otherZone()),
          until: LocalTime(date: until, minutes: minute(), zone: otherZone()))
      default:
        let start = Instant(utcMidnight: from) + Span(milliseconds: Int64(minute()) * 60_000)
        return .instants(from: start, until: start + Span(milliseconds: Int64(minute()) * 60_000))
      }
    }
    let named =
      [[], ["de"], ["FR"], ["FR", "EMEA"], ["country:DE"], ["country:emea"]].randomElement(using: &self) ?? []
    var series: FreezeSeries?
    if Bool.random(using: &self) {
      let rule = Recurrence(
        frequency: .daily, interval: .random(in: 1...9, using: &self), count: .random(in: 1...20, using: &self))
      series = FreezeSeries(
        first: intervals[0].moved(by: -6), rule: rule,
        excluded: [intervals[0].firstDay.adding(days: .random(in: -6...6, using: &self))])
    }
    return PlannedFreeze(summary: "freeze \(index)", categories: named, intervals: intervals, series: series)
  }

  /// A day: for most zones and seeds one on which the clocks change.
  mutating func day(in zone: String) -> CivilDate {
    if zone == "Pacific/Apia", Bool.random(using: &self) { return CivilDate(dayNumber: 15_338) }
    // 2018 has midnights that do not exist.
    let first = [17_532, 20_454, 20_819, 21_184].randomElement(using: &self) ?? 0
    func offset(_ day: Int) -> Int? {
      TestZones().offset(of: zone, at: Instant(utcMidnight: CivilDate(dayNumber: day)))
    }
    let changes = (first..<(first + 365)).filter { offset($0) != offset($0 + 1) }
    let random = Int.random(in: first..<(first + 365), using: &self)
    return CivilDate(dayNumber: changes.randomElement(using: &self) ?? random)
  }
}

@Suite("A start calendar and a scan of all minutes")
struct WindowScanTests {
  @Test("agree on every verdict, reason and next opening", arguments: 0..<48)
  func agree(seed: Int) {
    var maker = CalendarMaker(seed: seed)
    let site = StartSite(zone: maker.zone(), country: "DE", region: "emea")
    let date = maker.day(in: site.zone)
    let windows = (0..<Int.random(in: 0...2, using: &maker)).map { _ in maker.window() }
    let freezes = (0..<Int.random(in: 0...4, using: &maker)).map { maker.freeze($0, near: date) }
    let calendar = StartCalendar(windows: windows, freezes: freezes, zones: TestZones())

    let scan = MinuteScan(
      start: Int64(date.dayNumber - 12) * 1_440, count: 28 * 1_440, zones: Set(MinuteScan.zones))
    let left = windows.map { scan.left($0, at: site) }
    let frozen = freezes.map { scan.frozen($0, at: site) }
    let needed = windows.map { Int($0.latestStart.milliseconds / 60_000) }
    func reason(_ minute: Int) -> StartVerdict.Reason? {
      if let first = frozen.firstIndex(where: { $0[minute] }) { return .freeze(summary: freezes[first].summary) }
      if left.contains(where: { $0[minute] == 0 }) { return .window }
      return zip(left, needed).contains { $0[minute] <= $1 } ? .latestStart : nil
    }
    // The scan ends in the midst of a window; nothing after this minute is compared.
    let end = 24 * 1_440
    let reasons = (0..<end).map(reason)
    var change = end
    for minute in (0..<end).reversed() {
      if minute + 1 < end, (reasons[minute] == nil) != (reasons[minute + 1] == nil) { change = minute + 1 }
      guard minute >= 10 * 1_440, minute < 15 * 1_440 else { continue }
      func check(_ actual: Instant?) -> Bool {
        let time = actual.map { Int($0.milliseconds / 60_000 - scan.start) }
        return change < end ? time == change && (actual?.milliseconds ?? 1) % 60_000 == 0 : (time ?? end) >= end
      }
      let at = Instant(milliseconds: (scan.start + Int64(minute)) * 60_000)
      let agrees =
        switch calendar.verdict(at: at, for: site) {
        case .open(let until): reasons[minute] == nil && check(until)
        case .closed(let reason, let reopens): reasons[minute] == reason && check(reopens)
        }
      if !agrees {
        let scanned = "\(String(describing: reasons[minute])), then a change \(change - minute) minutes later"
        Issue.record("\(site.zone) \(at.text): \(calendar.verdict(at: at, for: site)), but the scan: \(scanned)")
        return
      }
    }
  }
}
