import Engine
import Plans

/// How many targets of the current wave stand where.
struct WaveCounts: Equatable {
  var total = 0
  var done = 0
  var running = 0
  var waiting = 0
  var failed = 0
  var inDoubt = 0
  var undone = 0
  var skipped = 0

  /// Counts the targets of the wave that is worked on; of the last one when the run is over.
  init(_ state: RunState) {
    guard let place = Self.place(state) else { return }
    let targets = state.plan.stages[place.stage].waves[place.wave].targets
    total = targets.count
    for row in targets {
      switch state.stages[place.stage].status[Int(row)] {
      case .waiting: waiting += 1
      case .running: running += 1
      case .done: done += 1
      case .failed: failed += 1
      case .undone, .quarantined: undone += 1
      case .skipped: skipped += 1
      }
    }
    inDoubt = state.units.count { unit in
      unit.isInDoubt && state.stages[unit.key.stage].status[Int(unit.key.row)] == .running
    }
    running = max(0, running - inDoubt)
  }

  /// The wave that the counts are about.
  static func place(_ state: RunState) -> (stage: Int, wave: Int)? {
    let stages = state.plan.stages
    if state.stage < stages.count, state.wave < stages[state.stage].waves.count { return (state.stage, state.wave) }
    guard let last = stages.indices.last(where: { !stages[$0].waves.isEmpty }) else { return nil }
    return (last, stages[last].waves.count - 1)
  }
}
