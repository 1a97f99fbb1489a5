/// What a run has carried out of its plan. An amendment leaves it as it is, down to the places of stages, waves, rows
/// and persons, so that everything which was recorded keeps its meaning.
public struct ExecutedPrefix: Equatable, Sendable {
  /// The plan in force.
  public var plan: Plan
  /// By stage: how many of its first waves were begun.
  public var waves: [Int]
  /// By stage: the rows that were worked on, whatever became of them.
  public var rows: [Set<Int32>]
  /// How many of the first stages are over: nothing can be added to them.
  public var stagesOver: Int

  /// Puts a prefix together.
  public init(plan: Plan, waves: [Int], rows: [Set<Int32>], stagesOver: Int) {
    self.plan = plan
    self.waves = waves
    self.rows = rows
    self.stagesOver = stagesOver
  }

  /// How many of the first stages were begun.
  var stagesBegun: Int { max(stagesOver, (waves.lastIndex { $0 > 0 } ?? -1) + 1) }

  /// Whether a stage of the plan in force is over.
  package func isOver(_ stage: Int) -> Bool { stage < stagesOver }

  /// The place of a stage in the plan in force, by the identifiers of its phase and its own.
  package func stage(phase: String, id: String) -> Int? {
    plan.stages.indices.first { plan.stages[$0].id == id && plan.phases[plan.stages[$0].phase].id == phase }
  }
}
