public import Planning
import Quantities

extension RunState {
  /// Sorts the targets of the current wave by kind. What a budget by attribute keeps from beginning it keeps from
  /// beginning for all targets of one kind, so admission looks at the head of each queue and not at every target.
  mutating func queueTargets() {
    let targets = plan.stages[stage].waves[wave].targets
    let kinds = index.kindOfRow[stage]
    var position: [Int32: Int] = [:]
    queues = []
    for (place, row) in targets.enumerated() {
      let kind = kinds.isEmpty ? 0 : kinds[Int(row)]
      if position[kind] == nil {
        position[kind] = queues.count
        queues.append(TargetQueue(kind: Int(kind)))
      }
      if let queue = position[kind] { queues[queue].places.append(Int32(place)) }
    }
  }

  /// The targets in flight that may still fail: each could cost the budget one.
  private var exposed: Int { units.count { stages[$0.key.stage].status[Int($0.key.row)] == .running } }

  /// The next target of the wave that may begin now, in the order of the wave; `nil` when none may.
  ///
  /// - Complexity: O(kinds + targets at work), and not the number of targets that wait.
  mutating func nextTarget() -> Int32? {
    let active = units.count(where: { $0.verb == .apply })
    guard open > 0, active < plan.stages[stage].concurrency, exposed < slots else { return nil }
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
  private var runningByAttribute: [[String: Int]] {
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

  /// Why targets of the current wave that wait may not start now: one entry for each kind, the first to reopen first.
  var closedKinds: [(waiting: Int, site: StartSite, reason: StartVerdict.Reason, reopens: Instant?)] {
    guard stage < plan.stages.count, waveState == .running, let calendar = index.calendars[stage] else { return [] }
    let targets = plan.stages[stage].waves[wave].targets
    var closed: [(waiting: Int, site: StartSite, reason: StartVerdict.Reason, reopens: Instant?)] = []
    for queue in queues {
      let site = index.kinds[stage][queue.kind].site
      guard case .closed(let reason, let reopens) = calendar.verdict(at: now, for: site) else { continue }
      let waiting = queue.places[queue.head...].count { stages[stage].status[Int(targets[Int($0)])] == .waiting }
      if waiting > 0 { closed.append((waiting, site, reason, reopens)) }
    }
    return closed.sorted {
      ($0.reopens?.milliseconds ?? .max, $0.site.zone) < ($1.reopens?.milliseconds ?? .max, $1.site.zone)
    }
  }

  /// When the next target of the wave may start that is closed now, and could start if it were not.
  var nextReopening: Instant? {
    let active = units.count(where: { $0.verb == .apply })
    guard waveState == .running, open > 0, active < plan.stages[stage].concurrency, exposed < slots else { return nil }
    let capped = plan.stages[stage].caps.isEmpty ? [] : cappedKinds.map(\.reopens)
    return (closedKinds.compactMap(\.reopens) + capped).filter { $0 > now }.min()
  }

  /// When targets of a kind may start again as far as caps are concerned; `nil` when they may now.
  private func capReopens(_ kind: Int) -> Instant? {
    plan.stages[stage].caps.enumerated().compactMap { number, cap -> Instant? in
      let values = index.kinds[stage][kind].capped
      guard number < values.count, let use = stages[stage].capped[number]?[values[number]],
        use.used >= cap.pace.count
      else { return nil }
      let period = cap.pace.period(of: now, since: stages[stage].begunAt ?? now)
      // A cap whose calendar has come to its end caps nothing more.
      return period.start == use.periodStart ? period.end : nil
    }.max()
  }

  /// The targets of the current wave that wait because of a cap: how many, for which value, and until when.
  var cappedKinds: [(waiting: Int, cap: PlannedCap, value: String, reopens: Instant)] {
    guard stage < plan.stages.count, waveState == .running, !plan.stages[stage].caps.isEmpty else { return [] }
    let targets = plan.stages[stage].waves[wave].targets
    var found: [(waiting: Int, cap: PlannedCap, value: String, reopens: Instant)] = []
    for queue in queues {
      guard let reopens = capReopens(queue.kind) else { continue }
      let waiting = queue.places[queue.head...].count { stages[stage].status[Int(targets[Int($0)])] == .waiting }
      let used = plan.stages[stage].caps.indices.first { number in
        let value = index.kinds[stage][queue.kind].capped[number]
        return stages[stage].capped[number]?[value]?.used ?? 0 >= plan.stages[stage].caps[number].pace.count
      }
      guard waiting > 0, let used else { continue }
      found.append((waiting, plan.stages[stage].caps[used], index.kinds[stage][queue.kind].capped[used], reopens))
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

  /// Whether the calendar lets targets of a kind start, and the budgets by attribute could lose one more of them.
  private func admits(kind: Int, running: [[String: Int]]) -> Bool {
    if let calendar = index.calendars[stage],
      case .closed = calendar.verdict(at: now, for: index.kinds[stage][kind].site)
    {
      return false
    }
    let planned = plan.stages[stage]
    if capReopens(kind) != nil { return false }
    guard planned.isStrict, !planned.tolerateByAttribute.isEmpty else { return true }
    return zip(planned.tolerateByAttribute, running).enumerated().allSatisfy { number, pair in
      let (limit, counts) = pair
      let value = index.kinds[stage][kind].values[number]
      let failed = failures.attributes["\(limit.attribute)=\(value)", default: 0]
      return failed + counts[value, default: 0] < limit.limit + 1
    }
  }
}
