internal import Adapters
public import Engine
public import Journaling
internal import Plans
public import Quantities

/// Runs one engine on a clock: takes what happened, lets the engine decide, makes both durable, then acts.
///
/// One loop turn takes everything that is waiting, so concurrent work shares one commit. Nothing is done from memory:
/// each request to a provider is named by a decision that is durable before the request leaves.
public actor Conductor {
  /// How the conductor came to an end.
  public enum Ending: Equatable, Sendable {
    /// The run is over.
    case finished(Outcome)
    /// Nothing can be done now.
    case blocked
    /// It was asked to leave, and nothing is in flight.
    case drained
    /// Another plan is in force: whoever goes on does so from the journal.
    case amended
  }

  /// What watchers are told, after it is durable.
  public enum Notice: Sendable {
    case recorded([(seq: Int64, event: Event)])
    case progress(path: String, done: Int64, total: Int64?)
    case line(path: String, text: String)
    /// Why a signal could not be measured.
    case unmeasured(signal: String, because: String)
  }

  /// The engine's state, with the measurements that changed nothing and are not recorded yet.
  public var state: RunState { measuring.ahead.state }
  /// Where news arrives. Post ``Mailbox/News/drain`` to make the conductor leave.
  public nonisolated let mailbox = Mailbox()

  private let run: RegisteredRun
  private let journal: Journal
  private let lease: Lease
  private let providers: Providers
  private let clock: any Timekeeper
  private let watch: @Sendable (Notice) -> Void
  private let executor: Actor
  private let person: String
  private var machine: Machine
  private var measuring: Measuring
  private let observer: Observer
  private let notifier: Notifier
  private var flights: [StepAddress: Flight] = [:]
  private var lastReading: ClockReading?
  private var nextInboxLook: Int64 = 0
  private var snapshotSequence: Int64
  private var isAmended = false

  /// Makes a conductor for a run whose lease was taken.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - recovered: the engine as the journal has it.
  ///   - journal: where everything is recorded.
  ///   - lease: the right to record it.
  ///   - providers: who does the work.
  ///   - clock: the clock.
  ///   - executor: the name of this executor, such as `host:pid`.
  ///   - person: who started it, as the operating system knows the person.
  ///   - watch: is told what was recorded.
  public init(
    run: RegisteredRun, recovered: Recovered, journal: Journal, lease: Lease, providers: Providers,
    clock: any Timekeeper, executor: String, person: String, watch: @escaping @Sendable (Notice) -> Void
  ) {
    self.run = run
    self.journal = journal
    self.lease = lease
    self.providers = providers
    self.clock = clock
    self.watch = watch
    self.executor = Actor(kind: .executor, id: executor, auth: "os")
    self.person = person
    machine = Machine(recovered.state)
    measuring = Measuring(machine)
    observer = Observer(providers: providers, run: run.name, fence: lease.epoch, mailbox: mailbox)
    notifier = Notifier(
      plan: recovered.state.plan, run: run.name, fence: lease.epoch, providers: providers, mailbox: mailbox)
    snapshotSequence = recovered.snapshotSequence
  }

  /// Works until the run is over, or nothing can be done, or it is asked to leave.
  ///
  /// - Parameters:
  ///   - nonce: a random text for a run that has no event yet.
  ///   - patience: when set, the conductor returns ``Ending/blocked`` if nothing will happen by itself for longer.
  /// - Returns: how it came to an end.
  /// - Throws: `JournalError` when something could not be recorded. Nothing that was not recorded was done.
  public func conduct(nonce: String, patience: Span?) async throws -> Ending {
    var inputs: [Input] = []
    let owner = machine.state.plan.people.firstIndex { $0.accounts.contains(person) }
    if machine.state.lastSequence == 0 {
      inputs.append(Input(.runCreated(nonce: nonce, by: owner), actor: Actor(kind: .person, id: person, auth: "os")))
    }
    // After an amendment the same executor goes on.
    if machine.state.epoch != lease.epoch {
      inputs.append(Input(.executorStarted(epoch: lease.epoch, by: owner), actor: executor))
    }
    do {
      await notifier.take(try Notifier.untold(of: run, state: machine.state, in: journal))
      try turn(inputs)
      let began = clock.read().instant
      while true {
        if let ending = try await ending(patience: patience, began: began) { return ending }
        try await step()
      }
    } catch {
      for flight in flights.values { flight.task.cancel() }
      measuring.cancel()
      throw error
    }
  }

  /// Ends everything that is in flight at once and waits until it is gone. What it did is in doubt.
  public func abandon() async {
    for flight in flights.values { flight.task.cancel() }
    let questions = measuring.cancel()
    for flight in flights.values { await flight.task.value }
    for question in questions { await question.value }
  }

  private func step() async throws {
    let inputs = try news()
    if !inputs.isEmpty {
      try turn(inputs)
      return
    }
    for samples in measuring.ask(observer, now: clock.read().instant) {
      mailbox.post(.sampled(samples, problem: nil))
    }
    let deadlines = flights.values.filter { !$0.isCancelled }.map { $0.deadline + Self.grace }
    await clock.wait(
      for: mailbox, until: (deadlines + [machine.state.nextDue, measuring.nextDue].compactMap { $0 }).min(),
      inFlight: flights.count + measuring.openCount)
    let now = clock.read().instant
    for (address, flight) in flights where flight.deadline + Self.grace < now && !flight.isCancelled {
      flights[address]?.isCancelled = true
      flight.task.cancel()
    }
  }

  /// How long after its deadline an adapter may take to end what it started, before it is told to.
  private static let grace = Span(milliseconds: 15_000)

  /// - `began`: what was due then is measured before anything is called blocked: an executor that looks in once
  ///   an hour must see what the hour brought.
  private func ending(patience: Span?, began: Instant) async throws -> Ending? {
    if isAmended {
      for question in measuring.cancel() { await question.value }
      await notifier.finish(within: 5_000)
      return .amended
    }
    if let outcome = machine.state.outcome, flights.isEmpty, try journal.letters(to: run.number).isEmpty {
      measuring.cancel()
      if await isTelling() { return nil }
      try turn([Input(.executorStopped(reason: "the run is over"), actor: executor)])
      return .finished(outcome)
    }
    guard flights.isEmpty, !mailbox.hasNews else { return nil }
    if machine.state.isDraining {
      measuring.cancel()
      if await isTelling() { return nil }
      try turn([Input(.executorStopped(reason: "it was asked to leave"), actor: executor)])
      return .drained
    }
    guard let patience else { return nil }
    let now = clock.read().instant
    // What triggers watch can be read later; only what the run itself waits for keeps it here.
    let due = [machine.state.nextDue, measuring.ahead.state.evidenceDue].compactMap { $0 }.min()
    let isUnread = measuring.ahead.state.nextSampleDue.map { $0 <= began } ?? false
    if measuring.isAsking || isUnread || due.map({ $0 - now <= patience }) ?? false { return nil }
    guard try journal.letters(to: run.number).isEmpty else { return nil }
    if await isTelling() { return nil }
    try turn([Input(.executorStopped(reason: "nothing can be done now"), actor: executor)])
    return .blocked
  }
}

