import Plans
import Quantities
import Runbooks

// The freezes of calendars → those of the plan, which are rules and hold for all times.

extension Planner {
  /// The freezes of all calendars for a verb. Those that are over before the programme starts are left out.
  func plannedFreezes(verb: String) -> [PlannedFreeze] {
    let all = runbook.calendarFiles.flatMap(\.freezes).filter { $0.freezes(verb: verb) }
    let ambiguous = CategoryReader(inventories: runbook.inventories)
    return all.compactMap { freeze in
      var planned = PlannedFreeze(
        summary: freeze.summary, categories: freeze.categories.map { ambiguous.planned($0.value) },
        intervals: intervals(of: freeze), series: series(of: freeze), zone: freeze.zone)
      if let starts = runbook.starts?.value.day { planned.leaveOut(before: starts) }
      return planned.intervals.isEmpty && planned.series == nil ? nil : planned
    }
  }

  /// What does not come back by a rule.
  private func intervals(of freeze: Freeze) -> [FreezeInterval] {
    let excluded = Set(freeze.excluded)
    var occurrences = freeze.added
    // Another one with the same start may be shorter, and both freeze.
    if freeze.rule == nil {
      occurrences.insert(Freeze.Occurrence(start: freeze.start, end: freeze.end), at: 0)
    }
    return occurrences.filter { !excluded.contains($0.start) }.map { occurrence in
      // An occurrence with a length of its own has that one.
      let isUsual = occurrence.length == freeze.end.wallMinutes - freeze.start.wallMinutes
      return Self.interval(from: occurrence.start, until: occurrence.end, lasting: isUsual ? freeze.lasting : nil)
    }
  }

  private func series(of freeze: Freeze) -> FreezeSeries? {
    freeze.rule.map { rule in
      let sameTime = freeze.excluded.filter { $0.minutes == freeze.start.minutes }
      return FreezeSeries(
        first: Self.interval(from: freeze.start, until: freeze.end, lasting: freeze.lasting), rule: rule,
        excluded: Set(sameTime.map(\.date)).sorted())
    }
  }

  private static func interval(from start: Moment, until end: Moment, lasting: Freeze.Length?) -> FreezeInterval {
    if let lasting { return .lasting(from: localTime(start), days: lasting.days, minutes: lasting.minutes) }
    switch (start, end) {
    case (.day(let first), .day(let last)): return .days(from: first, until: last)
    case (.utc(let first), .utc(let last)): return .instants(from: first, until: last)
    case (.local, .local), (.floating, .floating): return .local(from: localTime(start), until: localTime(end))
    case (.day, _), (.utc, _), (.local, _), (.floating, _):
      preconditionFailure("a freeze ends on another clock than it begins: whoever reads calendars must refuse it")
    }
  }

  private static func localTime(_ moment: Moment) -> LocalTime {
    LocalTime(date: moment.date, minutes: moment.minutes, zone: moment.zone)
  }
}

extension Freeze.Occurrence {
  fileprivate var length: Int { end.wallMinutes - start.wallMinutes }
}

extension PlannedFreeze {
  /// Leaves out what is over for every target when a day begins.
  fileprivate mutating func leaveOut(before day: CivilDate) {
    // No clock is two days behind another one.
    let first = day.adding(days: -2)
    intervals.removeAll { $0.firstDay.adding(days: $0.dayCount) < first }
    guard let series, series.rule.until != nil || series.rule.count != nil else { return }
    let earliest = first.dayNumber - series.first.dayCount
    // A rule that ends names days that can be counted.
    let later = series.rule.days(
      from: series.first.firstDay, within: earliest...max(earliest, CivilDate.last.dayNumber), limit: 1)
    if later.isEmpty { self.series = nil }
  }
}

extension CivilDate {
  /// The last day of the calendar.
  static let last = CivilDate(dayNumber: 2_932_896)
}

/// What the categories of calendars mean for the targets of a runbook.
struct CategoryReader {
  private let countries: Set<String>
  private let regions: Set<String>

  init(inventories: [Inventory]) {
    countries = Set(inventories.flatMap { $0.column("country") ?? [] })
    regions = Set(inventories.flatMap { $0.column("region") ?? [] })
  }

  /// A category as the plan has it.
  ///
  /// It names a country or a region in any letter case. Where both have the name but for letter case, such as the
  /// country `US` and a region `us` of more countries, who writes it exactly as the country means the country.
  func planned(_ written: String) -> String {
    let lower = written.lowercased()
    let isCountry = countries.contains(written) && !regions.contains(written)
    return isCountry && regions.contains { $0.lowercased() == lower } ? "country:\(written)" : written.uppercased()
  }
}
