import Plans
import Quantities
import Testing

@testable import Engine

/// A run on the bench: what happens goes in by path, what is decided comes out as lines.
struct Bench {
  var machine: Machine
  /// Every event so far; the sequence number of the first is 1.
  private(set) var events: [Event] = []
  /// The path of each event's subject, under the plan that was in force.
  private(set) var paths: [String] = []
  /// Every effect so far.
  private(set) var effects: [Effect] = []
  /// What the last turn decided, such as `step_intended p/s/1/t0/a`.
  private(set) var decided: [String] = []
  /// The rules that decided it.
  private(set) var rules: [String] = []
  /// Requests that nobody has answered, by path.
  private(set) var open: [String: Effect] = [:]
  var now = Make.start
  private var epoch: Int64 = 1
  private var turns = 0

  /// A run that has just been started.
  init(_ plan: Plan = Make.plan()) {
    machine = Machine(plan)
    turn([Event(.runCreated(nonce: "n"), at: now), Event(.executorStarted(epoch: 1), at: now)])
  }

  var state: RunState { machine.state }
  /// The open requests, such as `do p/s/1/t0/a`, in the order of their paths.
  var requests: [String] { open.keys.sorted().map { "\(word(open[$0])) \($0)" } }

  private func word(_ effect: Effect?) -> String {
    switch effect {
    case .probe: "look"
    case .apply(let request): request.verb == .apply ? "do" : "undo"
    case nil: "nothing"
    }
  }

  // MARK: The world

  mutating func turn(_ inputs: [Event]) {
    for event in inputs {
      events.append(event)
      paths.append(state.index.path(of: event.subject))
      machine.fold(event, sequence: Int64(events.count))
      judge(event)
    }
    let decisions: Decisions
    do {
      decisions = try machine.decide(from: Int64(events.count) + 1)
    } catch {
      Issue.record("\(error)")
      return
    }
    events += decisions.events
    paths += decisions.made.map(\.path)
    effects += decisions.effects
    decided = decisions.made.map { $0.path.isEmpty ? $0.event.kind.type : "\($0.event.kind.type) \($0.path)" }
    rules = decisions.made.map(\.rule)
    if let last = events.last { judge(last) }
    if turns.isMultiple(of: 2) { goOnFromSnapshot() }
    turns += 1
    for effect in decisions.effects { open[effect.request.path] = effect }
  }

  /// Every second turn begins with a state that was written and read: no test can tell.
  private mutating func goOnFromSnapshot() {
    let snapshot = state.snapshot
    do {
      #expect(throws: Never.self) { try JSON(canonical: snapshot) }
      var restored = try RunState(snapshot: snapshot, plan: state.plan)
      restored.book = state.book
      #expect(restored.snapshot == snapshot)
      if let fault = restored.inconsistency() { Issue.record("a state that was read: \(fault)") }
      machine = Machine(restored)
    } catch {
      Issue.record("\(error.path) \(error.problem): \(String(decoding: snapshot, as: UTF8.self))")
    }
  }

  private func judge(_ event: Event) {
    if let fault = state.inconsistency() { Issue.record("after \(event.kind.type): \(fault)") }
  }

  mutating func happens(_ kind: Event.Kind, _ path: String = "", _ location: SourceLocation = #_sourceLocation) {
    guard let place = state.index.place(path) else {
      Issue.record("the plan has no \(path)", sourceLocation: location)
      return
    }
    turn([Event(kind, subject: place, at: now)])
  }

  private mutating func answer(_ path: String, _ location: SourceLocation, _ kind: (Verb, Int) -> Event.Kind) {
    guard let request = open.removeValue(forKey: path)?.request else {
      Issue.record("nothing was asked of \(path); open: \(requests)", sourceLocation: location)
      return
    }
    happens(kind(request.verb, request.attempt), path, location)
  }

  mutating func succeed(
    _ path: String, outputs: [String: String] = [:], _ location: SourceLocation = #_sourceLocation
  ) {
    answer(path, location) { .succeeded($0, attempt: $1, outputs: outputs) }
  }

