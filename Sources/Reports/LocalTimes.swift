import History
import Quantities

/// Times as a reader of a report wants them: in the zone of the programme, which the report names once.
struct LocalTimes {
  let zone: String
  let zones: any ZoneTable

  private func shifted(_ instant: Instant) -> Instant {
    instant + Span(milliseconds: Int64(zones.offset(of: zone, at: instant) ?? 0) * 1_000)
  }

  /// The name of the zone, or that of UTC where nobody knows it.
  func name(at instant: Instant) -> String { zones.offset(of: zone, at: instant) == nil ? "UTC" : zone }

  /// `2027-03-01 21:00`
  func minute(_ instant: Instant) -> String {
    let text = shifted(instant).text
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
  }

  /// `2027-03-01 21:00:05`
  func second(_ instant: Instant) -> String {
    let text = shifted(instant).text
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
  }

  /// `21:00`
  func clock(_ instant: Instant) -> String { String(shifted(instant).text.dropFirst(11).prefix(5)) }

  /// `1 Mar`
  func day(_ instant: Instant) -> String { shifted(instant).utcDate.spoken }

  /// The local day that begins with a date.
  func start(of date: CivilDate) -> Instant { zones.instant(of: date, in: zone) ?? Instant(utcMidnight: date) }

  /// `2027-03-01 21:00 to 2027-03-02 02:00`
  func span(_ from: Instant, _ to: Instant) -> String { "\(minute(from)) to \(minute(to))" }

  /// How long something took, in words.
  static func took(_ from: Instant, _ to: Instant) -> String {
    from.took(until: to)?.spoken ?? "a time that nobody can tell, since the clock was set back"
  }

  /// When something begins by its plan: to the minute where the plan knows it, else the day; `nil` without a date.
  func begin(of planned: PlannedDays) -> String? { planned.begins.map(minute) ?? planned.from?.text }

  /// When it is over by its plan.
  func end(of planned: PlannedDays) -> String? { planned.ends.map(minute) ?? planned.to?.text }

  /// The same as instants, for drawings: of a day its begin and its end.
  func stretch(of planned: PlannedDays) -> (from: Instant, to: Instant)? {
    guard let first = planned.from else { return nil }
    return (
      planned.begins ?? start(of: first), planned.ends ?? start(of: (planned.to ?? first).adding(days: 1))
    )
  }
}
