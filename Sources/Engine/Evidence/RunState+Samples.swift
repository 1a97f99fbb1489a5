import Planning
public import Quantities

/// What is to be measured now.
public struct SampleRequest: Equatable, Sendable {
  /// The signal, by its place in the plan.
  public var signal: Int
  /// The instants, rising: whole multiples of the sampling interval.
  public var times: [Instant]
  /// The wanted series, sorted.
  public var series: [String]
}

extension RunState {
  /// The most evaluations that are asked for at once after an outage.
  static let samplesAtOnce = 500

  /// The signals that something looks at, since when samples count, and what they must speak about.
  private func needs(at now: Instant) -> [Int: (since: Instant, places: [Place])] {
    var needs: [Int: (since: Instant, places: [Place])] = [:]
    func need(_ signal: Int, since: Instant, _ place: Place) {
      var need = needs[signal] ?? (since, [])
      need.since = min(need.since, since)
      if !need.places.contains(place) { need.places.append(place) }
      needs[signal] = need
    }
    func need(_ condition: PlannedCondition, _ policy: NoDataPolicy, since: Instant, _ place: Place) {
      need(condition.signal, since: since, place)
      var next = policy.signal
      // Policies do not refer to each other in a circle, and a plan from elsewhere cannot make this endless.
      for _ in plan.signals.indices {
        guard let other = next else { break }
        need(other, since: since, place)
        next = plan.signals[other].noData.signal
      }
    }
    for trigger in plan.triggers {
      let settled = now + Span(milliseconds: -plan.signals[trigger.condition.signal].settle.milliseconds)
      for armed in armedPlaces(of: trigger, at: settled) {
        need(trigger.condition, trigger.noData, since: armed.since, armed.place)
      }
    }
    if let gate = evidence.gate, !gate.isExpired {
      let place = Place.wave(stage: gate.stage, wave: gate.wave)
      for item in gate.board.items { need(item.condition, item.policy, since: gate.board.startedAt, place) }
    }
    if let board = evidence.bake?.board {
      let place = Place.wave(stage: stage, wave: wave)
      for item in board.items { need(item.condition, item.policy, since: board.startedAt, place) }
    }
    if let span = evidence.spans.last, span.finishedAt == nil, let events = plan.stages[span.stage].bakeEvents {
      need(events.signal, since: span.changedAt, .wave(stage: span.stage, wave: span.wave))
    }
    return needs
  }

  private func firstTime(of signal: Int, since: Instant) -> Instant {
    let every = plan.signals[signal].every.milliseconds
    let after = max(evidence.signals[signal].until ?? since, since).milliseconds
    return Instant(milliseconds: (after.floored(by: every) + 1) * every)
  }

  /// When the next measurement is due; `nil` when nothing is measured.
  public var nextSampleDue: Instant? {
    guard isWatched, outcome == nil else { return nil }
    return needs(at: now).map { firstTime(of: $0.key, since: $0.value.since) + plan.signals[$0.key].settle }.min()
  }

  /// When measurements may let the run go on, at the earliest: its gate opens, or its bake is over. `nil` when nothing
  /// that is measured keeps it waiting.
  public var evidenceDue: Instant? {
    if let gate = evidence.gate, !gate.isExpired, !gate.isShadow {
      let settle = gate.board.items.map { plan.signals[$0.condition.signal].settle }.max() ?? .zero
      return max(now, (gate.hold.holdsSince ?? now) + gate.hold.hold + settle)
    }
    guard case .baking = waveState, let bake = evidence.bake else { return nil }
    let left = plan.stages[stage].bake.milliseconds - bake.clock.passed.milliseconds
    return now + Span(milliseconds: max(0, left))
  }

  /// What is to be measured at an instant: every evaluation that is due and was not made, oldest first.
  public func samplesDue(at instant: Instant) -> [SampleRequest] {
    guard isWatched, outcome == nil else { return [] }
    return needs(at: instant).sorted { $0.key < $1.key }.compactMap { signal, need in
      let planned = plan.signals[signal]
      var times: [Instant] = []
      var time = firstTime(of: signal, since: need.since)
      while time + planned.settle <= instant, times.count < Self.samplesAtOnce {
        times.append(time)
        time = time + planned.every
      }
      guard !times.isEmpty else { return nil }
      return SampleRequest(signal: signal, times: times, series: exposedSeries(of: signal, in: need.places))
    }
  }

  /// The arguments of a signal's query for one of its series, or for all when it is asked once.
  public func sampleArguments(of signal: Int, series: String?) -> Result<JSON, MissingReference> {
    let planned = plan.signals[signal]
    return planned.arguments.fill { reference in
      switch reference {
      case .argument("series"): series
      case .target(let name):
        series.flatMap { id in
          plan.inventories.lazy.compactMap { inventory in
            inventory.columns.firstIndex(of: "id").flatMap { inventory.values[$0].firstIndex(of: id) }
              .flatMap { inventory.value(name, of: $0) }
          }.first
        }
      default: nil
      }
    }
  }
}

extension Int64 {
  /// Division that rounds towards negative infinity.
  fileprivate func floored(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
