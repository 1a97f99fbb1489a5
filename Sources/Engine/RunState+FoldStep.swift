import Plans
import Quantities

extension RunState {
  /// Takes an event of a step or a target into account.
  mutating func foldWork(_ event: Event, sequence: Int64) -> Bool {
    switch event.kind {
    case .intended(let verb, let intent): return foldIntent(verb, intent, at: event.subject, sequence: sequence)
    case .succeeded(let verb, let attempt, let outputs, let unread):
      return change(event, sequence, verb, attempt, while: \.isRunning) {
        $0.keep(unread: unread, of: $0.units[$1].address)
        $0.succeed($1, outputs: outputs, sequence: sequence)
      }
    case .failed(let verb, let attempt, let failure):
      return change(event, sequence, verb, attempt, while: \.isRunning) { $0.fail($1, failure) }
    case .inDoubt(let verb, let attempt, let doubt):
      return change(event, sequence, verb, attempt, while: \.isRunning) { $0.doubt($1, doubt.cause) }
    case .awaitsPerson(let verb, let attempt):
      return change(event, sequence, verb, attempt, while: \.isRunning) { $0.handOver($1) }
    case .cursorRecorded(let verb, let attempt, let cursor, _, _):
      return keep(cursor: cursor, of: event.subject, verb, attempt)
    case .probeIntended(let verb, let attempt, let deadline):
      return change(event, sequence, verb, attempt, while: \.isInDoubt) { $0.look($1, deadline: deadline) }
    case .probeAnswered(let verb, let attempt, let answer, let cursor, let outputs):
      return change(event, sequence, verb, attempt, while: \.isProbing) { state, position in
        state.units[position].condition = .probed(answer, looks: state.units[position].looks)
        if let cursor { state.units[position].cursor = cursor }
        if answer == .applied, verb == .apply { state.keep(outputs, of: state.units[position].address) }
      }
    case .probeScheduled(let verb, let attempt, let until):
      return change(event, sequence, verb, attempt, while: \.isInDoubt) {
        $0.units[$1].condition = .settling(until: until)
      }
    case .retryScheduled(let verb, let attempt, let until):
      return change(event, sequence, verb, attempt, while: \.hasFailed) {
        $0.units[$1].condition = until <= $0.now ? .ready : .waiting(until: until)
      }
    case .settled(let verb, let attempt, let settlement, let rule, let outputs):
      return change(event, sequence, verb, attempt, while: \.isOpenQuestion) {
        $0.settle($1, settlement, rule: rule, outputs: outputs, sequence: sequence)
      }
    case .parked(let verb, let attempt, let rule):
      return change(event, sequence, verb, attempt, while: \.isInDoubt) { $0.units[$1].condition = .parked(rule: rule) }
    case .cancelled(let verb, let attempt):
      // It changes nothing by itself: the answer does, or that none comes.
      return isAtWork(on: event.subject, verb, attempt)
    case .stepSkipped:
      return change(event, sequence, while: \.isLeftAlone) { $0.complete($1, outputs: [:], sequence: sequence) }
    case .undoBlocked: return change(event, sequence, while: \.hasFailed) { $0.units[$1].condition = .blocked }
    case .targetFailed: return failTarget(event.subject, sequence: sequence)
    case .targetUndone(let complete): return undo(event.subject, complete: complete)
    case .targetSkipped: return skip(event.subject)
    case .targetRetried: return retry(event.subject, sequence: sequence)
    case .targetHeld: return hold(event.subject)
    case .targetReleased: return release(event.subject)
    case .targetKept: return keep(event.subject, command: event.cause ?? sequence)
    // ``foldRun(_:sequence:)`` brings nothing else here; if it ever does, it does not fit.
    default: return false
    }
  }

  /// Changes the unit of a step, if the event speaks of what it is doing now: the same step, direction and attempt, in
  /// a condition that the event can follow.
  private mutating func change(
    _ event: Event, _ sequence: Int64, _ verb: Verb? = nil, _ attempt: Int? = nil, while isMeant: (Unit) -> Bool,
    _ body: (inout RunState, Int) -> Void
  ) -> Bool {
    guard case .step(let address) = event.subject, let position = unitIndex(address.target) else { return false }
    let unit = units[position]
    guard unit.step == address.step, verb ?? unit.verb == unit.verb, attempt ?? unit.attempt == unit.attempt,
      isMeant(unit)
    else { return false }
    body(&self, position)
    if let position = unitIndex(address.target) {
      units[position].cause = sequence
      units[position].since = event.at
      turnBackIfReached(position, sequence: sequence)
    }
    return true
  }

