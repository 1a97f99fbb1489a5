import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("The record of a run")
struct RecordTests {
  static let plan = Make.plan([
    Make.stage(
      steps: [Make.step("a"), Make.step("b")], waves: [[0, 1], [2, 3]], tolerate: 1, concurrency: 2, bake: .minute),
    Make.stage("once", phase: 1, waves: [[0]], hasTargets: false),
    Make.stage("again", phase: 1, waves: [[5, 4]]),
  ])
  /// The same with something to measure.
  static let watched: Plan = {
    var plan = RecordTests.plan
    plan.signals = [Make.signal("s", .target)]
    plan.triggers = [Make.trigger()]
    return plan
  }()
  static let step = Place.step(StepAddress(target: TargetKey(stage: 0, row: 1), step: 1))
  static let later = Make.start + .hour

  /// Every kind of event, most of them in several forms.
  static var kinds: [Event.Kind] {
    let verbs: [Verb] = [.apply, .undo]
    let odd = "ø \"quoted\" \\ \n\t\u{1} 𝄞 e\u{301}"
    var kinds: [Event.Kind] = [
      .runCreated(nonce: "n-1"), .executorStarted(epoch: 7), .executorDraining, .executorStopped(reason: odd),
      .timerDue,
      .clockStepped(by: Make.seconds(-90)), .commandRefused(reason: odd), .phaseStarted, .phaseFinished,
      .waveStarted(targets: 3), .waveBaking(until: later), .waveFinished(done: 1, failed: 2, skipped: 3), .stepSkipped,
      .targetFailed, .targetUndone(complete: true), .targetUndone(complete: false), .targetSkipped, .targetRetried,
      .targetHeld, .targetReleased, .undoBlocked, .runPaused, .runResumed, .runContinued, .runAborting,
      .runHeld(.budget(level: "country=NO", failed: 2, limit: 1)), .runHeld(.rolledBack(scope: "wave")),
      .runHeld(.blocked(path: "p/s/1/t0/a")), .rollbackStarted(scope: "run", targets: 4, stopsAt: nil),
      .rollbackStarted(scope: "run", targets: 4, stopsAt: "p/s/1/t0/a"), .rollbackFinished(undone: 3, blocked: true),
      .rollbackFinished(undone: 3, blocked: false), .rollbackCovered(by: "trigger slow"),
      .rollbackWaived(by: "trigger slow", command: 12),
    ]
    kinds += Outcome.allCases.map { .runFinished($0) }
    let first = OperatorCommand.Name.allCases.filter { ![.cancel, .limit].contains($0) }
    kinds += first.map { .commandReceived(OperatorCommand(name: $0, id: "i")) }
    kinds += Settlement.allCases.map {
      .commandReceived(
        OperatorCommand(name: .resolve, id: "i", settlement: $0, outputs: ["x": odd], reason: odd))
    }
    for verb in verbs { kinds += steps(verb, odd) }
    kinds += [
      .commandReceived(OperatorCommand(name: .approve, id: "i", person: 1, auth: "os", seen: 12)),
      .noticeDelivered(notice: 0, seq: 12), .noticeFailed(notice: 1, seq: 12, reason: odd),
      .runCreated(nonce: "n", by: 1), .executorStarted(epoch: 2, by: 0),
      .approvalCounted(person: 1, until: later, auth: "ssh:a@b", id: "x"),
      .approvalCounted(person: 0, until: nil, auth: "os", id: "y"), .approvalVoided(id: "x", person: 1, why: odd),
      .comparisonMeasured(
        look: 1, before: Samples(signal: 0, name: "s", series: [], rows: []),
        after: Samples(
          signal: 0, name: "s", series: ["a"], rows: [.init(at: later, readings: [.missing(.noData)])])),
      .gateCompared(
        ComparisonResult(
          look: 2, pairs: 8, controls: 30, harm: Fixed(millionths: 1), least: nil, greatest: Fixed(millionths: 5),
          verdict: .unknown(.tooFew))),
      .amendmentProposed(plan: Digest(of: [1]), person: 2, needs: ["p"]),
      .amendmentApproved(plan: Digest(of: [1]), person: 0, until: later, auth: "os", id: "x"),
      .amendmentDropped(plan: Digest(of: [1]), why: "because"),
      .planAmended(plan: Digest(of: [1]), grew: 1, changes: 2),
      .approvalAsked(have: 1, wanted: 2), .approvalRejected(person: 2), .emergencyDeclared(person: 0, until: later),
      .emergencyReviewed(person: 1),
    ]
    var command = OperatorCommand(name: .approve, id: "i", reason: odd)
    (command.person, command.auth, command.until, command.flaw) = (1, "ssh:a@b", later, odd)
    kinds.append(.commandReceived(command))
    var signed = OperatorCommand(name: .force, id: "n", reason: odd, person: 1, auth: "ssh:SHA256:x", seen: 12)
    signed.proof = OperatorCommand.Proof(
      key: "SHA256:x", origin: "journal.local/x", root: Digest(of: [1]), run: "n-1", nonce: "s-1", signed: odd,
      signature: "armour")
    return kinds + evidence(odd) + [.targetKept] + second(odd) + [.commandReceived(signed)]
      + [
        .commandReceived(OperatorCommand(name: .cancel, id: "i")), .cancelled(.apply, attempt: 2),
        .cancelled(.undo, attempt: 1),
        .commandReceived(OperatorCommand(name: .limit, id: "i")),
        .commandReceived(OperatorCommand(name: .limit, id: "i", reason: odd, atOnce: 2)), .concurrencyLimited(to: 2),
        .concurrencyLimited(to: nil),
      ]
  }

