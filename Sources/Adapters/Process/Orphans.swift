public import Glibc

/// What an executor that died left running.
///
/// Every process that a step starts inherits three things: the attempt's mark and the executor's session in its
/// environment, and the session itself. A process that called `setsid` is in a session of its own: it is a daemon that
/// the step started on purpose, and is left alone. Everything else with the mark belongs to the attempt. A process that
/// was started with an emptied environment (`env -i`) cannot be found by its mark; it ends with its group.
public enum Orphans {
  /// A process, and when it started: a pid alone can be used again.
  public struct Orphan: Hashable, Sendable {
    /// The process.
    public let pid: pid_t
    /// Its process group.
    public let group: pid_t
    let start: UInt64
  }

  static let markName = "SANDERLING_MARK"
  static let sessionName = "SANDERLING_SESSION"

  /// Looks for the processes that still run for a mark.
  ///
  /// - Parameter prefix: `RUN`, `RUN|PATH`, `RUN|PATH#ATTEMPT` or the whole `RUN|PATH#ATTEMPT|KEY`.
  /// - Returns: the processes in the order of their pids.
  public static func find(mark prefix: String) -> [Orphan] {
    var result: [Orphan] = []
    let own = getpid()
    for pid in ProcessTable.pids() where pid != own && pid > 1 {
      let variables = ProcessTable.variables(pid, [markName, sessionName])
      guard let mark = variables[markName], matches(mark, prefix), let entry = ProcessTable.entry(pid), !entry.isDead,
        variables[sessionName] == String(entry.session)
      else { continue }
      result.append(Orphan(pid: pid, group: entry.group, start: entry.start))
    }
    return result.sorted { $0.pid < $1.pid }
  }

  /// Ends processes with their groups: asks them, waits five seconds, kills them.
  ///
  /// - Returns: whether all are proved gone.
  public static func end(_ orphans: [Orphan]) async -> Bool {
    let mine = getpgid(0)
    signal(orphans, SIGTERM, sparing: mine)
    if await areGone(orphans, sparing: mine, within: ProcessGroup.grace) { return true }
    signal(orphans, SIGKILL, sparing: mine)
    return await areGone(orphans, sparing: mine, within: 10_000)
  }

  /// Whole words only: `r-1` is no prefix of `r-12`.
  private static func matches(_ mark: String, _ prefix: String) -> Bool {
    guard mark.hasPrefix(prefix), !prefix.isEmpty else { return false }
    let rest = mark.utf8.dropFirst(prefix.utf8.count).first
    return rest == nil || rest == UInt8(ascii: "|") || rest == UInt8(ascii: "#") || prefix.hasSuffix("|")
  }

  private static func signal(_ orphans: [Orphan], _ number: Int32, sparing mine: pid_t) {
    // A step's child leads a group; one that stands in our own group must not take us with it.
    let targets = orphans.filter(runs).map { $0.group > 1 && $0.group != mine ? -$0.group : $0.pid }
    for target in Set(targets) { kill(target, number) }
    // A group can outlive the process that was found in it.
    for group in Set(orphans.map(\.group)) where group != mine && ProcessGroup.runs(group) && number == SIGKILL {
      kill(-group, number)
    }
  }

  private static func runs(_ orphan: Orphan) -> Bool {
    ProcessTable.entry(orphan.pid).map { $0.start == orphan.start && !$0.isDead } ?? false
  }

  private static func areGone(_ orphans: [Orphan], sparing mine: pid_t, within milliseconds: Int) async -> Bool {
    let groups = Set(orphans.map(\.group)).filter { $0 != mine && $0 > 1 }
    let end = monotonicMilliseconds() + Int64(milliseconds)
    while orphans.contains(where: runs) || groups.contains(where: ProcessGroup.runs) {
      if monotonicMilliseconds() >= end { return false }
      await sleepUncancelled(milliseconds: 20)
    }
    return true
  }
}
