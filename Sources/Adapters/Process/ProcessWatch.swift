internal import Glibc

/// Watches one child until it has ended, on a thread of its own: reads what it prints, feeds it, keeps its time.
struct ProcessWatch: Sendable {
  /// Why the watch is over.
  enum End: Equatable, Sendable {
    /// The child ended by itself.
    case finished
    /// Its time was up; it was ended.
    case timedOut
    /// Nobody wants it any more; it was ended.
    case cancelled
  }

  /// What the thread hands back.
  struct Report: Sendable {
    var end: End
    var output: ProcessOutput
  }

  /// How long we read on for processes that hold the pipes after the child has ended, in milliseconds.
  static let linger: Int64 = 1_000

  let pid: pid_t
  /// The child's pidfd: readable when it has ended. Negative on a kernel without them.
  let descriptor: Int32
  let stdin: Int32?
  let input: [UInt8]
  let stdout: Int32
  let stderr: Int32
  let wakeup: Wakeup
  let timeout: Int64
  private(set) var output: ProcessOutput

  init(
    pid: pid_t, descriptor: Int32, stdin: Int32?, input: [UInt8], stdout: Int32, stderr: Int32, wakeup: Wakeup,
    timeout: Int64, output: ProcessOutput
  ) {
    self.pid = pid
    self.descriptor = descriptor
    self.stdin = stdin
    self.input = input
    self.stdout = stdout
    self.stderr = stderr
    self.wakeup = wakeup
    self.timeout = timeout
    self.output = output
  }

  /// What changes while the thread runs.
  private struct State {
    var end = End.finished
    var exitedAt: Int64?
    var killAt: Int64?
    var isKilled = false
    var stdinIsOpen: Bool
    var written = 0
    var stdoutIsOpen = true
    var stderrIsOpen = true
    var stdoutLines = LineSplitter()
    var stderrLines = LineSplitter()

    var outputIsOpen: Bool { stdoutIsOpen || stderrIsOpen }
  }

  /// Blocks until the child has ended. The child is not collected yet, so its number is still its own.
  mutating func run() -> Report {
    var state = State(stdinIsOpen: stdin != nil)
    // A year at most, so that no sum overflows.
    let deadline = monotonicMilliseconds() + min(max(0, timeout), 31_536_000_000)
    var buffer = [UInt8](repeating: 0, count: 32_768)
    for file in [stdin ?? stdout, stdout, stderr] { _ = fcntl(file, F_SETFL, fcntl(file, F_GETFL) | O_NONBLOCK) }
    while true {
      let now = monotonicMilliseconds()
      if let exitedAt = state.exitedAt {
        if !state.outputIsOpen || now - exitedAt >= Self.linger { break }
      } else {
        keepTime(&state, now: now, deadline: deadline)
      }
      step(&state, wait: wait(state, now: now, deadline: deadline), &buffer)
    }
    if state.stdinIsOpen, let stdin { close(stdin) }
    state.stdoutLines.end { output.takeOutput($0, isCut: $1) }
    state.stderrLines.end { output.takeError($0, isCut: $1) }
    if state.outputIsOpen { output.note("stopped reading: the command has ended and left its output open") }
    return Report(end: state.end, output: output)
  }

  private func keepTime(_ state: inout State, now: Int64, deadline: Int64) {
    if state.end == .finished, now >= deadline { terminate(&state, as: .timedOut, now: now) }
    if let killAt = state.killAt, !state.isKilled, now >= killAt {
      kill(-pid, SIGKILL)
      state.isKilled = true
    }
  }

  private func terminate(_ state: inout State, as end: End, now: Int64) {
    state.end = end
    state.killAt = now + Int64(ProcessGroup.grace)
    kill(-pid, SIGTERM)
  }

  /// How long the next poll may sleep, in milliseconds; -1 for ever.
  private func wait(_ state: State, now: Int64, deadline: Int64) -> Int32 {
    var next: Int64?
    if let exitedAt = state.exitedAt {
      next = exitedAt + Self.linger
    } else if state.end == .finished {
      next = deadline
    } else if !state.isKilled {
      next = state.killAt
    }
    if descriptor < 0, state.exitedAt == nil { next = min(next ?? .max, now + 20) }
    guard let next else { return -1 }
    return Int32(clamping: max(0, next - now))
  }

  private mutating func step(_ state: inout State, wait: Int32, _ buffer: inout [UInt8]) {
    // A negative file is one that `poll` passes over.
    var files = [
      pollfd(fd: state.stdoutIsOpen ? stdout : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: state.stderrIsOpen ? stderr : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: state.exitedAt == nil ? descriptor : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: state.end == .finished ? wakeup.readingEnd : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: state.stdinIsOpen ? stdin ?? -1 : -1, events: Int16(POLLOUT), revents: 0),
    ]
    let ready = poll(&files, nfds_t(files.count), wait)
    if ready > 0, files[0].revents != 0 {
      state.stdoutIsOpen = drain(stdout, &buffer) { bytes in
        state.stdoutLines.take(bytes) { output.takeOutput($0, isCut: $1) }
      }
    }
    if ready > 0, files[1].revents != 0 {
      state.stderrIsOpen = drain(stderr, &buffer) { bytes in
        state.stderrLines.take(bytes) { output.takeError($0, isCut: $1) }
      }
    }
    if ready > 0, files[4].revents != 0 { feed(&state) }
    if state.exitedAt == nil, ready > 0 && files[2].revents != 0 || descriptor < 0 && hasEnded {
      state.exitedAt = monotonicMilliseconds()
    }
    if ready > 0, files[3].revents != 0, state.exitedAt == nil {
      terminate(&state, as: .cancelled, now: monotonicMilliseconds())
    }
  }

  private var hasEnded: Bool { ProcessTable.entry(pid)?.isDead ?? true }

  /// Reads once.
  ///
  /// - Returns: whether there may be more later.
  private func drain(_ file: Int32, _ buffer: inout [UInt8], _ take: (ArraySlice<UInt8>) -> Void) -> Bool {
    let count = read(file, &buffer, buffer.count)
    if count < 0 { return errno == EAGAIN || errno == EINTR }
    take(buffer[..<count])
    return count > 0
  }

  /// Writes what fits. A child that closes its input has read enough.
  private func feed(_ state: inout State) {
    guard let stdin else { return }
    let count = input[state.written...].withUnsafeBytes { write(stdin, $0.baseAddress, $0.count) }
    if count > 0 { state.written += count }
    let isBroken = count < 0 && errno != EAGAIN && errno != EINTR
    if isBroken || state.written == input.count {
      close(stdin)
      state.stdinIsOpen = false
    }
  }
}
