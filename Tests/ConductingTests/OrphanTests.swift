import Adapters
import Conducting
import Engine
import Looping
import Quantities
import Records
import Synchronization
import Testing
import Vocabularies

@testable import Plans

@Suite("What an executor that died left at work")
struct OrphanTests {
  /// An adapter that remembers what it is asked to reclaim, and cannot end it.
  private final class Reclaimer: Adapter {
    let facts: AdapterFacts
    let asked = Mutex<[Attempt]>([])

    init(needsReclaiming: Bool) {
      let anything = Vocabulary("reclaimer", "Anything.", keys: [], others: .anything)
      facts = AdapterFacts(
        name: "reclaimer", does: "remembers", configuration: anything,
        actions: [.init(arguments: anything, outputs: .any)], probe: anything, needsReclaiming: needsReclaiming)
    }

    func apply(_ call: Call, report: @escaping @Sendable (Adapters.Progress) -> Void) async -> ApplyOutcome {
      .awaitsPerson(instruction: "nobody asks")
    }
    func probe(_ call: Call) async -> ProbeOutcome { .unknown(because: "nobody asks") }
    func reclaim(_ attempt: Attempt) async -> [String] {
      asked.withLock { $0.append(attempt) }
      return attempt.path.contains("t0") ? ["process 4711"] : []
    }
  }

  /// Two targets, each with an open request of an executor that is gone.
  private static func state() throws -> RunState {
    var plan = Plans.sites(2, waves: [2], steps: ["move"])
    plan.stages[0].concurrency = 2
    plan.stages[0].isStrict = false
    var machine = Machine(plan)
    machine.fold(Event(.runCreated(nonce: "n"), at: Instant(milliseconds: 0)), sequence: 1)
    machine.fold(Event(.executorStarted(epoch: 1), at: Instant(milliseconds: 0)), sequence: 2)
    _ = try machine.decide(from: 3)
    return machine.state
  }

  @Test("is reclaimed by the adapters that say they have to, and stops the run where that fails")
  func reclaimed() async throws {
    let state = try Self.state()
    let stage = try Stage(state.plan)
    #expect(state.units.count { $0.hasOpenRequest } == 2)
    for needs in [true, false] {
      let adapter = Reclaimer(needsReclaiming: needs)
      let providers = try Providers(
        of: state.plan, adapter: { _ in adapter }, secrets: SecretResolver(environment: [:], reading: { _ in "" }),
        directory: "/")
      let trouble: RecoveryError?
      do {
        try await Recovery.endOrphans(of: stage.run, state: state, providers: providers)
        trouble = nil
      } catch {
        trouble = try #require(error as? RecoveryError)
      }
      let asked = adapter.asked.withLock { $0 }
      guard needs else {
        #expect(asked.isEmpty && trouble == nil)
        continue
      }
      let unit = state.units[0]
      #expect(
        asked.first
          == Attempt(
            run: "r-1", path: state.index.path(of: .step(unit.address)), number: 1,
            key: state.idempotencyKey(of: unit.address, verb: .apply)))
      #expect(trouble?.message.hasPrefix("process 4711 of ") == true, "\(asked.map(\.path))")
    }
  }
}