  mutating func fail(
    _ path: String, transient: Bool = false, retryAfter: Span? = nil, _ location: SourceLocation = #_sourceLocation
  ) {
    let failure = Failure(isTransient: transient, retryAfter: retryAfter, reason: "no")
    answer(path, location) { .failed($0, attempt: $1, failure: failure) }
  }

  mutating func doubt(
    _ path: String, _ cause: Doubt.Cause = .noAnswer, _ location: SourceLocation = #_sourceLocation
  ) {
    answer(path, location) { .inDoubt($0, attempt: $1, doubt: Doubt(cause: cause, reason: "silence")) }
  }

  mutating func look(
    _ path: String, _ answer: ProbeAnswer, cursor: String? = nil, _ location: SourceLocation = #_sourceLocation
  ) {
    self.answer(path, location) { .probeAnswered($0, attempt: $1, answer: answer, cursor: cursor, outputs: [:]) }
  }

  mutating func handToPerson(_ path: String, _ location: SourceLocation = #_sourceLocation) {
    answer(path, location) { .awaitsPerson($0, attempt: $1) }
  }

  mutating func cursor(_ path: String, _ cursor: String) {
    guard let request = open[path]?.request else { return }
    happens(.cursorRecorded(request.verb, attempt: request.attempt, cursor: cursor, done: 1, total: 2), path)
  }

  /// It fails for good after a part of it was done, so that it has to be taken back.
  mutating func failHalfWay(_ path: String, _ location: SourceLocation = #_sourceLocation) {
    cursor(path, "half")
    fail(path, location)
  }

  /// Answers every open request with success until there is none, or until so many were answered.
  mutating func succeedAll(_ limit: Int = 500) {
    var left = limit
    while left > 0, let path = open.keys.min() {
      succeed(path)
      left -= 1
    }
  }

  /// Time passes; the timer rings if something is due.
  mutating func wait(_ span: Span) {
    now = now + span
    if let due = state.nextDue, due <= now { happens(.timerDue) } else { turn([]) }
  }

  /// Time passes until something is due.
  mutating func waitUntilDue() {
    guard let due = state.nextDue else { return }
    wait(due - now)
  }

  /// The executor dies; another one takes over.
  mutating func crash() {
    epoch += 1
    open = [:]
    happens(.executorStarted(epoch: epoch))
  }

  // MARK: People

  mutating func command(
    _ name: OperatorCommand.Name, _ path: String = "", as settlement: Settlement? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let command = OperatorCommand(name: name, id: "c\(events.count)", settlement: settlement, reason: "because")
    happens(.commandReceived(command), path, location)
  }

  /// Why the last command was refused; `nil` when it was not.
  var refusal: String? {
    for event in events.reversed() {
      if case .commandRefused(let reason) = event.kind { return reason }
      if case .commandReceived = event.kind { return nil }
    }
    return nil
  }

  /// Why approvals were void, in order.
  var voided: [String] {
    events.compactMap { event in if case .approvalVoided(_, _, let why) = event.kind { why } else { nil } }
  }

  // MARK: What is known

  func status(_ path: String, _ location: SourceLocation = #_sourceLocation) -> TargetStatus? {
    guard case .target(let key) = state.index.place(path) else {
      Issue.record("\(path) is no target", sourceLocation: location)
      return nil
    }
    return state.stages[key.stage].status[Int(key.row)]
  }

  /// The unit of a target.
  func unit(_ path: String) -> Unit? {
    guard case .target(let key) = state.index.place(path) else { return nil }
    return state.unit(key)
  }

  /// The lines of all events of some types, such as every `undo_intended`.
  func lines(_ types: String...) -> [String] {
    zip(events, paths).filter { types.contains($0.0.kind.type) }.map { "\($0.kind.type) \($1)" }
  }

  /// The newest intent of a step.
  func intent(_ path: String) -> Intent? {
    for event in events.reversed() where state.index.path(of: event.subject) == path {
      if case .intended(_, let intent) = event.kind { return intent }
    }
    return nil
  }
}
