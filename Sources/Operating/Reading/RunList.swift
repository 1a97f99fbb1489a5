internal import Engine
internal import Journaling
internal import Looping
internal import Plans
internal import Quantities
internal import Records

/// The list of runs of a journal, compared with its log.
///
/// The list is a cache: it says quickly which runs there are, of what, and how they ended. Whoever depends on a row of
/// it, as `run` does before it begins something a second time, would pay twice for one that somebody changed. So every
/// row is compared with what the log says about it: with the entry that the run left when it was entered, and with its
/// newest ones. What is open by the list is compared when the run is read.
struct RunList {
  let journal: Journal

  /// All runs, the newest first.
  ///
  /// - Throws: ``RecoveryError`` for a row that says something else than the log, or is missing.
  /// - Complexity: O(runs), however long their logs are; of runs that a version before 0.2 entered, their plans.
  func runs() throws -> [RegisteredRun] {
    try journal.atOneMoment {
      var rows = try journal.runs()
      var entered: [Int64: Registration] = [:]
      var pruned: [Int64: (run: Pruning.Run, seq: Int64)] = [:]
      try journal.entries(of: 0, after: -1) { entry in
        if let registration = Registration(entry) { entered[registration.number] = registration }
        for run in Pruning(entry)?.runs ?? [] { pruned[run.number] = (run, entry.seq) }
        return true
      }
      for place in rows.indices { rows[place].pruned = pruned[rows[place].number]?.seq }
      for number in Set(entered.keys).union(try journal.numbers()).sorted() {
        guard !rows.contains(where: { $0.number == number }) else { continue }
        throw missing(number, entered[number])
      }
      let first = entered.keys.min() ?? .max
      for row in rows {
        guard let registration = entered[row.number] else {
          if row.number > first { throw unknown(row) }
          // What its plan said went with it.
          if row.pruned == nil { try compareWithPlan(row) }
          continue
        }
        try compare(row, "runbook", row.runbook, registration.runbook)
        try compare(row, "environment", row.environment, registration.environment)
        try compare(row, "directory", row.directory, registration.directory ?? row.directory)
        if row.created != registration.created {
          throw differs(
            row, "created_ms", row.created.text, registration.created.text, "\(registration.created.milliseconds)")
        }
        if let run = pruned[row.number]?.run {
          try compare(row, "plan", row.plan.hex, run.plan.hex)
          try compare(row, "outcome", row.outcome ?? "open", run.outcome)
        } else {
          try compareWithNewest(row, begunWith: registration.plan)
        }
      }
      return rows
    }
  }

  /// A run that a version before 0.2 entered left nothing in the log but what it did, and its plan.
  private func compareWithPlan(_ row: RegisteredRun) throws {
    let plan = try Recovery.plan(of: row, in: journal)
    try compare(row, "runbook", row.runbook, plan.runbook)
    try compare(row, "environment", row.environment, plan.environment)
    try compareWithNewest(row, begunWith: row.plan)
  }

  private func compareWithNewest(_ row: RegisteredRun, begunWith plan: Digest) throws {
    let newest = try newest(of: row.number, wantsOutcome: row.outcome != nil)
    try compare(row, "plan", row.plan.hex, (newest.plan ?? plan).hex)
    guard let said = row.outcome, said != newest.outcome else { return }
    throw differs(row, "outcome", said, newest.outcome ?? "open", newest.outcome.map { "'\($0)'" } ?? "NULL")
  }

  /// What the newest entries of a run say: the plan in force, and, where it is wanted, how it ended. Behind the end
  /// stand a few entries, where there is one.
  private func newest(of run: Int64, wantsOutcome: Bool) throws -> (plan: Digest?, outcome: String?) {
    var (plan, outcome): (Digest?, String?) = (nil, nil)
    try journal.entriesBackwards(of: run) { entry in
      if plan == nil {
        let amended = entry.type == "plan_amended" ? entry.data["to"]?.string.flatMap { Digest(hex: $0) } : nil
        plan = amended ?? entry.plan
      }
      if entry.type == "run_finished" { outcome = entry.data["outcome"]?.string }
      return wantsOutcome && entry.type != "run_finished" && entry.type != "rollback_started"
    }
    return (plan, outcome)
  }

