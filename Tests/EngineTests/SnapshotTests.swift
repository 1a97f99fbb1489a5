import Foundation
import Plans
import Quantities
import Testing

@testable import Engine

@Suite("A snapshot")
struct SnapshotTests {
  /// A course with failures, retries, a rollback and measurements, and what it was after each event.
  static let course: (plan: Plan, events: [Event], states: [RunState]) = {
    let bench = RecordTests.course()
    var state = RunState(RecordTests.plan)
    var states = [state]
    for (number, event) in bench.events.enumerated() {
      state.fold(event, sequence: Int64(number + 1))
      states.append(state)
    }
    return (RecordTests.plan, bench.events, states)
  }()

  @Test("can be taken anywhere, and a run goes on from it to the same end")
  func anywhere() throws {
    let (plan, events, states) = Self.course
    let end = try #require(states.last)
    for (number, state) in states.enumerated() {
      var restored = try RunState(snapshot: state.snapshot, plan: plan)
      #expect(restored.snapshot == state.snapshot)
      #expect(restored.units == state.units && restored.stages == state.stages && restored.evidence == state.evidence)
      #expect(restored.live == state.live && restored.open == state.open)
      for (later, event) in events.enumerated().dropFirst(number) {
        restored.fold(event, sequence: Int64(later + 1))
      }
      #expect(restored.snapshot == end.snapshot)
    }
  }

  @Test("reads no other bytes as one", arguments: ["", "{}", "[]", #"{"stages":[]}"#, "nonsense"])
  func notASnapshot(text: String) {
    #expect(throws: FormError.self) { try RunState(snapshot: Array(text.utf8), plan: Self.course.plan) }
  }

  @Test("is refused under another plan")
  func otherPlan() {
    let other = Make.plan([Make.stage("other", waves: [[0]])])
    for state in Self.course.states.dropFirst(20) {
      #expect(throws: FormError.self) { try RunState(snapshot: state.snapshot, plan: other) }
    }
  }

  @Test("of a run behind its last stage is in no wave")
  func behindTheEnd() throws {
    let (plan, _, states) = Self.course
    var state = try #require(states.first)
    (state.stage, state.wave) = (plan.stages.count, 0)
    #expect(state.waveState == .notStarted)
    #expect(try RunState(snapshot: state.snapshot, plan: plan).stage == plan.stages.count)
    state.wave = 1
    #expect(throws: FormError.self) { try RunState(snapshot: state.snapshot, plan: plan) }
    (state.wave, state.waveState) = (0, .running)
    #expect(throws: FormError.self) { try RunState(snapshot: state.snapshot, plan: plan) }
  }

  @Test("is refused where a bake watches, or goes by, a signal that the plan has not")
  func unknownSignals() throws {
    let plan = Make.watched(triggers: [Make.trigger()], bake: .hour)
    var bench = Bench(plan)
    bench.succeedAll()
    let state = bench.state
    #expect(throws: Never.self) { try RunState(snapshot: state.snapshot, plan: plan) }
    let count = plan.signals.count
    for change in [
      { $0.condition.signal = count }, { $0.policy = .idle(signal: count) }, { $0.policy = .zero(signal: count) },
    ] as [(inout Board.Item) -> Void] {
      var changed = state
      change(&changed.evidence.bake!.board.items[0])
      #expect(throws: FormError.self) { try RunState(snapshot: changed.snapshot, plan: plan) }
    }
  }

  /// Which states are changed; fewer for a mutation run, which asks for few seeds of the simulation too.
  private static let step =
    (ProcessInfo.processInfo.environment["SANDERLING_SEEDS"].flatMap { Int($0) } ?? 300) < 100 ? 21 : 7

  @Test("with one value changed or gone is refused or read, and what is read can be decided from")
  func changed() throws {
    let (plan, _, states) = Self.course
    let strange: [JSON] = [
      .null, .bool(true), .integer(-1), .integer(7), .integer(9_007_199_254_740_991), .string(""), .string("p/s/1/t9"),
      .string("dddd"), .array([]), .dictionary([]),
    ]
    var read = 0
    var refused = 0
    for number in stride(from: 5, to: states.count, by: Self.step) {
      let json = try JSON(parsing: states[number].snapshot)
      for changed in json.variants(with: strange) {
        guard let state = try? RunState(snapshot: changed.canonicalBytes, plan: plan) else {
          refused += 1
          continue
        }
        read += 1
        var machine = Machine(state)
        _ = try? machine.decide(from: state.lastSequence + 1)
        _ = state.snapshot
      }
    }
    #expect(read * Self.step > 3_500 && refused * Self.step > 35_000)
  }
}

extension JSON {
  /// The same value with one of its parts gone or replaced, for each part and each replacement.
  fileprivate func variants(with strange: [JSON]) -> [JSON] {
    switch self {
    case .array(let elements):
      elements.indices.flatMap { index in
        (elements[index].variants(with: strange) + strange).map { part in
          var changed = elements
          changed[index] = part
          return .array(changed)
        } + [.array(Array(elements[..<index]) + Array(elements[(index + 1)...]))]
      }
    case .object(let object):
      object.members.flatMap { (key, value) in
        (value.variants(with: strange) + strange).map { part in
          .dictionary(object.members.map { ($0.key, $0.key == key ? part : $0.value) })
        } + [.dictionary(object.members.filter { $0.key != key })]
      }
    case .null, .bool, .integer, .decimal, .string: []
    }
  }
}
