public import Engine
public import Plans
public import Quantities
public import Records

/// A run as the record has it.
public struct Recovered: Sendable {
  /// The engine's state after the newest event.
  public var state: RunState
  /// The sequence number of the snapshot that it was read from; 0 when there was none.
  public var snapshotSequence: Int64
}

/// Why a run cannot be read from its record.
public struct RecoveryError: Error, Equatable, Sendable {
  /// What is wrong and what to do, in sentences.
  public let message: String

  public init(message: String) {
    self.message = message
  }
}

/// Reads runs back from the record.
public enum Recovery {
  /// The plan in force of a run: the recorded one, never a file.
  public static func plan(of run: RegisteredRun, in record: some Record) throws -> Plan {
    try plan(run.plan, of: run, in: record)
  }

  /// A plan that is, was or may be in force in a run.
  public static func plan(_ digest: Digest, of run: RegisteredRun, in record: some Record) throws -> Plan {
    do {
      if let plan = try record.keptPlan(digest) { return plan }
    } catch let error as PlanError {
      throw RecoveryError(message: "the plan of \(run.name) cannot be read: \(error.message)")
    }
    throw RecoveryError(
      message: "the plan \(digest.short) of \(run.name) is missing or damaged in \(record.path); restore a good copy")
  }

  /// Folds the newest snapshot and the events after it.
  ///
  /// Before a snapshot is trusted it is compared with the fold of all events up to it: always, or, where that costs, as
  /// long as the log is short. One that is another state is left aside.
  ///
  /// - Complexity: O(targets + events since the newest snapshot), however old the run is.
  public static func state(
    of run: RegisteredRun, in record: some Record, zones: any ZoneTable, checks: Loop.Checks = .sampled
  ) throws -> Recovered {
    let first = try digest(from: 0, of: run, in: record)
    guard let snapshot = try record.snapshot(of: run.number, format: RunState.snapshotFormat) else {
      let index = try index(first, of: run, in: record, zones: zones)
      return try folded(RunState(index), of: run, in: record)
    }
    let then = try digest(from: snapshot.seq, of: run, in: record)
    let indexThen = try index(then, of: run, in: record, zones: zones)
    let index = then == first ? indexThen : try index(first, of: run, in: record, zones: zones)
    let kept: RunState
    do throws(FormError) {
      kept = try RunState(snapshot: snapshot.body, index: indexThen)
    } catch {
      if checks == .always {
        throw LoopDefect("the snapshot at \(snapshot.seq) cannot be read: \(error.path) \(error.problem)")
      }
      return try folded(RunState(index), of: run, in: record)
    }
    if checks == .always || snapshot.seq <= longestCheck {
      let state = try folded(RunState(index), of: run, in: record, upTo: snapshot.seq).state
      if state.snapshot != snapshot.body {
        if checks == .always { throw LoopDefect("the snapshot at \(snapshot.seq) is not what the log says") }
        return try folded(RunState(index), of: run, in: record)
      }
    }
    return try folded(kept, since: snapshot.seq, of: run, in: record)
  }

  /// So many entries are folded again to check a snapshot: a few hundredths of a second.
  private static let longestCheck: Int64 = 5_000

  /// Folds the events after a snapshot, or all, on a state.
  private static func folded(
    _ kept: RunState, since snapshot: Int64 = 0, of run: RegisteredRun, in record: some Record, upTo last: Int64? = nil
  ) throws -> Recovered {
    var state = kept
    try fold(into: &state, after: snapshot == 0 ? -1 : snapshot, upTo: last, of: run, in: record) { _, _ in }
    if let digest = state.amendment?.plan { state.learn(try plan(digest, of: run, in: record), as: digest) }
    return Recovered(state: state, snapshotSequence: snapshot)
  }

  /// Folds what was recorded since a state was read, so that whoever looks on needs not begin again.
  ///
  /// - Parameters:
  ///   - state: the state, which goes on.
  ///   - run: its run.
  ///   - record: where it is recorded.
  ///   - visit: is told each event, with its number.
  /// - Throws: the record's errors; ``RecoveryError``.
  /// - Complexity: O(events since).
  public static func goOn(
    with state: inout RunState, of run: RegisteredRun, in record: some Record, _ visit: (Int64, Event) -> Void
  ) throws {
    try fold(into: &state, after: state.lastSequence, upTo: nil, of: run, in: record, visit)
  }

  private static func fold(
    into state: inout RunState, after first: Int64, upTo last: Int64?, of run: RegisteredRun, in record: some Record,
    _ visit: (Int64, Event) -> Void
  ) throws {
    try record.entries(of: run.number, after: first) { entry in
      if let last, entry.seq > last { return false }
      let event = try event(entry, index: state.index)
      if case .planAmended(let digest, _, _, _) = event.kind {
        state.learn(try plan(digest, of: run, in: record), as: digest)
      }
      state.fold(event, sequence: entry.seq)
      visit(entry.seq, event)
      return true
    }
  }

  /// The plan that was in force at the first entry from a sequence number on.
  private static func digest(from seq: Int64, of run: RegisteredRun, in record: some Record) throws -> Digest {
    try record.plan(of: run.number, from: seq) ?? run.plan
  }

  private static func index(
    _ digest: Digest, of run: RegisteredRun, in record: some Record, zones: any ZoneTable
  ) throws -> PlanIndex {
    PlanIndex(try plan(digest, of: run, in: record), zones: zones)
  }

  /// Reads one entry of the log as an event.
  public static func event(_ entry: Entry, index: PlanIndex) throws -> Event {
    do throws(EventError) {
      return try Event(
        RecordedEvent(
          type: entry.type, subject: entry.subject, at: entry.at, cause: entry.cause, data: entry.data,
          payload: entry.payload), index: index)
    } catch {
      throw RecoveryError(
        message: "event \(entry.seq) cannot be read: \(error.message). Either it is damaged, which `sanderling audit "
          + "verify` finds, or a later version wrote it; `executor_started` says which")
    }
  }
}

/// Reads the entries of a run, each under the plan that was in force when it was recorded.
struct LogReader {
  let run: RegisteredRun
  private var indices: [Digest: PlanIndex]

  /// Begins with the index of the plan in force.
  init(run: RegisteredRun, index: PlanIndex) {
    self.run = run
    indices = [run.plan: index]
  }

  /// Reads one entry.
  mutating func event(_ entry: Entry, in record: some Record) throws -> Event {
    try Recovery.event(entry, index: try index(of: entry, in: record))
  }

  /// The index of the plan that was in force at an entry.
  mutating func index(of entry: Entry, in record: some Record) throws -> PlanIndex {
    let digest = entry.plan ?? run.plan
    let index = try indices[digest] ?? PlanIndex(try Recovery.plan(digest, of: run, in: record))
    indices[digest] = index
    return index
  }
}
