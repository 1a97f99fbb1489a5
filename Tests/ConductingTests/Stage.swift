import Adapters
import Conducting
import Engine
import Foundation
import Journaling
import Looping
import Plans
import Quantities
import Records
import Synchronization
import Testing
import Vocabularies

/// A journal on disk, a plan, a scripted adapter and a virtual clock: everything that a conductor needs.
struct Stage {
  let plan: Plan
  let clock = VirtualClock()
  let adapter: ScriptedAdapter
  let path: String
  let run: RegisteredRun
  let zones: any ZoneTable

  init(_ plan: Plan, adapter: ScriptedAdapter = ScriptedAdapter(), zones: any ZoneTable = NoZones()) throws {
    self.plan = plan
    self.zones = zones
    self.adapter = adapter
    path = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)/journal.sqlite")
      .path(percentEncoded: false)
    let journal = try Journal(path: path, access: .create, clock: clock.read(), chance: SystemChance())
    let registered = try journal.register(
      runbook: plan.runbook, environment: plan.environment, plan: plan.kept(), directory: "/",
      after: nil, clock: clock.read())
    run = try #require(registered)
  }

  func journal() throws -> Journal {
    try Journal(path: path, access: .create, clock: clock.read(), chance: SystemChance())
  }

  func recovered() throws -> Recovered {
    let journal = try journal()
    return try Recovery.state(of: run, in: journal, zones: zones, checks: .always)
  }

  /// Takes the run over, as a new process would.
  func conductor(watch: @escaping @Sendable (Conductor.Notice) -> Void = { _ in }) throws -> Conductor {
    let journal = try journal()
    let lease = try journal.takeOver(run: run.number, owner: "test", clock: clock.read())
    let adapter = adapter
    return Conductor(
      run: run, recovered: try recovered(), journal: journal, lease: lease,
      providers: try Providers(
        of: plan, adapter: { _ in adapter }, secrets: SecretResolver(environment: [:], reading: { _ in "" }),
        directory: "/"),
      clock: clock, executor: "test:1", person: "dana", checks: .always, watch: watch)
  }

  func conduct(patience: Span? = .day) async throws -> Conductor.Ending {
    try await conductor().conduct(nonce: "nonce", patience: patience)
  }

  func send(_ name: OperatorCommand.Name, _ subject: String = "", as settlement: Settlement? = nil) throws {
    let command = OperatorCommand(name: name, id: UUID().uuidString, settlement: settlement, reason: "a test asks")
    try journal().send(
      Letter(
        id: command.id, run: run.number, subject: subject, command: CommandLetter(command, plan: run.plan).text,
        person: "dana", auth: "os", sent: clock.now))
  }

  func types() throws -> [String] {
    var types: [String] = []
    try journal().entries(of: run.number) {
      types.append($0.type); return true
    }
    return types
  }
}

/// An adapter that answers what it is told to, and remembers what it was asked.
final class ScriptedAdapter: Adapter {
  let facts = AdapterFacts.scripted
  private let script: Mutex<[String: [ApplyOutcome]]>
  private let probes: Mutex<[String: ProbeOutcome]>
  private let asked = Mutex<[String]>([])

  init(_ script: [String: [ApplyOutcome]] = [:], probes: [String: ProbeOutcome] = [:]) {
    self.script = Mutex(script)
    self.probes = Mutex(probes)
  }

  /// The calls so far: `path#attempt`, and `?path` for a probe.
  var calls: [String] { asked.withLock { $0 } }

  func apply(_ call: Call, report: @escaping @Sendable (Adapters.Progress) -> Void) async -> ApplyOutcome {
    asked.withLock { $0.append("\(call.path)#\(call.attempt)") }
    return script.withLock { script in
      guard let outcome = script[call.path]?.first else { return .applied(Answer()) }
      script[call.path]?.removeFirst()
      return outcome
    }
  }

  func probe(_ call: Call) async -> ProbeOutcome {
    asked.withLock { $0.append("?\(call.path)") }
    return probes.withLock { $0[call.path] } ?? .unknown(because: "the script says nothing")
  }

  /// What a provider that knows the past says of any time: by default that all is well.
  let measured = Mutex<@Sendable (Instant) -> Double?>({ _ in 1 })
  /// How many measurements were asked for.
  let measurements = Mutex(0)

  func observe(_ observation: Observation) async -> ObserveOutcome {
    measurements.withLock { $0 += 1 }
    let value = measured.withLock { $0 }
    return .measured(
      observation.times.flatMap { time in
        observation.series.compactMap { series in
          value(time).map { MeasuredSample(series: series, at: time, value: $0) }
        }
      })
  }

}

extension AdapterFacts {
  /// An adapter of a test: it can everything, and takes whatever is written.
  static let scripted: AdapterFacts = {
    let anything = Vocabulary("scripted", "Anything.", keys: [], others: .anything)
    return AdapterFacts(
      name: "scripted", does: "does what a test wants", configuration: anything,
      actions: [.init(arguments: anything, outputs: .any)], probe: anything, query: anything,
      notice: .init(argument: "body", form: .value, standard: ["method": "POST"]), memory: .past)
  }()
}
