import Plans
import Quantities
import Records

@testable import Engine
@testable import Looping

/// What a simulation found wrong, with all that is needed to look for the reason.
struct Broken: Error, CustomStringConvertible {
  var seed: UInt64
  var faults: [String]
  var tail: [String]

  var description: String {
    "seed \(seed):\n  \(faults.joined(separator: "\n  "))\nthe last events:\n  \(tail.joined(separator: "\n  "))"
  }
}

/// Zone data that every machine has.
struct FixedZones: ZoneTable {
  let version = "simulated"

  func offset(of zone: String, at instant: Instant) -> Int? {
    ["UTC": 0, "East": 9 * 3_600, "West": -5 * 3_600][zone]
  }
}

/// One run of the loop that ships, in a world that lies, forgets and dies, all from one seed.
///
/// The world is a queue of happenings in virtual time: answers take time, come late, twice or not at all; clocks step,
/// disks fail, executors die or are overtaken; people write letters. The loop and its record are the real ones.
struct Simulation {
  let seed: UInt64
  let zones = FixedZones()
  let record: MemoryRecord
  var random: SplitMix64
  var run: RegisteredRun
  var lease: MemoryLease
  /// The executor that lives; `nil` while nobody does.
  var loop: Loop?
  /// Executors that were only asleep when another one took over.
  var sleepers: [(loop: Loop, lease: MemoryLease)] = []
  /// Another process that reads the record as it grows.
  var reader: RunState
  var world = World()
  /// What is true about everything that is measured.
  var weather: Weather
  var invariants = Invariants()
  var evidence = EvidenceReferee()
  var starts = StartReferee()
  var queue = Happenings()
  var flights: [Flight] = []
  /// Milliseconds on the clock that never steps, and how far the wall clock is ahead of it.
  var monotonic: Int64 = 1_000
  var wallOffset = PlanMaker.start.milliseconds - 1_000
  var boots = 0
  var letters = 0
  /// By event: the class of what is told about it.
  var classes: [Int64: PlannedNotice.Class] = [:]
  var plansProposed = 0
  /// Whether providers, executors and persons still do what they like.
  var isWild = true
  /// Whether everything takes as long each time.
  var isSteady = false
  /// Whether somebody asks `why` now and then, and tries what it offers.
  var looksAtOffers = false
  /// How long an executor stays while nothing happens; `nil` for as long as it lives.
  let patience: Span?

  init(seed: UInt64) throws {
    self.seed = seed
    random = SplitMix64(seed: seed)
    weather = Weather(seed: random.next())
    var maker = PlanMaker(seed: random.next())
    let plan = maker.make()
    let clock = ClockReading(instant: PlanMaker.start, monotonic: 1_000, boot: "boot-0")
    record = MemoryRecord(clock: clock, chance: SeededChance(seed: random.next()))
    let registered = try record.register(
      runbook: plan.runbook, environment: plan.environment, plan: plan.kept(), directory: "/",
      after: nil, clock: clock)
    guard let registered else { preconditionFailure("a record of no run has no open one") }
    run = registered
    lease = try record.takeOver(run: registered.number, owner: "first", clock: clock)
    reader = RunState(plan, zones: FixedZones())
    patience = random.chance(12) ? Span(milliseconds: Int64(random.int(0...20_000))) : nil
  }

  /// The plan in force.
  var plan: Plan { reader.plan }

  var wall: Instant { Instant(milliseconds: monotonic + wallOffset) }

  var reading: ClockReading { ClockReading(instant: wall, monotonic: monotonic, boot: "boot-\(boots)") }

