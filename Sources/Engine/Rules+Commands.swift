import Plans
import Quantities

extension Machine {
  /// Decides about what people asked for, one command after the other.
  mutating func operatorCommand() {
    while let pending = state.pendingCommands.first {
      let before = state.pendingCommands.count
      obey(pending)
      if state.pendingCommands.count == before {
        refuse(pending, "there is nothing to \(pending.command.name.rawValue) here")
      }
    }
  }

  mutating func refuse(_ pending: PendingCommand, _ reason: String) {
    emit(.commandRefused(reason: reason), pending.subject, cause: pending.sequence)
  }

  private mutating func obey(_ pending: PendingCommand) {
    let finished = state.outcome != nil
    if let flaw = pending.command.flaw {
      refuse(pending, flaw)
      return
    }
    switch pending.command.name {
    case .rollback: rollback(pending)
    case _ where finished:
      refuse(pending, "the run is over (\(state.outcome?.rawValue ?? "done")); only `rollback` can follow")
    case .pause:
      state.isPaused ? refuse(pending, "the run is paused already") : decide(.runPaused, pending)
    case .resume: resume(pending)
    case .abort:
      state.rollback == nil
        ? decide(.runAborting, pending) : refuse(pending, "a rollback is going on; it has to end first")
    case .resolve: resolve(pending)
    case .retry, .skip, .hold, .release: target(pending)
    case .amend: proposeAmendment(pending)
    case .approve, .reject, .emergency, .review, .force: obeyPerson(pending)
    }
  }

  private mutating func decide(_ kind: Event.Kind, _ pending: PendingCommand, at place: Place? = nil) {
    emit(kind, place ?? pending.subject, cause: pending.sequence)
  }

  private mutating func resume(_ pending: PendingCommand) {
    if !state.isPaused, state.hold == nil {
      refuse(pending, "the run is neither paused nor held")
    } else if let blocked = state.units.first(where: { $0.condition == .blocked }) {
      let path = state.index.path(of: .step(blocked.address))
      refuse(pending, "the undo of \(path) is blocked; `retry` or `resolve` it first")
    } else if case .budget(let level, let failed, let limit) = state.exhaustedBudget {
      refuse(
        pending,
        "\(failed) failed targets are more than the budget of \(limit) (\(level)); `retry` or `skip` them first")
    } else {
      decide(.runResumed, pending)
    }
  }

  private mutating func rollback(_ pending: PendingCommand) {
    guard state.rollback == nil else {
      refuse(pending, "a rollback is going on already")
      return
    }
    let place = pending.subject
    let (queue, stopsAt) = state.rollbackQueue(of: place)
    let active = state.units.filter { state.index.contains(place, $0.key) }.count
    guard active + queue.count > 0 else {
      refuse(
        pending, stopsAt.map { "\($0) cannot be taken back, so nothing before it can" } ?? "there is nothing to undo")
      return
    }
    emit(
      .rollbackStarted(scope: place.scope, targets: active + queue.count, stopsAt: stopsAt), place,
      cause: pending.sequence)
  }

  private mutating func resolve(_ pending: PendingCommand) {
    guard case .step(let address) = pending.subject, let unit = state.unit(address.target), unit.step == address.step
    else {
      refuse(pending, "this step is not in doubt and waits for nobody")
      return
    }
    guard unit.isInDoubt || unit.needsPerson else {
      refuse(pending, "this step is not in doubt and waits for nobody")
      return
    }
    guard let settlement = pending.command.settlement else {
      refuse(pending, "it does not say what happened: succeeded, not applied or failed")
      return
    }
    guard !unit.hasOpenRequest else {
      refuse(pending, "the provider is being asked whether it happened; wait for its answer")
      return
    }
    emit(
      .settled(
        unit.verb, attempt: unit.attempt, as: settlement, rule: "a person decided",
        outputs: pending.command.outputs),
      pending.subject, cause: pending.sequence)
  }

  /// Commands about one target.
  private mutating func target(_ pending: PendingCommand) {
    let key: TargetKey
    switch pending.subject {
    case .target(let target): key = target
    case .step(let address): key = address.target
    default:
      refuse(pending, "name a target or a step, such as phase/stage/wave/target")
      return
    }
    let status = state.stages[key.stage].status[Int(key.row)]
    let unit = state.unit(key)
    switch pending.command.name {
    case .hold:
      state.heldTargets.contains(key) || status.isSettled
        ? refuse(pending, "the target is held already, or over") : decide(.targetHeld, pending, at: .target(key))
    case .release:
      state.heldTargets.contains(key)
        ? decide(.targetReleased, pending, at: .target(key)) : refuse(pending, "the target is not held")
    case .retry:
      let isOut = status == .failed || status == .quarantined
      if unit == nil, isOut, state.isOver(waveOf: key) {
        refuse(pending, "its wave is over; `skip` it, or put it into another run")
      } else if unit == nil, isOut,
        state.firstStep(of: key).step >= state.plan.stages[key.stage].steps.count
      {
        refuse(pending, "all its steps are done, and the last one cannot be taken back; `skip` it")
      } else if unit?.condition == .blocked || (unit == nil && isOut) {
        decide(.targetRetried, pending, at: .target(key))
      } else if unit?.condition == .manual {
        refuse(pending, "a person does this step; say with `resolve` what came of it")
      } else if let unit, unit.needsPerson {
        emit(
          .settled(unit.verb, attempt: unit.attempt, as: .again, rule: "a person decided", outputs: [:]),
          .step(unit.address), cause: pending.sequence)
      } else {
        refuse(
          pending, "only a failed, quarantined, blocked or parked target can be tried again; this one is \(status)")
      }
    case .skip: skip(pending, key, status: status, unit: unit)
    default: break
    }
  }

  private mutating func skip(_ pending: PendingCommand, _ key: TargetKey, status: TargetStatus, unit: Unit?) {
    if let unit {
      if case .step(let address) = pending.subject, address != unit.address {
        refuse(pending, "the target is at step \(state.index.path(of: .step(unit.address)))")
      } else if unit.hasOpenRequest {
        refuse(pending, "a provider is at work on it; wait for its answer, or `pause` first")
      } else {
        emit(.stepSkipped, .step(unit.address), cause: pending.sequence)
      }
    } else if case .target = pending.subject, [.waiting, .failed, .undone, .quarantined].contains(status) {
      decide(.targetSkipped, pending, at: .target(key))
    } else {
      refuse(pending, "only a target that waits or failed, or its current step, can be skipped; this one is \(status)")
    }
  }
}
