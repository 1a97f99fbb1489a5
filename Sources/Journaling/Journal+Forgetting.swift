internal import Foundation
internal import GRDB
internal import Glibc
internal import Quantities
public import Records
internal import Synchronization

/// What was deleted stands in free pages and in the write-ahead log until both are written anew. That is owed from the
/// transaction on that deletes: whoever is killed before, or is kept from it by a reader, leaves a mark, and whoever
/// opens the journal to write does it then.
extension Journal {
  /// Whether what was erased or pruned may still be in free pages, or in the log of writes.
  ///
  /// - Throws: ``JournalError`` when it cannot be read.
  public func owesForgetting() throws(JournalError) -> Bool {
    try read { try Self.owesForgetting($0) }
  }

  /// Whether it did when it was opened to be written.
  public var owedForgettingAtFirst: Bool { owedForgetting.withLock { $0 } }

  static func owesForgetting(_ database: Database) throws -> Bool {
    guard try database.tableExists("forgetting") else { return false }
    return try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM forgetting)") ?? false
  }

  /// What is said while it is owed: a sentence without a full stop.
  public static let forgettingWords =
    "what was erased or pruned may still stand in free pages and in the log of writes: the next command that writes "
    + "takes it away, unless somebody reads meanwhile"

  /// Does what an earlier erasure or pruning still owes.
  ///
  /// - Throws: ``JournalError``, `failed` while somebody reads the journal.
  public func finishForgetting() throws(JournalError) {
    guard try owesForgetting() else { return }
    do { try forgetPages() } catch { throw JournalError(error, path: path) }
  }

  /// Writes pages and log anew, takes away what attempts printed that nobody reads, and takes the mark away.
  func forgetPages() throws {
    removeOutputs()
    try queue.inDatabase { database in
      // With a reader about, the log alone waits: the pages are not written anew each time.
      if try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM forgetting WHERE vacuumed)") != true {
        try database.execute(sql: "VACUUM")
        try database.execute(sql: "UPDATE forgetting SET vacuumed = 1")
      }
      let row = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      guard row?[0] as Int64? == 0 else {
        throw JournalError.failed(
          path: path,
          detail: "what was erased is still in \(path)-wal, because somebody reads the journal; end the reader (fuser "
            + "\(path)), and do the same once more. The next command that writes does it, too")
      }
      try database.execute(sql: "DELETE FROM forgetting")
    }
  }

  /// The directory beside a journal of what the attempts of a run print while they print it.
  public static func outputDirectory(beside path: String, of run: String) -> String { "\(path).\(run).output" }

  /// Takes away what attempts of executors printed that were killed. The record has of it what it has.
  private func removeOutputs() {
    let url = URL(filePath: path)
    let folder = url.deletingLastPathComponent().path(percentEncoded: false)
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      guard name.hasPrefix("\(url.lastPathComponent).r-"), name.hasSuffix(".output"),
        let run = Int64(name.dropFirst("\(url.lastPathComponent).r-".count).dropLast(".output".count)),
        !isExecuted(run: run)
      else { continue }
      try? FileManager.default.removeItem(atPath: Self.outputDirectory(beside: path, of: "r-\(run)"))
    }
  }
}

extension Batch {
  /// Says that what this transaction deletes has to leave free pages and the log of writes.
  func oweForgetting() throws {
    try database.execute(
      sql: "INSERT INTO forgetting (since_ms, vacuumed) VALUES (?1, 0) ON CONFLICT DO UPDATE SET vacuumed = 0",
      arguments: [clock.instant.milliseconds])
    try database.execute(sql: "UPDATE forgetting SET vacuumed = 0")
  }
}
