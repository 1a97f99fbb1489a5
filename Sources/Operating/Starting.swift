internal import Engine
internal import Journaling
internal import Looping
internal import Plans
public import Records

/// A runbook that somebody wants run: its plan may start, as far as that can be told without a journal.
public struct StartAsk: Sendable {
  let planned: PlannedRunbook
  let startsAnother: Bool

  /// Looks whether a plan may start at all.
  ///
  /// - Parameters:
  ///   - planned: the runbook and its plan.
  ///   - kept: a file with the plan that was agreed on; `nil` takes what was planned.
  ///   - startsAnother: whether a run that is open, or has done all this, does not matter.
  /// - Throws: ``Refusal``, `stale` when the kept plan is another one, `files` when the plan asks for what this version
  ///   does not execute.
  public init(_ planned: PlannedRunbook, kept: String? = nil, startsAnother: Bool = false) throws(Refusal) {
    if let kept { try KeptPlan.check(planned, against: kept) }
    if !planned.plan.unexecuted.isEmpty {
      throw Refusal(
        .files, "this version does not execute everything that the runbook asks for, so it does not start",
        next: ["leave it out, loudly, in the environment, as each line above says; or take it out of the runbook"],
        found: planned.unexecuted)
    }
    self.planned = planned
    self.startsAnother = startsAnother
  }
}

/// The run that an ask led to.
public enum Started: Equatable, Sendable {
  /// A new one.
  case begun(RegisteredRun)
  /// The one that is open, under the plan that was asked for.
  case goesOn(RegisteredRun)

  public var run: RegisteredRun {
    switch self {
    case .begun(let run), .goesOn(let run): run
    }
  }
}

extension Desk {
  /// The open run of a runbook in its environment, or a new one.
  ///
  /// - Throws: ``Refusal``, `needless` when any run of the journal did exactly this plan, `stale` when the open run has
  ///   another one, `busy` when another process was quicker.
  public func start(_ ask: StartAsk) throws(Refusal) -> Started {
    try refusing {
      let plan = ask.planned.plan
      let runs = try journal.runs().filter { $0.runbook == plan.runbook && $0.environment == plan.environment }
      if !ask.startsAnother {
        if let open = runs.first(where: { $0.outcome == nil }) {
          try check(ask.planned, isOf: open)
          return .goesOn(open)
        }
        try checkIsNotDone(ask.planned, by: runs)
      }
      let run = try journal.register(
        runbook: plan.runbook, environment: plan.environment, plan: try plan.recordableBytes(),
        directory: ask.planned.directory, unlessOpen: !ask.startsAnother, clock: surroundings.clock())
      guard let run else {
        throw Refusal(.busy, "another process has just started this runbook", next: ["sanderling status"])
      }
      return .begun(run)
    }
  }

  /// Whoever was killed at the very end and says `run` again must not do everything a second time; nor must who keeps a
  /// plan, and lets another one run in between.
  private func checkIsNotDone(_ planned: PlannedRunbook, by runs: [RegisteredRun]) throws {
    let done = try runs.first { try $0.outcome == Outcome.done.rawValue && executes(planned.plan, $0) }
    guard let done else { return }
    throw Refusal(
      .needless, "\(done.name) did exactly this plan already; nothing was started",
      next: ["sanderling history \(done.name)", "sanderling run \(planned.path) --new   # to do it all again"])
  }

  private func check(_ planned: PlannedRunbook, isOf open: RegisteredRun) throws {
    guard try !executes(planned.plan, open) else { return }
    let old = try Recovery.plan(of: open, in: journal)
    throw Refusal(
      .stale, "\(open.name) of this runbook is open, and its plan was made from other inputs",
      next: planned.plan.differences(from: old).prefix(8).map(\.text) + [
        "sanderling run \(open.name)      # to go on with the recorded plan",
        "sanderling amend \(planned.path) --run \(open.name) --preview   # to go on with the changed one",
        "sanderling run \(planned.path) --new   # to start another run",
      ])
  }

  /// Whether a run executes what the files ask for. What an amendment planned around what was done, and what an older
  /// version planned, cannot be planned again from files alone, so there the inputs decide.
  private func executes(_ plan: Plan, _ run: RegisteredRun) throws -> Bool {
    if run.plan == plan.digest { return true }
    let recorded = try Recovery.plan(of: run, in: journal)
    return (recorded.amends != nil || recorded.isOfOlderFormat) && recorded.inputs == plan.inputs
  }
}
