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
    guard !openings.isFree else { return }
    for (number, wave) in waves.enumerated() {
      guard let starts = wave.starts else { continue }
      let first = starts.first
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
      guard starts.last - first >= .week else { continue }
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
      runbook: open, environment: environment, zones: zones, given: given, part: part, amending: amending,
      today: today)
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

  /// The last day of a plan.
  static func end(of plan: Plan) -> CivilDate? { plan.stages.flatMap(\.waves).compactMap(\.latest).max() }
}
