internal import Engine
internal import Plans
internal import Records

extension RunState {
  /// The places that a person may mean: that of a full path, or targets by their identifier alone, also with a step
  /// behind it.
  func places(named text: String) -> [Place] {
    if let place = index.place(text) { return [place] }
    let words = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    var found: [Place] = []
    for stage in plan.stages.indices {
      guard let row = index.row(String(words[0]), stage: stage), words[0] != "-" else { continue }
      let target = Place.target(TargetKey(stage: stage, row: row))
      let path = index.path(of: target)
      // A target that the stage does not take has no path of its own.
      guard index.place(path) == target else { continue }
      if words.count == 1 {
        found.append(target)
      } else if let step = index.place("\(path)/\(words[1])") {
        found.append(step)
      }
    }
    return found
  }

  /// The place that a person names.
  ///
  /// - Parameters:
  ///   - text: a full path, or a target's identifier where it is clear, also with a step behind it.
  ///   - run: in which plan it is looked for.
  /// - Returns: the place; of several the one that is at work.
  /// - Throws: ``Refusal``, `usage` when there is no such place, or several.
  func place(named text: String, in run: RegisteredRun) throws(Refusal) -> Place {
    if RunName(text) != nil {
      throw Refusal(.usage, "`\(text)` is a run, and a place was expected", next: ["name the run with --run \(text)"])
    }
    let found = places(named: text)
    if found.count == 1 { return found[0] }
    if let active = found.first(where: isAtWork) { return active }
    throw Refusal(
      .usage,
      found.isEmpty
        ? "the plan of \(run.name) has no `\(text)`" : "`\(text)` is in several stages of \(run.name)",
      next: found.isEmpty
        ? [
          "paths are phase/stage/wave/target/step, such as "
            + index.path(of: .wave(stage: plan.stages.firstIndex { !$0.waves.isEmpty } ?? 0, wave: 0))
        ]
        : found.map { index.path(of: $0) })
  }

  /// Whether a target, or that of a step, has begun and is not over.
  private func isAtWork(_ place: Place) -> Bool {
    switch place {
    case .target(let key): unit(key) != nil
    case .step(let address): unit(address.target) != nil
    case .run, .phase, .stage, .wave: false
    }
  }
}
