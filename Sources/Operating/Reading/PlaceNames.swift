internal import Engine
internal import Plans

extension RunState {
  /// The place that a person names: a full path, or a target's identifier alone where it is clear.
  func place(named text: String) throws(Refusal) -> Place {
    if RunName(text) != nil {
      throw Refusal(.usage, "`\(text)` is a run, and a place was expected", next: ["name the run with --run \(text)"])
    }
    if let place = index.place(text) { return place }
    var found: [Place] = []
    for stage in plan.stages.indices {
      guard let row = index.row(text, stage: stage), text != "-" else { continue }
      let place = Place.target(TargetKey(stage: stage, row: row))
      if index.place(index.path(of: place)) == place { found.append(place) }
    }
    if let active = found.first(where: { if case .target(let key) = $0 { unit(key) != nil } else { false } }) {
      return active
    }
    if found.count == 1 { return found[0] }
    throw Refusal(
      .usage, found.isEmpty ? "the plan has no `\(text)`" : "`\(text)` is the target of several stages",
      next: found.isEmpty
        ? ["paths are phase/stage/wave/target/step, such as \(index.path(of: .wave(stage: 0, wave: 0)))"]
        : found.map { index.path(of: $0) })
  }
}
