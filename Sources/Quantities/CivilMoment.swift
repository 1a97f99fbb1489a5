/// A day, or a time of day on it, without a time zone: `2027-01-04`, `2027-01-04T21:00`.
public struct CivilMoment: Hashable, Sendable {
  public let day: CivilDate
  /// The time of day; `nil` for the beginning of the day.
  public let clock: ClockTime?

  public init(_ day: CivilDate, clock: ClockTime? = nil) {
    (self.day, self.clock) = (day, clock)
  }

  /// Reads `2027-01-04` or `2027-01-04T21:00`.
  public init?(_ text: String) {
    let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    guard let day = parts.first.flatMap({ CivilDate(String($0)) }) else { return nil }
    guard parts.count == 2 else {
      self.init(day)
      return
    }
    guard let clock = ClockTime(String(parts[1])) else { return nil }
    self.init(day, clock: clock)
  }

  /// The written form.
  public var text: String { day.text + (clock.map { "T\($0.text)" } ?? "") }

  /// Whether it lies before another one. A day alone does not lie before a time on it, nor after.
  public func isBefore(_ other: CivilMoment) -> Bool {
    guard day == other.day, let clock, let later = other.clock else { return day < other.day }
    return clock < later
  }
}

extension ZoneTable {
  /// The instant of a wall-clock moment. In a gap it moves forward; of two it is the first.
  ///
  /// - Returns: `nil` for an unknown zone.
  public func instant(of moment: CivilMoment, in zone: String) -> Instant? {
    instant(of: moment.day, minutes: moment.clock?.minutes ?? 0, in: zone)
  }
}
