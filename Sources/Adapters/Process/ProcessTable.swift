internal import CSpawn
internal import Glibc

/// What `/proc` says about processes.
enum ProcessTable {
  /// One line of the table.
  struct Entry: Hashable, Sendable {
    var pid: pid_t
    var state: UInt8
    var parent: pid_t
    var session: pid_t
    /// How many threads it has.
    var threads: Int
    /// When it started, in clock ticks since the boot: with the pid, an identity that is never used twice.
    var start: UInt64

    /// In the place of the start of one that is not shown to us.
    static let hidden = UInt64.max

    /// Whether it has ended and only waits for its parent to notice. A process whose first thread has ended looks the
    /// same, but others of its threads work on.
    var isDead: Bool { (state == UInt8(ascii: "Z") || state == UInt8(ascii: "X")) && threads <= 1 }
  }

  /// Whether `/proc` keeps processes of other users from us (`hidepid`): a program that became another user is in none
  /// of its lists then, and can still be asked about by its number.
  static var hidesOthers: Bool { access("/proc/1", F_OK) != 0 && exists(1) }

  /// Every number that a process may have, for whoever looks for hidden ones.
  static var numbers: ClosedRange<pid_t> {
    let most = bytes(ofFile: "/proc/sys/kernel/pid_max", limit: 32)
      .flatMap { pid_t(String(decoding: $0.prefix { $0 > 0x20 }, as: UTF8.self)) }
    return 1...max(1, min(most ?? 1 << 15, 1 << 22))
  }

  /// The processes that are shown to us.
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

  /// The entry of one process; `nil` when there is none, or it is not shown to us.
  static func entry(_ pid: pid_t) -> Entry? {
    guard let bytes = bytes(ofFile: "/proc/\(pid)/stat", limit: 4_096),
      // The name may hold spaces and brackets: the fields start after the last bracket.
      let bracket = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = bytes[(bracket + 1)...].split(separator: UInt8(ascii: " "))
    let number = { (index: Int) in UInt64(String(decoding: fields[index], as: UTF8.self)) }
    guard fields.count > 19, let state = fields[0].first, let parent = number(1), let session = number(3),
      let threads = number(17), let start = number(19)
    else { return nil }
    return Entry(
      pid: pid, state: state, parent: pid_t(truncatingIfNeeded: parent),
      session: pid_t(truncatingIfNeeded: session), threads: Int(truncatingIfNeeded: threads), start: start)
  }

  /// The entry of a process that has not ended.
  static func living(_ pid: pid_t) -> Entry? { entry(pid).flatMap { $0.isDead ? nil : $0 } }

  /// The entry of a process of a session, as much of it as the system says: one that is hidden has no start and no
  /// parent.
  static func member(_ pid: pid_t, of session: pid_t) -> Entry? {
    if let entry = entry(pid) { return entry.isDead || entry.session != session ? nil : entry }
    guard exists(pid), getsid(pid) == session, spawn_has_ended(pid) == 0 else { return nil }
    return Entry(pid: pid, state: UInt8(ascii: "?"), parent: 0, session: session, threads: 1, start: Entry.hidden)
  }

  /// Whether a process has this number, also one that is not shown to us.
  static func exists(_ pid: pid_t) -> Bool { kill(pid, 0) == 0 || errno == EPERM }

  /// The number that a process got last; `nil` when the system does not say it.
  static func newest() -> pid_t? {
    guard let bytes = bytes(ofFile: "/proc/loadavg", limit: 256),
      let word = bytes.split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }).last
    else { return nil }
    return pid_t(String(decoding: word, as: UTF8.self))
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

  /// A process in words for people, such as `sleep 12.5 (4711)` or, under another user, `sudo (4711, user root)`.
  ///
  /// - Parameters:
  ///   - pid: the process.
  ///   - withArguments: whether its arguments are shown. They may hold a secret: only where it would be blacked out.
  /// - Returns: the words.
  static func words(_ pid: pid_t, withArguments: Bool = false) -> String {
    var name = ""
    if withArguments {
      let line = (bytes(ofFile: "/proc/\(pid)/cmdline", limit: 4_096) ?? [])
        .map { $0 < 0x20 ? UInt8(ascii: " ") : $0 }
      name = String(decoding: line, as: UTF8.self)
      while name.hasSuffix(" ") { name.removeLast() }
    }
    if name.isEmpty {
      let short = bytes(ofFile: "/proc/\(pid)/comm", limit: 64) ?? []
      name = String(decoding: short.prefix { $0 >= 0x20 }, as: UTF8.self)
    }
    if name.isEmpty { name = "process" }
    if name.count > 80 { name = "\(name.prefix(79))…" }
    var status = stat()
    guard stat("/proc/\(pid)", &status) == 0, status.st_uid != geteuid() else { return "\(name) (\(pid))" }
    return "\(name) (\(pid), user \(userName(status.st_uid)))"
  }

  private static func userName(_ user: uid_t) -> String {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name else {
      return String(user)
    }
    return String(cString: name)
  }
}
