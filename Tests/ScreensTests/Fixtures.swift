import Engine
import History
import Quantities
import Testing

@testable import Plans

/// A plan to show: two phases, three stages, one of them without targets, one step that cannot be taken back.
func examplePlan(
  targets: Int = 12, scale: Int = 1, ignored: [LeftOutPart] = [], unexecuted: [LeftOutPart] = [],
  isGuarded: Bool = false
) -> Plan {
  let ids = (0..<targets).map { "store-\($0)" }
  let countries = (0..<targets).map { ["PT", "ES", "日本", "NO"][$0 % 4] }
  let stores = PlannedInventory(name: "stores", columns: ["country", "id"], values: [countries, ids])
  let size = max(1, targets / 3)
  let waves = stride(from: 0, to: targets, by: size).enumerated().map { number, first in
    PlannedWave(
      targets: (first..<min(first + size, targets)).map(Int32.init), tolerate: 1,
      earliest: CivilDate("2027-01-04")?.adding(days: number * 7),
      latest: CivilDate("2027-01-09")?.adding(days: number * 7))
  }
  let steps = [
    step("documents", "documents.backfill", undo: .call(call("documents.purge")), probe: true),
    step("enable", "assistant.enable", undo: .call(call("assistant.disable", idempotency: .key))),
    step("ask", "assistant.ask", undo: .nothing),
  ]
  let gate = PlannedGate(
    names: ["healthy"],
    conditions: [PlannedCondition(signal: 0, comparison: .less, limit: Fixed(millionths: 3_000_000))],
    hold: .minute, deadline: .hour, onBreach: .rollback, onUnknown: .hold, validFor: nil, isShadow: false,
    comparison: nil)
  let trigger = PlannedTrigger(
    id: "errors", condition: PlannedCondition(signal: 1, comparison: .more, limit: Fixed(millionths: 1_000_000)),
    persistence: .lasting(Span(milliseconds: 120_000)), action: .rollback, scope: .wave, watchAfter: .hour,
    noData: .hold, mitigates: [])
  return Plan(
    runbook: "retail-assistant-scale-up", summary: "From 2 pilot stores to \(targets) stores",
    owner: SealedText("platform", for: "owner", salts: .none),
    environment: "production", zone: "Europe/Amsterdam", zoneData: nil, starts: CivilDate("2027-01-04"),
    deadline: CivilDate("2027-04-02"), scale: scale, ignored: ignored, unexecuted: unexecuted,
    sources: [PlanSource(path: "runbook.yaml", digest: Digest(of: Array("a".utf8)))],
    parameters: [NamedValue(name: "image", value: "assistant:2.4.0")],
    providers: [PlannedProvider(name: "platform", adapter: "noop", configuration: .none)], inventories: [stores],
    signals: isGuarded ? [signal("response_time", "s"), signal("error_rate", "%")] : [],
    triggers: isGuarded ? [trigger] : [],
    phases: [
      PlannedPhase(id: "foundation", summary: nil, tolerate: nil),
      PlannedPhase(
        id: "full-scale", summary: nil, tolerate: 3,
        approvalRule: isGuarded
          ? PlannedApproval(count: 1, role: "release-manager", emergencyRole: "release-manager")
          : nil),
    ],
    stages: [
      stage(phase: 0, "platform", steps: [step("database", "database.create", undo: .nothing)]),
      stage(phase: 1, "stores", inventory: 0, steps: steps, waves: waves, bake: .hour, gate: isGuarded ? gate : nil),
      stage(phase: 1, "retire-poc", steps: [step("delete", "poc.delete", undo: .impossible)]),
    ],
    tolerateInRun: 4)
}

func signal(_ name: String, _ unit: String) -> PlannedSignal {
  PlannedSignal(
    name: name, unit: unit, extent: .global, every: .second, settle: .zero, window: .minute, minimumCount: nil,
    noData: .hold, operation: "metrics.\(name)", provider: "platform", arguments: .none, timeout: .minute)
}

func call(_ operation: String, idempotency: Idempotency = .none, probe: Bool = false) -> PlannedCall {
  let look = PlannedProbe(operation: "\(operation).look", provider: "platform", arguments: .none, timeout: .minute)
  return PlannedCall(
    operation: operation, provider: "platform", arguments: .none, idempotency: idempotency, timeout: .hour,
    settle: .minute, probe: probe ? look : nil)
}

func step(_ id: String, _ operation: String, undo: PlannedUndo, probe: Bool = false) -> PlannedStep {
  PlannedStep(
    id: id, summary: nil, call: call(operation, probe: probe), undo: undo, attempts: 3,
    wait: SpanRange(low: .second, high: .minute))
}

