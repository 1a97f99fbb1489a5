import Quantities
import Records
import Testing

@testable import Engine
@testable import Looping
@testable import Plans

@Suite("A loop, turn by turn")
struct LoopTests {
  private static let done = Reply.applied(outputs: [:], log: nil)

  /// A loop whose first request is on its way.
  private static func working(_ plan: Plan = LoopBench.plan(), patience: Span? = nil) throws -> LoopBench {
    var bench = try LoopBench(plan, patience: patience)
    if bench.orders.isEmpty { try bench.turn() }
    _ = try bench.request()
    return bench
  }

  @Test("records who created the run and who executes it, once each, and only then looks for news")
  func beginning() throws {
    let bench = try LoopBench()
    #expect(try bench.types().prefix(2) == ["run_created", "executor_started"])
    #expect(bench.state.approvals.planner == 0 && bench.state.approvals.executors == [0] && bench.state.nonce == "n")
    let next = try LoopBench(after: bench)
    #expect(try next.types().filter { $0 == "run_created" }.count == 1)
    #expect(try next.types().filter { $0 == "executor_started" }.count == 2 && next.state.epoch == 2)
  }

  @Test("tells the provider of a step that a person cancels to end, once, and hears its answer")
  func cancelled() throws {
    var bench = try Self.working()
    let request = try bench.request()
    try bench.send(.cancel, request.path)
    bench.time = 100
    try bench.turn()
    #expect(bench.recorded == ["command_received \(request.path)", "step_cancelled \(request.path)"])
    #expect(bench.cancelled == [request])
    try bench.send(.cancel, request.path)
    bench.time = 200
    try bench.turn()
    #expect(bench.cancelled.isEmpty)
    try bench.turn(.answered(request, .unknown(because: "ended by signal 15", log: nil)))
    #expect(bench.recorded.first == "step_came_in_doubt \(request.path)" && bench.doubts == [.noAnswer])
  }

  @Test("looks into the inbox every tenth of a second, and at once when a signature was looked at")
  func inbox() throws {
    var bench = try Self.working()
    try bench.send(.pause)
    bench.time = 99
    try bench.turn()
    #expect(!bench.state.isPaused)
    bench.time = 100
    try bench.turn()
    #expect(bench.state.isPaused && bench.recorded == ["command_received", "run_paused"])
  }

  @Test(
    "records a step of the wall clock of more than two seconds, on the same start of the machine",
    arguments: [
      (2_000, "b", false), (2_001, "b", true), (-2_000, "b", false), (-2_001, "b", true), (9_000, "c", false),
    ] as [(Int64, String, Bool)])
  func clockStep(milliseconds: Int64, boot: String, isRecorded: Bool) throws {
    var bench = try Self.working()
    bench.time += 50
    (bench.wall, bench.boot) = (milliseconds, boot)
    try bench.turn()
    #expect(bench.recorded.contains("clock_stepped") == isRecorded)
    try bench.turn()
    #expect(!bench.recorded.contains("clock_stepped"))
  }

  @Test("counts the time of a request on the clock that is never set", arguments: [7_200_000, -7_200_000] as [Int64])
  func clockIsSet(by wall: Int64) throws {
    var bench = try Self.working()
    let request = try bench.request()
    bench.time = 2_000
    bench.wall = wall
    try bench.turn()
    #expect(bench.cancelled.isEmpty && bench.loop.nextDue == bench.now + Span(milliseconds: 73_000))
    bench.time = 75_000
    try bench.turn()
    #expect(bench.cancelled == [request])
  }

  @Test("does not count the time in which the machine slept")
  func slept() throws {
    var bench = try Self.working()
    let request = try bench.request()
    (bench.time, bench.slept) = (7_200_000, 7_199_000)
    try bench.turn()
    #expect(bench.cancelled.isEmpty)
    try bench.turn(.answered(request, .unknown(because: "?", log: nil)))
    #expect(try bench.types().contains("step_came_in_doubt"))
    #expect(bench.doubts == [.noAnswer])
  }

  @Test("does not count the time of what could not begin, and counts it from its beginning")
  func held() throws {
    var bench = try Self.working()
    let request = try bench.request()
    try bench.turn(.held(request))
    bench.time = 7_200_000
    try bench.turn()
    #expect(bench.cancelled.isEmpty && bench.loop.nextDue == nil)
    try bench.turn(.begun(request))
    bench.time += 60_000
    try bench.turn(.answered(request, .unknown(because: "no end", log: nil)))
    #expect(bench.doubts == [.timeout])
  }

