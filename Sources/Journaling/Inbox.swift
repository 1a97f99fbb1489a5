internal import GRDB
internal import Quantities
public import Records

extension Journal {
  /// Puts a command into the inbox. The same identity twice changes nothing.
  public func send(_ letter: Letter) throws(JournalError) {
    do {
      try queue.inDatabase { database in
        try database.inTransaction(.immediate) {
          try database.execute(
            sql: """
              INSERT INTO inbox (id, run, subject, command, person, auth, sent_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
              ON CONFLICT (id) DO NOTHING
              """,
            arguments: [
              letter.id, letter.run, letter.subject, letter.command, letter.person, letter.auth,
              letter.sent.milliseconds,
            ])
          return .commit
        }
      }
    } catch {
      throw JournalError(error, path: path)
    }
  }

  /// The commands of a run that nobody has taken up, in the order in which they came.
  public func letters(to run: Int64) throws(JournalError) -> [Letter] {
    try read { database in
      let statement = try database.cachedStatement(
        sql: "SELECT * FROM inbox WHERE run = ? AND seq IS NULL ORDER BY place")
      return try Row.fetchAll(statement, arguments: [run]).map { row in
        Letter(
          id: row["id"], run: row["run"], subject: row["subject"], command: row["command"], person: row["person"],
          auth: row["auth"], sent: Instant(milliseconds: row["sent_ms"]))
      }
    }
  }

  /// The commands of a run that were taken up, each with the event that it became.
  public func taken(of run: Int64) throws(JournalError) -> [(id: String, seq: Int64)] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT id, seq FROM inbox WHERE run = ? AND seq IS NOT NULL ORDER BY place", arguments: [run]
      ).map { (id: $0["id"], seq: $0["seq"]) }
    }
  }

  /// The event that a command became; `nil` while nobody has taken it up.
  public func event(ofCommand id: String) throws(JournalError) -> Int64? {
    try read { try Int64.fetchOne($0, sql: "SELECT seq FROM inbox WHERE id = ?", arguments: [id]) }
  }
}
