public import Adapters
public import Conducting
public import Engine
internal import Journaling
internal import Looping
internal import Plans
public import Quantities
public import Records

/// Whoever looks on while a run is executed: a terminal, a log, a server.
public protocol Attendant: Sendable {
  /// Takes note of what was recorded. Called on the conductor's way: it must be quick.
  func take(_ notice: Conductor.Notice)
  /// Looks on until the task is cancelled.
  func watch(_ conductor: Conductor) async
  /// Called once when the work begins, with what can be told to leave. Whoever keeps the conductor beyond the end keeps
  /// the run with it: nobody else can execute it.
  func begin(_ conductor: Conductor)
  /// Called once when the work is over, with the last state.
  func end(_ state: RunState)
}

/// How an execution came to its end.
public struct Departure: Sendable {
  /// What ended it.
  public enum Way: Equatable, Sendable {
    /// The run was over before; nothing was done.
    case wasOver(Outcome)
    /// The run is over.
    case finished(Outcome)
    /// Nothing can be done now.
    case waits
    /// It was asked to leave, and nothing is in flight.
    case left
  }

  public var run: RegisteredRun
  /// How it came to its end.
  public var way: Way
  /// How the run stands.
  public var state: RunState
}

/// One process executing one run, with somebody looking on.
public struct Execution: Sendable {
  let desk: Desk
  let run: RegisteredRun
  let adapter: @Sendable (String) -> (any Adapter)?
  let secrets: SecretResolver
  let clock: any Timekeeper

  /// Takes the run over and works until it ends, is blocked, or is told to leave.
  ///
  /// - Parameters:
  ///   - patience: leave when nothing happens by itself for longer; `nil` stays.
  ///   - attendant: makes who looks on, once for each plan that comes into force.
  /// - Returns: how it came to its end.
  /// - Throws: ``Refusal``, `failed` when a secret of the plan cannot be read, `busy` when another executor owns the
  ///   run, `integrity` when it cannot be read, or when something of an earlier executor is still at work.
  public func follow(
    patience: Span?, attendant: (RegisteredRun, RunState) -> any Attendant
  ) async throws(Refusal) -> Departure {
    try await refusing {
      let lease = try desk.journal.takeOver(
        run: run.number, owner: desk.surroundings.executor, clock: clock.read())
      // The run may have gone on to another plan before it was taken over.
      var run = try desk.run(self.run.name)
      var recovered = try desk.recover(run)
      if let outcome = recovered.state.outcome, try desk.journal.letters(to: run.number).isEmpty {
        return Departure(run: run, way: .wasOver(outcome), state: recovered.state)
      }
      try RunList(journal: desk.journal).compareInbox(of: run)
      try checkSecrets(of: recovered.state.plan)
      let checkpoints = try RunCheckpoints(desk.journal, desk.surroundings)
      try await checkpoints.begin()
      ThisProcess.adoptOrphans()
      var roster = try await self.roster(of: recovered.state.plan, run)
      try await Recovery.endOrphans(
        of: run, state: recovered.state, providers: try providers(of: recovered.state.plan, run, roster))
      let facts = ExecutorFacts(
        version: desk.surroundings.version, host: desk.surroundings.host, secret: hexadecimal(SystemChance().bytes(32)))
      let output = StepOutput(
        journal: desk.journal.path, run: run.name, keeping: recovered.state.undecidedSteps)
      while true {
        let (ending, state) = try await conduct(
          run, recovered, lease: lease, roster: roster, patience: patience, facts: facts, checkpoints: checkpoints,
          output: output, attendant: attendant(run, recovered.state))
        let way: Departure.Way
        switch ending {
        case .amended:
          run = try desk.run(run.name)
          recovered = try desk.recover(run)
          try checkSecrets(of: recovered.state.plan)
          if roster == nil { roster = try await self.roster(of: recovered.state.plan, run) }
          continue
        case .finished(let outcome): way = .finished(outcome)
        case .blocked: way = .waits
        case .drained: way = .left
        }
        output.clear(keeping: state.undecidedSteps)
        try checkpoints.refuseConflict()
        try desk.journal.checkHead()
        return Departure(run: run, way: way, state: state)
      }
    }
  }