  @Test("tells an adapter to end what it started 15 seconds after its deadline, once")
  func cancels() throws {
    var bench = try Self.working()
    let request = try bench.request()
    #expect(bench.loop.nextDue == request.deadline + Span(milliseconds: 15_000))
    bench.time = 74_999
    try bench.turn()
    #expect(bench.cancelled.isEmpty)
    bench.time = 75_000
    try bench.turn()
    #expect(bench.cancelled == [request] && bench.loop.owed == 1)
    bench.time = 80_000
    try bench.turn()
    #expect(bench.cancelled.isEmpty && bench.loop.nextDue == nil)
    try bench.turn(.answered(request, .unknown(because: "ended", log: nil)))
    #expect(bench.recorded.first == "step_came_in_doubt p/s/1/t0/a")
  }

  @Test(
    "takes an unknown answer from the deadline on for a timeout",
    arguments: [(59_999, .noAnswer), (60_000, .timeout)] as [(Int64, Doubt.Cause)])
  func timeout(time: Int64, cause: Doubt.Cause) throws {
    var bench = try Self.working()
    let request = try bench.request()
    bench.time = time
    try bench.turn(.answered(request, .unknown(because: "silence", log: nil)))
    var found: Doubt.Cause?
    var reader = LogReader(run: try #require(try bench.record.runs().first), index: bench.state.index)
    try bench.record.entries(of: bench.number) { entry in
      if case .inDoubt(_, _, let doubt) = try reader.event(entry, in: bench.record).kind { found = doubt.cause }
      return true
    }
    #expect(found == cause)
  }

  @Test("records what the provider of a running request says, and nothing of one that has answered")
  func cursors() throws {
    var bench = try Self.working()
    let request = try bench.request()
    try bench.turn(.cursor(request, "half", done: 1, total: 2))
    #expect(bench.recorded == ["step_cursor_recorded p/s/1/t0/a"] || bench.recorded.count == 1)
    try bench.turn(.answered(request, Self.done))
    #expect(bench.recorded.first == "step_succeeded p/s/1/t0/a")
    let before = try bench.types().count
    try bench.turn(.cursor(request, "late", done: nil, total: nil))
    #expect(bench.recorded.isEmpty)
    #expect(try bench.types().count == before)
  }

  @Test("asks a probe when the outcome is not known, and its cursors are not taken for the step's")
  func probes() throws {
    var bench = try Self.working(LoopBench.plan(probe: true))
    let request = try bench.request()
    try bench.turn(.answered(request, .unknown(because: "silence", log: nil)))
    guard case .probe(let probe)? = bench.orders.last else {
      Issue.record("\(bench.orders)")
      return
    }
    #expect(bench.loop.owed == 1)
    try bench.turn(.cursor(probe, "no", done: nil, total: nil))
    #expect(bench.recorded.isEmpty)
    try bench.turn(.probed(probe, ProbeReply(.applied)))
    #expect(
      bench.recorded.first == "step_probe_answered p/s/1/t0/a" || bench.recorded.contains { $0.hasSuffix("t1/a") })
    #expect(try bench.request().path == "p/s/2/t1/a" && bench.loop.owed == 1)
  }

  @Test("leaves when it is asked to and nothing is on its way any more; being asked twice is recorded once")
  func drains() throws {
    var bench = try Self.working()
    let request = try bench.request()
    try bench.turn(.drain)
    #expect(bench.recorded == ["executor_draining"] && bench.ending == nil)
    try bench.turn(.drain)
    #expect(bench.recorded.isEmpty && bench.ending == nil)
    try bench.turn(.answered(request, Self.done))
    #expect(bench.ending == .drained && bench.recorded.last == "executor_stopped")
  }

  @Test(
    "waits for what comes within its patience, and calls the run blocked when it takes longer",
    arguments: [(4_999, true), (5_000, false), (5_001, false)] as [(Int64, Bool)])
  func patience(milliseconds: Int64, isBlocked: Bool) throws {
    var bench = try Self.working(patience: Span(milliseconds: milliseconds))
    let failure = Failure(isTransient: true, reason: "not now")
    try bench.turn(.answered(try bench.request(), .notApplied(failure, log: nil)))
    #expect((bench.ending == .blocked) == isBlocked)
    #expect(isBlocked || bench.loop.nextDue == LoopBench.start + Span(milliseconds: 5_000))
  }

