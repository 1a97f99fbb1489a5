import Quantities

@testable import Engine
@testable import Plans

extension Event.Kind {
  fileprivate var isEnd: Bool { if case .runFinished = self { true } else { false } }
}

/// What a simulation found wrong, with all that is needed to look for the reason.
struct Broken: Error, CustomStringConvertible {
  var seed: UInt64
  var faults: [String]
  var tail: [String]

  var description: String {
    "seed \(seed):\n  \(faults.joined(separator: "\n  "))\nthe last events:\n  \(tail.joined(separator: "\n  "))"
  }
}

/// One run of the engine in a world that lies, forgets and dies, all from one seed.
struct Simulation {
  let seed: UInt64
  /// The plan that the run begins with.
  let first: Plan
  /// All plans that were ever proposed.
  var plans: [Digest: Plan] = [:]
  var random: SplitMix64
  var machine: Machine
  /// Another process that reads the journal as it grows.
  var reader: RunState
  var world = World()
  var invariants = Invariants()
  var journal: [Entry] = []
  var snapshot: (sequence: Int64, bytes: [UInt8], plan: Plan)?
  var flights: [Flight] = []
  var now = PlanMaker.start
  var epoch: Int64 = 1
  /// Whether providers, executors and persons still do what they like.
  var isWild = true

  init(seed: UInt64) {
    self.seed = seed
    random = SplitMix64(seed: seed)
    var maker = PlanMaker(seed: random.next())
    first = maker.make()
    machine = Machine(first)
    reader = RunState(first)
  }

  /// The plan in force.
  var plan: Plan { machine.state.plan }

  /// Runs to the end.
  ///
  /// - Returns: how the run ended.
  mutating func run() throws -> Outcome {
    try turn([(.runCreated(nonce: "n\(seed)"), .run), (.executorStarted(epoch: epoch), .run)])
    for _ in 0..<random.int(10...120) {
      try step()
      if machine.state.outcome != nil, random.chance(70) { break }
    }
    isWild = false
    for _ in 0..<3_000 {
      if let outcome = machine.state.outcome, flights.isEmpty { return outcome }
      if !(try calmStep()) {
        try broken(["nothing happens any more, and the run has not ended: \(machine.state.waits)"])
      }
    }
    try broken(["the run does not end: \(machine.state.waits)"])
    return .aborted
  }

  func broken(_ faults: [String]) throws {
    guard !faults.isEmpty else { return }
    throw Broken(seed: seed, faults: faults, tail: journal.suffix(20).map(\.line))
  }

  // MARK: A turn

  /// Records what happened and what the engine decides about it, as the conductor does; then acts.
  mutating func turn(_ inputs: [(kind: Event.Kind, subject: Place)]) throws {
    if isWild, journal.count > 4, random.chance(1) { return try restart() }
    for input in inputs {
      let event = Event(input.kind, subject: input.subject, at: now)
      try record(event, at: machine.state.index.path(of: event.subject))
      machine.fold(event, sequence: Int64(journal.count))
    }
    let before = machine.state.index
    var decisions = machine.decide(from: Int64(journal.count) + 1)
    for decision in decisions.made { try record(decision.event, at: decision.path) }
    if decisions.amendsPlan {
      try broken(flights.isEmpty ? [] : ["the plan is amended while something is in flight"])
      let places = machine.state.index.places(of: before)
      world.move(places)
      invariants.move(places)
      if isWild, random.chance(30) { return try restart() }
      let sequence = Int64(journal.count) + 1
      decisions = machine.decide(from: sequence)
      for decision in decisions.made { try record(decision.event, at: decision.path) }
    }
    try broken(reader.differences(from: machine.state).map { "live and read state differ in \($0)" })
    try broken(invariants.judge(world, machine.state))
    if decisions.events.contains(where: { $0.cause == nil }) { try broken(["a decision has no cause"]) }
    var again = machine
    if !again.decide(from: 1_000_000).events.isEmpty { try broken(["a second look decides something new"]) }
    let state = machine.state
    if inputs.contains(where: { $0.kind == .timerDue }), let due = state.nextDue, due <= now {
      try broken(["a timer that has passed is still due"])
    }
    if state.outcome != nil, !decisions.effects.isEmpty, !decisions.events.contains(where: \.kind.isEnd) {
      try broken(["something is asked of a provider although the run is over"])
    }
    if state.isAtBoundary {
      snapshot = (state.lastSequence, state.snapshot, state.plan)
    }
    if isWild, random.chance(2) { return try restart() }
    for effect in decisions.effects { try perform(effect) }
  }

