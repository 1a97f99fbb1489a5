internal import CSpawn
internal import Glibc

/// The limits of open files.
public struct FileLimits: Equatable, Sendable {
  /// What holds.
  public let soft: UInt64
  /// What a program may ask for.
  public let hard: UInt64

  /// The limits that the program was started with: its children get them.
  static let atStart = current

  /// The limits that hold now.
  public static var current: FileLimits {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      return FileLimits(soft: 1_024, hard: 1_024)
    }
    return FileLimits(soft: UInt64(limit.rlim_cur), hard: UInt64(limit.rlim_max))
  }

  /// Raises what holds to what may be asked for, for this process alone.
  static func raise() {
    let before = atStart
    guard before.soft < before.hard else { return }
    var limit = rlimit(rlim_cur: rlim_t(before.hard), rlim_max: rlim_t(before.hard))
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}

/// What the program was started with and must not lose.
public enum SignalsAtStart {
  /// Of those that ask a program to leave, the ones that were ignored: under `nohup`, or in the background of a shell.
  public static let ignored: Set<Int32> = Set([SIGHUP, SIGINT, SIGQUIT, SIGTERM].filter(isIgnored))

  /// Those of them that children ignore, too, one bit each. SIGTERM is not among them: it is how a step is ended.
  static let ignoredByChildren: UInt64 = ignored.subtracting([SIGTERM]).reduce(0) { $0 | 1 << UInt64($1 - 1) }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

/// Makes this process one that can execute runs.
public enum ThisProcess {
  /// Called once, first of all: keeps what the program was started with, raises the limit of open files, and makes the
  /// ends of children known to it. What is in its memory, secrets among it, is not written into core dumps.
  public static func prepare() {
    spawn_hide_memory()
    _ = SignalsAtStart.ignored
    FileLimits.raise()
    // Where ends of children are ignored, as whoever started us may have set, nobody learns them.
    signal(SIGCHLD, SIG_DFL)
  }

  /// From now on a process that loses its parent, below this one, is collected by it when it ends.
  public static func adoptOrphans() { OwnChildren.shared.adopt() }
}
