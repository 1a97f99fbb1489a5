internal import Adapters
public import Engine
public import Journaling
public import Plans
public import Quantities

/// A run as the journal has it.
public struct Recovered: Sendable {
  /// The engine's state after the newest event.
  public var state: RunState
  /// The sequence number of the snapshot that it was read from; 0 when there was none.
  public var snapshotSequence: Int64
}

/// Why a run cannot be read from its journal.
public struct RecoveryError: Error, Equatable, Sendable {
  /// What is wrong and what to do, in sentences.
  public let message: String
}

/// Reads runs back from the journal.
public enum Recovery {
  /// The plan in force of a run: the recorded one, never a file.
  public static func plan(of run: RegisteredRun, in journal: Journal) throws -> Plan {
    try plan(run.plan, of: run, in: journal)
  }

  /// A plan that is, was or may be in force in a run.
  public static func plan(_ digest: Digest, of run: RegisteredRun, in journal: Journal) throws -> Plan {
    guard let bytes = try journal.blob(digest) else {
      throw RecoveryError(
        message:
          "the plan \(digest.short) of \(run.name) is missing or damaged in \(journal.path); restore a good copy")
    }
    do throws(PlanError) {
      return try Plan(canonical: bytes)
    } catch {
      throw RecoveryError(message: "the plan of \(run.name) cannot be read: \(error.message)")
    }
  }

  /// Folds the newest snapshot and the events after it.
  ///
  /// - Complexity: O(targets + events since the newest wave boundary), however old the run is.
  public static func state(of run: RegisteredRun, in journal: Journal, zones: any ZoneTable) throws -> Recovered {
    var (state, snapshotSequence) = try start(of: run, in: journal, zones: zones)
    try journal.entries(of: run.number, after: snapshotSequence == 0 ? -1 : snapshotSequence) { entry in
      let event = try event(entry, index: state.index)
      if case .planAmended(let digest, _, _) = event.kind {
        state.learn(try plan(digest, of: run, in: journal), as: digest)
      }
      state.fold(event, sequence: entry.seq)
      return true
    }
    if let digest = state.amendment?.plan { state.learn(try plan(digest, of: run, in: journal), as: digest) }
    return Recovered(state: state, snapshotSequence: snapshotSequence)
  }

  /// The newest snapshot, or the state before the first event: each under the plan that was in force then.
  private static func start(
    of run: RegisteredRun, in journal: Journal, zones: any ZoneTable
  ) throws -> (state: RunState, sequence: Int64) {
    if let snapshot = try journal.snapshot(of: run.number, format: RunState.snapshotFormat) {
      let digest = try journal.plan(of: run.number, from: snapshot.seq) ?? run.plan
      let plan = try plan(digest, of: run, in: journal)
      if let restored = RunState(snapshot: snapshot.body, plan: plan, zones: zones) { return (restored, snapshot.seq) }
    }
    let digest = try journal.plan(of: run.number, from: 0) ?? run.plan
    return (RunState(try plan(digest, of: run, in: journal), zones: zones), 0)
  }

  /// Reads one entry of the log as an event.
  public static func event(_ entry: Entry, index: PlanIndex) throws -> Event {
    do throws(EventError) {
      return try Event(
        RecordedEvent(
          type: entry.type, subject: entry.subject, at: entry.at, cause: entry.cause, data: entry.data,
          payload: entry.payload), index: index)
    } catch {
      throw RecoveryError(message: "event \(entry.seq) cannot be read: \(error.message). Use the version that wrote it")
    }
  }

  /// Makes sure that nothing which an earlier executor started is still at work.
  ///
  /// - Throws: ``RecoveryError`` when a process cannot be ended: a new attempt beside it could do things twice.
  public static func endOrphans(of run: RegisteredRun, state: RunState) async throws {
    for unit in state.units where unit.hasOpenRequest {
      let path = state.index.path(of: .step(unit.address))
      // The key is part of the mark: another journal may have a run of the same number.
      let key = state.idempotencyKey(of: unit.address, verb: unit.verb)
      let orphans = Orphans.find(mark: "\(run.name)|\(path)#\(unit.attempt)|\(key)")
      guard !orphans.isEmpty else { continue }
      let gone = await Orphans.end(orphans)
      guard gone else {
        let pids = orphans.map { String($0.pid) }.joined(separator: ", ")
        throw RecoveryError(
          message: "process \(pids) of \(path) is still at work and could not be ended; end it, then run again")
      }
    }
  }
}
