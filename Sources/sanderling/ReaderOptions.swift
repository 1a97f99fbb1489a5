import ArgumentParser
import Foundation
import Operating
import Quantities
import Screens

/// In which zone times are shown and read.
struct ReaderOptions: ParsableArguments {
  @Flag(help: "Show times in UTC.")
  var utc = false

  @Option(
    name: .customLong("zone"),
    help: ArgumentHelp(
      "Show times in this zone, such as Europe/Lisbon; without it in this machine's.", valueName: "name"))
  var zoneName: String?

  func validate() throws {
    guard !utc || zoneName == nil else { throw ValidationError("--utc and --zone are two zones; choose one") }
    if let zoneName, TimeZone(identifier: zoneName) == nil {
      throw ValidationError("there is no zone `\(zoneName)`; zones are named like Europe/Lisbon")
    }
  }

  /// What was chosen, or the machine's.
  private var zone: TimeZone {
    if utc { return .gmt }
    return zoneName.flatMap { TimeZone(identifier: $0) } ?? .current
  }

  /// How far its clocks are ahead of UTC at an instant, in seconds.
  var offset: @Sendable (Instant) -> Int {
    let zone = zone
    return { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double($0.milliseconds) / 1_000)) }
  }

  /// The word for it. What is UTC under another name is UTC.
  var label: String {
    let same = ["GMT", "UTC", "UCT", "Zulu", "Universal", "Greenwich", "GMT0", "GMT+0", "GMT-0"]
    let name = zone.identifier
    return utc || same.contains(name.hasPrefix("Etc/") ? String(name.dropFirst(4)) : name) ? "UTC" : name
  }

  /// Reads a time that a person wrote behind an option.
  func time(_ text: String?, now: Instant) throws -> Instant? {
    guard let text else { return nil }
    if let instant = WrittenTime.instant(text, now: now, offset: offset) { return instant }
    throw Refusal(
      .usage, "`\(text)` is no time",
      next: ["write 2027-02-15, \"2027-02-15 21:00\", 2027-02-15T21:00:00+01:00, \"15 Feb 21:00\", 21:00 or 2h (ago)"])
  }
}
