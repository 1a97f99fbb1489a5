public import Quantities

/// Times in which targets may not start, for some of the targets or all.
///
/// What comes back is kept as its rule, so that the plan knows it for all times, however late a run is.
public struct PlannedFreeze: Hashable, Sendable {
  /// What it is called, such as `Christmas trading`.
  public var summary: String
  /// Whom it concerns: targets that have one of these values as country or region, in any letter case, or as country
  /// alone where it is written `country:US`. Empty for all.
  public var categories: [String]
  /// When it is, as far as it does not come back.
  public var intervals: [FreezeInterval]
  /// How it comes back.
  public var series: FreezeSeries?
  /// The zone of its wall-clock times, where the calendar describes that itself.
  public var zone: ZoneDefinition?

  public init(
    summary: String, categories: [String] = [], intervals: [FreezeInterval], series: FreezeSeries? = nil,
    zone: ZoneDefinition? = nil
  ) {
    self.summary = summary
    self.categories = categories
    self.intervals = intervals
    self.series = series
    self.zone = zone
  }
}

/// One stretch of a freeze. Its end is exclusive; one that does not end after its start is empty.
public enum FreezeInterval: Hashable, Sendable {
  /// Whole days in the zone of each target.
  case days(from: CivilDate, until: CivilDate)
  /// Between two wall-clock times.
  case local(from: LocalTime, until: LocalTime)
  /// Between two instants, the same for all targets.
  case instants(from: Instant, until: Instant)
  /// From a wall-clock time on: so many days on that clock, and then so many minutes that really pass, also where the
  /// clocks change meanwhile.
  case lasting(from: LocalTime, days: Int, minutes: Int)
}

/// A stretch that comes back by a rule, on the clock of its start.
public struct FreezeSeries: Hashable, Sendable {
  /// The first occurrence.
  public var first: FreezeInterval
  /// How it comes back. Each occurrence is as long as the first one.
  public var rule: Recurrence
  /// The days on which one would start and does not, on the clock of the start.
  public var excluded: [CivilDate]

  public init(first: FreezeInterval, rule: Recurrence, excluded: [CivilDate] = []) {
    self.first = first
    self.rule = rule
    self.excluded = excluded
  }
}

/// A wall-clock time of one day.
public struct LocalTime: Hashable, Sendable {
  /// The day.
  public var date: CivilDate
  /// The minutes from local midnight, 0 to 1440.
  public var minutes: Int
  /// The IANA zone, or the name of one that the freeze describes; `nil` for the zone of each target.
  public var zone: String?

  /// Makes a wall-clock time.
  public init(date: CivilDate, minutes: Int, zone: String? = nil) {
    self.date = date
    self.minutes = minutes
    self.zone = zone
  }

  func moved(by days: Int) -> LocalTime { LocalTime(date: date.adding(days: days), minutes: minutes, zone: zone) }
}

extension FreezeInterval {
  /// The day on which it starts, on its own clock.
  package var firstDay: CivilDate {
    switch self {
    case .days(let from, _): from
    case .local(let from, _), .lasting(let from, _, _): from.date
    case .instants(let from, _): from.utcDate
    }
  }

  /// The days that it touches at most.
  package var dayCount: Int {
    switch self {
    case .days(let from, let until): until.dayNumber - from.dayNumber + 1
    case .local(let from, let until): until.date.dayNumber - from.date.dayNumber + 2
    case .instants(let from, let until): Int((until - from).milliseconds / Span.day.milliseconds) + 2
    case .lasting(_, let days, let minutes): days + minutes / 1_440 + 2
    }
  }

  /// The same so many days later on its own clock.
  func moved(by days: Int) -> FreezeInterval {
    switch self {
    case .days(let from, let until): return .days(from: from.adding(days: days), until: until.adding(days: days))
    case .local(let from, let until): return .local(from: from.moved(by: days), until: until.moved(by: days))
    case .lasting(let from, let length, let minutes):
      return .lasting(from: from.moved(by: days), days: length, minutes: minutes)
    case .instants(let from, let until):
      let span = Span(milliseconds: Int64(days) * Span.day.milliseconds)
      return .instants(from: from + span, until: until + span)
    }
  }
}

extension FreezeSeries {
  /// The occurrences that touch a range of days, given as days since 1970-01-01.
  func occurrences(within days: ClosedRange<Int>) -> [FreezeInterval] {
    let begin = first.firstDay
    // An occurrence may have started long before the range and still last.
    let earliest = days.lowerBound - max(0, first.dayCount)
    let gone = Set(excluded.map(\.dayNumber))
    return rule.days(from: begin, within: earliest...days.upperBound).filter { !gone.contains($0) }
      .map { first.moved(by: $0 - begin.dayNumber) }
  }
}

extension PlannedFreeze {
  /// The stretches of days, the last one included, on which it is, on its own clock, as far as they touch a range:
  /// whole days exactly, and of what begins or ends within a day all that it touches.
  public func days(within range: ClosedRange<CivilDate>) -> [ClosedRange<CivilDate>] {
    let numbers = range.lowerBound.dayNumber...range.upperBound.dayNumber
    let all = intervals + (series?.occurrences(within: numbers) ?? [])
    return all.compactMap { interval -> ClosedRange<CivilDate>? in
      let first = interval.firstDay
      let last =
        if case .days(_, let until) = interval { until.adding(days: -1) } else {
          first.adding(days: max(1, interval.dayCount - 1) - 1)
        }
      guard first <= last, first <= range.upperBound, last >= range.lowerBound else { return nil }
      return first...last
    }.sorted { $0.lowerBound < $1.lowerBound }
  }
}