  /// What format 2 added.
  private static func second(_ odd: String) -> [Event.Kind] {
    let clock = ClockState(isSynchronised: true, error: 12)
    var intent = Intent(
      attempt: 1, round: 0, operation: "do.a", input: Digest(of: [1]), key: "k", deadline: later, undo: "none",
      cursor: odd, salt: "00ff")
    intent.files = [
      CalledFile(name: "./move", digest: Digest(of: [2])), CalledFile(name: odd, digest: Digest(of: [3])),
    ]
    return [
      .executorStarted(
        epoch: 2, by: 1,
        facts: ExecutorFacts(
          version: "0.2.0", engine: 1, clock: clock, host: "machine", directory: "/home/ola",
          secret: "00ff")),
      .clockStateChanged(ClockState(isSynchronised: false, error: 0)),
      .commandUnread(size: 9, id: odd, text: odd), .commandUnread(size: 0, id: "", text: ""),
      .snapshotKept(of: 12, format: 10, digest: Digest(of: [4])), .waveStarted(targets: 3, admittedBy: [4, 7]),
      .planAmended(plan: Digest(of: [1]), grew: 1, changes: 2, admittedBy: [4]),
      .gateForced(by: [0, 2], exhibits: [], admittedBy: [4, 5]), .intended(.apply, intent), .intended(.undo, intent),
    ]
  }

  private static func evidence(_ odd: String) -> [Event.Kind] {
    let readings =
      [Reading.value(Fixed(millionths: -1_500_001)), .value(.zero)] + Absence.allCases.map(Reading.missing)
    let samples = readings.map { TriggerProgress.Sample(at: later, reading: $0) }
    let exhibits = readings.map { Exhibit(condition: "s < 3 s", series: odd, reading: $0, at: later) }
    let verdicts: [Verdict] = [.pass, .breach] + Absence.allCases.map(Verdict.unknown)
    let rows = [Samples.Row(at: later, readings: [readings[0], readings[3]]), Samples.Row(at: later, readings: [])]
    var kinds: [Event.Kind] = [
      .sampled([Samples(signal: 0, name: "s", series: ["t0", odd], rows: [rows[0]])]),
      .sampled([Samples(signal: 0, name: "s", series: [], rows: [rows[1]])]),
      .triggerPending(trigger: "slow", series: odd, since: later), .triggerCleared(trigger: "slow", series: ""),
      .triggerFired(
        Firing(
          trigger: "slow", series: odd, since: later, lasted: .minute, limit: Fixed(millionths: 5_000_000),
          samples: samples)),
      .triggerUnstable(trigger: "slow", series: odd, changes: 5), .gateStarted(deadline: nil, isShadow: true),
      .gateStarted(deadline: later, isShadow: false), .gateHolding(since: later),
      .gateOpened(held: .minute, exhibits: exhibits, isShadow: false),
      .gateOpened(held: .zero, exhibits: [], isShadow: true),
      .gateForceAsked(person: 1), .gateForced(by: [0, 2], exhibits: exhibits), .bakeContinued,
      .runHeld(.evidence(by: odd)),
      .rollbackStarted(scope: "wave", targets: 1, stopsAt: nil, by: "trigger slow"),
    ]
    kinds += verdicts.flatMap {
      [
        .gateBroken($0, exhibits: exhibits), .gateExpired($0, exhibits: exhibits), .bakeInterrupted($0),
        .bakeExpired($0, exhibits: exhibits),
      ]
    }
    return kinds
  }

