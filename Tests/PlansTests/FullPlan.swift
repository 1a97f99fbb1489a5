import Quantities

@testable import Plans

/// A plan in which every field that may be empty is filled, twice where order matters.
func fullPlan() throws -> Plan {
  let day = CivilDate(dayNumber: 20_457)
  let at = Instant(milliseconds: 1_798_000_000_000)
  let call = PlannedCall(
    operation: "store.move", provider: "lab", arguments: arguments("rate", "3"), idempotency: .key, timeout: .hour,
    settle: .minute,
    probe: PlannedProbe(operation: "store.look", provider: "lab", arguments: arguments("path", "x"), timeout: .minute))
  let undo = PlannedCall(
    operation: "store.back", provider: "lab", arguments: arguments("rate", "4"), idempotency: .natural, timeout: .hour,
    settle: .zero, probe: nil)
  let pace = PlannedPace(count: 20, period: .week, carry: 2, every: .day, boundaries: [at])
  let approval = PlannedApproval(
    count: 2, role: "manager", excludesAuthors: true, excludesExecutors: true, expires: .day, emergencyRole: "on-call")
  let condition = PlannedCondition(signal: 0, comparison: .more, limit: Fixed(millionths: 5_000_000), quantity: 0)
  let gate = PlannedGate(
    names: ["healthy"], conditions: [condition], hold: .minute, deadline: .hour, onBreach: .rollback, onUnknown: .stop,
    validFor: .hour, isShadow: true,
    comparison: PlannedComparison(
      signal: 1, margin: Fixed(millionths: 300_000), isHarmAbove: true, match: ["country"], before: .day, looks: 3,
      error: 5))
  let window = PlannedWindow(days: [1, 2], opens: 1_260, closes: 300, zone: "Asia/Tokyo", latestStart: .hour)
  let freeze = PlannedFreeze(
    summary: "Christmas", categories: ["DE"],
    intervals: [
      .days(from: day, until: day.adding(days: 2)),
      .local(from: LocalTime(date: day, minutes: 60, zone: "Asia/Tokyo"), until: LocalTime(date: day, minutes: 120)),
      .instants(from: at, until: at + .day),
      .lasting(from: LocalTime(date: day, minutes: 60, zone: "Office"), days: 1, minutes: 90),
    ],
    series: FreezeSeries(
      first: .days(from: day, until: day.adding(days: 1)),
      rule: Recurrence(
        frequency: .monthly, interval: 2, count: 9, until: day.adding(days: 900),
        weekdays: [.init(ordinal: -1, day: 5)], monthDays: [-3], months: [11], positions: [-1], weekStart: 6),
      excluded: [day.adding(days: 31)]),
    zone: ZoneDefinition(
      name: "Office",
      observances: [
        .init(
          date: day, minutes: 120, before: 3_600, after: -7_200, rule: Recurrence(frequency: .yearly, interval: 2))
      ]))
  let steps = [
    PlannedStep(
      id: "move", summary: "Moves it", call: call, undo: .call(undo), attempts: 3,
      wait: SpanRange(low: .second, high: .minute), isCutover: true),
    PlannedStep(
      id: "ask", summary: "Asks it", call: undo, undo: .nothing, attempts: 2,
      wait: SpanRange(low: .second, high: .minute)),
    PlannedStep(
      id: "delete", summary: "Deletes it", call: undo, undo: .impossible, attempts: 1,
      wait: SpanRange(low: .second, high: .minute)),
  ]
  return Plan(
    runbook: "full", summary: "All of it", owner: SealedText("ops", for: "owner", salts: .none), environment: "staging",
    zone: "Europe/Amsterdam",
    zoneData: "2026a", starts: day, deadline: day.adding(days: 80), scale: 2, evidenceScale: 3,
    ignored: [LeftOutPart(.window, of: ["one/stores"])], unexecuted: [LeftOutPart(.freezes, of: ["a.ics"])],
    sources: [PlanSource(path: "runbook.yaml", digest: Digest(of: [1]))],
    parameters: [NamedValue(name: "image", value: "v1")],
    providers: [PlannedProvider(name: "lab", adapter: "process", configuration: arguments("base", "x"))],
    inventories: [
      PlannedInventory(
        name: "stores", columns: ["country", "id"], values: [["NL", "NL", "PT", "PT"], ["a", "b", "c", "d"]])
    ],
    part: PlanPart(
      whole: 9, choices: [PartChoice(.first, "4"), PartChoice(.with, "one")], without: ["two/rest"], live: 3),
    amends: Digest(of: [2]), freezes: [freeze], rollbackFreezes: [freeze], undoConcurrency: 2,
    notices: [
      PlannedNotice(
        classes: [.rollback], form: .text, operation: "tell", provider: "lab", arguments: arguments("to", "x"),
        timeout: .minute)
    ],
    people: [PlannedPerson(id: "ola", roles: ["manager"], accounts: ["ola"], principals: ["ola@x"], isAuthor: true)],
    keys: PlannedKeys(allowedSigners: "ola ssh-ed25519 AAAA", revoked: "x"),
    forecast: [
      PlannedQuantity(
        name: "cost", unit: "EUR/day", inventory: 0, points: [.init(targets: 1, value: Fixed(millionths: 1_000_000))])
    ],
    projections: [
      PlannedProjection(
        stage: 1, wave: 0, targets: 1, users: 2, peak: Fixed(millionths: 1), costPerDay: Fixed(millionths: 2),
        spent: Fixed(millionths: 3), availability: Fixed(millionths: 4), tightest: "model",
        headroom: Fixed(millionths: 5))
    ],
    asks: [PlannedAsk(what: "model", units: 5, locations: 2, granted: 1, wave: "one/stores/1", by: day)],
    currency: "EUR",
    signals: [
      PlannedSignal(
        name: "speed", unit: "s", extent: .attribute("country"), every: .minute, settle: .second, window: .hour,
        minimumCount: 3, noData: .idle(signal: 1), operation: "metrics.speed", provider: "lab",
        arguments: arguments("q", "x"), timeout: .minute),
      PlannedSignal(
        name: "questions", unit: "", extent: .target, every: .minute, settle: .second, window: .hour,
        minimumCount: 4, noData: .carry(.hour), operation: "metrics.questions", provider: "lab",
        arguments: arguments("q", "y"), timeout: .minute),
    ],
    triggers: [
      PlannedTrigger(
        id: "slow", condition: condition, persistence: .lasting(.minute), action: .rollback, scope: .wave,
        watchAfter: .hour, noData: .zero(signal: 1), mitigates: ["outage"]),
      PlannedTrigger(
        id: "errors", condition: condition, persistence: .share(of: 8, in: 10), action: .hold, scope: .run,
        watchAfter: .day, noData: .breach, mitigates: ["fault"]),
    ],
    phases: [
      PlannedPhase(id: "zero", summary: "First", tolerate: 2, approvalRule: approval),
      PlannedPhase(id: "one", summary: "Then", tolerate: 3, approvalRule: approval),
    ],
    stages: [
      PlannedStage(
        phase: 0, id: "once", inventory: nil, steps: [steps[1]], waves: [PlannedWave(targets: [0], tolerate: nil)],
        concurrency: 1, isStrict: true, tolerateByAttribute: [], bake: .zero, pace: nil, notBefore: nil, window: nil,
        then: .hold),
      PlannedStage(
        phase: 1, id: "stores", inventory: 0, steps: steps,
        waves: [
          PlannedWave(
            targets: [0, 1], tolerate: 1, earliest: day, latest: day.adding(days: 1),
            starts: WaveStarts(first: at, last: at + .hour), ends: at + .day),
          PlannedWave(
            targets: [2], tolerate: 1, earliest: day.adding(days: 2), latest: day.adding(days: 3),
            starts: WaveStarts(first: at, last: at + .hour), ends: at + .day),
        ],
        concurrency: 4, isStrict: true, tolerateByAttribute: [AttributeLimit(attribute: "country", limit: 1)],
        bake: .day, bakeEvents: PlannedEvents(count: 200, signal: 1), bakeCycles: 2,
        bakeDeadline: .day + .day, gate: gate, approvalRule: approval, pace: pace,
        caps: [PlannedCap(attribute: "country", pace: pace)], notBefore: at, window: window,
        then: .retryOnce),
    ],
    tolerateInRun: 4)
}

private func arguments(_ name: String, _ value: String) -> ArgumentTemplate {
  .members([.init(name: name, value: .constant(.string(value)))])
}
