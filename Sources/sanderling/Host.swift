import Foundation
import Plans
import Quantities

/// What this machine says about itself and the person at it.
enum Host {
  /// The login name of the person, as the system knows it.
  static var person: String {
    if let entry = getpwuid(getuid()), let name = entry.pointee.pw_name { return String(cString: name) }
    return "uid-\(getuid())"
  }

  /// The name of this executor: `host:pid`.
  static var executor: String {
    "\(ProcessInfo.processInfo.hostName):\(ProcessInfo.processInfo.processIdentifier)"
  }

  /// A text that nobody else has.
  static var nonce: String { UUID().uuidString.lowercased() }

  /// How far local time is ahead of UTC.
  static func localOffset(_ instant: Instant) -> Int {
    TimeZone.current.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000))
  }

  /// The name of the local zone.
  static var localZone: String { TimeZone.current.identifier }
}

/// Zone data as the system has it.
struct SystemZones: ZoneTable {
  let version: String

  init() {
    let file = "/usr/share/zoneinfo/tzdata.zi"
    let first = (try? String(contentsOfFile: file, encoding: .utf8))?.prefix { $0 != "\n" } ?? ""
    version = first.hasPrefix("# version ") ? String(first.dropFirst(10)) : "unknown"
  }

  func offset(of zone: String, at instant: Instant) -> Int? {
    TimeZone(identifier: zone)?.secondsFromGMT(
      for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000))
  }
}
