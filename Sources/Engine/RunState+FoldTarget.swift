import Plans
import Quantities

extension RunState {
  // Each of these says whether the event fits.

  mutating func failTarget(_ place: Place, sequence: Int64) -> Bool {
    guard case .target(let key) = place, let position = unitIndex(key) else { return false }
    let fits = units[position].hasFailed && units[position].verb == .apply
    setStatus(.failed, of: key)
    turnBack(position, sequence: sequence)
    units[position].isRetreatOfFailure = true
    return fits
  }

  mutating func undo(_ place: Place, complete: Bool) -> Bool {
    guard case .target(let key) = place else { return false }
    let fits = unit(key) != nil || (rollback?.isQueued(key) ?? false)
    foldUndone(key, complete: complete)
    return fits
  }

  mutating func skip(_ place: Place) -> Bool {
    guard case .target(let key) = place else { return false }
    let fits = stages[key.stage].status[Int(key.row)] != .skipped
    if unitIndex(key) != nil { retire(key, status: .skipped) } else { setStatus(.skipped, of: key) }
    leaveLive(key)
    return fits
  }

  mutating func retry(_ place: Place, sequence: Int64) -> Bool {
    guard case .target(let key) = place else { return false }
    let status = stages[key.stage].status[Int(key.row)]
    guard let position = unitIndex(key) else {
      setStatus(.waiting, of: key)
      return status == .failed || status == .quarantined
    }
    // Whoever ends a wait gets the next attempt now, and no more of them than before.
    let fits = units[position].condition == .blocked || units[position].isWaiting
    if !units[position].isWaiting { units[position].tries = 0 }
    units[position].condition = .ready
    units[position].cause = sequence
    return fits
  }

  mutating func hold(_ place: Place) -> Bool {
    guard case .target(let key) = place else { return false }
    return heldTargets.insert(key).inserted
  }

  mutating func release(_ place: Place) -> Bool {
    guard case .target(let key) = place else { return false }
    return heldTargets.remove(key) != nil
  }

  /// A target stays as it is, and the rollback goes on without it.
  mutating func keep(_ place: Place, command: Int64) -> Bool {
    guard case .target(let key) = place else { return false }
    if let unit = unit(key) {
      guard unit.verb == .undo, !unit.hasOpenRequest else { return false }
      standing.answer(.blocked(path: index.path(of: .step(unit.address))))
      keptTargets[key] = command
      // What is whole stays what it was; what is not has failed, and keeps what was not taken back.
      let isDone = stages[key.stage].status[Int(key.row)] == .done
      let isWhole = isDone && unit.touched == allSteps(of: key.stage) && !unit.mayBeBack
      retire(key, status: isWhole ? .done : .failed)
      return true
    }
    guard rollback != nil else { return false }
    keptTargets[key] = command
    return rollback?.dequeue(key) ?? false
  }

  /// A target was taken back as far as that goes. One that failed, or that met a step that cannot be taken back, has
  /// failed; all others can be done again.
  private mutating func foldUndone(_ key: TargetKey, complete: Bool) {
    let failed = unit(key)?.isRetreatOfFailure ?? false
    if !complete, let wall = wall(in: touchedSteps(of: key), stage: key.stage) {
      let path = index.path(of: .step(StepAddress(target: key, step: wall)))
      rollback?.stopsAt = path
    }
    rollback?.dequeue(key)
    guard complete else {
      // Everything that is older than a step that cannot be taken back stays as it is.
      rollback?.queue = []
      if unitIndex(key) != nil {
        retire(key, status: .failed)
        stages[key.stage].rounds[key.row, default: 0] += 1
      }
      return
    }
    leaveLive(key)
    keptTargets[key] = nil
    if !failed, rollback?.by != nil { stages[key.stage].retreats[key.row, default: 0] += 1 }
    let isOnceTooOften = stages[key.stage].retreats[key.row, default: 0] > 1 && rollback?.by != nil
    let status: TargetStatus = failed ? .failed : isOnceTooOften ? .quarantined : .undone
    if let position = unitIndex(key) {
      units[position].touched = 0
      retire(key, status: status)
    } else {
      stages[key.stage].touched[key.row] = nil
      setStatus(status, of: key)
    }
    stages[key.stage].rounds[key.row, default: 0] += 1
    stages[key.stage].outputs[key.row] = nil
    guard !failed else { return }
    rollback?.undone += 1
    stages[key.stage].admitted.removeAll { $0 == key.row }
  }

  /// Turns a unit round: from here on its steps are taken back.
  mutating func turnBack(_ position: Int, sequence: Int64) {
    units[position].verb = .undo
    units[position].attempt = 0
    units[position].tries = 0
    units[position].cursor = nil
    units[position].condition = .ready
    units[position].cause = sequence
    units[position].since = now
  }
}
