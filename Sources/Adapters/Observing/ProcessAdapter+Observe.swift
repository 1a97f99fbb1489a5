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
    let series = observation.series.first ?? ""
    var samples: [MeasuredSample] = []
    for line in output.printed {
      let text = String(decoding: line, as: UTF8.self)
      if let number = Double(text.filter { $0 != " " }) {
        samples.append(MeasuredSample(series: series, at: observation.now, value: number))
      } else if case .object(let object)? = try? JSON(parsing: line),
        let found = ObservedJSON.samples(.object(object), series: series, now: observation.now)
      {
        samples += found
      } else {
        let shown = observation.call.secrets.redact(String(text.prefix(80)))
        return .failed(because: "`\(shown)` is neither a number nor a sample in JSON")
      }
    }
    return .measured(samples)
  }
}
