import Engine
import History
import Quantities
import Testing

@testable import Plans
@testable import Screens

/// Every command that `why` offers is taken, and whatever stands still has a way on: runs with evidence, persons,
/// calendars and trouble, asked again and again in the middle of it.
@Suite("What why offers")
struct OfferTests {
  /// A plan that guards itself in a way of its own for each seed.
  private static func plan(_ random: inout Seeded) -> Plan {
    func pick<Value>(_ values: [Value]) -> Value { values[random.below(values.count)] }
    var plan = examplePlan(isGuarded: true)
    plan.zone = "UTC"
    plan.starts = nil
    for signal in plan.signals.indices { plan.signals[signal].every = .minute }
    plan.people = [
      PlannedPerson(id: "ann", roles: ["author"], isAuthor: true),
      PlannedPerson(id: "mira", roles: ["release-manager"]), PlannedPerson(id: "tomas", roles: ["release-manager"]),
    ]
    if pick([true, false]) { plan.phases[1].approvalRule = nil }
    plan.tolerateInRun = pick([0, 2, 12])
    plan.phases[1].tolerate = plan.tolerateInRun
    plan.triggers[0].action = pick(GateAction.allCases)
    plan.triggers[0].scope = pick([.wave, .stage, .phase, .run])
    for stage in plan.stages.indices {
      plan.stages[stage].then = pick(AfterRollback.allCases)
      for wave in plan.stages[stage].waves.indices where plan.stages[stage].waves[wave].tolerate != nil {
        plan.stages[stage].waves[wave].tolerate = pick([0, 1, 4])
      }
    }
    plan.stages[1].gate?.deadline = pick([nil, .minute + .minute])
    plan.stages[1].gate?.onBreach = pick(GateAction.allCases)
    plan.stages[1].gate?.onUnknown = pick([.hold, .stop])
    plan.stages[1].gate?.validFor = pick([nil, .minute])
    plan.stages[1].bake = pick([.zero, .minute])
    plan.stages[1].bakeEvents = pick([nil, PlannedEvents(count: 3, signal: 0)])
    plan.stages[1].bakeDeadline = pick([nil, .hour])
    if pick([true, false]) {
      plan.rollbackFreezes = [
        PlannedFreeze(
          summary: "books", categories: ["NO"],
          intervals: [.instants(from: Instant(milliseconds: 0), until: Instant(milliseconds: 1_800_000_000_000))])
      ]
    }
    return plan
  }

  @Test("is taken by the run, and is never nothing while the run stands still", arguments: 1...24)
  func accepted(seed: Int) {
    var random = Seeded(state: UInt64(seed) &* 7_919)
    var run = SmallRun(Self.plan(&random), seed: UInt64(seed), trouble: 12 + random.below(30))
    for step in 0..<160 {
      if random.below(3) == 0 || !run.turn() { run.measure(&random) }
      if random.below(7) == 0 { run.command(&random) }
      if step % 3 == 0 || !run.movesByItself { judge(run, &random) }
    }
  }

  private func judge(_ run: SmallRun, _ random: inout Seeded) {
    let asker = Asker(
      state: run.state, run: "r-1", history: run.records, now: run.now, isExecuted: true,
      time: LocalTime(offset: { _ in 0 }, zone: "UTC"))
    let whole = asker.answer(.run)
    var offers = 0
    for place in [.run] + run.places(&random) {
      let answer = place == .run ? whole : asker.answer(place)
      #expect(!answer.headline.isEmpty)
      #expect(run.why(place, run.records) == run.why(place, run.recordsWithoutRoutine(of: place)))
      for action in answer.actions {
        guard let offered = Offered(action, in: run.state) else { continue }
        #expect(offered.isTaken(by: run.state), "`\(action)` at \(run.state.index.path(of: place)): \(answer.headline)")
        if place == .run { offers += 1 }
      }
      if answer.actions.contains(where: { $0.hasPrefix("wait") }), place == .run {
        #expect(run.movesByItself, "\(answer.headline): \(answer.actions)")
      }
    }
    if run.state.outcome == nil, !run.movesByItself {
      #expect(offers > 0, "\(whole.headline): \(whole.actions)")
    }
    let alone = Asker(
      state: run.state, run: "r-1", history: run.records, now: run.now, isExecuted: false, time: asker.time)
    let answer = alone.answer(.run)
    let isSaid = (answer.actions + answer.facts).contains { $0.contains("sanderling run r-1") }
    #expect(isSaid || run.state.outcome != nil, "\(answer.headline): \(answer.actions)")
    #expect(!answer.actions.contains { $0.hasPrefix("wait") })
  }
}

/// A command as it is offered, read back.
private struct Offered {
  var name: OperatorCommand.Name
  var place = Place.run
  var settlement: Settlement?

