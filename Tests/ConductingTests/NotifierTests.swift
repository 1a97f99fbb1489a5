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

@Suite("A notifier")
struct NotifierTests {
  /// Keeps what it is told, and says no to the first ones.
  final class Receiver: Adapter {
    let facts = AdapterFacts.scripted
    private let bodies = Mutex<[JSON]>([])
    /// The keys under which it was told.
    let keys = Mutex<[String]>([])
    private let refusals: Mutex<Int>
    private let outcome: ApplyOutcome

    init(refusing: Int = 0, with outcome: ApplyOutcome = .applied(Answer())) {
      refusals = Mutex(refusing)
      self.outcome = outcome
    }

    var told: [JSON] { bodies.withLock { $0 } }

    func apply(_ call: Call, report: @escaping @Sendable (Adapters.Progress) -> Void) async -> ApplyOutcome {
      guard call.path.hasPrefix("notices/") else { return .applied(Answer()) }
      let isRefused = refusals.withLock { left in
        left -= 1
        return left >= 0
      }
      if isRefused { return outcome }
      bodies.withLock { $0.append(call.arguments["body"] ?? .null) }
      keys.withLock { $0.append(call.idempotencyKey) }
      return .applied(Answer())
    }

    func probe(_ call: Call) async -> ProbeOutcome { .unknown(because: "nothing to look for") }
  }

  @Test("tells who has to approve that a phase waits for it")
  func approval() async throws {
    var plan = Self.plan(form: .text, classes: [.needsPerson])
    plan.people = [PlannedPerson(id: "mira", roles: ["manager"])]
    plan.phases[0].approvalRule = PlannedApproval(count: 1, role: "manager")
    let stage = try Stage(plan)
    let receiver = Receiver()
    #expect(try await conduct(stage, receiver) == .blocked)
    let told = receiver.told.compactMap(\.string)
    #expect(told.count == 1 && told[0].contains("\(plan.phases[0].id): approval is needed: 0 of 1"), "\(told)")
  }

  static func plan(form: PlannedNotice.Form, classes: [PlannedNotice.Class] = [.waves, .finished]) -> Plan {
    var plan = Plans.sites(2, waves: [1], steps: ["move"])
    plan.notices = [
      PlannedNotice(
        classes: classes, form: form, operation: "ops.tell", provider: "p", arguments: .none, timeout: .minute)
    ]
    return plan
  }

  /// Takes what it is told and says nothing, until whoever waits gives up.
  final class Silence: Adapter {
    let facts = AdapterFacts.scripted
    private let told = Mutex(0)

    var calls: Int { told.withLock { $0 } }

    func apply(_ call: Call, report: @escaping @Sendable (Adapters.Progress) -> Void) async -> ApplyOutcome {
      guard call.path.hasPrefix("notices/") else { return .applied(Answer()) }
      told.withLock { $0 += 1 }
      // Never over: whoever waits gives up long before.
      try? await Task.sleep(for: .seconds(3_600))
      return .unknown(because: "no answer", answer: Answer())
    }

    func probe(_ call: Call) async -> ProbeOutcome { .unknown(because: "nothing to look for") }
  }

  private func conduct(
    _ stage: Stage, _ receiver: any Adapter, secrets: [String: String] = [:]
  ) async throws -> Conductor.Ending {
    let journal = try stage.journal()
    let lease = try journal.takeOver(run: stage.run.number, owner: "test", clock: stage.clock.read())
    let conductor = Conductor(
      run: stage.run, recovered: try stage.recovered(), journal: journal, lease: lease,
      providers: try Providers(
        of: stage.plan, adapter: { _ in receiver },
        secrets: SecretResolver(environment: secrets, reading: { _ in "" }),
        directory: "/"),
      clock: stage.clock, executor: "test:1", person: "dana", checks: .always, watch: { _ in })
    return try await conductor.conduct(nonce: "nonce", patience: .day)
  }

  @Test("tells each event of its classes once, in order, and what it told stands in the record")
  func tells() async throws {
    let stage = try Stage(Self.plan(form: .cloudevents))
    let receiver = Receiver()
    #expect(try await conduct(stage, receiver) == .finished(.done))
    #expect(
      receiver.told.map { $0["type"]?.string } == [
        "sanderling.wave_finished", "sanderling.wave_finished", "sanderling.run_finished",
      ])
    let first = try #require(receiver.told.first)
    #expect(first["specversion"]?.string == "1.0" && first["subject"]?.string == "phase/stage/1")
    #expect(receiver.told.last?["subject"] == nil)
    #expect(first["source"]?.string == "sanderling/nonce/r-1", "the same run of another journal is another source")
    for event in receiver.told { #expect(event.members.allSatisfy { $0.value.string != "" }) }
    #expect(first["data"]?["text"]?.string == "test r-1 phase/stage/1: finished: 1 of 1 done")
    #expect(try stage.types().count { $0 == "notice_delivered" } == 3)
  }

