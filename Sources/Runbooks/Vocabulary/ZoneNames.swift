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

  /// The zone that was probably meant: by spelling, letter case, a city, the name that Windows has for it, or its
  /// distance from UTC.
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
    if let near = Spelling.nearest(to: name, among: sorted) { return near }
    if let zone = WindowsZones.zone(of: name) ?? WindowsZones.zone(of: name + " Standard Time") { return zone }
    return ofCity(in: name, among: sorted) ?? ofOffset(in: wanted) ?? ofWindows(like: name)
  }

  /// `(UTC+01:00) Amsterdam, Berlin, Rome`: the zone of the first city that has one.
  private static func ofCity(in name: String, among sorted: [String]) -> String? {
    let parts = name.lowercased().split { $0 == "," || $0 == "/" || $0 == "(" || $0 == ")" || $0 == ";" }
    for part in parts {
      let city = part.split(separator: " ").joined(separator: "_")
      if city.count > 2, let zone = sorted.first(where: { $0.lowercased().hasSuffix("/" + city) }) { return zone }
    }
    return nil
  }

  /// `GMT+0100`, `UTC-5`: the zone that is always as far from UTC, where that is whole hours.
  private static func ofOffset(in wanted: String) -> String? {
    guard let sign = wanted.firstIndex(where: { $0 == "+" || $0 == "-" }),
      ["gmt", "utc"].contains(where: wanted[..<sign].hasSuffix)
    else { return nil }
    let digits = wanted[sign...].dropFirst().prefix { $0.isNumber || $0 == ":" }.filter(\.isNumber)
    guard let number = Int(digits) else { return nil }
    let (hours, minutes) = digits.count > 2 ? (number / 100, number % 100) : (number, 0)
    guard minutes == 0, hours <= 12 else { return nil }
    if hours == 0 { return "UTC" }
    // The names of `Etc` count the other way round.
    return "Etc/GMT\(wanted[sign] == "+" ? "-" : "+")\(hours)"
  }

  /// `Eastern`, `Pacific Time`: the zone whose name on Windows begins so.
  private static func ofWindows(like name: String) -> String? {
    let words = name.lowercased().split { !$0.isLetter }.prefix { $0 != "time" && $0 != "standard" }
    let start = words.joined(separator: " ")
    guard start.count > 3 else { return nil }
    if let zone = WindowsZones.zone(of: start + " standard time") { return zone }
    return WindowsZones.table.keys.sorted().first { $0.hasPrefix(start) }.flatMap { WindowsZones.table[$0] }
  }
}
