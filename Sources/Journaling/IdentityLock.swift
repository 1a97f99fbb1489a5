internal import Glibc
internal import Synchronization

/// A lock on the file itself, whatever it is called: a symbolic or hard link, a relative path or a mounted copy of one
/// file are one journal.
///
/// It belongs to an open file, so the kernel frees it when the process dies. The file stays open as long as the process
/// lives, since whoever closes a file that SQLite has open takes SQLite's own locks away.
enum IdentityLock {
  private struct Held {
    var descriptor: Int32
    /// The runs that this process has: the kernel does not tell one of its leases from another.
    var runs: Set<Int64> = []
  }

  private static let files = Mutex<[FileIdentity: Held]>([:])
  // <fcntl.h>; Swift does not see them.
  private static let (ask, take) = (Int32(36), Int32(37))

  /// What became of an attempt to take a run.
  enum Grip {
    /// This process has it, and nobody else can.
    case held
    /// The file system knows no such locks.
    case unknown
    /// Another process has it.
    case refused
  }

  /// Tries to take a run.
  static func take(run: Int64, of path: String) -> Grip {
    guard let identity = FileIdentity(of: path), let file = file(path) else { return .unknown }
    return files.withLock { files in
      guard files[identity]?.runs.contains(run) != true else { return .refused }
      var lock = lock(run, F_WRLCK)
      guard fcntl(file, take, &lock) == 0 else { return [EAGAIN, EACCES].contains(errno) ? .refused : .unknown }
      files[identity]?.runs.insert(run)
      return .held
    }
  }

  /// Gives a run back.
  static func free(run: Int64, of path: String) {
    guard let identity = FileIdentity(of: path), let file = file(path) else { return }
    files.withLock { files in
      var lock = lock(run, F_UNLCK)
      _ = fcntl(file, take, &lock)
      files[identity]?.runs.remove(run)
    }
  }

  /// Whether another process has a run.
  static func isTaken(run: Int64, of path: String) -> Bool {
    guard let file = file(path) else { return false }
    var lock = lock(run, F_WRLCK)
    return fcntl(file, ask, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
  }

  private static func file(_ path: String) -> Int32? {
    guard let identity = FileIdentity(of: path) else { return nil }
    return files.withLock { files in
      if let known = files[identity] { return known.descriptor }
      // O_CLOEXEC: a step's process must not keep it after our death.
      let written = open(path, O_RDWR | O_CLOEXEC)
      let opened = written >= 0 ? written : open(path, O_RDONLY | O_CLOEXEC)
      guard opened >= 0 else { return nil }
      files[identity] = Held(descriptor: opened)
      return opened
    }
  }

  /// One byte for each run, far behind everything that SQLite locks.
  private static func lock(_ run: Int64, _ type: Int32) -> Glibc.flock {
    var lock = Glibc.flock()
    lock.l_type = Int16(type)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = off_t(1) << 61 + off_t(run)
    lock.l_len = 1
    return lock
  }
}
