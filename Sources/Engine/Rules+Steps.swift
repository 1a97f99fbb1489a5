public import Plans
import Quantities

extension Machine {
  /// A failed attempt is tried again when the error is transient and attempts are left; else the target has failed, or
  /// its undo is blocked.
  mutating func retry() throws(Defect) {
    for unit in state.units {
      guard case .failed(let failure) = unit.condition else { continue }
      let step = state.plan.stages[unit.key.stage].steps[unit.step]
      if failure.isTransient, unit.tries < step.attempts {
        let wait = max(Self.backoff(step.wait, unit: unit, key: key(of: unit)), failure.retryAfter ?? .zero)
        try emit(
          .retryScheduled(unit.verb, attempt: unit.attempt, until: state.now + wait), .step(unit.address),
          cause: unit.cause)
      } else if unit.verb == .undo {
        try emit(.undoBlocked, .step(unit.address), cause: unit.cause)
      } else {
        try emit(.targetFailed, .target(unit.key), cause: unit.cause)
      }
    }
  }

  /// The wait before the next attempt: between the shortest and a bound that doubles each time, up to the longest. The
  /// share comes from the recorded key and attempt, so that it is the same in every replay.
  static func backoff(_ range: SpanRange, unit: Unit, key: String) -> Span {
    let (low, high) = (range.low.milliseconds, range.high.milliseconds)
    // A wait that starts at nothing still backs off: the bound begins at a second.
    var bound = min(max(low, 1_000), high)
    for _ in 0..<unit.tries where bound < high { bound = min(bound * 2, high) }
    let share = Int64(Digest(of: Array("\(key)|\(unit.attempt)".utf8)).leadingNumber % 1_001)
    return Span(milliseconds: low + (bound - low) * share / 1_000)
  }

  private func key(of unit: Unit) -> String { state.idempotencyKey(of: unit.address, verb: unit.verb) }

  /// Units that are ready ask for their next step, forwards or back.
  mutating func advance() throws(Defect) {
    guard !state.isDraining, state.outcome == nil else { return }
    for unit in state.units where unit.condition == .ready {
      guard hasRoom else { return }
      switch unit.verb {
      case .apply:
        guard !state.isStopped, !state.heldTargets.contains(unit.key), hasSlot else { continue }
        try intend(.apply, StepAddress(target: unit.key, step: unit.step), attempt: unit.attempt + 1, cause: unit.cause)
      case .undo:
        guard state.undoFreeze(of: unit.key) == nil else { continue }
        try takeBack(unit)
      }
    }
  }

  /// Whether one more request may be opened.
  var hasRoom: Bool { room == .max || state.openRequests < room }

  /// Whether one more step may begin forwards, where a person lets fewer targets be at work than had begun.
  private var hasSlot: Bool {
    state.atOnce.map { limit in state.units.count { $0.verb == .apply && $0.hasOpenRequest } < limit } ?? true
  }

  private mutating func takeBack(_ unit: Unit) throws(Defect) {
    switch state.nextUndo(touched: unit.touched, stage: unit.key.stage) {
    case .step(let step):
      let again = step == unit.step ? unit.attempt : 0
      try intend(.undo, StepAddress(target: unit.key, step: step), attempt: again + 1, cause: unit.cause)
    case .wall: try emit(.targetUndone(complete: false), .target(unit.key), cause: unit.cause)
    case .finished: try emit(.targetUndone(complete: true), .target(unit.key), cause: unit.cause)
    }
  }

  /// Makes the intent of a request durable, and names the request.
  mutating func intend(_ verb: Verb, _ address: StepAddress, attempt: Int, cause: Int64) throws(Defect) {
    let step = state.plan.stages[address.target.stage].steps[address.step]
    let call: PlannedCall
    switch (verb, step.undo) {
    case (.apply, _): call = step.call
    case (.undo, .call(let undo)): call = undo
    case (.undo, _): return
    }
    let current = state.unit(address.target)
    let cursor = current.flatMap { $0.verb == verb && $0.step == address.step ? $0.cursor : nil }
    let key = state.idempotencyKey(of: address, verb: verb)
    let deadline = state.now + call.timeout
    let filled = state.arguments(of: call.arguments, for: address.target)
    let arguments = (try? filled.get()) ?? .null
    let intent = Intent(
      attempt: attempt, round: state.stages[address.target.stage].rounds[address.target.row] ?? 0,
      operation: call.operation, key: key, deadline: deadline, undo: step.undo.name, cursor: cursor)
    let sequence = try emit(.intended(verb, intent), .step(address), cause: cause)
    if case .failure(let missing) = filled {
      let failure = Failure(isTransient: false, reason: state.reason(without: missing, for: address.target))
      try emit(.failed(verb, attempt: attempt, failure: failure), .step(address), cause: sequence)
      return
    }
    perform(
      .apply(
        Request(
          address: address, path: state.index.path(of: .step(address)), verb: verb, attempt: attempt,
          provider: call.provider, arguments: arguments, key: key, timeout: call.timeout, deadline: deadline,
          cursor: cursor, cause: sequence)))
  }
}

extension PlannedUndo {
  /// The operation that takes a step back, `none` or `irreversible`.
  public var name: String {
    switch self {
    case .call(let call): call.operation
    case .nothing: "none"
    case .impossible: "irreversible"
    }
  }
}
