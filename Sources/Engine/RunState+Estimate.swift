import Plans
public import Quantities

// How long steps usually take, by the targets before. Nothing is decided by it.

extension RunState {
  /// So many of the newest times of a step are kept.
  private static let keptTimes = 15

  /// A provider has done a step of a unit.
  mutating func noteTime(of unit: Unit) {
    guard unit.verb == .apply, unit.isRunning else { return }
    var times = times[unit.key.stage, default: [:]][unit.step, default: []]
    times.append(max(.zero, now - unit.since).milliseconds)
    self.times[unit.key.stage, default: [:]][unit.step] = Array(times.suffix(Self.keptTimes))
  }

  /// How long a step of a stage usually takes, from the request to its answer: the median of the newest targets; `nil`
  /// before the first.
  public func usualTime(ofStep step: Int, stage: Int) -> Span? {
    guard let times = times[stage]?[step]?.sorted(), !times.isEmpty else { return nil }
    return Span(milliseconds: times[times.count / 2])
  }

  /// When the targets of the current wave will be done if each step takes its usual time; `nil` where that cannot be
  /// told: nothing to go by, something that waits for a person, a window or a cap, or a run that stands still.
  ///
  /// - Parameter instant: now.
  /// - Returns: the instant, if there is one to tell.
  public func usualEnd(at instant: Instant) -> Instant? {
    guard outcome == nil, !isStopped, waveState == .running, stage < plan.stages.count, slots > 0 else { return nil }
    let usual = plan.stages[stage].steps.indices.map { usualTime(ofStep: $0, stage: stage)?.milliseconds }
    var left: [Int64] = []
    for unit in units where unit.key.stage == stage {
      guard unit.verb == .apply, !unit.needsPerson, !unit.isInDoubt, !heldTargets.contains(unit.key) else { return nil }
      var rest: Int64 = 0
      for step in unit.step..<usual.count {
        guard let time = usual[step] else { return nil }
        rest += time
      }
      switch unit.condition {
      case .running: rest -= min(usual[unit.step] ?? 0, max(.zero, instant - unit.since).milliseconds)
      case .waiting(let until): rest += max(.zero, until - instant).milliseconds
      default: break
      }
      left.append(rest)
    }
    let waiting = waitingTargets
    guard waiting.allSatisfy({ $0.cause == .slot }) else { return nil }
    let count = Int64(waiting.reduce(0) { $0 + $1.count })
    guard count > 0 || !left.isEmpty else { return nil }
    var each: Int64 = 0
    if count > 0 {
      for time in usual {
        guard let time else { return nil }
        each += time
      }
    }
    let share = (left.reduce(0, +) + count * each) / Int64(slots)
    return instant + Span(milliseconds: max(share, left.max() ?? 0, each))
  }
}
