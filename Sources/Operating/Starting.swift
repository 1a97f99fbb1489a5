internal import Engine
internal import Journaling
internal import Looping
public import Plans
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
  ///   - startsAnother: whether it does not matter that a run is open, did all this, or was given up.
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

extension StartAsk {
  /// What would be run.
  public var plan: Plan { planned.plan }
}

extension Desk {
  /// Whether ``start(_:)`` would begin a run, and not go on with one: nothing is recorded for the answer.
  ///
  /// - Throws: ``Refusal`` where it would do neither: nobody is asked about what is refused then.
  public func begins(_ ask: StartAsk) throws(Refusal) -> Bool {
    try refusing { try openRun(of: ask, among: try RunList(journal: journal).runs()) == nil }
  }

  /// What ``start(_:)`` would say no with to a plan that somebody only looks at.
  ///
  /// - Parameter planned: the runbook and its plan.
  /// - Returns: why not, and what leads on; `nil` where it would begin, or go on with the run that is open.
  public func objection(to planned: PlannedRunbook) -> Refusal? {
    do throws(Refusal) {
      _ = try begins(try StartAsk(planned))
      return nil
    } catch {
      return error
    }
  }

  /// The open run that goes on; `nil` where another one may begin.
  private func openRun(of ask: StartAsk, among all: [RegisteredRun]) throws -> RegisteredRun? {
    let plan = ask.plan
    if !ask.startsAnother {
      let runs = all.filter { $0.runbook == plan.runbook && $0.environment == plan.environment }
      // Of several open parts, the one that is this plan.
      let open = runs.filter { $0.outcome == nil }
      if let open = try open.first(where: { try executes(plan, $0) }) ?? open.first {
        try check(ask.planned, isOf: open)
        return open
      }
      try checkIsNotAnswered(ask.planned, by: runs)
      try checkIsNotDone(ask.planned, by: runs)
    }
    try checkIsFree(plan, of: all)
    return nil
  }

  /// The open run of a runbook in its environment, or a new one.
  ///
  /// - Throws: ``Refusal``, `needless` when a run did exactly this plan, `stale` when the open run has another one,
  ///   `failed` when the answer to the newest one was no, and when another open run has some of its targets;
  ///   `integrity` when an anchor knows another journal than this one, before anything is entered into it.
  public func start(_ ask: StartAsk) async throws(Refusal) -> Started {
    var isCompared = false
    return try await refusing {
      let plan = ask.planned.plan
      while true {
        let all = try RunList(journal: journal).runs()
        if let open = try openRun(of: ask, among: all) { return .goesOn(open) }
        if !isCompared { try await compareWithAnchors() }
        isCompared = true
        let run = try journal.register(
          runbook: plan.runbook, environment: plan.environment, plan: try plan.kept(),
          directory: ask.planned.directory, after: all.first?.number ?? 0, clock: surroundings.clock())
        // Another process was quicker: what it began is looked at like everything before it.
        if let run { return .begun(run) }
      }
    }
  }

  /// A run that is entered into a copy of the journal which lost something would have a number that another run has.
  private func compareWithAnchors() async throws(Refusal) {
    let checkpoints = try RunCheckpoints(journal, surroundings)
    if checkpoints.hasAnchors { try await checkpoints.begin() }
  }

  /// Whoever says `run` again, as a job that repeats does, must not do everything a second time, nor begin again what
  /// somebody gave up.
  private func checkIsNotAnswered(_ planned: PlannedRunbook, by runs: [RegisteredRun]) throws {
    // Whoever asks for what is left has heard the answer.
    if planned.plan.part?.isOfWhatIsLeft ?? false { return }
    let anew = "sanderling run \(planned.wordsOfPart) --new   # to do it all again"
    if let newest = runs.first, let outcome = newest.outcome.flatMap(Outcome.init(rawValue:)), outcome != .done {
      throw Refusal(
        .failed, "\(newest.name) of this runbook was \(outcome.words), and that was the answer; nothing was started",
        next: ["sanderling history \(newest.name)", anew])
    }
    guard let done = try runs.first(where: { try $0.outcome == Outcome.done.rawValue && executes(planned.plan, $0) })
    else { return }
    let earlier = try EarlierRuns(of: planned.plan.runbook, in: planned.plan.environment, at: self)
    let repair = "sanderling run \(planned.words) --only-failed-of \(done.name)"
    if let refusal = earlier.leftover(of: done, repair: repair) {
      throw Refusal(.failed, refusal.what, next: refusal.next + ["sanderling history \(done.name)", anew])
    }
    throw Refusal(
      .needless, "\(done.name) did exactly this plan already; nothing was started",
      next: ["sanderling history \(done.name)", anew])
  }

