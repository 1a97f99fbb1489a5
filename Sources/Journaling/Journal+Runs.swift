internal import Foundation
internal import GRDB
public import Quantities
public import Records

extension Journal {
  /// Enters a new run under the next number, keeps its plan, and says so in the log.
  ///
  /// - Parameters:
  ///   - runbook: the runbook's identifier.
  ///   - environment: the environment's identifier.
  ///   - plan: the plan's canonical bytes, and what belongs to them.
  ///   - directory: the directory of the runbook on this machine.
  ///   - newest: the newest run that whoever asks has looked at, 0 for none: nothing is entered when there is a newer
  ///     one. The look and the entry are one transaction. `nil` enters it in any case.
  ///   - clock: when.
  /// - Returns: the run; `nil` when there is a newer one.
  /// - Throws: ``JournalError``.
  public func register(
    runbook: String, environment: String, plan: KeptBlob, directory: String, after newest: Int64?, clock: ClockReading
  ) throws(JournalError) -> RegisteredRun? {
    do {
      return try write(under: nil, clock: clock) { batch in
        let last =
          try Int64.fetchOne(
            batch.database,
            // A number that the log knows is never given again, whatever became of the row.
            sql: """
              SELECT max((SELECT coalesce(max(run), 0) FROM registry), (SELECT coalesce(max(run), 0) FROM events),
                (SELECT coalesce(max(json_extract(CAST(body AS TEXT), '$.data.run')), 0) FROM events
                  WHERE run = 0 AND type = 'run_registered'))
              """)
          ?? 0
        if let newest, newest != last { return nil }
        let digest = try batch.keep(plan)
        let number = last + 1
        try batch.database.execute(
          sql: """
            INSERT INTO registry (run, runbook, environment, plan, directory, created_ms) VALUES (?, ?, ?, ?, ?, ?)
            """,
          arguments: [number, runbook, environment, digest.hex, directory, clock.instant.milliseconds])
        let run = RegisteredRun(
          number: number, runbook: runbook, environment: environment, plan: digest, directory: directory,
          created: clock.instant, outcome: nil)
        try batch.append(.runRegistered(run))
        return run
      }
    } catch {
      throw JournalError(error, path: path)
    }
  }

