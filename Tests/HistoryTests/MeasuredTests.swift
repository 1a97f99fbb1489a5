import Quantities
import Testing

@testable import Engine
@testable import History
@testable import Plans

@Suite("What a run measured against what was projected")
struct MeasuredTests {
  @Test("is the median by the number of targets that were live when the sample was taken")
  func steps() {
    let start = Instant(milliseconds: 1_800_000_000_000)
    var history = RunHistory(plan: Self.plan)
    var seq: Int64 = 0
    func add(_ kind: Event.Kind, _ place: Place = .run, after seconds: Int64) {
      seq += 1
      let event = Event(kind, subject: place, at: start + Span(milliseconds: seconds * 1_000))
      history.records.append((seq, event, EventDetail()))
    }
    func sample(_ value: Int64, after seconds: Int64) {
      let row = Samples.Row(
        at: start + Span(milliseconds: seconds * 1_000), readings: [.value(Fixed(millionths: value * 1_000_000))])
      add(.sampled([Samples(signal: 0, name: "cost", series: [""], rows: [row])]), after: seconds)
    }
    add(.runCreated(nonce: "n"), after: 0)
    add(.executorStarted(epoch: 1), after: 0)
    add(.phaseStarted, .phase(0), after: 0)
    add(.waveStarted(targets: 2), .wave(stage: 0, wave: 0), after: 0)
    for row in 0..<2 {
      let address = StepAddress(target: TargetKey(stage: 0, row: Int32(row)), step: 0)
      let intent = Intent(
        attempt: 1, round: 0, operation: "go", input: Digest(of: []), key: "k", deadline: start + .day, undo: "none",
        cursor: nil)
      add(.intended(.apply, intent), .step(address), after: Int64(10 + row * 100))
      add(.succeeded(.apply, attempt: 1, outputs: [:]), .step(address), after: Int64(10 + row * 100))
      for round in 0..<3 { sample(Int64(12 + row * 12 + round), after: Int64(30 + row * 100 + round * 10)) }
    }
    let found = Measured.read(history, zones: NoZones())
    #expect(found.map(\.quantity) == ["cost"])
    #expect(found.first?.steps.map(\.targets) == [1, 2])
    #expect(found.first?.steps.map(\.measured.text) == ["13", "25"])
    #expect(found.first?.steps.map(\.projected.text) == ["10", "20"])
    #expect(found.first?.steps.map(\.samples) == [3, 3])
    #expect(found.first?.ratio == 1.3)
  }

  /// One wave of two targets; each is projected to cost 10, and a trigger compares with it.
  private static var plan: Plan {
    let call = PlannedCall(
      operation: "go", provider: "p", arguments: .none, idempotency: .key, timeout: .minute, settle: .zero, probe: nil)
    let step = PlannedStep(
      id: "a", summary: nil, call: call, undo: .nothing, attempts: 1, wait: SpanRange(low: .second, high: .second))
    let stage = PlannedStage(
      phase: 0, id: "s", inventory: 0, steps: [step],
      waves: [PlannedWave(targets: [0, 1], tolerate: nil, earliest: nil, latest: nil)], concurrency: 2, isStrict: false,
      tolerateByAttribute: [], bake: .zero, pace: nil, notBefore: nil, then: .hold)
    var plan = Plan(
      runbook: "r", summary: nil, owner: nil, environment: "e", zone: "UTC", zoneData: nil, starts: nil, deadline: nil,
      scale: 1, ignored: [], unexecuted: [], sources: [], parameters: [],
      providers: [PlannedProvider(name: "p", adapter: "noop", configuration: .none)],
      inventories: [PlannedInventory(name: "stores", columns: ["id"], values: [["a", "b"]])],
      phases: [PlannedPhase(id: "p", summary: nil, tolerate: nil)], stages: [stage], tolerateInRun: nil)
    plan.forecast = [
      PlannedQuantity(
        name: "cost", unit: "EUR/day", inventory: 0,
        points: [.init(targets: 0, value: .zero), .init(targets: 2, value: Fixed(millionths: 20_000_000))])
    ]
    plan.signals = [
      PlannedSignal(
        name: "cost", unit: "EUR/day", extent: .global, every: Span(milliseconds: 10_000), settle: .zero,
        window: Span(milliseconds: 10_000), minimumCount: nil, noData: .hold, operation: "m", provider: "p",
        arguments: .none, timeout: .minute)
    ]
    plan.triggers = [
      PlannedTrigger(
        id: "dear",
        condition: PlannedCondition(
          signal: 0, comparison: .more, limit: Fixed(millionths: 500_000_000), quantity: 0),
        persistence: .lasting(.hour), action: .hold, scope: .run, watchAfter: .zero, noData: .hold, mitigates: [])
    ]
    return plan
  }
}
