public import Plans
public import Quantities

/// Targets of the current wave that wait for the same thing.
public struct WaitingTargets: Equatable, Sendable {
  /// What keeps a target from beginning.
  public enum Cause: Hashable, Sendable {
    /// A freeze, a closed window, or one that closes too soon.
    case calendar(StartVerdict.Reason)
    /// A cap that is used up for a value of an attribute; `pace` is what the runbook says, such as `2 per day`.
    case cap(attribute: String, value: String, pace: String)
    /// A budget by attribute, which could not lose one more target with the value.
    case budget(attribute: String, value: String)
    /// Nothing but a free slot.
    case slot
    /// A person holds it.
    case held
  }

  /// What is waited for.
  public var cause: Cause
  /// How many targets wait for it.
  public var count: Int
  /// The first of them in the order of the wave.
  public var first: TargetKey
  /// The zone in which they stand.
  public var zone: String
  /// When they may begin as far as this is concerned, where that is known.
  public var until: Instant?
}

extension RunState {
  /// The targets of the current wave that wait, each counted once, under the first thing that keeps it back: what opens
  /// by itself first, the next to open first.
  public var waitingTargets: [WaitingTargets] {
    let queues = waitingQueues
    guard !queues.isEmpty else { return [] }
    let running = runningByAttribute
    var found: [WaitingTargets] = []
    func add(_ cause: WaitingTargets.Cause, _ count: Int, _ first: TargetKey?, _ zone: String, until: Instant? = nil) {
      guard let first else { return }
      let isZoned = if case .calendar = cause { true } else { false }
      let known = found.firstIndex { $0.cause == cause && $0.until == until && (!isZoned || $0.zone == zone) }
      if let known {
        found[known].count += count
        if first.row != found[known].first.row, comes(first, before: found[known].first) { found[known].first = first }
      } else {
        found.append(WaitingTargets(cause: cause, count: count, first: first, zone: zone, until: until))
      }
    }
    for queue in queues {
      let waiting = waiting(in: queue)
      let zone = index.kinds[stage][queue.kind].site.zone
      add(.held, waiting.held, waiting.firstHeld, zone)
      if let obstacle = obstacle(of: queue.kind) {
        add(obstacle.cause, waiting.free, waiting.first, zone, until: obstacle.until)
      } else if let limit = spentLimit(of: queue.kind, running: running) {
        add(.budget(attribute: limit.attribute, value: limit.value), waiting.free, waiting.first, zone)
      } else {
        add(.slot, waiting.free, waiting.first, zone)
      }
    }
    return found.sorted { order($0) < order($1) }
  }

  private func order(_ waiting: WaitingTargets) -> (Int, Int64, String, Int) {
    let rank =
      switch waiting.cause {
      case .calendar: 0
      case .cap: 1
      case .budget: 2
      case .slot: 3
      case .held: 4
      }
    return (rank, waiting.until?.milliseconds ?? .max, waiting.zone, place(inWave: waiting.first))
  }

  private func place(inWave key: TargetKey) -> Int {
    plan.stages[stage].waves[wave].targets.firstIndex(of: key.row) ?? 0
  }

  private func comes(_ key: TargetKey, before other: TargetKey) -> Bool { place(inWave: key) < place(inWave: other) }

  /// Everything in the calendar that keeps a target from starting now: each freeze that concerns it, and its window.
  public func startClosures(of key: TargetKey) -> [StartClosure] {
    guard let calendar = index.calendars[key.stage] else { return [] }
    let kind = index.kinds[key.stage][Int(index.kindOfRow[key.stage][Int(key.row)])]
    return calendar.closures(at: now, for: kind.site)
  }

  /// The caps that keep a target of the current stage from starting now, each with the end of its period.
  public func capClosures(of key: TargetKey) -> [(cause: WaitingTargets.Cause, reopens: Instant)] {
    guard key.stage == stage, Int(key.row) < index.kindOfRow[stage].count else { return [] }
    return usedCaps(Int(index.kindOfRow[stage][Int(key.row)]))
  }
}

extension WaitingTargets.Cause {
  /// What is the matter, in words that follow a target or targets.
  public var words: String {
    switch self {
    case .calendar(let reason): reason.words
    case .cap(let attribute, let value, let pace): "\(attribute) \(value) has had its \(pace)"
    case .budget(let attribute, let value): "\(attribute) \(value) could lose no more within its budget"
    case .slot: "no slot is free"
    case .held: "a person holds it"
    }
  }
}
