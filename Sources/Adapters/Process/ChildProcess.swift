internal import Glibc
internal import Quantities
internal import Subprocess
internal import SystemPackage
internal import Threads

/// Starts a command and waits for its end.
enum ChildProcess {
  /// How it ended.
  enum Ending: Sendable {
    /// It never ran.
    case notStarted(String, isTransient: Bool)
    /// It exited by itself with this code.
    case exited(Int32, ProcessOutput)
    /// A signal ended it that was not ours.
    case signaled(Int32, ProcessOutput)
    /// We ended it, or we do not know how it ended.
    case lost(String, ProcessOutput)
  }

  /// Runs a command. Cancelling the task ends the command and everything in its group.
  ///
  /// When it returns, nothing in the command's group runs any more, unless the text says so.
  static func run(_ command: ProcessCommand, timeout: Span, output: ProcessOutput) async -> Ending {
    guard let wakeup = Wakeup() else { return .notStarted("there are no more file descriptors", isTransient: true) }
    defer { wakeup.end() }
    // A task of its own, because Subprocess kills the child at once when its task is cancelled.
    let running = Task { await start(command, timeout: timeout, wakeup: wakeup, output: output) }
    return await withTaskCancellationHandler {
      await running.value
    } onCancel: {
      wakeup.wake()
    }
  }

  private static func start(
    _ command: ProcessCommand, timeout: Span, wakeup: Wakeup, output: ProcessOutput
  ) async -> Ending {
    guard let pipes = Pipes(hasInput: command.stdin != nil) else {
      return .notStarted("there are no more file descriptors", isTransient: true)
    }
    defer { pipes.closeOurs() }
    let watch = Watching()
    do {
      let result: (status: TerminationStatus, report: ProcessWatch.Report?, pid: pid_t)
      if let input = pipes.input {
        let reading = FileDescriptor(rawValue: input.reading)
        result = try await spawn(
          command, timeout, .fileDescriptor(reading, closeAfterSpawningProcess: true), pipes, wakeup, output, watch)
      } else {
        result = try await spawn(command, timeout, .none, pipes, wakeup, output, watch)
      }
      return await settle(command, result, timeout: timeout, output)
    } catch let error as SubprocessError where !watch.hasBegun {
      if let input = pipes.input { close(input.writing) }
      let (reason, isTransient) = explain(error, command)
      return .notStarted(reason, isTransient: isTransient)
    } catch {
      return .lost("the end of the command could not be read: \(error)", output)
    }
  }

  private static func spawn(
    _ command: ProcessCommand, _ timeout: Span, _ input: some InputProtocol, _ pipes: Pipes, _ wakeup: Wakeup,
    _ output: ProcessOutput, _ watching: Watching
  ) async throws -> (TerminationStatus, ProcessWatch.Report?, pid_t) {
    var options = PlatformOptions()
    options.processGroupID = 0
    let pairs = command.environment.compactMap { name, value in Environment.Key(rawValue: name).map { ($0, value) } }
    let result = try await Subprocess.run(
      .path(FilePath(command.program)),
      arguments: Arguments(
        executablePathOverride: command.words[0], remainingValues: Array(command.words.dropFirst())),
      environment: .custom(Dictionary(pairs) { _, last in last }),
      workingDirectory: FilePath(command.directory),
      platformOptions: options,
      input: input,
      output: .fileDescriptor(FileDescriptor(rawValue: pipes.output.writing), closeAfterSpawningProcess: true),
      error: .fileDescriptor(FileDescriptor(rawValue: pipes.error.writing), closeAfterSpawningProcess: true)
    ) { execution in
      watching.hasBegun = true
      let watch = ProcessWatch(
        pid: execution.processIdentifier.value, descriptor: execution.processIdentifier.processDescriptor,
        stdin: pipes.input?.writing, input: command.stdin ?? [], stdout: pipes.output.reading,
        stderr: pipes.error.reading, wakeup: wakeup, timeout: timeout.milliseconds, output: output)
      return await onThread(watch)
    }
    return (result.terminationStatus, result.closureResult, result.processIdentifier.value)
  }

  /// `nil` when there is no thread; the child was killed then.
  private static func onThread(_ watch: ProcessWatch) async -> ProcessWatch.Report? {
    await withCheckedContinuation { continuation in
      let hasThread = DedicatedThread.start {
        var watch = watch
        continuation.resume(returning: watch.run())
      }
      if !hasThread {
        kill(-watch.pid, SIGKILL)
        if let stdin = watch.stdin { close(stdin) }
        continuation.resume(returning: nil)
      }
    }
  }

  /// Ends what the command left behind, and says what its end means.
  private static func settle(
    _ command: ProcessCommand, _ result: (status: TerminationStatus, report: ProcessWatch.Report?, pid: pid_t),
    timeout: Span, _ untouched: ProcessOutput
  ) async -> Ending {
    var output = result.report?.output ?? untouched
    let endedByUs = result.report?.end != .finished
    var remains = ""
    if ProcessGroup.runs(result.pid) {
      if !endedByUs { output.note("ended the processes that the command left running") }
      if await !ProcessGroup.end(result.pid) { remains = "; processes of its group \(result.pid) still run" }
    }
    // Some children leave the group without becoming daemons. Looking for them reads all of /proc, so only now.
    if endedByUs, await !Orphans.end(Orphans.find(mark: command.mark)) { remains = "; processes of it still run" }
    if !endedByUs, !remains.isEmpty { output.note("processes of group \(result.pid) still run and cannot be ended") }
    switch (result.report?.end, result.status) {
    case (nil, _): return .lost("there was no thread to watch the command, so it was killed\(remains)", output)
    case (.timedOut, _): return .lost("no end within \(timeout.text), so it was ended\(remains)", output)
    case (.cancelled, _): return .lost("it was cancelled while it ran\(remains)", output)
    case (.finished, .exited(let code)): return .exited(code, output)
    case (.finished, .signaled(let number)): return .signaled(number, output)
    }
  }

  private static func explain(_ error: SubprocessError, _ command: ProcessCommand) -> (String, isTransient: Bool) {
    let code = error.underlyingError?.rawValue ?? 0
    switch code {
    case EAGAIN, ENOMEM, EMFILE, ENFILE, ETXTBSY:
      return ("`\(command.program)` cannot be started now: \(errorText(code))", true)
    case ENOENT:
      return ("`\(command.program)` cannot be started: its interpreter or `\(command.directory)` is missing", false)
    case ENOEXEC:
      return ("`\(command.program)` cannot be started: it is no program and has no `#!` line", false)
    case E2BIG:
      return ("`\(command.program)` cannot be started: its arguments and environment are too long", false)
    case 0:
      return ("`\(command.program)` cannot be started: \(error)", false)
    default:
      return ("`\(command.program)` cannot be started: \(errorText(code))", false)
    }
  }
}

/// Whether a child exists: from then on, an error does not mean that nothing happened.
private final class Watching {
  var hasBegun = false
}

/// The pipes between us and a child. Subprocess closes the child's ends.
private struct Pipes {
  let input: Pipe?
  let output: Pipe
  let error: Pipe

  init?(hasInput: Bool) {
    guard let output = Pipe() else { return nil }
    guard let error = Pipe() else {
      output.end()
      return nil
    }
    var input: Pipe?
    if hasInput {
      input = Pipe()
      guard input != nil else {
        output.end()
        error.end()
        return nil
      }
    }
    self.input = input
    self.output = output
    self.error = error
  }

  /// The watch closes the end that it writes to.
  func closeOurs() {
    close(output.reading)
    close(error.reading)
  }
}
