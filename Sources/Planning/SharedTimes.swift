import Plans
import Quantities
import Synchronization

/// What planners of the same runbook have worked out about times: a trial with another pace asks the same once more,
/// and so does the forecast under each scenario.
final class SharedTimes: Sendable {
  private let calendars = Mutex<[(windows: [PlannedWindow], freezes: [PlannedFreeze], calendar: StartCalendar)]>([])
  private let offsets = Mutex<[Moment: Int?]>([:])
  /// More days in zones than a programme has; questions all over time must not fill the memory.
  private static let most = 100_000

  private struct Moment: Hashable {
    var zone: String
    var instant: Instant
  }

  /// The calendar of some windows and freezes; copies of one share what was worked out for their targets.
  func calendar(windows: [PlannedWindow], freezes: [PlannedFreeze], zones: any ZoneTable) -> StartCalendar {
    calendars.withLock { calendars in
      if let known = calendars.first(where: { ($0.windows, $0.freezes) == (windows, freezes) }) {
        return known.calendar
      }
      let calendar = StartCalendar(windows: windows, freezes: freezes, zones: zones)
      calendars.append((windows, freezes, calendar))
      return calendar
    }
  }

  /// The same zones, each of whose offsets is looked up once: for the few moments that a forecast asks about.
  func remembering(_ zones: any ZoneTable) -> any ZoneTable { RememberedZones(shared: self, zones: zones) }

  private struct RememberedZones: ZoneTable {
    let shared: SharedTimes
    let zones: any ZoneTable
    var version: String { zones.version }

    func offset(of zone: String, at instant: Instant) -> Int? {
      shared.offsets.withLock { offsets in
        let moment = Moment(zone: zone, instant: instant)
        if let known = offsets[moment] { return known }
        let found = zones.offset(of: zone, at: instant)
        if offsets.count >= SharedTimes.most { offsets.removeAll() }
        offsets[moment] = .some(found)
        return found
      }
    }
  }
}
