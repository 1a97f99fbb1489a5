internal import Foundation
public import Quantities

/// Zone data as the system has it.
public struct SystemZones: ZoneTable {
  /// The release of the data, such as `2026b`.
  public let version: String

  /// Reads which version the system has; `unknown` where it does not say.
  public init() {
    let file = "/usr/share/zoneinfo/tzdata.zi"
    let first = (try? String(contentsOfFile: file, encoding: .utf8))?.prefix { $0 != "\n" } ?? ""
    version = first.hasPrefix("# version ") ? String(first.dropFirst(10)) : "unknown"
  }

  /// How far local time is ahead of UTC, in seconds; `nil` for a zone that the system has not.
  public func offset(of zone: String, at instant: Instant) -> Int? {
    TimeZone(identifier: zone)?.secondsFromGMT(
      for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000))
  }
}
