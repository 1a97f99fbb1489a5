import Foundation
import HTTP
import Quantities
import Synchronization
import Testing

@testable import Adapters

/// A real Prometheus, on a port and with data of its own. Its history is written before it starts, so that nothing in
/// it depends on when a test runs; what it scrapes lies beside it. It ends with the test.
private final class PrometheusProcess: Sendable {
  let base: String
  let scratch: Scratch
  private let process: Process
  private let input: Pipe
  private let pages: TestServer

  static let isAvailable = TestServer.isAvailable && ["prometheus", "promtool"].allSatisfy { find($0) != nil }

  private static func find(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Starts one that knows a history, in OpenMetrics, and scrapes a page every second.
  init(history: String, page: String) async throws {
    scratch = try Scratch()
    pages = try TestServer()
    try scratch.write("history.om", history)
    let quoted = JSON.string(page).canonicalText
    try scratch.write(
      "prometheus.yml",
      """
      global: { scrape_interval: 1s, scrape_timeout: 1s }
      scrape_configs:
        - job_name: served
          metrics_path: /status/200
          params: { body: [ \(quoted) ] }
          static_configs: [ { targets: [ "\(pages.base.replacing("http://", with: ""))" ] } ]
      remote_read:
        - { url: "http://127.0.0.1:9/read", required_matchers: { from: remote }, remote_timeout: 1s, read_recent: true }
      """)
    let tool = Process()
    tool.executableURL = URL(filePath: Self.find("promtool") ?? "")
    tool.arguments = [
      "tsdb", "create-blocks-from", "openmetrics", "\(scratch.path)/history.om", "\(scratch.path)/data",
    ]
    (tool.standardOutput, tool.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try tool.run()
    tool.waitUntilExit()
    try #require(tool.terminationStatus == 0, "promtool made no blocks")
    let port = try Self.freePort()
    base = "http://127.0.0.1:\(port)"
    process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    // It ends when nobody holds the other end of its input any more, however the tests end.
    process.arguments = [
      "-c", "\"$@\" < /dev/null & server=$!; cat > /dev/null; kill -9 $server", "sh", Self.find("prometheus") ?? "",
      "--config.file=\(scratch.path)/prometheus.yml", "--storage.tsdb.path=\(scratch.path)/data",
      "--storage.tsdb.retention.time=100y", "--web.listen-address=127.0.0.1:\(port)", "--query.max-samples=5000",
    ]
    input = Pipe()
    process.standardInput = input
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
    let client = HTTPClient()
    for _ in 0..<600 {
      let answer = try? await client.send(HTTPRequest(url: "\(base)/api/v1/query?query=served"))
      if let answer, String(decoding: answer.body, as: UTF8.self).contains("\"value\"") { return }
      try #require(process.isRunning, "prometheus did not start")
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("prometheus did not scrape the page")
  }

  deinit { try? input.fileHandleForWriting.close() }

  /// A port that nobody has at this moment.
  private static func freePort() throws -> Int {
    let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(file) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return try withUnsafeMutablePointer(to: &address) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        try #require(bind(file, pointer, size) == 0 && getsockname(file, pointer, &size) == 0)
      }
      return Int(UInt16(bigEndian: pointer.pointee.sin_port))
    }
  }

  /// What the server says itself about a query at one time: `{a="b",…}` or the value of a label → the number as it
  /// writes it. Read by Foundation, not by our JSON.
  func answer(_ query: String, by label: String?, at time: Instant) async throws -> [String: String] {
    let text = query.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let seconds = String(format: "%.3f", Double(time.milliseconds) / 1_000)
    let answer = try await HTTPClient().send(
      HTTPRequest(url: "\(base)/api/v1/query?query=\(text)&time=\(seconds)"))
    let json = try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
    let data = try #require(json["data"] as? [String: Any], "\(json)")
    if data["resultType"] as? String == "scalar" {
      let pair = try #require(data["result"] as? [Any])
      return ["": try #require(pair[1] as? String)]
    }
    var found: [String: String] = [:]
    for result in try #require(data["result"] as? [[String: Any]]) {
      let metric = try #require(result["metric"] as? [String: String])
      let pair = try #require(result["value"] as? [Any])
      found[label.map { metric[$0] ?? "" } ?? ""] = try #require(pair[1] as? String)
    }
    return found
  }
}

@Suite(
  "A real Prometheus server",
  .enabled(if: PrometheusProcess.isAvailable, "there is no prometheus; `.ci/setup prometheus` installs Debian's"),
  .timeLimit(.minutes(3)))
struct PrometheusOracleTests {
  /// Where the history begins.
  private static let start: Int64 = 1_700_000_000

