internal import Adapters
public import Engine
public import Looping
internal import Plans
public import Quantities
public import Records

/// The wall world around a loop: tasks, timers, adapters, keys. It decides nothing.
///
/// It hands the loop what happened, and carries out what the loop orders once that is durable. Whatever takes time runs
/// beside it: adapters, the reading of secrets, the check of signatures.
public actor Conductor {
  /// How the conductor came to an end.
  public typealias Ending = Looping.Ending

  /// What watchers are told, after it is durable.
  public enum Notice: Sendable {
    case recorded([(seq: Int64, event: Event)])
    case progress(path: String, done: Int64, total: Int64?)
    case line(path: String, text: String)
    /// Why a signal could not be measured.
    case unmeasured(signal: String, because: String)
    /// What this machine is short of, so that something which was ordered waits.
    case short(of: String)
  }

  /// The engine's state, with the measurements that changed nothing and are not recorded yet.
  public var state: RunState { loop.state }
  /// Why it left by itself, where something is missing that only another start of this program can have.
  public var missingSecret: String? { world.missingSecret }
  /// Where news arrives. Post `.drain` to make the conductor leave.
  public nonisolated let mailbox = Mailbox()

  private var loop: Loop
  private let take: @Sendable (inout Loop, [News], ClockReading) throws -> Turn
  private let world: WallWorld
  private let clock: any Timekeeper
  private let checkpoints: (any Checkpointing)?
  private let watch: @Sendable (Notice) -> Void
  private var flights: [StepAddress: Task<Void, Never>] = [:]
  /// By signal; of a planned look under -1.
  private var questions: [Int: Task<Void, Never>] = [:]
  private var tellings: [Int: Task<Void, Never>] = [:]

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
  ///   - checks: how often the border to the record is checked.
  ///   - facts: what else the record says of this executor.
  ///   - checkpoints: signs checkpoints; `nil` where nobody does.
  ///   - watch: is told what was recorded.
  public init<R: Record>(
    run: RegisteredRun, recovered: Recovered, journal: R, lease: R.Lease, providers: Providers, clock: any Timekeeper,
    executor: String, person: String, checks: Loop.Checks = .sampled, facts: ExecutorFacts = ExecutorFacts(),
    checkpoints: (any Checkpointing)? = nil,
    watch: @escaping @Sendable (Notice) -> Void
  ) {
    loop = Loop(
      run: run, recovered: recovered, epoch: lease.epoch, executor: executor, person: person, checks: checks,
      room: providers.room, facts: facts, files: { providers.files(of: $0) })
    take = { loop, news, reading in try loop.turn(news, at: reading, in: journal, under: lease) }
    world = WallWorld(
      providers: providers, run: run.name, fence: lease.epoch, mailbox: mailbox, checkpoints: checkpoints, watch: watch)
    self.checkpoints = checkpoints
    self.clock = clock
    self.watch = watch
  }

  /// Works until the run is over, or nothing can be done, or it is asked to leave.
  ///
  /// - Parameters:
  ///   - nonce: a random text for a run that has no event yet.
  ///   - patience: when set, the conductor returns ``Ending/blocked`` if nothing will happen by itself for longer.
  /// - Returns: how it came to an end.
  /// - Throws: `JournalError` when something could not be recorded. Nothing that was not recorded was done.
  public func conduct(nonce: String, patience: Span?) async throws -> Ending {
    loop.begin(nonce: nonce, patience: patience)
    if patience != nil { world.hurry() }
    do {
      while true {
        let news = mailbox.empty()
        forget(news)
        let turn = try take(&loop, news, clock.read())
        if !turn.recorded.isEmpty { watch(.recorded(turn.recorded.map { ($0.seq, $0.event) })) }
        for order in turn.orders { try perform(order) }
        if let ending = turn.ending {
          for question in questions.values where ending == .amended { await question.value }
          return ending
        }
        // Whoever was asked just now gets its turn first: what answers at once shares the next commit, and costs no
        // alarm. Where everything that is owed is here, nobody is waited for.
        if asking({ $0.isAwake || mailbox.count < $0.owed }) { await Task.yield() }
        if mailbox.hasNews || asking({ $0.isAwake }) { continue }
        await clock.wait(
          for: mailbox, until: loop.nextDue, owed: Owed(answers: loop.owed, tellings: loop.tellings))
      }
    } catch {
      cancel()
      throw error
    }
  }

  /// Asks the loop where it is: a plain read of the property would copy all that it holds.
  private func asking<Answer>(_ question: (inout Loop) -> Answer) -> Answer { question(&loop) }

  /// Ends everything that is in flight at once and waits until it is gone. What it did is in doubt.
  public func abandon() async {
    cancel()
    for flight in flights.values { await flight.value }
    for question in questions.values { await question.value }
  }

  private func cancel() {
    for flight in flights.values { flight.cancel() }
    for question in questions.values { question.cancel() }
    for telling in tellings.values { telling.cancel() }
  }

  /// What has answered is not at work any more.
  private func forget(_ news: [News]) {
    for item in news {
      switch item {
      case .answered(let request, _), .probed(let request, _), .unasked(let request): flights[request.address] = nil
      case .told(let number, _): tellings[number] = nil
      case .sampled(let samples): questions[samples.signal] = nil
      case .compared: questions[-1] = nil
      case .drain: world.leave()
      case .cursor, .verified, .held, .begun: break
      }
    }
  }

  /// Starts what was ordered. It runs outside the actor: a task that is made inside it would run on it, one after the
  /// other.
  private func perform(_ order: Order) throws {
    switch order {
    case .apply(let request): flights[request.address] = world.apply(request)
    case .probe(let request): flights[request.address] = world.probe(request)
    case .cancel(let request): flights[request.address]?.cancel()
    case .measure(let measurement): questions[measurement.request.signal] = world.measure(measurement)
    case .look(let look, let before, let after): questions[-1] = world.look(look, before: before, after: after)
    case .stopMeasuring: for question in questions.values { question.cancel() }
    case .tell(let telling): tellings[telling.number] = world.tell(telling)
    case .stopTelling: for telling in tellings.values { telling.cancel() }
    case .checkpoint(let occasion): try checkpoints?.sign(occasion)
    case .verify(let check): world.verify(check)
    }
  }
}
