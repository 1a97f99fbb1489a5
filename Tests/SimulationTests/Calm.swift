import Quantities
import Records

@testable import Engine
@testable import Looping
@testable import Plans

/// A loop on a record in memory whose providers answer at once: for what one sentence says.
struct Calm {
  let record: MemoryRecord
  let number: Int64
  var lease: MemoryLease
  var now = PlanMaker.start
  var letters = 0
  /// What people were told.
  var told: [String] = []
  /// Answers what is told; by default that it was delivered, `nil` for nothing.
  var deliver: (Telling) -> Delivery? = { _ in .delivered }

  init(_ plan: Plan) throws {
    let clock = ClockReading(instant: PlanMaker.start, monotonic: 0, boot: "b")
    record = MemoryRecord(clock: clock, chance: SeededChance(seed: 1))
    let run = try record.register(
      runbook: plan.runbook, environment: plan.environment, plan: plan.kept(), directory: "/",
      after: nil, clock: clock)
    guard let run else { preconditionFailure("nothing is open in a new record") }
    number = run.number
    lease = try record.takeOver(run: number, owner: "calm", clock: clock)
  }

  var reading: ClockReading {
    ClockReading(instant: now, monotonic: (now - PlanMaker.start).milliseconds, boot: "b")
  }

  func run() throws -> RegisteredRun {
    guard let run = try record.runs().first(where: { $0.number == number }) else {
      throw RecoveryError(message: "the run is gone")
    }
    return run
  }

  func recovered() throws -> RunState {
    try Recovery.state(of: try run(), in: record, zones: NoZones(), checks: .always).state
  }

  /// A loop as a new process has it, or the same one after an amendment.
  func loop(patience: Span? = .second) throws -> Loop {
    let run = try run()
    var loop = Loop(
      run: run, recovered: try Recovery.state(of: run, in: record, zones: NoZones(), checks: .always),
      epoch: lease.epoch, executor: "calm:1", person: "operator", checks: .always)
    loop.begin(nonce: "nonce", patience: patience)
    return loop
  }

  /// Drives a loop to its ending.
  mutating func drive(_ loop: Loop) throws -> Ending {
    var (loop, news) = (loop, [News]())
    for _ in 0..<5_000 {
      let turn = try loop.turn(news, at: reading, in: record, under: lease)
      if let ending = turn.ending { return ending }
      news = turn.orders.compactMap { answer($0) }
      if !loop.isAwake, news.isEmpty {
        now = max(now + Span(milliseconds: 1), min(loop.nextDue ?? now + .second, now + .second))
      }
    }
    throw RecoveryError(message: "the loop does not end")
  }

  /// Drives the run until it has ended, or nothing can be done, through all amendments.
  mutating func drive() throws -> Ending {
    var ending = try drive(try loop())
    while ending == .amended { ending = try drive(try loop()) }
    return ending
  }

  private mutating func answer(_ order: Order) -> News? {
    switch order {
    case .apply(let request): return .answered(request, .applied(outputs: [:], log: nil))
    case .probe(let request): return .probed(request, ProbeReply(.applied))
    case .tell(let telling):
      guard let delivery = deliver(telling) else { return nil }
      if delivery == .delivered { told.append("\(telling.notice.operation): \(telling.message.title)") }
      return .told(telling.number, delivery)
    case .cancel, .measure, .look, .stopMeasuring, .stopTelling, .checkpoint, .verify: return nil
    }
  }

  /// Writes a letter, as another process does.
  mutating func send(
    _ name: OperatorCommand.Name, _ path: String = "", by person: String = "operator", amendment: Plan? = nil,
    until: Instant? = nil
  ) throws {
    letters += 1
    var command = OperatorCommand(name: name, id: "c\(letters)", reason: "because")
    command.until = until
    if name == .approve { command.seen = try record.checkpoint().size }
    if let amendment { command.amendment = try record.keep(blob: amendment.kept(), clock: reading) }
    try record.send(
      Letter(
        id: command.id, run: number, subject: path, command: CommandLetter(command, plan: try run().plan).text,
        person: person, auth: "os", sent: now))
  }

  /// The log in short: `type path`.
  func log() throws -> [String] {
    var lines: [String] = []
    try record.entries(of: number) { entry in
      lines.append("\(entry.type) \(entry.subject)")
      return true
    }
    return lines
  }
}
