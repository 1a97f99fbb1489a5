import Engine
import History
import Quantities
import Testing

@testable import Plans

@Suite("The timeline of a run")
struct TimelineTests {
  private let plan: Plan = {
    let call = PlannedCall(
      operation: "go", provider: "p", arguments: .none, idempotency: .natural, timeout: .minute, settle: .zero,
      probe: nil)
    let step = PlannedStep(
      id: "go", summary: nil, call: call, undo: .call(call), attempts: 1, wait: SpanRange(low: .second, high: .second))
    let inventory = PlannedInventory(name: "stores", columns: ["id"], values: [["a", "b"]])
    let stage = PlannedStage(
      phase: 0, id: "stores", inventory: 0, steps: [step],
      waves: [
        PlannedWave(targets: [0], tolerate: 1, earliest: nil, latest: nil),
        PlannedWave(targets: [1], tolerate: 1, earliest: nil, latest: nil),
      ], concurrency: 1, isStrict: true, tolerateByAttribute: [], bake: .zero, pace: nil, notBefore: nil, then: .hold)
    return Plan(
      runbook: "small", summary: nil, owner: nil, environment: "local", zone: "UTC", zoneData: nil, starts: nil,
      deadline: nil, scale: 1, ignored: [], unexecuted: [], sources: [], parameters: [], providers: [],
      inventories: [inventory],
      phases: [PlannedPhase(id: "pilots", summary: nil, tolerate: nil)], stages: [stage],
      tolerateInRun: nil)
  }()

  /// Runs the plan: `answers` are what the provider says, one minute after the other.
  private func run(_ answers: [Bool], then command: OperatorCommand? = nil) -> [HistoryRecord] {
    var machine = Machine(plan)
    var records: [HistoryRecord] = []
    var now = Instant(milliseconds: 0)
    var open: [Request] = []
    func take(_ kind: Event.Kind, _ place: Place = .run, _ detail: EventDetail = .none) {
      let event = Event(kind, subject: place, at: now)
      let seq = Int64(records.count) + 1
      machine.fold(event, sequence: seq)
      records.append((seq, event, detail))
      guard let decisions = try? machine.decide(from: seq + 1) else {
        Issue.record("a defect")
        return
      }
      for event in decisions.events { records.append((Int64(records.count) + 1, event, .none)) }
      for case .apply(let request) in decisions.effects { open.append(request) }
    }
    take(.runCreated(nonce: "n"), .run, EventDetail(actor: "dana"))
    take(.executorStarted(epoch: 1))
    for isGood in answers where !open.isEmpty {
      now = now + .minute
      let request = open.removeFirst()
      let failure = Failure(isTransient: false, reason: "disk full")
      let kind: Event.Kind =
        isGood
        ? .succeeded(request.verb, attempt: request.attempt, outputs: [:])
        : .failed(request.verb, attempt: request.attempt, failure: failure)
      take(kind, .step(request.address))
    }
    if let command { take(.commandReceived(command), .run, EventDetail(actor: "mira", reason: command.reason)) }
    return records
  }

  @Test("has one row for each wave and phase, with how long it took")
  func waves() {
    let rows = Timeline.build(history(run([true, true]), plan: plan))
    #expect(rows.map(\.kind) == [.created, .executor, .phase, .wave, .wave, .finished])
    #expect(rows[0].actor == "dana")
    #expect(rows[3].path == "pilots/stores/1")
    #expect(rows[3].fact == "1 of 1")
    #expect(rows[3].took == .minute)
    #expect(rows[2].took == Span.minute + .minute)
    #expect(rows[5].standing == .done)
  }

  @Test("tells of a failure once, with its reason and what was taken back")
  func failure() throws {
    let rows = Timeline.build(history(run([false, true, true]), plan: plan))
    let failure = try #require(rows.first { $0.kind == .failure })
    #expect(failure.path == "pilots/stores/1/a")
    #expect(failure.reason == "disk full")
    #expect(failure.fact == "failed, nothing to take back")
    #expect(rows.first { $0.kind == .wave }?.fact == "0 of 1, 1 failed")
  }

