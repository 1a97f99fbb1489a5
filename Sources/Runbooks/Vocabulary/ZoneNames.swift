internal import Diagnostics
internal import Foundation

/// The names of the IANA time zones that this machine knows.
enum ZoneNames {
  private static let known = Set(TimeZone.knownTimeZoneIdentifiers).union(["UTC"])

  /// Whether the name is a zone. Links such as `Asia/Calcutta` count.
  static func contains(_ name: String) -> Bool {
    if known.contains(name) { return true }
    // Without this, `TimeZone` would take `GMT+0230` and abbreviations such as `CET`, which have no rules of their own.
    return name.contains("/") && !name.contains("..") && TimeZone(identifier: name) != nil
  }

  /// The zone that was probably meant: by spelling, by letter case, or by the city alone.
  static func nearest(to name: String) -> String? {
    let abbreviations = [
      "cet": "Europe/Amsterdam", "cest": "Europe/Amsterdam", "gmt": "UTC", "z": "UTC", "est": "America/New_York",
      "pst": "America/Los_Angeles", "bst": "Europe/London",
    ]
    let wanted = name.lowercased().replacing(" ", with: "_")
    if let abbreviation = abbreviations[wanted] { return abbreviation }
    let sorted = known.sorted()
    if let same = sorted.first(where: { $0.lowercased() == wanted }) { return same }
    if let city = sorted.first(where: { $0.lowercased().hasSuffix("/" + wanted) }) { return city }
    return Spelling.nearest(to: name, among: sorted)
  }
}
