internal import Glibc

/// What `/proc` says about processes.
enum ProcessTable {
  /// One line of the table.
  struct Entry: Sendable {
    var pid: pid_t
    var state: UInt8
    var group: pid_t
    var session: pid_t
    /// When it started, in clock ticks since the boot: with the pid, an identity that is never used twice.
    var start: UInt64

    /// Whether it has ended and only waits for its parent to notice.
    var isDead: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }
  }

  /// The processes that there are.
  static func pids() -> [pid_t] {
    guard let directory = opendir("/proc") else { return [] }
    defer { closedir(directory) }
    var result: [pid_t] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let pid = pid_t(name) { result.append(pid) }
    }
    return result
  }

  /// The entry of one process; `nil` when there is none.
  static func entry(_ pid: pid_t) -> Entry? {
    guard let bytes = bytes(ofFile: "/proc/\(pid)/stat", limit: 4_096),
      // The name may hold spaces and brackets: the fields start after the last bracket.
      let bracket = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = bytes[(bracket + 1)...].split(separator: UInt8(ascii: " "))
    let number = { (index: Int) in UInt64(String(decoding: fields[index], as: UTF8.self)) }
    guard fields.count > 19, let state = fields[0].first, let group = number(2), let session = number(3),
      let start = number(19)
    else { return nil }
    return Entry(
      pid: pid, state: state, group: pid_t(truncatingIfNeeded: group), session: pid_t(truncatingIfNeeded: session),
      start: start)
  }

  /// Some variables of the environment that a process was started with; none when it is not ours to read.
  static func variables(_ pid: pid_t, _ names: [String]) -> [String: String] {
    guard let bytes = bytes(ofFile: "/proc/\(pid)/environ", limit: 4 << 20) else { return [:] }
    var result: [String: String] = [:]
    for pair in bytes.split(separator: 0) {
      for name in names where pair.starts(with: name.utf8) {
        let rest = pair.dropFirst(name.utf8.count)
        if rest.first == UInt8(ascii: "=") { result[name] = String(decoding: rest.dropFirst(), as: UTF8.self) }
      }
    }
    return result
  }
}

/// The processes that a child and its children form together.
enum ProcessGroup {
  /// How long processes have between the request to end and the end, in milliseconds.
  static let grace = 5_000
  /// How long the kernel may take to end what was killed, in milliseconds.
  private static let patience = 10_000

  /// Whether a process of this group still runs. Processes that are dead and not yet collected do not.
  static func runs(_ group: pid_t) -> Bool {
    guard group > 1 else { return false }
    if kill(-group, 0) != 0, errno == ESRCH { return false }
    return ProcessTable.pids().contains { pid in
      ProcessTable.entry(pid).map { $0.group == group && !$0.isDead } ?? false
    }
  }

  /// Asks a group to end, then kills it, and waits until none of it runs.
  ///
  /// The group must still have a process of ours, or have had one a moment ago: its number could be used again.
  ///
  /// - Returns: whether it is proved gone. It is not when a process cannot be killed: it changed its user, or hangs in
  ///   the kernel.
  static func end(_ group: pid_t) async -> Bool {
    guard runs(group) else { return true }
    kill(-group, SIGTERM)
    if await isGone(group, within: grace) { return true }
    kill(-group, SIGKILL)
    return await isGone(group, within: patience)
  }

  private static func isGone(_ group: pid_t, within milliseconds: Int) async -> Bool {
    let end = monotonicMilliseconds() + Int64(milliseconds)
    var pause = 1
    while runs(group) {
      if monotonicMilliseconds() >= end { return false }
      await sleepUncancelled(milliseconds: pause)
      pause = min(pause * 2, 50)
    }
    return true
  }
}
