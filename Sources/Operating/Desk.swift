internal import Conducting
public import Journaling
internal import Looping
internal import Quantities
public import Records

/// The desk between the shells and the loop: whoever wants something of runs asks here, and gets a value or a
/// ``Refusal``.
///
/// It prints nothing, reads no arguments and knows no exit codes. It reads the journal for each answer and keeps
/// nothing, so an answer is as true as the journal was at that moment.
public struct Desk: Sendable {
  let journal: Journal
  /// Who asks, and what the machine lends.
  public let surroundings: Surroundings

  /// The desk in front of a journal.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - access: commands need `write`, starting a run needs `create`, all else `read`.
  ///   - surroundings: who asks, and what the machine lends.
  ///   - origin: the name of a log that is made, or that the one at hand must have; `nil` for any.
  /// - Throws: ``Refusal`` when the journal cannot be opened; it was left as it is.
  public init(
    journal path: String, access: Journal.Access, surroundings: Surroundings, origin: Origin? = nil
  ) throws(Refusal) {
    journal = try refusing {
      try Journal(path: path, access: access, clock: surroundings.clock(), chance: SystemChance(), origin: origin)
    }
    self.surroundings = surroundings
  }

  /// The run of a name; without one the only one that is open and has a place, or else the newest.
  ///
  /// - Parameters:
  ///   - name: the run's name; `nil` when nobody named one.
  ///   - path: a place that the run must have, as people name it; `nil` for any run.
  /// - Returns: the run.
  /// - Throws: ``Refusal``, `usage` when there is no such run, or when several are open that could be meant: which one
  ///   a command hits is never left to chance.
  public func run(_ name: String?, having path: String? = nil) throws(Refusal) -> RegisteredRun {
    let runs = try refusing { try RunList(journal: journal).runs() }
    if let name {
      guard let named = RunName(name) else {
        throw Refusal(.usage, "`\(name)` is no run; runs are named like r-12", next: ["sanderling status"])
      }
      guard let run = runs.first(where: { $0.number == named.number }) else {
        throw Refusal(.usage, "the journal has no run \(name)", next: ["sanderling status"])
      }
      guard run.pruned == nil else { throw try pruned(run) }
      return run
    }
    let open = runs.filter { $0.outcome == nil }
    if open.count > 1 { return try only(of: open, having: path) }
    guard let run = open.first ?? runs.first(where: { $0.pruned == nil }) else {
      if let run = runs.first { throw try pruned(run) }
      throw Refusal(.usage, "the journal has no run yet", next: ["sanderling run RUNBOOK --env NAME"])
    }
    return run
  }

  /// Why nothing can be told of a run that was pruned, and where it is.
  private func pruned(_ run: RegisteredRun) throws(Refusal) -> Refusal {
    return Refusal(
      .failed, "\(run.name) is not here any more", because: try whereabouts(of: run),
      next: ["sanderling audit list --bundle BUNDLE   # with the bundle that has this digest"])
  }

  /// When a run was pruned, by whom, and which bundle has it; `nil` for one that is here.
  func whereabouts(of run: RegisteredRun) throws(Refusal) -> String? {
    try prunings().first { " \($0)".contains(" \(run.name) (") }
  }

  private func only(of open: [RegisteredRun], having path: String?) throws(Refusal) -> RegisteredRun {
    var meant = open
    if let path { meant = try refusing { try open.filter { try !recover($0).state.places(named: path).isEmpty } } }
    if meant.count == 1 { return meant[0] }
    let those = meant.isEmpty ? open : meant
    throw Refusal(
      .usage,
      meant.isEmpty
        ? "\(open.count) runs are open, and none of them has `\(path ?? "")`"
        : "\(meant.count) runs are open\(path.map { " that have `\($0)`" } ?? ""), and none was named",
      next: those.map { run in
        "\(run.name): \(run.runbook) in \(run.environment), \(isExecuted(run) ? "at work" : "nobody executes it")"
      } + ["name one: commands take it behind --run; why, history and report as their first word"])
  }

  /// Reads a run's state, and makes sure that the list of runs says the same about its end.
  func recover(_ run: RegisteredRun) throws -> Recovered {
    try journal.atOneMoment {
      let recovered = try Recovery.state(of: run, in: journal, zones: surroundings.zones)
      try RunList(journal: journal).compare(recovered.state, of: run.number)
      return recovered
    }
  }

  /// Whether this user may execute a run.
  public func mayExecute(_ run: RegisteredRun) -> Bool { journal.mayExecute(run: run.number) }

  /// Whether an executor owns a run right now.
  public func isExecuted(_ run: RegisteredRun) -> Bool { journal.isExecuted(run: run.number) }
}

/// The name that people use for a run: `r-12`.
public struct RunName: Equatable, Sendable {
  public let number: Int64

  /// Reads a name; `nil` when the text is no run's name.
  public init?(_ text: String) {
    guard text.hasPrefix("r-"), let number = Int64(text.dropFirst(2)) else { return nil }
    self.number = number
  }
}