  /// Runs to the end.
  ///
  /// - Returns: how the run ended.
  mutating func play() throws -> Outcome {
    try begin()
    for _ in 0..<random.int(20...200) {
      try step()
      if reader.outcome != nil, random.chance(70) { break }
    }
    isWild = false
    weather.calmSince = wall
    record.fail(nil)
    for _ in 0..<60_000 {
      if let outcome = reader.outcome, flights.isEmpty, loop == nil, try record.letters(to: run.number).isEmpty {
        return outcome
      }
      guard try calmStep() else {
        try broken(["nothing happens any more, and the run has not ended: \(reader.waits)"])
        break
      }
    }
    let due = reader.nextDue.map { "\($0.text) at \(wall.text)" } ?? "nothing"
    let letters = try record.letters(to: run.number).count
    try broken([
      "the run does not end: \(reader.waits); \(flights.count) in flight, due \(due), \(letters) letters, "
        + (loop.map { $0.isAwake ? "awake" : "asleep" } ?? "no loop")
        + (loop.map { $0.isAmended ? ", amended, \($0.tellings) receivers" : "" } ?? "")
        + ", next \(loop?.nextDue?.text ?? "never") and \(queue.next.map { "\($0 - monotonic) ms" } ?? "no news")"
    ])
    return .aborted
  }

  func broken(_ faults: [String]) throws {
    guard !faults.isEmpty else { return }
    throw Broken(seed: seed, faults: faults, tail: entries().suffix(24).map(\.line))
  }

  /// The whole log of the run.
  func entries() -> [Entry] {
    var entries: [Entry] = []
    try? record.entries(of: run.number) { entry in
      entries.append(entry)
      return true
    }
    return entries
  }

  // MARK: An executor's life

  /// A new executor reads the record and goes on. It has the lease already.
  mutating func begin() throws {
    run = try record.runs().first { $0.number == run.number } ?? run
    let recovered = try guarded { try Recovery.state(of: run, in: record, zones: zones, checks: .always) }
    guard let recovered else { return }
    let state = recovered.state
    try broken(state.differences(from: reader).map { "recovered and read state differ in \($0)" })
    var loop = Loop(
      run: run, recovered: recovered, epoch: lease.epoch, executor: "simulated:\(lease.epoch)",
      person: person(of: lease.epoch), checks: .always,
      facts: ExecutorFacts(secret: lease.epoch.isMultiple(of: 2) ? "" : "secret \(seed)"))
    loop.begin(nonce: "n\(seed)", patience: isWild ? patience : nil)
    self.loop = loop
    try turn([])
  }

  /// The executor is gone, with everything that was in flight.
  mutating func crash() {
    loop = nil
    // Some of what was under way still happens; what is left of it is ended by whoever comes next.
    for flight in flights where flight.isPending && random.chance(50) { land(flight) }
    flights = []
    queue.removeAnswers()
    if random.chance(10) { boots += 1 }
  }

  /// Another executor takes the run over. The old one may only have been asleep.
  mutating func takeOver() throws {
    if let old = loop, random.chance(30) { sleepers.append((old, lease)) }
    crash()
    monotonic += Int64(random.chance(25) ? random.int(20_000...90_000) : random.int(0...20_000))
    lease = try record.takeOver(run: run.number, owner: "executor", clock: reading)
    try begin()
  }

  /// Runs what can throw a defect, and says so as a fault.
  func guarded<Result>(_ body: () throws -> Result) throws -> Result? {
    do {
      return try body()
    } catch let defect as LoopDefect {
      try broken([defect.message])
    } catch let error as RecoveryError {
      try broken([error.message])
    }
    return nil
  }

  /// Lets the executor take a turn, and judges what came of it.
  mutating func turn(_ news: [News]) throws {
    guard var loop else { return }
    if isWild, random.chance(1) { record.fail(random.pick(MemoryRecord.Fault.allCases)) }
    defer { record.fail(nil) }
    let turn: Turn
    do {
      guard let taken = try guarded({ try loop.turn(news, at: reading, in: record, under: lease) }) else { return }
      turn = taken
    } catch let error as JournalError {
      // A disk that fails: whatever was recorded counts, and the executor is over.
      guard isWild else { throw error }
      try read()
      return try takeOver()
    }
    self.loop = turn.ending == nil ? loop : nil
    try read()
    try judge(turn, by: loop)
    if looksAtOffers, reader.lastSequence % 4 == 0 { try broken(judgeOffers()) }
    // What was ordered and not carried out is in doubt for whoever comes next.
    if isWild, random.chance(1) { return try takeOver() }
    for order in turn.orders { try carryOut(order) }
    if let ending = turn.ending { try end(ending) }
  }

