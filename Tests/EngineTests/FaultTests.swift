import Plans
import Quantities
import Testing

@testable import Engine

/// Something wrong in a state, and what is said about it; `nil` for what only looks wrong.
struct Damage: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var fault: String?
  var make: @Sendable (inout RunState) -> Void

  init(_ name: String, _ fault: String?, _ make: @escaping @Sendable (inout RunState) -> Void) {
    (testDescription, self.fault, self.make) = (name, fault, make)
  }

  private static func key(_ row: Int32) -> TargetKey { TargetKey(stage: 0, row: row) }

  private static func rollback(_ queue: [TargetKey], of place: Place = .run) -> Rollback {
    Rollback(place: place, queue: queue, total: queue.count, cause: 1)
  }

  private static let gate = GateState(
    stage: 0, wave: 0, startedAt: Make.start, deadline: nil, board: Board(items: [], startedAt: Make.start),
    hold: HoldGate(hold: .zero, freshness: Freshness(every: .second)), isShadow: true)

  static let all: [Damage] = [
    Damage("nothing", nil) { _ in },
    Damage("before the first stage", "the position is at stage -1") { $0.stage = -1 },
    Damage("far behind the last stage", "the position is at stage 2") { $0.stage = 2 },
    Damage("behind the last stage", nil) { ($0.stage, $0.waveState) = (1, .notStarted) },
    Damage("at a wave behind the last stage", "a wave behind the last stage is notStarted") {
      ($0.stage, $0.wave, $0.waveState) = (1, 1, .notStarted)
    },
    Damage("in a wave behind the last stage", "a wave behind the last stage is running") { $0.stage = 1 },
    Damage("at a wave that is none", "the position is at wave 2") { ($0.wave, $0.waveState) = (2, .notStarted) },
    Damage("too many open", "3 targets of the wave are said to be open, and 2 are") { $0.open = 3 },
    Damage("open is counted for a wave that runs", nil) { ($0.open, $0.waveState) = (3, .notStarted) },
    Damage("a target in no queue", "1 of 2 targets of the wave are in queues") { $0.queues[0].places.removeLast() },
    Damage("done", "1 targets are said to be done, and 0 are") { $0.doneCount = 1 },
    Damage("failed in the run", "are said to have failed, and") { $0.failures.run = 1 },
    Damage("failed in the wave", "are said to have failed, and") { $0.failures.wave = 1 },
    Damage("failed in the phase", "are said to have failed, and") { $0.failures.phases[0] = 1 },
    Damage("failed in a country", "are said to have failed, and") { $0.failures.attributes["country=NO"] = 1 },
    Damage("no more failed in a country", nil) { $0.failures.attributes["country=NO"] = 0 },
    Damage("before its wave, the failures of the last one", nil) {
      ($0.failures.wave, $0.waveState) = (1, .notStarted)
    },
    Damage("two units", "two units work on p/s/1/t0/a") { $0.units.append($0.units[0]) },
    Damage("a unit nowhere", "p/s/1/t11/a is no place") {
      $0.units.append(Unit(key: key(11), verb: .undo, step: 0, touched: 1, cause: 1, since: Make.start))
    },
    Damage("a unit of a target that waits", "p/s/1/t0/a is worked on, and its target is waiting") {
      $0.stages[0].status[0] = .waiting
    },
    Damage("a unit that takes back what waits", nil) {
      ($0.stages[0].status[0], $0.units[0].verb) = (.waiting, .undo)
    },
    Damage("a target that nobody works on", "p/s/1/t1 is running, and nobody works on it") {
      $0.units.remove(at: 1)
    },
    Damage("a rollback", nil) { $0.rollback = rollback([]) },
    Damage("queued twice", "a target is queued twice to be taken back") { $0.rollback = rollback([key(2), key(2)]) },
    Damage("queued at work", "p/s/1/t0 is queued to be taken back, and worked on or out of reach") {
      $0.rollback = rollback([key(2), key(0)])
    },
    Damage("queued out of reach", "p/s/2/t2 is queued to be taken back, and worked on or out of reach") {
      $0.rollback = rollback([key(2)], of: .wave(stage: 0, wave: 0))
    },
    Damage("taken back at the end", "something is taken back, and the run is over") {
      ($0.rollback, $0.standing) = (rollback([]), .over(.done))
    },
    Damage("other signals", "measurements belong to another plan") { $0.evidence.signals = [] },
    Damage("other triggers", "measurements belong to another plan") { $0.evidence.triggers = [] },
    Damage("nothing live", "the index of live targets is not what the stages say") { $0.live = LiveIndex() },
    Damage("gating without a gate", "a wave is gating without a gate") { $0.waveState = .gating },
    Damage("gating while something is taken back", nil) { ($0.waveState, $0.rollback) = (.gating, rollback([])) },
    Damage("another gate", "a gate is measured that the plan has not") { $0.evidence.gate = gate },
    Damage("two things", "3 targets of the wave are said to be open, and 2 are") {
      ($0.open, $0.evidence.signals) = (3, [])
    },
  ]
}

@Suite("A state that contradicts itself")
struct FaultTests {
  @Test("is found out, and nothing else is", arguments: Damage.all)
  func faults(damage: Damage) {
    var state = Bench(Make.watched(triggers: [Make.trigger()])).state
    #expect(state.units.count == 2 && state.live != LiveIndex())
    damage.make(&state)
    let fault = state.inconsistency()
    guard let expected = damage.fault else {
      #expect(fault == nil)
      return
    }
    #expect(fault?.contains(expected) == true, "\(fault ?? "nothing is found")")
  }

  @Test("is not one whose gate is measured, or whose failed target is taken back")
  func sound() {
    var bench = Bench(Make.watched(gate: Make.gate()))
    bench.succeedAll()
    #expect(bench.state.evidence.gate != nil && bench.state.inconsistency() == nil)
    var failing = Bench(Make.plan([Make.stage(attributes: [AttributeLimit(attribute: "country", limit: 2)])]))
    failing.failHalfWay("p/s/1/t0/a")
    #expect(failing.requests.contains("undo p/s/1/t0/a") && failing.state.inconsistency() == nil)
  }
}
