internal import Engine
internal import Looping
internal import Plans
internal import Records

/// What the runs of a runbook that are over have left in the world, by their records.
public struct EarlierRuns: Sendable {
  /// What the newest run that worked on a target left of it.
  enum Left: Equatable {
    /// It is done; whether that run worked on a part of the runbook.
    case done(run: Int64, isPart: Bool)
    /// Some of it may stand: these steps may have happened and were not taken back.
    case standing(run: Int64, path: String, steps: [String], isPart: Bool)
  }

  /// What is left, by target and stage. What a run took back leaves nothing.
  private(set) var left: [StagePlace: Left] = [:]
  /// By run: what failed or was skipped in it.
  private var failed: [Int64: Set<StagePlace>] = [:]
  /// By run: those of them that a person left out.
  private var skipped: [Int64: Set<StagePlace>] = [:]
  private var open: Set<Int64> = []
  /// Those that were pruned, each with when, by whom, and which bundle has it.
  private var pruned: [Int64: String] = [:]
  private let runbook: String
  private let environment: String
  private let others: [Int64: String]

  init(of runbook: String, in environment: String, at desk: Desk) throws {
    (self.runbook, self.environment) = (runbook, environment)
    let all = try RunList(journal: desk.journal).runs()
    let runs = all.filter { $0.runbook == runbook && $0.environment == environment }
    others = Dictionary(
      all.filter { run in !runs.contains { $0.number == run.number } }
        .map { ($0.number, "\($0.runbook) in \($0.environment)") }, uniquingKeysWith: { first, _ in first })
    for run in runs.reversed() {
      guard run.outcome != nil else {
        open.insert(run.number)
        continue
      }
      guard run.pruned == nil else {
        pruned[run.number] = try desk.whereabouts(of: run) ?? "it was pruned"
        // What runs before it left of a target may be otherwise since.
        left = [:]
        continue
      }
      take(try desk.recover(run).state, of: run.number)
    }
  }

  private mutating func take(_ state: RunState, of run: Int64) {
    let isPart = state.plan.part != nil
    for (place, stage, row) in state.plan.stagePlaces {
      let key = TargetKey(stage: stage, row: row)
      let status = state.stages[stage].status[Int(row)]
      let standing = state.standingSteps(of: key)
      switch status {
      case .done: left[place] = .done(run: run, isPart: isPart)
      // What a run never touched is as the runs before it left it.
      case .waiting where standing.isEmpty, .skipped where standing.isEmpty: break
      case .waiting, .running, .failed, .undone, .skipped, .quarantined:
        left[place] =
          standing.isEmpty
          ? nil
          : .standing(
            run: run, path: state.index.path(of: .target(key)),
            steps: standing.map { state.plan.stages[stage].steps[$0].id }, isPart: isPart)
      }
      if [.failed, .skipped, .quarantined].contains(status) { failed[run, default: []].insert(place) }
      if status == .skipped { skipped[run, default: []].insert(place) }
    }
    failed[run] = failed[run] ?? []
  }

  /// By inventory: the rows of a plan's targets that are live: done in some stage, and left half done in none.
  func live(in plan: Plan) -> [String: Set<Int32>] {
    var rows: [String: Set<Int32>] = [:]
    var half: [String: Set<Int32>] = [:]
    for stage in plan.stages.indices {
      guard let inventory = plan.stages[stage].inventory.map({ plan.inventories[$0] }) else { continue }
      let path = plan.path(ofStage: stage)
      for (row, id) in (inventory.column("id") ?? []).enumerated() {
        let place = StagePlace(stage: path, target: id)
        if case .done? = left[place] { rows[inventory.name, default: []].insert(Int32(row)) }
        if failed.values.contains(where: { $0.contains(place) }), !isDone(place) {
          half[inventory.name, default: []].insert(Int32(row))
        }
      }
    }
    for (inventory, rowsOfHalf) in half { rows[inventory]?.subtract(rowsOfHalf) }
    return rows
  }

  private func isDone(_ place: StagePlace) -> Bool {
    if case .done? = left[place] { true } else { false }
  }

  /// The number of a run; `nil` for what names none.
  func number(of name: String) -> Int64? { RunName(name)?.number }

  /// The targets that failed or were skipped in a run.
  ///
  /// - Throws: ``Refusal``, `usage` for what is no run of this runbook, `failed` for one that is open: what failed in
  ///   it is tried again in it.
  func unsuccessful(in name: String) throws(Refusal) -> Set<StagePlace> {
    guard let number = number(of: name) else {
      throw Refusal(.usage, "`\(name)` is no run; runs are named like r-12", next: ["sanderling status --all"])
    }
    if let failed = failed[number] { return failed }
    if let place = pruned[number] {
      throw Refusal(
        .failed, "\(name) is not here any more, so nobody can tell which targets failed in it", because: place,
        next: [
          "sanderling audit list --bundle BUNDLE   # with the bundle that has this digest",
          "sanderling run … --only ID,…   # with the targets that failed there",
        ])
    }
    if open.contains(number) {
      throw Refusal(
        .failed, "\(name) is open: what failed in its wave is tried again in it, and the rest once it is over",
        next: ["sanderling why \(name)"])
    }
    throw Refusal(
      .usage,
      others[number].map { "\(name) is a run of \($0), and not of \(runbook) in \(environment)" }
        ?? "the journal has no run \(name)", next: ["sanderling status --all"])
  }