  /// Where runs work on parts of a runbook, no plan is another one's: what was done already is told by its targets.
  private func checkIsNotDone(_ planned: PlannedRunbook, by runs: [RegisteredRun]) throws {
    let plan = planned.plan
    // Of one that was pruned nobody can tell here: whether it matters is asked where the others are read.
    let here = runs.filter { $0.pruned == nil }
    guard try plan.part != nil || here.contains(where: { try Recovery.plan(of: $0, in: journal).part != nil }) else {
      return
    }
    let earlier = try EarlierRuns(of: plan.runbook, in: plan.environment, at: self)
    if let objection = earlier.objection(to: planned) { throw objection }
  }

  /// Two runs never work on one target: what one does, the other would take back.
  private func checkIsFree(_ plan: Plan, of runs: [RegisteredRun]) throws {
    let open = runs.filter { $0.outcome == nil && $0.environment == plan.environment }
    guard !open.isEmpty else { return }
    let wanted = plan.targetNames
    for run in open {
      let taken = Set(try Recovery.plan(of: run, in: journal).targetNames)
      let shared = wanted.filter(taken.contains)
      guard let first = shared.first else { continue }
      // Whether it is open is not for the list alone to say.
      _ = try recover(run)
      throw Refusal(
        .failed,
        "\(run.name) is open and has \(shared.count) of these targets in its hands, such as \(first); "
          + "nothing was started",
        next: [
          "sanderling run \(run.name)   # to go on with it",
          "sanderling abort --run \(run.name) --reason \"…\"   # to give it up first",
        ])
    }
  }

  private func check(_ planned: PlannedRunbook, isOf open: RegisteredRun) throws {
    guard try !executes(planned.plan, open) else { return }
    let old = try Recovery.plan(of: open, in: journal)
    if old.part != planned.plan.part {
      throw Refusal(
        .stale, "\(open.name) of this runbook is open, and works on other targets",
        because: "it has \(old.partWords ?? "all of them")",
        next: [
          "sanderling run \(open.name)      # to go on with it",
          "sanderling abort --run \(open.name) --reason \"…\"   # to give it up; then `run … --new` starts another",
        ])
    }
    throw Refusal(
      .stale, "\(open.name) of this runbook is open, and its plan was made from other inputs",
      next: planned.plan.differences(from: old).prefix(8).map(\.text) + [
        "sanderling run \(open.name)      # to go on with the recorded plan",
        "sanderling amend \(shellWord(planned.path)) --run \(open.name) --preview   # to go on with the changed one",
        "sanderling abort --run \(open.name) --reason \"…\"   # to give it up; then `run … --new` starts another",
      ])
  }

  /// Whether a run executes what the files ask for. What an amendment planned around what was done, what an older
  /// version planned, and a part beside what other runs have done, cannot be planned again from files alone, so there
  /// the inputs decide.
  private func executes(_ plan: Plan, _ run: RegisteredRun) throws -> Bool {
    if run.plan == plan.digest { return true }
    // What its plan was made of is not here any more.
    if run.pruned != nil { return false }
    let recorded = try Recovery.plan(of: run, in: journal)
    guard recorded.inputs == plan.inputs else { return false }
    return recorded.amends != nil || recorded.isOfOlderFormat || recorded.part != nil && run.outcome == nil
  }
}

extension Plan {
  /// The targets that it works on, each by inventory and identifier; a stage without targets by its runbook and path.
  fileprivate var targetNames: [String] {
    var names: [String] = []
    for number in stages.indices {
      // A part leaves stages out: nothing of them is anybody's.
      guard !stages[number].waves.isEmpty else { continue }
      guard let inventory = inventoryName(of: number) else {
        names.append("\(runbook): \(phases[stages[number].phase].id)/\(stages[number].id)")
        continue
      }
      for row in stages[number].waves.lazy.flatMap(\.targets) {
        names.append("\(inventory)/\(target(row, stage: number))")
      }
    }
    return names
  }
}