  /// `nil` for what is no command to a run.
  init?(_ action: String, in state: RunState) {
    let words = action.split(separator: " ").map(String.init)
    guard words.first == "sanderling", words.count > 1, !["why", "history", "status", "run"].contains(words[1]) else {
      return nil
    }
    guard let name = OperatorCommand.Name(rawValue: words[1]) else {
      Issue.record("`\(words[1])` is no command")
      return nil
    }
    self.name = name
    #expect(action.contains("--run r-1 --reason \"…\""))
    for (position, word) in words.enumerated().dropFirst(2).prefix(while: { $0.element != "--run" }) {
      if word == "--as" {
        settlement = Settlement.allCases.first { $0.words == words[position + 1] }
      } else if position == 2, !word.hasPrefix("--"), name != .amend {
        guard let found = state.index.place(word) else {
          Issue.record("`\(word)` is no place")
          return nil
        }
        place = found
      }
    }
    #expect(name != .resolve || settlement != nil)
  }

  /// Whether the run would take it, of anybody who may give it.
  func isTaken(by state: RunState) -> Bool {
    if name == .amend { return state.outcome == nil && state.rollback == nil && !state.isAborting }
    let persons: [Int?] = name.isOfPersons ? state.plan.people.indices.map { $0 } : [nil]
    return persons.contains { person in
      var command = OperatorCommand(name: name, id: "c", settlement: settlement, reason: "because", person: person)
      command.auth = "os"
      var machine = Machine(state)
      let seq = state.lastSequence + 1
      machine.fold(Event(.commandReceived(command), subject: place, at: state.now), sequence: seq)
      guard let decisions = try? machine.decide(from: seq + 1) else {
        Issue.record("a defect after \(name)")
        return false
      }
      return !decisions.events.contains {
        if case .commandRefused = $0.kind { $0.cause == seq } else { false }
      }
    }
  }
}

extension SmallRun {
  fileprivate func why(_ place: Place, _ history: [HistoryRecord]) -> String {
    WhyScreen.text(
      state: state, runName: "r-1", path: place, history: history, style: .plain, now: now, isExecuted: true)
  }

  /// What is read of a long log for an answer about a place.
  fileprivate func recordsWithoutRoutine(of place: Place) -> [HistoryRecord] {
    var targets = Set(state.units.map(\.key))
    switch place {
    case .target(let key): targets.insert(key)
    case .step(let address): targets.insert(address.target)
    default: break
    }
    return records.filter { record in
      guard Event.routineTypes.contains(record.event.kind.type) else { return true }
      guard case .step(let address) = record.event.subject else { return false }
      return targets.contains(address.target)
    }
  }

  /// Whether something will happen without a person.
  fileprivate var movesByItself: Bool {
    state.units.contains(where: \.hasOpenRequest) || state.nextDue != nil || state.nextSampleDue != nil
  }

  /// The wave that is worked on, what is at work, and a few targets.
  fileprivate func places(_ random: inout Seeded) -> [Place] {
    var places = state.units.prefix(4).map { Place.step($0.address) }
    if state.stage < state.plan.stages.count, state.plan.stages[state.stage].waves.indices.contains(state.wave) {
      places.append(.wave(stage: state.stage, wave: state.wave))
    }
    for _ in 0..<3 { places.append(.target(TargetKey(stage: 1, row: Int32(random.below(12))))) }
    return places
  }

  /// Time goes on to the next measurement, and what it finds is good, bad or nothing.
  fileprivate mutating func measure(_ random: inout Seeded) {
    guard let due = state.nextSampleDue else { return }
    now = max(now, due)
    for request in state.samplesDue(at: now) {
      let chance = random.below(100)
      let rows = request.times.map { time in
        let value = chance < 55 ? Fixed.zero : Fixed(millionths: 9_000_000)
        let reading = chance < 75 ? Reading.value(value) : .missing(chance < 90 ? .noData : .providerError)
        return Samples.Row(at: time, readings: request.series.map { _ in reading })
      }
      record(
        .sampled([
          Samples(
            signal: request.signal, name: state.plan.signals[request.signal].name, series: request.series, rows: rows)
        ]))
    }
    decide()
  }

  /// Somebody asks something, sensible or not.
  fileprivate mutating func command(_ random: inout Seeded) {
    let name = OperatorCommand.Name.allCases[random.below(OperatorCommand.Name.allCases.count)]
    guard name != .amend else { return }
    var all = places(&random) + [.run, .phase(1), .wave(stage: 1, wave: random.below(3))]
    if [.pause, .resume, .abort].contains(name) { all = [.run] }
    // A run that is given up all the time shows little.
    if name == .abort, random.below(4) > 0 { return }
    var asked = OperatorCommand(
      name: name, id: "c\(records.count)", settlement: Settlement.allCases[random.below(4)], reason: "because")
    (asked.person, asked.auth) = (random.below(3), "os")
    asked.until = name == .emergency ? now + .hour : nil
    record(.commandReceived(asked), all[random.below(all.count)])
    decide()
  }
}
