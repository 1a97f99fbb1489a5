public import Plans
import Quantities

extension RunState {
  /// Sorts the targets of the current wave by kind. What a budget by attribute keeps from beginning it keeps from
  /// beginning for all targets of one kind, so admission looks at the head of each queue and not at every target.
  mutating func queueTargets() { queues = sortedTargets }

  private var sortedTargets: [TargetQueue] {
    let targets = plan.stages[stage].waves[wave].targets
    let kinds = index.kindOfRow[stage]
    var position: [Int32: Int] = [:]
    var queues: [TargetQueue] = []
    for (place, row) in targets.enumerated() {
      let kind = kinds.isEmpty ? 0 : kinds[Int(row)]
      if position[kind] == nil {
        position[kind] = queues.count
        queues.append(TargetQueue(kind: Int(kind)))
      }
      if let queue = position[kind] { queues[queue].places.append(Int32(place)) }
    }
    return queues
  }

  /// The targets that wait, by kind: of the current wave, or of the next one while something keeps all of them back.
  var waitingQueues: [TargetQueue] {
    guard stage < plan.stages.count else { return [] }
    switch waveState {
    case .running: return queues
    case .notStarted: return waveObstacle == nil ? [] : sortedTargets
    case .gating, .gated, .baking, .baked: return []
    }
  }

  /// What keeps each target of the next wave from beginning now: the calendar, a cap or a person. `nil` where one may
  /// begin, or none waits any more.
  var waveObstacle: WaveObstacle? {
    guard stage < plan.stages.count, waveState == .notStarted else { return nil }
    let rows = index.kindOfRow[stage]
    var until: Instant?
    var seen: Set<Int> = []
    var isWaited = false
    for row in plan.stages[stage].waves[wave].targets where stages[stage].status[Int(row)] == .waiting {
      isWaited = true
      let kind = rows.isEmpty ? 0 : Int(rows[Int(row)])
      guard !seen.contains(kind), !heldTargets.contains(TargetKey(stage: stage, row: row)) else { continue }
      guard let obstacle = obstacle(of: kind) else { return nil }
      seen.insert(kind)
      until = [until, obstacle.until].compactMap { $0 }.min()
    }
    return isWaited ? WaveObstacle(until: until) : nil
  }

  /// The targets in flight that may still fail: each could cost the budget one.
  private var exposed: Int { units.count { stages[$0.key.stage].status[Int($0.key.row)] == .running } }

  /// The next target of the wave that may begin now, in the order of the wave; `nil` when none may.
  ///
  /// - Complexity: O(kinds + targets at work), and not the number of targets that wait.
  mutating func nextTarget() -> Int32? {
    let active = units.count(where: { $0.verb == .apply })
    guard open > 0, active < concurrency(of: stage), exposed < slots else { return nil }
    let targets = plan.stages[stage].waves[wave].targets
    let running = runningByAttribute
    var first: Int32?
    for position in queues.indices where admits(kind: queues[position].kind, running: running) {
      guard let place = waitingPlace(position, targets: targets), place < first ?? .max else { continue }
      first = place
    }
    return first.map { targets[Int($0)] }
  }

  /// The first place of a queue whose target waits and is not held by a person.
  private mutating func waitingPlace(_ position: Int, targets: [Int32]) -> Int32? {
    let status = stages[stage].status
    while queues[position].head < queues[position].places.count,
      status[Int(targets[Int(queues[position].places[queues[position].head])])] != .waiting
    {
      queues[position].head += 1
    }
    return queues[position].places[queues[position].head...].first { place in
      let row = targets[Int(place)]
      return status[Int(row)] == .waiting && !heldTargets.contains(TargetKey(stage: stage, row: row))
    }
  }

  /// By limit of the current stage: how many targets at work have each value.
  var runningByAttribute: [[String: Int]] {
    plan.stages[stage].tolerateByAttribute.map { limit in
      var counts: [String: Int] = [:]
      for unit in units where stages[unit.key.stage].status[Int(unit.key.row)] == .running {
        if let value = attribute(limit.attribute, of: unit.key) { counts[value, default: 0] += 1 }
      }
      return counts
    }
  }

  /// Whether a target may start now, as far as windows and freezes are concerned.
  public func startVerdict(of key: TargetKey) -> StartVerdict {
    guard let calendar = index.calendars[key.stage] else { return .open(until: nil) }
    let kind = index.kinds[key.stage][Int(index.kindOfRow[key.stage][Int(key.row)])]
    return calendar.verdict(at: now, for: kind.site)
  }