  @Test("says who asked, and that it was refused")
  func commands() throws {
    let command = OperatorCommand(name: .resume, id: "c", reason: "go on")
    let rows = Timeline.build(history(run([true], then: command), plan: plan))
    let row = try #require(rows.last)
    #expect(row.kind == .refused)
    #expect(row.actor == "mira")
    #expect(row.reason == "go on")
    #expect(row.fact == "resume, refused: the run is neither paused nor held")
  }

  @Test("tells a firing in place of the breach that began it, and keeps all other rows where they are")
  func firing() throws {
    var plan = plan
    plan.signals = [
      PlannedSignal(
        name: "s", unit: "s", extent: .global, every: .minute, settle: .zero, window: .minute, minimumCount: nil,
        noData: .hold, operation: "m", provider: "p", arguments: .none, timeout: .minute)
    ]
    var records: [HistoryRecord] = []
    func happens(_ kind: Event.Kind, cause: Int64? = nil) {
      let seq = Int64(records.count) + 1
      records.append((seq, Event(kind, at: Instant(milliseconds: seq * 1_000), cause: cause), .none))
    }
    happens(.runCreated(nonce: "n"))
    for series in ["eu", "us"] {
      happens(.triggerPending(trigger: "slow", series: series, since: Instant(milliseconds: 0)))
    }
    happens(.rollbackStarted(scope: "run", targets: 1, stopsAt: nil))
    happens(.commandReceived(OperatorCommand(name: .resume, id: "c")))
    let firing = Firing(
      trigger: "slow", series: "eu", since: Instant(milliseconds: 0), lasted: .minute, limit: .zero, samples: [])
    happens(.triggerFired(firing))
    happens(.commandRefused(reason: "no"), cause: 5)
    happens(.rollbackFinished(undone: 1, blocked: false))
    let rows = Timeline.build(history(records, plan: plan))
    #expect(rows.map(\.seq) == [1, 3, 4, 5, 6])
    #expect(rows.map(\.kind) == [.created, .trigger, .rollback, .refused, .trigger])
    #expect(rows[3].fact == "resume, refused: no" && rows[2].took == Span(milliseconds: 4_000))
  }