  /// The numbers of the runs that have entries in the log, the lowest first.
  ///
  /// - Complexity: O(runs), however many entries there are.
  public func numbers() throws(JournalError) -> [Int64] {
    try read { database in
      try Int64.fetchAll(
        database,
        sql: """
          WITH RECURSIVE numbers (run) AS (
            SELECT min(run) FROM events WHERE run > 0
            UNION ALL SELECT (SELECT min(run) FROM events WHERE run > numbers.run) FROM numbers WHERE run IS NOT NULL
          ) SELECT run FROM numbers WHERE run IS NOT NULL
          """)
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
          created: Instant(milliseconds: created), outcome: try outcome(row))
      }
    }
  }

  private func outcome(_ row: Row) throws -> String? {
    let value: DatabaseValue = row["outcome"]
    if value.isNull { return nil }
    guard let text = String.fromDatabaseValue(value) else {
      throw JournalError.corrupt(path: path, detail: "a row of its registry of runs cannot be read")
    }
    return text
  }

  /// The bytes under a digest; `nil` when there are none, or when they are not what the digest says.
  public func blob(_ digest: Digest) throws(JournalError) -> [UInt8]? {
    try read { database in
      try Data.fetchOne(database, sql: "SELECT body FROM blobs WHERE digest = ?", arguments: [digest.hex])
        .map { Array($0) }.flatMap { Digest(of: $0) == digest ? $0 : nil }
    }
  }

  /// The newest state of a run that was kept in a format; `nil` when there is none. One that the entry behind it does
  /// not name is none.
  public func snapshot(of run: Int64, format: Int) throws(JournalError) -> (seq: Int64, body: [UInt8])? {
    if self.format == 1 { return nil }
    return try read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT s.seq, s.salt, s.body, e.body AS entry FROM snapshots s JOIN events e ON e.seq = s.seq + 1
          WHERE s.run = ? AND s.format = ? ORDER BY s.seq DESC
          """, arguments: [run, format])
      for row in rows {
        let (salt, body, named): (Data, Data, Data) = (row["salt"], row["body"], row["entry"])
        let (seq, state): (Int64, Opening) = (row["seq"], Opening(salt: Array(salt), body: Array(body)))
        let entry = try Entry(body: Array(named), payload: nil, path: path)
        if entry.names(snapshot: state, at: seq, of: run, format: format) { return (seq, state.body) }
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
    try walk(run, "e.seq > ?", from: seq, "ASC", visit)
  }

  /// The entries of some types, of all runs, in order. Those of an emergency have an index of their own.
  public func entries(typed types: [String], _ visit: (Entry) throws -> Void) throws {
    // As they stand in the index: SQLite looks into it for no other text.
    let list = types.sorted().map { "'\($0)'" }.joined(separator: ", ")
    try visiting { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT e.seq, e.body, p.body, p.salt, e.run FROM events e LEFT JOIN payloads p ON p.seq = e.seq
          WHERE e.type IN (\(list)) ORDER BY e.seq
          """)
      while let row = try rows.next() { try visit(entry(row, of: row[4])) }
    }
  }

  /// All entries of a run, in order, without what providers printed: most of what lies in a long log is that, and who
  /// does not show it need not read it.
  public func entriesWithoutLogs(of run: Int64, _ visit: (Entry) throws -> Bool) throws {
    try walk(run, "e.seq > ?", from: -1, "ASC", keepsLogs: false, visit)
  }

  /// The entries of a run, in order, without those of some types about which nobody asked: they are not even read.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - types: what is left out.
  ///   - isWanted: whether entries of these types about a path are wanted all the same.
  ///   - visit: takes an entry; returns `false` to stop.
  /// - Throws: as ``entries(of:after:_:)`` does.
  public func entries(
    of run: Int64, without types: [String], unlessAbout isWanted: @escaping (String) -> Bool,
    _ visit: (Entry) throws -> Bool
  ) throws {
    let list = types.map { "'\($0)'" }.joined(separator: ", ")
    try walk(
      run, "e.seq > ?", from: -1, "ASC",
      leavingOut: (sql: "e.type IN (\(list)), e.subject", isLeftOut: { row in row[4] && !isWanted(row[5]) }), visit)
  }

  /// The entries of a run from the newest back, handed over one by one; `visit` returns `false` to stop.
  public func entriesBackwards(of run: Int64, _ visit: (Entry) throws -> Bool) throws {
    try walk(run, "e.seq < ?", from: .max, "DESC", visit)
  }

  private func walk(
    _ run: Int64, _ range: String, from seq: Int64, _ order: String, keepsLogs: Bool = true,
    leavingOut: (sql: String, isLeftOut: (Row) -> Bool)? = nil, _ visit: (Entry) throws -> Bool
  ) throws {
    // What was left out cannot be compared with the commitment, so it comes without its salt.
    let payload =
      keepsLogs
      ? "p.body, p.salt"
      : """
      CASE WHEN length(p.body) > \(Self.large) THEN CAST(json_remove(CAST(p.body AS TEXT), '$.log') AS BLOB) ELSE p.body
      END, CASE WHEN length(p.body) > \(Self.large) THEN NULL ELSE p.salt END
      """
    var seq = seq
    var failed: Int64?
    var isVisiting = false
    while true {
      do {
        return try visiting { database in
          let rows = try Row.fetchCursor(
            database,
            sql: """
              SELECT e.seq, e.body, \(payload)\(leavingOut.map { ", \($0.sql)" } ?? "")
              FROM events e LEFT JOIN payloads p ON p.seq = e.seq WHERE e.run = ? AND \(range) ORDER BY e.seq \(order)
              """, arguments: [run, seq])
          while let row = try rows.next() {
            if leavingOut?.isLeftOut(row) ?? false { continue }
            let entry = try entry(row, of: run)
            seq = entry.seq
            isVisiting = true
            guard try visit(entry) else { break }
            isVisiting = false
          }
        }
      } catch JournalError.failed where failed != seq && !isVisiting {
        // A read that failed is tried once more, from where it failed on.
        failed = seq
      }
    }
  }

  /// Below so many bytes nothing is gained by leaving something out.
  private static let large = 2_048

  private func entry(_ row: Row, of run: Int64) throws -> Entry {
    let (body, payload, salt): (Data, Data?, Data?) = (row[1], row[2], row[3])
    let entry = try Entry(
      body: Array(body), payload: payload.map { Array($0) }, salt: salt.map { Array($0) }, path: path)
    // The columns are copies for searching: an entry that they file under another place is one of another run.
    guard entry.seq == row[0], entry.run == run else {
      throw JournalError.corrupt(path: path, detail: "event \(entry.seq) of r-\(entry.run) lies in another place")
    }
    return entry
  }

  /// What opens a commitment of a plan; `nil` when it was erased, and for what does not open it.
  public func opening(_ commitment: Digest) throws(JournalError) -> Opening? {
    // Plans of format 1 held everything themselves.
    if format == 1 { return nil }
    return try read { database in
      try Row.fetchOne(
        database, sql: "SELECT salt, body FROM openings WHERE commitment = ?", arguments: [commitment.hex]
      ).map { row -> Opening in
        let (salt, body): (Data, Data) = (row["salt"], row["body"])
        let opening = Opening(salt: Array(salt), body: Array(body))
        guard opening.commitment == commitment else {
          throw JournalError.corrupt(path: path, detail: "who the people of a plan are was changed")
        }
        return opening
      }
    }
  }

  /// The names of people by pseudonym, without those that were erased.
  public func people() throws(JournalError) -> [String: String] {
    try read { database in
      var names: [String: String] = [:]
      for row in try Row.fetchAll(database, sql: "SELECT * FROM people") {
        if format > 1 { _ = try Self.pseudonym(row, path: path) }
        names[row["id"]] = row["name"]
      }
      return names
    }
  }

  /// A pseudonym commits to its name: another name behind it was put there by somebody else.
  static func pseudonym(_ row: Row, path: String) throws -> Pseudonym {
    let (id, salt, name): (String, Data, String) = (row["id"], row["salt"], row["name"])
    let pseudonym = Pseudonym(of: name, salt: Array(salt))
    guard pseudonym.id == id else {
      throw JournalError.corrupt(path: path, detail: "another name was put behind the pseudonym \(id)")
    }
    return pseudonym
  }
}
