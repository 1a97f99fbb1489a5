import Plans
import Quantities
import Runbooks

/// When the targets of one stage may start, as far as windows and freezes are concerned.
struct Openings {
  /// `nil` where nothing closes: no window, no freeze.
  private let calendar: StartCalendar?
  private let sites: [StartSite]
  private let ids: [String]
  private let zones: any ZoneTable

  /// What is done once stands in the zone of the programme, and in no country.
  init(planner: Planner, stage: Stage, window: PlannedWindow?) {
    zones = planner.zones
    calendar =
      window == nil && planner.freezes.isEmpty
      ? nil
      : planner.times.calendar(
        windows: [window].compactMap { $0 }, freezes: planner.freezes, zones: planner.zones)
    let standard = planner.runbook.zone.value
    guard let name = stage.targets?.value,
      let inventory = planner.runbook.inventories.first(where: { $0.name.value == name })
    else {
      ids = ["-"]
      sites = [StartSite(zone: standard)]
      return
    }
    ids = inventory.ids
    let columns = (inventory.column("zone"), inventory.column("country"), inventory.column("region"))
    sites = inventory.ids.indices.map { row in
      StartSite(zone: columns.0?[row] ?? standard, country: columns.1?[row], region: columns.2?[row])
    }
  }

  /// Whether every target may always start.
  var isFree: Bool { calendar == nil }

  func site(of row: Int32) -> StartSite { sites[Int(row)] }

  func verdict(of row: Int32, at instant: Instant) -> StartVerdict {
    calendar?.verdict(at: instant, for: site(of: row)) ?? .open(until: nil)
  }

  /// When some targets may start from an instant on, and how many at each time, the earliest first. Those that never
  /// may are left out.
  func groups(of rows: [Int32], from start: Instant) -> [(start: Instant, count: Int)] {
    guard let calendar else { return rows.isEmpty ? [] : [(start, rows.count)] }
    var counts: [StartSite: Int] = [:]
    for row in rows { counts[site(of: row), default: 0] += 1 }
    var groups: [Instant: Int] = [:]
    for (site, count) in counts {
      if let opens = calendar.firstStart(notBefore: start, for: site) { groups[opens, default: 0] += count }
    }
    return groups.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The end of so many whole local days after an instant, where that comes last; `nil` for no days.
  func end(of days: Int, daysAfter instant: Instant, _ rows: [Int32]) -> Instant? {
    guard days > 0 else { return nil }
    return Set(rows.map { site(of: $0).zone }).compactMap { zone in
      let local = LocalDays(zone: zone, zones: zones)
      return local.start(of: local.day(of: instant).adding(days: days + 1))
    }.max()
  }

  /// How many targets may never start.
  func never(_ rows: [Int32], from start: Instant) -> Int {
    guard let calendar else { return 0 }
    return rows.count { calendar.firstStart(notBefore: start, for: site(of: $0)) == nil }
  }

  /// The targets that may not start within a span and later may, each with the reason.
  func late(_ rows: [Int32], from start: Instant, by span: Span) -> [(id: String, reason: String)] {
    guard let calendar else { return [] }
    return rows.compactMap { row in
      let site = site(of: row)
      guard let opens = calendar.firstStart(notBefore: start, for: site), opens - start >= span else { return nil }
      // What closes it right before it opens is what it waits for.
      guard case .closed(let reason, _) = calendar.verdict(at: opens + Span(milliseconds: -60_000), for: site) else {
        return nil
      }
      return (ids[Int(row)], reason.words)
    }
  }
}
