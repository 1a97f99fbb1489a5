public import Quantities

/// Where one target stands, as far as its start depends on it.
public struct StartSite: Hashable, Sendable {
  /// The IANA zone.
  public var zone: String
  /// Its country and region, in lower case, and the country once more as `country:nl`: what freezes name.
  public let categories: [String]

  /// Makes a site; letter case in country and region does not matter.
  public init(zone: String, country: String? = nil, region: String? = nil) {
    self.zone = zone
    let country = country?.lowercased()
    categories = [country, country.map { "country:\($0)" }, region?.lowercased()].compactMap { $0 }
  }
}

/// Whether a target may start.
public enum StartVerdict: Hashable, Sendable {
  /// It may, until some instant, exclusive; `nil` for at least ``StartCalendar/horizon``.
  case open(until: Instant?)
  /// It may not. `reopens` is the first later instant at which it may; `nil` when there is none within
  /// ``StartCalendar/reach``.
  case closed(reason: Reason, reopens: Instant?)

  /// Why a target may not start. A freeze comes before a window, and a closed window before one that closes too soon.
  public enum Reason: Hashable, Sendable {
    /// A window is closed.
    case window
    /// All windows are open, but one closes too soon.
    case latestStart
    /// A freeze: the first of the calendar that concerns the target.
    case freeze(summary: String)
    /// The zone data has no such zone, so nobody knows.
    case unknownZone(String)
  }
}

/// One thing that keeps a target from starting.
public struct StartClosure: Hashable, Sendable {
  public var reason: StartVerdict.Reason
  /// When it is over, as far as it alone is concerned; `nil` when that lies beyond ``StartCalendar/horizon``.
  public var until: Instant?

  public init(reason: StartVerdict.Reason, until: Instant?) {
    self.reason = reason
    self.until = until
  }
}

/// The one evaluator of windows and freezes, for the plan, the engine and `why`.
///
/// A freeze closes; else every window must be open; with neither a target may always start. All spans are half-open.
/// The calendar is a value that reads no clock. Copies share what was worked out for a zone and a set of freezes, so
/// thousands of targets cost hardly more than one of each kind.
public struct StartCalendar: Sendable {
  /// How far ahead a verdict looks for what changes, 400 days.
  public static let horizon = Span(milliseconds: 400 * Span.day.milliseconds)
  /// How far ahead a verdict looks for the next opening: about eleven years.
  public static let reach = Span(milliseconds: 10 * horizon.milliseconds)

  let windows: [PlannedWindow]
  let freezes: [PlannedFreeze]
  let zones: any ZoneTable
  /// The freezes that concern every target.
  private let general: [Int]
  /// By category, in lower case.
  private let byCategory: [String: [Int]]
  private let worked = StartCache()

  /// Makes a calendar.
  ///
  /// - Parameters:
  ///   - windows: all of them must be open: scopes intersect.
  ///   - freezes: none of them may be active.
  ///   - zones: what is known about time zones.
  public init(windows: [PlannedWindow], freezes: [PlannedFreeze], zones: any ZoneTable) {
    self.windows = windows
    self.freezes = freezes
    self.zones = zones
    general = freezes.indices.filter { freezes[$0].categories.isEmpty }
    byCategory = freezes.enumerated().reduce(into: [:]) { table, freeze in
      for category in Set(freeze.element.categories.map { $0.lowercased() }) {
        table[category, default: []].append(freeze.offset)
      }
    }
  }

  /// Whether a target may start at an instant, and when that changes.
  ///
  /// - Parameters:
  ///   - instant: between the years 0 and 9999; others count as the nearest of these.
  ///   - site: where the target stands.
  /// - Returns: the verdict; what it says of later times is exact.
  /// - Complexity: O(log n) in the openings of three years, after the first question of its kind.
  public func verdict(at instant: Instant, for site: StartSite) -> StartVerdict {
    let time = min(max(StartEra.earliest, instant.milliseconds), StartEra.latest)
    switch timeline(at: time, for: site) {
    case .failure(let unknown): return .closed(reason: .unknownZone(unknown.zone), reopens: nil)
    case .success(let timeline):
      let next = timeline.open.stretch(atOrAfter: time)
      if let next, next.from <= time { return .open(until: Self.within(next.until, of: time)) }
      return .closed(
        reason: closures(at: time, in: timeline).first?.reason ?? .window,
        reopens: next.flatMap { Self.within($0.from, of: time) } ?? laterOpening(than: time, for: site))
    }
  }

  /// The first instant at which a target may start that lies beyond the horizon, and within reach.
  private func laterOpening(than time: Int64, for site: StartSite) -> Instant? {
    for step in 1..<(Self.reach.milliseconds / Self.horizon.milliseconds) {
      let later = time + step * Self.horizon.milliseconds
      guard later <= StartEra.latest, case .success(let timeline) = timeline(at: later, for: site) else { return nil }
      guard let next = timeline.open.stretch(atOrAfter: later) else { continue }
      if let opening = Self.within(max(next.from, later), of: later) { return opening }
    }
    return nil
  }

