internal import Conducting
internal import Journaling
internal import Looping
public import Plans
internal import Quantities
internal import Records

/// What a shell offers while a person types a command.
///
/// It is asked at each press of a key, beside runs that work: it looks at the journal once, waits for no lock, and what
/// would take long is not offered.
public struct Offers {
  /// A plan of more bytes takes longer to read than a person waits.
  static let readable = 8_000_000
  /// More words than these are no help.
  static let most = 2_000

  private let journal: Journal

  /// Opens the journal for a look.
  ///
  /// - Throws: ``Refusal`` when it cannot be read now.
  public init(journal path: String, surroundings: Surroundings) throws(Refusal) {
    journal = try refusing {
      try Journal(glancingAt: path, clock: surroundings.clock(), chance: SystemChance())
    }
  }

  /// The names of the runs that begin with what was typed, the newest first.
  public func runs(beginning typed: String) throws(Refusal) -> [String] {
    let names = try refusing { try journal.runs() }.map(\.name).filter { $0.hasPrefix(typed) }
    return Array(names.prefix(Self.most))
  }

  /// The places of a run that what was typed can become.
  ///
  /// - Parameters:
  ///   - typed: a path, or a target's identifier, as far as it was typed.
  ///   - kinds: which kinds of place are wanted.
  ///   - name: the run; without it the newest that is open, or else the newest.
  /// - Returns: the words; none when there is no such run, or too many of them.
  /// - Throws: ``Refusal`` when the journal cannot be read now.
  public func places(
    beginning typed: String, of kinds: Set<PlaceKind>, in name: String?
  ) throws(Refusal) -> [String] {
    try plan(of: name)?.places(beginning: typed, of: kinds, atMost: Self.most) ?? []
  }

  /// The identifiers of the steps of a run.
  public func steps(of name: String?) throws(Refusal) -> [String] {
    var seen: Set<String> = []
    return try plan(of: name)?.stages.flatMap(\.steps).map(\.id).filter { seen.insert($0).inserted } ?? []
  }

  private func plan(of name: String?) throws(Refusal) -> Plan? {
    try refusing {
      let runs = try journal.runs()
      let run = name.map { name in runs.first { $0.name == name } } ?? runs.first { $0.outcome == nil } ?? runs.first
      guard let run, let size = try journal.size(of: run.plan), size <= Self.readable else { return nil }
      return try journal.keptPlan(run.plan)
    }
  }
}

/// A kind of place in a plan, from the largest to the smallest.
public enum PlaceKind: Int, CaseIterable, Sendable {
  case phase, stage, wave, target, step
}

extension Plan {
  /// The words that a path, or the identifier of a target, can become when more of it is typed.
  ///
  /// One level of the path at a time, so that two hundred stores are not offered where a phase is typed; where there is
  /// but one way on, the next level with it. A word that ends in a slash goes on.
  ///
  /// - Parameters:
  ///   - typed: what was typed so far.
  ///   - kinds: which kinds of place are wanted.
  ///   - most: how many words are of use: none is offered where there would be more.
  /// - Returns: the words in the order of the plan.
  public func places(beginning typed: String, of kinds: Set<PlaceKind>, atMost most: Int) -> [String] {
    guard let deepest = kinds.map(\.rawValue).max() else { return [] }
    var parents = typed.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let beginning = parents.removeLast()
    var words: [String] = []
    if parents.count <= deepest, let children = children(of: parents, beginning: beginning) {
      let path = parents.map { $0 + "/" }.joined()
      let level = parents.count
      let isWanted = kinds.contains { $0.rawValue == level }
      for child in children {
        if isWanted { words.append(path + child) }
        guard level < deepest else { continue }
        if children.count == 1 {
          words += places(beginning: "\(path)\(child)/", of: kinds, atMost: most)
        } else if !isWanted {
          words.append("\(path)\(child)/")
        }
      }
    }
    if parents.isEmpty, kinds.contains(.target) { words += clearTargets(beginning: beginning) }
    return words.count <= most ? words : []
  }

  /// The names below a place; `nil` when there is no such place.
  private func children(of path: [String], beginning: String) -> [String]? {
    guard let first = path.first else { return phases.map(\.id).filter { $0.hasPrefix(beginning) } }
    guard let phase = phases.firstIndex(where: { $0.id == first }) else { return nil }
    let stages = stages.filter { $0.phase == phase }
    guard path.count > 1 else { return stages.map(\.id).filter { $0.hasPrefix(beginning) } }
    guard let stage = stages.first(where: { $0.id == path[1] }) else { return nil }
    guard path.count > 2 else { return stage.waves.indices.map { "\($0 + 1)" }.filter { $0.hasPrefix(beginning) } }
    guard let wave = Int(path[2]), stage.waves.indices.contains(wave - 1) else { return nil }
    let names = names(of: stage)
    let targets = stage.waves[wave - 1].targets.map { names[Int($0)] }
    guard path.count > 3 else { return targets.filter { $0.hasPrefix(beginning) } }
    guard path.count == 4, targets.contains(path[3]) else { return nil }
    return stage.steps.map(\.id).filter { $0.hasPrefix(beginning) }
  }

  /// The identifiers that name one target without a path: those of one stage only.
  private func clearTargets(beginning: String) -> [String] {
    var counts: [String: Int] = [:]
    var order: [String] = []
    for stage in stages where stage.inventory != nil {
      let names = names(of: stage)
      for row in stage.waves.flatMap(\.targets) where names[Int(row)].hasPrefix(beginning) {
        let name = names[Int(row)]
        if counts.updateValue((counts[name] ?? 0) + 1, forKey: name) == nil { order.append(name) }
      }
    }
    return order.filter { counts[$0] == 1 }
  }

  /// The identifiers of a stage's targets by row.
  private func names(of stage: PlannedStage) -> [String] {
    guard let inventory = stage.inventory.map({ inventories[$0] }) else { return ["-"] }
    guard let column = inventory.columns.firstIndex(of: "id") else { return [] }
    return inventory.values[column]
  }
}
