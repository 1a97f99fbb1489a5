internal import Glibc
internal import Quantities

/// Runs a command on this machine.
///
/// Configuration: `directory`, `environment: [NAME]`, `set: {NAME: value}`, `output_limit`, `shell`.
/// Arguments: `command: [WORD]`, `directory`, `stdin`, `outputs_file`, `transient: [CODE]`, `doubt: [CODE]`, `set`.
///
/// Exit 0 is applied; a code of `transient` (75 when nothing is said) is not applied, try again; one of `doubt`, 137
/// and 143 say nothing; every other code is not applied, for good. A command that a signal ended, that took too long
/// or that was cancelled is in doubt. A command leads a session of its own, without a terminal. A process that called
/// `setsid` is a daemon and outlives the step; all others end with it.
public struct ProcessAdapter: Adapter {
  let variable: @Sendable (String) -> String?

  /// Makes the adapter; its children get variables of our own environment.
  public init() {
    self.init { name in getenv(name).map { String(cString: $0) } }
  }

  /// Makes the adapter.
  ///
  /// - Parameter variable: the value of a variable, for the names that are handed on to children.
  public init(variable: @escaping @Sendable (String) -> String?) {
    self.variable = variable
  }

  /// Runs the command and waits for its end.
  public func apply(_ call: Call, report: @escaping @Sendable (Progress) -> Void) async -> ApplyOutcome {
    switch await run(call, report: report) {
    case .failure(let problem):
      return .notApplied(because: call.secrets.redact(problem.sentence), retry: .permanent, answer: Answer())
    case .success((let command, let ending)):
      defer { command.discardOutputs() }
      return outcome(of: ending, command, call)
    }
  }

  /// Runs the command, which must answer with `{"state": "applied" | "not-applied" | "partial"}` in its last line.
  public func probe(_ call: Call) async -> ProbeOutcome {
    switch await run(call, report: { _ in }) {
    case .failure(let problem): return .unknown(because: call.secrets.redact(problem.sentence))
    case .success((let command, let ending)):
      command.discardOutputs()
      guard case .exited(0, let output) = ending else {
        return .unknown(because: call.secrets.redact(Self.sentence(ending)))
      }
      return Self.found(output, call.secrets)
    }
  }

  private func run(
    _ call: Call, report: @escaping @Sendable (Progress) -> Void
  ) async -> Result<(ProcessCommand, ChildProcess.Ending), ProcessCommand.Problem> {
    do throws(ProcessCommand.Problem) {
      let command = try ProcessCommand(call, variable: variable)
      if Task.isCancelled {
        return .success((command, .notStarted("it was cancelled before it started", isTransient: true)))
      }
      command.discardOutputs()
      let output = ProcessOutput(redactor: call.secrets, limit: command.outputLimit, report: report)
      let ending = await ChildProcess.run(command, timeout: call.timeout, output: output) { report(.waits(for: $0)) }
      return .success((command, ending))
    } catch {
      return .failure(error)
    }
  }

  private func outcome(of ending: ChildProcess.Ending, _ command: ProcessCommand, _ call: Call) -> ApplyOutcome {
    let sentence = call.secrets.redact(Self.sentence(ending))
    switch ending {
    case .notStarted(_, let isTransient):
      let retry: ApplyOutcome.Retryable = isTransient ? .transient(after: nil) : .permanent
      return .notApplied(because: sentence, retry: retry, answer: Answer())
    case .signaled(_, let output), .lost(_, let output):
      return .unknown(because: sentence, answer: output.answer())
    case .atWork(_, let output): return .atWork(because: sentence, answer: output.answer())
    case .exited(let code, var output):
      let read = PrintedOutputs(of: command, output)
      if let reason = read.reason { output.note(reason) }
      if read.isAbsent { output.note("the command wrote no outputs to the file that `SANDERLING_OUTPUTS` names") }
      var answer = output.answer(Answer.outputs(of: read.object, redactor: call.secrets))
      answer.unread = read.reason.map(call.secrets.redact)
      answer.code = code
      if code == 0 { return .applied(answer) }
      if command.doubt.contains(Int64(code)) { return .unknown(because: sentence, answer: answer) }
      guard command.transient.contains(Int64(code)) else {
        return .notApplied(because: sentence, retry: .permanent, answer: answer)
      }
      return .notApplied(because: sentence, retry: .transient(after: Self.pause(read.object)), answer: answer)
    }
  }

  private static func pause(_ object: JSON?) -> Span? {
    guard let value = object?["retry_after"] else { return nil }
    guard let seconds = value.number else {
      return value.string.flatMap { Span($0) }
    }
    return (0...31_536_000).contains(seconds) ? Span(milliseconds: seconds * 1_000) : nil
  }

  private static func found(_ output: ProcessOutput, _ secrets: Redactor) -> ProbeOutcome {
    guard let answer = try? JSON(parsing: output.lastLine), let state = answer["state"]?.string else {
      return .unknown(because: "the probe's last line is not JSON with a `state`")
    }
    switch state {
    case "applied":
      return .applied(output.answer(Answer.outputs(of: answer, redactor: secrets, without: ["state", "cursor"])))
    case "not-applied": return .notApplied
    case "partial": return .partial(cursor: answer["cursor"]?.string.map(secrets.redact))
    default: return .unknown(because: secrets.redact("the probe's `state` is `\(state)`"))
    }
  }

  static func sentence(_ ending: ChildProcess.Ending) -> String {
    switch ending {
    case .notStarted(let reason, _), .lost(let reason, _), .atWork(let reason, _): return reason
    case .signaled(let number, let output): return "ended by signal \(number)" + detail(output)
    case .exited(let code, let output): return "exit \(code)" + detail(output)
    }
  }

  private static func detail(_ output: ProcessOutput) -> String {
    guard !output.lastError.isEmpty else { return "" }
    return ": " + String(decoding: output.lastError.utf8.prefix(500), as: UTF8.self)
  }
}
