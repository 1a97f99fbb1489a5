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
    return closedKinds.compactMap(\.reopens).first { $0 > now }
  }

  /// Whether the calendar lets targets of a kind start, and the budgets by attribute could lose one more of them.
  private func admits(kind: Int, running: [[String: Int]]) -> Bool {
    if let calendar = index.calendars[stage],
      case .closed = calendar.verdict(at: now, for: index.kinds[stage][kind].site)
    {
      return false
    }
    let planned = plan.stages[stage]
    guard planned.isStrict, !planned.tolerateByAttribute.isEmpty else { return true }
    return zip(planned.tolerateByAttribute, running).enumerated().allSatisfy { number, pair in
      let (limit, counts) = pair
      let value = index.kinds[stage][kind].values[number]
      let failed = failures.attributes["\(limit.attribute)=\(value)", default: 0]
      return failed + counts[value, default: 0] < limit.limit + 1
    }
  }
}
