import Plans

/// What a rollback would do.
public struct RollbackPreview: Equatable, Sendable {
  /// A step that cannot be taken back, and what stays because of it.
  public struct Wall: Equatable, Sendable {
    public var step: StepAddress
    /// The targets that stay as they are: its own, unless somebody works on it, and the older ones up to the next wall.
    /// The newest comes first.
    public var kept: [TargetKey]
  }

  /// A step that has nothing to take back, `undo: none`.
  public struct Idle: Equatable, Sendable {
    /// The index of the stage.
    public var stage: Int
    /// The index of the step in its stage.
    public var step: Int
    /// On how many targets it stays as it is.
    public var targets: Int
  }

  /// The targets that would be undone, the first one first.
  public internal(set) var targets: [TargetKey] = []
  /// How many of their steps have something to take back.
  public internal(set) var steps = 0
  /// Their steps that have nothing to take back, in the order of the plan.
  public internal(set) var idle: [Idle] = []
  /// The steps that cannot be taken back, the newest first. The rollback stops at the first one.
  public internal(set) var walls: [Wall] = []
}

extension RunState {
  /// What a rollback of a place would do now.
  public func rollbackPreview(of place: Place) -> RollbackPreview {
    var preview = RollbackPreview()
    // What is at work turns round by itself, as far as it can.
    let active = units.filter { index.contains(place, $0.key) }.map(\.key)
    for key in active.reversed() {
      preview.targets.append(key)
      if let wall = wallAddress(of: key) { preview.walls.append(.init(step: wall, kept: [])) }
    }
    for key in changedTargets(in: place) {
      if let wall = wallAddress(of: key) {
        preview.walls.append(.init(step: wall, kept: [key]))
      } else if preview.walls.isEmpty || preview.walls.allSatisfy({ $0.kept.isEmpty }) && isBeside(key, active) {
        preview.targets.append(key)
      } else {
        preview.walls[preview.walls.count - 1].kept.append(key)
      }
    }
    count(in: &preview)
    return preview
  }

  /// The newest step of a target that cannot be taken back.
  private func wallAddress(of key: TargetKey) -> StepAddress? {
    wall(in: touchedSteps(of: key), stage: key.stage).map { StepAddress(target: key, step: $0) }
  }

  /// Whether a target is taken back together with targets at work: those of one wave do not wait for each other.
  private func isBeside(_ key: TargetKey, _ active: [TargetKey]) -> Bool {
    active.contains { $0.stage == key.stage && index.wave(of: $0) == index.wave(of: key) }
  }

  /// Counts the steps of the targets that would be undone, down to the wall of each.
  private func count(in preview: inout RollbackPreview) {
    for stage in plan.stages.indices {
      var idle = Array(repeating: 0, count: plan.stages[stage].steps.count)
      for key in preview.targets where key.stage == stage {
        let touched = touchedSteps(of: key)
        let first = wall(in: touched, stage: stage).map { $0 + 1 } ?? 0
        for step in plan.stages[stage].steps.indices where step >= first && touched & (1 << UInt64(step)) != 0 {
          switch plan.stages[stage].steps[step].undo {
          case .call: preview.steps += 1
          case .nothing: idle[step] += 1
          case .impossible: break
          }
        }
      }
      for (step, targets) in idle.enumerated() where targets > 0 {
        preview.idle.append(.init(stage: stage, step: step, targets: targets))
      }
    }
  }
}
