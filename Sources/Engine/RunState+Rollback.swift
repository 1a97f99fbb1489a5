public import Plans
public import Quantities

/// What is next when a target is taken back.
enum UndoStep: Equatable {
  case step(Int)
  /// This step cannot be taken back.
  case wall(Int)
  case finished
}

extension RunState {
  /// The newest step that an undo has to visit, steps with nothing to take back passed over.
  func nextUndo(touched: UInt64, stage: Int) -> UndoStep {
    for step in plan.stages[stage].steps.indices.reversed() where touched & (1 << UInt64(step)) != 0 {
      switch plan.stages[stage].steps[step].undo {
      case .call: return .step(step)
      case .impossible: return .wall(step)
      case .nothing: continue
      }
    }
    return .finished
  }

  /// The newest step among some that cannot be taken back.
  func wall(in touched: UInt64, stage: Int) -> Int? {
    plan.stages[stage].steps.indices.last { step in
      touched & (1 << UInt64(step)) != 0 && plan.stages[stage].steps[step].undo == .impossible
    }
  }

  /// Whether something of a target stands that could be taken back before it is done again: what is newer than the last
  /// step that cannot be, and has an undo; without such a step, all of it.
  func standsAboveWall(_ key: TargetKey) -> Bool {
    let touched = touchedSteps(of: key)
    guard let wall = wall(in: touched, stage: key.stage) else { return touched != 0 }
    return plan.stages[key.stage].steps.indices.contains { step in
      guard step > wall, touched & (1 << UInt64(step)) != 0 else { return false }
      if case .call = plan.stages[key.stage].steps[step].undo { return true }
      return false
    }
  }

  /// The targets that a rollback of a place would visit, the last one first to be undone, and the step at which it
  /// would stop. Targets that are being worked on are not among them: they turn round by themselves.
  func rollbackQueue(of place: Place, byPerson: Bool = true) -> (queue: [TargetKey], stopsAt: String?) {
    var queue: [TargetKey] = []
    for key in changedTargets(in: place) where byPerson || keptTargets[key] == nil {
      if let wall = wall(in: touchedSteps(of: key), stage: key.stage) {
        return (queue.reversed(), index.path(of: .step(StepAddress(target: key, step: wall))))
      }
      queue.append(key)
    }
    return (queue.reversed(), nil)
  }

  /// The targets of a place that were changed and that nobody works on, the newest first.
  func changedTargets(in place: Place) -> [TargetKey] {
    plan.stages.indices.reversed().flatMap { number in
      stages[number].admitted.reversed().map { TargetKey(stage: number, row: $0) }.filter { key in
        index.contains(place, key) && unitIndex(key) == nil && touchedSteps(of: key) != 0
      }
    }
  }

  /// Whether something in a place is changed, or worked on.
  func hasChanges(in place: Place) -> Bool {
    !changedTargets(in: place).isEmpty || units.contains { index.contains(place, $0.key) }
  }

  mutating func startRollback(of place: Place, stopsAt: String?, by: String?, sequence: Int64) {
    let queue = rollbackQueue(of: place, byPerson: by == nil).queue
    let active = units.filter { index.contains(place, $0.key) }.count
    rollback = Rollback(
      place: place, queue: queue, total: queue.count + active, stopsAt: stopsAt, cause: sequence, by: by)
    dropHealth()
    for position in units.indices {
      if index.contains(place, units[position].key) { units[position].isRetreatOfFailure = false }
      turnBackIfReached(position, sequence: sequence)
    }
  }

  /// The most targets that are undone at once.
  var undoConcurrency: Int { plan.undoConcurrency ?? max(1, plan.stages.map(\.concurrency).max() ?? 1) }

  /// What keeps a target from being taken back now: only a freeze that a calendar has for rollbacks in so many words.
  public func undoFreeze(of key: TargetKey) -> (reason: StartVerdict.Reason, reopens: Instant?)? {
    guard let calendar = index.undoCalendar else { return nil }
    let inventory = plan.stages[key.stage].inventory.map { plan.inventories[$0] }
    let site = inventory?.site(of: Int(key.row), in: plan.zone) ?? StartSite(zone: plan.zone)
    guard case .closed(let reason, let reopens) = calendar.verdict(at: now, for: site) else { return nil }
    return (reason, reopens)
  }

  /// The newest target of the queue that no freeze keeps from being taken back: one that is frozen keeps no other.
  var nextToUndo: TargetKey? {
    guard index.undoCalendar != nil else { return rollback?.queue.last }
    return rollback?.queue.last { undoFreeze(of: $0) == nil }
  }

  /// Whether something happens to a target at work that is being taken back: it is neither blocked nor frozen.
  func isGoingBack(_ unit: Unit) -> Bool {
    unit.condition != .blocked && !(unit.verb == .undo && unit.condition == .ready && undoFreeze(of: unit.key) != nil)
  }

  /// How many targets are being taken back.
  var undosAtWork: Int { units.count { $0.verb == .undo && isGoingBack($0) } }

  /// The targets that would be taken back now but for a freeze, the next one first.
  public var frozenUndos: [TargetKey] {
    guard index.undoCalendar != nil, outcome == nil else { return [] }
    let waiting = units.filter { $0.verb == .undo && $0.condition == .ready }.map(\.key)
    return (waiting + (rollback?.queue.reversed() ?? [])).filter { undoFreeze(of: $0) != nil }
  }
}
