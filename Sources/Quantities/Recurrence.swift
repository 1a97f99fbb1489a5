/// How something comes back: the parts of an `RRULE` of RFC 5545 that count in whole days.
public struct Recurrence: Hashable, Sendable {
  /// The length of the period that repeats.
  public enum Frequency: String, Hashable, Sendable, CaseIterable {
    case daily = "DAILY"
    case weekly = "WEEKLY"
    case monthly = "MONTHLY"
    case yearly = "YEARLY"
  }

  /// A day of the week, all of them or the n-th one.
  public struct Weekday: Hashable, Sendable {
    /// 1 for the first one of the month or year, -1 for the last one, 0 for all of them.
    public var ordinal: Int
    /// 1 for Monday to 7 for Sunday.
    public var day: Int

    /// Makes a day of the week.
    public init(ordinal: Int = 0, day: Int) {
      self.ordinal = ordinal
      self.day = day
    }
  }

  /// The length of the period.
  public var frequency: Frequency
  /// Every so many periods; 1 or more.
  public var interval: Int
  /// After so many occurrences the rule ends; those that are excluded count.
  public var count: Int?
  /// The last day on which an occurrence may start.
  public var until: CivilDate?
  /// `BYDAY`.
  public var weekdays: [Weekday]
  /// `BYMONTHDAY`: 1 to 31, or -1 for the last day to -31.
  public var monthDays: [Int]
  /// `BYMONTH`: 1 to 12.
  public var months: [Int]
  /// `BYSETPOS`: of the days of a period only the first, second … or, with negative numbers, the last ones.
  public var positions: [Int]
  /// `WKST`: the day with which weeks start, 1 for Monday to 7 for Sunday.
  public var weekStart: Int

  /// Makes a rule; an interval below 1 counts as 1.
  public init(
    frequency: Frequency, interval: Int = 1, count: Int? = nil, until: CivilDate? = nil, weekdays: [Weekday] = [],
    monthDays: [Int] = [], months: [Int] = [], positions: [Int] = [], weekStart: Int = 1
  ) {
    self.frequency = frequency
    self.interval = max(interval, 1)
    self.count = count
    self.until = until
    self.weekdays = weekdays
    self.monthDays = monthDays
    self.months = months
    self.positions = positions
    self.weekStart = weekStart
  }
}