func stage(
  phase: Int, _ id: String, inventory: Int? = nil, steps: [PlannedStep],
  waves: [PlannedWave] = [PlannedWave(targets: [0], tolerate: nil, earliest: nil, latest: nil)], bake: Span = .zero,
  gate: PlannedGate? = nil
) -> PlannedStage {
  PlannedStage(
    phase: phase, id: id, inventory: inventory, steps: steps, waves: waves, concurrency: 4, isStrict: true,
    tolerateByAttribute: inventory == nil ? [] : [AttributeLimit(attribute: "country", limit: 1)], bake: bake,
    gate: gate, pace: nil,
    notBefore: nil, then: .hold)
}

/// Numbers that look random and are the same in every run of the tests.
struct Seeded {
  var state: UInt64

  mutating func below(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(limit))
  }
}

/// A run of a plan against a world that answers by a seed.
struct SmallRun {
  var machine: Machine
  var records: [HistoryRecord] = []
  var now = Instant(milliseconds: 1_799_000_000_000)
  var random: Seeded
  /// How many of a hundred answers are failures, doubts or silence.
  var trouble: Int
  private var requests: [Request] = []
  private var probes: [Request] = []

  init(_ plan: Plan, seed: UInt64 = 1, trouble: Int = 0) {
    machine = Machine(plan)
    random = Seeded(state: seed)
    self.trouble = trouble
    record(.runCreated(nonce: "n"), detail: EventDetail(actor: "dana"))
    record(.executorStarted(epoch: 1), detail: EventDetail(actor: "ops-2"))
    decide()
  }

  var state: RunState { machine.state }
  private var next: Int64 { Int64(records.count) + 1 }

  mutating func record(_ kind: Event.Kind, _ subject: Place = .run, detail: EventDetail = .none) {
    let event = Event(kind, subject: subject, at: now)
    machine.fold(event, sequence: next)
    records.append((next, event, detail))
  }

  mutating func ask(_ name: OperatorCommand.Name, _ place: Place = .run, as settlement: Settlement? = nil) {
    let command = OperatorCommand(name: name, id: "c\(next)", settlement: settlement, reason: "because")
    record(.commandReceived(command), place, detail: EventDetail(actor: "dana", reason: "because"))
    decide()
  }

  mutating func decide() {
    guard let decisions = try? machine.decide(from: next) else {
      Issue.record("a defect")
      return
    }
    for event in decisions.events { records.append((next, event, .none)) }
    for effect in decisions.effects {
      switch effect {
      case .apply(let request): requests.append(request)
      case .probe(let request): probes.append(request)
      }
    }
  }

  /// One turn of the world: an answer, or a time that comes. `false` when nothing moves any more.
  mutating func turn() -> Bool {
    now = now + Span(milliseconds: Int64(1_000 + random.below(60_000)))
    if !requests.isEmpty {
      let request = requests.remove(at: random.below(requests.count))
      answer(request)
    } else if !probes.isEmpty {
      let request = probes.removeFirst()
      let answers = ProbeAnswer.allCases
      let answer = answers[random.below(answers.count)]
      record(
        .probeAnswered(request.verb, attempt: request.attempt, answer: answer, cursor: nil, outputs: [:]),
        .step(request.address))
    } else if let due = state.nextDue {
      now = max(now, due)
      record(.timerDue)
    } else {
      return false
    }
    decide()
    return true
  }

  private mutating func answer(_ request: Request) {
    let place = Place.step(request.address)
    switch random.below(100) {
    case ..<(trouble / 3):
      let failure = Failure(isTransient: random.below(2) == 0, reason: "quota 40/40 \u{1B}[2J 在庫")
      record(.failed(request.verb, attempt: request.attempt, failure: failure), place)
    case ..<(trouble * 2 / 3):
      record(
        .inDoubt(request.verb, attempt: request.attempt, doubt: Doubt(cause: .timeout, reason: "no answer in 30 s")),
        place)
    case ..<trouble: record(.awaitsPerson(request.verb, attempt: request.attempt), place)
    default: record(.succeeded(request.verb, attempt: request.attempt, outputs: [:]), place)
    }
  }

  /// Does what a person could do when nothing moves.
  mutating func intervene() {
    if let unit = state.units.first(where: \.needsPerson) {
      let choices: [Settlement] = [.succeeded, .notApplied, .failed]
      ask(.resolve, .step(unit.address), as: choices[random.below(3)])
    } else {
      switch random.below(4) {
      case 0: ask(.rollback, .wave(stage: 1, wave: 0))
      case 1: ask(.pause)
      default: ask(.resume)
      }
    }
  }
}
