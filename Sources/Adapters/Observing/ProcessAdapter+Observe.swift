internal import Quantities

extension ProcessAdapter {
  /// So many bytes of samples are read.
  private static let sampleLimit = 8 << 20

  /// Measures a signal: the command prints a number, or one JSON object a line: `{series, value, count?, at?}`.
  ///
  /// It learns what is asked from `SANDERLING_SIGNAL`, `SANDERLING_SERIES` (with commas), `SANDERLING_TIMES` (RFC 3339,
  /// with commas), `SANDERLING_WINDOW_MS` and `SANDERLING_EVERY_MS`.
  public func observe(_ observation: Observation) async -> ObserveOutcome {
    let call = observation.call
    do throws(ProcessCommand.Problem) {
      var command = try ProcessCommand(call, variable: variable)
      command.environment["SANDERLING_SIGNAL"] = String(call.path.split(separator: "/").last ?? "")
      command.environment["SANDERLING_SERIES"] = observation.series.joined(separator: ",")
      command.environment["SANDERLING_TIMES"] = observation.times.map(\.text).joined(separator: ",")
      command.environment["SANDERLING_WINDOW_MS"] = String(observation.window.milliseconds)
      command.environment["SANDERLING_EVERY_MS"] = String(observation.every.milliseconds)
      defer { command.discardOutputs() }
      let output = ProcessOutput(
        redactor: call.secrets, limit: command.outputLimit, printed: Self.sampleLimit, report: { _ in })
      switch await ChildProcess.run(command, timeout: call.timeout, output: output) {
      case .exited(0, let output): return Self.samples(output, observation)
      case let ending: return .failed(because: call.secrets.redact(Self.sentence(ending)))
      }
    } catch {
      return .failed(because: call.secrets.redact(error.sentence))
    }
  }

  private static func samples(_ output: ProcessOutput, _ observation: Observation) -> ObserveOutcome {
    if output.isPrintedCut { return .failed(because: "the command printed more than \(sampleLimit) bytes") }
    var samples: [MeasuredSample] = []
    for line in output.printed {
      let text = String(decoding: line, as: UTF8.self).trimmed
      let found: [MeasuredSample]?
      switch MeasuredNumber(text) {
      case .unreadable:
        guard case .object(let object)? = try? JSON(parsing: line) else {
          let shown = observation.call.secrets.excerpt(text, 80)
          return .failed(because: "`\(shown)` is neither a number nor a sample in JSON")
        }
        guard !object.members.isEmpty else {
          return .failed(because: "`{}` has no value; a command that finds no data prints nothing")
        }
        found = ObservedJSON.samples(.object(object), series: observation.onlySeries, now: observation.now)
      case let number:
        found = observation.onlySeries.map { [MeasuredSample(series: $0, at: .at(observation.now), value: number)] }
      }
      guard let found else {
        return .failed(
          because: "the command printed a number without its series, and the signal has \(observation.series.count): "
            + "print `{\"series\": …, \"value\": …}`, or ask about each with `${with.series}`")
      }
      samples += found
    }
    return .measured(samples)
  }
}

extension String {
  /// The text without blanks around it.
  fileprivate var trimmed: String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" || $0 == "\n" }
    var slice = drop(while: isBlank)
    while let last = slice.last, isBlank(last) { slice.removeLast() }
    return String(slice)
  }
}
