public import Engine
internal import Plans
public import Quantities
public import Records

/// The loop around the engine: takes what happened, lets the engine decide, makes both durable, and says what to do.
///
/// It is a value with one synchronous ``turn(_:at:in:under:)``: news in, a record to append to, orders out. It has no
/// clock, no task, no file and no chance of its own, so the loop that ships is the loop that is simulated. One turn
/// takes everything that is waiting, so concurrent work shares one commit. Nothing is done from memory: each request to
/// a provider is named by a decision that is durable before the order leaves.
public struct Loop: Sendable {
  /// How often what crosses the border to the record is read back and compared.
  public enum Checks: Sendable {
    /// Every time, as in tests.
    case always
    /// Its place always, its bytes now and then: where that costs.
    case sampled
  }

  var run: RegisteredRun
  let executor: Actor
  let person: String
  let accounts: AccountObjection
  let epoch: Int64
  let checks: Checks
  let facts: ExecutorFacts
  /// Reads the files that a request names, once its intent is about to be recorded.
  let files: @Sendable (Request) -> [CalledFile]
  var machine: Machine
  var measuring = Measuring()
  var notices: Notices
  var flights: [Flight] = []
  var snapshotSequence: Int64
  /// What the loop tells itself, for the next turn.
  var own: [News] = []
  /// Letters whose signature somebody looks at; the verdict, once there is one.
  var signatures: [String: SignatureVerdict?] = [:]
  /// The clocks of the turn, and after it those of the last one.
  var present: ClockReading?
  var nextInboxLook: Int64 = 0
  var nonce = ""
  var patience: Span?
  /// What the kernel said last of the wall clock, as far as it is recorded.
  var clockState: ClockState?
  /// When the first turn was; what was due then is measured before anything is called blocked.
  var began: Instant?
  /// Until when receivers are waited for before the loop ends.
  var leaving: Instant?
  var isAmended = false
  /// When the newest checkpoint was ordered, in milliseconds on the clock that never steps.
  var checkpointed: Int64?
  /// Whether there was no turn yet that looked for news.
  private var isFresh = true
  private var isOver = false

  /// A request that a provider is at work on.
  struct Flight: Sendable {
    var request: Request
    var isProbe: Bool
    /// When it is told to end, in milliseconds that the machine was awake; `nil` while nothing of it was begun.
    var due: Int64?
    var isCancelled = false
  }

  /// How long after its deadline an adapter may take to end what it started, before it is told to.
  static let grace = Span(milliseconds: 15_000)

  /// For so long receivers are waited for at the end.
  static let farewell = Span(milliseconds: 5_000)

  /// How often the inbox is looked into, in milliseconds.
  static let inboxPause: Int64 = 100

  /// Makes a loop for a run whose lease was taken.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - recovered: the engine as the record has it.
  ///   - epoch: that of the lease.
  ///   - executor: the name of this executor, such as `host:pid`.
  ///   - person: who started it, as the operating system knows the person.
  ///   - checks: how often the border to the record is checked.
  ///   - room: how many requests may be open at once.
  ///   - facts: what else the record says of this executor.
  ///   - files: reads the files that a request names, just before its intent is recorded.
  ///   - accounts: what an account proves; in worlds where nobody can pretend, all.
  public init(
    run: RegisteredRun, recovered: Recovered, epoch: Int64, executor: String, person: String, checks: Checks = .sampled,
    room: Int = .max, facts: ExecutorFacts = ExecutorFacts(),
    files: @escaping @Sendable (Request) -> [CalledFile] = { _ in [] },
    accounts: @escaping AccountObjection = { _ in nil }
  ) {
    (self.facts, self.files, self.accounts) = (facts, files, accounts)
    self.run = run
    self.epoch = epoch
    self.executor = Actor(kind: .executor, id: executor, auth: "os")
    self.person = person
    self.checks = checks
    machine = Machine(recovered.state)
    machine.room = room
    notices = Notices(recovered.state.plan)
    snapshotSequence = recovered.snapshotSequence
  }

  /// Says what the first turn needs.
  ///
  /// - Parameters:
  ///   - nonce: a random text for a run that has no event yet.
  ///   - patience: when set, the loop ends as ``Ending/blocked`` if nothing will happen by itself for longer.
  public mutating func begin(nonce: String, patience: Span?) {
    precondition(began == nil, "a loop begins once")
    self.nonce = nonce
    self.patience = patience
  }

  /// The engine's state, with the measurements that changed nothing and are not recorded yet.
  public var state: RunState { (measuring.ahead ?? machine).state }

  /// Whether the next turn has something to do at once.
  public var isAwake: Bool { !own.isEmpty || isFresh }

  /// How many answers the world owes: of providers, probes, measurements and signatures.
  public var owed: Int {
    flights.count + measuring.openCount + signatures.values.count { $0 == nil }
  }

  /// How many receivers have not answered.
  public var tellings: Int { notices.openCount }

