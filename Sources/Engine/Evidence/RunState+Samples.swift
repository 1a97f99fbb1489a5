import Plans
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

  /// What something wants to know of a signal.
  private struct Need {
    var since: Instant
    /// Samples of later times are of no use; `nil` for no end.
    var until: Instant?
    var places: [Place]
  }

  /// The signals that something still looks at. It does not depend on the time of asking, so what is due is asked for.
  private var needs: [Int: Need] {
    var needs: [Int: Need] = [:]
    func add(_ signal: Int, since: Instant, until: Instant?, _ place: Place) {
      if let until, firstTime(of: signal, since: since) > until { return }
      guard var need = needs[signal] else {
        needs[signal] = Need(since: since, until: until, places: [place])
        return
      }
      need.since = min(need.since, since)
      need.until = if let old = need.until, let until { max(old, until) } else { nil }
      if !need.places.contains(place) { need.places.append(place) }
      needs[signal] = need
    }
    func add(_ condition: PlannedCondition, _ policy: NoDataPolicy, since: Instant, until: Instant?, _ place: Place) {
      for signal in signals(of: condition, policy) { add(signal, since: since, until: until, place) }
    }
    for trigger in plan.triggers {
      for watched in watchedPlaces(of: trigger) {
        add(trigger.condition, trigger.noData, since: watched.since, until: watched.until, watched.place)
      }
    }
    if let gate = evidence.gate, !gate.isExpired {
      let place = Place.wave(stage: gate.stage, wave: gate.wave)
      for item in gate.board.items { add(item.condition, item.policy, since: gate.board.startedAt, until: nil, place) }
    }
    if let board = evidence.bake?.board {
      let place = Place.wave(stage: stage, wave: wave)
      for item in board.items { add(item.condition, item.policy, since: board.startedAt, until: nil, place) }
    }
    if let since = countingSince, let events = plan.stages[stage].bakeEvents {
      add(events.signal, since: since, until: nil, .wave(stage: stage, wave: wave))
    }
    return needs
  }

  private func firstTime(of signal: Int, since: Instant) -> Instant {
    let every = plan.signals[signal].every.milliseconds
    let after = max(evidence.signals[signal].until ?? since, since).milliseconds
    return Instant(milliseconds: (after.floored(by: every) + 1) * every)
  }

  /// Whether everything that was measured for a board up to an instant is known. Its end is not judged before: what
  /// happened while no executor lived counts.
  func isRead(_ board: Board, upTo end: Instant) -> Bool {
    board.items.allSatisfy { item in
      signals(of: item.condition, item.policy).allSatisfy { signal in
        firstTime(of: signal, since: board.startedAt) + plan.signals[signal].settle > end
      }
    }
  }

  /// Whether everything that was measured for a bake up to an instant is known, its events too.
  func isRead(_ bake: BakeState, upTo end: Instant) -> Bool {
    guard let events = plan.stages[stage].bakeEvents, let since = countingSince else {
      return isRead(bake.board, upTo: end)
    }
    return isRead(bake.board, upTo: end)
      && firstTime(of: events.signal, since: since) + plan.signals[events.signal].settle > end
  }

  /// Whether everything is known that triggers watched and do not watch any more.
  var isWatchRead: Bool {
    guard isWatched else { return true }
    return plan.triggers.allSatisfy { trigger in
      watchedPlaces(of: trigger).allSatisfy { watched in
        (watched.until ?? watchedUntil).map { isRead(trigger, since: watched.since, upTo: $0) } ?? true
      }
    }
  }

  /// Whether the breach of a trigger goes on and has not lasted long enough: whoever looks away now may never see it
  /// last, where a provider knows the present alone.
  package var isBreachCounting: Bool {
    evidence.triggers.contains { $0.values.contains { $0.phase == .pending && $0.isCounting } }
  }

  /// Whether triggers know of what is live all that could be known when the next wave came to its turn: what happened
  /// while no executor lived counts before anything new begins. Once that is read, no later question is waited for.
  package var isWatchCurrent: Bool {
    guard isWatched else { return true }
    let turn = max(wokenAt, evidence.spans.compactMap(\.finishedAt).max() ?? wokenAt)
    return plan.triggers.allSatisfy { trigger in
      watchedPlaces(of: trigger).allSatisfy { watched in
        signals(of: trigger.condition, trigger.noData).allSatisfy { signal in
          let first = firstTime(of: signal, since: watched.since)
          if let until = watched.until, first > until { return true }
          return first + plan.signals[signal].settle > turn
        }
      }
    }
  }

  /// Whether everything is known that a trigger has to know of the time until its watch ended.
  func isRead(_ trigger: PlannedTrigger, since: Instant, upTo end: Instant) -> Bool {
    signals(of: trigger.condition, trigger.noData).allSatisfy { firstTime(of: $0, since: since) > end }
  }

  /// The signal of a condition, and those that its policy for missing data asks.
  private func signals(of condition: PlannedCondition, _ policy: NoDataPolicy) -> [Int] {
    var signals = [condition.signal]
    var next = policy.signal
    // Policies do not refer to each other in a circle, and a plan from elsewhere cannot make this endless.
    while let other = next, !signals.contains(other) {
      signals.append(other)
      next = plan.signals[other].noData.signal
    }
    return signals
  }

  /// When the next measurement is due; `nil` when nothing is measured.
  public var nextSampleDue: Instant? {
    guard isWatched, outcome == nil else { return nil }
    let signals = needs.map { firstTime(of: $0.key, since: $0.value.since) + plan.signals[$0.key].settle }
    return (signals + [nextLookDue].compactMap { $0 }).min()
  }

  /// When measurements may let the run go on, at the earliest: its gate opens, or its bake is over. `nil` when nothing
  /// that is measured keeps it waiting, and where what is waited for should have been there: nobody can foresee when a
  /// gate that is closed opens, or when a clock that stands still goes on.
  public var evidenceDue: Instant? {
    if let gate = evidence.gate, !gate.isExpired, !gate.isShadow {
      if gate.hold.isOpen { return max(now, nextLookDue ?? now) }
      let settle = gate.board.items.map { plan.signals[$0.condition.signal].settle }.max() ?? .zero
      if let since = gate.hold.holdsSince { return max(now, since + gate.hold.hold + settle) }
      let freshness = gate.board.freshness(signals: plan.signals)
      return foreseen(gate.startedAt + gate.hold.hold + settle + freshness.span)
    }
    guard case .baking = waveState, let bake = evidence.bake, bake.expiredBy == nil else { return nil }
    let planned = plan.stages[stage].bake
    if bake.clock.verdict == .pass, eventsMissing == nil {
      return now + Span(milliseconds: max(0, planned.milliseconds - bake.clock.passed.milliseconds))
    }
    let settle = bake.board.items.map { plan.signals[$0.condition.signal].settle }.max() ?? .zero
    return foreseen(bake.clock.startedAt + planned + settle + bake.board.freshness(signals: plan.signals).span)
  }

  private func foreseen(_ instant: Instant) -> Instant? { instant < now ? nil : instant }

  /// What is to be measured at an instant: every evaluation that is due and was not made, oldest first.
  public func samplesDue(at instant: Instant) -> [SampleRequest] {
    guard isWatched, outcome == nil else { return [] }
    return needs.sorted { $0.key < $1.key }.compactMap { signal, need in
      let planned = plan.signals[signal]
      var times: [Instant] = []
      var time = firstTime(of: signal, since: need.since)
      while time + planned.settle <= instant, time <= need.until ?? time, times.count < Self.samplesAtOnce {
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
      case .argument, .parameter, .output, .forecast: nil
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