  /// Everything that keeps a target from starting at an instant: each freeze, then the windows. Empty where
  /// ``verdict(at:for:)`` is open; else the verdict's reason is the first one.
  public func closures(at instant: Instant, for site: StartSite) -> [StartClosure] {
    let time = min(max(StartEra.earliest, instant.milliseconds), StartEra.latest)
    switch timeline(at: time, for: site) {
    case .failure(let unknown): return [StartClosure(reason: .unknownZone(unknown.zone), until: nil)]
    case .success(let timeline): return closures(at: time, in: timeline)
    }
  }

  /// A later time, if it is not beyond the horizon.
  private static func within(_ change: Int64, of time: Int64) -> Instant? {
    change <= time + horizon.milliseconds ? Instant(milliseconds: change) : nil
  }

  /// The first instant at which a target may start; `nil` when there is none within ``reach``.
  public func firstStart(notBefore instant: Instant, for site: StartSite) -> Instant? {
    switch verdict(at: instant, for: site) {
    case .open: instant
    case .closed(_, let reopens): reopens
    }
  }

  private func closures(at time: Int64, in timeline: StartTimeline) -> [StartClosure] {
    var found = timeline.frozen.compactMap { frozen -> StartClosure? in
      guard let active = frozen.times.stretch(atOrAfter: time), active.from <= time else { return nil }
      return StartClosure(
        reason: .freeze(summary: freezes[frozen.freeze].summary), until: Self.within(active.until, of: time))
    }
    let next = timeline.windows.startable.stretch(atOrAfter: time)
    if next.map({ $0.from > time }) ?? true {
      let isOpen = timeline.windows.opened.allSatisfy { $0.contains(time) }
      found.append(
        StartClosure(
          reason: isOpen ? .latestStart : .window, until: next.flatMap { Self.within($0.from, of: time) }))
    }
    return found
  }

  private func timeline(at time: Int64, for site: StartSite) -> Result<StartTimeline, UnknownZone> {
    let era = StartEra(containing: time)
    let key = StartCache.Key(zone: site.zone, freezes: freezes(concerning: site), era: era)
    if let known = worked.timelines[key] { return known }
    let result = makeTimeline(key)
    worked.timelines[key] = result
    return result
  }

  private func makeTimeline(_ key: StartCache.Key) -> Result<StartTimeline, UnknownZone> {
    do throws(UnknownZone) {
      let openings = try openings(key.zone, key.era)
      var frozen: [(freeze: Int, times: TimeSet)] = []
      for index in key.freezes {
        let times = try TimeSet(
          of: freezes[index], zone: key.zone, era: key.era, described: described(by: index, key.era), excerpt: excerpt)
        frozen.append((index, times))
      }
      return .success(StartTimeline(windows: openings, frozen: frozen))
    } catch {
      return .failure(error)
    }
  }

  private func openings(_ zone: String, _ era: StartEra) throws(UnknownZone) -> WindowTimes {
    let key = StartCache.Key(zone: zone, freezes: [], era: era)
    if let known = worked.windows[key] { return known }
    let openings = try WindowTimes(of: windows, zone: zone, era: era, excerpt: excerpt)
    worked.windows[key] = openings
    return openings
  }

  private func excerpt(_ zone: String, _ era: StartEra) throws(UnknownZone) -> ZoneExcerpt {
    let key = StartCache.Key(zone: zone, freezes: [], era: era)
    if let known = worked.excerpts[key] { return known }
    guard let excerpt = ZoneExcerpt(of: zone, from: era.start, to: era.end, in: zones) else {
      throw UnknownZone(zone: zone)
    }
    worked.excerpts[key] = excerpt
    return excerpt
  }

  /// The zone that a freeze describes, if it does.
  private func described(by index: Int, _ era: StartEra) -> ZoneExcerpt? {
    guard let zone = freezes[index].zone, let first = freezes.firstIndex(where: { $0.zone == zone }) else { return nil }
    let key = StartCache.Key(zone: zone.name, freezes: [first], era: era)
    if let known = worked.described[key] { return known }
    let excerpt = ZoneExcerpt(of: zone, from: era.start, to: era.end)
    worked.described[key] = excerpt
    return excerpt
  }

  /// The freezes that concern a site, in order.
  private func freezes(concerning site: StartSite) -> [Int] {
    let named = site.categories.compactMap { byCategory[$0] }
    switch named.count {
    case 0: return general
    case 1 where general.isEmpty: return named[0]
    default: return Set(named.joined()).union(general).sorted()
    }
  }
}

extension StartVerdict.Reason {
  /// For people: `frozen: Christmas trading`.
  public var words: String {
    switch self {
    case .window: "its window is closed"
    case .latestStart: "its window closes too soon for a start"
    case .freeze(let summary): "frozen: \(summary)"
    case .unknownZone(let zone): "nobody knows the zone \(zone)"
    }
  }
}
