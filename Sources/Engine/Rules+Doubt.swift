import Plans
import Quantities

extension Machine {
  /// The first request of a unit whose executor is gone has no outcome: it is in doubt.
  mutating func fence() throws(Defect) {
    for unit in state.units where unit.epoch < state.epoch {
      switch unit.condition {
      case .running:
        let doubt = Doubt(cause: .executorLost, reason: "the executor that asked is gone")
        try emit(.inDoubt(unit.verb, attempt: unit.attempt, doubt: doubt), .step(unit.address), cause: unit.cause)
      case .probing:
        // A probe changes nothing, so an unanswered one is asked again.
        if let probe = state.call(of: unit)?.probe { try look(unit, probe: probe) }
      case .ready, .failed, .waiting, .inDoubt, .probed, .settling, .parked, .manual, .blocked: break
      }
    }
  }

  /// Settles doubts by the table of DESIGN §5.1: probe if there is one, else by what the action declares.
  mutating func settleDoubt() throws(Defect) {
    guard !state.isDraining, state.outcome == nil else { return }
    for unit in state.units {
      guard let call = state.call(of: unit) else { continue }
      switch unit.condition {
      case .inDoubt(.atWork, _):
        try park(unit, rule: "what was started still runs and could not be ended: a person decides")
      case .inDoubt:
        if let probe = call.probe { try look(unit, probe: probe) } else { try settle(unit, call, answer: nil) }
      case .probed(let answer, let looks):
        if answer == .notApplied, looks < 2, call.settle > Span.zero {
          try emit(
            .probeScheduled(unit.verb, attempt: unit.attempt, until: state.now + call.settle), .step(unit.address),
            cause: unit.cause)
        } else {
          try settle(unit, call, answer: answer)
        }
      case .ready, .running, .failed, .waiting, .probing, .settling, .parked, .manual, .blocked: break
      }
    }
  }

  private mutating func look(_ unit: Unit, probe: PlannedProbe) throws(Defect) {
    // Its time would run while it waits for room, and a person would be asked for want of an answer.
    guard hasRoom else { return }
    guard case .success(let arguments) = state.arguments(of: probe.arguments, for: unit.key) else {
      try park(unit, rule: "the probe refers to an output that is not known: a person decides")
      return
    }
    let deadline = state.now + probe.timeout
    let sequence = try emit(
      .probeIntended(unit.verb, attempt: unit.attempt, deadline: deadline), .step(unit.address), cause: unit.cause)
    perform(
      .probe(
        Request(
          address: unit.address, path: state.index.path(of: .step(unit.address)), verb: unit.verb,
          attempt: unit.attempt, provider: probe.provider, arguments: arguments,
          key: state.idempotencyKey(of: unit.address, verb: unit.verb), timeout: probe.timeout, deadline: deadline,
          cursor: unit.cursor, cause: sequence)))
  }

  /// One row of the settling table.
  private mutating func settle(_ unit: Unit, _ call: PlannedCall, answer: ProbeAnswer?) throws(Defect) {
    if answer == .applied {
      try settle(unit, as: .succeeded, rule: "the probe says that it happened")
      return
    }
    let isIrreversible =
      unit.verb == .apply && state.plan.stages[unit.key.stage].steps[unit.step].undo == .impossible
    let found = answer.map { "the probe says `\($0.words)`" } ?? "there is no probe"
    if isIrreversible {
      try park(unit, rule: "\(found), and the step is irreversible: a person decides")
      return
    }
    switch (call.idempotency, answer) {
    case (_, .notApplied): try tryAgain(unit, as: .notApplied, rule: found)
    case (.natural, _): try tryAgain(unit, as: .again, rule: "\(found), and doing it twice is natural")
    case (.key, _): try tryAgain(unit, as: .again, rule: "\(found), and the provider knows the key")
    case (.none, _): try park(unit, rule: "\(found), and idempotency is `none`: a person decides")
    }
  }

  private mutating func tryAgain(_ unit: Unit, as settlement: Settlement, rule: String) throws(Defect) {
    if unit.tries >= state.plan.stages[unit.key.stage].steps[unit.step].attempts {
      try settle(unit, as: .failed, rule: "\(rule), and all \(unit.tries) attempts are used")
    } else {
      try settle(unit, as: settlement, rule: rule)
    }
  }

  private mutating func settle(_ unit: Unit, as settlement: Settlement, rule: String) throws(Defect) {
    try emit(
      .settled(unit.verb, attempt: unit.attempt, as: settlement, rule: rule, outputs: [:]), .step(unit.address),
      cause: unit.cause)
  }

  private mutating func park(_ unit: Unit, rule: String) throws(Defect) {
    try emit(.parked(unit.verb, attempt: unit.attempt, rule: rule), .step(unit.address), cause: unit.cause)
  }
}

extension ProbeAnswer {
  /// The answer in the words that people use.
  public var words: String { self == .notApplied ? "not applied" : rawValue }
}
