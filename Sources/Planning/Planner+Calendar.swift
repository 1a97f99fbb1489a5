import Diagnostics
import Plans
import Quantities
import Runbooks

extension Planner {
  /// The window of a stage as the plan keeps it; `nil` without one, and where the environment leaves windows out.
  func window(of stage: Stage) -> PlannedWindow? {
    guard let window = stage.window, !environment.time.ignoresWindows, !isCompressed else { return nil }
    return PlannedWindow(
      days: window.days, opens: window.hours.opens.minutes, closes: window.hours.closes.minutes, zone: window.zone,
      latestStart: window.latestStart ?? .zero)
  }

  /// Says where a window never lets anybody start, whatever the day.
  mutating func checkWindow(_ window: PlannedWindow?, of stage: Stage) {
    guard let window, let written = stage.window, !isTrial else { return }
    // Any day will do: windows come back every week.
    let monday = Instant(utcMidnight: CivilDate(dayNumber: 20_822))
    let site = StartSite(zone: window.zone ?? runbook.zone.value)
    guard
      case .closed(let reason, nil) = StartCalendar(windows: [window], freezes: [], zones: zones)
        .verdict(at: monday, for: site), reason == .window || reason == .latestStart
    else { return }
    let (hours, latest) = (written.hours, window.latestStart)
    let length = (window.closes - window.opens + (window.closes <= window.opens ? 1_440 : 0))
    findings.append(
      PlanningFindings.neverOpens(
        "from \(hours.opens.text) to \(hours.closes.text), \(Span(milliseconds: Int64(length) * 60_000).text), and "
          + "`latest_start: \(latest.text)` leaves nothing of it", stage: stage.id.value, at: written.location))
  }

  /// Says where a freeze or a window keeps targets from starting in the period of their wave.
  mutating func warnOfFreezes(_ openings: Openings, waves: [PlannedWave], after begun: Int, stage: Stage) {
    for (number, wave) in waves.enumerated() {
      guard let earliest = wave.earliest, let first = zones.instant(of: earliest, in: runbook.zone.value) else {
        continue
      }
      let never = openings.never(wave.targets, from: first)
      // A window that never opens was reported already.
      let isReported = findings.contains {
        $0.code == "G325" && $0.severity == .error && $0.location == stage.window?.location
      }
      if never > 0, !isReported {
        findings.append(
          PlanningFindings.neverStarts(
            count: never, wave: begun + number + 1, stage: stage.id.value, at: stage.id.location))
      }
      guard let starts = wave.starts, starts.last - first >= .week else { continue }
      let late = openings.late(wave.targets, from: first, by: .week)
      guard let example = late.first else { continue }
      findings.append(
        PlanningFindings.frozen(
          count: late.count, wave: begun + number + 1, stage: stage.id.value, example: example.id,
          reason: example.reason,
          until: starts.last.utcDate.text, at: stage.id.location))
    }
  }
}

extension Planner {
  /// Says by how many days freezes move the end, and what that means for the deadline: the same plan without them ends
  /// earlier.
  mutating func sayWhatFreezesCost(_ plan: Plan) {
    guard !freezes.isEmpty, let end = Self.end(of: plan), let calendars = runbook.calendars.first else { return }
    var open = runbook
    open.calendarFiles = []
    var other = Planner(
      runbook: open, environment: environment, zones: zones, given: given, amending: amending, today: today)
    other.isTrial = true
    guard let free = Self.end(of: other.resolve()), free < end else { return }
    findings.append(
      PlanningFindings.frozenDays(
        end.dayNumber - free.dayNumber, from: free.text, to: end.text,
        deadline: runbook.deadline.map { deadline in
          deadline.value < free
            ? "the deadline \(deadline.value.text) would be missed without them, too"
            : deadline.value < end
              ? "without them the deadline \(deadline.value.text) would be met"
              : "the deadline \(deadline.value.text) is met all the same"
        }, at: calendars.file.location))
  }

  private static func end(of plan: Plan) -> CivilDate? { plan.stages.flatMap(\.waves).compactMap(\.latest).max() }
}

/// When the targets of one stage may start.
struct Openings {
  private let calendar: StartCalendar
  private let sites: [StartSite]
  private let ids: [String]
  private let zones: any ZoneTable
  private let zone: String

  /// Nothing for a stage without window and freezes. What is done once stands in the zone of the programme, and in no
  /// country.
  init?(planner: Planner, stage: Stage, window: PlannedWindow?) {
    guard window != nil || !planner.freezes.isEmpty else { return nil }
    calendar = StartCalendar(windows: [window].compactMap { $0 }, freezes: planner.freezes, zones: planner.zones)
    zones = planner.zones
    zone = planner.runbook.zone.value
    guard let name = stage.targets?.value else {
      ids = ["-"]
      sites = [StartSite(zone: zone)]
      return
    }
    guard let inventory = planner.runbook.inventories.first(where: { $0.name.value == name }) else { return nil }
    ids = inventory.ids
    let columns = (inventory.column("zone"), inventory.column("country"), inventory.column("region"))
    let standard = planner.runbook.zone.value
    sites = inventory.ids.indices.map { row in
      StartSite(zone: columns.0?[row] ?? standard, country: columns.1?[row], region: columns.2?[row])
    }
  }

  /// When the first and the last of some targets may start, from the morning of a day on.
  func starts(of rows: [Int32], notBefore day: CivilDate) -> (starts: WaveStarts, first: CivilDate, last: CivilDate)? {
    guard let morning = zones.instant(of: day, in: zone) else { return nil }
    let instants = Set(rows.map { sites[Int($0)] }).compactMap { calendar.firstStart(notBefore: morning, for: $0) }
    guard let first = instants.min(), let last = instants.max() else { return nil }
    return (WaveStarts(first: first, last: last), date(first), date(last))
  }

  /// How many targets may never start.
  func never(_ rows: [Int32], from start: Instant) -> Int {
    rows.count { calendar.firstStart(notBefore: start, for: sites[Int($0)]) == nil }
  }

  /// The targets that may not start within a span and later may, each with the reason.
  func late(_ rows: [Int32], from start: Instant, by span: Span) -> [(id: String, reason: String)] {
    rows.compactMap { row in
      let site = sites[Int(row)]
      guard let opens = calendar.firstStart(notBefore: start, for: site), opens - start >= span else { return nil }
      // What closes it right before it opens is what it waits for.
      guard case .closed(let reason, _) = calendar.verdict(at: opens + Span(milliseconds: -60_000), for: site) else {
        return nil
      }
      return (ids[Int(row)], reason.words)
    }
  }

  private func date(_ instant: Instant) -> CivilDate {
    (instant + Span(milliseconds: Int64(zones.offset(of: zone, at: instant) ?? 0) * 1_000)).utcDate
  }
}
