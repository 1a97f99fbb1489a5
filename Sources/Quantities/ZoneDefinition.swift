/// A time zone that a file describes itself, with its rules for all times: the `VTIMEZONE` of RFC 5545.
public struct ZoneDefinition: Hashable, Sendable {
  /// From when on, again and again, the clocks of the zone have one offset.
  public struct Observance: Hashable, Sendable {
    /// The day of the first change, on the clock before it.
    public var date: CivilDate
    /// The minutes from midnight to the change, on the clock before it.
    public var minutes: Int
    /// How far local time is ahead of UTC before a change, in seconds.
    public var before: Int
    /// The same from the change on.
    public var after: Int
    /// How the change comes back.
    public var rule: Recurrence?

    /// Makes an observance; one without a rule begins once and lasts until another one.
    public init(date: CivilDate, minutes: Int, before: Int, after: Int, rule: Recurrence? = nil) {
      self.date = date
      self.minutes = minutes
      self.before = before
      self.after = after
      self.rule = rule
    }
  }

  /// What the file calls it.
  public var name: String
  /// The observances. Without any the zone is UTC.
  public var observances: [Observance]

  public init(name: String, observances: [Observance]) {
    self.name = name
    self.observances = observances
  }
}

extension ZoneDefinition {
  /// How far local time is ahead of UTC, in seconds.
  public func offset(at instant: Instant) -> Int { offsets(from: instant, through: instant).first }

  /// The offsets of a stretch of time.
  ///
  /// - Returns: the one at `start`, and each change after it until `end`, in order. Before the first change of all,
  ///   the offset is what that one changes.
  public func offsets(
    from start: Instant, through end: Instant
  ) -> (first: Int, changes: [(time: Instant, offset: Int)]) {
    let all = observances.flatMap { $0.changes(from: start, through: end) }.sorted { $0.time < $1.time }
    let earlier = all.last { $0.time <= start }
    let first = earlier?.after ?? all.first?.before ?? observances.min { $0.first < $1.first }?.before ?? 0
    return (first, all.filter { $0.time > start && $0.time <= end }.map { ($0.time, $0.after) })
  }
}

extension ZoneDefinition.Observance {
  fileprivate typealias Change = (time: Instant, before: Int, after: Int)

  fileprivate var first: Instant { time(of: date.dayNumber) }

  private func time(of day: Int) -> Instant {
    let seconds = Int64(day) * 86_400 + Int64(minutes) * 60 - Int64(before)
    return Instant(milliseconds: seconds * 1_000)
  }

  /// The changes of a stretch of time, and the last one before it.
  fileprivate func changes(from start: Instant, through end: Instant) -> [Change] {
    // A day more, since local days are not days of UTC.
    let opens = start.utcDate.dayNumber - 1
    let closes = max(opens, end.utcDate.dayNumber + 1)
    var days = Set([date.dayNumber])
    if let rule {
      days.formUnion(rule.days(from: date, within: opens...closes))
      if let last = lastDay(of: rule, before: opens) { days.insert(last) }
    }
    let sorted = days.sorted().map { (time: time(of: $0), before: before, after: after) }
    let begun = sorted.last { $0.time <= start }
    return (begun.map { [$0] } ?? []) + sorted.filter { $0.time > start && $0.time <= end }
  }

  /// The last day of a rule before another day. Most change once a year, and some ended long ago.
  private func lastDay(of rule: Recurrence, before day: Int) -> Int? {
    let end = min(day - 1, rule.until?.dayNumber ?? .max)
    for length in [800, 12_000, 4_000_000] where end >= date.dayNumber {
      if let last = rule.days(from: date, within: (end - length)...end).last { return last }
    }
    return nil
  }
}
