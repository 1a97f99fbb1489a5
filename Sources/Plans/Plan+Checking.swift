import Quantities

extension Plan {
  /// Checks what the types cannot: that every number points at something.
  ///
  /// A plan comes from a file or a database that anybody may have edited; whatever passes here cannot make a later
  /// stage reach outside of it.
  func check() throws(PlanError) {
    for inventory in inventories {
      guard inventory.values.count == inventory.columns.count,
        inventory.values.allSatisfy({ $0.count == inventory.count }), inventory.columns.contains("id")
      else { throw PlanError(message: "the columns of inventory `\(inventory.name)` do not fit together") }
    }
    for stage in stages {
      let name = "stage `\(stage.id)`"
      guard phases.indices.contains(stage.phase) else { throw PlanError(message: "\(name) is in no phase") }
      guard stage.inventory.map({ inventories.indices.contains($0) }) ?? true else {
        throw PlanError(message: "\(name) has no inventory")
      }
      guard !stage.steps.isEmpty, stage.steps.count <= StepLimit.stage, stage.concurrency >= 1 else {
        throw PlanError(message: "\(name) needs 1 to \(StepLimit.stage) steps, and a concurrency of at least 1")
      }
      let rows = stage.inventory.map { inventories[$0].count } ?? 1
      var seen = [Bool](repeating: false, count: rows)
      for row in stage.waves.flatMap(\.targets) {
        guard row >= 0, Int(row) < rows, !seen[Int(row)] else {
          throw PlanError(message: "\(name) has a target that its inventory has not, or has it twice")
        }
        seen[Int(row)] = true
      }
      try Self.check(stage, named: name, providers: Set(providers.map(\.name)))
      guard stage.waves.allSatisfy({ !$0.targets.isEmpty && ($0.tolerate ?? 0) >= 0 }) else {
        throw PlanError(message: "\(name) has a wave without targets, or with a limit below 0")
      }
    }
    try checkEvidence()
    guard zip(stages, stages.dropFirst()).allSatisfy({ $0.phase <= $1.phase }), scale >= 1 else {
      throw PlanError(message: "the stages do not follow their phases, or time has no scale")
    }
  }

  private static func check(_ stage: PlannedStage, named name: String, providers: Set<String>) throws(PlanError) {
    let paces = [stage.pace].compactMap { $0 } + stage.caps.map(\.pace)
    let spans: [Span] =
      [stage.bake] + paces.compactMap(\.every)
      + stage.steps.flatMap { step in
        [step.wait.low, step.wait.high] + step.calls.flatMap { [$0.timeout, $0.settle, $0.probe?.timeout ?? .zero] }
      }
    guard spans.allSatisfy({ $0 >= .zero && $0 <= .longest }) else {
      throw PlanError(message: "\(name) has a time below zero or above a hundred years")
    }
    guard stage.steps.allSatisfy({ $0.attempts >= 1 }), Set(stage.steps.map(\.id)).count == stage.steps.count else {
      throw PlanError(message: "\(name) has a step without attempts, or two steps of one name")
    }
    guard paces.allSatisfy({ (1...1_000_000_000).contains($0.count) && (0...1_000_000_000).contains($0.carry) }),
      stage.tolerateByAttribute.allSatisfy({ $0.limit >= 0 })
    else { throw PlanError(message: "\(name) has a pace or a cap below 1 or beyond reason, or a limit below 0") }
    let used = stage.steps.flatMap(\.calls).flatMap { [$0.provider, $0.probe?.provider].compactMap { $0 } }
    guard used.allSatisfy({ providers.contains($0) }) else {
      throw PlanError(message: "\(name) uses a provider that the plan has not")
    }
  }
}
