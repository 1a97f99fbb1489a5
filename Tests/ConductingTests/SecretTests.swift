import Adapters
import Conducting
import Engine
import Foundation
import Journaling
import Looping
import Quantities
import Records
import Synchronization
import Testing
import Vocabularies

@testable import Plans

@Suite("A secret of a call")
struct SecretTests {
  private static let token = "hunter2-and-more"

  /// An adapter that tells its secret wherever it can.
  private final class Telltale: Adapter {
    let facts = AdapterFacts.scripted
    private let outcomes: Mutex<[ApplyOutcome]>

    init(_ outcomes: [ApplyOutcome]) { self.outcomes = Mutex(outcomes) }

    func apply(_ call: Call, report: @escaping @Sendable (Adapters.Progress) -> Void) async -> ApplyOutcome {
      report(.cursor("at \(token)", done: 1, total: nil))
      report(.line("printed \(token)"))
      return outcomes.withLock { $0.isEmpty ? .applied(Answer()) : $0.removeFirst() }
    }

    func probe(_ call: Call) async -> ProbeOutcome {
      .applied(Answer(outputs: ["id": "of \(token)"], log: "saw \(token)"))
    }
  }

  @Test("stands neither in the record nor in what is shown, whatever an adapter says")
  func told() async throws {
    let token = Self.token
    let answer = Answer(outputs: ["id": "is \(token)"], log: "logged \(token)")
    let adapter = Telltale([
      .notApplied(because: "not with \(token)", retry: .transient(after: nil), answer: answer),
      .unknown(because: "lost \(token)", answer: answer), .applied(answer), .awaitsPerson(instruction: "use \(token)"),
    ])
    var plan = Plans.sites(3, waves: [3], steps: ["copy"], concurrency: 1, tolerate: 2)
    plan.providers[0].configuration = .members([
      .init(name: "token", value: .secret(try #require(SecretReference("env:TOKEN"))))
    ])
    plan.stages[0].steps[0].call.probe = PlannedProbe(
      operation: "look", provider: "p", arguments: .none, timeout: .minute)
    let stage = try Stage(plan)
    let journal = try stage.journal()
    let lease = try journal.takeOver(run: stage.run.number, owner: "test", clock: stage.clock.read())
    let shown = Mutex<[String]>([])
    let conductor = Conductor(
      run: stage.run, recovered: try stage.recovered(), journal: journal, lease: lease,
      providers: try Providers(
        of: plan, adapter: { _ in adapter },
        secrets: SecretResolver(environment: ["TOKEN": token], reading: { _ in "" }), directory: "/"),
      clock: stage.clock, executor: "test:1", person: "dana", checks: .always,
      watch: { if case .line(_, let text) = $0 { shown.withLock { $0.append(text) } } })
    #expect(try await conductor.conduct(nonce: "n", patience: .day) == .blocked)
    #expect(shown.withLock { $0 }.allSatisfy { $0 == "printed \(Redactor.mark)" } && !shown.withLock(\.isEmpty))
    var all = ""
    try stage.journal().entries(of: stage.run.number) { entry in
      all += String(decoding: entry.body, as: UTF8.self) + (entry.payload?.canonicalText ?? "") + "\n"
      return true
    }
    #expect(!all.contains(token))
    for words in ["not with", "lost", "logged", "at", "is", "saw", "use"] {
      #expect(all.contains("\(words) \(Redactor.mark)"), "\(words)")
    }
  }
}
