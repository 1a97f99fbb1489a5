import Plans
import Quantities

extension Machine {
  /// Decides about what people asked for, one command after the other.
  mutating func operatorCommand() throws(Defect) {
    while let pending = state.pendingCommands.first {
      let before = state.pendingCommands.count
      try obey(pending)
      if state.pendingCommands.count == before {
        try refuse(pending, "there is nothing to \(pending.command.name.rawValue) here")
      }
    }
  }

  mutating func refuse(_ pending: PendingCommand, _ reason: String) throws(Defect) {
    try emit(.commandRefused(reason: reason), pending.subject, cause: pending.sequence)
  }

  private mutating func obey(_ pending: PendingCommand) throws(Defect) {
    let finished = state.outcome != nil
    if let flaw = pending.command.flaw {
      try refuse(pending, flaw)
      return
    }
    switch pending.command.name {
    case .rollback: try rollback(pending)
    // What was done without approvals is owed a look also when it is over.
    case .review: try obeyPerson(pending)
    case _ where finished:
      try refuse(pending, "the run is over (\(state.outcome?.rawValue ?? "done")); only `rollback` can follow")
    case .pause: try pause(pending)
    case .resume: try resume(pending)
    case .abort: try abort(pending)
    case .resolve: try resolve(pending)
    case .cancel: try cancel(pending)
    case .limit: try limit(pending)
    case .retry, .skip, .hold, .release: try target(pending)
    case .amend: try proposeAmendment(pending)
    case .approve, .reject, .emergency, .force: try obeyPerson(pending)
    }
  }

  private mutating func decide(_ kind: Event.Kind, _ pending: PendingCommand, at place: Place? = nil) throws(Defect) {
    try emit(kind, place ?? pending.subject, cause: pending.sequence)
  }

  private static let givenUp = "the run is being given up already"
  private static let goingBack = "a rollback is going on; it has to end first"

  private mutating func pause(_ pending: PendingCommand) throws(Defect) {
    switch state.standing {
    case .going, .held: try decide(.runPaused, pending)
    case .paused, .pausedAndHeld: try refuse(pending, "the run is paused already")
    case .aborting, .over: try refuse(pending, Self.givenUp)
    }
  }

  private mutating func abort(_ pending: PendingCommand) throws(Defect) {
    guard state.rollback == nil else {
      try refuse(pending, Self.goingBack)
      return
    }
    switch state.standing {
    case .going, .paused, .held, .pausedAndHeld: try decide(.runAborting, pending)
    case .aborting, .over: try refuse(pending, Self.givenUp)
    }
  }

  private mutating func resume(_ pending: PendingCommand) throws(Defect) {
    switch state.standing {
    case .aborting, .over: try refuse(pending, Self.givenUp)
    case .paused: try goOn(pending)
    case .going, .held, .pausedAndHeld:
      // What comes after a rollback is asked when it has ended: an answer before that would answer nothing.
      if state.rollback != nil, !state.units.contains(where: { $0.condition == .blocked }) {
        try refuse(pending, Self.goingBack)
      } else if state.standing == .going {
        try refuse(pending, "the run is neither paused nor held")
      } else {
        try goOn(pending)
      }
    }
  }

  private mutating func goOn(_ pending: PendingCommand) throws(Defect) {
    if let blocked = state.units.first(where: { $0.condition == .blocked }) {
      let path = state.index.path(of: .step(blocked.address))
      try refuse(pending, "the undo of \(path) is blocked; `retry` or `resolve` it first")
    } else if case .budget(let level, let failed, let limit) = state.exhaustedBudget {
      try refuse(
        pending,
        "\(failed.counted("failed target")) \(failed == 1 ? "is" : "are") more than the budget of \(limit) (\(level)); "
          + "`retry` or `skip` \(failed == 1 ? "it" : "them") first")
    } else if let first = state.quarantined.first {
      // Nobody is left out of a wave without a word: who goes in again, and who does not, is said by name.
      let others = state.quarantined.count - 1
      let path = state.index.path(of: .target(first))
      try refuse(
        pending,
        (others == 0 ? "\(path) is" : "\(path) and \(others) more are")
          + " quarantined, since evidence took targets back twice; `retry` or `skip` each of them first")
    } else {
      try decide(.runResumed, pending)
    }
  }

