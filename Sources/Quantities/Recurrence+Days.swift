// A rule → days. Each period offers all of its days, the parts of the rule strike out, `BYSETPOS` picks from the rest.

extension Recurrence {
  /// The days on which occurrences start.
  ///
  /// - Parameters:
  ///   - first: the day of the first occurrence; periods count from it, and no occurrence is earlier.
  ///   - days: only days in this range are returned.
  ///   - limit: at most so many days are returned.
  /// - Returns: the days since 1970-01-01 of each, in order.
  public func days(from first: CivilDate, within days: ClosedRange<Int>, limit: Int = .max) -> [Int] {
    var result: [Int] = []
    var left = count ?? .max
    // Without a count nothing depends on the periods before the range.
    var period = count == nil ? periods(from: first, to: days.lowerBound) : 0
    while left > 0, result.count < limit, let offered = self.days(ofPeriod: period, from: first),
      offered.lowerBound <= days.upperBound
    {
      for day in chosen(from: offered, first: first) where day >= first.dayNumber {
        if let until, day > until.dayNumber { return result }
        if left == 0 || day > days.upperBound || result.count == limit { return result }
        left -= 1
        if day >= days.lowerBound { result.append(day) }
      }
      period += 1
    }
    return result
  }

  /// A number of periods after which the range has surely not begun yet.
  private func periods(from first: CivilDate, to dayNumber: Int) -> Int {
    let distance = max(0, dayNumber - first.dayNumber)
    let longest =
      switch frequency {
      case .daily: 1
      case .weekly: 7
      case .monthly: 31
      case .yearly: 366
      }
    return max(0, distance / (longest * interval) - 1)
  }

  /// The days of a period; `nil` beyond the end of the calendar.
  private func days(ofPeriod period: Int, from first: CivilDate) -> ClosedRange<Int>? {
    let step = period * interval
    switch frequency {
    case .daily:
      let day = first.dayNumber + step
      return day...day
    case .weekly:
      let sinceWeekStart = (first.weekday - weekStart + 7) % 7
      let monday = first.dayNumber - sinceWeekStart + step * 7
      return monday...(monday + 6)
    case .monthly:
      let month = first.month - 1 + step
      guard let day = CivilDate(year: first.year + month / 12, month: month % 12 + 1, day: 1) else { return nil }
      return day.dayNumber...(day.dayNumber + day.monthLength - 1)
    case .yearly:
      guard let day = CivilDate(year: first.year + step, month: 1, day: 1),
        let last = CivilDate(year: first.year + step, month: 12, day: 31)
      else { return nil }
      return day.dayNumber...last.dayNumber
    }
  }

  private func chosen(from offered: ClosedRange<Int>, first: CivilDate) -> [Int] {
    let days = offered.filter { accepts(CivilDate(dayNumber: $0), first: first) }
    guard !positions.isEmpty else { return days }
    let indices = positions.map { $0 > 0 ? $0 - 1 : days.count + $0 }
    return Set(indices).filter(days.indices.contains).sorted().map { days[$0] }
  }

  private func accepts(_ date: CivilDate, first: CivilDate) -> Bool {
    if !months.isEmpty, !months.contains(date.month) { return false }
    if !monthDays.isEmpty, !monthDays.contains(date.day), !monthDays.contains(date.day - date.monthLength - 1) {
      return false
    }
    if !weekdays.isEmpty { return weekdays.contains { accepts(date, weekday: $0) } }
    guard monthDays.isEmpty else { return true }
    // What the rule leaves open is as it is at the first occurrence.
    switch frequency {
    case .daily: return true
    case .weekly: return date.weekday == first.weekday
    case .monthly: return date.day == first.day
    case .yearly: return date.day == first.day && (!months.isEmpty || date.month == first.month)
    }
  }

  private func accepts(_ date: CivilDate, weekday: Weekday) -> Bool {
    guard date.weekday == weekday.day else { return false }
    if weekday.ordinal == 0 { return true }
    // A rule of the year counts in the year, unless it names months.
    let countsInMonth = frequency == .monthly || !months.isEmpty
    let before = countsInMonth ? date.day - 1 : date.dayOfYear - 1
    let after = (countsInMonth ? date.monthLength : date.yearLength) - 1 - before
    return weekday.ordinal == before / 7 + 1 || weekday.ordinal == -(after / 7 + 1)
  }
}

extension CivilDate {
  /// The number of days of this date's month.
  fileprivate var monthLength: Int { Self.length(of: month, in: year) }

  /// The number of days of this date's year.
  fileprivate var yearLength: Int { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365 }

  /// 1 for the first of January.
  fileprivate var dayOfYear: Int {
    dayNumber - (CivilDate(year: year, month: 1, day: 1)?.dayNumber ?? dayNumber) + 1
  }
}
