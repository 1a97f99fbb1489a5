import Plans
import Quantities
import Records

@testable import Engine
@testable import Looping

extension Simulation {
  /// Somebody asks for something, whether it makes sense or not.
  mutating func sendAnything() throws {
    var name = random.pick(OperatorCommand.Name.allCases)
    if reader.evidence.gate != nil, random.chance(20) { name = .force }
    if name == .abort, random.chance(80) { return try send(.pause, at: .run) }
    if name == .amend { return try send(.resume, at: .run) }
    var place = randomPlace()
    if [.resolve, .retry, .skip].contains(name), let unit = reader.units.first(where: \.needsPerson) {
      place = .step(unit.address)
    }
    if name == .force, let gate = reader.evidence.gate { place = .wave(stage: gate.stage, wave: gate.wave) }
    if [.approve, .reject, .emergency, .review].contains(name), random.chance(80) {
      place = reader.amendment?.needs.first ?? reader.missingApproval?.place ?? place
    }
    var settlement: Settlement?
    if name == .resolve, case .step(let address) = place { settlement = truth(at: address) }
    let amendment = [.approve, .reject].contains(name) && random.chance(50) ? reader.amendment?.plan : nil
    let until = name == .emergency || random.chance(20) ? wall + Span(milliseconds: Int64(random.int(1...90_000))) : nil
    try send(
      name, at: place, as: settlement, person: randomAccount(), amendment: amendment, until: until,
      atOnce: name == .limit && random.chance(75) ? random.int(1...4) : nil,
      isSigned: name == .approve ? random.chance(30) : Statement.actions.contains(name) && letters % 3 == 0)
  }

  /// Somebody who sees a breach begin stops the run to look, and lets it go on: that changes nothing about the breach.
  ///
  /// - Returns: whether somebody did.
  mutating func lookTwice() throws -> Bool {
    let isPending = reader.evidence.triggers.contains { $0.values.contains { $0.phase == .pending } }
    guard isPending, random.chance(15) else { return false }
    for name in [OperatorCommand.Name.pause, .resume] {
      try send(name, at: .run)
      try lookIntoInbox()
      monotonic += Int64(random.int(0...3_000))
    }
    return true
  }

  /// Who starts an executor: somebody who operates, now and then one who approves, or nobody whom the plan knows.
  mutating func person(of epoch: Int64) -> String {
    let approves = random.chance(20)
    return isWild && epoch % 6 == 5 ? "nobody" : approves ? "account-2" : "operator"
  }

