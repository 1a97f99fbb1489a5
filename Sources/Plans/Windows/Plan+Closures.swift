public import Quantities

/// A freeze that concerns targets of a stage.
public struct FreezeAhead: Hashable, Sendable {
  /// What it is called.
  public var summary: String
  /// The next days on which it is, as far as they can be looked ahead.
  public var days: ClosedRange<CivilDate>
  /// How many of the stage's targets it concerns.
  public var targets: Int
}

/// What keeps targets of a stage from starting at one instant.
public struct ClosedNow: Hashable, Sendable {
  /// The first reason in the order of the waves.
  public var reason: StartVerdict.Reason
  /// How many targets may not start then.
  public var targets: Int
  /// When the last of them may, as far as can be looked ahead.
  public var until: Instant?
}

extension Plan {
  /// How far ahead freezes are named: what lies later is no concern of whoever reads the plan today.
  private static let ahead = 400

  /// The freezes that concern a stage from a day on, by their names in the order in which they come.
  ///
  /// A stage with dates is looked at from its first day to its last one, and for as long again as a run may be late: 30
  /// days.
  ///
  /// - Parameters:
  ///   - stage: the stage.
  ///   - day: the first day.
  ///   - ofRollbacks: whether those are meant in which targets are not taken back, in place of those in which none
  ///     starts.
  /// - Returns: the freezes, each with its next days.
  public func freezesAhead(of stage: Int, from day: CivilDate, ofRollbacks: Bool = false) -> [FreezeAhead] {
    let waves = stages[stage].waves
    let first = waves.compactMap(\.earliest).min() ?? day
    let last = waves.compactMap(\.latest).max()?.adding(days: 30) ?? first.adding(days: Self.ahead)
    let kinds = kinds(of: stage)
    var found: [FreezeAhead] = []
    for freeze in ofRollbacks ? rollbackFreezes : freezes {
      let targets = kinds.reduce(0) { $0 + (freeze.concerns($1.key) ? $1.value : 0) }
      guard targets > 0, let next = freeze.days(within: first...max(first, last)).first else { continue }
      // Several countries may have one in common.
      if let known = found.firstIndex(where: { $0.summary == freeze.summary && $0.days == next }) {
        found[known].targets = min(found[known].targets + targets, stages[stage].targetCount)
      } else {
        found.append(FreezeAhead(summary: freeze.summary, days: next, targets: targets))
      }
    }
    return found.enumerated().sorted {
      ($0.element.days.lowerBound, $0.offset) < ($1.element.days.lowerBound, $1.offset)
    }.map(\.element)
  }

  /// What keeps targets of a stage from starting at an instant; `nil` when nothing does.
  public func closed(_ stage: Int, at instant: Instant, zones: any ZoneTable) -> ClosedNow? {
    guard stages[stage].window != nil || !freezes.isEmpty else { return nil }
    let calendar = StartCalendar(windows: [stages[stage].window].compactMap { $0 }, freezes: freezes, zones: zones)
    var found: ClosedNow?
    for (site, count) in kinds(of: stage) {
      guard case .closed(let reason, let reopens) = calendar.verdict(at: instant, for: site) else { continue }
      if let before = found {
        let until = before.until.flatMap { one in reopens.map { max(one, $0) } }
        // A freeze says more than a window, and one of several by its name, so that no order of kinds matters.
        let isMore = Self.rank(reason) < Self.rank(before.reason)
        found = ClosedNow(reason: isMore ? reason : before.reason, targets: before.targets + count, until: until)
      } else {
        found = ClosedNow(reason: reason, targets: count, until: reopens)
      }
    }
    return found
  }

  private static func rank(_ reason: StartVerdict.Reason) -> String {
    switch reason {
    case .freeze(let summary): "0 \(summary)"
    case .window: "1"
    case .latestStart: "2"
    case .unknownZone(let zone): "3 \(zone)"
    }
  }

  /// How many targets of a stage stand where.
  private func kinds(of stage: Int) -> [StartSite: Int] {
    var kinds: [StartSite: Int] = [:]
    for row in stages[stage].waves.flatMap(\.targets) {
      let site = stages[stage].inventory.map { inventories[$0].site(of: Int(row), in: zone) } ?? StartSite(zone: zone)
      kinds[site, default: 0] += 1
    }
    return kinds
  }
}

extension PlannedFreeze {
  /// Whether it concerns targets that stand at a site.
  func concerns(_ site: StartSite) -> Bool {
    categories.isEmpty || categories.contains { site.categories.contains($0.lowercased()) }
  }
}
