import Quantities
import Synchronization

/// A zone that the zone data does not have.
struct UnknownZone: Error {
  let zone: String
}

/// One of the stretches of time for which a calendar is worked out at once.
struct StartEra: Hashable, Sendable {
  private let number: Int64

  /// The first millisecond of the year 0.
  static let earliest: Int64 = -62_167_219_200_000
  /// The last millisecond of the year 9999.
  static let latest: Int64 = 253_402_300_799_999
  private static let length = 512 * Span.day.milliseconds
  /// No window stays open for so long unless it is open always: it has a break every week, and a change of the clocks
  /// can close one break. So what happens at the edges never reaches the times that are asked about.
  private static let margin = 21 * Span.day.milliseconds

  init(containing time: Int64) {
    number = time / Self.length - (time % Self.length < 0 ? 1 : 0)
  }

  /// The first time that is worked out.
  var start: Int64 { number * Self.length - Self.margin }
  /// The last time that is worked out: a verdict at the end of the era still sees its whole horizon.
  var end: Int64 { (number + 1) * Self.length + StartCalendar.horizon.milliseconds + Self.margin }
}

/// The windows of a calendar in one zone and era.
struct WindowTimes: Sendable {
  /// When each window is open.
  let opened: [TimeSet]
  /// When all are, and none closes too soon.
  let startable: TimeSet

  init(
    of windows: [PlannedWindow], zone: String, era: StartEra,
    excerpt: (String, StartEra) throws(UnknownZone) -> ZoneExcerpt
  ) throws(UnknownZone) {
    var opened: [TimeSet] = []
    var startable = TimeSet.always
    for window in windows {
      let times = TimeSet(of: window, in: try excerpt(window.zone ?? zone, era), era: era)
      opened.append(times)
      startable = startable.intersection(times.shortened(by: window.latestStart))
    }
    self.opened = opened
    self.startable = startable
  }
}

/// What is known about the targets of one zone that the same freezes concern, for one era.
struct StartTimeline: Sendable {
  let windows: WindowTimes
  /// The freezes by their position in the calendar, in order.
  let frozen: [(freeze: Int, times: TimeSet)]
  /// When a target may start.
  let open: TimeSet

  init(windows: WindowTimes, frozen: [(freeze: Int, times: TimeSet)]) {
    self.windows = windows
    self.frozen = frozen
    let denied = TimeSet(frozen.flatMap(\.times.stretches))
    open = windows.startable.intersection(denied.complement)
  }
}

extension TimeSet {
  /// When a window is open during an era. An opening that lasts beyond the era has no end.
  fileprivate init(of window: PlannedWindow, in zone: ZoneExcerpt, era: StartEra) {
    // A day more at each end, since local days are not days of UTC.
    let first = Instant(milliseconds: era.start).utcDate.dayNumber - 1
    let last = Instant(milliseconds: era.end).utcDate.dayNumber + 1
    let overMidnight = window.closes <= window.opens
    let openings = (first...last).compactMap { number -> Stretch? in
      let date = CivilDate(dayNumber: number)
      guard window.days.contains(date.weekday), let from = zone.time(of: date, minutes: window.opens),
        let until = zone.time(of: overMidnight ? date.adding(days: 1) : date, minutes: window.closes)
      else { return nil }
      return Stretch(from: from, until: until)
    }
    self.init(TimeSet(openings).stretches.map { Stretch(from: $0.from, until: $0.until > era.end ? .max : $0.until) })
  }

  /// When a freeze is active for targets of a zone; `described` is the zone that the freeze describes, if it does.
  init(
    of freeze: PlannedFreeze, zone: String, era: StartEra,
    described: ZoneExcerpt?, excerpt: (String, StartEra) throws(UnknownZone) -> ZoneExcerpt
  ) throws(UnknownZone) {
    func time(_ local: LocalTime) throws(UnknownZone) -> Int64 {
      let zone = local.zone ?? zone
      let excerpt = if let described, zone == freeze.zone?.name { described } else { try excerpt(zone, era) }
      guard let time = excerpt.time(of: local.date, minutes: local.minutes) else {
        throw UnknownZone(zone: zone)
      }
      return time
    }
    var stretches: [Stretch] = []
    // A day more at each end, since local days are not days of UTC.
    let days =
      (Instant(milliseconds: era.start).utcDate.dayNumber - 1)...(Instant(milliseconds: era.end).utcDate.dayNumber + 1)
    for interval in freeze.intervals + (freeze.series?.occurrences(within: days) ?? []) {
      switch interval {
      case .days(let from, let until):
        stretches.append(
          Stretch(
            from: try time(LocalTime(date: from, minutes: 0)), until: try time(LocalTime(date: until, minutes: 0))))
      case .local(let from, let until): stretches.append(Stretch(from: try time(from), until: try time(until)))
      case .instants(let from, let until):
        stretches.append(Stretch(from: from.milliseconds, until: until.milliseconds))
      case .lasting(let from, let days, let minutes):
        stretches.append(
          Stretch(from: try time(from), until: try time(from.moved(by: days)) + Int64(minutes) * 60_000))
      }
    }
    self.init(stretches)
  }

  /// What is left when each stretch that has an end ends earlier.
  fileprivate func shortened(by span: Span) -> TimeSet {
    // Only openings without an end are longer than the horizon, so the bound changes nothing but keeps sums small.
    let length = min(max(0, span.milliseconds), StartCalendar.horizon.milliseconds)
    return TimeSet(
      stretches.map { Stretch(from: $0.from, until: $0.until == .max ? .max : $0.until - length) })
  }
}

/// What calendars have worked out, shared by their copies.
final class StartCache: Sendable {
  struct Key: Hashable, Sendable {
    let zone: String
    /// The freezes that concern the site; empty where they do not matter.
    let freezes: [Int]
    let era: StartEra
  }

  let timelines = Table<Result<StartTimeline, UnknownZone>>()
  let windows = Table<WindowTimes>()
  let excerpts = Table<ZoneExcerpt>()
  /// The zones that freezes describe, by the first freeze with the same one.
  let described = Table<ZoneExcerpt>()

  /// A dictionary that threads share.
  final class Table<Value: Sendable>: Sendable {
    private let entries = Mutex<[Key: Value]>([:])
    /// More entries than any programme has kinds of targets; questions all over time must not fill the memory.
    private static var limit: Int { 8_192 }

    subscript(key: Key) -> Value? {
      get { entries.withLock { $0[key] } }
      set {
        entries.withLock {
          if $0.count >= Self.limit { $0.removeAll() }
          $0[key] = newValue
        }
      }
    }
  }
}
