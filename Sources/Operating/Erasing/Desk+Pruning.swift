internal import Auditing
internal import Engine
internal import Foundation
internal import Journaling
internal import Looping
public import Quantities
public import Records

/// Which runs are taken out of a journal, and the bundle that has them.
public struct PruneAsk: Sendable {
  /// Runs by their names; empty for all that are old enough.
  public var runs: [String]
  /// Only runs whose last entry is older; `nil` for no limit.
  public var before: Instant?
  /// The bundle: its directory, or a tar of it.
  public var archive: String
  public var reason: Reason

  public init(runs: [String], before: Instant?, archive: String, reason: Reason) {
    (self.runs, self.before, self.archive, self.reason) = (runs, before, archive, reason)
  }
}

/// What would be taken out, and the bundle that was compared with it.
public struct Prunable: Sendable {
  public let runs: [RegisteredRun]
  /// Which others are over and old enough, and have to stay, and why: sentences without full stops.
  public let staying: [String]
  let ask: PruneAsk
  let archive: BundleRecord
}

extension Desk {
  /// Looks which runs can be taken out: those that are over, whose emergencies were reviewed, and which the bundle has.
  ///
  /// - Returns: the runs; nothing was changed.
  /// - Throws: ``Refusal``, `usage` when no run is meant, `failed` for a run that has to stay, `integrity` for a bundle
  ///   that is damaged.
  public func prunable(_ ask: PruneAsk) async throws(Refusal) -> Prunable {
    guard !ask.runs.isEmpty || ask.before != nil else {
      throw Refusal(
        .usage, "nothing says which runs are taken out", next: ["name runs, or say --before DATE"])
    }
    let archive = try refusing { try BundleRecord(ask.archive) }
    let found = await Verifier.verify(archive, problems: archive.problems)
    if let flaw = found.flaws.first {
      throw Refusal(
        .integrity, "the bundle \(ask.archive) is damaged", because: flaw.what, next: ["export another one"])
    }
    return try refusing {
      let all = try RunList(journal: journal).runs()
      let owed = try OwedReviews(in: journal).open
      var (runs, gone): ([RegisteredRun], [String]) = ([], [])
      for name in ask.runs {
        guard let run = all.first(where: { $0.name == name }) else {
          throw Refusal(.usage, "the journal has no run \(name)", next: ["sanderling status --all"])
        }
        // Whoever was killed, or kept from it by a reader, says the same once more.
        if run.pruned != nil, journal.owedForgettingAtFirst {
          gone.append(name)
        } else if let why = try objection(to: run, owed) {
          throw Refusal(.failed, run.pruned == nil ? "\(name) has to stay" : "\(name) cannot go", because: why)
        } else if !runs.contains(where: { $0.number == run.number }) {
          runs.append(run)
        }
      }
      if runs.isEmpty, !gone.isEmpty {
        try journal.finishForgetting()
        throw Refusal(
          .needless, "\(gone.joined(separator: ", ")): pruned before, and out of the file and its log of writes now")
      }
      if let before = ask.before {
        if ask.runs.isEmpty { runs = all.filter { $0.outcome != nil && $0.pruned == nil } }
        runs = try runs.filter { try lastTime(of: $0).map { $0 < before } ?? false }
      }
      var staying: [String] = []
      runs = try runs.filter { run in
        let why = try objection(to: run, owed)
        if let why { staying.append("\(run.name) stays: \(why)") }
        return why == nil
      }
      guard !runs.isEmpty else {
        throw Refusal(.needless, "no run that is over and may go is so old", next: staying)
      }
      return Prunable(runs: runs.sorted { $0.number < $1.number }, staying: staying, ask: ask, archive: archive)
    }
  }

  /// Takes runs out of the journal. The log stays whole: the hash of each entry stays, and an entry says what was done.
  ///
  /// - Returns: what the log says of each run.
  /// - Throws: ``Refusal``, `failed` when the bundle lacks something that would go, `busy` while an executor is at
  ///   work. Nothing was changed then.
  public func prune(_ prunable: Prunable) throws(Refusal) -> [Pruning.Run] {
    try refusing {
      let archive = prunable.archive
      return try journal.prune(
        prunable.runs, archive: archive.digest, reason: prunable.ask.reason.text, actor: surroundings.person,
        clock: surroundings.clock()
      ) { seq, body, payload in
        guard archive.holds(seq, body, payload) else {
          throw Refusal(
            .failed, "the bundle \(prunable.ask.archive) has not got entry \(seq) as it is; nothing was changed",
            next: ["sanderling audit export DIR, and prune with that bundle"])
        }
      }
    }
  }

  /// Why a run has to stay; `nil` when it may go.
  private func objection(to run: RegisteredRun, _ owed: [OwedReviews.Owed]) throws -> String? {
    if run.pruned != nil { return "it was pruned already" }
    if run.outcome == nil { return "it is open" }
    if let waiting = try queued(for: run).first {
      let name = waiting.name?.rawValue ?? "that cannot be read"
      return "the command \(name) (\(waiting.id)) of \(waiting.person) waits there, and nobody answered it: "
        + "sanderling run \(run.name), or sanderling withdraw \(waiting.id) --run \(run.name)"
    }
    if let one = owed.first(where: { $0.run == run.number }) {
      return "its emergency of \(one.path) waits for a review: sanderling review \(one.path) --run \(run.name)"
    }
    return nil
  }

  private func lastTime(of run: RegisteredRun) throws -> Instant? {
    var last: Instant?
    try journal.entriesBackwards(of: run.number) { entry in
      last = entry.at
      return false
    }
    return last
  }
}
