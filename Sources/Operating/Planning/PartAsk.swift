internal import Diagnostics
internal import Planning
internal import Plans
internal import Runbooks

/// Which targets of a runbook somebody wants planned or run: what is named here holds for all of them.
public struct PartAsk: Equatable, Sendable {
  /// Identifiers of targets.
  public var only: [String] = []
  /// What their attributes are: `region=eu`.
  public var conditions: [String] = []
  /// At most so many, in the order in which the whole plan begins them.
  public var first: Int?
  /// Those that failed or were skipped in this run.
  public var failedOf: String?
  /// Those that no earlier run has done.
  public var rest = false
  /// Phases or stages that are taken as a whole, beside what is chosen.
  public var with: [String] = []

  public init() {}

  /// Whether it asks for all targets.
  public var isEmpty: Bool { self == PartAsk() }

  /// The choices as a plan keeps them.
  var choices: [PartChoice] {
    only.map { PartChoice(.only, $0) } + [failedOf].compactMap { $0.map { PartChoice(.failedOf, $0) } }
      + (rest ? [PartChoice(.rest)] : []) + conditions.map { PartChoice(.matching, $0) }
      + [first].compactMap { $0.map { PartChoice(.first, String($0)) } } + with.map { PartChoice(.with, $0) }
  }
}

/// A target in a stage, by names that hold from one plan to the next.
struct StagePlace: Hashable, Comparable {
  /// The path of the stage.
  var stage: String
  /// The identifier of the target; `-` for a stage without targets.
  var target: String

  static func < (one: StagePlace, other: StagePlace) -> Bool {
    (one.stage, one.target) < (other.stage, other.target)
  }
}

extension Plan {
  /// The path of a stage.
  func path(ofStage stage: Int) -> String { "\(phases[stages[stage].phase].id)/\(stages[stage].id)" }

  /// All targets in all stages, in the order in which they begin, each with its row.
  var stagePlaces: [(place: StagePlace, stage: Int, row: Int32)] {
    stages.indices.flatMap { stage in
      let path = path(ofStage: stage)
      return stages[stage].waves.flatMap(\.targets).map {
        (StagePlace(stage: path, target: target($0, stage: stage)), stage, $0)
      }
    }
  }
}

/// Chooses some of the targets of a whole plan.
struct PartChooser {
  let ask: PartAsk
  /// The plan of all targets.
  let plan: Plan
  let runbook: Runbook
  /// What earlier runs of the runbook left; `nil` where there is no journal.
  let earlier: EarlierRuns?

  /// Chooses.
  ///
  /// - Returns: what the planner needs to know.
  /// - Throws: ``Refusal``, `usage` for a name that means nothing, `needless` when nothing is left to do, `failed` when
  ///   what an earlier run left of a target forbids to begin it anew, or is not known.
  func chosen() throws(Refusal) -> ChosenPart {
    let all = plan.stagePlaces
    var kept = all.map { isTargeted($0.stage) }
    narrow(&kept, all) { isNamed($0) }
    try narrowToFailed(&kept, all)
    if ask.rest {
      try earlier?.checkRest(of: all.map(\.place))
      for number in all.indices {
        if case .done? = earlier?.left[all[number].place] { kept[number] = false } else { kept[number] = true }
      }
      if !kept.contains(true) {
        throw Refusal(.needless, "earlier runs have done all of it; nothing is left", next: ["sanderling status --all"])
      }
      narrow(&kept, all) { isNamed($0) }
    }
    try narrowByConditions(&kept, all)
    narrowToFirst(&kept, all)
    guard kept.contains(true) else {
      throw Refusal(.usage, "no target of the plan is \(PlanPart(whole: 0, choices: ask.choices, without: []).words)")
    }
    try addWhole(&kept, all)
    var wanted: [String: Set<Int32>] = [:]
    for number in all.indices where kept[number] {
      wanted[all[number].place.stage, default: []].insert(all[number].row)
    }
    let live = earlier?.live(in: plan) ?? [:]
    let words = PlanPart(
      whole: plan.distinctTargetCount, choices: ask.choices,
      without: plan.stages.indices.map { plan.path(ofStage: $0) }.filter { path in
        wanted[path] == nil && all.contains { $0.place.stage == path }
      }, live: live.values.reduce(0) { $0 + $1.count })
    return ChosenPart(words, wanted: wanted, live: live)
  }

  /// A stage without targets is taken only where it is named, or known to be left over: what it does is done once.
  private func isTargeted(_ stage: Int) -> Bool { plan.stages[stage].inventory != nil }