  /// What failed in a run and was done by none since; what a person left out is nothing to be done.
  ///
  /// - Returns: the targets, in order.
  func stillFailed(in run: Int64) -> [StagePlace] {
    (failed[run] ?? []).subtracting(skipped[run] ?? []).filter { place in
      guard case .done(let by, _)? = left[place] else { return true }
      return by < run
    }.sorted()
  }

  /// What a run that did its whole plan did not bring to its end.
  ///
  /// - Parameters:
  ///   - run: the run, which is over.
  ///   - repair: the command that does it again, and nothing else.
  /// - Returns: what is left, and what leads on; `nil` where nothing is.
  func leftover(of run: RegisteredRun, repair: String) -> Refusal? {
    let places = stillFailed(in: run.number)
    guard !places.isEmpty else { return nil }
    let names = Plan.some(of: places.map { $0.target == "-" ? $0.stage : $0.target })
    // What stands is taken back before it is done again: the part that is begun anew would be refused.
    let standing = places.compactMap { place -> String? in
      if case .standing(run.number, let path, _, _)? = left[place] { path } else { nil }
    }
    let first = standing.first.map { ["sanderling rollback \($0) --run \(run.name) --preview   # what stands of it"] }
    return Refusal(
      .failed, "\(run.name) did exactly this plan already, and \(names) failed in it; nothing was started",
      next: (first ?? []) + ["\(repair)   # what failed or was skipped"])
  }

  /// Says no when nobody can tell here what is left to do of some places, because a run was pruned.
  ///
  /// - Throws: ``Refusal``, `failed`.
  func checkRest(of places: [StagePlace]) throws(Refusal) {
    guard places.contains(where: { left[$0] == nil }), let refusal = unknown(of: "what is left to do") else { return }
    throw Refusal(
      .failed, refusal.what, because: refusal.why,
      next: refusal.next + ["sanderling run … --only ID,… --new   # with those that it has not done"])
  }

  /// Why something is not known, for the newest run that was pruned; `nil` when none was.
  private func unknown(of what: String) -> Refusal? {
    guard let newest = pruned.keys.max(), let place = pruned[newest] else { return nil }
    return Refusal(
      .failed, "r-\(newest) of this runbook is not here any more, so nobody can tell \(what); nothing was started",
      because: place, next: ["sanderling audit list --bundle BUNDLE   # what it did, with the bundle of this digest"])
  }

  /// What forbids to begin a plan, for what earlier runs have left of its targets.
  ///
  /// - Parameter planned: what would be run.
  /// - Returns: why not, and what leads on; `nil` when nothing is in the way.
  func objection(to planned: PlannedRunbook) -> Refusal? {
    let plan = planned.plan
    let anew = "sanderling run \(planned.wordsOfPart) --new"
    var runs: Set<Int64> = []
    // A target is done where it is done in all its stages.
    var left: [String: Int] = [:]
    for (place, stage, _) in plan.stagePlaces {
      let name = place.target == "-" ? place.stage : place.target
      left[name, default: 0] += 1
      switch self.left[place] {
      case .done(let run, let isPart) where isPart || plan.part != nil:
        left[name, default: 0] -= 1
        runs.insert(run)
      case .standing(let run, let path, let steps, let isPart) where isPart || plan.part != nil:
        let unsafe = plan.stages[stage].steps.filter { step in
          steps.contains(step.id) && step.call.idempotency != .natural
        }
        guard let step = unsafe.first else { continue }
        return Refusal(
          .failed, "\(path)/\(step.id) may stand since r-\(run), and doing it again is not known to be safe",
          because: "a new run begins with the first step and has keys of its own; nothing was started",
          next: [
            "sanderling rollback \(path) --run r-\(run) --preview   # what can be taken back first",
            "\(anew)   # once you know that it may be done again",
          ])
      case .done, .standing, nil: continue
      }
    }
    let done = left.filter { $0.value == 0 }.map(\.key).sorted()
    let isAll = done.count == left.count
    // Whatever came after the newest that was pruned is known.
    if !isAll, let refusal = unknown(of: "what it did of these targets") {
      return Refusal(
        .failed, refusal.what, because: refusal.why,
        next: refusal.next + ["\(anew)   # once you know that it may be done"])
    }
    guard !runs.isEmpty else { return nil }
    let names = runs.sorted().map { "r-\($0)" }.joined(separator: ", ")
    let rest = "sanderling run \(planned.words) --only-rest   # what no run has done yet"
    let what =
      isAll
      ? "all of this already"
      : done.first.map { "\(done.count) of these \(left.count) already, such as \($0)" }
        ?? "some stages of these already"
    return Refusal(
      isAll ? .needless : .failed, "\(names) did \(what); nothing was started",
      next: (isAll ? [] : [rest]) + ["\(anew)   # to do it all again"])
  }
}

extension Desk {
  /// What the runs of a runbook in an environment that are over have left in the world.
  ///
  /// - Throws: ``Refusal``, `integrity` when one of them cannot be read: what it left is not known then.
  /// - Complexity: O(events of these runs since their newest snapshots).
  func earlierRuns(of runbook: String, in environment: String) throws(Refusal) -> EarlierRuns {
    try refusing { try EarlierRuns(of: runbook, in: environment, at: self) }
  }
}
