internal import Engine
internal import Plans
internal import Records

extension RunState {
  /// The places that a person may mean: that of a full path, and targets by their identifier alone, also with a step
  /// behind it. With a slash at the end it is a full path alone: a phase may be called like a target.
  func places(named text: String) -> [Place] {
    if text.hasSuffix("/"), let place = index.place(String(text.dropLast())) { return [place] }
    return [index.place(text)].compactMap { $0 } + targets(named: text)
  }

  private func targets(named text: String) -> [Place] {
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
  ///   - kinds: what a command is about; a place of another kind is meant only where there is none of these. Without
  ///     them the full path is.
  /// - Returns: the place; of several targets the one that is at work.
  /// - Throws: ``Refusal``, `usage` when there is no such place, or several.
  func place(named text: String, in run: RegisteredRun, among kinds: Set<PlaceKind>? = nil) throws(Refusal) -> Place {
    if RunName(text) != nil {
      throw Refusal(.usage, "`\(text)` is a run, and a place was expected", next: ["name the run with --run \(text)"])
    }
    var found = places(named: text)
    let fitting = found.filter { place in
      kinds.map { kinds in place.kind.map(kinds.contains) ?? false } ?? (place == index.place(text))
    }
    if !fitting.isEmpty { found = fitting }
    if found.count == 1 { return found[0] }
    if let kinds, fitting.isEmpty, !found.isEmpty {
      // To ask which of them is meant would be to ask for a second no.
      let are = found.compactMap(\.kind?.noun).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      throw Refusal(
        .usage,
        "`\(text)` is \(are.joined(separator: " and ")) of \(run.name), and this is about "
          + PlaceKind.allCases.filter(kinds.contains).map(\.noun).joined(separator: " or "),
        next: [example])
    }
    // What is larger than a target is never meant by chance.
    let isClear = found.allSatisfy { [.target, .step].contains($0.kind) }
    if isClear, let active = found.first(where: isAtWork) { return active }
    throw Refusal(
      .usage,
      found.isEmpty
        ? "the plan of \(run.name) has no `\(text)`"
        : isClear
          ? "`\(text)` is in several stages of \(run.name)"
          : "`\(text)` is a \(found[0].kind == .phase ? "phase" : "stage") and a target of \(run.name)",
      next: found.isEmpty
        ? [example]
        : found.map { index.path(of: $0) + (isClear || [.target, .step].contains($0.kind) ? "" : "/") })
  }

  /// What paths look like.
  private var example: String {
    "paths are phase/stage/wave/target/step, such as "
      + index.path(of: .wave(stage: plan.stages.firstIndex { !$0.waves.isEmpty } ?? 0, wave: 0))
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

extension Place {
  /// What kind of place it is; `nil` for the run.
  fileprivate var kind: PlaceKind? {
    switch self {
    case .run: nil
    case .phase: .phase
    case .stage: .stage
    case .wave: .wave
    case .target: .target
    case .step: .step
    }
  }
}

extension PlaceKind {
  /// With its article.
  fileprivate var noun: String {
    switch self {
    case .phase: "a phase"
    case .stage: "a stage"
    case .wave: "a wave"
    case .target: "a target"
    case .step: "a step"
    }
  }
}