  @Test(
    "does not leave while a breach goes on: who looks at the present alone would never see it last",
    arguments: [1, 6], [false, true])
  func breach(value: Int64, isShare: Bool) throws {
    var plan = MeasuringTests.plan()
    if isShare { plan.triggers[0].persistence = .share(of: 2, in: 2) }
    for signal in plan.signals.indices { plan.signals[signal].window = .second }
    var bench = try LoopBench(plan, patience: .second)
    try bench.turn(.answered(try bench.request(), Self.done))
    #expect(bench.ending == .blocked)
    bench.time = 31_000
    var next = try LoopBench(after: bench, patience: .second)
    #expect(next.ending == nil)
    try next.turn(.sampled(MeasuringTests.samples([30], value)))
    #expect((next.ending == nil) == (value == 6), "\(next.recorded)")
    next.time = 60_000
    if value == 6 { try next.turn(.sampled(MeasuringTests.samples([60], 1))) }
    if value == 6, isShare {
      next.time = 90_000
      try next.turn(.sampled(MeasuringTests.samples([90], 1)))
    }
    #expect(next.ending == .blocked)
  }

  @Test("does not leave while a letter lies in the inbox")
  func unread() throws {
    var bench = try Self.working(patience: .second)
    let failure = Failure(isTransient: false, reason: "no")
    try bench.send(.hold, "p/s/2/t1")
    bench.time = 50
    try bench.turn(.answered(try bench.request(), .notApplied(failure, log: nil)))
    #expect(bench.ending == nil)
    bench.time = 200
    try bench.turn()
    #expect(bench.recorded.contains("target_held p/s/2/t1") && bench.ending == .blocked)
  }

  @Test("ends when the run does, and says so; what was told is told once by all executors together")
  func tells() throws {
    var plan = LoopBench.plan()
    plan.notices = [LoopBench.notice([.waves]), LoopBench.notice([.finished], "shout")]
    var bench = try Self.working(plan)
    try bench.turn(.answered(try bench.request(), Self.done))
    let first = try #require(bench.tellings.first)
    #expect(bench.tellings.count == 1 && first.notice.operation == "tell")
    try bench.turn(.told(first.number, .delivered))
    #expect(bench.recorded == ["notice_delivered"] && bench.state.told == [0: first.message.seq])
    var next = try LoopBench(after: bench)
    if next.orders.isEmpty { try next.turn() }
    #expect(next.tellings.isEmpty)
    try next.turn(.answered(try next.request(), Self.done))
    #expect(next.tellings.map(\.notice.operation) == ["tell", "shout"] && next.ending == nil)
    // The receivers get five seconds.
    next.time += 4_999
    try next.turn(.told(next.tellings[0].number, .delivered))
    #expect(next.ending == nil && next.loop.tellings == 1)
    next.time += 1
    try next.turn()
    #expect(next.ending == .finished(.done) && next.orders == [.stopTelling])
    #expect(next.recorded == ["executor_stopped"])
    // Only what nobody heard is told by the one that follows.
    let last = try LoopBench(after: next)
    var late = last
    if late.tellings.isEmpty, late.ending == nil { try late.turn() }
    #expect(late.tellings.map(\.notice.operation) == ["shout"])
  }

  @Test("goes on with the same executor after an amendment, which is not said to have started again")
  func amended() throws {
    var bench = try Self.working()
    let request = try bench.request()
    var new = LoopBench.plan()
    new.stages[0].bake = .second
    try bench.send(.amend, amendment: new)
    bench.time = 100
    try bench.turn(.answered(request, Self.done))
    #expect(bench.recorded.last == "plan_amended" && bench.ending == .amended && bench.orders.isEmpty)
    let run = try #require(try bench.record.runs().first)
    #expect(run.plan == new.digest)
    var loop = Loop(
      run: run, recovered: try Recovery.state(of: run, in: bench.record, zones: NoZones(), checks: .always),
      epoch: bench.lease.epoch, executor: "bench:1", person: "ola", checks: .always)
    loop.begin(nonce: "n", patience: nil)
    _ = try loop.turn(
      [], at: ClockReading(instant: bench.now, monotonic: bench.time, boot: "b"), in: bench.record, under: bench.lease)
    #expect(try bench.types().filter { $0 == "executor_started" }.count == 1)
  }
}
