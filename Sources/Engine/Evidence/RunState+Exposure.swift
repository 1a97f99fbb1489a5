import Plans
public import Quantities

extension RunState {
  /// Whether measurements play a part in this run.
  var isWatched: Bool { !plan.signals.isEmpty }

  /// The targets of a place that were changed and not taken back.
  func exposedTargets(in place: Place) -> [TargetKey] {
    switch place {
    case .run: return plan.stages.indices.flatMap { exposedTargets(in: .stage($0)) }
    case .phase(let phase):
      return plan.stages.indices.filter { plan.stages[$0].phase == phase }.flatMap { exposedTargets(in: .stage($0)) }
    case .stage(let stage):
      return stages[stage].status.indices.map { TargetKey(stage: stage, row: Int32($0)) }.filter { isExposed($0) }
    case .wave(let stage, let wave):
      guard plan.stages[stage].waves.indices.contains(wave) else { return [] }
      return plan.stages[stage].waves[wave].targets.map { TargetKey(stage: stage, row: $0) }.filter { isExposed($0) }
    case .target(let key): return isExposed(key) ? [key] : []
    case .step(let address): return isExposed(address.target) ? [address.target] : []
    }
  }

  /// The exposed targets of a place that are live. One that failed before its cut-over is exposed to what was changed,
  /// and nobody works with it: no gate and no bake waits for what it would measure.
  func liveTargets(in place: Place) -> [TargetKey] {
    exposedTargets(in: place).filter { stages[$0.stage].live[$0.row] != nil }
  }

  private func isExposed(_ key: TargetKey) -> Bool {
    switch stages[key.stage].status[Int(key.row)] {
    case .done, .running: true
    case .failed: stages[key.stage].touched[key.row] != nil || unit(key) != nil
    case .waiting, .undone, .skipped, .quarantined: false
    }
  }

  /// The name of the series of a signal that speaks about a target; `nil` when none does.
  func series(of key: TargetKey, extent: SignalExtent) -> String? {
    switch extent {
    case .global: ""
    case .target: plan.stages[key.stage].inventory == nil ? nil : plan.target(key.row, stage: key.stage)
    case .attribute(let name): attribute(name, of: key)
    }
  }

  /// The series of a signal that speak about a place, sorted: those of its exposed targets.
  func exposedSeries(of signal: Int, in places: [Place]) -> [String] {
    let extent = plan.signals[signal].extent
    var names: Set<String> = []
    for place in places {
      for key in exposedTargets(in: place) {
        if let name = series(of: key, extent: extent) { names.insert(name) }
        if extent == .global, !names.isEmpty { return [""] }
      }
    }
    return names.sorted()
  }

  /// Since when a series of a signal has live targets; `nil` when it has none.
  func liveSince(_ series: String, extent: SignalExtent) -> Instant? {
    switch extent {
    case .global: live.all.earliest
    case .target: live.byTarget[series]?.earliest
    case .attribute(let name): live.byAttribute[name]?[series]?.earliest
    }
  }

  /// How many targets of an inventory were live at an instant.
  func liveCount(inventory: Int, at instant: Instant) -> Int {
    plan.stages.indices.reduce(0) { sum, stage in
      guard plan.stages[stage].inventory == inventory else { return sum }
      return sum + stages[stage].live.values.count { $0 <= instant }
    }
  }

  /// What the plan projects for the targets that were live at an instant.
  ///
  /// - `quantity`: its place in the plan's forecast.
  public func projected(_ quantity: Int, at instant: Instant) -> (live: Int, value: Fixed) {
    let live = plan.forecast[quantity].inventory.map { liveCount(inventory: $0, at: instant) } ?? 0
    return (live, plan.forecast[quantity].value(at: live))
  }

  /// The limit of a condition at an instant; a share of the forecast is one for the targets that were live then.
  func limit(of condition: PlannedCondition, at instant: Instant) -> Fixed {
    guard let index = condition.quantity else { return condition.limit }
    return condition.limit.percent(of: projected(index, at: instant).value) ?? .greatest
  }

  /// The places that a trigger watches at an instant, the newest last.
  func armedPlaces(of trigger: PlannedTrigger, at instant: Instant) -> [WatchedPlace] {
    watchedPlaces(of: trigger).filter { $0.until.map { instant <= $0 } ?? true }
  }

  /// The places that a trigger watches or has watched, the newest last.
  func watchedPlaces(of trigger: PlannedTrigger) -> [WatchedPlace] {
    func watched(_ place: Place, _ span: ChangeSpan) -> WatchedPlace {
      WatchedPlace(place: place, since: span.changedAt, until: end(of: span, watchedBy: trigger))
    }
    switch trigger.scope {
    case .wave, .target: return evidence.spans.map { watched(.wave(stage: $0.stage, wave: $0.wave), $0) }
    case .stage: return evidence.stages.values.sorted { $0.stage < $1.stage }.map { watched(.stage($0.stage), $0) }
    case .phase:
      let phases = Set(evidence.stages.keys.map { plan.stages[$0].phase }).sorted()
      return phases.map { phase in
        let inside = evidence.stages.values.filter { plan.stages[$0.stage].phase == phase }
        let isOver = plan.stages.indices.allSatisfy { plan.stages[$0].phase != phase || $0 < stage }
        let end = isOver ? inside.compactMap(\.finishedAt).max() : nil
        let since = inside.map(\.changedAt).min() ?? now
        let left = inside.max { $0.stage < $1.stage }?.leftAt
        return watched(.phase(phase), ChangeSpan(stage: 0, wave: 0, changedAt: since, finishedAt: end, leftAt: left))
      }
    case .run:
      return evidence.stages.values.map(\.changedAt).min().map { [WatchedPlace(place: .run, since: $0, until: nil)] }
        ?? []
    }
  }

  /// Until when a trigger watches a change: to its end and for `watch_after`, but the newest one until the next wave
  /// has begun, however long that waits for people or a calendar. `nil` while that is open.
  func end(of span: ChangeSpan, watchedBy trigger: PlannedTrigger) -> Instant? {
    guard let finished = span.finishedAt else { return nil }
    let end = finished + trigger.watchAfter
    if let left = span.leftAt { return max(end, left) }
    return stage < plan.stages.count ? nil : end
  }

  /// The newest stage in a place that was changed; else the last one of the place.
  func newestChange(in place: Place) -> Int {
    let inside = stages(in: place)
    return inside.filter { evidence.stages[$0] != nil }.max() ?? inside.max() ?? 0
  }

  /// Until when a trigger still watches something although the position has gone past it; `nil` when nothing does.
  var watchedUntil: Instant? {
    guard isWatched else { return nil }
    let ends = plan.triggers.flatMap { trigger -> [Instant] in
      switch trigger.scope {
      case .wave, .target: evidence.spans.compactMap { end(of: $0, watchedBy: trigger) }
      case .stage, .phase, .run: evidence.stages.values.compactMap { end(of: $0, watchedBy: trigger) }
      }
    }
    return ends.max()
  }
}

/// A place that a trigger watches, and when.
struct WatchedPlace: Equatable, Sendable {
  var place: Place
  /// From its first change on.
  var since: Instant
  /// To the end of its watch; `nil` while that is open.
  var until: Instant?
}
