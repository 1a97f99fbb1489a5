internal import HTTP
internal import Quantities

/// Asks the HTTP API of a Prometheus server.
struct PrometheusServer: Sendable {
  let base: String
  let client: HTTPClient

  /// One sample of an answer.
  private struct Point: Hashable {
    var series: String
    var at: Instant
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
      let values = try await ask(query, by: by, observation, request: request)
      var counts: [Point: Double]?
      if let count = arguments["count"]?.string {
        counts = try await ask(count, by: by, observation, request: request)
      }
      return .measured(
        values.map { point, value in
          // A counter that is asked for and not there has counted nothing.
          MeasuredSample(series: point.series, at: point.at, value: value, count: counts.map { $0[point] ?? 0 })
        })
    } catch {
      return .failed(because: error.sentence)
    }
  }

  private func ask(
    _ query: String, by: String?, _ observation: Observation, request: (String) -> HTTPRequest
  ) async throws(Problem) -> [Point: Double] {
    guard let first = observation.times.first, let last = observation.times.last else { return [:] }
    let root = base.hasSuffix("/") ? String(base.dropLast()) : base
    let encoded = Self.encoded(query)
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
    guard let json = try? JSON(parsing: response.body) else {
      throw Problem(sentence: "\(root) answered \(response.status), and not in JSON")
    }
    guard json["status"]?.string == "success", let data = json["data"] else {
      throw Problem(sentence: "\(root) refused the query: \(json["error"]?.string ?? "status \(response.status)")")
    }
    return try points(data, by: by)
  }

  private func points(_ data: JSON, by: String?) throws(Problem) -> [Point: Double] {
    var points: [Point: Double] = [:]
    func add(_ pair: JSON, _ series: String) {
      guard let seconds = pair.array.first?.double, let value = pair.array.last?.double else { return }
      points[Point(series: series, at: Instant(milliseconds: Int64((seconds * 1_000).rounded())))] = value
    }
    let results = data["result"]?.array ?? []
    switch data["resultType"]?.string {
    case "scalar": add(data["result"] ?? .null, "")
    case "vector", "matrix":
      if by == nil, results.count > 1 {
        throw Problem(
          sentence: "the query has \(results.count) time series and the signal one; write `by`, or sum them up in it")
      }
      for result in results {
        let series = by.map { result["metric"]?[$0]?.string ?? "" } ?? ""
        for pair in result["values"]?.array ?? result["value"].map({ [$0] }) ?? [] { add(pair, series) }
      }
    case let type:
      throw Problem(sentence: "the query answers with `\(type ?? "nothing")`, and a vector or a scalar is needed")
    }
    return points
  }

  /// Milliseconds as seconds with three places, as the API reads times and steps.
  private static func seconds(_ milliseconds: Int64) -> String {
    let fraction = String(milliseconds.magnitude % 1_000)
    return "\(milliseconds / 1_000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
  }

  /// A text for the query part of an address (RFC 3986).
  private static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "~"):
        bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