  private static func time(_ seconds: Double) -> Instant {
    Instant(milliseconds: start * 1_000 + Int64(seconds * 1_000))
  }

  /// An hour of a sample each 30 s: several series, one that ends, one with gaps, numbers that are none.
  private static let history: String = {
    var gauge = "# TYPE level gauge\n"
    var counter = "# TYPE errors counter\n"
    var bucket = "# TYPE took histogram\n"
    for step in 0..<120 {
      let at = start + Int64(step) * 30
      gauge += "level{r=\"eu\"} \(step * 7 % 13).25 \(at)\n"
      if step < 60 { gauge += "level{r=\"ends\"} \(step) \(at)\n" }
      if step % 20 < 5 { gauge += "level{r=\"gaps\"} 1e-7 \(at)\n" }
      gauge += "level{r=\"odd \\\"é\\\" \\\\ +&=%\"} \(step % 3 == 0 ? "NaN" : step % 3 == 1 ? "+Inf" : "-Inf") \(at)\n"
      gauge += "level{r=\"large\"} 1234567890123456789 \(at)\n"
      // It begins anew in the middle.
      counter += "errors_total{r=\"eu\"} \((step % 70) * 3) \(at)\n"
      counter += "errors_total{r=\"us\"} \(step / 10) \(at)\n"
      for (bound, share) in [("0.1", 5), ("0.5", 8), ("+Inf", 10)] {
        bucket += "took_bucket{le=\"\(bound)\"} \(step * share) \(at)\n"
      }
    }
    // In OpenMetrics all samples of one series stand together.
    func sorted(_ text: String) -> String {
      let lines = text.split(separator: "\n")
      return lines[0] + "\n"
        + lines.dropFirst().enumerated().sorted { left, right in
          let names = [left, right].map { $0.element.prefix { $0 != "}" } }
          return names[0] == names[1] ? left.offset < right.offset : names[0] < names[1]
        }.map(\.element).joined(separator: "\n") + "\n"
    }
    return sorted(gauge) + sorted(counter) + sorted(bucket) + "# EOF\n"
  }()

  private static let page = "served{r=\"a\"} 1.5\nserved{r=\"b\",x=\"y z\"} 3e2\n"

  private static let server = Mutex<Task<PrometheusProcess, any Error>?>(nil)

  /// One server for all tests.
  private static func running() async throws -> PrometheusProcess {
    let task = server.withLock { task in
      let started = task ?? Task { try await PrometheusProcess(history: history, page: page) }
      task = started
      return started
    }
    return try await task.value
  }

  private static func observe(
    _ arguments: String, series: [String] = [""], times: [Instant], every: Span = Span(milliseconds: 30_000)
  ) async throws -> ObserveOutcome {
    await PrometheusAdapter().observe(
      try makeObservation(
        arguments, configuration: #"{"server": "\#(try await running().base)"}"#, series: series, times: times,
        every: every, now: times.last ?? time(0)))
  }

  /// A number as the server writes it, as ours.
  private static func number(_ text: String) -> MeasuredNumber { ObservedJSON.number(.string(text)) }