  /// What can be known before the first effect is known before it.
  private func checkSecrets(of plan: Plan) throws(Refusal) {
    let missing = MissingSecret.all(of: plan, in: secrets)
    if !missing.isEmpty { throw Refusal(missing, of: run.name) }
  }

  private func providers(
    of plan: Plan, _ run: RegisteredRun, _ roster: Roster?
  ) throws(ProviderError) -> Providers {
    try Providers(of: plan, adapter: adapter, secrets: secrets, directory: run.directory, roster: roster)
  }

  /// Where processes of this run write themselves down, once all that an earlier executor left is ended; `nil` where
  /// the plan starts none, and none before it did.
  private func roster(of plan: Plan, _ run: RegisteredRun) async throws -> Roster? {
    let path = "\(desk.journal.path).\(run.name).roster"
    guard try providers(of: plan, run, nil).needsRoster || Roster.exists(path) else { return nil }
    return try await Roster.open(path, beside: desk.journal.path)
  }

  /// Works under the plan in force, as long as it is that.
  private func conduct(
    _ run: RegisteredRun, _ recovered: Recovered, lease: Lease, roster: Roster?, patience: Span?,
    facts: ExecutorFacts, checkpoints: RunCheckpoints, output: StepOutput, attendant: any Attendant
  ) async throws -> (Conductor.Ending, RunState) {
    let providers = try providers(of: recovered.state.plan, run, roster)
    let index = recovered.state.index
    let conductor = Conductor(
      run: run, recovered: recovered, journal: desk.journal, lease: lease, providers: providers, clock: clock,
      executor: desk.surroundings.executor, person: desk.surroundings.person,
      facts: facts, checkpoints: checkpoints, accounts: desk.accounts,
      watch: { notice in
        output.take(notice, index)
        attendant.take(notice)
      })
    // What arrives while somebody else writes must not be lost, and nothing starts that could not be recorded.
    desk.journal.waitForLocks { attendant.take(.short(of: $0)) }
    attendant.begin(conductor)
    let looking = Task { await attendant.watch(conductor) }
    let anchoring = Task {
      await checkpoints.work(
        saying: { attendant.take(.short(of: $0)) }, stop: { conductor.mailbox.post(.drain) })
    }
    let ending: Result<Conductor.Ending, any Error>
    do {
      ending = .success(try await conductor.conduct(nonce: desk.surroundings.nonce(), patience: patience))
    } catch {
      ending = .failure(error)
    }
    anchoring.cancel()
    await anchoring.value
    // A run that is short is over before its anchors were asked: the last checkpoint goes to them here.
    if case .success(let end) = ending, end != .amended {
      await checkpoints.anchor()
      for problem in checkpoints.problems { attendant.take(.short(of: problem)) }
    }
    looking.cancel()
    await looking.value
    let state = await conductor.state
    attendant.end(state)
    let end = try ending.get()
    if end == .drained, let missing = await conductor.missingSecret {
      throw Refusal(secrets: missing, of: run.name)
    }
    return (end, state)
  }
}

extension Desk {
  /// The work on a run, by this process.
  ///
  /// - Parameters:
  ///   - run: the run, which a start gave or a person named.
  ///   - adapter: finds an adapter by name.
  ///   - secrets: reads secrets when they are needed.
  ///   - clock: the clock to live on.
  /// - Returns: the work, not yet begun.
  public func execution(
    of run: RegisteredRun, adapter: @escaping @Sendable (String) -> (any Adapter)?, secrets: SecretResolver,
    clock: any Timekeeper = WallClock()
  ) -> Execution {
    Execution(desk: self, run: run, adapter: adapter, secrets: secrets, clock: clock)
  }
}