extension Conductor {
  /// One input of a turn.
  fileprivate struct Input {
    /// What happened; `nil` for a command that cannot be read.
    var kind: Event.Kind?
    var subject: Place = .run
    var cause: Int64?
    var actor: Actor
    var log: String?
    var letter: Letter?

    init(unreadable letter: Letter, actor: Actor) {
      self.letter = letter
      self.actor = actor
    }

    init(_ kind: Event.Kind, subject: Place = .run, cause: Int64? = nil, actor: Actor, log: String? = nil) {
      self.kind = kind
      self.subject = subject
      self.cause = cause
      self.actor = actor
      self.log = log
    }
  }

  /// Everything that happened since the last turn.
  fileprivate func news() throws -> [Input] {
    let reading = clock.read()
    var inputs = mailbox.empty().flatMap { input($0, now: reading.instant) }
    if reading.monotonic >= nextInboxLook {
      nextInboxLook = reading.monotonic + 100
      var proposed = machine.state.amendment?.plan
      for letter in try journal.letters(to: run.number) {
        inputs.append(input(letter, proposed: &proposed))
      }
    }
    if let due = machine.state.nextDue, due <= reading.instant { inputs.append(Input(.timerDue, actor: executor)) }
    if let stepped = clockStep(reading) { inputs.append(Input(.clockStepped(by: stepped), actor: executor)) }
    return inputs
  }

