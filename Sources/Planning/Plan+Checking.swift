import Quantities

extension Plan {
  /// Checks what the types cannot: that every number points at something.
  ///
  /// A plan comes from a file or a database that anybody may have edited; whatever passes here cannot make a later stage
  /// reach outside of it.
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
      guard !stage.steps.isEmpty, stage.steps.count <= Self.stepLimit, stage.concurrency >= 1 else {
        throw PlanError(message: "\(name) needs 1 to \(Self.stepLimit) steps, and a concurrency of at least 1")
      }
      let rows = stage.inventory.map { inventories[$0].count } ?? 1
      var seen = [Bool](repeating: false, count: rows)
      for row in stage.waves.flatMap(\.targets) {
        guard row >= 0, Int(row) < rows, !seen[Int(row)] else {
          throw PlanError(message: "\(name) has a target that its inventory has not, or has it twice")
        }
        seen[Int(row)] = true
      }
      guard stage.waves.allSatisfy({ !$0.targets.isEmpty && ($0.tolerate ?? 0) >= 0 }) else {
        throw PlanError(message: "\(name) has a wave without targets, or with a limit below 0")
      }
    }
    guard zip(stages, stages.dropFirst()).allSatisfy({ $0.phase <= $1.phase }), scale >= 1 else {
      throw PlanError(message: "the stages do not follow their phases, or time has no scale")
    }
  }

  /// The most steps of a stage: the engine keeps one bit for each.
  static let stepLimit = 60
}
