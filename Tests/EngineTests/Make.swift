import Quantities

@testable import Plans

/// Makes plans for tests, with everything that does not matter left at something harmless.
enum Make {
  /// A Monday, 09:00 in UTC.
  static let start = Instant(milliseconds: 1_799_053_200_000)

  /// A span of so many seconds.
  static func seconds(_ count: Int64) -> Span { Span(milliseconds: count * 1_000) }

  static func call(
    _ operation: String, _ idempotency: Idempotency = .key, probe: Bool = false, settle: Span = .zero,
    arguments: ArgumentTemplate = .none
  ) -> PlannedCall {
    PlannedCall(
      operation: operation, provider: "cloud", arguments: arguments, idempotency: idempotency, timeout: .minute,
      settle: settle,
      probe: probe
        ? PlannedProbe(operation: "look", provider: "cloud", arguments: .none, timeout: seconds(10)) : nil)
  }

  /// A step `a` that does `do.a` and is taken back by `undo.a`.
  static func step(
    _ id: String, _ idempotency: Idempotency = .key, probe: Bool = false, settle: Span = .zero,
    undo: PlannedUndo? = nil, attempts: Int = 3, wait: SpanRange? = nil, arguments: ArgumentTemplate = .none
  ) -> PlannedStep {
    PlannedStep(
      id: id, summary: nil,
      call: call("do.\(id)", idempotency, probe: probe, settle: settle, arguments: arguments),
      undo: undo ?? .call(call("undo.\(id)", .natural)), attempts: attempts,
      wait: wait ?? SpanRange(low: seconds(10), high: seconds(40)))
  }

  static func stage(
    _ id: String = "s", phase: Int = 0, steps: [PlannedStep] = [step("a"), step("b")], waves: [[Int32]] = [[0, 1, 2]],
    tolerate: Int? = nil, concurrency: Int = 1, isStrict: Bool = true, attributes: [AttributeLimit] = [],
    bake: Span = .zero, pace: PlannedPace? = nil, notBefore: Instant? = nil, hasTargets: Bool = true
  ) -> PlannedStage {
    PlannedStage(
      phase: phase, id: id, inventory: hasTargets ? 0 : nil, steps: steps,
      waves: waves.map { PlannedWave(targets: $0, tolerate: tolerate, earliest: nil, latest: nil) },
      concurrency: concurrency, isStrict: isStrict, tolerateByAttribute: attributes, bake: bake, pace: pace,
      notBefore: notBefore, then: .hold)
  }

  /// Twelve targets `t0` … `t11` in two countries in turn, in phases `p`, `q`, `r`.
  static func plan(
    _ stages: [PlannedStage] = [stage()], phaseTolerates: Int? = nil, runTolerates: Int? = nil
  ) -> Plan {
    let count = 12
    let inventory = PlannedInventory(
      name: "stores", columns: ["country", "id"],
      values: [(0..<count).map { $0 % 2 == 0 ? "NO" : "PT" }, (0..<count).map { "t\($0)" }])
    let phases = ["p", "q", "r"].prefix((stages.map(\.phase).max() ?? 0) + 1).map {
      PlannedPhase(id: $0, summary: nil, tolerate: phaseTolerates)
    }
    return Plan(
      runbook: "test", summary: nil, owner: nil, environment: "test", zone: "UTC", zoneData: nil, starts: nil,
      deadline: nil, scale: 1, ignored: [], unexecuted: [], sources: [], parameters: [],
      providers: [PlannedProvider(name: "cloud", adapter: "test", configuration: .none)], inventories: [inventory],
      phases: Array(phases), stages: stages, tolerateInRun: runTolerates)
  }
}
