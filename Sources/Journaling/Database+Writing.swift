internal import GRDB

extension Database {
  /// One transaction that writes, or nothing of it. It is the pulse of every run, so its own two statements are parsed
  /// once.
  ///
  /// - Throws: what `body` throws, or the database.
  func writing(_ body: () throws -> Void) throws {
    try cachedStatement(sql: "BEGIN IMMEDIATE TRANSACTION").execute()
    do {
      try body()
      try cachedStatement(sql: "COMMIT TRANSACTION").execute()
    } catch {
      // SQLite ends some transactions itself, as on a full disk.
      if isInsideTransaction { try? rollback() }
      throw error
    }
  }
}
