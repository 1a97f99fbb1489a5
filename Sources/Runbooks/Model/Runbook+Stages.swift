extension Runbook {
  /// The paths of all stages, `phase/stage`, in the order of the file.
  var stagePaths: [String] {
    phases.flatMap { phase in phase.stages.map { phase.path(of: $0) } }
  }

  /// The paths of all steps, `phase/stage/step`.
  var stepPaths: [String] {
    phases.flatMap { phase in
      phase.stages.flatMap { stage in stage.steps.map { "\(phase.path(of: stage))/\($0.id.value)" } }
    }
  }

  /// The stage of a path, `phase/stage`; `nil` for none.
  func stage(at path: String) -> Stage? {
    phases.lazy.flatMap { phase in phase.stages.map { (path: phase.path(of: $0), stage: $0) } }
      .first { $0.path == path }?.stage
  }
}

extension Phase {
  /// The path of one of its stages, `phase/stage`.
  public func path(of stage: Stage) -> String { "\(id.value)/\(stage.id.value)" }
}