  private mutating func rollback(_ pending: PendingCommand) throws(Defect) {
    guard state.rollback == nil else {
      try refuse(pending, "a rollback is going on already")
      return
    }
    let place = pending.subject
    let (queue, stopsAt) = state.rollbackQueue(of: place)
    let active = state.units.filter { state.index.contains(place, $0.key) }.count
    guard active + queue.count > 0 else {
      try refuse(
        pending, stopsAt.map { "\($0) cannot be taken back, so nothing before it can" } ?? "there is nothing to undo")
      return
    }
    try emit(
      .rollbackStarted(scope: place.scope, targets: active + queue.count, stopsAt: stopsAt), place,
      cause: pending.sequence)
  }

  private mutating func resolve(_ pending: PendingCommand) throws(Defect) {
    guard case .step(let address) = pending.subject, let unit = state.unit(address.target), unit.step == address.step
    else {
      try refuse(pending, "this step is not in doubt and waits for nobody")
      return
    }
    guard unit.isInDoubt || unit.needsPerson else {
      try refuse(pending, "this step is not in doubt and waits for nobody")
      return
    }
    guard let settlement = pending.command.settlement else {
      try refuse(pending, "it does not say what happened: succeeded, not applied or failed")
      return
    }
    guard !unit.hasOpenRequest else {
      try refuse(pending, "the provider is being asked whether it happened; wait for its answer")
      return
    }
    try emit(
      .settled(
        unit.verb, attempt: unit.attempt, as: settlement, rule: "a person decided",
        outputs: pending.command.outputs),
      pending.subject, cause: pending.sequence)
  }

  /// Whoever ends an attempt does not know what came of it: the answer of the provider decides, or a look.
  private mutating func cancel(_ pending: PendingCommand) throws(Defect) {
    let unit: Unit?
    switch pending.subject {
    case .target(let key): unit = state.unit(key)
    case .step(let address): unit = state.unit(address.target).flatMap { $0.step == address.step ? $0 : nil }
    case .run, .phase, .stage, .wave:
      try refuse(pending, "name a step that is at work, such as phase/stage/wave/target/step; `abort` gives the run up")
      return
    }
    guard let unit, case .running = unit.condition else {
      let isProbed = if case .probing = unit?.condition { true } else { false }
      try refuse(
        pending,
        isProbed
          ? "the provider is being asked whether it happened; wait for its answer"
          : "no provider is at work on it, so there is nothing to end")
      return
    }
    try emit(.cancelled(unit.verb, attempt: unit.attempt), .step(unit.address), cause: pending.sequence)
  }

  /// A person leaves as it is what a decision would take back that waits for the rollback which goes on. It is named by
  /// the place of the decision.
  ///
  /// - Returns: whether such a decision waits.
  private mutating func waive(_ pending: PendingCommand) throws(Defect) -> Bool {
    switch pending.subject {
    case .run, .phase, .stage, .wave: break
    // Of a target that is on its way back now, that way is meant.
    case .target(let key): if state.unit(key) != nil || state.rollback?.isQueued(key) ?? false { return false }
    case .step: return false
    }
    let waiting = state.waitingDecisions.filter { $0.place == pending.subject }
    for decision in waiting {
      try emit(.rollbackWaived(by: decision.by, command: pending.sequence), decision.place, cause: pending.sequence)
    }
    return !waiting.isEmpty
  }

