import Plans
import Quantities

extension RunState {
  /// Takes an event of one step into account.
  mutating func foldStep(_ event: Event, sequence: Int64) {
    guard case .step(let address) = event.subject else { return }
    let key = address.target
    if case .intended(let verb, let intent) = event.kind {
      foldIntent(verb, intent, at: address, sequence: sequence)
      return
    }
    guard let position = unitIndex(key), units[position].step == address.step, fits(event.kind, units[position]) else {
      return
    }
    switch event.kind {
    case .succeeded(_, _, let outputs): complete(position, outputs: outputs, sequence: sequence)
    case .failed(_, _, let failure):
      units[position].condition = .failed(failure)
      forgetIrreversible(position)
    case .inDoubt(_, _, let doubt):
      if doubt.cause == .executorLost { units[position].tries -= 1 }
      units[position].condition = .inDoubt(doubt.cause, looks: 0)
    case .awaitsPerson: units[position].condition = .manual
    case .cursorRecorded(_, _, let cursor, _, _):
      units[position].cursor = cursor
      return
    case .probeIntended(_, _, let deadline):
      // A probe that is asked again because its executor is gone is the same look.
      let again = if case .probing = units[position].condition { true } else { false }
      units[position].condition = .probing(deadline: deadline, looks: units[position].looks + (again ? 0 : 1))
      units[position].epoch = epoch
    case .probeAnswered(_, _, let answer, let cursor, let outputs):
      units[position].condition = .probed(answer, looks: units[position].looks)
      if let cursor { units[position].cursor = cursor }
      if answer == .applied { keep(outputs, of: address) }
    case .probeScheduled(_, _, let until): units[position].condition = .settling(until: until)
    case .retryScheduled(_, _, let until):
      units[position].condition = until <= now ? .ready : .waiting(until: until)
    case .settled(_, _, let settlement, let rule, let outputs):
      settle(position, settlement, rule: rule, outputs: outputs, sequence: sequence)
      return
    case .parked(_, _, let rule): units[position].condition = .parked(rule: rule)
    case .stepSkipped: complete(position, outputs: [:], sequence: sequence)
    case .undoBlocked: units[position].condition = .blocked
    default: return
    }
    if let position = unitIndex(key) {
      units[position].cause = sequence
      units[position].since = event.at
      turnBackIfReached(position, sequence: sequence)
    }
  }

  private mutating func foldIntent(_ verb: Verb, _ intent: Intent, at address: StepAddress, sequence: Int64) {
    let key = address.target
    if unitIndex(key) == nil {
      begin(key, verb: verb, step: address.step, sequence: sequence)
      if verb == .apply { spendCaps(key) }
    }
    guard let position = unitIndex(key) else { return }
    if units[position].verb == .undo, units[position].step != address.step {
      units[position].attempt = 0
      units[position].tries = 0
      units[position].cursor = nil
    }
    units[position].step = address.step
    units[position].attempt = intent.attempt
    units[position].tries += 1
    units[position].condition = .running(deadline: intent.deadline)
    if verb == .apply {
      units[position].touched |= 1 << UInt64(address.step)
      noteChange(of: key)
    }
    units[position].epoch = epoch
    units[position].cause = sequence
    units[position].since = now
  }

  private mutating func begin(_ key: TargetKey, verb: Verb, step: Int, sequence: Int64) {
    let touched = verb == .undo ? touchedSteps(of: key) : stages[key.stage].touched[key.row] ?? 0
    units.append(Unit(key: key, verb: verb, step: step, touched: touched, cause: sequence, since: now))
    if verb == .undo {
      rollback?.queue.removeAll { $0 == key }
    } else {
      if stages[key.stage].rounds[key.row] != nil { stages[key.stage].admitted.removeAll { $0 == key.row } }
      stages[key.stage].admitted.append(key.row)
      setStatus(.running, of: key)
    }
  }

