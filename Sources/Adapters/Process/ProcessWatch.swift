internal import Glibc

/// Watches one child until it has ended, on a thread of its own: reads what it prints, feeds it, keeps its time.
struct ProcessWatch {
  /// Why the watch is over.
  enum End: Equatable, Sendable {
    /// The child ended by itself.
    case finished
    /// Its time was up.
    case timedOut
    /// Nobody wants it any more.
    case cancelled
  }

  /// How long we read on for processes that hold the pipes after the child has ended, in milliseconds.
  static let linger: Int64 = 1_000

  /// Why the watch is over.
  private(set) var end = End.finished
  private(set) var output: ProcessOutput
  /// Whether the child has ended. It is not collected yet, so its number is still its own.
  var hasEnded: Bool { exitedAt != nil }
  /// What became of its session, where we ended it.
  private(set) var ending: SessionEnding?
  /// What of it left its session, where we ended it.
  private(set) var leavers: Leavers?

  private let child: Child
  private let mark: String
  private let input: [UInt8]
  private let alarm: Alarm
  private let deadline: Int64
  private var exitedAt: Int64?
  private var stdinIsOpen: Bool
  private var written = 0
  private var stdoutIsOpen = true
  private var stderrIsOpen = true
  private var stdoutLines = LineSplitter()
  private var stderrLines = LineSplitter()
  private var buffer = [UInt8](repeating: 0, count: 32_768)

  /// Begins to watch.
  ///
  /// - Parameters:
  ///   - child: the child.
  ///   - command: what it runs.
  ///   - timeout: how long it may run, in milliseconds.
  ///   - alarm: ends it.
  ///   - output: takes what it prints.
  init(_ child: Child, of command: ProcessCommand, timeout: Int64, alarm: Alarm, output: ProcessOutput) {
    self.child = child
    mark = command.mark
    input = command.stdin ?? []
    self.alarm = alarm
    self.output = output
    stdinIsOpen = child.stdin != nil
    // A year at most, so that no sum overflows.
    deadline = monotonicMilliseconds() + min(max(0, timeout), 31_536_000_000)
    for file in [child.stdin ?? child.stdout, child.stdout, child.stderr] {
      _ = fcntl(file, F_SETFL, fcntl(file, F_GETFL) | O_NONBLOCK)
    }
  }

  /// Blocks until the child has ended, or cannot be ended.
  mutating func run() {
    while true {
      let now = monotonicMilliseconds()
      if let exitedAt {
        if !outputIsOpen || now - exitedAt >= Self.linger { break }
      } else {
        if end == .finished, now >= deadline { terminate(as: .timedOut, now: now) }
        ending?.look(now: now)
        if let ending, ending.isOver, !ending.left.isEmpty { break }
      }
      step(wait: wait(now: now))
    }
    if stdinIsOpen, let stdin = child.stdin { close(stdin) }
    if let line = stdoutLines.end() { output.takeOutput(line.bytes, isCut: line.isCut) }
    if let line = stderrLines.end() { output.takeError(line.bytes, isCut: line.isCut) }
    if outputIsOpen, hasEnded { output.note("stopped reading: the command has ended and left its output open") }
  }

  /// Adds a line of our own.
  mutating func note(_ text: String) { output.note(text) }

  private var outputIsOpen: Bool { stdoutIsOpen || stderrIsOpen }

  private mutating func terminate(as end: End, now: Int64) {
    self.end = end
    leavers = Leavers(of: child.pid, mark: mark)
    ending = SessionEnding(of: child.pid, now: now)
  }

  /// How long the next poll may sleep, in milliseconds; -1 for ever.
  private func wait(now: Int64) -> Int32 {
    var next: Int64?
    if let exitedAt {
      next = exitedAt + Self.linger
    } else if ending == nil {
      next = deadline
    } else {
      next = now + 50
    }
    if child.descriptor < 0, exitedAt == nil { next = min(next ?? .max, now + 20) }
    guard let next else { return -1 }
    return Int32(clamping: max(0, next - now))
  }

  private mutating func step(wait: Int32) {
    // A negative file is one that `poll` passes over.
    var files = [
      pollfd(fd: stdoutIsOpen ? child.stdout : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: stderrIsOpen ? child.stderr : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: exitedAt == nil ? child.descriptor : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: end == .finished ? alarm.file : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: stdinIsOpen ? child.stdin ?? -1 : -1, events: Int16(POLLOUT), revents: 0),
    ]
    let ready = poll(&files, nfds_t(files.count), wait)
    if ready > 0, files[0].revents != 0 { stdoutIsOpen = drain(child.stdout, isError: false) }
    if ready > 0, files[1].revents != 0 { stderrIsOpen = drain(child.stderr, isError: true) }
    if ready > 0, files[4].revents != 0 { feed() }
    if exitedAt == nil, ready > 0 && files[2].revents != 0 || child.descriptor < 0 && isDead {
      exitedAt = monotonicMilliseconds()
    }
    if ready > 0, files[3].revents != 0, exitedAt == nil {
      terminate(as: .cancelled, now: monotonicMilliseconds())
    }
  }

  private var isDead: Bool { ProcessTable.entry(child.pid)?.isDead ?? true }

  /// Reads once.
  ///
  /// - Returns: whether there may be more later.
  private mutating func drain(_ file: Int32, isError: Bool) -> Bool {
    let count = read(file, &buffer, buffer.count)
    if count < 0 { return errno == EAGAIN || errno == EINTR }
    if isError {
      for line in stderrLines.take(buffer[..<count]) { output.takeError(line.bytes, isCut: line.isCut) }
    } else {
      for line in stdoutLines.take(buffer[..<count]) { output.takeOutput(line.bytes, isCut: line.isCut) }
    }
    return count > 0
  }

  /// Writes what fits. A child that closes its input has read enough.
  private mutating func feed() {
    guard let stdin = child.stdin else { return }
    let count = input[written...].withUnsafeBytes { write(stdin, $0.baseAddress, $0.count) }
    if count > 0 { written += count }
    let isBroken = count < 0 && errno != EAGAIN && errno != EINTR
    if isBroken || written == input.count {
      close(stdin)
      stdinIsOpen = false
    }
  }
}