  @Test("says that what was taken back is done once more at once, or when persons let it, and lends no reason out")
  func goingOn() throws {
    var records: [HistoryRecord] = []
    func happens(_ kind: Event.Kind, cause: Int64? = nil, _ detail: EventDetail = .none) {
      let seq = Int64(records.count) + 1
      records.append((seq, Event(kind, at: Instant(milliseconds: seq * 1_000), cause: cause), detail))
    }
    happens(.runCreated(nonce: "n"))
    happens(.runContinued)
    happens(.runPaused)
    happens(.runContinued)
    happens(.runHeld(.rolledBack(scope: "wave")))
    happens(.runContinued)
    let resume = OperatorCommand(name: .resume, id: "c", reason: "all is well")
    happens(.commandReceived(resume), EventDetail(actor: "mira", reason: resume.reason))
    happens(.approvalVoided(id: "x", person: 0, why: "it expired"), cause: 7)
    happens(.runResumed, cause: 7)
    let rows = Timeline.build(history(records, plan: plan))
    let again = "what was taken back is to be done once more"
    #expect(
      rows.filter { $0.kind == .rollback }.map(\.fact) == [
        again, "\(again), when a person ends the pause", "\(again), when a person has answered what holds the run",
      ])
    #expect(rows.last?.fact.contains("it expired") == true && rows.last?.reason != "all is well")
  }

  @Test("says of a decision what it waits for, and who let it be")
  func waiting() throws {
    var plan = plan
    plan.signals = [
      PlannedSignal(
        name: "s", unit: "s", extent: .global, every: .minute, settle: .zero, window: .minute, minimumCount: nil,
        noData: .hold, operation: "m", provider: "p", arguments: .none, timeout: .minute)
    ]
    plan.triggers = [
      PlannedTrigger(
        id: "slow", condition: PlannedCondition(signal: 0, comparison: .more, limit: .zero),
        persistence: .lasting(.minute), action: .rollback, scope: .run, watchAfter: .zero, noData: .hold, mitigates: [])
    ]
    var records: [HistoryRecord] = []
    func happens(_ kind: Event.Kind, cause: Int64? = nil, _ detail: EventDetail = .none) {
      let seq = Int64(records.count) + 1
      records.append((seq, Event(kind, at: Instant(milliseconds: seq * 1_000), cause: cause), detail))
    }
    happens(.runCreated(nonce: "n"))
    happens(.rollbackStarted(scope: "run", targets: 1, stopsAt: nil))
    happens(
      .triggerFired(
        Firing(
          trigger: "slow", series: "", since: Instant(milliseconds: 0), lasted: .minute, limit: .zero, samples: [])))
    let skip = OperatorCommand(name: .skip, id: "c", reason: "the shop stays")
    happens(.commandReceived(skip), EventDetail(actor: "mira", reason: skip.reason))
    happens(.rollbackWaived(by: "trigger slow", command: 4), cause: 3)
    // Two in one turn: the rollback of the one begins after the other was decided.
    var both = Array(records.prefix(1))
    for (kind, cause) in [
      (records[2].event.kind, nil), (records[2].event.kind, nil),
      (.rollbackStarted(scope: "run", targets: 1, stopsAt: nil, by: "trigger slow"), 2),
    ] as [(Event.Kind, Int64?)] {
      let seq = Int64(both.count) + 1
      both.append((seq, Event(kind, at: Instant(milliseconds: seq * 1_000), cause: cause), .none))
    }
    let facts = Timeline.build(history(both, plan: plan)).filter { $0.kind == .trigger }.map(\.fact)
    #expect(facts.map { $0.hasSuffix(", waits for the rollback of the run") } == [false, true])
    let rows = Timeline.build(history(records, plan: plan))
    #expect(rows.first { $0.kind == .trigger }?.fact.hasSuffix(", waits for the rollback of the run") == true)
    let waived = try #require(rows.last)
    #expect(waived.fact == "what trigger slow wanted to take back was left as it is")
    #expect(waived.actor == "mira" && waived.reason == "the shop stays")
  }

  @Test("shows how far the open wave is")
  func open() throws {
    let rows = Timeline.build(history(run([true]), plan: plan))
    let row = try #require(rows.last { $0.kind == .wave })
    #expect(row.standing == .running)
    #expect(row.fact == "0 of 1")
    #expect(row.took == nil)
  }

  private func rows(of records: [HistoryRecord]) -> [TimelineEntry] {
    Timeline.build(history(records, plan: plan))
  }

  @Test("tells executors that found nothing to do in one row, until something happens")
  func looks() {
    var records = run([true])
    var epoch: Int64 = 1
    func take(_ kind: Event.Kind) {
      let seq = Int64(records.count) + 1
      records.append((seq, Event(kind, at: Instant(milliseconds: seq * 60_000)), .none))
    }
    func look(_ between: Event.Kind...) {
      epoch += 1
      take(.executorStarted(epoch: epoch))
      for kind in between { take(kind) }
      take(.executorStopped(reason: "nothing can be done now"))
    }
    take(.executorStopped(reason: "nothing can be done now"))
    let before = rows(of: records).count
    look()
    look(.timerDue)
    look()
    var rows = self.rows(of: records)
    #expect(rows.count == before + 1 && rows.last?.fact == "3 executors found nothing to do")
    #expect(rows.last?.took == Span(milliseconds: 6 * 60_000))
    look(.commandReceived(OperatorCommand(name: .pause, id: "c")), .runPaused)
    look()
    rows = self.rows(of: records)
    let facts = rows.suffix(6).map(\.fact)
    #expect(facts[0] == "3 executors found nothing to do" && facts[2] == "pause", "\(facts)")
    #expect(facts[4].hasPrefix("executor ") && facts[5].hasPrefix("executor stopped"), "\(facts)")
  }
}

/// The history of a run under one plan.
private func history(_ records: [HistoryRecord], plan: Plan) -> RunHistory {
  var history = RunHistory(plan: plan)
  history.records = records
  return history
}