  private static func steps(_ verb: Verb, _ odd: String) -> [Event.Kind] {
    let intent = Intent(
      attempt: 2, round: 1, operation: "do.a", input: Digest(of: [1]), key: "k", deadline: later, undo: "none",
      cursor: nil)
    var withCursor = intent
    withCursor.cursor = odd
    var kinds: [Event.Kind] = [
      .intended(verb, intent), .intended(verb, withCursor), .succeeded(verb, attempt: 1, outputs: [:]),
      .succeeded(verb, attempt: 1, outputs: ["id": "42", "text": odd]),
      .failed(verb, attempt: 1, failure: Failure(isTransient: true, retryAfter: .minute, reason: odd)),
      .failed(verb, attempt: 1, failure: Failure(isTransient: false, reason: "")), .awaitsPerson(verb, attempt: 3),
      .cursorRecorded(verb, attempt: 1, cursor: odd, done: nil, total: nil),
      .cursorRecorded(verb, attempt: 1, cursor: "", done: 0, total: 9_007_199_254_740_991),
      .retryScheduled(verb, attempt: 1, until: later), .probeIntended(verb, attempt: 1, deadline: later),
      .probeScheduled(verb, attempt: 1, until: later), .parked(verb, attempt: 1, rule: odd),
    ]
    kinds += Doubt.Cause.allCases.map { .inDoubt(verb, attempt: 1, doubt: Doubt(cause: $0, reason: odd)) }
    kinds += ProbeAnswer.allCases.map {
      .probeAnswered(verb, attempt: 1, answer: $0, cursor: $0 == .partial ? odd : nil, outputs: ["id": "1"])
    }
    kinds += Settlement.allCases.map { .settled(verb, attempt: 1, as: $0, rule: odd, outputs: ["id": "1"]) }
    return kinds
  }

  static func recorded(_ event: Event, _ index: PlanIndex) throws -> Event {
    try Event(
      RecordedEvent(
        type: event.kind.type, subject: index.path(of: event.subject), at: event.at, cause: event.cause,
        data: try JSON(canonical: event.kind.data), payload: try event.kind.payload().map { try JSON(canonical: $0) }),
      index: index)
  }

  @Test("knows the names of all its events, and no others")
  func names() {
    #expect(Set(Self.kinds.map(\.type)) == Set(Event.types))
    #expect(Event.types == Event.types.sorted())
  }

  @Test("keeps every event so that it reads back as it was, in the canonical form")
  func roundTrip() throws {
    let index = PlanIndex(Self.watched)
    for kind in Self.kinds {
      let event = Event(kind, subject: Self.step, at: Self.later, cause: 12)
      #expect(try Self.recorded(event, index) == event)
    }
    #expect(Set(Self.kinds.map(\.type)).count == 91)
  }

  @Test("names every event in snake case")
  func catalogue() {
    for kind in Self.kinds {
      #expect(
        kind.type.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
    }
  }

