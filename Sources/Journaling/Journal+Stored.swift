internal import CSQLite
internal import Foundation
internal import GRDB
public import Quantities
public import Records

/// What an audit reads: the file as it is, whatever became of it.
extension Journal: StoredRecord {
  /// The file's path.
  public var name: String { path }
  public var hasCopies: Bool { true }

  /// So many entries from one on. The bytes are taken over without being looked at.
  public func page(from seq: Int64, count: Int) throws -> StoredPage {
    try read { database in
      // What is left of pruned entries stands between those that are there.
      let pruned =
        try Self.hasPruned(database)
        ? """
        UNION ALL SELECT seq, run, NULL, NULL, NULL, NULL, NULL, NULL, NULL, leaf FROM pruned WHERE seq >= ?1
        """ : ""
      let statement = try database.cachedStatement(
        sql: """
          SELECT e.seq, e.run, e.epoch, e.at_ms, e.type, e.subject, e.body, p.salt, p.body, NULL
          FROM events e LEFT JOIN payloads p ON p.seq = e.seq WHERE e.seq >= ?1 \(pruned) ORDER BY 1 LIMIT ?2
          """)
      try statement.setArguments([seq, count])
      let handle = statement.sqliteStatement
      defer { sqlite3_reset(handle) }
      var page = StoredPage()
      while true {
        switch sqlite3_step(handle) {
        case SQLITE_ROW:
          Self.take(handle, into: &page)
          if page.isFull { return page }
        case SQLITE_DONE: return page
        default:
          throw JournalError.failed(path: path, detail: String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))))
        }
      }
    }
  }

  private static func take(_ handle: OpaquePointer, into page: inout StoredPage) {
    if sqlite3_column_type(handle, 9) != SQLITE_NULL {
      // Of what is no hash nothing fits.
      let leaf = Digest(bytes: bytes(handle, 9)) ?? Digest(of: [])
      page.add(pruned: sqlite3_column_int64(handle, 0), run: sqlite3_column_int64(handle, 1), leaf: leaf)
      return
    }
    let copies = StoredPage.Copies(
      run: sqlite3_column_int64(handle, 1), epoch: sqlite3_column_int64(handle, 2),
      at: sqlite3_column_int64(handle, 3), type: page.add(bytes(handle, 4)), subject: page.add(bytes(handle, 5)))
    let hasPayload = sqlite3_column_type(handle, 8) != SQLITE_NULL
    page.add(
      seq: sqlite3_column_int64(handle, 0), copies: copies, body: bytes(handle, 6),
      payload: hasPayload ? (bytes(handle, 7), bytes(handle, 8)) : nil)
  }

  /// What stands in a column that should have bytes: nothing, in a file that somebody wrote by hand.
  private static func bytes(_ data: Data?) -> [UInt8] { data.map { Array($0) } ?? [] }

  private static func bytes(_ handle: OpaquePointer, _ column: Int32) -> UnsafeRawBufferPointer {
    // The pointer first: asking for the size of a text could move it.
    let start = sqlite3_column_blob(handle, column)
    return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
  }

  /// So many stored subtrees from an identifier on.
  public func nodes(from id: Int64, count: Int) throws -> [(id: Int64, hash: [UInt8])] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT id, hash FROM nodes WHERE id >= ? ORDER BY id LIMIT ?", arguments: [id, count]
      ).map { row in (id: row[0] as Int64, hash: Self.bytes(row[1])) }
    }
  }

  /// Hands over each plan with the digest that it is kept under.
  public func blobs(_ visit: (_ digest: String, _ body: [UInt8]) throws -> Void) throws {
    try visiting { database in
      let rows = try Row.fetchCursor(database, sql: "SELECT digest, body FROM blobs ORDER BY digest")
      while let row = try rows.next() { try visit(row[0] ?? "", Self.bytes(row[1])) }
    }
  }

  /// What is known of people.
  public func persons() throws -> [StoredPerson] {
    try read { database in
      let hasSalt = try database.columns(in: "people").contains { $0.name == "salt" }
      return try Row.fetchAll(database, sql: "SELECT * FROM people ORDER BY id").map { row in
        StoredPerson(
          id: row["id"] ?? "", salt: hasSalt ? (row["salt"] as Data?).map { Array($0) } : nil, name: row["name"] ?? "")
      }
    }
  }

  /// What opens the commitments of plans; nothing in journals of format 1, whose plans held it.
  public func keptOpenings() throws -> [(commitment: String, opening: Opening)] {
    try read { database in
      guard try database.tableExists("openings") else { return [] }
      return try Row.fetchAll(database, sql: "SELECT commitment, salt, body FROM openings ORDER BY commitment").map {
        (commitment: $0[0] ?? "", opening: Opening(salt: Self.bytes($0[1]), body: Self.bytes($0[2])))
      }
    }
  }

  /// The list of runs, as texts.
  public func runList() throws -> [StoredRun]? {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM registry ORDER BY run").map { row in
        var values: [String: String?] = [:]
        for (column, value) in row {
          values[column] =
            switch value.storage {
            case .null: .some(nil)
            case .int64(let number): "\(number)"
            case .double(let number): "\(number)"
            case .string(let text): text
            case .blob(let data): String(decoding: data, as: UTF8.self)
            }
        }
        return StoredRun(number: row["run"], values: values)
      }
    }
  }

  /// Payloads that belong to no entry.
  public func strayPayloads() throws -> [Int64] {
    try read { database in
      try Int64.fetchAll(
        database, sql: "SELECT seq FROM payloads WHERE seq NOT IN (SELECT seq FROM events) ORDER BY seq LIMIT 100")
    }
  }

  /// The checkpoints beside the log, in the order of their sizes; none in a journal of an earlier version.
  public func keptCheckpoints() throws(JournalError) -> [KeptCheckpoint] {
    try read { database in
      guard try database.tableExists("checkpoints") else { return [] }
      return try Row.fetchAll(database, sql: "SELECT size, at_ms, note FROM checkpoints ORDER BY size").map { row in
        KeptCheckpoint(size: row[0] ?? -1, at: Instant(milliseconds: row[1] ?? 0), note: Self.bytes(row[2]))
      }
    }
  }

  /// The checkpoint of a size that is kept beside the log; `nil` for none.
  public func keptCheckpoint(of size: Int64) throws(JournalError) -> KeptCheckpoint? {
    try read { database in
      guard try database.tableExists("checkpoints") else { return nil }
      return try Row.fetchOne(
        database, sql: "SELECT at_ms, note FROM checkpoints WHERE size = ?", arguments: [size]
      ).map { KeptCheckpoint(size: size, at: Instant(milliseconds: $0[0] ?? 0), note: Self.bytes($0[1])) }
    }
  }

  /// Keeps a checkpoint beside the log.
  ///
  /// - Parameters:
  ///   - checkpoint: the checkpoint.
  ///   - isMore: whether it takes the place of one of the same size, as when it has more signatures; without it the
  ///     older one stays.
  /// - Throws: ``JournalError``, also when there are fewer entries than it says.
  public func keep(checkpoint: KeptCheckpoint, isMore: Bool) throws(JournalError) {
    do {
      try queue.inDatabase { database in
        try database.inTransaction(.immediate) {
          guard try Self.size(database) >= checkpoint.size else {
            throw JournalError.lost(path: path, detail: "a checkpoint speaks of more entries than there are")
          }
          try database.execute(sql: Schema.audit)
          try database.execute(
            sql: "INSERT OR \(isMore ? "REPLACE" : "IGNORE") INTO checkpoints (size, at_ms, note) VALUES (?, ?, ?)",
            arguments: [checkpoint.size, checkpoint.at.milliseconds, Data(checkpoint.note)])
          return .commit
        }
      }
    } catch {
      throw JournalError(error, path: path)
    }
  }

  /// The hash of a complete subtree, from what is stored of it and from entries; `nil` when something is missing.
  public func subtree(level: Int, index: Int64) throws -> Digest? {
    try read { database in
      try Tree.subtree(
        level: level, index: index, stored: { try Self.node($0, database) }, leaf: { try Self.leaf($0, database) })
    }
  }

  static func node(_ id: Int64, _ database: Database) throws -> Digest? {
    try Data.fetchOne(database.cachedStatement(sql: "SELECT hash FROM nodes WHERE id = ?"), arguments: [id])
      .flatMap { Digest(bytes: $0) }
  }

  /// The hash of an entry: from its bytes, or as it was kept of one that was pruned.
  static func leaf(_ seq: Int64, _ database: Database) throws -> Digest? {
    let body = try Data.fetchOne(
      database.cachedStatement(sql: "SELECT body FROM events WHERE seq = ?"), arguments: [seq])
    if let body { return Tree.leaf(Array(body)) }
    guard try hasPruned(database) else { return nil }
    return try Data.fetchOne(
      database.cachedStatement(sql: "SELECT leaf FROM pruned WHERE seq = ?"), arguments: [seq]
    ).flatMap { Digest(bytes: $0) }
  }

  /// Whether entries were pruned; a journal of an earlier version has no place for what is left of them.
  static func hasPruned(_ database: Database) throws -> Bool {
    guard try database.tableExists("pruned") else { return false }
    return try Bool.fetchOne(database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM pruned)")) ?? false
  }
}
