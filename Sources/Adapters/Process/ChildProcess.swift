internal import Glibc
internal import Quantities
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
    /// It cannot be ended, or what an earlier attempt left cannot.
    case atWork(String, ProcessOutput)
  }

  /// What a thread came to.
  private enum Trial: Sendable {
    case ended(Ending)
    /// This machine is short of something, and nothing was started.
    case short(String)
  }

  /// Runs a command. Cancelling the task ends the command and everything in its session.
  ///
  /// When it returns, nothing in the command's session runs any more, unless it says so. Where this machine is short
  /// of something, it waits until the command can be started.
  ///
  /// - Parameters:
  ///   - command: what to run.
  ///   - timeout: how long it may run, once it has begun.
  ///   - output: takes what it prints.
  ///   - waits: is told what the machine is short of, and `nil` once the command begins after all.
  /// - Returns: how it ended.
  static func run(
    _ command: ProcessCommand, timeout: Span, output: ProcessOutput,
    waits: @escaping @Sendable (String?) -> Void = { _ in }
  ) async -> Ending {
    let left = OwnChildren.shared.leftAtWork(of: command.step)
    guard left.isEmpty else {
      return .atWork("nothing was started: \(left.joined(separator: ", ")) of an earlier attempt still runs", output)
    }
    var pause = 50
    var isHeld = false
    while true {
      if Room.shared.isFull {
        waits("as many commands run at once as this machine has room for")
        isHeld = true
      }
      guard await Room.shared.enter() else { break }
      let begins: @Sendable () -> Void = { [isHeld] in
        if isHeld { waits(nil) }
      }
      let trial = await attempt(command, timeout: timeout, output: output, begins: begins)
      Room.shared.leave()
      switch trial {
      case .ended(let ending): return ending
      case .short(let what): waits(what)
      }
      isHeld = true
      do { try await Task.sleep(for: .milliseconds(pause)) } catch { break }
      pause = min(pause * 2, 1_000)
    }
    return .notStarted("it was cancelled before it started", isTransient: true)
  }

  private static func attempt(
    _ command: ProcessCommand, timeout: Span, output: ProcessOutput, begins: @escaping @Sendable () -> Void
  ) async -> Trial {
    guard let alarm = Alarm() else { return .short("there are no more file descriptors") }
    defer { alarm.end() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let hasThread = DedicatedThread.start {
          continuation.resume(
            returning: perform(command, timeout: timeout, alarm: alarm, output: output, begins: begins))
        }
        if !hasThread { continuation.resume(returning: .short("there are no more threads")) }
      }
    } onCancel: {
      alarm.ring()
    }
  }

  /// From the beginning to the end, on a thread of its own.
  private static func perform(
    _ command: ProcessCommand, timeout: Span, alarm: Alarm, output: ProcessOutput, begins: () -> Void
  ) -> Trial {
    let place = command.roster?.place(for: command.mark)
    let child: Child
    do throws(Spawning.Failure) {
      child = try Spawning.start(command, writtenAt: place)
    } catch {
      place?.clear()
      switch error {
      case .short(let what): return .short(what)
      case .refused(let why, let isTransient): return .ended(.notStarted(why, isTransient: isTransient))
      }
    }
    defer { child.closeFiles() }
    begins()
    let began = monotonicMilliseconds()
    var watch = ProcessWatch(child, of: command, timeout: timeout.milliseconds, alarm: alarm, output: output)
    watch.run()
    let left = endRest(of: child, &watch, isYoung: monotonicMilliseconds() - began < 5_000)
    let status = watch.hasEnded ? OwnChildren.shared.collect(child.pid) : nil
    if left.isEmpty {
      place?.clear()
    } else {
      OwnChildren.shared.leave(
        LeftAtWork(
          step: command.step, leader: status == nil ? child.pid : nil, processes: left.map(\.id), place: place))
    }
    return .ended(ending(of: watch, status, left: left, timeout: timeout))
  }

  /// Ends what the command left in its session.
  ///
  /// - Returns: what cannot be ended.
  private static func endRest(
    of child: Child, _ watch: inout ProcessWatch, isYoung: Bool
  ) -> [ProcessTable.Entry] {
    if var ending = watch.ending { return ending.finish() }
    guard !Session.members(child.pid, isYoung: isYoung).isEmpty else { return [] }
    watch.note("ended the processes that the command left running")
    var ending = SessionEnding(of: child.pid, now: monotonicMilliseconds())
    let left = ending.finish()
    if !left.isEmpty { watch.note("\(words(left)) still runs and cannot be ended") }
    return left
  }

  private static func ending(
    of watch: ProcessWatch, _ status: Result<(code: Int32, signal: Int32), OwnChildren.CollectError>?,
    left: [ProcessTable.Entry], timeout: Span
  ) -> Ending {
    let why: String
    switch watch.end {
    case .timedOut: why = "no end within \(timeout.text)"
    case .cancelled: why = "it was cancelled while it ran"
    case .finished:
      switch status {
      case .success((_, let signal))? where signal != 0: return .signaled(signal, watch.output)
      case .success((let code, _))?: return .exited(code, watch.output)
      case .failure(let error)?:
        return .lost("the end of the command could not be read: \(errorText(error.code))", watch.output)
      case nil: return .lost("the end of the command could not be read", watch.output)
      }
    }
    let daemons = (watch.leavers?.words ?? []).map { "; \($0)" }.joined()
    guard left.isEmpty else {
      return .atWork("\(why); it was asked to end, and \(words(left)) still runs\(daemons)", watch.output)
    }
    return .lost(watch.end == .timedOut ? "\(why), so it was ended\(daemons)" : "\(why)\(daemons)", watch.output)
  }

  private static func words(_ processes: [ProcessTable.Entry]) -> String {
    processes.map { ProcessTable.words($0.pid, withArguments: true) }.joined(separator: ", ")
  }
}
