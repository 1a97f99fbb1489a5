/// What is known about time zones. Given from outside, so that planning reads no machine.
public protocol ZoneTable: Sendable {
  /// The version of the data, such as `2026b`.
  var version: String { get }
  /// How far local time is ahead of UTC, in seconds; `nil` for an unknown zone.
  func offset(of zone: String, at instant: Instant) -> Int?
}

extension ZoneTable {
  /// The instant of a wall-clock time. In a gap it moves forward; of two it is the first.
  ///
  /// - Returns: `nil` for an unknown zone.
  public func instant(of date: CivilDate, minutes: Int = 0, in zone: String) -> Instant? {
    let wall = Instant(utcMidnight: date) + Span(milliseconds: Int64(minutes) * 60_000)
    // No zone changes twice within two days, so these are the offsets before and after any change nearby.
    guard let before = offset(of: zone, at: wall + Span(milliseconds: -86_400_000)),
      let after = offset(of: zone, at: wall + .day)
    else { return nil }
    let first = wall + Span(milliseconds: -Int64(before) * 1_000)
    if before == after || offset(of: zone, at: first) == before { return first }
    let second = wall + Span(milliseconds: -Int64(after) * 1_000)
    return offset(of: zone, at: second) == after ? second : first
  }
}

/// Zone data for those who only read a plan or a history: it knows UTC, and says of every other zone that it is
/// unknown.
public struct NoZones: ZoneTable {
  /// No data, no version.
  public let version = "none"

  public init() {}

  /// Nothing for UTC, and no answer for any other zone.
  public func offset(of zone: String, at instant: Instant) -> Int? { zone == "UTC" ? 0 : nil }
}
