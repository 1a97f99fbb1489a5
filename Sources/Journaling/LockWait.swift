internal import Foundation
internal import GRDB
internal import Glibc
internal import Synchronization

/// How long a journal that another program has locked is waited for, and who is told.
final class LockWait: Sendable {
  private struct State {
    var report: (@Sendable (String) -> Void)?
    var since: ContinuousClock.Instant?
    var reported: Duration = .zero
  }

  /// So long everybody waits: another command writes for a moment.
  private let moment: Duration
  /// How often is said again that it is still waited for.
  private static let interval = Duration.seconds(60)

  private let path: String
  private let state = Mutex<State>(State())

  init(path: String, moment: Duration) { (self.path, self.moment) = (path, moment) }

  /// From now on a lock is waited for as long as it lasts, and each minute somebody is told who has it.
  func waitForEver(saying report: @escaping @Sendable (String) -> Void) {
    state.withLock { $0.report = report }
  }

  /// SQLite met a lock: waits a moment.
  ///
  /// - Parameter tries: how often it met this one before.
  /// - Returns: whether it is to be tried again.
  func wait(tries: Int) -> Bool {
    let now = ContinuousClock.now
    let (report, waited, isDue) = state.withLock { state in
      if tries == 0 || state.since == nil { (state.since, state.reported) = (now, .zero) }
      let waited = state.since.map { now - $0 } ?? .zero
      let isDue = waited >= (state.reported == .zero ? moment : state.reported + Self.interval)
      if isDue { state.reported = waited }
      return (state.report, waited, isDue)
    }
    guard let report else {
      guard waited < moment else { return false }
      usleep(Self.pause(tries))
      return true
    }
    if isDue {
      report(
        "the journal is locked by \(Self.holder(of: path)); nothing is lost, and nothing new starts until it is free")
    }
    usleep(Self.pause(tries))
    return true
  }

  /// In microseconds: short at first, since most locks last for one commit.
  private static func pause(_ tries: Int) -> UInt32 { UInt32(min(1_000 << min(tries, 6), 50_000)) }

  /// The process that holds the write lock of a journal, as the kernel knows it: in write-ahead mode the lock lies on
  /// the `-shm` file.
  private static func holder(of path: String) -> String {
    // The list is made while locks come and go, and one that stays may be missing from it.
    for _ in 0..<200 {
      if let name = listedHolder(of: path) { return name }
      usleep(1_000)
    }
    return "another program"
  }

  private static func listedHolder(of path: String) -> String? {
    var status = stat()
    guard stat(path + "-shm", &status) == 0 else { return nil }
    for line in kernelLocks().split(separator: "\n") {
      // 1: POSIX ADVISORY WRITE 4711 08:01:123456 120 120
      let fields = line.split(separator: " ", omittingEmptySubsequences: true)
      guard fields.count >= 8, fields[3] == "WRITE", let pid = Int32(fields[4]), pid > 0, pid != getpid(),
        fields[5].split(separator: ":").last == Substring(String(status.st_ino))
      else { continue }
      let name = (try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)) ?? ""
      let word = name.filter { $0.isLetter || $0.isNumber || "-_.".contains($0) }
      return word.isEmpty ? "process \(pid)" : "\(word) (process \(pid))"
    }
    return nil
  }

  /// The kernel's list of locks. It comes in pieces that are shorter than asked for, and the end is none of them.
  private static func kernelLocks() -> String {
    let descriptor = open("/proc/locks", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &piece, piece.count)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += piece.prefix(count)
    }
  }
}