  /// When the next turn is due, whether there is news or not; `nil` when nothing is.
  public var nextDue: Instant? {
    let deadlines = flights.compactMap { flight -> Instant? in
      guard let due = flight.due, let present, !flight.isCancelled else { return nil }
      return present.instant + Span(milliseconds: due - present.awake)
    }
    // Nobody asks any more while only receivers are waited for: a sample that is due must not wake the loop for ever.
    let sample = leaving == nil ? measuring.nextDue(machine) : nil
    // Under a plan that is not in force any more nothing is decided, asked or told again: only answers are waited for.
    let times = isAmended ? [] : [machine.state.nextDue, sample, notices.nextDue]
    return (deadlines + (times + [leaving]).compactMap { $0 }).min()
  }

  /// Takes one turn.
  ///
  /// - Parameters:
  ///   - news: what happened since the last one, cursors of a step before its answer.
  ///   - reading: the clocks now. All of the turn happens at this time.
  ///   - record: what it appends to.
  ///   - lease: the right to do so.
  /// - Returns: what was recorded, what is to be done, and the ending if there is one.
  /// - Throws: the record's errors, when something could not be recorded; ``RecoveryError``; ``LoopDefect``. The loop
  ///   is over then: what it holds may be ahead of the record, so whoever goes on does so from there.
  public mutating func turn<R: Record>(
    _ news: [News], at reading: ClockReading, in record: R, under lease: R.Lease
  ) throws -> Turn {
    precondition(!isOver, "a loop that has ended, or whose turn failed, takes no other: go on from the record")
    precondition(lease.epoch == epoch && lease.run == run.number, "the lease is of another run or executor")
    isOver = true
    var turn = Turn()
    let last = present
    present = reading
    let now = reading.instant
    let news = own + news
    own = []
    if began == nil {
      try collectUntold(in: record)
      try commit(try beginning(at: reading, in: record), at: reading, in: record, under: lease, &turn)
      began = now
      // After an amendment no executor starts, and the quarter of an hour runs all the same.
      checkpointed = checkpointed ?? reading.monotonic
      own = news
      isOver = false
      return turn
    }
    isFresh = false
    if isAmended {
      try farewell(news, at: reading, in: record, under: lease, &turn)
    } else {
      if let inputs = try inputs(news, at: reading, since: last, in: record, &turn) {
        try commit(inputs, at: reading, in: record, under: lease, &turn)
      }
    }
    if !isAmended { turn.orders += notices.due(at: now) }
    try end(at: reading, in: record, under: lease, &turn)
    if turn.ending == nil, leaving == nil, !isAmended {
      let (orders, empty) = measuring.ask(machine, now: now)
      turn.orders += orders
      own += empty.map { .sampled($0) }
    }
    for place in flights.indices where !flights[place].isCancelled {
      guard let due = flights[place].due, due <= reading.awake else { continue }
      flights[place].isCancelled = true
      turn.orders.append(.cancel(flights[place].request))
    }
    isOver = turn.ending != nil
    return turn
  }

  /// When a request that begins now is told to end, on the clock that is never set and stands still while the machine
  /// sleeps.
  func due(_ request: Request) -> Int64? { present.map { $0.awake + (request.timeout + Self.grace).milliseconds } }

  /// What the first turn records. A clock that stands before the newest event was wrong when that was recorded, and so
  /// was one that moved otherwise than the clock that is never set.
  private mutating func beginning(at reading: ClockReading, in record: some Record) throws -> [Input] {
    let owner = machine.state.plan.people.firstIndex { $0.accounts.contains(person) }
    var inputs: [Input] = []
    if machine.state.lastSequence == 0 {
      inputs.append(
        Input(.runCreated(nonce: nonce, by: owner), actor: Actor(kind: .person, id: person, auth: "account")))
    }
    // After an amendment the same executor goes on.
    if machine.state.epoch != epoch {
      var facts = facts
      (facts.engine, facts.clock, facts.directory) = (Machine.version, reading.state, run.directory)
      inputs.append(Input(.executorStarted(epoch: epoch, by: owner, facts: facts), actor: executor))
    }
    clockState = reading.state
    guard machine.state.lastSequence > 0 else { return inputs }
    var step = Self.clockStep(reading, since: try lastReading(in: record))
    if reading.instant < machine.state.now { step = step ?? reading.instant - machine.state.now }
    if let step { inputs.append(Input(.clockStepped(by: step), actor: executor)) }
    return inputs
  }

  /// The clocks at the newest entry of the run.
  private func lastReading(in record: some Record) throws -> ClockReading? {
    var last: ClockReading?
    try record.entries(of: run.number, after: machine.state.lastSequence - 1) { entry in
      last = entry.clock
      return true
    }
    return last
  }

  /// What an earlier executor did not come to tell. Each event is read under the plan that was in force.
  private mutating func collectUntold(in record: some Record) throws {
    let state = machine.state
    guard !state.plan.notices.isEmpty, state.lastSequence > 0 else { return }
    let oldest = state.plan.notices.indices.map { state.told[$0] ?? 0 }.min() ?? 0
    var reader = LogReader(run: run, index: state.index)
    try record.entries(of: run.number, after: oldest) { entry in
      let event = try reader.event(entry, in: record)
      let message = Message(
        about: event, at: entry.subject, try reader.index(of: entry, in: record), seq: entry.seq,
        runbook: state.plan.runbook, run: run.name, nonce: state.nonce)
      if let message { notices.take(message, unlessTold: state.told) }
      return true
    }
  }
}
