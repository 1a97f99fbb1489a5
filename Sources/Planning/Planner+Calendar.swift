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
      case .closed(let reason, nil) = times.calendar(windows: [window], freezes: [], zones: zones)
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
    guard !freezes.isEmpty, let end = plan.lastDay, let calendars = runbook.calendars.first else { return }
    var open = runbook
    open.calendarFiles = []
    var other = Planner(
      runbook: open, environment: environment, zones: zones, given: given, part: part, amending: amending,
      today: today, times: times)
    other.isTrial = true
    guard let free = other.resolve().lastDay, free < end else { return }
    findings.append(
      PlanningFindings.frozenDays(
        end.dayNumber - free.dayNumber, from: free.text, to: end.text,
        deadline: plan.standing.map { standing in
          let deadline = standing.deadline
          return standing.isMet
            ? "the deadline \(deadline.text) is met all the same"
            : DeadlineStanding(deadline: deadline, ends: free).isMet
              ? "without them the deadline \(deadline.text) would be met"
              : "the deadline \(deadline.text) would be missed without them, too"
        }, at: calendars.file.location))
  }
}
