import Quantities

@testable import Engine
@testable import Plans

extension Simulation {
  /// Somebody asks for something, whether it makes sense or not.
  mutating func randomCommand() -> (kind: Event.Kind, subject: Place) {
    let name = random.pick(OperatorCommand.Name.allCases)
    if name == .abort, random.chance(80) { return (command(.pause), .run) }
    var place = randomPlace()
    if [.resolve, .retry, .skip].contains(name), let unit = machine.state.units.first(where: \.needsPerson) {
      place = .step(unit.address)
    }
    if [.resolve].contains(name), case .step(let address) = place {
      return (command(.resolve, as: truth(at: address)), place)
    }
    return (command(name), place)
  }

  private mutating func randomPlace() -> Place {
    let stage = random.int(0...(plan.stages.count - 1))
    guard !plan.stages[stage].waves.isEmpty else { return .stage(stage) }
    let wave = random.int(0...(plan.stages[stage].waves.count - 1))
    let key = TargetKey(stage: stage, row: random.pick(plan.stages[stage].waves[wave].targets))
    switch random.int(0...7) {
    case 0: return .run
    case 1: return .phase(plan.stages[stage].phase)
    case 2: return .stage(stage)
    case 3: return .wave(stage: stage, wave: wave)
    case 4: return .step(StepAddress(target: key, step: random.int(0...(plan.stages[stage].steps.count - 1))))
    default: return .target(key)
    }
  }

  private func command(_ name: OperatorCommand.Name, as settlement: Settlement? = nil) -> Event.Kind {
    .commandReceived(OperatorCommand(name: name, id: "c\(journal.count)", settlement: settlement, reason: "because"))
  }

  private func approval(by person: Int, of amendment: Digest? = nil) -> Event.Kind {
    var command = OperatorCommand(name: .approve, id: "c\(journal.count)", reason: "because")
    (command.person, command.auth, command.amendment) = (person, "os", amendment)
    return .commandReceived(command)
  }

  private func rejection(of amendment: Digest?, by person: Int) -> Event.Kind {
    var command = OperatorCommand(name: .reject, id: "c\(journal.count)", reason: "because")
    (command.person, command.auth, command.amendment) = (person, "os", amendment)
    return .commandReceived(command)
  }

  /// What a careful person sees who looks at the world.
  private func truth(at address: StepAddress) -> Settlement {
    let verb = machine.state.unit(address.target)?.verb ?? .apply
    return world.holds(address, verb) ? .succeeded : .notApplied
  }

  /// After the faults: providers answer, and people deal with whatever waits for them.
  ///
  /// - Returns: whether anything could be done.
  mutating func calmStep() throws -> Bool {
    let state = machine.state
    if state.isDraining {
      epoch += 1
      flights = []
      try turn([(.executorStarted(epoch: epoch), .run)])
      return true
    }
    if let unit = state.units.first(where: \.needsPerson) {
      try turn([attend(to: unit)])
      return true
    }
    // Measurements never end, so what waits for people must not wait for time to stop.
    if flights.isEmpty, state.nextDue == nil, state.rollback == nil, let words = people(state) {
      try turn([words])
      return true
    }
    if try passTime() { return true }
    return false
  }

  /// What people say who want the run to end.
  private mutating func people(_ state: RunState) -> (kind: Event.Kind, subject: Place)? {
    if case .budget = state.exhaustedBudget, let failed = firstFailed(state) {
      return (command(random.chance(50) ? .retry : .skip), .target(failed))
    }
    if state.isPaused || state.hold != nil { return (command(.resume), .run) }
    if let key = state.heldTargets.min(by: { ($0.stage, $0.row) < ($1.stage, $1.row) }) {
      return (command(.release), .target(key))
    }
    if let missing = state.missingAmendmentApproval {
      guard let person = state.ableToAmend(under: missing.rule, at: missing.place).first else {
        return (rejection(of: state.amendment?.plan, by: 0), .run)
      }
      return (approval(by: person, of: state.amendment?.plan), missing.place)
    }
    if let missing = state.missingApproval, let person = state.able(to: missing.rule, at: missing.place).first {
      return (approval(by: person), missing.place)
    }
    return nil
  }

  private func attend(to unit: Unit) -> (kind: Event.Kind, subject: Place) {
    if unit.condition == .blocked { return (command(.retry), .step(unit.address)) }
    return (command(.resolve, as: truth(at: unit.address)), .step(unit.address))
  }

  private func firstFailed(_ state: RunState) -> TargetKey? {
    for stage in plan.stages.indices.reversed() {
      for row in plan.stages[stage].waves.flatMap(\.targets).reversed()
      where state.stages[stage].status[Int(row)] == .failed && state.unit(TargetKey(stage: stage, row: row)) == nil {
        return TargetKey(stage: stage, row: row)
      }
    }
    return nil
  }
}