  private mutating func randomAccount() -> String {
    guard !plan.people.isEmpty, random.chance(85) else { return "eve" }
    return plan.people[random.int(0...(plan.people.count - 1))].accounts.first ?? "eve"
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

  /// Writes a letter, as another process does.
  mutating func send(
    _ name: OperatorCommand.Name, at place: Place, as settlement: Settlement? = nil, person: String = "operator",
    amendment: Digest? = nil, until: Instant? = nil, atOnce: Int? = nil, isSigned: Bool = false
  ) throws {
    letters += 1
    var command = OperatorCommand(name: name, id: "c\(letters)", settlement: settlement, reason: "because")
    (command.amendment, command.until, command.atOnce) = (amendment, until, atOnce)
    if name == .approve { command.seen = try record.checkpoint().size }
    let path = reader.index.path(of: place)
    var asked = CommandLetter(command, plan: run.plan)
    if isSigned, let signer = plan.people.first(where: { $0.accounts.contains(person) }) {
      let seen = try record.checkpoint()
      // What is signed for another run, or was used up, is brought now and then.
      let statement = Statement(
        name, run: Statement.Run(number: run.number, nonce: letters % 20 == 7 ? "another" : reader.nonce),
        plan: amendment ?? run.plan, scope: random.chance(90) ? path : "elsewhere", person: signer.id,
        role: reader.role(for: name, at: place) ?? "", reason: "looked at it", issued: wall, expires: until,
        nonce: letters % 9 == 4 ? "c1" : command.id,
        seen: Statement.Checkpoint(origin: try record.origin(), size: seen.size, root: seen.root))
      asked.signed = CommandLetter.Signed(line: statement.line, signature: random.chance(80) ? "good" : "bad")
    }
    let text = isWild && random.chance(2) ? "not a letter" : asked.text
    let letter = Letter(
      id: command.id, run: run.number, subject: isWild && random.chance(2) ? "no/such/place" : path, command: text,
      person: person, auth: "os", sent: wall)
    try record.send(letter)
    // Sent twice is one command.
    if random.chance(5) { try record.send(letter) }
  }

  /// What a careful person sees who looks at the world.
  private func truth(at address: StepAddress) -> Settlement {
    let verb = reader.unit(address.target)?.verb ?? .apply
    return world.holds(address, verb) ? .succeeded : .notApplied
  }

  /// After the faults: providers answer, executors live, and people deal with whatever waits for them.
  ///
  /// - Returns: whether anything could be done.
  mutating func calmStep() throws -> Bool {
    guard loop != nil else {
      try takeOver()
      return true
    }
    let state = reader
    // Somebody known takes over where nobody knows who executes.
    if state.isExecutorUnknown, flights.isEmpty, try record.letters(to: run.number).isEmpty {
      crash()
      return true
    }
    // Whatever is to happen by itself happens first. Measurements never end, so people do not wait for those.
    // An approval runs out by itself, and whoever is asked for the second one does not wait for that.
    let isDue =
      state.waveState == .notStarted
      ? state.waveStartsAt == nil && state.waveObstacle == nil : state.waitingTargets.contains { $0.cause == .slot }
    let isAsked = state.missingAmendmentApproval != nil || state.missingApproval != nil && isDue
    let isIdle = flights.isEmpty && (state.nextDue == nil || isAsked) && !(loop?.isAwake ?? false)
    if try record.letters(to: run.number).isEmpty, state.outcome == nil {
      if let unit = state.units.first(where: \.needsPerson) {
        try attend(to: unit)
        try lookIntoInbox()
        return true
      }
      if isIdle, state.rollback == nil, try speak(state) {
        try lookIntoInbox()
        return true
      }
    }
    if try passTime() { return true }
    guard try !record.letters(to: run.number).isEmpty else { return false }
    try lookIntoInbox()
    return true
  }

  /// What people say who want the run to end.
  ///
  /// - Returns: whether they have something to say.
  private mutating func speak(_ state: RunState) throws -> Bool {
    if case .budget = state.exhaustedBudget, let failed = firstFailed(state) {
      try send(random.chance(50) ? .retry : .skip, at: .target(failed))
    } else if let out = state.quarantined.first, state.isPaused || state.hold != nil {
      try send(random.chance(50) && !state.isOver(waveOf: out) ? .retry : .skip, at: .target(out))
    } else if let gate = state.evidence.gate, gate.isExpired, gate.matched.isEmpty,
      state.comparisonVerdict(of: gate) == .unknown(.tooFew)
    {
      // Nobody will ever be able to compare them.
      try send(.abort, at: .run)
    } else if state.isPaused || state.hold != nil {
      try send(.resume, at: .run)
    } else if let key = state.heldTargets.min(by: { ($0.stage, $0.row) < ($1.stage, $1.row) }) {
      try send(.release, at: .target(key))
    } else if let overdue = state.overdueReview,
      let person = plan.people.indices.first(where: { $0 != overdue.person })
    {
      try send(.review, at: overdue.place, person: account(person))
    } else if let missing = state.missingAmendmentApproval {
      if let person = state.ableToAmend(under: missing.rule, at: missing.place).first {
        try send(.approve, at: missing.place, person: account(person), amendment: state.amendment?.plan)
      } else {
        try send(.reject, at: .run, person: account(0), amendment: state.amendment?.plan)
      }
    } else if let missing = state.missingApproval {
      if let person = state.able(to: missing.rule, at: missing.place).first {
        try send(.approve, at: missing.place, person: account(person))
      } else if missing.rule.emergencyRole != nil {
        try send(.emergency, at: missing.place, person: account(0), until: wall + .hour)
      } else {
        // Everybody wrote or executes it, and nobody may break glass.
        try send(.abort, at: .run)
      }
    } else {
      return false
    }
    return true
  }

  private func account(_ person: Int) -> String { plan.people[person].accounts.first ?? "eve" }

  private mutating func attend(to unit: Engine.Unit) throws {
    if unit.condition == .blocked { return try send(.retry, at: .step(unit.address)) }
    try send(.resolve, at: .step(unit.address), as: truth(at: unit.address))
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