  /// A state that was read from the log is compared with what the list says about the run now.
  func compare(_ state: RunState, of run: Int64) throws {
    guard let row = try journal.runs().first(where: { $0.number == run }) else { return }
    let outcome = state.outcome?.rawValue
    guard row.outcome != outcome else { return }
    throw differs(row, "outcome", row.outcome ?? "open", outcome ?? "open", outcome.map { "'\($0)'" } ?? "NULL")
  }

  private func compare(_ row: RegisteredRun, _ column: String, _ said: String, _ logged: String) throws {
    guard said != logged else { return }
    throw differs(row, column, said, logged, "'\(logged.replacing("'", with: "''"))'")
  }

  private func differs(
    _ row: RegisteredRun, _ column: String, _ said: String, _ logged: String, _ value: String
  ) -> RecoveryError {
    RecoveryError(
      message: "the list of runs in \(journal.path) was changed: the \(column) of \(row.name) is `\(said)` there, and "
        + "`\(logged)` in the log; nothing was started. Bring a good copy back, or put the list right: "
        + "UPDATE registry SET \(column) = \(value) WHERE run = \(row.number)")
  }

  private func missing(_ number: Int64, _ registration: Registration?) -> RecoveryError {
    RecoveryError(
      message: "the list of runs in \(journal.path) has no r-\(number), and the log has"
        + (registration.map { " (\($0.runbook), \($0.environment))" } ?? "")
        + "; nothing was started. Bring a good copy back: without its row the run would be done again")
  }

  private func unknown(_ row: RegisteredRun) -> RecoveryError {
    RecoveryError(
      message: "the list of runs in \(journal.path) has \(row.name), and the log never had it; nothing was started. "
        + "Bring a good copy back, or put the list right: DELETE FROM registry WHERE run = \(row.number)")
  }
}

extension RunList {
  /// Commands that were taken up stand in the log, and those that were not do not: one that is taken up twice, or
  /// never, is no small thing.
  ///
  /// - Complexity: O(commands of the run).
  func compareInbox(of run: RegisteredRun) throws {
    for (id, seq) in try journal.taken(of: run.number) {
      var isThere = false
      try journal.entries(of: run.number, after: seq - 1) { entry in
        // What could not be read is kept where it can be erased, and so is what it called itself.
        isThere = entry.seq == seq && (Self.command(entry) == id || entry.type == "command_not_read")
        return false
      }
      if !isThere {
        throw lost(id, "says that it became event \(seq) of \(run.name), which is another one", "seq = NULL")
      }
    }
    let waiting = try journal.letters(to: run.number)
    // Behind the oldest that waits nobody has looked into the inbox, an hour for clocks that are set.
    guard let oldest = waiting.map(\.sent).min() else { return }
    try journal.entriesBackwards(of: run.number) { entry in
      if let id = Self.command(entry), waiting.contains(where: { $0.id == id }) {
        throw lost(id, "waits there, and was taken up as event \(entry.seq) of \(run.name)", "seq = \(entry.seq)")
      }
      return entry.at + .hour > oldest
    }
  }

  private static func command(_ entry: Entry) -> String? {
    entry.type == "command_received" ? entry.data["id"]?.string : nil
  }

  private func lost(_ id: String, _ what: String, _ value: String) -> RecoveryError {
    RecoveryError(
      message:
        "the inbox of \(journal.path) was changed: a command \(what); nothing was started. Bring a good copy back, "
        + "or put the inbox right: UPDATE inbox SET \(value) WHERE id = '\(id.replacing("'", with: "''"))'")
  }
}