  /// Commands about one target, or about what a decision of evidence is to take back.
  private mutating func target(_ pending: PendingCommand) throws(Defect) {
    let key: TargetKey
    if pending.command.name == .skip, try waive(pending) { return }
    switch pending.subject {
    case .target(let target): key = target
    case .step(let address): key = address.target
    case .run, .phase, .stage, .wave:
      try refuse(
        pending,
        pending.command.name == .skip
          ? "name a target or a step, such as phase/stage/wave/target: no decision to take this back waits"
          : "name a target or a step, such as phase/stage/wave/target")
      return
    }
    let status = state.stages[key.stage].status[Int(key.row)]
    let unit = state.unit(key)
    switch pending.command.name {
    case .hold:
      try state.heldTargets.contains(key) || status.isAtRest
        ? refuse(pending, "the target is held already, or over") : decide(.targetHeld, pending, at: .target(key))
    case .release:
      try state.heldTargets.contains(key)
        ? decide(.targetReleased, pending, at: .target(key)) : refuse(pending, "the target is not held")
    case .retry:
      let isOut = status == .failed || status == .quarantined
      if unit == nil, isOut, state.isOver(waveOf: key) {
        try refuse(pending, "its wave is over; `skip` it, or put it into another run")
      } else if unit == nil, isOut, state.standsAboveWall(key) {
        try refuse(pending, "some of its steps were not taken back; `rollback` it first, or `skip` it")
      } else if unit == nil, isOut,
        state.firstStep(of: key).step >= state.plan.stages[key.stage].steps.count
      {
        try refuse(pending, "all its steps are done, and the last one cannot be taken back; `skip` it")
      } else if unit?.condition == .blocked || unit?.isWaiting ?? false || (unit == nil && isOut) {
        try decide(.targetRetried, pending, at: .target(key))
      } else if unit?.condition == .manual {
        try refuse(pending, "a person does this step; say with `resolve` what came of it")
      } else if let unit, unit.needsPerson {
        try emit(
          .settled(unit.verb, attempt: unit.attempt, as: .again, rule: "a person decided", outputs: [:]),
          .step(unit.address), cause: pending.sequence)
      } else {
        try refuse(
          pending,
          "only a target that is failed, quarantined, blocked or parked, or waits for its next attempt, can be tried "
            + "again; this one is \(status)")
      }
    case .skip: try skip(pending, key, status: status, unit: unit)
    case .pause, .resume, .cancel, .limit, .resolve, .rollback, .abort, .approve, .reject, .emergency, .review, .force,
      .amend:
      break
    }
  }

  private mutating func skip(_ pending: PendingCommand, _ key: TargetKey, status: TargetStatus, unit: Unit?)
    throws(Defect)
  {
    if let unit {
      if case .step(let address) = pending.subject, address != unit.address {
        try refuse(pending, "the target is at step \(state.index.path(of: .step(unit.address)))")
      } else if unit.hasOpenRequest {
        try refuse(pending, "a provider is at work on it; wait for its answer, or end the attempt with `cancel` first")
      } else if unit.verb == .undo, case .finished = state.nextUndo(touched: unit.touched, stage: key.stage) {
        // It says so in this very turn; nothing of it is there to be left.
        try refuse(pending, "all of it was taken back just now")
      } else if unit.verb == .undo {
        // Nothing older is taken back under a step that stays: the whole target does.
        try decide(.targetKept, pending, at: .target(key))
      } else if case .step = pending.subject {
        try emit(.stepSkipped, .step(unit.address), cause: pending.sequence)
      } else if unit.touched == 0 {
        try decide(.targetSkipped, pending, at: .target(key))
      } else {
        let path = state.index.path(of: .step(unit.address))
        try refuse(
          pending,
          "something of it may have happened already, and it is at step \(path): "
            + "`skip` that path to go on with the next, or `rollback` the target")
      }
    } else if case .target = pending.subject, state.rollback?.isQueued(key) ?? false {
      try decide(.targetKept, pending, at: .target(key))
    } else if case .target = pending.subject, [.waiting, .failed, .undone, .quarantined].contains(status) {
      try decide(.targetSkipped, pending, at: .target(key))
    } else {
      try refuse(
        pending, "only a target that waits or failed, or its current step, can be skipped; this one is \(status)")
    }
  }
}
