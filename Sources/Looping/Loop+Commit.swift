internal import Engine
internal import Plans
internal import Quantities
internal import Records

extension Loop {
  /// Records what happened and what the engine decides about it, in one transaction; then names the orders.
  mutating func commit<R: Record>(
    _ inputs: [Input], at reading: ClockReading, in record: R, under lease: R.Lease, _ turn: inout Turn
  ) throws {
    // Everything in this transaction happens and is decided under this plan, an amendment at its end included.
    let index = machine.state.index
    // What was measured before stands before what happened now.
    let (samples, ahead) = takeSamples()
    let step = inputs.lazy.compactMap { if case .clockStepped(let step) = $0.kind { step } else { nil } }.first
    let inputs = samples + inputs
    var recorded: [(seq: Int64, event: Event, path: String)] = []
    let decisions = try record.write(under: lease, clock: reading) { batch in
      for (number, input) in inputs.enumerated() {
        let at = number < samples.count ? Self.before(step, reading.instant) : reading.instant
        let event = Event(input.kind, subject: input.subject, at: at, cause: input.cause)
        let path = index.path(of: event.subject)
        let (actor, account) = try known(input.actor, for: event.kind, index, in: &batch)
        let seq = try append(event, at: path, actor: actor, log: input.log, account: account, index, to: &batch)
        if let letter = input.letter { try batch.take(command: letter.id, as: seq) }
        var isFolded = false
        if number == 0, let ahead { isFolded = machine.adopt(ahead, at: event.at, sequence: seq) }
        if !isFolded { machine.fold(event, sequence: seq) }
        recorded.append((seq, event, path))
      }
      let decisions = try machine.decide(from: batch.nextSequence)
      let requests = Dictionary(
        decisions.effects.map { ($0.request.cause, $0.request) }, uniquingKeysWith: { first, _ in first })
      for decision in decisions.made {
        let actor = Actor.engine(rule: decision.rule)
        let event = sealed(decision.event, of: requests[batch.nextSequence], at: batch.nextSequence, batch.salt)
        let seq = try append(event, at: decision.path, actor: actor, index, to: &batch)
        recorded.append((seq, event, decision.path))
      }
      if let digest = decisions.amendedPlan { try batch.note(plan: digest, of: run.number) }
      // What is kept is read under the plan of its newest entry: the one that changes the plan is under the old one.
      if decisions.amendedPlan == nil, !recorded.isEmpty, let kept = try keepSnapshot(at: reading, index, in: &batch) {
        recorded.append(kept)
      }
      if recorded.contains(where: { $0.event.kind.endsOrReopensRun }) {
        try batch.note(outcome: machine.state.outcome?.rawValue, of: run.number)
      }
      return decisions
    }
    turn.recorded += recorded
    if let digest = decisions.amendedPlan {
      isAmended = true
      run.plan = digest
      notices.move(to: machine.state.plan)
    } else {
      tell(recorded)
    }
    // What is done next rests on what was just recorded: whoever changes that later contradicts the checkpoint.
    if let occasion = occasion(of: recorded, at: reading) {
      checkpointed = reading.monotonic
      turn.orders.append(.checkpoint(occasion))
    }
    for effect in decisions.effects { perform(effect, &turn) }
    for case (_, let event, _) in recorded {
      if case .cancelled = event.kind, case .step(let address) = event.subject { cancel(address, &turn) }
    }
  }

  /// Tells the provider that is at work on a step to end.
  private mutating func cancel(_ address: StepAddress, _ turn: inout Turn) {
    for place in flights.indices
    where flights[place].request.address == address && !flights[place].isProbe && !flights[place].isCancelled {
      flights[place].isCancelled = true
      turn.orders.append(.cancel(flights[place].request))
    }
  }

  private func occasion(
    of recorded: [(seq: Int64, event: Event, path: String)], at reading: ClockReading
  ) -> Occasion? {
    if let occasion = recorded.compactMap(\.event.kind.occasion).max() { return occasion }
    guard let checkpointed, !recorded.isEmpty else { return nil }
    return reading.monotonic - checkpointed >= Occasion.interval ? .time : nil
  }

  /// Tells about what is durable now. After an amendment nobody is told anything in here: whoever goes on from the
  /// record finds what is missing, under the plan that is in force then.
  private mutating func tell(_ recorded: [(seq: Int64, event: Event, path: String)]) {
    guard !machine.state.plan.notices.isEmpty else { return }
    for (seq, event, path) in recorded {
      let message = Message(
        about: event, at: path, machine.state.index, seq: seq, runbook: machine.state.plan.runbook, run: run.name,
        nonce: machine.state.nonce)
      if let message { notices.take(message) }
    }
  }

  private mutating func perform(_ effect: Effect, _ turn: inout Turn) {
    let request = effect.request
    precondition(!isAmended, "nothing is asked of a provider in the turn that changes the plan")
    precondition(
      !flights.contains { $0.request.address.target == request.address.target },
      "two requests for one target are on their way")
    switch effect {
    case .apply:
      flights.append(Flight(request: request, isProbe: false, due: due(request)))
      turn.orders.append(.apply(request))
    case .probe:
      flights.append(Flight(request: request, isProbe: true, due: due(request)))
      turn.orders.append(.probe(request))
    }
  }

