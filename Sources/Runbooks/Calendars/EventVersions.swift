internal import Diagnostics
internal import Quantities

/// The events of a file as they belong together: newer versions of one event, and exceptions of one that comes back.
struct EventVersions {
  private var events: [EventReader.Event]
  private let zones: CalendarZones
  private(set) var findings: [Finding] = []

  init(_ events: [EventReader.Event], zones: CalendarZones) {
    self.events = events
    self.zones = zones
  }

  /// The freezes, with those occurrences taken out that another event takes the place of.
  mutating func freezes() -> [Freeze] {
    var masters: [String: Int] = [:]
    for (index, event) in events.enumerated() where event.replaced == nil && event.freeze != nil && !event.uid.isEmpty {
      guard let known = masters[event.uid], events[known].sequence >= event.sequence else {
        masters[event.uid] = index
        continue
      }
    }
    let taken = replacedStarts(masters)
    dropOlder(taken)
    for (index, event) in events.enumerated() {
      guard let moment = taken[index], let replaced = event.replaced, let master = masters[event.uid] else { continue }
      // Of an occurrence that does not take place there is nothing to move.
      if events[master].freeze?.excluded.contains(moment) ?? false { events[index].freeze = nil }
      events[master].exceptions.append(Located(moment, at: replaced.location))
    }
    for index in events.indices where !events[index].exceptions.isEmpty {
      let exceptions = events[index].exceptions.map(\.value)
      events[index].freeze?.excluded = exceptions
    }
    for event in events { checkExceptions(of: event) }
    return events.compactMap(\.freeze)
  }

  /// By event: the start that it takes the place of, on the clock of the event that comes back.
  private mutating func replacedStarts(_ masters: [String: Int]) -> [Int: Moment] {
    var result: [Int: Moment] = [:]
    for (index, event) in events.enumerated() {
      guard let replaced = event.replaced, let master = masters[event.uid], let start = events[master].freeze?.start
      else { continue }
      if let moment = zones.aligned(replaced.value, with: start) {
        result[index] = moment
      } else if case .day(let date) = replaced.value {
        result[index] = start.at(wallMinutes: date.dayNumber * 1_440 + start.minutes)
      } else {
        findings.append(
          .extent(
            "`RECURRENCE-ID` is not on the clock of the event's `DTSTART`", "write it as `DTSTART` is",
            at: replaced.location))
      }
    }
    return result
  }

  /// An event that was sent again with a higher `SEQUENCE` is no longer what the older one says.
  private mutating func dropOlder(_ taken: [Int: Moment]) {
    struct Version: Hashable {
      let uid: String
      let replaced: Moment?
    }
    var newest: [Version: Int] = [:]
    func version(_ index: Int) -> Version? {
      let event = events[index]
      return event.uid.isEmpty ? nil : Version(uid: event.uid, replaced: taken[index] ?? event.replaced?.value)
    }
    for index in events.indices {
      guard let version = version(index) else { continue }
      newest[version] = max(newest[version] ?? 0, events[index].sequence)
    }
    for index in events.indices {
      guard let version = version(index), let last = newest[version], events[index].sequence < last else { continue }
      events[index].freeze = nil
    }
  }

  /// An exception that hits nothing is a misunderstanding: somebody believes that the day is free.
  private mutating func checkExceptions(of event: EventReader.Event) {
    guard var freeze = event.freeze else { return }
    freeze.excluded = []
    for exception in event.exceptions where findings.count < CalendarReader.findingLimit {
      let day = exception.value.date
      let starts = freeze.occurrences(from: day, through: day).map(\.start.wallMinutes)
      guard !starts.contains(exception.value.wallMinutes) else { continue }
      findings.append(.idleException(exception.value, at: exception.location))
    }
  }
}