  private func isAtWork(on place: Place, _ verb: Verb, _ attempt: Int) -> Bool {
    guard case .step(let address) = place, let unit = unit(address.target) else { return false }
    return unit.step == address.step && unit.verb == verb && unit.attempt == attempt && unit.isRunning
  }

  private mutating func keep(cursor: String, of place: Place, _ verb: Verb, _ attempt: Int) -> Bool {
    guard case .step(let address) = place, let position = unitIndex(address.target), isAtWork(on: place, verb, attempt)
    else { return false }
    units[position].cursor = cursor
    noteEffect(position)
    return true
  }

  /// The step that is worked on may have happened, as a whole or in part: until it is taken back, an undo visits it. Or
  /// its undo may have, and then nobody can call the target whole.
  private mutating func noteEffect(_ position: Int) {
    switch units[position].verb {
    case .apply: units[position].touched |= units[position].stepBit
    case .undo: units[position].mayBeBack = true
    }
  }

  private mutating func succeed(_ position: Int, outputs: [String: String], sequence: Int64) {
    noteEffect(position)
    complete(position, outputs: outputs, sequence: sequence)
  }

  private mutating func fail(_ position: Int, _ failure: Failure) {
    units[position].condition = .failed(failure)
    if !failure.usesAttempt { units[position].tries -= 1 }
  }

  private mutating func handOver(_ position: Int) {
    noteEffect(position)
    units[position].condition = .manual
  }

  private mutating func doubt(_ position: Int, _ cause: Doubt.Cause) {
    if cause == .executorLost { units[position].tries -= 1 }
    noteEffect(position)
    // Who may be live is watched until somebody knows better.
    if isCutover(position) { cutOver(units[position].key) }
    units[position].condition = .inDoubt(cause, looks: 0)
  }

  private func isCutover(_ position: Int) -> Bool {
    let unit = units[position]
    return unit.verb == .apply && plan.stages[unit.key.stage].steps[unit.step].isCutover
  }

  private mutating func look(_ position: Int, deadline: Instant) {
    // A probe that is asked again because its executor is gone is the same look.
    let looks = units[position].looks + (units[position].isProbing ? 0 : 1)
    units[position].condition = .probing(deadline: deadline, looks: looks)
    units[position].epoch = epoch
  }

  private mutating func foldIntent(_ verb: Verb, _ intent: Intent, at place: Place, sequence: Int64) -> Bool {
    guard case .step(let address) = place else { return false }
    let key = address.target
    let fits = mayBegin(verb, key)
    if unitIndex(key) == nil {
      begin(key, verb: verb, step: address.step, sequence: sequence)
      if verb == .apply { spendPeriods(key) }
    }
    guard let position = unitIndex(key) else { return false }
    if units[position].verb == .undo, units[position].step != address.step {
      units[position].attempt = 0
      units[position].tries = 0
      units[position].cursor = nil
    }
    units[position].step = address.step
    units[position].attempt = intent.attempt
    units[position].tries += 1
    units[position].condition = .running(deadline: intent.deadline)
    switch verb {
    case .apply: noteChange(of: key)
    // Engines before 0.2 also took a step back that had provably done nothing: their journals go on as they were.
    case .undo: units[position].touched |= units[position].stepBit
    }
    units[position].epoch = epoch
    units[position].cause = sequence
    units[position].since = now
    return fits
  }

  /// Whether a request for a target may be made: its unit is ready, or it waits for its turn.
  private func mayBegin(_ verb: Verb, _ key: TargetKey) -> Bool {
    if let unit = unit(key) { return unit.condition == .ready && unit.verb == verb }
    switch verb {
    case .apply: return stages[key.stage].status[Int(key.row)] == .waiting
    case .undo: return rollback?.isQueued(key) ?? false
    }
  }

  private mutating func begin(_ key: TargetKey, verb: Verb, step: Int, sequence: Int64) {
    let touched = verb == .undo ? touchedSteps(of: key) : stages[key.stage].touched[key.row] ?? 0
    units.append(Unit(key: key, verb: verb, step: step, touched: touched, cause: sequence, since: now))
    if verb == .undo {
      rollback?.dequeue(key)
    } else {
      if stages[key.stage].rounds[key.row] != nil { stages[key.stage].admitted.removeAll { $0 == key.row } }
      stages[key.stage].admitted.append(key.row)
      setStatus(.running, of: key)
    }
  }

