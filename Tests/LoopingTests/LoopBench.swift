import Quantities
import Records
import Testing

@testable import Engine
@testable import Looping
@testable import Plans

/// A loop on the bench: the test says what time it is and what happened, and sees what is recorded and ordered.
struct LoopBench {
  /// A Monday, 09:00 in UTC.
  static let start = Instant(milliseconds: 1_799_053_200_000)

  let record: MemoryRecord
  let number: Int64
  let lease: MemoryLease
  private(set) var loop: Loop
  /// Milliseconds since the start, on the clock that never steps.
  var time: Int64 = 0
  /// How many of them the machine slept.
  var slept: Int64 = 0
  /// The causes of the doubts that the last turn recorded.
  private(set) var doubts: [Doubt.Cause] = []
  /// By how much the wall clock is off.
  var wall: Int64 = 0
  var boot = "b"
  /// What the last turn ordered, but for checkpoints.
  private(set) var orders: [Order] = []
  /// Why checkpoints were ordered in the last turn.
  private(set) var checkpoints: [Occasion] = []
  /// What the kernel says of the wall clock.
  var keeping: ClockKeeping?
  /// What the last turn recorded.
  private(set) var recorded: [String] = []
  private(set) var ending: Ending?
  private var letters = 0

  init(
    _ plan: Plan = LoopBench.plan(), patience: Span? = nil, nonce: String = "n", facts: ExecutorFacts = ExecutorFacts()
  ) throws {
    let clock = ClockReading(instant: Self.start, monotonic: 0, boot: "b")
    let record = MemoryRecord(clock: clock, chance: SeededChance(seed: 1))
    let run = try #require(
      try record.register(
        runbook: plan.runbook, environment: plan.environment,
        plan: KeptBlob(plan.canonicalBytes, openings: plan.openings), directory: "/",
        after: nil, clock: clock))
    (self.record, number) = (record, run.number)
    lease = try record.takeOver(run: run.number, owner: "bench", clock: clock)
    loop = Loop(
      run: run, recovered: Recovered(state: RunState(plan), snapshotSequence: 0), epoch: lease.epoch,
      executor: "bench:1", person: "ola", checks: .always, facts: facts)
    loop.begin(nonce: nonce, patience: patience)
    try turn()
  }

  /// The same run in a new process.
  init(after other: LoopBench, patience: Span? = nil) throws {
    (record, number, time, letters) = (other.record, other.number, other.time, other.letters)
    wall = other.wall
    let clock = ClockReading(instant: Self.start + Span(milliseconds: time + wall), monotonic: time, boot: "b")
    let run = try #require(try other.record.runs().first)
    lease = try record.takeOver(run: number, owner: "bench", clock: clock)
    loop = Loop(
      run: run, recovered: try Recovery.state(of: run, in: record, zones: NoZones(), checks: .always),
      epoch: lease.epoch, executor: "bench:2", person: "ola", checks: .always)
    loop.begin(nonce: "n", patience: patience)
    try turn()
  }

  var now: Instant { Self.start + Span(milliseconds: time + wall) }
  var state: RunState { loop.state }

  /// Takes a turn, and those that it asks for at once.
  mutating func turn(_ news: News...) throws {
    (orders, recorded, doubts, checkpoints) = ([], [], [], [])
    var news = news
    repeat {
      let clock = ClockReading(
        instant: now, monotonic: time, boot: boot, awake: time - slept, keeping: keeping)
      let turn = try loop.turn(news, at: clock, in: record, under: lease)
      for order in turn.orders {
        if case .checkpoint(let occasion) = order {
          // What is done rests on it.
          #expect(orders.allSatisfy { if case .apply = $0 { false } else { true } })
          checkpoints.append(occasion)
        } else {
          orders.append(order)
        }
      }
      recorded += turn.recorded.filter { $0.event.kind.type != "snapshot_kept" }.map {
        $0.path.isEmpty ? $0.event.kind.type : "\($0.event.kind.type) \($0.path)"
      }
      doubts += turn.recorded.compactMap { entry in
        if case .inDoubt(_, _, let doubt) = entry.event.kind { doubt.cause } else { nil }
      }
      ending = turn.ending
      news = []
    } while ending == nil && loop.isAwake
  }

  /// The request that was ordered last.
  func request() throws -> Request {
    try #require(
      orders.compactMap { order -> Request? in
        switch order {
        case .apply(let request), .probe(let request): request
        case .cancel, .measure, .look, .stopMeasuring, .tell, .stopTelling, .checkpoint, .verify: nil
        }
      }.last)
  }

  var cancelled: [Request] { orders.compactMap { if case .cancel(let request) = $0 { request } else { nil } } }
  var tellings: [Telling] { orders.compactMap { if case .tell(let telling) = $0 { telling } else { nil } } }
  var measurements: [Measurement] {
    orders.compactMap { if case .measure(let measurement) = $0 { measurement } else { nil } }
  }

  mutating func send(
    _ name: OperatorCommand.Name, _ path: String = "", by person: String = "ola", amendment: Plan? = nil
  ) throws {
    letters += 1
    var command = OperatorCommand(name: name, id: "c\(letters)", reason: "because")
    let clock = ClockReading(instant: now, monotonic: time, boot: boot)
    if let amendment { command.amendment = try record.keep(blob: amendment.kept(), clock: clock) }
    let plan = try #require(try record.runs().first).plan
    try record.send(
      Letter(
        id: command.id, run: number, subject: path, command: CommandLetter(command, plan: plan).text, person: person,
        auth: "os", sent: now))
  }

  func types() throws -> [String] {
    var types: [String] = []
    try record.entries(of: number) { entry in
      types.append(entry.type)
      return true
    }
    return types
  }

  /// One stage of some targets, one after the other, with one step that anybody may do twice.
  static func plan(_ targets: Int = 2, probe: Bool = false, bake: Span = .zero) -> Plan {
    let look = PlannedProbe(operation: "look", provider: "p", arguments: .none, timeout: .minute)
    let call = PlannedCall(
      operation: "a", provider: "p", arguments: .none, idempotency: .natural, timeout: .minute, settle: .zero,
      probe: probe ? look : nil)
    let step = PlannedStep(
      id: "a", summary: nil, call: call, undo: .nothing, attempts: 3,
      wait: SpanRange(low: Span(milliseconds: 5_000), high: Span(milliseconds: 5_000)))
    let stage = PlannedStage(
      phase: 0, id: "s", inventory: 0, steps: [step],
      waves: (0..<Int32(targets)).map { PlannedWave(targets: [$0], tolerate: 0) }, concurrency: 1, isStrict: true,
      tolerateByAttribute: [], bake: bake, pace: nil, notBefore: nil, then: .hold)
    var plan = Plan(
      runbook: "bench", summary: nil, owner: nil, environment: "e", zone: "UTC", zoneData: nil, starts: nil,
      deadline: nil, scale: 1, ignored: [], unexecuted: [], sources: [], parameters: [],
      providers: [PlannedProvider(name: "p", adapter: "noop", configuration: .none)],
      inventories: [PlannedInventory(name: "stores", columns: ["id"], values: [(0..<targets).map { "t\($0)" }])],
      phases: [PlannedPhase(id: "p", summary: nil, tolerate: nil)], stages: [stage], tolerateInRun: nil)
    plan.people = [PlannedPerson(id: "ola", roles: ["manager"], accounts: ["ola"])]
    return plan
  }

  static func notice(_ classes: [PlannedNotice.Class], _ name: String = "tell") -> PlannedNotice {
    PlannedNotice(
      classes: classes, form: .text, operation: name, provider: "p", arguments: .none, timeout: .minute)
  }
}
