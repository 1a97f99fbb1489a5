internal import Diagnostics
internal import Foundation
internal import Quantities

/// The time zones of one calendar file: those that everybody knows, and those that the file describes.
struct CalendarZones: ZoneTable {
  /// The data of this machine, whose version the plan notes.
  let version = "the system's"
  private var described: [String: ZoneDefinition] = [:]
  private var broken: [String: Finding] = [:]
  /// The zone of times that name none; `nil` for that of each target.
  private(set) var floating: Located<String>?

  /// Reads the descriptions of zones, and takes `X-WR-TIMEZONE`, which many programs write, as the zone of times
  /// without one.
  init(blocks: [ZoneBlock], floating: Located<String>?) {
    for block in blocks {
      // Of two with one name the first counts, as in most programs.
      guard let name = block.name?.value, described[name] == nil, broken[name] == nil else { continue }
      switch ZoneBlockReader.read(block, name: name) {
      case .success(let zone): described[name] = zone
      case .failure(let finding): broken[name] = finding.finding
      }
    }
    self.floating = floating
  }

  /// The zone that a file means: an IANA name, or one that the file describes.
  ///
  /// An IANA name counts as such, also where the file describes it: descriptions mostly lack the years before and after
  /// the one in which they were written.
  ///
  /// - Returns: `nil` where nobody knows it.
  func zone(of written: String) -> String? {
    if ZoneNames.contains(written) || described[written] != nil { return written }
    if let zone = WindowsZones.zone(of: written) { return zone }
    // Some programs put a prefix of their own before the name: `/example.org/20070129_1/Europe/Berlin`.
    let parts = written.split(separator: "/")
    guard parts.count > 2 else { return nil }
    return [3, 2].map { parts.suffix($0).joined(separator: "/") }.first(where: ZoneNames.contains)
  }

  /// What is wrong with a zone that nobody knows.
  func finding(_ written: String, at place: SourceSpan) -> Finding {
    broken[written] ?? .calendarZone(written, at: place)
  }

  /// The zone that the file describes under this name, where it counts.
  func described(_ name: String) -> ZoneDefinition? { ZoneNames.contains(name) ? nil : described[name] }

  /// How far local time is ahead of UTC, in seconds; `nil` for a zone that nobody knows.
  func offset(of zone: String, at instant: Instant) -> Int? {
    if let zone = described(zone) { return zone.offset(at: instant) }
    return TimeZone(identifier: zone)?
      .secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000))
  }

  /// The point in time of a moment; `nil` where that needs the clock of a target.
  private func instant(of moment: Moment) -> Instant? {
    switch moment {
    case .utc(let instant): instant
    case .local(let date, let minutes, let zone): instant(of: date, minutes: minutes, in: zone)
    case .day, .floating: nil
    }
  }

  /// The same point in time in the form of another moment; `nil` where that needs the clock of a target.
  func aligned(_ moment: Moment, with other: Moment) -> Moment? {
    if moment.hasSameForm(as: other) { return moment }
    guard let instant = instant(of: moment) else { return nil }
    switch other {
    case .utc: return .utc(instant)
    case .local(_, _, let zone):
      guard let offset = offset(of: zone, at: instant) else { return nil }
      return other.at(wallMinutes: Moment.utc(instant).wallMinutes + Int((Double(offset) / 60).rounded(.down)))
    case .day, .floating: return nil
    }
  }
}