  /// When the next target of the wave may start that something keeps back until then, and could start if it did not.
  var nextReopening: Instant? {
    let active = units.count(where: { $0.verb == .apply })
    guard waveState == .running, open > 0, active < concurrency(of: stage), exposed < slots else { return nil }
    return queues.compactMap { queue -> Instant? in
      guard let until = obstacle(of: queue.kind)?.until, until > now, waiting(in: queue).free > 0 else { return nil }
      return until
    }.min()
  }

  /// What keeps all targets of a kind in the current wave from starting now, and until when: the calendar, or else a
  /// cap.
  func obstacle(of kind: Int) -> (cause: WaitingTargets.Cause, until: Instant?)? {
    if let calendar = index.calendars[stage],
      case .closed(let reason, let reopens) = calendar.verdict(at: now, for: index.kinds[stage][kind].site)
    {
      return (WaitingTargets.Cause.calendar(reason), reopens)
    }
    guard let last = usedCaps(kind).max(by: { $0.reopens < $1.reopens }) else { return nil }
    return (last.cause, last.reopens)
  }

  /// The caps of the current stage that are used up for targets of a kind, each with the end of its period.
  func usedCaps(_ kind: Int) -> [(cause: WaitingTargets.Cause, reopens: Instant)] {
    let values = index.kinds[stage][kind].capped
    var found: [(cause: WaitingTargets.Cause, reopens: Instant)] = []
    for (number, cap) in plan.stages[stage].caps.enumerated() where number < values.count {
      guard let use = stages[stage].capped[number]?[values[number]], use.used >= cap.pace.count else { continue }
      let period = cap.pace.period(of: now, since: stages[stage].begunAt ?? now)
      guard period.start == use.periodStart, let end = period.end else { continue }
      let cause = WaitingTargets.Cause.cap(attribute: cap.attribute, value: values[number], pace: cap.pace.words)
      found.append((cause, end))
    }
    return found
  }

  /// The targets of a queue that wait: those that may begin as far as people are concerned, and those that a person
  /// holds; with the first of each.
  func waiting(in queue: TargetQueue) -> (free: Int, first: TargetKey?, held: Int, firstHeld: TargetKey?) {
    let targets = plan.stages[stage].waves[wave].targets
    var found: (free: Int, first: TargetKey?, held: Int, firstHeld: TargetKey?) = (0, nil, 0, nil)
    for place in queue.places[queue.head...] {
      let key = TargetKey(stage: stage, row: targets[Int(place)])
      guard stages[stage].status[Int(key.row)] == .waiting else { continue }
      if heldTargets.contains(key) {
        found.held += 1
        found.firstHeld = found.firstHeld ?? key
      } else {
        found.free += 1
        found.first = found.first ?? key
      }
    }
    return found
  }

  /// A target began: it counts in the period of each cap.
  mutating func spendCaps(_ key: TargetKey) {
    let planned = plan.stages[key.stage]
    guard !planned.caps.isEmpty else { return }
    let begun = stages[key.stage].begunAt ?? now
    stages[key.stage].begunAt = begun
    let kinds = index.kindOfRow[key.stage]
    guard Int(key.row) < kinds.count else { return }
    let values = index.kinds[key.stage][Int(kinds[Int(key.row)])].capped
    for (number, cap) in planned.caps.enumerated() where number < values.count {
      let start = cap.pace.period(of: now, since: begun).start
      var use = stages[key.stage].capped[number]?[values[number]] ?? CapUse(periodStart: start, used: 0)
      if use.periodStart != start { use = CapUse(periodStart: start, used: 0) }
      use.used += 1
      stages[key.stage].capped[number, default: [:]][values[number]] = use
    }
  }

  /// Whether the calendar and the caps let targets of a kind start, and the budgets by attribute could lose one more.
  private func admits(kind: Int, running: [[String: Int]]) -> Bool {
    obstacle(of: kind) == nil && spentLimit(of: kind, running: running) == nil
  }

  /// The budget by attribute that could not lose one more target of a kind; `nil` when all could.
  func spentLimit(of kind: Int, running: [[String: Int]]) -> (attribute: String, value: String)? {
    let planned = plan.stages[stage]
    guard planned.isStrict, !planned.tolerateByAttribute.isEmpty else { return nil }
    for (number, pair) in zip(planned.tolerateByAttribute, running).enumerated() {
      let (limit, counts) = pair
      let value = index.kinds[stage][kind].values[number]
      let failed = failures.attributes["\(limit.attribute)=\(value)", default: 0]
      if failed + counts[value, default: 0] >= limit.limit + 1 { return (limit.attribute, value) }
    }
    return nil
  }
}

/// Something that keeps a whole wave from beginning.
struct WaveObstacle: Equatable {
  /// Until when; `nil` where it does not end by itself.
  var until: Instant?
}
