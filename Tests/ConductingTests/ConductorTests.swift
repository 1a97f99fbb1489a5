import Adapters
import Conducting
import Engine
import Foundation
import Journaling
import Looping
import Quantities
import Records
import Testing

@testable import Plans

@Suite("A conductor")
struct ConductorTests {
  @Test("runs a plan to its end, each step once, in order within each target")
  func happyPath() async throws {
    let stage = try Stage(Plans.sites(6, waves: [1, 2, 3], steps: ["copy", "check"], concurrency: 2, tolerate: 1))
    #expect(try await stage.conduct() == .finished(.done))
    #expect(stage.adapter.calls.count == 12)
    #expect(Set(stage.adapter.calls).count == 12)
    let types = try stage.types().filter { $0 != "snapshot_kept" }
    #expect(types.first == "run_created" && types.last == "executor_stopped")
    #expect(types.count { $0 == "wave_finished" } == 3)
  }

  @Test("waits for retries and bakes in virtual time")
  func timers() async throws {
    let adapter = ScriptedAdapter([
      "phase/stage/1/t0/copy": [
        .notApplied(because: "quota", retry: .transient(after: .hour), answer: Answer()),
        .notApplied(because: "quota", retry: .transient(after: nil), answer: Answer()),
      ]
    ])
    var plan = Plans.sites(2, waves: [1, 1], steps: ["copy"], concurrency: 1, tolerate: 0)
    plan.stages[0].bake = .day
    let stage = try Stage(plan, adapter: adapter)
    let start = stage.clock.now
    #expect(try await stage.conduct(patience: Span(milliseconds: 10 * Span.day.milliseconds)) == .finished(.done))
    #expect(stage.clock.now - start >= Span(milliseconds: 2 * Span.day.milliseconds) + .hour)
    #expect(
      adapter.calls.prefix(3) == ["phase/stage/1/t0/copy#1", "phase/stage/1/t0/copy#2", "phase/stage/1/t0/copy#3"])
  }

  @Test("leaves when nothing can be done, and goes on in another process when a person has decided")
  func blocked() async throws {
    let path = "phase/stage/1/t0/copy"
    let adapter = ScriptedAdapter([path: [.unknown(because: "the line broke", answer: Answer())]])
    let stage = try Stage(Plans.sites(1, waves: [1], steps: ["copy"], idempotency: .none), adapter: adapter)
    #expect(try await stage.conduct() == .blocked)
    #expect(try stage.recovered().state.waits.first?.kind == .person)
    try stage.send(.resolve, path, as: .notApplied)
    #expect(try await stage.conduct() == .finished(.done))
    #expect(adapter.calls == ["\(path)#1", "\(path)#2"])
  }

  @Test("takes a target that failed back alone, and stops the wave at failure n + 1")
  func budget() async throws {
    let refused = ApplyOutcome.notApplied(because: "no", retry: .permanent, answer: Answer())
    let adapter = ScriptedAdapter(["phase/stage/1/t0/check": [refused], "phase/stage/1/t1/check": [refused]])
    let stage = try Stage(
      Plans.sites(4, waves: [4], steps: ["copy", "check"], concurrency: 4, tolerate: 1), adapter: adapter)
    #expect(try await stage.conduct() == .blocked)
    let state = try stage.recovered().state
    #expect(state.hold == .budget(level: "wave", failed: 2, limit: 1))
    #expect(adapter.calls.filter { $0.contains("t2") }.isEmpty)
  }

  @Test("rolls a whole run back, the newest target first, and finds nothing to do the second time")
  func rollback() async throws {
    let stage = try Stage(Plans.sites(3, waves: [1, 2], steps: ["copy", "check"]))
    #expect(try await stage.conduct() == .finished(.done))
    try stage.send(.rollback)
    #expect(try await stage.conduct() == .finished(.rolledBack))
    let undone = stage.adapter.calls.dropFirst(6).map { $0.split(separator: "/")[3...4].joined(separator: "/") }
    #expect(undone == ["t2/check#1", "t2/copy#1", "t1/check#1", "t1/copy#1", "t0/check#1", "t0/copy#1"])
    try stage.send(.rollback)
    _ = try await stage.conduct()
    #expect(try stage.types().contains("command_refused"))
    #expect(stage.adapter.calls.count == 12)
  }

  @Test("resumes a run in its middle from a snapshot, to the same state as from the whole log")
  func snapshots() async throws {
    let refused = ApplyOutcome.notApplied(because: "no", retry: .permanent, answer: Answer())
    let last = ["phase/stage/5/t400/a", "phase/stage/5/t401/a"]
    let adapter = ScriptedAdapter(Dictionary(uniqueKeysWithValues: last.map { ($0, [refused]) }))
    let stage = try Stage(
      Plans.sites(500, waves: [100], steps: ["a", "b"], concurrency: 8, tolerate: 1), adapter: adapter)
    #expect(try await stage.conduct() == .blocked)
    let journal = try stage.journal()
    let snapshot = try #require(try journal.snapshot(of: stage.run.number, format: RunState.snapshotFormat))
    let kept = try RunState(snapshot: snapshot.body, plan: stage.plan)
    #expect(snapshot.seq > 1_000 && kept.waveState == .running)
    #expect(try stage.recovered().state.outcome == nil)
    var folded = RunState(stage.plan)
    try journal.entries(of: stage.run.number) { entry in
      folded.fold(try Recovery.event(entry, index: folded.index), sequence: entry.seq)
      return true
    }
    #expect(try stage.recovered().state.snapshot == folded.snapshot)
  }

  @Test("drops a command whose place the plan does not have, instead of taking it for the whole run")
  func unknownPlaces() async throws {
    let stage = try Stage(Plans.sites(1, waves: [1], steps: ["copy"]))
    try stage.send(.rollback, "no/such/place")
    #expect(try await stage.conduct() == .finished(.done))
    #expect(try !stage.types().contains("rollback_started"))
  }
}