  private mutating func end(_ ending: Ending) throws {
    if ending != .blocked || flights.isEmpty { queue.removeAnswers() }
    try broken(flights.isEmpty ? [] : ["the executor left while something was in flight: \(ending)"])
    switch ending {
    // The same executor goes on under the new plan; or it dies in between.
    case .amended:
      if isWild, random.chance(20) { try takeOver() } else { try begin() }
    case .finished(let outcome):
      try broken(outcome == reader.outcome ? [] : ["the executor says \(outcome) and the record does not"])
    case .blocked, .drained: break
    }
  }

  /// Reads what was appended, as another process does.
  mutating func read() throws {
    var found: [Entry] = []
    try record.entries(of: run.number, after: reader.lastSequence) { entry in
      found.append(entry)
      return true
    }
    for entry in found {
      guard let event = try guarded({ try Recovery.event(entry, index: reader.index) }) else { return }
      if case .planAmended(let digest, _, _, _) = event.kind {
        reader.learn(try Recovery.plan(digest, of: run, in: record), as: digest)
      }
      if entry.actor.kind == .engine, event.cause == nil { try broken(["a decision has no cause"]) }
      let before = reader
      reader.fold(event, sequence: entry.seq)
      if let fault = reader.inconsistency() { try broken([fault]) }
      let message = Message(
        about: event, at: entry.subject, before.index, seq: entry.seq, runbook: plan.runbook, run: run.name,
        nonce: before.nonce)
      if let message { classes[entry.seq] = message.kind }
      try broken(judgeNotice(event))
      if case .planAmended = event.kind {
        try broken(flights.isEmpty ? [] : ["the plan is amended while something is in flight"])
        let places = reader.index.places(of: before.index)
        world.move(places)
        invariants.move(places)
        evidence.move(places)
      }
      try broken(invariants.judge(event, sequence: entry.seq, before: before, after: reader, world: world))
      try broken(evidence.judge(event, before: before, after: reader))
      try broken(starts.judge(event, before: before, after: reader))
      if case .sampled(let samples) = event.kind {
        try broken(judgeOrder(of: samples, event, sequence: entry.seq, before: before))
      }
    }
  }

  /// Whoever is told something has asked for it.
  private func judgeNotice(_ event: Event) -> [String] {
    let (notice, seq): (Int, Int64)
    switch event.kind {
    case .noticeDelivered(let number, let of), .noticeFailed(let number, let of, _): (notice, seq) = (number, of)
    default: return []
    }
    guard plan.notices.indices.contains(notice), let kind = classes[seq], plan.notices[notice].classes.contains(kind)
    else { return ["notice \(notice) tells of event \(seq), for which it did not ask"] }
    return []
  }

  private func judge(_ turn: Turn, by loop: Loop) throws {
    let state = loop.machine.state
    try broken(reader.differences(from: state).map { "live and read state differ in \($0)" })
    try broken(invariants.judge(world, state))
    try broken(invariants.judgeTurn(state))
    if !loop.isAmended { try broken(evidence.judgeTurn(state)) }
    try broken(judgeUnrecorded(loop))
    let asks = turn.orders.filter {
      switch $0 {
      case .apply, .probe: true
      default: false
      }
    }
    if state.outcome != nil, !asks.isEmpty, !turn.recorded.contains(where: { $0.event.kind.isEnd }) {
      try broken(["something is asked of a provider although the run is over"])
    }
    guard !turn.recorded.isEmpty, !loop.isAmended else { return }
    var again = loop.machine
    let more = try again.decide(from: 1_000_000).events
    try broken(more.isEmpty ? [] : ["a second look decides something new: \(more)"])
    if turn.recorded.contains(where: { $0.event.kind == .timerDue }), let due = state.nextDue, due <= wall {
      try broken(["a timer that has passed is still due"])
    }
  }

