import Quantities

@testable import Engine
@testable import Plans

extension Simulation {
  /// Somebody changes what is left of the plan: targets leave, come and change their wave, limits move, stages are
  /// added. What was begun stays, unless the somebody is careless.
  mutating func randomAmendment() -> (kind: Event.Kind, subject: Place)? {
    guard plans.count < 4, machine.state.outcome == nil else { return nil }
    var new = plan
    let prefix = machine.state.executedPrefix
    new.amends = plan.digest
    let added = random.chance(40) ? addTargets(to: &new) : []
    for stage in new.stages.indices where stage >= prefix.stagesOver {
      change(&new.stages[stage], from: prefix.waves[stage], adding: added)
    }
    if random.chance(20) { new.tolerateInRun = random.chance(50) ? nil : random.int(0...4) }
    if random.chance(20), !new.triggers.isEmpty { new.triggers.removeLast() }
    if random.chance(30) { addStage(to: &new, behind: max(prefix.stagesBegun, prefix.stagesOver)) }
    // A careless one: the engine has to say no.
    if random.chance(10), !new.stages[0].waves.isEmpty { new.stages[0].waves.removeFirst() }
    let digest = new.digest
    plans[digest] = new
    machine.learn(new, as: digest)
    reader.learn(new, as: digest)
    var command = OperatorCommand(name: .amend, id: "c\(journal.count)", reason: "because")
    command.amendment = digest
    command.person = plan.people.isEmpty ? nil : random.int(0...(plan.people.count - 1))
    return (.commandReceived(command), .run)
  }

  private mutating func addTargets(to plan: inout Plan) -> [Int32] {
    let count = plan.inventories[0].count
    let rows = (0..<random.int(1...2)).map { Int32(count + $0) }
    plan.inventories[0].values[0] += rows.map { _ in random.pick(["NO", "PT", "ES"]) }
    plan.inventories[0].values[1] += rows.map { "store-\($0)" }
    return rows
  }

  private mutating func change(_ stage: inout PlannedStage, from fixed: Int, adding rows: [Int32]) {
    if random.chance(30) { stage.concurrency = random.int(1...4) }
    if random.chance(20) { stage.bake = random.chance(50) ? .zero : Span(milliseconds: 5_000) }
    if random.chance(20) { stage.gate = nil }
    if random.chance(20) { stage.pace?.count = random.int(4...6) }
    guard stage.inventory != nil, random.chance(70) else { return }
    var rest = stage.waves.dropFirst(fixed).flatMap(\.targets).filter { _ in random.chance(80) }
    rest += rows.filter { _ in random.chance(50) }
    rest.shuffle(using: &random)
    var waves = Array(stage.waves.prefix(fixed))
    while !rest.isEmpty {
      let size = min(random.int(1...4), rest.count)
      waves.append(
        PlannedWave(targets: Array(rest.prefix(size)), tolerate: random.chance(60) ? random.int(0...2) : nil))
      rest.removeFirst(size)
    }
    stage.waves = waves
  }

  /// A stage like another one, behind everything that was begun.
  private mutating func addStage(to plan: inout Plan, behind begun: Int) {
    let place = random.int(begun...plan.stages.count)
    guard let model = plan.stages.randomElement(using: &random) else { return }
    var stage = model
    stage.id = "added-\(plans.count)"
    stage.phase = place == 0 ? 0 : plan.stages[place - 1].phase
    plan.stages.insert(stage, at: place)
  }
}

extension PlanIndex {
  /// Where the stages of an older plan stand now, by their names.
  func places(of old: PlanIndex) -> [Int: Int] {
    var places: [Int: Int] = [:]
    for stage in old.plan.stages.indices {
      if case .stage(let place) = place(old.path(of: .stage(stage))) { places[stage] = place }
    }
    return places
  }
}

extension TargetKey {
  /// The target where its stage stands now; `nil` when it is gone.
  func moved(_ places: [Int: Int]) -> TargetKey? { places[stage].map { TargetKey(stage: $0, row: row) } }
}