  @Test("has a body that Slack, Teams and people read", arguments: [PlannedNotice.Form.slack, .teams, .text])
  func forms(form: PlannedNotice.Form) async throws {
    let stage = try Stage(Self.plan(form: form, classes: [.finished]))
    let receiver = Receiver()
    _ = try await conduct(stage, receiver)
    let body = try #require(receiver.told.first)
    switch form {
    case .slack: #expect(body["text"]?.string == "test r-1: done\n`sanderling history r-1`")
    case .teams: #expect(body["attachments"]?.array.first?["content"]?["type"]?.string == "AdaptiveCard")
    case .text, .cloudevents: #expect(body.string == "test r-1: done\nsanderling history r-1\n")
    }
  }

  @Test("gives up what is refused for good, says so in the record, and never stops the run")
  func refused() async throws {
    let stage = try Stage(Self.plan(form: .slack))
    let receiver = Receiver(
      refusing: 1, with: .notApplied(because: "status 404", retry: .permanent, answer: Answer()))
    #expect(try await conduct(stage, receiver) == .finished(.done))
    #expect(try stage.types().count { $0 == "notice_failed" } == 1)
    #expect(try stage.types().count { $0 == "notice_delivered" } == 2)
  }

  @Test("tries again what did not arrive")
  func again() async throws {
    let stage = try Stage(Self.plan(form: .slack, classes: [.finished]))
    let receiver = Receiver(
      refusing: 1, with: .notApplied(because: "status 503", retry: .transient(after: nil), answer: Answer()))
    #expect(try await conduct(stage, receiver) == .finished(.done))
    #expect(receiver.told.count == 1)
  }

  @Test("does not hold the run for a receiver that never answers, and a later executor tells what is missing")
  func silence() async throws {
    let stage = try Stage(Self.plan(form: .cloudevents))
    let silence = Silence()
    #expect(try await conduct(stage, silence) == .finished(.done))
    #expect(silence.calls == 1)
    #expect(try stage.types().count { $0 == "wave_finished" } == 2)
    #expect(try !stage.types().contains { $0.hasPrefix("notice_") })
    let receiver = Receiver()
    #expect(try await conduct(stage, receiver) == .finished(.done))
    let types = ["wave_finished", "wave_finished", "run_finished"].map { "sanderling.\($0)" }
    #expect(receiver.told.map { $0["type"]?.string } == types)
    #expect(try stage.types().count { $0 == "notice_delivered" } == 3)
  }

  @Test("tells two receivers behind one provider under two keys, and each of them again under its own")
  func keys() async throws {
    var plan = Self.plan(form: .text, classes: [.finished])
    plan.notices.append(plan.notices[0])
    plan.notices[1].operation = "ops.shout"
    let receiver = Receiver()
    #expect(try await conduct(try Stage(plan), receiver) == .finished(.done))
    let keys = receiver.keys.withLock { $0.sorted() }
    #expect(keys.count == 2 && keys[0].hasSuffix("-ops.shout") && keys[1].hasSuffix("-ops.tell"), "\(keys)")
  }

  @Test("keeps the secrets of its receiver out of the record, whatever the receiver says")
  func redaction() async throws {
    let token = "hunter2-hunter2-hunter2"
    var plan = Self.plan(form: .text, classes: [.finished])
    plan.notices[0].arguments = .members([
      .init(name: "token", value: .secret(try #require(SecretReference("env:TOKEN"))))
    ])
    let stage = try Stage(plan)
    let receiver = Receiver(
      refusing: 1,
      with: .notApplied(because: "status 401 for Bearer \(token)", retry: .permanent, answer: Answer()))
    #expect(try await conduct(stage, receiver, secrets: ["TOKEN": token]) == .finished(.done))
    #expect(try stage.types().count { $0 == "notice_failed" } == 1)
    for file in [stage.path, stage.path + "-wal"] {
      let bytes = (try? Data(contentsOf: URL(filePath: file))) ?? Data()
      #expect(bytes.range(of: Data(token.utf8)) == nil, "\(file)")
    }
  }
}