  private typealias Entry = (place: StagePlace, stage: Int, row: Int32)

  private func narrow(
    _ kept: inout [Bool], _ all: [Entry], _ isWanted: (Entry) -> Bool
  ) {
    for number in all.indices where kept[number] { kept[number] = isWanted(all[number]) }
  }

  private func isNamed(_ entry: Entry) -> Bool {
    ask.only.isEmpty || ask.only.contains(entry.place.target) && isTargeted(entry.stage)
  }

  private func narrowToFailed(_ kept: inout [Bool], _ all: [Entry]) throws(Refusal) {
    guard let run = ask.failedOf else { return }
    guard let earlier else {
      throw Refusal(.usage, "there is no journal, and so no \(run)", next: ["sanderling status"])
    }
    let failed = try earlier.unsuccessful(in: run)
    let known = Set(all.map(\.place))
    if let gone = failed.sorted().first(where: { !known.contains($0) }) {
      throw Refusal(
        .failed, "\(gone.target) failed or was skipped in \(gone.stage) of \(run), and the plan has it there no more",
        next: ["choose by name what shall be done: sanderling plan … --only \(gone.target)"])
    }
    let left = failed.filter { place in
      if case .done(let by, _)? = earlier.left[place] { return by <= (earlier.number(of: run) ?? 0) }
      return true
    }
    guard !left.isEmpty else {
      throw Refusal(
        .needless,
        failed.isEmpty
          ? "nothing failed or was skipped in \(run); nothing was started"
          : "what failed or was skipped in \(run) was done since; nothing was started",
        next: ["sanderling history \(run)"])
    }
    for number in all.indices { kept[number] = left.contains(all[number].place) }
    narrow(&kept, all) { isNamed($0) }
  }

  private func narrowByConditions(_ kept: inout [Bool], _ all: [Entry]) throws(Refusal) {
    for condition in ask.conditions {
      let parts = condition.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw Refusal(
          .usage, "--only-where takes FIELD=VALUE, and not `\(condition)`", next: ["--only-where region=eu"])
      }
      let known = Set(runbook.inventories.flatMap(\.columns)).sorted()
      guard known.contains(parts[0]) else {
        throw Refusal(
          .usage, "no inventory has an attribute `\(parts[0])`", next: ["there is \(known.joined(separator: ", "))"])
      }
      let columns = plan.inventories.map { planned in
        runbook.inventories.first { $0.name.value == planned.name }?.column(parts[0])
      }
      for number in all.indices where kept[number] {
        let column = plan.stages[all[number].stage].inventory.flatMap { columns[$0] }
        kept[number] = column.map { $0[Int(all[number].row)] == parts[1] } ?? false
      }
    }
  }

  /// The first targets, each with all its stages.
  private func narrowToFirst(_ kept: inout [Bool], _ all: [Entry]) {
    guard let first = ask.first else { return }
    var taken: Set<TargetName> = []
    for number in all.indices where kept[number] {
      guard isTargeted(all[number].stage) else {
        kept[number] = false
        continue
      }
      let name = TargetName(inventory: plan.inventoryName(of: all[number].stage), id: all[number].place.target)
      if taken.contains(name) { continue }
      if taken.count < first { taken.insert(name) } else { kept[number] = false }
    }
  }

  private struct TargetName: Hashable {
    var inventory: String?
    var id: String
  }

  private func addWhole(_ kept: inout [Bool], _ all: [Entry]) throws(Refusal) {
    for path in ask.with {
      var isFound = false
      for number in all.indices
      where all[number].place.stage == path || all[number].place.stage.hasPrefix("\(path)/") {
        (kept[number], isFound) = (true, true)
      }
      guard isFound else {
        let paths = plan.stages.indices.map { plan.path(ofStage: $0) }
        throw Refusal(
          .usage, "the plan has no phase or stage `\(path)`", next: ["its stages: \(paths.joined(separator: ", "))"])
      }
    }
  }

  /// What no target has is a slip of the pen, not a smaller part.
  func checkNames() throws(Refusal) {
    let ids = Set(plan.stagePlaces.filter { isTargeted($0.stage) }.map(\.place.target))
    guard let unknown = ask.only.first(where: { !ids.contains($0) }) else { return }
    let nearest = Spelling.nearest(to: unknown, among: ids.sorted())
    throw Refusal(
      .usage, "the plan has no target `\(unknown)`",
      next: [nearest.map { "write \($0)" } ?? "its targets: \(Plan.some(of: ids.sorted()))"])
  }
}
