internal import Foundation
internal import GRDB
public import Quantities
public import Records

extension Journal {
  /// Enters a new run under the next number, and keeps its plan.
  ///
  /// - Parameters:
  ///   - runbook: the runbook's identifier.
  ///   - environment: the environment's identifier.
  ///   - plan: the plan's canonical bytes.
  ///   - directory: the directory of the runbook on this machine.
  ///   - newest: the newest run that whoever asks has looked at, 0 for none: nothing is entered when there is a newer
  ///     one. The look and the entry are one transaction. `nil` enters it in any case.
  ///   - clock: when.
  /// - Returns: the run; `nil` when there is a newer one.
  /// - Throws: ``JournalError``.
  public func register(
    runbook: String, environment: String, plan: [UInt8], directory: String, after newest: Int64?, clock: ClockReading
  ) throws(JournalError) -> RegisteredRun? {
    do {
      return try write(under: nil, clock: clock) { batch in
        let last = try Int64.fetchOne(batch.database, sql: "SELECT coalesce(max(run), 0) FROM registry") ?? 0
        if let newest, newest != last { return nil }
        let digest = try batch.keep(blob: plan)
        let number = last + 1
        try batch.database.execute(
          sql: """
            INSERT INTO registry (run, runbook, environment, plan, directory, created_ms) VALUES (?, ?, ?, ?, ?, ?)
            """,
          arguments: [number, runbook, environment, digest.hex, directory, clock.instant.milliseconds])
        return RegisteredRun(
          number: number, runbook: runbook, environment: environment, plan: digest, directory: directory,
          created: clock.instant, outcome: nil)
      }
    } catch {
      throw JournalError(error, path: path)
    }
  }

  /// All runs, the newest first.
  public func runs() throws(JournalError) -> [RegisteredRun] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM registry ORDER BY run DESC").map { row in
        // A run that is left out of the list would be taken for none, and begun anew.
        guard let number = Int64.fromDatabaseValue(row["run"]), let plan = String.fromDatabaseValue(row["plan"]),
          let runbook = String.fromDatabaseValue(row["runbook"]), let digest = Digest(hex: plan),
          let environment = String.fromDatabaseValue(row["environment"]),
          let directory = String.fromDatabaseValue(row["directory"]),
          let created = Int64.fromDatabaseValue(row["created_ms"])
        else { throw JournalError.corrupt(path: path, detail: "a row of its registry of runs cannot be read") }
        return RegisteredRun(
          number: number, runbook: runbook, environment: environment, plan: digest, directory: directory,
          created: Instant(milliseconds: created), outcome: row["outcome"])
      }
    }
  }

  /// The bytes under a digest; `nil` when there are none, or when they are not what the digest says.
  public func blob(_ digest: Digest) throws(JournalError) -> [UInt8]? {
    try read { database in
      try Data.fetchOne(database, sql: "SELECT body FROM blobs WHERE digest = ?", arguments: [digest.hex])
        .map { Array($0) }.flatMap { Digest(of: $0) == digest ? $0 : nil }
    }
  }

  /// The newest state of a run that was kept in a format; `nil` when there is none, and for one that is damaged or
  /// belongs to another log than this.
  public func snapshot(of run: Int64, format: Int) throws(JournalError) -> (seq: Int64, body: [UInt8])? {
    try read { database in
      let rows = try Row.fetchAll(
        database, sql: "SELECT seq, digest, body FROM snapshots WHERE run = ? AND format = ? ORDER BY seq DESC",
        arguments: [run, format])
      for row in rows {
        let data: Data = row["body"]
        let body = Array(data)
        let digest: String = row["digest"]
        let seq: Int64 = row["seq"]
        guard seq >= 0, seq < (try Self.size(database)) else { continue }
        let root = try Self.edge(of: seq + 1, database, path: path).root
        if Digest.binding(snapshot: body, to: root).hex == digest { return (seq, body) }
      }
      return nil
    }
  }

  /// The entries of a run after one, in order, handed over one by one so that a long log needs little memory.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - seq: the entry after which to begin.
  ///   - visit: takes an entry; returns `false` to stop.
  /// - Throws: `JournalError`, also for an entry that cannot be read; an error of `visit` as it is.
  public func entries(of run: Int64, after seq: Int64, _ visit: (Entry) throws -> Bool) throws {
    try visiting { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT e.seq, e.body, p.body AS payload FROM events e LEFT JOIN payloads p ON p.seq = e.seq
          WHERE e.run = ? AND e.seq > ? ORDER BY e.seq
          """, arguments: [run, seq])
      while let row = try rows.next() {
        let body: Data = row[1]
        let payload: Data? = row[2]
        guard try visit(try Entry(body: Array(body), payload: payload.map { Array($0) }, path: path)) else { break }
      }
    }
  }

  /// The names of people by pseudonym.
  public func people() throws(JournalError) -> [String: String] {
    try read { database in
      var names: [String: String] = [:]
      for row in try Row.fetchAll(database, sql: "SELECT id, name FROM people") { names[row["id"]] = row["name"] }
      return names
    }
  }
}
