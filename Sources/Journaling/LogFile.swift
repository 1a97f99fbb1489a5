internal import Glibc
internal import Synchronization

/// The write-ahead log that SQLite keeps beside a journal: it holds what was committed last, so one that is removed,
/// exchanged or cut while an executor writes takes its newest entries with it, and SQLite itself does not notice.
final class LogFile: Sendable {
  private struct Seen {
    var node: UInt64
    var size: Int64
  }

  private let path: String
  private let seen = Mutex<Seen?>(nil)

  init(of journal: String) { path = journal + "-wal" }

  /// Whether it is what it was after the last write, or longer. A checkpoint of somebody else may have emptied it too,
  /// and then everything is in the journal itself.
  var isSame: Bool {
    guard let before = seen.withLock({ $0 }) else { return true }
    guard let now = look() else { return false }
    return now.node == before.node && now.size >= before.size
  }

  /// Notes how it is after a write.
  func note() {
    let now = look()
    seen.withLock { $0 = now }
  }

  private func look() -> Seen? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Seen(node: UInt64(status.st_ino), size: Int64(status.st_size))
  }
}
