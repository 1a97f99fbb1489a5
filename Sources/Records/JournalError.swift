/// Why a record could not do what was asked. Nothing was changed. Both forms speak in these words; those about files
/// are the file's.
public enum JournalError: Error, Equatable, Sendable {
  /// There is no file where one was expected.
  case missing(path: String)
  /// The file is a database, and not one of ours.
  case notOurs(path: String)
  /// A newer version of the program wrote it.
  case newer(path: String, version: Int, known: Int)
  /// An earlier version of the program wrote it: it can be read, and nothing can be added.
  case older(path: String, version: Int)
  /// An event is longer than an entry of the log may be.
  case tooLong(type: String, size: Int)
  /// It, or its directory, cannot be written.
  case readOnly(path: String)
  /// There is no room on the disk.
  case full(path: String)
  /// It is damaged.
  case corrupt(path: String, detail: String)
  /// The file that was opened is not at its path any more, or records are missing from it.
  case lost(path: String, detail: String)
  /// Another process holds it for longer than we wait.
  case locked(path: String)
  /// Another executor owns the run.
  case busy(run: Int64, owner: String)
  /// The lock of a run was removed or exchanged while it was executed, and could not be made anew.
  case unlocked(run: Int64, file: String)
  /// Another executor took the run over while this one was away.
  case fenced(run: Int64, epoch: Int64)
  /// Anything else that SQLite or the system said.
  case failed(path: String, detail: String)

  /// What happened, and what to do next: two sentences.
  public var message: String {
    switch self {
    case .missing(let path):
      "there is no journal at \(path); `sanderling run` makes one, or name another with --journal"
    case .notOurs(let path):
      "\(path) is a database, but not a journal of ours; nothing was changed: name another file with --journal"
    case .newer(let path, let version, let known):
      "\(path) has format \(version) and this program knows up to \(known); nothing was changed: use the newer program"
    case .older(let path, let version):
      "\(path) has format \(version), which an earlier version wrote; this one reads it (`history`, `status`) and "
        + "cannot go on with it, so nothing was changed: end its runs with that version, or name another file with "
        + "--journal"
    case .tooLong(let type, let size):
      "\(type) is \(size) bytes long, and an entry of the log has room for 65535; nothing of it was recorded: report "
        + "this as a defect"
    case .readOnly(let path):
      "\(path) cannot be written, which SQLite needs even to read it; give this user write permission on the file and "
        + "its directory, or read a copy"
    case .full(let path):
      "there is no room on the disk for \(path); nothing new was started: make room, then run again"
    case .corrupt(let path, let detail):
      "\(path) is damaged (\(detail)); nothing was changed: keep a copy, then restore the last good one"
    case .lost(let path, let detail):
      "the record at \(path) is lost: \(detail); nothing more was started: bring the right file back, then run again"
    case .locked(let path):
      "another process keeps \(path) locked; find it with `fuser \(path)`, then try again"
    case .busy(let run, let owner):
      "run r-\(run) is executed by \(owner); watch it with `sanderling status`, or stop that process first"
    case .unlocked(let run, let file):
      "somebody removed or exchanged \(file), the lock of run r-\(run), while this executor was at work, so another "
        + "one may have it now; this one has stopped and starts nothing more: see `sanderling status`, then run again"
    case .fenced(let run, let epoch):
      "run r-\(run) was taken over by executor \(epoch); this one has stopped and wrote nothing"
    case .failed(let path, let detail):
      "the journal \(path) could not be used: \(detail)"
        + (detail.contains("disk I/O error")
          ? "; the disk did not take or give what was asked: look at it (dmesg, df, quota), then say the same again, "
            + "or bring a good copy back"
          : "")
    }
  }
}