  /// Who an event comes from, under a pseudonym; and from which account, where it is that of a person of the plan.
  private func known(
    _ actor: Actor, for kind: Event.Kind, _ index: PlanIndex, in batch: inout some RecordBatch
  ) throws -> (Actor, account: String?) {
    guard actor.kind == .person else { return (actor, nil) }
    var actor = actor
    let people = index.plan.people
    let place = kind.sender?.person ?? people.firstIndex { $0.accounts.contains(actor.id) }
    guard let place, people.indices.contains(place), let pseudonym = people[place].pseudonym else {
      actor.id = try batch.pseudonym(ofAccount: actor.id)
      return (actor, nil)
    }
    let account = actor.id
    actor.id = pseudonym.id
    return (actor, account)
  }

  /// An intent with what its recording adds: the salted digest of the arguments, and the files that the command names
  /// as they are now.
  private func sealed(_ event: Event, of request: Request?, at seq: Int64, _ salt: () -> [UInt8]) -> Event {
    guard case .intended(let verb, var intent) = event.kind else { return event }
    let made = facts.salt(of: seq)
    let opening = Opening(salt: made ?? salt(), body: (request?.arguments ?? .null).canonicalBytes)
    intent.salt = made == nil ? hexadecimal(opening.salt) : ""
    intent.input = opening.commitment
    intent.files = request.map(files) ?? []
    return Event(.intended(verb, intent), subject: event.subject, at: event.at, cause: event.cause)
  }

  /// Appends an event under the path of the plan in force, and makes sure that whoever reads it back finds the same.
  mutating func append(
    _ event: Event, at path: String, actor: Actor, log: String? = nil, account: String? = nil, _ index: PlanIndex,
    to batch: inout some RecordBatch
  ) throws -> Int64 {
    let draft = Draft(
      run: run.number, type: event.kind.type, subject: path, at: event.at, cause: event.cause, actor: actor,
      plan: run.plan, data: event.kind.data, payload: event.kind.payload(log: log, account: account))
    guard index.place(path) == event.subject else {
      throw LoopDefect("`\(path)` is not the place at which \(draft.type) was decided")
    }
    if checks == .always || batch.nextSequence % Self.sampling == 0 { try readBack(draft, as: event, index) }
    return try batch.append(draft)
  }

  /// Every so many entries one is read back before it is recorded.
  private static let sampling: Int64 = 61

  private func readBack(_ draft: Draft, as event: Event, _ index: PlanIndex) throws {
    let found: Event
    do {
      found = try Event(
        RecordedEvent(
          type: draft.type, subject: draft.subject, at: draft.at, cause: draft.cause,
          data: try JSON(canonical: draft.data), payload: try draft.payload.map { try JSON(canonical: $0) }),
        index: index)
    } catch {
      throw LoopDefect("\(draft.type) at `\(draft.subject)` cannot be read back: \(error)")
    }
    guard found == event else { throw LoopDefect("\(event) reads back as \(found)") }
  }

  /// So many events are folded again at a start at most, and more where there are many targets: a snapshot costs as
  /// much for each target as a hundredth of an event.
  private var eventsPerSnapshot: Int64 { max(1_000, Int64(machine.state.plan.targetCount / 4)) }

  /// Keeps the state as it is after this turn, whatever is going on, and names it in the log: what no entry names is
  /// not read.
  ///
  /// - Returns: the entry that names it; `nil` where none is due.
  private mutating func keepSnapshot(
    at reading: ClockReading, _ index: PlanIndex, in batch: inout some RecordBatch
  ) throws -> (seq: Int64, event: Event, path: String)? {
    let sequence = machine.state.lastSequence
    precondition(sequence == batch.nextSequence - 1, "the state is as old as the newest entry")
    let isDue = sequence - snapshotSequence >= eventsPerSnapshot || checks == .always && sequence.isMultiple(of: 3)
    guard isDue else { return nil }
    let snapshot = machine.state.snapshot
    // A snapshot is a cache: one that does not read back as what it was made of is not kept.
    do throws(FormError) {
      let kept = try RunState(snapshot: snapshot, index: machine.state.index)
      guard kept.snapshot == snapshot else { throw FormError("it reads back as another state") }
    } catch {
      if checks == .always { throw LoopDefect("the snapshot at \(sequence): \(error.path) \(error.problem)") }
      return nil
    }
    snapshotSequence = sequence
    let (format, opening) = (RunState.snapshotFormat, Opening(salt: batch.salt(), body: snapshot))
    try batch.keep(snapshot: opening, of: run.number, at: sequence, format: format)
    let event = Event(
      .snapshotKept(of: sequence, format: format, digest: opening.commitment), at: reading.instant, cause: nil)
    let seq = try append(event, at: "", actor: executor, index, to: &batch)
    machine.fold(event, sequence: seq)
    return (seq, event, "")
  }
}

extension Decisions {
  /// The plan that the last decision put in force.
  fileprivate var amendedPlan: Digest? {
    guard case .planAmended(let digest, _, _, _) = made.last?.event.kind else { return nil }
    return digest
  }
}

extension Event.Kind {
  /// Whether the event changes what lists say about the run's end.
  fileprivate var endsOrReopensRun: Bool {
    if case .runFinished = self { return true }
    if case .rollbackStarted = self { return true }
    return false
  }
}
