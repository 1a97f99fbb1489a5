internal import Glibc

extension Roster {
  /// For so long whoever an executor that died was about to start may take to begin, in milliseconds.
  private static let patience: Int64 = 10_000

  /// Opens the roster of a run whose lease was taken, and ends whoever still stands in it.
  ///
  /// - Parameters:
  ///   - path: the file; it is made if there is none.
  ///   - journal: the journal that it lies beside.
  /// - Returns: the roster, with nobody in it.
  /// - Throws: ``Problem`` when somebody cannot be ended, or it cannot be told whether somebody is at work: a new
  ///   attempt beside it could do things twice.
  public static func open(_ path: String, beside journal: String) async throws(Problem) -> Roster {
    let file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw Problem(message: "`\(path)`, where commands are written down, cannot be opened: \(errorText(errno))")
    }
    var status = stat()
    let identity = stat(journal, &status) == 0 ? "\(status.st_dev):\(status.st_ino)" : "0:0"
    let roster = Roster(file: file, journal: identity)
    guard let own = RosterHeader.own(journal: identity) else {
      throw Problem(message: "commands cannot be started safely: /proc is missing, or shows another namespace")
    }
    try await roster.lock(path)
    var end = lseek(file, 0, SEEK_END)
    let left = content(of: file).reclaim(as: own) { lines in
      let bytes = lines.flatMap(\.bytes)
      end += off_t(max(0, pwrite(file, bytes, bytes.count, end)))
    }
    guard left.isEmpty else {
      throw Problem(
        message: left.joined(separator: "; ") + "; end what still runs, then run again "
          + "(or, when you are sure that nothing of it runs, remove `\(path)`)")
    }
    guard ftruncate(file, 0) == 0, pwrite(file, own.bytes, own.bytes.count, 0) == own.bytes.count else {
      throw Problem(message: "`\(path)`, where commands are written down, cannot be written: \(errorText(errno))")
    }
    return roster
  }

  /// Whoever is between its beginning and its program holds the lock of the executor that starts it.
  private func lock(_ path: String) async throws(Problem) {
    let end = monotonicMilliseconds() + Self.patience
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard monotonicMilliseconds() < end else {
        throw Problem(
          message: "a command of an earlier executor is about to start and does not come to it; "
            + "`fuser \(path)` names it: end it, then run again")
      }
      await sleepUncancelled(milliseconds: 20)
    }
  }

  /// Whether there is one.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Who is written down in a roster and runs, for whoever looks on; nobody where the file may not be read.
  ///
  /// - Parameter path: the file.
  /// - Returns: by the path of the step, the numbers of its processes.
  public static func atWork(_ path: String) -> [String: [Int32]] {
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [:] }
    defer { close(file) }
    var found: [String: [Int32]] = [:]
    for line in content(of: file).lines {
      if case .atWork = line.standing { found[line.path, default: []].append(line.pid) }
    }
    return found
  }

  private static func content(of descriptor: Int32) -> RosterContent {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = pread(descriptor, &buffer, buffer.count, off_t(bytes.count))
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    return RosterContent(bytes)
  }
}

/// What an earlier executor left in a roster.
struct RosterContent {
  let header: RosterHeader?
  let lines: [RosterLine]

  init(_ bytes: [UInt8]) {
    var lines: [RosterLine] = []
    var header: RosterHeader?
    for start in stride(from: 0, to: bytes.count, by: Roster.width) {
      let line = bytes[start..<min(start + Roster.width, bytes.count)].filter { $0 != 0 && $0 != UInt8(ascii: "\n") }
      if start == 0 { header = RosterHeader(line) } else if let line = RosterLine(line) { lines.append(line) }
    }
    (self.header, self.lines) = (header, lines)
  }

  /// Ends whoever is in it and still runs.
  ///
  /// - Parameters:
  ///   - own: who does it.
  ///   - note: writes down whom a command brought along, before they are asked to end: when this executor dies on the
  ///     way, and the command is gone by then, the next one knows them.
  /// - Returns: what could not be ended, or of what it cannot be told, in sentences.
  func reclaim(as own: RosterHeader, note: ([RosterLine]) -> Void) -> [String] {
    guard !lines.isEmpty else { return [] }
    guard let header else { return ["the roster of commands is damaged: it does not say who wrote it"] }
    // Nothing outlives the machine's stop, nor a namespace whose first process ended.
    if header.boot != own.boot { return [] }
    if header.namespace != own.namespace {
      if header.executor == 1 { return [] }
      return lines.map { "process \($0.pid) of \($0.path) was started in another container, which cannot be seen here" }
    }
    guard header.journal == own.journal else {
      return lines.filter { $0.standing != .gone }.map {
        "process \($0.pid) of \($0.path) is at work for another copy of this journal"
      }
    }
    // Whoever is known goes first: what is unclear beside it may be its own.
    var asked: Set<pid_t> = []
    let left = lines.flatMap { line -> [String] in
      guard case .atWork(let session) = line.standing, asked.insert(session).inserted else { return [] }
      return end(line, session, note: note)
    }
    return left
      + lines.flatMap { line -> [String] in
        switch line.standing {
        case .gone, .atWork: return []
        case .hidden: return ["process \(line.pid) of \(line.path) may still be at work: it is not shown to this user"]
        case .unclear(let processes):
          return processes.map { "\(ProcessTable.words($0.pid)) may be at work for \(line.path)" }
        }
      }
  }

  private func end(_ line: RosterLine, _ session: pid_t, note: ([RosterLine]) -> Void) -> [String] {
    note(
      Session.members(session).filter { $0.pid != line.pid }
        .map { RosterLine(pid: $0.pid, start: $0.start, mark: line.mark) })
    var ending = SessionEnding(of: session, now: monotonicMilliseconds())
    return ending.finish().map { "\(ProcessTable.words($0.pid)) of \(line.path) still runs and cannot be ended" }
  }
}

extension RosterLine {
  /// What is known about a command of an executor that died.
  enum Standing: Equatable {
    /// It has ended, with its session.
    case gone
    /// It runs, or what it started does, in this session.
    case atWork(session: pid_t)
    /// A process has its number, and we may not see which.
    case hidden
    /// These are in a session of its number, and its leader has ended: it may be another session.
    case unclear([ProcessTable.Entry])
  }

  var standing: Standing {
    if let entry = ProcessTable.entry(pid) {
      // While anybody is in a session, nobody else gets its number.
      guard entry.start == start else { return .gone }
      if !entry.isDead { return .atWork(session: entry.session) }
    } else if ProcessTable.exists(pid) {
      return .hidden
    }
    let members = Session.members(pid)
    if members.isEmpty { return .gone }
    let isMarked = members.contains { member in
      ProcessTable.variables(member.pid, [Orphans.markName])[Orphans.markName]?.hasPrefix(mark) ?? false
    }
    return isMarked ? .atWork(session: pid) : .unclear(members)
  }
}
