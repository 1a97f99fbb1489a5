internal import CSQLite
internal import GRDB
public import Quantities
public import Records

extension Journal {
  /// Opens a journal for a look that must not take long and leaves nothing: whoever finds it locked gives up at once,
  /// and one that nobody writes is read as a file that does not change.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - clock: the time of the look.
  ///   - chance: asked for nothing, since nothing is written.
  /// - Throws: ``JournalError``, `locked` for what others wait for.
  public convenience init(
    glancingAt path: String, clock: ClockReading, chance: any Chance
  ) throws(JournalError) {
    try self.init(path: path, access: .read, clock: clock, chance: chance, moment: .zero, glances: true)
  }

  /// The version of the SQLite that keeps journals.
  public static var library: String { String(cString: sqlite3_libversion()) }

  /// How many bytes are kept under a digest; `nil` when there are none.
  public func size(of digest: Digest) throws(JournalError) -> Int? {
    try read { database in
      try Int.fetchOne(database, sql: "SELECT length(body) FROM blobs WHERE digest = ?", arguments: [digest.hex])
    }
  }
}