  /// Whether an event speaks of what the unit is doing now: the same direction and attempt.
  private func fits(_ kind: Event.Kind, _ unit: Unit) -> Bool {
    switch kind {
    case .succeeded(let verb, let attempt, _), .failed(let verb, let attempt, _), .inDoubt(let verb, let attempt, _),
      .awaitsPerson(let verb, let attempt), .cursorRecorded(let verb, let attempt, _, _, _):
      guard case .running = unit.condition else { return false }
      return verb == unit.verb && attempt == unit.attempt
    case .probeAnswered(let verb, let attempt, _, _, _):
      guard case .probing = unit.condition else { return false }
      return verb == unit.verb && attempt == unit.attempt
    default: return true
    }
  }

  /// The current step is done, or undone; goes on to what is next.
  private mutating func complete(_ position: Int, outputs: [String: String], sequence: Int64) {
    let unit = units[position]
    units[position].attempt = 0
    units[position].tries = 0
    units[position].cursor = nil
    units[position].condition = .ready
    units[position].cause = sequence
    units[position].since = now
    if unit.verb == .undo {
      units[position].touched &= ~(1 << UInt64(unit.step))
      return
    }
    keep(outputs, of: unit.address)
    if plan.stages[unit.key.stage].steps[unit.step].isCutover { cutOver(unit.key) }
    units[position].step += 1
    guard units[position].step == plan.stages[unit.key.stage].steps.count else { return }
    retire(unit.key, status: .done)
    if let rollback, index.contains(rollback.place, unit.key) { self.rollback?.queue.append(unit.key) }
  }

  private mutating func settle(
    _ position: Int, _ settlement: Settlement, rule: String, outputs: [String: String], sequence: Int64
  ) {
    let key = units[position].key
    switch settlement {
    case .succeeded: complete(position, outputs: outputs, sequence: sequence)
    case .notApplied, .again:
      units[position].condition = .ready
      if settlement == .notApplied { forgetIrreversible(position) }
    case .failed:
      units[position].condition = .failed(Failure(isTransient: false, reason: rule))
      forgetIrreversible(position)
    }
    guard let position = unitIndex(key) else { return }
    units[position].cause = sequence
    units[position].since = now
    turnBackIfReached(position, sequence: sequence)
  }

  /// An irreversible step that did not happen is no wall for a rollback. Other steps stay registered: their undo
  /// accepts that there is nothing to undo.
  private mutating func forgetIrreversible(_ position: Int) {
    let unit = units[position]
    guard unit.verb == .apply, plan.stages[unit.key.stage].steps[unit.step].undo == .impossible else { return }
    units[position].touched &= ~(1 << UInt64(unit.step))
  }

  /// Keeps the outputs that something refers to.
  private mutating func keep(_ outputs: [String: String], of address: StepAddress) {
    guard let wanted = stages[address.target.stage].wanted[address.step] else { return }
    let kept = outputs.filter { wanted.contains($0.key) }
    if !kept.isEmpty { stages[address.target.stage].outputs[address.target.row, default: [:]][address.step] = kept }
  }

  /// A unit that a rollback reaches turns round as soon as no provider is at work for it, and no irreversible step of
  /// it is in doubt: whether that one is a wall, only a person can say.
  mutating func turnBackIfReached(_ position: Int, sequence: Int64) {
    guard let rollback, units[position].verb == .apply, !units[position].hasOpenRequest,
      index.contains(rollback.place, units[position].key)
    else { return }
    let unit = units[position]
    if unit.isInDoubt, plan.stages[unit.key.stage].steps[unit.step].undo == .impossible { return }
    turnBack(position, sequence: sequence)
  }
}

extension Unit {
  /// How often a probe has looked at the current attempt.
  var looks: Int {
    switch condition {
    case .inDoubt(_, let looks), .probing(_, let looks), .probed(_, let looks): looks
    default: 0
    }
  }
}
