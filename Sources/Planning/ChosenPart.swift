public import Plans

/// Which targets a plan is for that works on a part of its runbook.
///
/// Stages choose, spread and order their targets as ever; then those stay that are wanted here. So a target is in the
/// stage that the whole plan has it in, and in the same order beside the others.
public struct ChosenPart: Sendable {
  /// What the plan says about it.
  public var words: PlanPart
  /// By the path of a stage: the rows that are wanted of it. A stage without targets has the row 0.
  public var wanted: [String: Set<Int32>]
  /// By inventory: the rows that are live through earlier runs.
  public var live: [String: Set<Int32>]

  /// Names a part.
  public init(_ words: PlanPart, wanted: [String: Set<Int32>], live: [String: Set<Int32>] = [:]) {
    self.words = words
    self.wanted = wanted
    self.live = live
  }

  /// The part that a plan works on, for what takes its place: the same targets in the same stages, and no other. `nil`
  /// for a plan of all of its runbook.
  public init?(keptBy plan: Plan) {
    guard let part = plan.part else { return nil }
    var wanted: [String: Set<Int32>] = [:]
    for stage in plan.stages.indices {
      let rows = plan.stages[stage].waves.flatMap(\.targets)
      if !rows.isEmpty { wanted[plan.path(of: stage)] = Set(rows) }
    }
    self.init(part, wanted: wanted)
  }

  func rows(_ rows: [Int32], ofStage path: String) -> [Int32] {
    guard let wanted = wanted[path] else { return [] }
    return rows.filter(wanted.contains)
  }
}
