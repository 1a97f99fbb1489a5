internal import HTTP
internal import Quantities

/// Asks the HTTP API of a Prometheus server.
struct PrometheusServer: Sendable {
  let base: String
  let client: HTTPClient

  /// What a query came to: its samples, without counts, and what the server said beside them.
  private struct Found {
    var samples: [MeasuredSample] = []
    var warnings: [String] = []
  }

  /// A place where a value and its count meet.
  private struct Point: Hashable {
    var series: String
    var at: MeasuredTime
  }

  private struct Problem: Error {
    let sentence: String
  }

  /// Evaluates the query at the wanted times, and the count beside it where there is one.
  func observe(_ observation: Observation, request: (String) -> HTTPRequest) async -> ObserveOutcome {
    let arguments = observation.call.arguments
    guard let query = arguments["query"]?.string, !query.isEmpty else {
      return .failed(because: "the query of a Prometheus server needs `query`, in PromQL")
    }
    do throws(Problem) {
      let by = arguments["by"]?.string
      var found = try await ask(query, by: by, observation, request: request)
      if let count = arguments["count"]?.string {
        let counts = try await ask(count, by: by, observation, request: request)
        found.warnings += counts.warnings
        let byPoint = Dictionary(grouping: counts.samples) { Point(series: $0.series, at: $0.at) }
        for index in found.samples.indices {
          let matching = byPoint[Point(series: found.samples[index].series, at: found.samples[index].at)] ?? []
          // A counter that is asked for and not there has counted nothing, if the whole was answered.
          let absent =
            counts.warnings.isEmpty
            ? MeasuredNumber.number(.zero) : .unreadable("the count is missing from an answer with a warning")
          found.samples[index].count =
            matching.count > 1 ? .unreadable("\(matching.count) counts") : matching.first?.value ?? absent
        }
      }
      guard let warning = found.warnings.first else { return .measured(found.samples) }
      // A warned answer may be a part: what is not in it is not known to be absent.
      let missing = Set(observation.series).subtracting(found.samples.map(\.series))
      let sentence = "the server warns: \(warning)"
      return .partly(
        found.samples, failed: Dictionary(uniqueKeysWithValues: missing.map { ($0, sentence) }), because: sentence)
    } catch {
      return .failed(because: error.sentence)
    }
  }

  private func ask(
    _ query: String, by: String?, _ observation: Observation, request: (String) -> HTTPRequest
  ) async throws(Problem) -> Found {
    guard let first = observation.times.first, let last = observation.times.last else { return Found() }
    let root = base.hasSuffix("/") ? String(base.dropLast()) : base
    let encoded = PercentEncoding.encoded(query)
    let url =
      first == last
      ? "\(root)/api/v1/query?query=\(encoded)&time=\(Self.seconds(first.milliseconds))"
      : "\(root)/api/v1/query_range?query=\(encoded)&start=\(Self.seconds(first.milliseconds))"
        + "&end=\(Self.seconds(last.milliseconds))&step=\(Self.seconds(observation.every.milliseconds))"
    let response: HTTPResponse
    do throws(HTTPFailure) {
      response = try await client.send(request(url))
    } catch {
      switch error {
      case .notSent(let why), .lost(let why), .badRequest(let why):
        throw Problem(sentence: "\(root) does not answer: \(why)")
      }
    }
    guard !response.isCut else {
      throw Problem(sentence: "the answer of \(root) is longer than \(PrometheusAdapter.mostBytes >> 20) MiB")
    }
    guard let json = try? JSON(parsing: response.body) else {
      throw Problem(sentence: "\(root) answered \(response.status), and not in JSON")
    }
    guard (200...299).contains(response.status), json["status"]?.string == "success", let data = json["data"] else {
      throw Problem(sentence: "\(root) refused the query: \(json["error"]?.string ?? "status \(response.status)")")
    }
    return Found(
      samples: try samples(data, by: by, observation),
      warnings: (json["warnings"]?.array ?? []).map { observation.call.secrets.excerpt($0.plainText, 200) })
  }

  private func samples(_ data: JSON, by: String?, _ observation: Observation) throws(Problem) -> [MeasuredSample] {
    let results = data["result"]?.array ?? []
    switch data["resultType"]?.string {
    case "scalar":
      guard let series = observation.onlySeries else { throw manySeries(observation) }
      return [try sample(data["result"] ?? .null, series, origin: nil, observation.call.secrets)]
    // Of one moment a matrix is what a range in the query holds: raw samples, and none that it would have in a range.
    case let type? where type == "vector" || type == "matrix" && observation.times.count > 1:
      if by == nil, results.count > 1 {
        throw Problem(
          sentence: "the query has \(results.count) time series and the signal one; write `by`, or sum them up in it")
      }
      if by == nil, !results.isEmpty, observation.onlySeries == nil { throw manySeries(observation) }
      var samples: [MeasuredSample] = []
      for result in results {
        let series = by.map { result["metric"]?[$0]?.string ?? "" } ?? observation.onlySeries ?? ""
        guard let pairs = result["values"]?.array ?? result["value"].map({ [$0] }) else {
          throw Problem(sentence: "the query answers with a histogram, and numbers are needed")
        }
        let origin = Self.name(of: result["metric"])
        for pair in pairs { samples.append(try sample(pair, series, origin: origin, observation.call.secrets)) }
      }
      return samples
    case let type:
      throw Problem(sentence: "the query answers with `\(type ?? "nothing")`, and a vector or a scalar is needed")
    }
  }

  private func manySeries(_ observation: Observation) -> Problem {
    Problem(sentence: "the query has one time series and the signal \(observation.series.count); write `by`")
  }

  /// A pair of a time in seconds and a number as a text.
  private func sample(
    _ pair: JSON, _ series: String, origin: String?, _ secrets: Redactor
  ) throws(Problem) -> MeasuredSample {
    guard case .array(let parts) = pair, parts.count == 2 else {
      throw Problem(sentence: "`\(secrets.excerpt(pair.canonicalText, 80))` is no pair of a time and a number")
    }
    return MeasuredSample(
      series: series, at: MeasuredTime(parts[0], in: .seconds), value: ObservedJSON.number(parts[1]), origin: origin)
  }

  /// The name of a time series as the server writes it: `{instance="1", region="eu"}`.
  private static func name(of metric: JSON?) -> String {
    let labels = (metric?.members ?? []).filter { $0.key != "__name__" }
    let name = metric?["__name__"]?.string ?? ""
    return name + "{" + labels.map { "\($0.key)=\"\($0.value.plainText)\"" }.joined(separator: ", ") + "}"
  }

  /// Milliseconds as seconds with three places, as the API reads times and steps.
  private static func seconds(_ milliseconds: Int64) -> String {
    let fraction = String(milliseconds.magnitude % 1_000)
    return "\(milliseconds / 1_000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
  }
}
