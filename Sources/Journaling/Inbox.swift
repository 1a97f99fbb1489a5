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

  /// Takes a command out of the inbox that nobody has taken up. While an executor is at work none is: it may hold it in
  /// its hands already.
  ///
  /// - Returns: whether it lay there still.
  public func withdraw(_ letter: Letter) throws(JournalError) -> Bool {
    do {
      return try queue.inDatabase { database in
        var isTaken = false
        // An executor owns the run before it reads the inbox, and says so in this file first: behind this transaction.
        try database.inTransaction(.immediate) {
          guard !isExecuted(run: letter.run) else { return .rollback }
          try database.execute(
            sql: "DELETE FROM inbox WHERE id = ? AND run = ? AND seq IS NULL", arguments: [letter.id, letter.run])
          isTaken = database.changesCount == 1
          return .commit
        }
        return isTaken
      }
    } catch {
      throw JournalError(error, path: path)
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
