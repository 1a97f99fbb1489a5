import Conducting
import Engine
import Journaling
import Looping
import Quantities
import Records
import Synchronization
import Testing

@testable import Plans

@Suite("A conductor that measures")
struct MeasuringTests {
  /// One wave of two targets that bakes for `bake`, watched by a trigger: more than 5 for two minutes.
  static func plan(bake: Span, gate: PlannedGate? = nil) -> Plan {
    var plan = Plans.sites(2, waves: [2], steps: ["move"])
    plan.stages[0].bake = bake
    plan.stages[0].gate = gate
    plan.signals = [
      PlannedSignal(
        name: "load", unit: "", extent: .global, every: Span(milliseconds: 30_000), settle: Span(milliseconds: 10_000),
        window: Span(milliseconds: 30_000), minimumCount: nil, noData: .hold, operation: "measure", provider: "p",
        arguments: .none, timeout: .minute)
    ]
    let condition = PlannedCondition(
      signal: 0, comparison: .more, limit: Fixed(millionths: 5_000_000), quantity: nil)
    plan.triggers = [
      PlannedTrigger(
        id: "overload", condition: condition, persistence: .lasting(Span(milliseconds: 120_000)), action: .rollback,
        scope: .wave, watchAfter: .zero, noData: .hold, mitigates: [])
    ]
    return plan
  }

  @Test("records hours of health in few events, with every sample, and ends when the bake is over")
  func quiet() async throws {
    let stage = try Stage(Self.plan(bake: Span(milliseconds: 6 * 3_600_000)))
    #expect(try await stage.conduct() == .finished(.done))
    let events = try stage.types().count { $0 == "signal_sampled" }
    // One a minute, and one at the end.
    #expect((355...365).contains(events), "\(events)")
    var samples = 0
    try stage.journal().entries(of: stage.run.number) { entry in
      for part in entry.payload?["measured"]?.array ?? [] { samples += part["samples"]?.array.count ?? 0 }
      return true
    }
    #expect(samples >= 720, "\(samples)")
  }

  @Test("rolls back when a trigger fires, within its time and two intervals and the settling of a sample")
  func fires() async throws {
    let stage = try Stage(Self.plan(bake: .day))
    let fault = stage.clock.now + .hour
    stage.adapter.measured.withLock { $0 = { $0 >= fault ? 9 : 1 } }
    #expect(try await stage.conduct() == .blocked)
    let state = try stage.recovered().state
    #expect(state.hold == .rolledBack(scope: "wave"))
    var fired: Instant?
    try stage.journal().entries(of: stage.run.number) { entry in
      if entry.type == "trigger_fired" { fired = entry.at }
      return true
    }
    let delay = try #require(fired) - fault
    #expect(delay <= Span(milliseconds: 120_000 + 60_000 + 10_000), "\(delay.text)")
    #expect(stage.adapter.calls.count { $0.contains("t0") } >= 2)
  }

  @Test("counts a breach that happened while no executor lived, and began and ended in that time")
  func outage() async throws {
    let stage = try Stage(Self.plan(bake: .day))
    // An executor that leaves at once, since nothing is due within its patience.
    #expect(try await stage.conduct(patience: Span(milliseconds: 1_000)) == .blocked)
    let start = stage.clock.now
    stage.adapter.measured.withLock {
      $0 = { $0 > start + Span(milliseconds: 120_000) && $0 < start + Span(milliseconds: 400_000) ? 9 : 1 }
    }
    stage.clock.advance(Span(milliseconds: 600_000))
    #expect(try await stage.conduct() == .blocked)
    #expect(try stage.types().contains("trigger_fired"))
    #expect(try stage.recovered().state.hold == .rolledBack(scope: "wave"))
  }

  /// An executor that is asked to leave after three measurements, and is gone when this returns.
  private static func drained(_ stage: Stage) async throws -> Conductor.Ending {
    let conductor = try stage.conductor()
    let mailbox = conductor.mailbox
    let adapter = stage.adapter
    let watcher = Task {
      while adapter.measurements.withLock({ $0 }) < 3 { await Task.yield() }
      mailbox.post(.drain)
    }
    let ending = try await conductor.conduct(nonce: "nonce", patience: .day)
    await watcher.value
    return ending
  }

  /// A wave with a gate that holds for five minutes, seen by an executor that looks in and leaves at once.
  private static func lookingIn(bake: Span, gate: PlannedGate?, times: Int) async throws -> Stage {
    let stage = try Stage(Self.plan(bake: bake, gate: gate))
    for _ in 0..<times {
      guard try await stage.conduct(patience: Span(milliseconds: 1_000)) == .blocked else { break }
      stage.clock.advance(Span(milliseconds: 240_000))
    }
    return stage
  }

  @Test("measures what was due when it only looks in every few minutes: gates open, bakes end, triggers fire")
  func looksIn() async throws {
    let gate = PlannedGate(
      names: ["calm"],
      conditions: [
        PlannedCondition(
          signal: 0, comparison: .less, limit: Fixed(millionths: 3_000_000), quantity: nil)
      ], hold: Span(milliseconds: 300_000), deadline: .hour, onBreach: .rollback, onUnknown: .hold, validFor: nil,
      isShadow: false, comparison: nil)
    let stage = try await Self.lookingIn(bake: Span(milliseconds: 600_000), gate: gate, times: 8)
    let types = try stage.types()
    #expect(types.contains("gate_opened") && !types.contains("gate_expired"), "\(types)")
    #expect(types.contains("run_finished"))
    let ill = try Stage(Self.plan(bake: Span(milliseconds: 600_000)))
    ill.adapter.measured.withLock { $0 = { _ in 9 } }
    for _ in 0..<3 {
      _ = try await ill.conduct(patience: Span(milliseconds: 1_000))
      ill.clock.advance(Span(milliseconds: 240_000))
    }
    #expect(try ill.types().contains("rollback_finished"))
  }

  @Test("leaves while a gate holds, asks for what it missed when it comes back, and opens it once")
  func leaves() async throws {
    let gate = PlannedGate(
      names: ["calm"],
      conditions: [
        PlannedCondition(
          signal: 0, comparison: .less, limit: Fixed(millionths: 3_000_000), quantity: nil)
      ], hold: Span(milliseconds: 300_000), deadline: nil, onBreach: .rollback, onUnknown: .hold, validFor: nil,
      isShadow: false, comparison: nil)
    let stage = try Stage(Self.plan(bake: .zero, gate: gate))
    let ending = try await Self.drained(stage)
    #expect(ending == .drained || ending == .finished(.done))
    stage.clock.advance(.hour)
    if ending == .drained { #expect(try await stage.conduct() == .finished(.done)) }
    #expect(try stage.types().count { $0 == "gate_opened" } == 1)
  }
}
