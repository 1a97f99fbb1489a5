import Quantities
import Testing

@testable import Engine
@testable import Looping
@testable import Plans

@Suite("An answer that comes late")
struct LateAnswerTests {
  private static func plan() -> Plan {
    func call(_ name: String) -> PlannedCall {
      PlannedCall(
        operation: name, provider: "p", arguments: .none, idempotency: .natural, timeout: .minute, settle: .zero,
        probe: nil)
    }
    let step = PlannedStep(
      id: "a", summary: nil, call: call("do"), undo: .call(call("undo")), attempts: 1,
      wait: SpanRange(low: .second, high: .second))
    let stage = PlannedStage(
      phase: 0, id: "s", inventory: nil, steps: [step],
      waves: [PlannedWave(targets: [0], tolerate: 0, earliest: nil, latest: nil)], concurrency: 1, isStrict: true,
      tolerateByAttribute: [], bake: .hour, pace: nil, notBefore: nil, then: .hold)
    return Plan(
      runbook: "late", summary: nil, owner: nil, environment: "e", zone: "UTC", zoneData: nil, starts: nil,
      deadline: nil, scale: 1, ignored: [], unexecuted: [], sources: [], parameters: [],
      providers: [PlannedProvider(name: "p", adapter: "noop", configuration: .none)], inventories: [],
      phases: [PlannedPhase(id: "one", summary: nil, tolerate: nil)], stages: [stage], tolerateInRun: nil)
  }

  /// Takes turns until something is asked of a provider.
  private static func asked(_ loop: inout Loop, _ calm: inout Calm, _ news: [News] = []) throws -> Request {
    var news = news
    for _ in 0..<8 {
      for case .apply(let request) in try loop.turn(news, at: calm.reading, in: calm.record, under: calm.lease).orders {
        return request
      }
      news = []
      calm.now = calm.now + .second
    }
    throw RecoveryError(message: "nothing is asked")
  }

  @Test("is not taken for the answer to the same step in a later round")
  func rounds() throws {
    var calm = try Calm(Self.plan())
    var loop = try calm.loop(patience: nil)
    let begun = try Self.asked(&loop, &calm)
    let done = Reply.applied(outputs: [:], log: nil)
    try calm.send(.rollback, "one/s/1")
    let back = try Self.asked(&loop, &calm, [.answered(begun, done)])
    #expect(back.verb == .undo)
    _ = try loop.turn([.answered(back, done)], at: calm.reading, in: calm.record, under: calm.lease)
    try calm.send(.resume)
    let again = try Self.asked(&loop, &calm)
    #expect(again.verb == .apply && again.attempt == begun.attempt && again.address == begun.address)
    let late = try loop.turn([.answered(begun, done)], at: calm.reading, in: calm.record, under: calm.lease)
    #expect(late.recorded.isEmpty && loop.state.units.first?.hasOpenRequest == true)
    let no = Reply.notApplied(Failure(isTransient: false, reason: "no"), log: nil)
    let turn = try loop.turn([.answered(again, no)], at: calm.reading, in: calm.record, under: calm.lease)
    #expect(turn.recorded.first?.event.kind.type == "step_failed")
    #expect(try calm.recovered().failures.run == 1)
  }
}