  /// A command as an event, or, when it cannot be read or names a place that the plan has not, only the letter.
  private func input(_ letter: Letter, proposed: inout Digest?) -> Input {
    let actor = Actor(kind: .person, id: letter.person, auth: letter.auth)
    let door = Door(plan: machine.state.plan, digest: run.plan, proposed: proposed, journal: journal)
    guard let command = door.admit(letter), let place = machine.state.index.place(letter.subject) else {
      return Input(unreadable: letter, actor: actor)
    }
    if command.name == .amend { proposed = command.amendment }
    if let digest = command.amendment, let plan = door.plan(named: command) { machine.learn(plan, as: digest) }
    var input = Input(.commandReceived(command), subject: place, actor: actor)
    input.letter = letter
    return input
  }

  /// By how much the wall clock moved against the monotonic one, when that is more than two seconds.
  private func clockStep(_ reading: ClockReading) -> Span? {
    defer { lastReading = reading }
    guard let last = lastReading, last.boot == reading.boot else { return nil }
    let wall = (reading.instant - last.instant).milliseconds
    let step = wall - (reading.monotonic - last.monotonic)
    return step.magnitude > 2_000 ? Span(milliseconds: step) : nil
  }

  private func input(_ news: Mailbox.News, now: Instant) -> [Input] {
    switch news {
    case .drain: return machine.state.isDraining ? [] : [Input(.executorDraining, actor: executor)]
    case .cursor(let request, let cursor, let done, let total):
      guard flights[request.address] != nil else { return [] }
      return [
        input(
          .cursorRecorded(request.verb, attempt: request.attempt, cursor: cursor, done: done, total: total), of: request
        )
      ]
    case .sampled(let samples, let problem):
      measuring.close(samples.signal)
      if let problem { watch(.unmeasured(signal: samples.name, because: problem)) }
      return measuring.take(samples, now: now) ? recordedSamples() : []
    case .compared(let look, let before, let after, let problem):
      measuring.closeLook()
      if let problem { watch(.unmeasured(signal: after.name, because: problem)) }
      return recordedSamples() + [Input(.comparisonMeasured(look: look, before: before, after: after), actor: executor)]
    case .told(let notice, let seq, let problem):
      let kind: Event.Kind =
        problem.map { .noticeFailed(notice: notice, seq: seq, reason: $0) }
        ?? .noticeDelivered(notice: notice, seq: seq)
      return [Input(kind, actor: executor)]
    case .applied(let request, let outcome):
      flights[request.address] = nil
      return [input(of: outcome, to: request, now: now)]
    case .probed(let request, let outcome):
      flights[request.address] = nil
      let (answer, cursor, outputs, log) = outcome.parts
      return [
        input(
          .probeAnswered(request.verb, attempt: request.attempt, answer: answer, cursor: cursor, outputs: outputs),
          of: request, log: log)
      ]
    }
  }

  /// Everything that was measured and is not recorded yet.
  private func recordedSamples() -> [Input] {
    let samples = measuring.flush()
    return samples.isEmpty ? [] : [Input(.sampled(samples), actor: executor)]
  }

  /// Gives what is to be told a moment before the executor leaves; what came of it must be recorded first.
  private func isTelling() async -> Bool {
    guard await notifier.isBusy else { return mailbox.hasNews }
    await notifier.finish(within: 5_000)
    return true
  }

  private func input(of outcome: ApplyOutcome, to request: Request, now: Instant) -> Input {
    switch outcome {
    case .applied(let answer):
      return input(
        .succeeded(request.verb, attempt: request.attempt, outputs: answer.outputs), of: request, log: answer.log)
    case .notApplied(let because, let retry, let answer):
      var failure = Failure(isTransient: false, reason: because)
      if case .transient(let after) = retry { failure = Failure(isTransient: true, retryAfter: after, reason: because) }
      return input(.failed(request.verb, attempt: request.attempt, failure: failure), of: request, log: answer.log)
    case .unknown(let because, let answer):
      let doubt = Doubt(cause: now >= request.deadline ? .timeout : .noAnswer, reason: because)
      return input(.inDoubt(request.verb, attempt: request.attempt, doubt: doubt), of: request, log: answer.log)
    case .awaitsPerson(let instruction):
      return input(.awaitsPerson(request.verb, attempt: request.attempt), of: request, log: instruction)
    }
  }