  private mutating func record(_ event: Event, at path: String) throws {
    let sequence = Int64(journal.count) + 1
    let entry = Entry(event, at: path, sequence: sequence)
    journal.append(entry)
    let read = try entry.event(reader.index)
    if read != event { try broken(["\(event) reads back as \(read)"]) }
    let before = reader
    reader.fold(read, sequence: sequence)
    try broken(invariants.judge(read, sequence: sequence, before: before, after: reader, world: world))
  }

  /// The executor is gone, with everything that was in flight; another one reads the journal and goes on.
  private mutating func restart() throws {
    for flight in flights where flight.takesEffect && random.chance(50) { land(flight) }
    flights = []
    var state = RunState(first)
    var start = 0
    if let snapshot, random.chance(50) {
      guard let kept = RunState(snapshot: snapshot.bytes, plan: snapshot.plan) else {
        return try broken(["a snapshot is unreadable"])
      }
      (state, start) = (kept, Int(snapshot.sequence))
    }
    for (digest, plan) in plans { state.learn(plan, as: digest) }
    for entry in journal[start...] { state.fold(try entry.event(state.index), sequence: entry.sequence) }
    try broken(state.differences(from: reader).map { "from \(start): recovered and live state differ in \($0)" })
    machine = Machine(state)
    epoch += 1
    now = now + Span(milliseconds: Int64(random.int(0...20_000)))
    try turn([(.executorStarted(epoch: epoch), .run)])
  }

  // MARK: Providers

  private mutating func perform(_ effect: Effect) throws {
    let request = effect.request
    guard let intent = journal.first(where: { $0.sequence == request.cause }), intent.subject == request.path,
      intent.type.hasSuffix("intended")
    else { return try broken(["an effect without an intent: \(request)"]) }
    if flights.contains(where: { $0.request.address.target == request.address.target }) {
      try broken(["two requests are open for \(request.path)"])
    }
    flights.append(flight(of: effect))
  }

  private mutating func flight(of effect: Effect) -> Flight {
    let request = effect.request
    let round = machine.state.stages[request.address.target.stage].rounds[request.address.target.row] ?? 0
    let step = plan.stages[request.address.target.stage].steps[request.address.step]
    var call = step.call
    if request.verb == .undo, case .call(let undo) = step.undo { call = undo }
    var flight = Flight(
      effect: effect, idempotency: call.idempotency, round: round,
      lands: now + Span(milliseconds: Int64(random.int(100...15_000))), answer: .timerDue, takesEffect: false)
    if case .probe = effect {
      flight.answer = .probeAnswered(
        request.verb, attempt: request.attempt, answer: .unknown, cursor: nil, outputs: [:])
      return flight
    }
    let reason = "said the world"
    switch isWild ? random.int(0...99) : 0 {
    case 0...54:
      flight.takesEffect = true
      flight.answer = .succeeded(request.verb, attempt: request.attempt, outputs: ["at": "here"])
    case 55...69:
      let wait = random.chance(30) ? Span(milliseconds: Int64(random.int(0...30_000))) : nil
      flight.answer = .failed(
        request.verb, attempt: request.attempt, failure: Failure(isTransient: true, retryAfter: wait, reason: reason))
    case 70...77:
      flight.answer = .failed(
        request.verb, attempt: request.attempt, failure: Failure(isTransient: false, reason: reason))
    case 78...87:
      flight.takesEffect = random.chance(50)
      flight.answer = .inDoubt(request.verb, attempt: request.attempt, doubt: Doubt(cause: .noAnswer, reason: reason))
    case 88...95:
      flight.takesEffect = random.chance(50)
      flight.lands = request.deadline
      flight.answer = .inDoubt(request.verb, attempt: request.attempt, doubt: Doubt(cause: .timeout, reason: reason))
    default: flight.answer = .awaitsPerson(request.verb, attempt: request.attempt)
    }
    return flight
  }

  private mutating func land(_ flight: Flight) {
    world.apply(flight.request, idempotency: flight.idempotency, round: flight.round)
  }

