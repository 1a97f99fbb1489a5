internal import HTTP
internal import Quantities

extension HTTPAdapter {
  /// Measures a signal: the number at the path `value`, or the numbers at `values`, with `count` and `at` beside them.
  public func observe(_ observation: Observation) async -> ObserveOutcome {
    let call = observation.call
    do {
      let plan = try HTTPCall(call)
      let response = try await client.send(plan.request)
      let isExpected = plan.expect.map { $0.contains(Int64(response.status)) } ?? (200...299).contains(response.status)
      guard isExpected else { return .failed(because: "\(plan.request.method) answered \(response.status)") }
      guard !response.isCut, let json = try? JSON(parsing: response.body) else {
        return .failed(because: "the answer is not JSON, or too long")
      }
      return try Self.samples(in: json, observation)
    } catch let problem as HTTPCall.Problem {
      return .failed(because: call.secrets.redact(problem.sentence))
    } catch HTTPFailure.badRequest(let reason), HTTPFailure.notSent(let reason), HTTPFailure.lost(let reason) {
      return .failed(because: call.secrets.redact(reason))
    } catch {
      return .failed(because: "the request failed")
    }
  }

  private static func samples(in json: JSON, _ observation: Observation) throws -> ObserveOutcome {
    let arguments = observation.call.arguments
    func find(_ key: String) throws -> JSON? {
      guard let text = arguments[key]?.string else { return nil }
      guard let path = JSONPath(text) else {
        throw HTTPCall.Problem(sentence: "`\(text)` in `\(key)` is not a path such as `$.a.b[0]`")
      }
      return path.value(in: json)
    }
    if arguments["values"] != nil {
      guard let values = try find("values") else {
        return .failed(
          because: "`\(arguments["values"]?.string ?? "")` is not in the answer; where there is no data, `null` or an "
            + "empty list stands there")
      }
      guard let samples = ObservedJSON.samples(values, series: observation.onlySeries, now: observation.now)
      else { return .failed(because: "`values` is neither numbers by series nor a list of samples with their series") }
      return .measured(samples)
    }
    guard arguments["value"] != nil else {
      return .failed(because: "an http query needs `value` or `values`: a path such as `$.p95`")
    }
    guard let value = try find("value") else {
      return .failed(
        because: "`\(arguments["value"]?.string ?? "")` is not in the answer; where there is no data, `null` stands "
          + "there")
    }
    guard value != .null else { return .measured([]) }
    guard let series = observation.onlySeries else {
      return .failed(
        because: "`value` is one number, and the signal has \(observation.series.count) series: write `values`, or ask "
          + "about each with `${with.series}`")
    }
    // Where the time was looked for and is not there, the sample is of no time that we know.
    let at =
      arguments["at"] == nil
      ? .at(observation.now) : MeasuredTime(try find("at") ?? .null, in: .milliseconds)
    let count = try find("count").flatMap { $0 == .null ? nil : ObservedJSON.number($0) }
    return .measured([MeasuredSample(series: series, at: at, value: ObservedJSON.number(value), count: count)])
  }
}