  /// E9: while a clock runs that a crash would set back, nothing that moves it is kept unrecorded.
  private func judgeUnrecorded(_ loop: Loop) -> [String] {
    guard let ahead = loop.measuring.ahead?.state else { return [] }
    return plan.signals.indices.filter { signal in
      let isRecorded = ahead.evidence.signals[signal].until == reader.evidence.signals[signal].until
      return !isRecorded && ahead.watched(signal: signal).isMoving
    }.map { "E9 samples of \(plan.signals[$0].name) move a clock, and are not recorded" }
  }

  // MARK: Time

  /// Lets the next thing happen.
  private mutating func step() throws {
    guard loop != nil else { return try wake() }
    // What is changed between a gate and the next wave is asked for more than by chance.
    let isBetween = reader.waveState == .notStarted && reader.evidence.opened != nil
    if random.chance(isBetween ? 12 : 3), try proposeAmendment() { return try lookIntoInbox() }
    if random.chance(8) {
      try sendAnything()
      return try lookIntoInbox()
    }
    if try lookTwice() { return }
    if random.chance(2) { return try takeOver() }
    if random.chance(1) { return try turn([.drain]) }
    if random.chance(1) { wallOffset += Int64(random.int(-90_000...90_000)) }
    if random.chance(2) { monotonic += Int64(random.int(1...120_000)) }
    // A machine that sleeps while a gate holds reads all of it together.
    if reader.evidence.gate?.hold.holdsSince != nil, random.chance(10) {
      monotonic += Int64(random.int(5_000...45_000))
    }
    if random.chance(20), !sleepers.isEmpty { try wakeSleeper() }
    guard try passTime() else {
      try sendAnything()
      return try lookIntoInbox()
    }
  }

  /// Nobody executes the run: after a while somebody does.
  private mutating func wake() throws {
    monotonic += Int64(random.int(1...60_000))
    // As a timer does that starts it when something is due.
    if random.chance(50), let due = reader.nextDue { monotonic = max(monotonic, due.milliseconds - wallOffset) }
    if random.chance(50) { try sendAnything() }
    try takeOver()
  }

  /// An executor that was overtaken wakes up: it must not write.
  private mutating func wakeSleeper() throws {
    var (loop, lease) = sleepers.removeFirst()
    let before = try record.checkpoint().size
    do throws(any Error) {
      let turn = try loop.turn([.drain], at: reading, in: record, under: lease)
      guard turn.recorded.isEmpty else { return try broken(["an executor that was overtaken wrote \(turn.recorded)"]) }
    } catch is JournalError {}
    try broken(try record.checkpoint().size == before ? [] : ["an executor that was overtaken has written"])
  }

  /// The inbox is looked into every tenth of a second.
  mutating func lookIntoInbox() throws {
    monotonic += Loop.inboxPause
    try turn(arrivals())
  }

  /// Goes to the next thing that happens by itself: an answer, or something that is due.
  ///
  /// - Returns: whether there was one.
  mutating func passTime() throws -> Bool {
    guard let loop else { return false }
    if loop.isAwake {
      try turn(arrivals())
      return true
    }
    let due = loop.nextDue.map { $0.milliseconds - wallOffset }
    guard let next = [queue.next, due].compactMap({ $0 }).min() else { return false }
    monotonic = max(monotonic, next)
    try turn(arrivals())
    return true
  }
}

extension Event.Kind {
  fileprivate var isEnd: Bool { if case .runFinished = self { true } else { false } }
}
