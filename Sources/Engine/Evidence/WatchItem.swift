import Plans
public import Quantities

/// One condition that is watched now, for those who look on.
public struct WatchItem: Equatable, Sendable {
  /// What watches: a trigger by its identifier, or the gate of the wave.
  public enum Watcher: Equatable, Sendable {
    case trigger(String, TriggerProgress.Phase)
    case gate
  }

  /// What watches.
  public var watcher: Watcher
  /// The name of the signal.
  public var signal: String
  public var unit: String
  /// The condition in the words of the runbook.
  public var condition: String
  /// How the value is compared with the limit.
  public var comparison: String
  /// The limit in force: a share of the forecast is one for the targets that are live.
  public var limit: Fixed
  /// The series that is shown: the one that decides.
  public var series: String
  /// What was found there last; `nil` before the first measurement.
  public var reading: Reading?
  /// When.
  public var at: Instant?
  /// What that means; for a trigger a breach is what it watches for.
  public var verdict: Verdict?
  /// When the trigger fires if the breach goes on; `nil` when it is not pending.
  public var firesAt: Instant?
  /// The provider that measures.
  public var provider: String
  /// While it breaches, since when: of a trigger the first breach, of a gate the last pass, or when it began to be
  /// measured; `nil` while it does not.
  public var since: Instant?
}

extension RunState {
  /// The wave whose gate is measured again before the next one may start; `nil` when none is.
  public var renewedGate: Place? {
    guard waveState == .notStarted, let gate = evidence.gate, !gate.isShadow else { return nil }
    return .wave(stage: gate.stage, wave: gate.wave)
  }

  /// What is watched now: triggers in the order of the plan, or, while a gate is measured, its conditions first.
  public var watchItems: [WatchItem] {
    guard isWatched, outcome == nil else { return [] }
    let board = evidence.gate?.board
    let gate = board?.items.map { item(of: $0, startedAt: board?.startedAt ?? now) } ?? []
    let triggers = plan.triggers.enumerated().compactMap { number, trigger in
      armedPlaces(of: trigger, at: now).isEmpty ? nil : item(of: trigger, number)
    }
    return gate + triggers
  }

  private func item(of item: Board.Item, startedAt: Instant) -> WatchItem {
    let signal = plan.signals[item.condition.signal]
    return WatchItem(
      watcher: .gate, signal: signal.name, unit: signal.unit, condition: plan.words(of: item.condition),
      comparison: item.condition.comparison.rawValue, limit: limit(of: item.condition, at: item.at ?? now),
      series: item.series, reading: item.at == nil ? nil : item.reading, at: item.at, verdict: item.verdict,
      provider: signal.provider, since: item.verdict == .breach ? item.passedAt ?? startedAt : nil)
  }

  private func item(of trigger: PlannedTrigger, _ number: Int) -> WatchItem {
    let signal = plan.signals[trigger.condition.signal]
    let known = evidence.signals[trigger.condition.signal].series
    let moving = evidence.triggers[number].filter { $0.value.phase != .idle }
    // The series that is furthest on the way to firing; else the one nearest to the limit.
    let pending = moving.min { ($1.value.lasted, $0.key) < ($0.value.lasted, $1.key) }?.key
    let series = pending ?? worst(known, trigger.condition.comparison)
    let state = series.flatMap { known[$0] }
    let progress = series.flatMap { moving[$0] }
    let phase = progress?.phase ?? .idle
    var firesAt: Instant?
    // While nobody knows, the clock of the trigger stands still.
    if phase == .pending, progress?.isCounting ?? false, case .lasting(let span) = trigger.persistence,
      let lasted = progress?.lasted, let at = state?.at
    {
      firesAt = at + Span(milliseconds: max(0, span.milliseconds - lasted.milliseconds))
    }
    let limit = limit(of: trigger.condition, at: state?.at ?? now)
    var verdict: Verdict?
    switch state?.reading {
    case .value(let value): verdict = trigger.condition.comparison.holds(value, limit) ? .breach : .pass
    case .missing(let cause): verdict = .unknown(cause)
    case nil: verdict = nil
    }
    return WatchItem(
      watcher: .trigger(trigger.id, phase), signal: signal.name, unit: signal.unit,
      condition: plan.words(of: trigger.condition),
      comparison: trigger.condition.comparison.rawValue, limit: limit, series: series ?? "", reading: state?.reading,
      at: state?.at, verdict: verdict, firesAt: firesAt, provider: signal.provider, since: progress?.since)
  }

  private func worst(_ known: [String: SeriesState], _ comparison: Condition.Comparison) -> String? {
    let isHighBad = [.more, .atLeast].contains(comparison)
    var found: (name: String, value: Fixed)?
    for name in known.keys.sorted() {
      guard case .value(let value)? = known[name]?.reading else { continue }
      if let best = found, isHighBad ? value <= best.value : value >= best.value { continue }
      found = (name, value)
    }
    return found?.name ?? known.keys.min()
  }
}
