import Quantities

/// One zone over a few years: the offsets and when they change, read once, so that later questions cost no look-up.
///
/// Before and after its years it goes on with the first and the last offset.
struct ZoneExcerpt: ZoneTable {
  private let zone: String
  private let first: Int
  private let changes: [Change]
  let version: String

  private struct Change {
    /// The first millisecond of the new offset.
    let time: Int64
    let offset: Int
  }

  /// No zone changes twice within so many milliseconds, two days; `instant(of:minutes:in:)` relies on it too.
  private static let stride: Int64 = 172_800_000

  /// Reads a zone for the times from `start` to `end`, in milliseconds; `nil` when the zone is unknown.
  init?(of zone: String, from start: Int64, to end: Int64, in zones: any ZoneTable) {
    func offset(_ time: Int64) -> Int? { zones.offset(of: zone, at: Instant(milliseconds: time)) }
    guard let first = offset(start) else { return nil }
    var changes: [Change] = []
    var current = first
    for time in Swift.stride(from: start + Self.stride, through: end + Self.stride, by: Int64.Stride(Self.stride)) {
      guard let next = offset(time) else { return nil }
      if next == current { continue }
      var before = (time - Self.stride) / 1_000
      var after = time / 1_000
      while after - before > 1 {
        let middle = (before + after) / 2
        if offset(middle * 1_000) == current { before = middle } else { after = middle }
      }
      changes.append(Change(time: after * 1_000, offset: next))
      current = next
    }
    self.zone = zone
    self.first = first
    self.changes = changes
    version = zones.version
  }

  /// Reads a zone that a calendar describes, for the times from `start` to `end`, in milliseconds.
  init(of zone: ZoneDefinition, from start: Int64, to end: Int64) {
    let offsets = zone.offsets(from: Instant(milliseconds: start), through: Instant(milliseconds: end))
    self.zone = zone.name
    first = offsets.first
    changes = offsets.changes.map { Change(time: $0.time.milliseconds, offset: $0.offset) }
    version = "the calendar's"
  }

  func offset(of zone: String, at instant: Instant) -> Int? {
    guard zone == self.zone else { return nil }
    return changes.last { $0.time <= instant.milliseconds }?.offset ?? first
  }

  /// The instant of a wall-clock time, in milliseconds. The rule is that of every ``ZoneTable``.
  func time(of date: CivilDate, minutes: Int) -> Int64? {
    instant(of: date, minutes: min(max(0, minutes), 1_440), in: zone)?.milliseconds
  }
}
