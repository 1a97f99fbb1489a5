public import Quantities

extension Freeze {
  /// More occurrences than this are never returned.
  public static let occurrenceLimit = 10_000

  /// The occurrences that touch a range of days, in order.
  ///
  /// Everything is reckoned on the freeze's own clock: days and floating times on that of each target, times with a
  /// zone on that zone's, UTC in UTC. Whoever looks at a target on another clock asks for a day more on either side.
  /// Each occurrence is as long on that clock as the first one, also over a change to summer time, whatever ``lasting``
  /// says.
  ///
  /// - Parameters:
  ///   - first: the first day.
  ///   - last: the last day; nothing is returned when it is earlier than `first`.
  /// - Returns: start and exclusive end of each, both in the form of ``start``; the earliest ``occurrenceLimit``.
  /// - Complexity: with a rule, proportional to the days of the range; to the days since ``start`` when it counts.
  public func occurrences(from first: CivilDate, through last: CivilDate) -> [(start: Moment, end: Moment)] {
    let firstStart = start.wallMinutes
    let length = end.wallMinutes - firstStart
    guard first <= last, length > 0 else { return [] }
    let opens = first.dayNumber * 1_440
    let closes = (last.dayNumber + 1) * 1_440
    var ends = Dictionary(added.map { ($0.start.wallMinutes, $0.end.wallMinutes) }, uniquingKeysWith: max)
    var starts: Set<Int> = rule == nil ? [firstStart] : []
    if let rule {
      // An occurrence may have started long before the range and still last.
      let earliest = first.dayNumber - length / 1_440 - 1
      let limit = Self.occurrenceLimit + excluded.count + length / 1_440 + 2
      starts.formUnion(
        rule.days(from: start.date, within: earliest...last.dayNumber, limit: limit)
          .map { $0 * 1_440 + start.minutes })
    }
    for start in starts { ends[start] = max(ends[start] ?? start, start + length) }
    for moment in excluded { ends[moment.wallMinutes] = nil }
    return ends.filter { $0.key < closes && $0.value > opens }.sorted { $0.key < $1.key }.prefix(Self.occurrenceLimit)
      .map { (start.at(wallMinutes: $0.key), end.at(wallMinutes: $0.value)) }
  }
}
