import Plans
public import Quantities

/// One thing that a run waits for.
public struct Wait: Equatable, Sendable {
  /// The kinds of wait, the most urgent first.
  public enum Kind: String, Sendable {
    case person, hold, pause, approval, executor, provider, retry, gate, bake, watch, pace, start, window, freeze, slot
    /// A decision of evidence waits for the rollback that is going on.
    case rollback

    /// Whether only a person can end it.
    public var isOfPerson: Bool {
      switch self {
      case .person, .hold, .pause, .approval: true
      case .executor, .provider, .retry, .gate, .bake, .watch, .pace, .start, .window, .freeze, .slot, .rollback: false
      }
    }
  }

  public var kind: Kind
  /// What it is about; empty for the run.
  public var path: String
  /// What is waited for, in words.
  public var reason: String
  /// Until when, where that is known.
  public var until: Instant?

  public init(_ kind: Kind, path: String = "", reason: String, until: Instant? = nil) {
    self.kind = kind
    self.path = path
    self.reason = reason
    self.until = until
  }
}

extension RunState {
  /// Everything that the run waits for, the most urgent first. Empty when it is over.
  public var waits: [Wait] {
    guard outcome == nil else { return [] }
    let steps = units.compactMap { wait(of: $0) }
    var run: [Wait] = []
    for held in (standing.holds?.all ?? []).reversed() {
      run.append(Wait(.hold, path: held.hold.path ?? "", reason: words(of: held.hold)))
    }
    if let amendmentWait { run.append(amendmentWait) }
    // A rollback goes on to its end, whatever is paused.
    if isPaused, rollback == nil { run.append(Wait(.pause, reason: "a person paused the run")) }
    if isDraining { run.append(Wait(.executor, reason: "the executor is leaving")) }
    for key in frozenUndos.prefix(1) {
      guard let freeze = undoFreeze(of: key) else { continue }
      run.append(
        Wait(
          .freeze, path: index.path(of: .target(key)), reason: "taking it back is frozen: \(freeze.reason.words)",
          until: freeze.reopens))
    }
    let persons = steps.filter { $0.kind == .person }
    let others = steps.filter { $0.kind != .person }
    return persons + run + others + decisions + calendar
  }

  /// Why the run is held, as it is now: a person may have settled meanwhile what it was held for.
  public func words(of hold: Hold) -> String {
    guard case .blocked(let step) = hold, settledUndo(step) != nil else { return hold.words }
    return "the undo of \(step) is settled, and `resume` goes on"
  }

  /// The target of a step whose undo was blocked and is not any more: a person said what came of it, or it was tried
  /// again; `nil` while it is blocked. Nobody can settle a step that cannot be taken back.
  public func settledUndo(_ step: String) -> TargetKey? {
    guard case .step(let address)? = index.place(step),
      plan.stages[address.target.stage].steps[address.step].undo != .impossible,
      unit(address.target)?.condition != .blocked
    else { return nil }
    return address.target
  }

  private var decisions: [Wait] {
    waitingDecisions.map {
      Wait(
        .rollback, path: index.path(of: $0.place), reason: "\($0.by) takes this back after the rollback that goes on")
    }
  }

  private func wait(of unit: Unit) -> Wait? {
    let path = index.path(of: .step(unit.address))
    let what = unit.verb == .apply ? "" : "undo "
    switch unit.condition {
    case .parked(let rule): return Wait(.person, path: path, reason: rule)
    case .manual: return Wait(.person, path: path, reason: "a person does this \(what)step and says so")
    case .blocked: return Wait(.person, path: path, reason: "the undo failed for good")
    case .running(let deadline): return Wait(.provider, path: path, reason: "\(what)running", until: deadline)
    case .probing(let deadline, _):
      return Wait(.provider, path: path, reason: "looking whether it happened", until: deadline)
    case .waiting(let until): return Wait(.retry, path: path, reason: "next attempt of the \(what)step", until: until)
    case .settling(let until):
      return Wait(.retry, path: path, reason: "second look, since `not applied` must hold", until: until)
    case .ready where unit.verb == .apply && heldTargets.contains(unit.key):
      return Wait(.hold, path: path, reason: "a person holds this target")
    case .ready, .failed, .inDoubt, .probed: return nil
    }
  }