  @Test(
    "is refused in words when it cannot be read",
    arguments: [
      ("", "no_such_event", "{}"), ("p/none", "phase_started", "{}"), ("", "wave_started", "{}"),
      ("p/s/1/t0/a", "step_succeeded", "{}"), ("p/s/1/t0/a", "step_failed", #"{"attempt":1}"#),
      ("p/s/1/t0/a", "step_intended", #"{"attempt":1}"#), ("", "run_held", "{}"), ("", "run_finished", "{}"),
      ("", "command_received", #"{"command":"dance","id":"1"}"#), ("", "wave_bake_started", #"{"until":"soon"}"#),
      ("p/s/1/t0/a", "step_dreamed", #"{"attempt":1}"#), ("p/s/1/t0/a/b", "step_skipped", "{}"),
    ])
  func unreadable(subject: String, type: String, data: String) throws {
    let record = RecordedEvent(
      type: type, subject: subject, at: Self.later, cause: nil, data: try JSON(canonical: Array(data.utf8)),
      payload: nil)
    #expect(throws: EventError.self) { try Event(record, index: PlanIndex(Self.plan)) }
  }

  @Test("has a path for every place of the plan, and back")
  func paths() {
    let index = PlanIndex(Self.plan)
    var places: [Place] = [.run] + Self.plan.phases.indices.map { .phase($0) }
    for (number, stage) in Self.plan.stages.enumerated() {
      places.append(.stage(number))
      for (wave, planned) in stage.waves.enumerated() {
        places.append(.wave(stage: number, wave: wave))
        for row in planned.targets {
          let key = TargetKey(stage: number, row: row)
          #expect(index.wave(of: key) == wave)
          places.append(.target(key))
          places += stage.steps.indices.map { .step(StepAddress(target: key, step: $0)) }
        }
      }
    }
    #expect(Set(places.map { index.path(of: $0) }).count == places.count)
    for place in places { #expect(index.place(index.path(of: place)) == place) }
  }

  @Test(
    "knows no place that the plan does not have",
    arguments: [
      "x", "p/x", "p/s/0", "p/s/3", "p/s/-1", "p/s/x", "p/s/1/t9", "p/s/1/t2", "p/s/1/t0/c", "p/s/1/t0/a/b", "/", "p/",
      "p//1",
      "q/once/1/t0", "p/s/1/-", "p/s/99999999999999999999",
    ])
  func noPlace(path: String) {
    #expect(PlanIndex(Self.plan).place(path) == nil)
  }

  /// A course with a bit of everything, cut into turns.
  static func course() -> Bench {
    var bench = Bench(plan)
    bench.fail("p/s/1/t0/a", transient: true)
    bench.doubt("p/s/1/t1/a", .timeout)
    bench.waitUntilDue()
    bench.fail("p/s/1/t0/a")
    bench.succeedAll()
    bench.waitUntilDue()
    bench.succeedAll(2)
    bench.crash()
    bench.succeedAll()
    bench.waitUntilDue()
    bench.succeedAll(1)
    bench.command(.rollback, "p/s/2")
    bench.succeedAll()
    bench.command(.resume)
    bench.succeedAll()
    bench.waitUntilDue()
    bench.succeedAll()
    return bench
  }

  @Test("leads to the same decisions when it is folded again")
  func replay() throws {
    let bench = Self.course()
    #expect(bench.state.outcome == .done)
    var state = RunState(Self.plan)
    for (number, event) in bench.events.enumerated() {
      state.fold(try Self.recorded(event, state.index), sequence: Int64(number + 1))
    }
    #expect(state.snapshot == bench.state.snapshot)
    #expect(state.units == bench.state.units)
    #expect(state.stages == bench.state.stages)
  }

  @Test("is the only source of the state: looking at it decides nothing", arguments: [[0], [0, 1], [0, 1, 2]])
  func purity(empty: [Int]) throws {
    let stages = (0..<3).map { number in
      Make.stage(
        "s\(number)", waves: empty.contains(number) ? [] : [[Int32(number)]],
        notBefore: number == 2 ? Make.start + .hour : nil)
    }
    let plan = Make.plan(stages)
    let bench = Bench(plan)
    var state = RunState(plan)
    for (number, event) in bench.events.enumerated() { state.fold(event, sequence: Int64(number + 1)) }
    #expect(state.stage == bench.state.stage)
    #expect(state.snapshot == bench.state.snapshot)
  }

  @Test("gives every decision a cause that is an earlier event")
  func causes() {
    let bench = Self.course()
    let outside: Set<String> = [
      "run_created", "executor_started", "timer_passed", "command_received", "step_succeeded", "step_failed",
      "step_came_in_doubt", "undo_succeeded",
    ]
    for (number, event) in bench.events.enumerated() where !outside.contains(event.kind.type) {
      #expect((event.cause ?? 0) > 0)
      #expect((event.cause ?? 0) <= Int64(number))
    }
  }
}
