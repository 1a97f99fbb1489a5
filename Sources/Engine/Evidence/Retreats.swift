import Plans
public import Quantities

/// A rollback that evidence decided and that waits for the one that is going on.
public struct WaitingDecision: Equatable, Sendable {
  /// What decided, in words: `trigger errors`.
  public var by: String
  /// What it takes back.
  public var place: Place
  /// When it was decided.
  public var at: Instant
  /// The sequence number of the decision.
  public var seq: Int64
}

/// A trigger that acts by itself although the run waits for a person.
public struct Watcher: Equatable, Sendable {
  /// What it would do.
  public enum Act: Equatable, Sendable {
    case givesUp, takesBack
    /// It can take nothing back: since this step cannot be, or, without one, since a person left all of it as it is.
    case holds(wall: String?)
  }

  /// The trigger's identifier.
  public var trigger: String
  /// What it watches.
  public var place: Place
  public var act: Act
}

extension RunState {
  /// The rollbacks that evidence decided and that wait for the one that is going on, the next one first. Each ends in
  /// being carried out, in being covered by a wider one, or by a person who leaves what it would take back as it is.
  public var waitingDecisions: [WaitingDecision] {
    guard rollback != nil else { return [] }
    return evidence.retreats.filter { $0.action == .rollback }.sorted { order(of: $0) < order(of: $1) }
      .map { WaitingDecision(by: $0.by, place: $0.place, at: $0.at, seq: $0.cause) }
  }

  /// The decision of evidence that is to be carried out next: a hold or a stop at once; of the rollbacks, which wait
  /// for the one that is going on, the widest first, then that of the newest wave, then the oldest decision. `nil` when
  /// none can be.
  var nextRetreat: Retreat? {
    if let retreat = evidence.retreats.first(where: { $0.action != .rollback }) { return retreat }
    guard rollback == nil else { return nil }
    return evidence.retreats.min { order(of: $0) < order(of: $1) }
  }

  /// Where a decision stands among others: wide before narrow, new before old.
  private func order(of retreat: Retreat) -> (width: Int, stage: Int, wave: Int, decided: Int64) {
    switch retreat.place {
    case .run: (0, 0, 0, retreat.cause)
    case .phase(let phase): (1, -phase, 0, retreat.cause)
    case .stage(let stage): (2, -stage, 0, retreat.cause)
    case .wave(let stage, let wave): (3, -stage, -wave, retreat.cause)
    case .target(let key): (4, -key.stage, -index.wave(of: key), retreat.cause)
    case .step(let address): (5, -address.target.stage, -index.wave(of: address.target), retreat.cause)
    }
  }

  /// The newest part of the run that rests on a place and would be left over it: a wave that was let out after it; of a
  /// target, the same target in a later stage. `nil` when nothing that is changed does.
  ///
  /// - Complexity: O(targets that were begun).
  func newest(restingOn place: Place) -> Place? {
    let last: (stage: Int, wave: Int)
    switch place {
    case .run: return nil
    case .phase(let phase): last = (plan.stages.indices.last { plan.stages[$0].phase == phase } ?? 0, .max)
    case .stage(let stage): last = (stage, .max)
    case .wave(let stage, let wave): last = (stage, wave)
    case .target(let key): return newest(sameAs: key)
    case .step(let address): return newest(sameAs: address.target)
    }
    var found: (stage: Int, wave: Int)?
    for number in plan.stages.indices.reversed() where number >= last.stage && found == nil {
      let working = units.map(\.key).filter { $0.stage == number }
      let changed = stages[number].admitted.map { TargetKey(stage: number, row: $0) }.filter { isLeft($0) }
      found = (working + changed).map { (number, index.wave(of: $0)) }.filter { $0 > last }.max { $0 < $1 }
    }
    return found.map { .wave(stage: $0.stage, wave: $0.wave) }
  }

  private func newest(sameAs key: TargetKey) -> Place? {
    guard let inventory = plan.stages[key.stage].inventory else { return nil }
    let same = plan.stages.indices.reversed().map { TargetKey(stage: $0, row: key.row) }.first {
      $0.stage > key.stage && plan.stages[$0.stage].inventory == inventory && (unit($0) != nil || isLeft($0))
    }
    return same.map { .target($0) }
  }

  /// Whether evidence would find something of a target to take back.
  private func isLeft(_ key: TargetKey) -> Bool {
    keptTargets[key] == nil && unitIndex(key) == nil && touchedSteps(of: key) != 0
  }

  /// What a person left as it is in a place, and that evidence does not take back.
  public func keptTargets(in place: Place) -> [TargetKey] {
    changedTargets(in: place).filter { keptTargets[$0] != nil }
  }

  /// The newest command with which a person left what is still changed in a place as it is; `nil` when something else
  /// is left.
  func keptBy(personIn place: Place) -> Int64? {
    guard !units.contains(where: { index.contains(place, $0.key) }) else { return nil }
    let commands = changedTargets(in: place).map { keptTargets[$0] }
    return commands.contains(nil) ? nil : commands.compactMap { $0 }.max()
  }

  /// Takes a decision off the list that an event carries out. The rollback of what rests on its place carries it out
  /// only in part.
  ///
  /// - Returns: the decision; `nil` when there was none.
  mutating func carryOutRetreat(_ event: Event) -> Retreat? {
    guard event.kind.carriesOutRetreat, let position = retreat(meantBy: event) else { return nil }
    if case .rollbackStarted = event.kind, event.subject != evidence.retreats[position].place {
      return evidence.retreats[position]
    }
    return evidence.retreats.remove(at: position)
  }

  /// Where on the list the decision stands that an event carries out: the one that led to it, or that a person named by
  /// its place.
  private func retreat(meantBy event: Event) -> Int? {
    if case .rollbackWaived(let by, let command) = event.kind, event.cause == command {
      return evidence.retreats.firstIndex { $0.action == .rollback && $0.by == by && $0.place == event.subject }
    }
    return evidence.retreats.firstIndex { $0.cause == event.cause }
  }

  /// Whether a rollback that is over was a part of a decision that is to be carried out yet.
  func isPart(_ rollback: Rollback) -> Bool {
    rollback.decision.map { decision in evidence.retreats.contains { $0.cause == decision } } ?? false
  }

  /// What goes on by itself although the run waits for a person: the triggers that would take something back or give
  /// the run up.
  public var watchers: [Watcher] {
    guard isWatched, outcome == nil else { return [] }
    return plan.triggers.filter { $0.action != .hold }.flatMap { trigger in
      armedPlaces(of: trigger, at: now).map(\.place).filter { !exposedTargets(in: $0).isEmpty }
        .map { Watcher(trigger: trigger.id, place: $0, act: act(of: trigger.action, in: $0)) }
    }
  }

  private func act(of action: GateAction, in place: Place) -> Watcher.Act {
    guard action == .rollback else { return .givesUp }
    let (queue, stopsAt) = rollbackQueue(of: newest(restingOn: place) ?? place, byPerson: false)
    guard queue.isEmpty, !units.contains(where: { index.contains(place, $0.key) }) else { return .takesBack }
    return .holds(wall: stopsAt)
  }
}