/// Plans made by hand.
enum Plans {
  static func sites(
    _ count: Int, waves sizes: [Int], steps: [String], concurrency: Int = 1, tolerate: Int = 0,
    idempotency: Idempotency = .natural
  ) -> Plan {
    var waves: [PlannedWave] = []
    var row: Int32 = 0
    while row < count {
      let size = min(sizes[min(waves.count, sizes.count - 1)], count - Int(row))
      waves.append(
        PlannedWave(
          targets: Array(row..<(row + Int32(size))), tolerate: tolerate, earliest: nil, latest: nil, starts: nil))
      row += Int32(size)
    }
    func call(_ operation: String) -> PlannedCall {
      PlannedCall(
        operation: operation, provider: "p", arguments: .none, idempotency: idempotency, timeout: .minute,
        settle: .zero,
        probe: nil)
    }
    let stage = PlannedStage(
      phase: 0, id: "stage", inventory: 0,
      steps: steps.map { id in
        PlannedStep(
          id: id, summary: nil, call: call(id), undo: .call(call("un-\(id)")), attempts: 3,
          wait: SpanRange(low: .second, high: .minute))
      },
      waves: waves, concurrency: concurrency, isStrict: true, tolerateByAttribute: [], bake: .zero, pace: nil,
      notBefore: nil, window: nil, then: .hold)
    return Plan(
      runbook: "test", summary: nil, owner: nil, environment: "virtual", zone: "UTC", zoneData: nil, starts: nil,
      deadline: nil, scale: 1, ignored: [], unexecuted: [], sources: [], parameters: [],
      providers: [PlannedProvider(name: "p", adapter: "scripted", configuration: .none)],
      inventories: [PlannedInventory(name: "sites", columns: ["id"], values: [(0..<count).map { "t\($0)" }])],
      freezes: [], phases: [PlannedPhase(id: "phase", summary: nil, tolerate: nil)],
      stages: [stage],
      tolerateInRun: nil)
  }
}