  @Test(
    "says the same of each moment when it is asked for a range by us and for that moment by another reader",
    arguments: [
      ("level", "r", ["eu", "ends", "gaps", "large", "odd \"é\" \\ +&=%"]),
      ("level{r=~\"e.*|gaps\"} + 0.5", "r", ["eu", "ends", "gaps"]),
      ("rate(errors_total[2m])", "r", ["eu", "us"]), ("increase(errors_total{r=\"eu\"}[5m])", "r", ["eu"]),
      ("sum(level{r!~\"odd.*\"})", nil, [""]), ("errors_total{r=\"us\"} / 0", "r", ["us"]),
      ("histogram_quantile(0.9, rate(took_bucket[5m]))", nil, [""]), ("scalar(sum(errors_total))", nil, [""]),
      ("42", nil, [""]), ("nothing", "r", ["eu"]), ("count(level) % 2 == 0", nil, [""]),
      ("label_replace(level{r=\"eu\"}, \"r\", \"$1-%2B\", \"r\", \"(.*)\")", "r", ["eu-%2B"]),
    ] as [(String, String?, [String])])
  func ranges(query: String, label: String?, series: [String]) async throws {
    // From before the first sample until after the last one has gone stale.
    let times = (0..<140).map { Self.time(Double($0) * 30 - 60.5) }
    let arguments = JSON.dictionary(
      [("query", .string(query))] + (label.map { [("by", .string($0))] } ?? []))
    let outcome = try await Self.observe(arguments.canonicalText, series: series, times: times)
    #expect(outcome.problem == nil)
    let ours = Dictionary(grouping: outcome.samples) { $0.at }
    let server = try await Self.running()
    for time in times {
      let theirs = try await server.answer(query, by: label, at: time)
      let found = Dictionary(grouping: ours[.at(time)] ?? [], by: \.series).mapValues { $0.map(\.value) }
      #expect(found == theirs.mapValues { [Self.number($0)] }, "\(query) at \(time.text)")
    }
  }

  @Test("answers for one moment what it scraped from a page that the test serves, with counts")
  func scraped() async throws {
    let server = try await Self.running()
    let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    let outcome = try await Self.observe(
      #"{"query": "served", "by": "r", "count": "served{r=\"a\"}"}"#, series: ["a", "b"], times: [now])
    #expect(outcome.words == "a=1.5 b=300")
    #expect(outcome.samples.first { $0.series == "a" }?.count == MeasuredNumber(1.5))
    #expect(outcome.samples.first { $0.series == "b" }?.count == .number(.zero))
    #expect(try await server.answer("served", by: "r", at: now) == ["a": "1.5", "b": "300"])
  }

  @Test(
    "refuses a query, and its own words say why",
    arguments: [
      ("sum(", "parse error"), ("level[5m]", "invalid expression type"), ("\"text\"", "invalid expression type"),
      ("max_over_time(level[1h:1s])", "too many samples"), ("level", "write `by`"),
    ])
  func refused(query: String, words: String) async throws {
    let times = (0..<100).map { Self.time(Double($0) * 30) }
    let outcome = try await Self.observe(
      JSON.dictionary([("query", .string(query))]).canonicalText, times: times)
    #expect(outcome.problem?.contains(words) == true, "\(outcome)")
  }

  @Test("refuses kinds of answers that are no numbers, of one moment", arguments: ["\"text\"", "level[5m]"])
  func kinds(query: String) async throws {
    let outcome = try await Self.observe(
      JSON.dictionary([("query", .string(query)), ("by", .string("r"))]).canonicalText, series: ["eu"],
      times: [Self.time(600)])
    #expect(outcome.problem?.contains("a vector or a scalar is needed") == true, "\(outcome)")
  }

  @Test("that could not ask all of its storage says so, and what is missing is not silence")
  func warning() async throws {
    let outcome = try await Self.observe(
      #"{"query": "served{from=\"remote\"}", "by": "r"}"#, series: ["a"], times: [Self.time(600)])
    guard case .partly(let samples, let failed, let because) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(samples.isEmpty && failed.keys.sorted() == ["a"] && because.hasPrefix("the server warns: "), "\(because)")
  }

  @Test("that is not there is no silence either")
  func gone() async throws {
    let outcome = await PrometheusAdapter().observe(
      try makeObservation(#"{"query": "up"}"#, configuration: #"{"server": "http://127.0.0.1:9"}"#))
    #expect(outcome.problem?.contains("does not answer") == true, "\(outcome)")
  }
}
