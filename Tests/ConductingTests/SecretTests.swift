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
    private let asked = Mutex<[String]>([])
    /// The arguments and cursors of its calls.
    var calls: [String] { asked.withLock { $0 } }

    init(_ outcomes: [ApplyOutcome]) { self.outcomes = Mutex(outcomes) }

    func apply(_ call: Call, report: @escaping @Sendable (Adapters.Progress) -> Void) async -> ApplyOutcome {
      let number = asked.withLock { calls in
        calls.append("\(call.arguments.canonicalText) \(call.cursor ?? "")")
        return calls.count
      }
      if number == 1 { report(.cursor("at \(token)", done: 1, total: nil)) }
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
    // The second attempt of the first target is not made: its cursor held the secret.
    var plan = Plans.sites(4, waves: [4], steps: ["copy"], concurrency: 1, tolerate: 2)
    plan.stages[0].steps[0].call.probe = PlannedProbe(
      operation: "look", provider: "p", arguments: .none, timeout: .minute)
    plan.stages[0].steps[0].undo = .nothing
    let shown = Mutex<[String]>([])
    let stage = try Self.stage(&plan)
    let ending = try await Self.conduct(stage, adapter) {
      if case .line(_, let text) = $0 { shown.withLock { $0.append(text) } }
    }
    #expect(ending == .blocked)
    #expect(shown.withLock { $0 }.allSatisfy { $0 == "printed \(Redactor.mark)" } && !shown.withLock(\.isEmpty))
    let all = try Self.record(of: stage)
    #expect(!all.contains(token))
    for words in ["not with", "lost", "logged", "at", "is", "saw", "use"] {
      #expect(all.contains("\(words) \(Redactor.mark)"), "\(words)")
    }
  }
  @Test("that was blacked out in an output or a cursor is never used as a value, and the record says why")
  func used() async throws {
    let token = Self.token
    let adapter = Telltale([.applied(Answer(outputs: ["url": "db://app:\(token)@db-1", "name": "db-1"]))])
    var plan = Plans.sites(1, waves: [1], steps: ["make", "use"], concurrency: 1, tolerate: 0)
    plan.stages[0].steps[1].call.arguments = .members([
      .init(
        name: "command",
        value: .list([
          .text(try Template("${steps.make.outputs.name}")), .text(try Template("to ${steps.make.outputs.url}")),
        ]))
    ])
    let stage = try Self.stage(&plan)
    _ = try await Self.conduct(stage, adapter)
    #expect(!adapter.calls.contains { $0.contains(Redactor.mark) }, "\(adapter.calls)")
    let all = try Self.record(of: stage)
    #expect(all.contains("`command[1]` holds a secret that was blacked out"))
    #expect(all.contains("the output `url` holds a secret") && !all.contains("the output `name` holds"))
    #expect(try stage.types().contains("step_failed"))
  }

  @Test("that has gone while the run goes on is waited for: no target fails, and no attempt is used up")
  func gone() async throws {
    let adapter = Telltale([])
    var plan = Plans.sites(1, waves: [1], steps: ["copy"], concurrency: 1, tolerate: 0)
    plan.stages[0].steps[0].attempts = 1
    plan.providers[0].configuration = .members([
      .init(name: "token", value: .secret(try #require(SecretReference("file:/vault/token"))))
    ])
    let stage = try Stage(plan)
    let looks = Mutex(0)
    struct Missing: Error {}
    let secrets = SecretResolver(environment: [:]) { _ in
      guard
        looks.withLock({
          $0 += 1; return $0 > 3
        })
      else { throw Missing() }
      return Self.token
    }
    let journal = try stage.journal()
    let lease = try journal.takeOver(run: stage.run.number, owner: "test", clock: stage.clock.read())
    let conductor = Conductor(
      run: stage.run, recovered: try stage.recovered(), journal: journal, lease: lease,
      providers: try Providers(of: plan, adapter: { _ in adapter }, secrets: secrets, directory: "/"),
      clock: stage.clock, executor: "test:1", person: "dana", checks: .always, watch: { _ in })
    #expect(try await conductor.conduct(nonce: "n", patience: .day) == .finished(.done))
    #expect(try stage.types().filter { $0 == "step_failed" }.count == 3 && adapter.calls.count == 1)
    #expect(try Self.record(of: stage).contains("the secret file `/vault/token` cannot be read"))
  }

  @Test("that was given as a parameter by its name is blacked out like any other")
  func parameter() async throws {
    let adapter = Telltale([.applied(Answer(outputs: ["id": "is \(Self.token)"], log: "logged \(Self.token)"))])
    var plan = Plans.sites(1, waves: [1], steps: ["copy"], concurrency: 1, tolerate: 0)
    plan.parameters = [NamedValue(name: "db_password", value: Self.token), NamedValue(name: "region", value: "logged")]
    let stage = try Self.stage(&plan)
    let journal = try stage.journal()
    let lease = try journal.takeOver(run: stage.run.number, owner: "test", clock: stage.clock.read())
    let conductor = Conductor(
      run: stage.run, recovered: try stage.recovered(), journal: journal, lease: lease,
      providers: try Providers(
        of: plan, adapter: { _ in adapter }, secrets: SecretResolver(environment: ["TOKEN": "x"], reading: { _ in "" }),
        directory: "/"),
      clock: stage.clock, executor: "test:1", person: "dana", checks: .always, watch: { _ in })
    #expect(try await conductor.conduct(nonce: "n", patience: .day) == .finished(.done))
    let all = try Self.record(of: stage)
    #expect(!all.contains(Self.token) && all.contains("logged \(Redactor.mark)"))
  }

  /// It never says what came of what it was asked to do, until it is asked.
  private struct Doubtful: Adapter {
    let facts = AdapterFacts.scripted

    func apply(_ call: Call, report: @escaping @Sendable (Adapters.Progress) -> Void) async -> ApplyOutcome {
      .unknown(because: "lost", answer: Answer())
    }

    func probe(_ call: Call) async -> ProbeOutcome { .applied(Answer()) }
  }

  /// The first attempt leaves a doubt, and then the secret is gone.
  @Test("that has gone when a probe needs it stops the run and parks nobody; the next executor asks again")
  func goneForProbe() async throws {
    let adapter = Doubtful()
    var plan = Plans.sites(1, waves: [1], steps: ["copy"], concurrency: 1, tolerate: 0)
    plan.stages[0].steps[0].call.idempotency = .none
    plan.stages[0].steps[0].call.probe = PlannedProbe(
      operation: "look", provider: "p", arguments: .none, timeout: .minute)
    plan.providers[0].configuration = .members([
      .init(name: "token", value: .secret(try #require(SecretReference("file:/vault/token"))))
    ])
    let stage = try Stage(plan)
    let looks = Mutex(0)
    struct Missing: Error {}
    let secrets = SecretResolver(environment: [:]) { _ in
      let number = looks.withLock {
        $0 += 1
        return $0
      }
      guard number != 2 else { throw Missing() }
      return Self.token
    }
    func executed(as name: String) async throws -> (Conductor.Ending, String?) {
      let journal = try stage.journal()
      let lease = try journal.takeOver(run: stage.run.number, owner: name, clock: stage.clock.read())
      let conductor = Conductor(
        run: stage.run, recovered: try stage.recovered(), journal: journal, lease: lease,
        providers: try Providers(of: plan, adapter: { _ in adapter }, secrets: secrets, directory: "/"),
        clock: stage.clock, executor: name, person: "dana", checks: .always, watch: { _ in })
      let ending = try await conductor.conduct(nonce: "n", patience: .day)
      return (ending, await conductor.missingSecret)
    }
    let (ending, missing) = try await executed(as: "first")
    #expect(ending == .drained)
    #expect(missing?.contains("`/vault/token` cannot be read") == true && missing?.contains("the probe of ") == true)
    #expect(try !stage.types().contains("step_parked") && !stage.types().contains("step_probe_answered"))
    #expect(try await executed(as: "second").0 == .finished(.done))
  }

  @Test("that is a variable which is not there stops the run by its name, and is not tried for ever")
  func noVariable() async throws {
    let adapter = Telltale([])
    var plan = Plans.sites(2, waves: [2], steps: ["copy"], concurrency: 2, tolerate: 0)
    plan.providers[0].configuration = .members([
      .init(name: "token", value: .secret(try #require(SecretReference("env:TOKEN"))))
    ])
    let stage = try Stage(plan)
    let journal = try stage.journal()
    let lease = try journal.takeOver(run: stage.run.number, owner: "test", clock: stage.clock.read())
    let conductor = Conductor(
      run: stage.run, recovered: try stage.recovered(), journal: journal, lease: lease,
      providers: try Providers(
        of: plan, adapter: { _ in adapter }, secrets: SecretResolver(environment: [:], reading: { _ in "" }),
        directory: "/"),
      clock: stage.clock, executor: "test:1", person: "dana", checks: .always, watch: { _ in })
    #expect(try await conductor.conduct(nonce: "n", patience: nil) == .drained)
    let missing = await conductor.missingSecret
    #expect(missing?.hasPrefix("the environment has no variable `TOKEN`, used by ") == true)
    #expect(try !stage.types().contains("target_failed") && adapter.calls.isEmpty)
  }

  /// A run of a plan whose provider has the secret.
  private static func stage(_ plan: inout Plan) throws -> Stage {
    plan.providers[0].configuration = .members([
      .init(name: "token", value: .secret(try #require(SecretReference("env:TOKEN"))))
    ])
    return try Stage(plan)
  }

  private static func conduct(
    _ stage: Stage, _ adapter: Telltale, watch: @escaping @Sendable (Conductor.Notice) -> Void = { _ in }
  ) async throws -> Conductor.Ending {
    let journal = try stage.journal()
    let lease = try journal.takeOver(run: stage.run.number, owner: "test", clock: stage.clock.read())
    let conductor = Conductor(
      run: stage.run, recovered: try stage.recovered(), journal: journal, lease: lease,
      providers: try Providers(
        of: stage.plan, adapter: { _ in adapter },
        secrets: SecretResolver(environment: ["TOKEN": token], reading: { _ in "" }), directory: "/"),
      clock: stage.clock, executor: "test:1", person: "dana", checks: .always, watch: watch)
    return try await conductor.conduct(nonce: "n", patience: .day)
  }

  /// Everything that the journal has of a run.
  private static func record(of stage: Stage) throws -> String {
    var all = ""
    try stage.journal().entries(of: stage.run.number) { entry in
      all += String(decoding: entry.body, as: UTF8.self) + (entry.payload?.canonicalText ?? "") + "\n"
      return true
    }
    return all
  }
}
