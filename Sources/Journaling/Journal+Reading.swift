internal import Foundation
internal import Glibc
internal import Records

extension Journal {
  /// How SQLite is to open a journal that is only read.
  ///
  /// In write-ahead mode SQLite makes files beside a journal even to read it. Somebody else's would keep the owner out,
  /// and on a medium that cannot be written there is no place for them. Where no executor keeps a log, all there is
  /// stands in the journal itself: then it is opened as one that does not change, and nothing is made.
  ///
  /// - Parameters:
  ///   - path: the journal.
  ///   - glances: whether nothing shall be left behind by its owner either, whose files would do no harm.
  /// - Returns: the name to open, and whether it was taken for one that does not change.
  static func nameToRead(_ path: String, glances: Bool = false) -> (name: String, isStill: Bool) {
    var status = stat()
    guard stat(path, &status) == 0, !hasLog(path),
      glances || status.st_uid != geteuid() || !OwnFile.isWritable(path + "-shm")
    else { return (path, false) }
    let plain = CharacterSet(charactersIn: "/-._~").union(.alphanumerics)
    guard let escaped = path.addingPercentEncoding(withAllowedCharacters: plain) else { return (path, false) }
    return ("file:\(escaped)?immutable=1", true)
  }

  /// Whether there is a log of writes that are not in the journal itself yet.
  private static func hasLog(_ path: String) -> Bool {
    var status = stat()
    return stat(path + "-wal", &status) == 0 && status.st_size > 0
  }

  /// Says no when a journal that was taken for one that does not change has changed since.
  func checkStillness() throws {
    guard let still, Stillness(of: path) != still else { return }
    throw JournalError.failed(path: path, detail: "somebody wrote it while it was read; ask again")
  }

  /// What changes with every write.
  struct Stillness: Equatable, Sendable {
    private let size: Int64
    private let changed: [Int]
    private let hasLog: Bool

    /// How a file is now.
    init(of path: String) {
      var status = stat()
      let isThere = stat(path, &status) == 0
      size = isThere ? Int64(status.st_size) : -1
      changed = isThere ? [status.st_mtim.tv_sec, status.st_mtim.tv_nsec] : []
      hasLog = Journal.hasLog(path)
    }
  }
}
