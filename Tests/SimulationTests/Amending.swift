import Quantities
import Records

@testable import Engine
@testable import Looping
@testable import Plans

extension Simulation {
  /// Somebody changes what is left of the plan: targets leave, come and change their wave, limits move, stages and
  /// notices are added, moved and removed. What was begun stays, unless the somebody is careless.
  ///
  /// - Returns: whether a letter was sent.
  mutating func proposeAmendment() throws -> Bool {
    guard plansProposed < 4, reader.outcome == nil else { return false }
    plansProposed += 1
    var new = plan
    let prefix = reader.executedPrefix
    new.amends = plan.digest
    let added = random.chance(40) ? addTargets(to: &new) : []
    for stage in new.stages.indices where stage >= prefix.stagesOver {
      change(&new.stages[stage], from: prefix.waves[stage], adding: added)
    }
    if random.chance(20) { new.tolerateInRun = random.chance(50) ? nil : random.int(0...4) }
    if random.chance(20), !new.triggers.isEmpty { new.triggers.removeLast() }
    if random.chance(20), !new.triggers.isEmpty { new.triggers[0].watchAfter = .minute }
    let begun = max(prefix.stagesBegun, prefix.stagesOver)
    if random.chance(30) { removeStage(from: &new, behind: begun) }
    if random.chance(30) { swapStages(of: &new, behind: begun) }
    if random.chance(40) { addStage(to: &new, behind: begun) }
    changeNotices(of: &new)
    // A careless one: the engine has to say no.
    if random.chance(10), !new.stages[0].waves.isEmpty { new.stages[0].waves.removeFirst() }
    guard let kept = try? new.kept() else { return false }
    let digest = try record.keep(blob: kept, clock: reading)
    let account = plan.people.isEmpty ? "operator" : random.pick(plan.people).accounts.first
    try send(.amend, at: .run, person: account ?? "operator", amendment: digest)
    return true
  }

  private mutating func removeStage(from plan: inout Plan, behind begun: Int) {
    guard begun < plan.stages.count, plan.stages.count > 1 else { return }
    plan.stages.remove(at: random.int(begun...(plan.stages.count - 1)))
  }

  /// Two stages of one phase change their places.
  private mutating func swapStages(of plan: inout Plan, behind begun: Int) {
    guard begun < plan.stages.count - 1 else { return }
    let first = random.int(begun...(plan.stages.count - 2))
    guard plan.stages[first].phase == plan.stages[first + 1].phase else { return }
    plan.stages.swapAt(first, first + 1)
  }

  private mutating func changeNotices(of plan: inout Plan) {
    if random.chance(20), !plan.notices.isEmpty { plan.notices.removeFirst() }
    guard random.chance(50) else { return }
    plan.notices.insert(PlanMaker.notice(random.pick(PlannedNotice.Class.allCases), number: plansProposed), at: 0)
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
    stage.id = "added-\(plansProposed)"
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
