public import Quantities

/// When one target of a wave may start, as far as windows and freezes are concerned.
public struct TargetStart: Equatable, Sendable {
  /// The row of the inventory.
  public var row: Int32
  /// The first instant at which it may start; `nil` when there is none within ``StartCalendar/horizon``.
  public var opens: Instant?
  /// Seconds east of UTC where the target stands, then.
  public var offset: Int
  /// What keeps it a day or longer after the first target of its wave, in words; `nil` when nothing does.
  public var delayedBy: String?
  /// Whether the clocks of its zone change within half a day of the start.
  public var clockChanges: Bool
}

extension Plan {
  private func start(ofWave wave: Int, stage: Int, zones: any ZoneTable) -> Instant? {
    let planned = stages[stage].waves[wave]
    return planned.starts?.first ?? planned.earliest.flatMap { zones.instant(of: $0, in: zone) }
  }

  /// When the targets of a wave may start, in the order of the wave, from the earliest start of the wave on. Empty
  /// where neither window nor freeze decides that, or the plan has no dates.
  public func starts(ofWave wave: Int, stage: Int, zones: any ZoneTable) -> [TargetStart] {
    let planned = stages[stage]
    guard planned.window != nil || !freezes.isEmpty, let from = start(ofWave: wave, stage: stage, zones: zones)
    else { return [] }
    let calendar = StartCalendar(windows: [planned.window].compactMap { $0 }, freezes: freezes, zones: zones)
    let halfDay = Span.day.milliseconds / 2
    return planned.waves[wave].targets.map { row in
      let site = planned.inventory.map { inventories[$0].site(of: Int(row), in: zone) } ?? StartSite(zone: zone)
      guard let opens = calendar.firstStart(notBefore: from, for: site) else {
        return TargetStart(row: row, opens: nil, offset: 0, delayedBy: "it may never start", clockChanges: false)
      }
      var delayedBy: String?
      // What closes it right before it opens is what it waits for.
      if opens - from >= .day,
        case .closed(let reason, _) = calendar.verdict(at: opens + Span(milliseconds: -60_000), for: site)
      {
        delayedBy = reason.words
      }
      let offsets = [-halfDay, halfDay].map { zones.offset(of: site.zone, at: opens + Span(milliseconds: $0)) }
      return TargetStart(
        row: row, opens: opens, offset: zones.offset(of: site.zone, at: opens) ?? 0, delayedBy: delayedBy,
        clockChanges: offsets[0] != offsets[1])
    }
  }
}
