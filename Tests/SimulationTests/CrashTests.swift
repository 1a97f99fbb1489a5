import Quantities
import Records
import Testing

@testable import Engine
@testable import Looping
@testable import Plans

/// E9: what an executor saw and had not recorded when it was killed is seen again by the next one.
@Suite("A crash while nothing but evidence is under way")
struct CrashTests {
  /// What evidence decided, in a form in which two runs can be compared.
  private struct Decision: CustomStringConvertible {
    var what: String
    var at: Instant

    var description: String { "\(what) at \(at.text)" }
  }

  private static func decisions(_ simulation: Simulation) throws -> [Decision] {
    var found: [Decision] = []
    for entry in simulation.entries() {
      guard let event = try? Recovery.event(entry, index: simulation.reader.index) else { continue }
      switch event.kind {
      case .triggerFired(let firing):
        found.append(Decision(what: "\(entry.type) \(firing.trigger) \(firing.series)", at: entry.at))
      case .gateOpened, .gateExpired: found.append(Decision(what: "\(entry.type) \(entry.subject)", at: entry.at))
      default: break
      }
    }
    return found
  }

  /// Plays a run in which only what is measured changes; kills the executor once, with nothing in flight.
  ///
  /// - Parameters:
  ///   - seed: the world.
  ///   - crash: after so many steps at the earliest; `nil` for never.
  /// - Returns: what evidence decided, and when the executor was killed, if it was.
  /// - Throws: ``Broken``.
  private static func play(seed: UInt64, crash: Int?) throws -> (decisions: [Decision], killed: Instant?) {
    var simulation = try Simulation(seed: seed)
    simulation.isSteady = true
    simulation.isWild = false
    try simulation.begin()
    var killed: Instant?
    for step in 0..<1_500 {
      guard simulation.reader.outcome == nil, try simulation.calmStep() else { break }
      guard killed == nil, let crash, step >= crash, simulation.flights.isEmpty, simulation.loop?.isAwake == false,
        simulation.loop?.measuring.isAsking == false, simulation.reader.evidence.isAtWork
      else { continue }
      killed = simulation.wall
      try simulation.restart()
    }
    return (try decisions(simulation), killed)
  }

  @Test("changes no verdict, and delays none by more than an evaluation", arguments: 0..<UInt64(4))
  func verdicts(part: UInt64) throws {
    var compared = 0
    for seed in stride(from: 2_000_001 + part, to: 2_000_061, by: 4) {
      let (whole, _) = try Self.play(seed: seed, crash: nil)
      for crash in [5, 40, 120] {
        let (broken, killed) = try Self.play(seed: seed, crash: crash)
        guard let killed else { continue }
        let (before, after) = (whole.filter { $0.at < killed }, broken.filter { $0.at < killed })
        #expect(before.map(\.description) == after.map(\.description), "seed \(seed): not the same world")
        guard let next = whole.first(where: { $0.at >= killed }) else { continue }
        let found = broken.first { $0.at >= killed }
        compared += 1
        let late = found.map { $0.at - next.at }
        #expect(
          found?.what == next.what && (late.map { $0 >= .zero && $0 <= Span(milliseconds: 10_500) } ?? false),
          "seed \(seed), killed at \(killed.text): \(next) became \(found.map { "\($0)" } ?? "nothing")")
      }
    }
    #expect(compared >= 5, "only \(compared) crashes had something to decide after them")
  }
}

extension EvidenceState {
  /// Whether a trigger is pending, or a gate or a bake is measured.
  fileprivate var isAtWork: Bool {
    gate != nil || bake != nil || triggers.contains { $0.values.contains { $0.phase == .pending } }
  }
}

extension Simulation {
  /// The executor is killed, and the next one is there at once.
  fileprivate mutating func restart() throws {
    // The same people say the same things afterwards.
    let chance = random
    loop = nil
    queue.removeAnswers()
    lease = try record.takeOver(run: run.number, owner: "next", clock: reading)
    try begin()
    random = chance
  }
}
