public import Quantities

/// A time as a calendar file writes it. Only the last form is the same point in time for every target.
public enum Moment: Hashable, Sendable {
  /// The midnight with which a day starts, on the clock of each target.
  case day(CivilDate)
  /// Minutes after the start of a day, 0 to 1439, on the clock of an IANA zone.
  case local(CivilDate, minutes: Int, zone: String)
  /// Minutes after the start of a day, 0 to 1439, on the clock of each target.
  case floating(CivilDate, minutes: Int)
  /// A point in time, in whole minutes.
  case utc(Instant)

  /// The day on the moment's own clock.
  public var date: CivilDate {
    switch self {
    case .day(let date), .local(let date, _, _), .floating(let date, _): date
    case .utc(let instant): instant.utcDate
    }
  }

  /// Minutes after the start of ``date`` on the moment's own clock, 0 to 1439.
  public var minutes: Int {
    switch self {
    case .day: 0
    case .local(_, let minutes, _), .floating(_, let minutes): minutes
    case .utc(let instant): Int((instant - Instant(utcMidnight: instant.utcDate)).milliseconds / 60_000)
    }
  }

  /// A form for people: `2027-01-04`, `2027-01-04 09:00`, `2027-01-04 09:00 Europe/Amsterdam`, `2027-01-04 09:00 UTC`.
  public var text: String {
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let timed = "\(date.text) \(padded(minutes / 60)):\(padded(minutes % 60))"
    return switch self {
    case .day: date.text
    case .local(_, _, let zone): "\(timed) \(zone)"
    case .floating: timed
    case .utc: "\(timed) UTC"
    }
  }

  /// The zone that the moment names; `nil` when it names none.
  public var zone: String? {
    if case .local(_, _, let zone) = self { zone } else { nil }
  }

  /// Minutes since the start of 1970 on the moment's own clock, as if that clock were never put forward or back.
  public var wallMinutes: Int { date.dayNumber * 1_440 + minutes }

  /// The moment of the same form with these minutes on its own clock; a day loses the part of a day.
  func at(wallMinutes: Int) -> Moment {
    let dayNumber = wallMinutes >= 0 ? wallMinutes / 1_440 : (wallMinutes - 1_439) / 1_440
    let date = CivilDate(dayNumber: dayNumber)
    let minutes = wallMinutes - dayNumber * 1_440
    return switch self {
    case .day: .day(date)
    case .local(_, _, let zone): .local(date, minutes: minutes, zone: zone)
    case .floating: .floating(date, minutes: minutes)
    case .utc: .utc(Instant(milliseconds: Int64(wallMinutes) * 60_000))
    }
  }

  /// Whether both are days, or times on the same clock: only then can they be compared without a zone table.
  func hasSameForm(as other: Moment) -> Bool {
    switch (self, other) {
    case (.day, .day), (.floating, .floating), (.utc, .utc): true
    case (.local(_, _, let left), .local(_, _, let right)): left == right
    default: false
    }
  }
}
