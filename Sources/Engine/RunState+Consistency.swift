import Plans
import Quantities

extension RunState {
  /// What in the state contradicts something else in it, in words; `nil` when nothing does. Everything that is counted
  /// along the way is counted anew, so this is for tests and for doubts, and not for every turn.
  ///
  /// - Complexity: O(targets).
  public func inconsistency() -> String? {
    // One after the other: what counts rests on a position that there is.
    positionFault ?? countFault ?? unitFault ?? rollbackFault ?? evidenceFault
  }

  private var positionFault: String? {
    guard (0...plan.stages.count).contains(stage) else { return "the position is at stage \(stage)" }
    guard stage < plan.stages.count else {
      return waveState == .notStarted && wave == 0 ? nil : "a wave behind the last stage is \(waveState)"
    }
    guard plan.stages[stage].waves.indices.contains(wave) else { return "the position is at wave \(wave)" }
    guard waveState != .notStarted else { return nil }
    if open != openCount { return "\(open) targets of the wave are said to be open, and \(openCount) are" }
    let queued = queues.reduce(0) { $0 + $1.places.count }
    let size = plan.stages[stage].waves[wave].targets.count
    return queued == size ? nil : "\(queued) of \(size) targets of the wave are in queues"
  }

  private var countFault: String? {
    var counted = countedFailures
    let done = plan.stages.indices.reduce(0) { sum, number in
      guard plan.stages[number].inventory != nil else { return sum }
      return sum + stages[number].status.count { $0 == .done }
    }
    if done != doneCount { return "\(doneCount) targets are said to be done, and \(done) are" }
    counted.wave = waveState == .notStarted ? failures.wave : waveFailures
    var known = failures
    known.attributes = known.attributes.filter { $0.value != 0 }
    return counted == known ? nil : "\(known) are said to have failed, and \(counted) have"
  }

  private var unitFault: String? {
    var seen: Set<TargetKey> = []
    for unit in units {
      let path = index.path(of: .step(unit.address))
      guard seen.insert(unit.key).inserted else { return "two units work on \(path)" }
      guard index.place(path) == .step(unit.address) else { return "\(path) is no place" }
      let status = stages[unit.key.stage].status[Int(unit.key.row)]
      if unit.verb == .apply, status != .running { return "\(path) is worked on, and its target is \(status)" }
    }
    for number in stages.indices {
      for (row, status) in stages[number].status.enumerated() where status == .running {
        let key = TargetKey(stage: number, row: Int32(row))
        if !seen.contains(key) { return "\(index.path(of: .target(key))) is running, and nobody works on it" }
      }
    }
    return nil
  }

  private var rollbackFault: String? {
    guard let rollback else { return nil }
    if Set(rollback.queue).count != rollback.queue.count { return "a target is queued twice to be taken back" }
    for key in rollback.queue where unitIndex(key) != nil || !index.contains(rollback.place, key) {
      return "\(index.path(of: .target(key))) is queued to be taken back, and worked on or out of reach"
    }
    return outcome == nil ? nil : "something is taken back, and the run is over"
  }

  private var evidenceFault: String? {
    guard evidence.signals.count == plan.signals.count, evidence.triggers.count == plan.triggers.count else {
      return "measurements belong to another plan"
    }
    var fresh = self
    fresh.indexLive()
    if fresh.live != live { return "the index of live targets is not what the stages say" }
    guard let gate = evidence.gate else {
      // While something is taken back, nothing is measured; the wave is judged anew after it.
      return waveState == .gating && rollback == nil ? "a wave is gating without a gate" : nil
    }
    return plan.stages[gate.stage].gate == nil ? "a gate is measured that the plan has not" : nil
  }
}