  private var calendar: [Wait] {
    guard rollback == nil else { return [] }
    guard stage < plan.stages.count else {
      return watchedUntil.map { [Wait(.watch, reason: "triggers still watch what was changed", until: $0)] } ?? []
    }
    let path = plan.path(stage: stage, wave: wave)
    switch waveState {
    case .baking(let until): return [bakeWait(path: path, until: until)]
    case .gating: return gateWait.map { [$0] } ?? []
    case .gated: return []
    case .notStarted:
      if let gateWait { return [gateWait] }
      if let missing = missingApproval { return [approvalWait(missing)] }
      guard let start = waveStartsAt else {
        if waveObstacle != nil { return isStopped ? [] : targetsWaiting(path: path) }
        return isWatchCurrent || isStopped
          ? [] : [Wait(.watch, path: path, reason: "what was measured meanwhile is read before the wave begins")]
      }
      if let pace = plan.stages[stage].pace, stages[stage].pace != nil {
        return [Wait(.pace, path: path, reason: "pace is \(pace.words)", until: start)]
      }
      return [Wait(.start, path: path, reason: "the stage starts then", until: start)]
    case .running:
      let targets = isStopped ? [] : targetsWaiting(path: path)
      return (missingApproval.map { [approvalWait($0)] } ?? []) + targets
    case .baked: return []
    }
  }

  private func approvalWait(_ missing: (place: Place, rule: PlannedApproval, have: Int)) -> Wait {
    let who = able(to: missing.rule, at: missing.place).map { plan.people[$0].name }
    let rejected = approvals.rejected.last { $0.place == missing.place }.map {
      ", rejected by \(plan.people[$0.person].name)"
    }
    guard missing.have < missing.rule.count else {
      return Wait(.approval, path: index.path(of: missing.place), reason: Self.unknownExecutor)
    }
    return Wait(
      .approval, path: index.path(of: missing.place),
      reason: "\(missing.have) of \(missing.rule.words)\(rejected ?? ""); "
        + (who.isEmpty ? "nobody can give one" : "\(who.joined(separator: " or ")) can")
        + (mayApprovedExecute(missing.rule) ? "; \(Self.unknownExecutor)" : ""))
  }

  /// What stands in the way of a rule that leaves out executors.
  public static let unknownExecutor =
    "whoever executes this run is nobody in trust/people.yaml, and executors must not be among those who approve"

  /// What a proposed amendment waits for.
  private var amendmentWait: Wait? {
    guard let amendment else { return nil }
    guard let missing = missingAmendmentApproval else {
      return Wait(.approval, reason: "the amended plan takes effect when what is in flight is done")
    }
    let who = ableToAmend(under: missing.rule, at: missing.place).map { plan.people[$0].name }
    guard missing.have < missing.rule.count else {
      return Wait(.approval, path: index.path(of: missing.place), reason: Self.unknownExecutor)
    }
    return Wait(
      .approval, path: index.path(of: missing.place),
      reason: "amendment to plan \(amendment.plan.short): \(missing.have) of \(missing.rule.words); "
        + (who.isEmpty ? "nobody can give one" : "\(who.joined(separator: " or ")) can"))
  }