  private func input(_ kind: Event.Kind, of request: Request, log: String? = nil) -> Input {
    Input(
      kind, subject: .step(request.address), cause: request.cause,
      actor: Actor(kind: .provider, id: request.provider, auth: "none"), log: log)
  }

  /// Records what happened and what the engine decides about it, in one transaction; then acts.
  fileprivate func turn(_ inputs: [Input]) throws {
    let reading = clock.read()
    var recorded: [(seq: Int64, event: Event)] = []
    // What was measured before stands before what happened now.
    let inputs = recordedSamples() + inputs
    let effects = try journal.write(under: lease, clock: reading) { batch in
      for input in inputs {
        guard let kind = input.kind else {
          if let letter = input.letter { try batch.take(command: letter.id, as: Journal.unreadable) }
          continue
        }
        let event = Event(kind, subject: input.subject, at: reading.instant, cause: input.cause)
        var actor = input.actor
        if actor.kind == .person { actor.id = try batch.pseudonym(of: actor.id) }
        let path = machine.state.index.path(of: event.subject)
        let seq = try batch.append(draft(event, at: path, actor: actor, log: input.log))
        if let letter = input.letter { try batch.take(command: letter.id, as: seq) }
        machine.fold(event, sequence: seq)
        recorded.append((seq, event))
      }
      let decisions = machine.decide(from: batch.nextSequence)
      for decision in decisions.made {
        let actor = Actor.engine(rule: decision.rule)
        let seq = try batch.append(draft(decision.event, at: decision.path, actor: actor, log: nil))
        recorded.append((seq, decision.event))
      }
      for case .planAmended(let digest, _, _) in decisions.events.map(\.kind) {
        try batch.note(plan: digest, of: run.number)
        isAmended = true
      }
      try keepSnapshot(of: decisions.boundary, in: &batch)
      if recorded.contains(where: { $0.event.kind.endsOrReopensRun }) {
        try batch.note(outcome: machine.state.outcome?.rawValue, of: run.number)
      }
      return decisions.effects
    }
    measuring.catchUp(machine)
    if !recorded.isEmpty { watch(.recorded(recorded)) }
    notifier.tell(recorded, state: machine.state)
    for effect in effects { perform(effect) }
  }

  private func draft(_ event: Event, at path: String, actor: Actor, log: String?) -> Draft {
    Draft(
      run: run.number, type: event.kind.type, subject: path, at: event.at,
      cause: event.cause, actor: actor, plan: run.plan, data: event.kind.data, payload: event.kind.payload(log: log))
  }

  /// How many events may pass before a wave boundary is worth a snapshot.
  private static let eventsPerSnapshot: Int64 = 1_000

  private func keepSnapshot(of boundary: RunState?, in batch: inout Batch) throws {
    guard let state = boundary, state.lastSequence - snapshotSequence >= Self.eventsPerSnapshot else { return }
    snapshotSequence = state.lastSequence
    try batch.keep(
      snapshot: state.snapshot, of: run.number, at: state.lastSequence, format: RunState.snapshotFormat)
  }

  /// Asks a provider, now that the intent is durable.
  private func perform(_ effect: Effect) {
    let request = effect.request
    let task: Task<Void, Never>
    switch (effect, providers.call(request, run: run.name, fence: lease.epoch)) {
    case (.apply, .failure(let error)):
      mailbox.post(.applied(request, .notApplied(because: error.message, retry: .permanent, answer: Answer())))
      return
    case (.probe, .failure(let error)):
      mailbox.post(.probed(request, .unknown(because: error.message)))
      return
    case (.apply, .success(let (adapter, call))):
      task = Flights.fly(request, call: call, adapter: adapter, mailbox: mailbox, watch: watch)
    case (.probe, .success(let (adapter, call))):
      task = Flights.look(request, call: call, adapter: adapter, mailbox: mailbox)
    }
    flights[request.address] = Flight(task: task, deadline: request.deadline)
  }
}
