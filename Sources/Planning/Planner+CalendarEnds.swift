import Diagnostics
import Plans
import Quantities
import Runbooks

extension Planner {
  /// Says which calendars, and which freezes that come back, end before the plan does: what nobody has written down for
  /// the time after that freezes nothing.
  mutating func checkCalendarEnds(of plan: Plan) {
    guard !isTrial, !isCompressed, !isIgnored(.calendars), let ends = plan.lastDay,
      // Not the first wave: that may be kept back by the very freeze.
      let starts = plan.starts ?? plan.stages.flatMap(\.waves).compactMap(\.earliest).min()
    else { return }
    for calendar in runbook.calendarFiles where !calendar.freezes.isEmpty {
      let lasts = calendar.freezes.map(\.lastDay)
      let file = runbook.calendars.first { $0.file.value == calendar.path }?.file.location
      if let last = lasts.compactMap({ $0 }).max(), !lasts.contains(nil), last < starts {
        findings.append(
          .calendarIsOver(calendar.path, last: last, starts: starts, at: file ?? calendar.freezes[0].location))
        continue
      }
      let ending = zip(calendar.freezes, lasts).compactMap { freeze, last in
        last.flatMap { freeze.rule != nil && starts <= $0 && $0 < ends ? (freeze: freeze, last: $0) : nil }
      }
      if let first = ending.first {
        findings.append(.seriesEnds(first.freeze, last: first.last, others: ending.count - 1, planEnds: ends))
      }
    }
  }
}

extension Freeze {
  /// The last day of its last occurrence; `nil` where it comes back for ever.
  fileprivate var lastDay: CivilDate? {
    let single = ([Occurrence(start: start, end: end)] + added).map(\.lastDay).max() ?? start.date
    guard let rule else { return single }
    guard rule.until != nil || rule.count != nil else { return nil }
    let first = start.date
    let until = max(first.dayNumber, rule.until?.dayNumber ?? CivilDate.last.dayNumber)
    let starts = rule.days(from: first, within: first.dayNumber...until).last ?? first.dayNumber
    return max(single, Occurrence(start: start, end: end).lastDay.adding(days: starts - first.dayNumber))
  }
}

extension Freeze.Occurrence {
  /// The last day of which something is frozen: the end itself is not.
  fileprivate var lastDay: CivilDate { end.minutes == 0 ? end.date.adding(days: -1) : end.date }
}

extension Finding {
  fileprivate static func calendarIsOver(
    _ path: String, last: CivilDate, starts: CivilDate, at location: SourceSpan
  ) -> Finding {
    Finding(
      code: "G329", severity: .warning,
      message: "the calendar `\(path)` freezes nothing after \(last.text), and the plan starts on \(starts.text)",
      location: location, suggestion: "fetch the calendar anew, or take it out")
  }

  fileprivate static func seriesEnds(
    _ freeze: Freeze, last: CivilDate, others: Int, planEnds: CivilDate
  ) -> Finding {
    let name = freeze.summary.isEmpty ? "a freeze" : "the freeze `\(freeze.summary)`"
    let more = others == 0 ? "" : ", as \(others) more of this calendar"
    return Finding(
      code: "G329", severity: .warning,
      message: "\(name) comes back until \(last.text) alone, and the plan goes on until \(planEnds.text)\(more)",
      location: freeze.location, suggestion: "let its `RRULE` end later")
  }
}
