import Plans
import Quantities

@testable import Engine

/// A wave that was changed, as the log alone tells it.
struct Change {
  var stage: Int
  var wave: Int
  /// When its first target began.
  var since: Instant
  var finishedAt: Instant?
  /// When the next wave began.
  var leftAt: Instant?

  var place: Place { .wave(stage: stage, wave: wave) }
}

extension EvidenceReferee {
  /// The first target of a wave begins, or of one that was taken back.
  mutating func noteChange(_ stage: Int, _ wave: Int, at now: Instant, isAnew: Bool) {
    if isAnew { changes.removeAll { ($0.stage, $0.wave) == (stage, wave) } }
    guard !changes.contains(where: { ($0.stage, $0.wave) == (stage, wave) }) else { return }
    changes.append(Change(stage: stage, wave: wave, since: now))
  }

  mutating func noteEnd(_ stage: Int, _ wave: Int, at now: Instant) {
    for place in changes.indices where (changes[place].stage, changes[place].wave) == (stage, wave) {
      changes[place].finishedAt = now
    }
  }

  /// Another wave begins: those before it are not the newest any more.
  mutating func leaveChanges(at now: Instant) {
    for place in changes.indices where changes[place].leftAt == nil && changes[place].finishedAt != nil {
      changes[place].leftAt = now
    }
  }

  /// E5: where the newest wave was taken back as a whole, the one before it is the newest again, and watched.
  mutating func fallBack(in state: RunState) {
    guard let wave = newest, exposed(wave.stage, wave.wave, in: state).isEmpty else { return }
    let older = changes.filter { !exposed($0.stage, $0.wave, in: state).filter { live[$0] != nil }.isEmpty }
    newest = older.max { ($0.stage, $0.wave) < ($1.stage, $1.wave) }.map { ($0.stage, $0.wave, state.now) }
    if let newest {
      for place in changes.indices where (changes[place].stage, changes[place].wave) == (newest.stage, newest.wave) {
        changes[place].leftAt = nil
      }
    }
  }

  /// E5: what happened while nobody was awake is read before a wave begins.
  func judgeRead(in state: RunState) -> [String] {
    guard let newest else { return [] }
    let finished = changes.last { ($0.stage, $0.wave) == (newest.stage, newest.wave) }?.finishedAt
    guard let turn = [wokenAt, finished].compactMap({ $0 }).max() else { return [] }
    return state.plan.triggers.compactMap { trigger in
      let signal = state.plan.signals[trigger.condition.signal]
      let isMeant = exposed(newest.stage, newest.wave, in: state).contains { key in
        live[key].map { $0 <= turn } ?? false && series(of: key, signal.extent, in: state) != nil
      }
      guard isMeant else { return nil }
      // The next evaluation comes within an interval of the last one.
      let next = max(until[trigger.condition.signal] ?? newest.since, newest.since) + signal.every
      return next + signal.settle <= turn ? "E5 a wave began before \(trigger.id) had read what came before it" : nil
    }
  }

  /// E1: a trigger acts on what was there when its breach began, wherever something of that is left.
  func judgePlace(of firing: Firing, at place: Place, in state: RunState) -> [String] {
    guard let trigger = state.plan.triggers.first(where: { $0.id == firing.trigger }),
      case .lasting = trigger.persistence
    else { return [] }
    let begun = firing.since
    let extent = state.plan.signals[trigger.condition.signal].extent
    func concerns(_ change: Change) -> Bool {
      exposed(change.stage, change.wave, in: state).contains { series(of: $0, extent, in: state) == firing.series }
    }
    func isInside(_ change: Change) -> Bool {
      if case .target(let key) = place {
        return exposed(change.stage, change.wave, in: state).contains(key)
      }
      return state.index.contains(place, change, in: state.plan)
    }
    let older = changes.filter { change in
      let end = change.leftAt.map { max($0, (change.finishedAt ?? $0) + trigger.watchAfter) }
      return change.since < begun && end.map { begun <= $0 } ?? true && concerns(change)
    }
    let acted = changes.filter(isInside)
    guard !acted.isEmpty, acted.allSatisfy({ $0.since >= begun }), !older.isEmpty else { return [] }
    return ["E1 \(firing.trigger) acts on \(state.index.path(of: place)), which began after the breach"]
  }
}

extension PlanIndex {
  fileprivate func contains(_ place: Place, _ change: Change, in plan: Plan) -> Bool {
    // What was taken back may be gone under another plan.
    let waves = plan.stages[change.stage].waves
    guard waves.indices.contains(change.wave), let row = waves[change.wave].targets.first else { return false }
    return contains(place, TargetKey(stage: change.stage, row: row))
  }
}
