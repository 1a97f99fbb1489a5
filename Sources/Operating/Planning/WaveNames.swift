public import Plans

extension Plan {
  /// The paths of all waves, in the order of the plan.
  public var wavePaths: [String] {
    stages.indices.flatMap { stage in stages[stage].waves.indices.map { path(stage: stage, wave: $0) } }
  }

  /// The wave at a path.
  ///
  /// - Throws: ``Refusal`` with the first waves that there are.
  public func wave(at wanted: String) throws(Refusal) -> (stage: Int, wave: Int) {
    for stage in stages.indices {
      for number in stages[stage].waves.indices where path(stage: stage, wave: number) == wanted {
        return (stage, number)
      }
    }
    throw Refusal(
      .usage, "the plan has no wave `\(wanted)`", next: ["its waves: \(wavePaths.prefix(12).joined(separator: ", "))"])
  }
}