  /// The current step is done, or undone; goes on to what is next.
  private mutating func complete(_ position: Int, outputs: [String: String], sequence: Int64) {
    let unit = units[position]
    noteTime(of: unit)
    units[position].attempt = 0
    units[position].tries = 0
    units[position].cursor = nil
    units[position].condition = .ready
    units[position].cause = sequence
    units[position].since = now
    if unit.verb == .undo {
      units[position].touched &= ~unit.stepBit
      return
    }
    keep(outputs, of: unit.address)
    if isCutover(position) { cutOver(unit.key) }
    units[position].step += 1
    guard units[position].step == plan.stages[unit.key.stage].steps.count else { return }
    // Where a person skipped every step, there is nothing to be done with.
    retire(unit.key, status: unit.touched == 0 ? .skipped : .done)
    if let place = rollback?.place, unit.touched != 0, index.contains(place, unit.key) {
      rollback?.queue.append(unit.key)
    }
  }

  /// The settlement is what the attempt came to.
  private mutating func settle(
    _ position: Int, _ settlement: Settlement, rule: String, outputs: [String: String], sequence: Int64
  ) {
    switch settlement {
    case .succeeded: complete(position, outputs: outputs, sequence: sequence)
    case .again: units[position].condition = .ready
    case .notApplied:
      units[position].condition = .ready
      forget(position)
    case .failed:
      units[position].condition = .failed(Failure(isTransient: false, reason: rule))
      forget(position)
    }
  }

  /// A step of which it was said that it did not happen: what it would have meant does not count.
  private mutating func forget(_ position: Int) {
    forgetIrreversible(position)
    let unit = units[position]
    guard isCutover(position), !plan.stages[unit.key.stage].steps.prefix(unit.step).contains(where: \.isCutover) else {
      return
    }
    leaveLive(unit.key)
  }

  /// An irreversible step of which it was said that it did not happen is no wall for a rollback. Other steps stay
  /// registered once they were in doubt: their undo accepts that there is nothing to undo.
  private mutating func forgetIrreversible(_ position: Int) {
    let unit = units[position]
    guard unit.verb == .apply, plan.stages[unit.key.stage].steps[unit.step].undo == .impossible else { return }
    units[position].touched &= ~unit.stepBit
  }

  /// Keeps the outputs that something refers to.
  private mutating func keep(_ outputs: [String: String], of address: StepAddress) {
    guard let wanted = stages[address.target.stage].wanted[address.step] else { return }
    let kept = outputs.filter { wanted.contains($0.key) }
    if !kept.isEmpty { stages[address.target.stage].outputs[address.target.row, default: [:]][address.step] = kept }
  }

  /// Keeps why the outputs that something refers to could not be read, in their place: no output has an empty name.
  private mutating func keep(unread reason: String?, of address: StepAddress) {
    guard let reason, stages[address.target.stage].wanted[address.step] != nil else { return }
    stages[address.target.stage].outputs[address.target.row, default: [:]][address.step] = [Self.unread: reason]
  }

  /// The name under which ``StageState/outputs`` has the reason why there are none.
  private static let unread = ""

  /// Why a reference has no value, in one sentence without a full stop.
  func reason(without missing: MissingReference, for key: TargetKey) -> String {
    let reference = "`${\(missing.reference.text)}` has no value"
    guard case .output(let id, let name) = missing.reference,
      let step = plan.stages[key.stage].steps.firstIndex(where: { $0.id == id })
    else { return reference }
    guard let unread = stages[key.stage].outputs[key.row]?[step]?[Self.unread] else {
      return "\(reference): step `\(id)` did not answer `\(name)`"
    }
    return "\(reference): what step `\(id)` answered could not be read: \(unread)"
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
  /// Whether a provider is doing it.
  var isRunning: Bool { if case .running = condition { true } else { false } }

  /// Whether a provider is being asked whether it happened.
  var isProbing: Bool { if case .probing = condition { true } else { false } }

  /// Whether the provider said no, and nothing is decided about it yet.
  var hasFailed: Bool { if case .failed = condition { true } else { false } }

  /// Whether its next attempt waits for a time.
  var isWaiting: Bool { if case .waiting = condition { true } else { false } }

  /// Whether no provider is at work for it.
  var isLeftAlone: Bool { !hasOpenRequest }

  /// Whether somebody or something has to say what came of it.
  var isOpenQuestion: Bool { isInDoubt || needsPerson }

  /// How often a probe has looked at the current attempt.
  var looks: Int {
    switch condition {
    case .inDoubt(_, let looks), .probing(_, let looks), .probed(_, let looks): looks
    case .ready, .running, .failed, .waiting, .settling, .parked, .manual, .blocked: 0
    }
  }
}
