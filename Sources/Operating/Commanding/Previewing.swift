public import Engine
internal import History
internal import Looping
public import Plans
internal import Records

/// What a rollback would do.
public struct RollbackAnswer: Sendable {
  /// What would be taken back.
  public var place: Place
  /// What would be undone, what would stay, and where it would stop.
  public var preview: RollbackPreview
}

/// What an amendment would do.
public struct AmendmentAnswer: Sendable {
  /// The plan that would take the place of the one in force.
  public var plan: Plan
  /// What differs, with its risk.
  public var differences: [PlanDifference]
  /// The places whose approvers have to agree, and how many.
  public var needs: [(path: String, rule: PlannedApproval)]
  /// The approvals that would no longer count.
  public var voids: [(path: String, person: String)]
  /// How many waves were begun, and stay as they are.
  public var keptWaves: Int
  /// What the runbook asks for and this version does not execute.
  public var unexecuted: Found
}

extension Commanding {
  /// What a rollback would do now; nothing is sent.
  ///
  /// - Parameter path: what to take back; the whole run without.
  /// - Returns: what would be undone, what would stay, and where it would stop.
  /// - Throws: ``Refusal`` for a place that the plan has not.
  public func rollback(of path: String?) throws(Refusal) -> RollbackAnswer {
    let place = try takenBack(path)
    return RollbackAnswer(place: place, preview: state.rollbackPreview(of: place))
  }

  /// What a rollback of a path takes back.
  ///
  /// - Throws: ``Refusal``, `usage` for a step: nothing stays in a target over a step that is taken back.
  func takenBack(_ path: String?) throws(Refusal) -> Place {
    guard let path else { return .run }
    let place = try state.place(named: path, in: run, among: [.phase, .stage, .wave, .target])
    guard case .step(let address) = place else { return place }
    let target = state.index.path(of: .target(address.target))
    throw Refusal(
      .usage, "a rollback takes targets back, and `\(path)` is one step of one; nothing was changed",
      next: ["sanderling rollback \(target) --run \(run.name) --preview   # the target, its last step first"])
  }

  /// What it would mean to put a changed runbook in the place of the plan in force; nothing is sent.
  ///
  /// - Parameter ask: the changed runbook; the run's environment where it names none.
  /// - Returns: the differences with their risk, who has to agree, and which approvals would be void.
  /// - Throws: ``Refusal``, `failed` when the run is over or would refuse it as it is now, `stale` when the runbook
  ///   changes what was carried out, `needless` when it changes nothing.
  public func amendment(_ ask: PlanningAsk) throws(Refusal) -> AmendmentAnswer {
    if let outcome = state.outcome {
      throw Refusal(
        .failed, "\(run.name) is over", because: outcome.words,
        next: ["sanderling run \(shellWord(ask.path)) --new   # a new run"])
    }
    var ask = ask
    ask.environment = ask.environment ?? run.environment
    let prefix = state.executedPrefix
    let planned = try desk.surroundings.plan(ask, amending: prefix, beside: desk)
    let plan = planned.plan
    let unexecuted = plan.unexecuted.isEmpty ? Found() : planned.unexecuted
    let conflicts = plan.conflicts(with: prefix)
    guard conflicts.isEmpty else {
      throw Refusal(
        .stale, "this runbook cannot take the place of what was carried out", next: conflicts, found: unexecuted)
    }
    if plan.inputs == state.plan.inputs {
      throw Refusal(
        .needless, "the runbook is what \(run.name) executes already", next: ["sanderling why \(run.name)"],
        found: unexecuted)
    }
    if plan.unexecuted.isEmpty { try refusing { try refuseEarly(plan) } }
    return AmendmentAnswer(
      plan: plan, differences: plan.differences(from: state.plan), needs: state.amendmentNeeds(of: plan),
      voids: state.approvalsVoided(by: plan), keptWaves: prefix.waves.reduce(0, +), unexecuted: unexecuted)
  }
}
