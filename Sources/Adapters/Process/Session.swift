internal import Glibc

/// The processes that a command and its children form together.
///
/// Each command leads a session. Its children may make groups of their own, as shells with job control do, become
/// another user, or empty their environment: they stay in the session until they call `setsid`, and nobody else can
/// come into it.
enum Session {
  /// Those of its processes that have not ended.
  ///
  /// - Parameters:
  ///   - session: the number of its leader, which may have ended.
  ///   - isYoung: whether the leader started a moment ago. Then only numbers that were given out since are looked at,
  ///     which is much cheaper than the whole table.
  /// - Returns: the processes, whoever's they are.
  static func members(_ session: pid_t, isYoung: Bool = false) -> [ProcessTable.Entry] {
    var candidates: [pid_t]
    if ProcessTable.hidesOthers {
      candidates = ProcessTable.numbers.filter { getsid($0) == session }
    } else if isYoung, let newest = ProcessTable.newest(), newest >= session, newest - session <= 512 {
      candidates = Array(session...newest)
    } else {
      candidates = ProcessTable.pids()
    }
    candidates.removeAll { getsid($0) != session }
    return candidates.compactMap { ProcessTable.member($0, of: session) }
  }
}

/// The ending of a session: its processes are asked, get five seconds, and are killed.
///
/// A value that is asked again and again, so that whoever waits can read what is printed meanwhile.
struct SessionEnding {
  /// How long processes have between the request to end and the end, in milliseconds.
  static let grace: Int64 = 5_000
  /// How long the kernel may take to end what was killed, in milliseconds.
  static let patience: Int64 = 5_000

  private let session: pid_t
  private let killAt: Int64
  private var isKilled = false
  /// What refused our signals: another user's.
  private var immune: Set<ProcessTable.Entry.ID> = []
  /// What was still there at the last look.
  private(set) var left: [ProcessTable.Entry] = []
  /// Whether nothing more can be done: everything is gone, or what is left cannot be ended.
  private(set) var isOver = false

  /// Asks all processes of a session to end.
  ///
  /// - Parameters:
  ///   - session: the number of its leader. The leader must be ours, or a process of the session known to be.
  ///   - now: milliseconds of the clock that is never set.
  init(of session: pid_t, now: Int64) {
    self.session = session
    killAt = now + Self.grace
    left = Session.members(session)
    signal(SIGTERM)
    isOver = left.isEmpty
  }

  /// Looks what has become of it, and goes on.
  mutating func look(now: Int64) {
    guard !isOver else { return }
    left = Session.members(session)
    if now >= killAt, !isKilled || !left.allSatisfy({ immune.contains($0.id) }) {
      isKilled = true
      signal(SIGKILL)
    }
    isOver = left.allSatisfy { immune.contains($0.id) } || now >= killAt + Self.patience
  }

  /// Waits for the end; blocks its thread.
  ///
  /// - Returns: what cannot be ended.
  mutating func finish() -> [ProcessTable.Entry] {
    var pause: UInt32 = 1_000
    while !isOver {
      usleep(pause)
      pause = min(pause * 2, 50_000)
      look(now: monotonicMilliseconds())
    }
    return left
  }

  private mutating func signal(_ number: Int32) {
    for process in left where kill(process.pid, number) != 0 && errno == EPERM { immune.insert(process.id) }
  }
}

extension ProcessTable.Entry {
  /// What no other process has, as long as the machine runs.
  struct ID: Hashable, Sendable {
    var pid: pid_t
    var start: UInt64

    /// Whether it has not ended.
    var isRunning: Bool {
      if start == ProcessTable.Entry.hidden { return ProcessTable.entry(pid) == nil && ProcessTable.exists(pid) }
      return ProcessTable.living(pid)?.start == start
    }
  }

  var id: ID { ID(pid: pid, start: start) }
}

/// What a command started that left its session: daemons, which outlive it.
struct Leavers {
  private let found: [ProcessTable.Entry]

  /// Looks for descendants of a command in other sessions, and for what carries its mark there. It must be asked while
  /// the command runs: what has lost its parents can be found by the mark alone.
  init(of leader: pid_t, mark: String) {
    let all = ProcessTable.pids().compactMap(ProcessTable.living)
    var family: Set<pid_t> = [leader]
    for process in all where process.session == leader { family.insert(process.pid) }
    var size = 0
    while size != family.count {
      size = family.count
      for process in all where family.contains(process.parent) { family.insert(process.pid) }
    }
    let own = getpid()
    found = all.filter { process in
      guard process.session != leader, process.pid != own else { return false }
      return family.contains(process.pid)
        || ProcessTable.variables(process.pid, [Orphans.markName])[Orphans.markName] == mark
    }
  }

  /// Those that still run, in words.
  var words: [String] {
    found.filter { $0.id.isRunning }.map {
      "\(ProcessTable.words($0.pid, withArguments: true)) is in a session of its own and runs on"
    }
  }
}
