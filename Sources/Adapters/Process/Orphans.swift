internal import Glibc

/// What an executor that died left running, found by its mark.
///
/// Every process that a step starts inherits two things in its environment: the attempt's mark, and the session of the
/// command. A process that called `setsid` is in a session of its own: it is a daemon that the step started on purpose,
/// and is left alone. Everything else with the mark belongs to the attempt. What emptied its environment or became
/// another user is not found so; for that there is the ``Roster``, which knows each command and its session.
public enum Orphans {
  /// A process, and when it started: a pid alone can be used again.
  public struct Orphan: Hashable, Sendable {
    /// The process.
    public let pid: Int32
    let session: pid_t
    /// The whole mark that it carries.
    let mark: String
  }

  static let markName = "SANDERLING_MARK"
  static let sessionName = "SANDERLING_SESSION"

  /// Looks for the processes that still run for a mark.
  ///
  /// - Parameter prefix: `RUN`, `RUN|PATH`, `RUN|PATH#ATTEMPT`, `RUN|PATH#ATTEMPT|KEY` or the whole mark.
  /// - Returns: the processes in the order of their pids.
  public static func find(mark prefix: String) -> [Orphan] {
    var result: [Orphan] = []
    let own = getpid()
    for pid in ProcessTable.pids() where pid != own && pid > 1 {
      let variables = ProcessTable.variables(pid, [markName, sessionName])
      guard let mark = variables[markName], matches(mark, prefix), let entry = ProcessTable.living(pid),
        variables[sessionName].flatMap({ pid_t($0) }) == entry.session
      else { continue }
      result.append(Orphan(pid: pid, session: entry.session, mark: mark))
    }
    return result.sorted { $0.pid < $1.pid }
  }

  /// Ends processes with their sessions: asks them, waits five seconds, kills them.
  ///
  /// - Returns: what cannot be ended, in words.
  public static func end(_ orphans: [Orphan]) async -> [String] {
    // A version before 0.2 left its commands in the executor's session, which may be ours, too.
    let mine = getsid(0)
    var endings = Set(orphans.map(\.session)).filter { $0 != mine }
      .map { SessionEnding(of: $0, now: monotonicMilliseconds()) }
    let alone = orphans.filter { $0.session == mine }.compactMap { ProcessTable.entry($0.pid)?.id }
    for process in alone where process.isRunning { kill(process.pid, SIGTERM) }
    let killAt = monotonicMilliseconds() + SessionEnding.grace
    while true {
      let now = monotonicMilliseconds()
      for place in endings.indices { endings[place].look(now: now) }
      let running = alone.filter(\.isRunning)
      if now >= killAt { for process in running { kill(process.pid, SIGKILL) } }
      let isOver = endings.allSatisfy(\.isOver) && (running.isEmpty || now >= killAt + SessionEnding.patience)
      guard isOver else {
        await sleepUncancelled(milliseconds: 20)
        continue
      }
      return (endings.flatMap { $0.left.map(\.pid) } + running.map(\.pid)).map { ProcessTable.words($0) }
    }
  }

  /// Whole words only: `r-1` is no prefix of `r-12`.
  private static func matches(_ mark: String, _ prefix: String) -> Bool {
    guard mark.hasPrefix(prefix), !prefix.isEmpty else { return false }
    let rest = mark.utf8.dropFirst(prefix.utf8.count).first
    return rest == nil || rest == UInt8(ascii: "|") || rest == UInt8(ascii: "#") || prefix.hasSuffix("|")
  }
}