  /// What a gate that is measured waits for.
  private var gateWait: Wait? {
    guard let gate = evidence.gate, !gate.isExpired, !gate.isShadow else { return nil }
    let path = plan.path(stage: gate.stage, wave: gate.wave)
    if gate.hold.isOpen || gate.board.items.isEmpty, let comparison = comparison(of: gate) {
      let name = plan.signals[comparison.signal].name
      return Wait(
        .gate, path: path,
        reason: gate.comparison == nil
          ? "the gate compares \(name) with targets that are not migrated"
          : "look \(gate.looks) of \(comparison.looks) could not tell whether \(name) is within its margin",
        until: nextLookDue ?? gate.deadline)
    }
    if let since = gate.hold.holdsSince {
      let end = since + gate.hold.hold
      return Wait(.gate, path: path, reason: "the gate holds, of \(gate.hold.hold.spoken)", until: end)
    }
    let reasons = gate.board.items.filter { $0.verdict != .pass }.map { item in
      "\(plan.words(of: item.condition))\(item.series.isEmpty ? "" : " in \(item.series)"): "
        + (item.verdict.map { $0 == .breach ? "it is \(item.reading.words)" : $0.words } ?? "nothing measured yet")
    }
    return Wait(
      .gate, path: path, reason: "the gate is closed" + (reasons.first.map { " (\($0))" } ?? ""), until: gate.deadline)
  }

  private func bakeWait(path: String, until: Instant) -> Wait {
    guard let bake = evidence.bake else { return Wait(.bake, path: path, reason: "the wave bakes", until: until) }
    let planned = plan.stages[stage]
    var parts = ["the wave bakes: \(bake.clock.passed.spoken) of \(planned.bake.spoken) in good health"]
    if case .unknown(let cause) = bake.clock.verdict { parts.append("its clock stands still, \(cause.words)") }
    if bake.clock.verdict == .breach { parts.append("its clock begins again after a breach") }
    if let missing = eventsMissing {
      parts.append(
        "\(missing.seen) of \(missing.wanted) events\(missing.series.isEmpty ? "" : " in \(missing.series)")")
    }
    let left = Span(milliseconds: max(0, planned.bake.milliseconds - bake.clock.passed.milliseconds))
    let days = daysEnd(since: bake.clock.countsSince, days: planned.bakeCycles) ?? now
    let isKnown = bake.clock.verdict == .pass && eventsMissing == nil
    return Wait(
      .bake, path: path, reason: parts.joined(separator: ", "),
      until: isKnown ? max(now + left, days) : bake.expiredBy == nil ? bake.deadline : nil)
  }

  /// What keeps the waiting targets of the current wave from starting.
  private func targetsWaiting(path: String) -> [Wait] {
    waitingTargets.map { waiting in
      let who = "\(waiting.count) target\(waiting.count == 1 ? "" : "s")"
      switch waiting.cause {
      case .calendar(.freeze(let summary)):
        return Wait(.freeze, path: path, reason: "\(who) in \(waiting.zone) frozen: \(summary)", until: waiting.until)
      case .calendar(let reason):
        return Wait(.window, path: path, reason: "\(who) in \(waiting.zone): \(reason.words)", until: waiting.until)
      case .cap: return Wait(.pace, path: path, reason: "\(who): \(waiting.cause.words)", until: waiting.until)
      case .budget: return Wait(.slot, path: path, reason: "\(who): \(waiting.cause.words)")
      case .slot:
        let verb = waiting.count == 1 ? "waits" : "wait"
        return Wait(.slot, path: path, reason: "\(who) \(verb) for a slot: \(slots) at once")
      case .held:
        return Wait(.hold, path: path, reason: "\(who) \(waiting.count == 1 ? "is" : "are") held by a person")
      }
    }
  }
}

extension Hold {
  /// The step that a hold is about, if it is about one.
  public var path: String? { if case .blocked(let path) = self { path } else { nil } }

  /// Why, in words.
  public var words: String {
    switch self {
    case .budget(let level, let failed, let limit):
      "\(failed.counted("target")) failed, and `tolerate` for the \(level) is \(limit)"
    case .rolledBack(let scope): "the \(scope) was rolled back"
    case .blocked(let path): "the rollback is blocked at \(path)"
    case .evidence(let by): "decided by \(by)"
    case .nobodyLive(let path): "nobody is live in \(path), so it has shown nothing"
    }
  }
}