  /// The answers of all flights that are due, the effects included.
  private mutating func answers() -> [(kind: Event.Kind, subject: Place)] {
    var answers: [(kind: Event.Kind, subject: Place)] = []
    for flight in flights where flight.lands <= now {
      let (request, place) = (flight.request, Place.step(flight.request.address))
      if flight.takesEffect { land(flight) }
      guard case .probe = flight.effect else {
        if isWild, random.chance(10) {
          answers.append(
            (
              .cursorRecorded(request.verb, attempt: request.attempt, cursor: "c\(journal.count)", done: 1, total: nil),
              place
            ))
        }
        answers.append((flight.answer, place))
        // The same provider says something else later: nobody may listen.
        if isWild, random.chance(10) {
          answers.append((.succeeded(request.verb, attempt: request.attempt, outputs: [:]), place))
        }
        continue
      }
      let holds = world.holds(request.address, request.verb)
      var answer: ProbeAnswer = holds ? .applied : .notApplied
      if isWild, random.chance(20) { answer = holds || random.chance(50) ? .unknown : .partial }
      answers.append(
        (.probeAnswered(request.verb, attempt: request.attempt, answer: answer, cursor: nil, outputs: [:]), place))
    }
    flights.removeAll { $0.lands <= now }
    return answers
  }

  // MARK: Measurements

  /// Everything that is to be measured now: in bad times anything, in good times health.
  private mutating func samples() -> [(kind: Event.Kind, subject: Place)] {
    let last = plan.signals.count - 1
    let parts = machine.state.samplesDue(at: now).map { request in
      Samples(
        signal: request.signal, name: plan.signals[request.signal].name, series: request.series,
        rows: request.times.map { time in
          let seconds = time.milliseconds / 1_000 % 1_000_000
          return Samples.Row(
            at: time,
            readings: request.series.map { _ in request.signal == last ? total(seconds) : reading() })
        })
    }
    return (parts.isEmpty ? [] : [(.sampled(parts), .run)]) + look()
  }

  /// What a look finds that is due; sometimes it is answered twice.
  private mutating func look() -> [(kind: Event.Kind, subject: Place)] {
    guard let request = machine.state.lookDue(at: now) else { return [] }
    let both = [request.before, request.after].map { part in
      Samples(
        signal: request.after.signal, name: plan.signals[request.after.signal].name, series: request.after.series,
        rows: (part?.times ?? []).map { time in
          Samples.Row(at: time, readings: request.after.series.map { _ in reading() })
        })
    }
    let event = Event.Kind.comparisonMeasured(look: request.look, before: both[0], after: both[1])
    return isWild && random.chance(20) ? [(event, .run), (event, .run)] : [(event, .run)]
  }

  private mutating func total(_ seconds: Int64) -> Reading {
    isWild && random.chance(10) ? .value(.zero) : .value(Fixed(millionths: seconds * 1_000_000))
  }

  private mutating func reading() -> Reading {
    guard isWild else { return .value(Fixed(millionths: 1_000_000)) }
    switch random.int(0...9) {
    case 0...5: return .value(Fixed(millionths: 1_000_000))
    case 6: return .value(Fixed(millionths: 4_000_000))
    case 7...8: return .value(Fixed(millionths: 6_000_000))
    default: return .missing(random.pick(Absence.allCases))
    }
  }

  // MARK: Time

  /// Lets the next thing happen.
  private mutating func step() throws {
    if random.chance(4), let amendment = randomAmendment() { return try turn([amendment]) }
    if random.chance(12) { return try turn([randomCommand()]) }
    if random.chance(3) { return try restart() }
    if random.chance(2) { return try turn([(.executorDraining, .run)]) }
    if random.chance(3) { now = now + Span(milliseconds: Int64(random.int(1...120_000))) }
    guard try passTime() else { return try turn([randomCommand()]) }
  }

  /// Goes to the next answer or timer.
  ///
  /// - Returns: whether there was one.
  mutating func passTime() throws -> Bool {
    let next =
      (flights.map(\.lands) + [machine.state.nextDue, machine.state.nextSampleDue].compactMap { $0 }).min()
    guard let next else { return false }
    now = max(now, next)
    var inputs = answers()
    // A provider that cannot be asked now is asked again later, for everything that was missed.
    if !(isWild && random.chance(10)) { inputs += samples() }
    if let due = machine.state.nextDue, due <= now { inputs.append((.timerDue, .run)) }
    try turn(inputs)
    return true
  }
}
