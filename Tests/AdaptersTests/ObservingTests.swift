import Foundation
import Quantities
import Testing

@testable import Adapters

/// Asks for a measurement, now or for other times.
func makeObservation(
  _ arguments: String, configuration: String = "{}", series: [String] = [""], times: [Instant] = [],
  window: Span = .minute, every: Span = Span(milliseconds: 30_000),
  now: Instant = Instant(milliseconds: 1_800_000_000_000),
  directory: String = "."
) throws -> Observation {
  var call = try makeCall(arguments, configuration: configuration, timeout: Span(milliseconds: 5_000))
  call.path = "signals/test"
  if directory != "." { call.directory = directory }
  return Observation(
    call: call, times: times.isEmpty ? [now] : times, every: every, window: window, series: series, now: now)
}

extension ObserveOutcome {
  var samples: [MeasuredSample] { if case .measured(let samples) = self { samples } else { [] } }
  var problem: String? { if case .failed(let because) = self { because } else { nil } }
  /// `eu=1.5 us=2`, sorted.
  var words: String {
    samples.map { sample in
      let value = sample.value.number?.text ?? "\(sample.value)"
      if case .unreadable(let text) = sample.at { return "\(sample.series)=\(value) at \(text)?" }
      return "\(sample.series)=\(value)"
    }.sorted().joined(separator: " ")
  }
}

private func asMeasured(_ values: [Double]) -> [MeasuredNumber] { values.map { MeasuredNumber($0) } }

@Suite("A page of metrics")
struct MetricsPageTests {
  static let page = #"""
    # HELP requests_total Requests.
    # TYPE requests_total counter
    requests_total{region="eu",path="/a b",quote="\"x\\y\"\n"} 12 1700000000000
    requests_total{region="us"}	3.5e2
    up 1
    temperature -Inf # {trace_id="x"} 3
    nothing NaN
    # EOF
    """#

  @Test("is read with escapes, timestamps, exponents and names that are not numbers")
  func parsing() throws {
    let samples = try MetricsPage.samples(Array(Self.page.utf8)) { _ in true }
    #expect(samples.map(\.name) == ["requests_total", "requests_total", "up", "temperature", "nothing"])
    #expect(samples[0].labels == ["region": "eu", "path": "/a b", "quote": "\"x\\y\"\n"])
    #expect(samples.map(\.value).prefix(4) == [12, 350, 1, -.infinity] && samples[4].value.isNaN)
  }

  @Test("gives only the metrics that are wanted")
  func wanted() throws {
    #expect(try MetricsPage.samples(Array(Self.page.utf8)) { $0 == "up" }.count == 1)
  }

  /// The numbers are those of Prometheus 2.42 for the same buckets.
  @Test(
    "has quantiles by linear interpolation",
    arguments: [
      (0.5, 0.0625), (0.95, 0.475), (0.99, 0.8875), (1.0, 1.0), (0.0, 0.0),
    ] as [(Double, Double)])
  func quantiles(quantile: Double, expected: Double) {
    let buckets: [(bound: Double, count: Double)] = [
      (0.1, 80), (0.25, 90), (0.5, 95.555_555_555_555_555), (1, 100), (.infinity, 100),
    ]
    let value = Histogram.quantile(quantile, buckets: buckets)
    #expect(abs(value - expected) < 0.006, "\(value)")
  }

  @Test("has no quantile without an observation, and its last bound for everything above")
  func edges() {
    #expect(Histogram.quantile(0.5, buckets: [(0.1, 0), (.infinity, 0)]).isNaN)
    #expect(Histogram.quantile(0.99, buckets: [(0.1, 1), (2, 1), (.infinity, 100)]) == 2)
    #expect(Histogram.quantile(0.5, buckets: [(0.1, 4)]).isNaN)
  }
}

@Suite("The growth of counters")
struct PageMemoryTests {
  static let start = Instant(milliseconds: 1_800_000_000_000)

  static func memory(_ looks: [(Int64, [String: Double])], query: PageQuery, window: Span = .minute) -> PageMemory {
    var memory = PageMemory()
    memory.want(query, window: window)
    for (seconds, values) in looks {
      memory.take(
        values.sorted { $0.key < $1.key }.map { PageSample(name: "c", labels: ["region": $0.key], value: $0.value) },
        at: start + Span(milliseconds: seconds * 1_000))
    }
    return memory
  }

  static func query(_ text: String) throws -> PageQuery { try PageQuery(JSON(parsing: text.utf8)) }

  @Test("goes on over a restart, and counts a series that begins within the window from nothing")
  func resets() throws {
    let query = try Self.query(#"{"increase": "c", "by": "region"}"#)
    let memory = Self.memory(
      [(0, ["eu": 100]), (30, ["eu": 110]), (60, ["eu": 4, "us": 7])], query: query)
    let results = PageEvaluation(query: query, window: .minute, pages: [memory]).results
    #expect(results["eu"]?.value == 14 && results["us"]?.value == 7)
  }

  @Test("is counted from the newest look at or before the edge of the window")
  func window() throws {
    let query = try Self.query(#"{"rate": "c", "by": "region", "times": 60}"#)
    let memory = Self.memory([(0, ["eu": 0]), (10, ["eu": 50]), (40, ["eu": 80]), (70, ["eu": 110])], query: query)
    #expect(PageEvaluation(query: query, window: .minute, pages: [memory]).results["eu"]?.value == 60)
  }

  @Test("says nothing of a window of which less than half was seen, or that was seen once")
  func coverage() throws {
    let query = try Self.query(#"{"increase": "c"}"#)
    for looks in [[(0, ["eu": 1.0])], [(0, ["eu": 1.0]), (20, ["eu": 2.0])]] {
      let memory = Self.memory(looks.map { (Int64($0.0), $0.1) }, query: query)
      #expect(PageEvaluation(query: query, window: .minute, pages: [memory]).results.isEmpty)
    }
  }

  @Test("never falls as a running total, whatever restarts")
  func total() throws {
    let query = try Self.query(#"{"total": "c", "by": "region"}"#)
    let memory = Self.memory([(0, ["eu": 100]), (30, ["eu": 3]), (60, ["eu": 1])], query: query)
    #expect(PageEvaluation(query: query, window: .minute, pages: [memory]).results["eu"]?.value == 104)
  }

  @Test("is a share of another growth, with the number of events under it")
  func ratio() throws {
    let query = try Self.query(#"{"ratio": "e", "of": "c", "by": "region", "times": 100}"#)
    var memory = Self.memory([(0, ["eu": 100]), (60, ["eu": 300])], query: query)
    let none = PageEvaluation(query: query, window: .minute, pages: [memory]).results
    #expect(none["eu"] == .init(value: 0, count: 200))
    memory.take(
      [
        PageSample(name: "c", labels: ["region": "eu"], value: 500),
        PageSample(name: "e", labels: ["region": "eu"], value: 4),
      ],
      at: Self.start + Span(milliseconds: 120_000))
    #expect(PageEvaluation(query: query, window: .minute, pages: [memory]).results["eu"] == .init(value: 2, count: 200))
  }

  @Test("forgets what no window reaches")
  func bounded() throws {
    let query = try Self.query(#"{"increase": "c"}"#)
    let memory = Self.memory((0..<500).map { (Int64($0 * 10), ["eu": Double($0)]) }, query: query)
    #expect(memory.scrapes.count == 7)
  }

  @Test(
    "cannot be asked for in a wrong form",
    arguments: [
      (#"{}"#, "one of `value`"), (#"{"rate": "a", "total": "b"}"#, "one of `value`"),
      (#"{"ratio": "a"}"#, "needs `of`"),
      (#"{"histogram": "a"}"#, "needs `quantile`"), (#"{"histogram": "a", "quantile": 95}"#, "from 0 to 1"),
      (#"{"value": "a", "combine": "mean"}"#, "sum, max, min or average"), (#"{"rate": "a", "times": "x"}"#, "`times`"),
      (#"{"rate": "a", "where": "x"}"#, "`where`"),
    ])
  func problems(arguments: String, sentence: String) throws {
    do {
      _ = try Self.query(arguments)
      Issue.record("nothing is wrong with \(arguments)")
    } catch let problem as PageQuery.Problem {
      #expect(problem.sentence.contains(sentence))
    }
  }
}

@Suite("Measuring over HTTP", .enabled(if: TestServer.isAvailable, "there is no python3 to serve"))
struct HTTPObservingTests {
  let server: TestServer

  init() throws { server = try TestServer() }

  private func body(_ text: String) -> String {
    "status/200?body=" + (text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
  }

  private func observe(_ json: String, _ paths: String) async throws -> ObserveOutcome {
    await HTTPAdapter().observe(
      try makeObservation(#"{"url": "\#(body(json))", \#(paths)}"#, configuration: #"{"base": "\#(server.base)"}"#))
  }

  @Test(
    "takes numbers where they stand",
    arguments: [
      (#"{"p95": 2.5}"#, #""value": "$.p95""#, "=2.5"), (#"{"p95": null}"#, #""value": "$.p95""#, ""),
      (#"{"v": {"eu": 1, "us": "2.5", "apac": null}}"#, #""values": "$.v""#, "eu=1 us=2.5"),
      (#"{"v": {"eu": {"value": 1, "count": 7}}}"#, #""values": "$.v""#, "eu=1"),
      (#"[{"series": "eu", "value": 3, "at": "2027-01-15T08:00:00Z"}]"#, #""values": "$""#, "eu=3"),
    ])
  func numbers(json: String, paths: String, expected: String) async throws {
    let outcome = try await observe(json, paths)
    #expect(outcome.problem == nil && outcome.words == expected)
  }

  @Test(
    "says what is wrong with an answer",
    arguments: [
      ("nonsense", #""value": "$.x""#, "not JSON"), ("{}", #""expect": [204], "value": "$.x""#, "answered 200"),
      ("{}", #""outputs": {}"#, "needs `value` or `values`"), (#"{"v": true}"#, #""values": "$.v""#, "neither"),
    ])
  func problems(json: String, paths: String, sentence: String) async throws {
    let outcome = try await observe(json, paths)
    #expect(outcome.problem?.contains(sentence) == true, "\(outcome)")
  }

  @Test("reads pages: rates between two looks, and fails when none answers")
  func pages() async throws {
    let adapter = PrometheusAdapter()
    func look(_ at: Int64, _ page: String) async throws -> ObserveOutcome {
      let url = "\(server.base)/\(body(page))"
      return await adapter.observe(
        try makeObservation(
          #"{"value": "c", "by": "region"}"#, configuration: #"{"pages": ["\#(url)"]}"#, series: ["eu"],
          now: Instant(milliseconds: at)))
    }
    #expect(try await look(1_800_000_000_000, "c{region=\"eu\"} 4\n").words == "eu=4")
    let dead = await adapter.observe(
      try makeObservation(#"{"value": "c"}"#, configuration: #"{"pages": ["\#(server.base)/status/500"]}"#))
    #expect(dead.problem?.contains("answered 500") == true)
    let nobody = await adapter.observe(
      try makeObservation(#"{"value": "c"}"#, configuration: #"{"pages": ["http://127.0.0.1:9"]}"#))
    #expect(nobody.problem?.contains("does not answer") == true)
  }

  @Test("does not take the silence of a page that does not answer for the silence of a series")
  func pageWithoutAnswer() async throws {
    let adapter = PrometheusAdapter()
    let good = "\(server.base)/\(body("c{region=\"eu\"} 4\n"))"
    let configuration = #"{"pages": ["\#(good)", "\#(server.base)/status/500"]}"#
    let outcome = await adapter.observe(
      try makeObservation(
        #"{"value": "c", "by": "region"}"#, configuration: configuration, series: ["eu", "us"],
        now: Instant(milliseconds: 1_800_000_000_000)))
    guard case .partly(let samples, let failed, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(samples.map(\.series) == ["eu"] && failed.keys.sorted() == ["us"])
    #expect(failed["us"]?.contains("answered 500") == true)
  }

  @Test("asks the API of a server for one time")
  func server() async throws {
    let vector =
      #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"region":"eu"},"value":[1800000000.5,"2.25"]},{"metric":{"region":"us"},"value":[1800000000.5,"NaN"]}]}}"#
    // The fake answers every path below its own with the same body.
    let api = try FakeAPI(vector)
    let outcome = await PrometheusAdapter().observe(
      try makeObservation(
        #"{"query": "rate(x[1m])", "by": "region"}"#, configuration: #"{"server": "\#(api.base)"}"#,
        series: ["eu", "us"], times: [Instant(milliseconds: 1_800_000_000_500)]))
    #expect(outcome.samples.first { $0.series == "eu" }?.value == MeasuredNumber(2.25))
    #expect(outcome.samples.first { $0.series == "eu" }?.at == .at(Instant(milliseconds: 1_800_000_000_500)))
    #expect(outcome.samples.first { $0.series == "us" }?.value == .notANumber)
    #expect(api.lastPath.contains("/api/v1/query?query=rate%28x%5B1m%5D%29&time=1800000000.500"))
    let many = await PrometheusAdapter().observe(
      try makeObservation(#"{"query": "x"}"#, configuration: #"{"server": "\#(api.base)"}"#))
    #expect(many.problem?.contains("2 time series") == true)
  }

  @Test("takes the count of a server beside the value, and nothing for a counter that is not there")
  func counts() async throws {
    func vector(_ results: String) -> String {
      #"{"status":"success","data":{"resultType":"vector","result":[\#(results)]}}"#
    }
    func result(_ region: String, _ value: String) -> String {
      #"{"metric":{"region":"\#(region)"},"value":[1800000000,"\#(value)"]}"#
    }
    let api = try FakeAPI(
      vector(result("eu", "2") + "," + result("us", "3")), where: "query=requests", then: vector(result("eu", "400")))
    func samples(_ arguments: String) async throws -> [MeasuredSample] {
      let outcome = await PrometheusAdapter().observe(
        try makeObservation(
          arguments, configuration: #"{"server": "\#(api.base)"}"#, series: ["eu", "us"],
          times: [Instant(milliseconds: 1_800_000_000_000)]))
      return outcome.samples.sorted { $0.series < $1.series }
    }
    let counted = try await samples(#"{"query": "ratio", "count": "requests", "by": "region"}"#)
    #expect(counted.map(\.value) == asMeasured([2, 3]) && counted.map(\.count) == asMeasured([400, 0]))
    let uncounted = try await samples(#"{"query": "ratio", "by": "region"}"#)
    #expect(uncounted.map(\.value) == asMeasured([2, 3]) && uncounted.map(\.count) == [nil, nil])
  }

  @Test("asks the API of a server for a range that was missed")
  func range() async throws {
    let matrix =
      #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1800000000,"1"],[1800000030,"2"]]}]}}"#
    let api = try FakeAPI(matrix)
    let times = [0, 30_000].map { Instant(milliseconds: 1_800_000_000_000 + $0) }
    let outcome = await PrometheusAdapter().observe(
      try makeObservation(#"{"query": "x"}"#, configuration: #"{"server": "\#(api.base)"}"#, times: times))
    #expect(outcome.samples.map(\.value) == asMeasured([1, 2]))
    #expect(api.lastPath.contains("query_range?query=x&start=1800000000.000&end=1800000030.000&step=30.000"))
  }
}

@Suite("Measuring with a command")
struct ProcessObservingTests {
  private func observe(_ script: String, series: [String] = [""]) async throws -> ObserveOutcome {
    let text = JSON.string(script).canonicalText
    return await ProcessAdapter().observe(
      try makeObservation(#"{"command": ["/bin/sh", "-c", \#(text)]}"#, series: series))
  }

  @Test("takes a number, or samples line by line, and not what is printed as errors")
  func samples() async throws {
    #expect(try await observe("echo 3; echo 9.5 >&2").words == "=3")
    let script = #"echo '{"series":"eu","value":1.5,"count":9}'; echo '{"series":"us","value":"2"}'"#
    #expect(try await observe(script, series: ["eu", "us"]).words == "eu=1.5 us=2")
    #expect(try await observe(":").samples.isEmpty)
  }

  @Test("learns what is asked")
  func variables() async throws {
    let outcome = try await observe(
      #"test "$SANDERLING_SERIES" = eu,us && test "$SANDERLING_SIGNAL" = test && echo "{\"eu\": $SANDERLING_WINDOW_MS}""#,
      series: ["eu", "us"])
    #expect(outcome.words == "eu=60000")
  }

  @Test(
    "fails with its last words, or when it prints something else",
    arguments: [("echo no >&2; exit 3", "exit 3: no"), ("echo hello", "neither a number")])
  func problems(script: String, sentence: String) async throws {
    #expect(try await observe(script).problem?.contains(sentence) == true)
  }
}

@Suite("Measuring with SQL")
struct SQLObservingTests {
  let directory: String

  init() throws {
    directory = NSTemporaryDirectory() + "sql-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/sqlite3")
    process.arguments = [
      "\(directory)/sales.db",
      """
      CREATE TABLE sales (store TEXT, at INTEGER, euros REAL);
      INSERT INTO sales VALUES ('a', 1799999990000, 2.5), ('a', 1799999000000, 100), ('b', 1799999995000, 4);
      """,
    ]
    try process.run()
    process.waitUntilExit()
  }

  private func observe(_ arguments: String, series: [String] = [""]) async throws -> ObserveOutcome {
    await SQLAdapter().observe(
      try makeObservation(
        arguments, configuration: #"{"database": "sales.db"}"#, series: series, directory: directory))
  }

  @Test("takes one number, or rows with their series, within the window")
  func rows() async throws {
    let sum = "SELECT sum(euros) FROM sales WHERE at > :from_ms AND at <= :until_ms"
    #expect(try await observe(#"{"query": "\#(sum)"}"#).words == "=6.5")
    let rows =
      "SELECT store AS series, avg(euros) AS value, count(*) AS count FROM sales WHERE euros < :limit GROUP BY store"
    let outcome = try await observe(#"{"query": "\#(rows)", "parameters": {"limit": 50}}"#, series: ["a", "b"])
    #expect(outcome.words == "a=2.5 b=4" && outcome.samples.first?.count == MeasuredNumber(1))
    #expect(try await observe(#"{"query": "SELECT NULL"}"#).samples.isEmpty)
  }

  @Test(
    "refuses everything that is not one statement that reads",
    arguments: [
      ("DELETE FROM sales", "changes the database"), ("SELECT 1; SELECT 2", "more than one"),
      ("SELECT nothing FROM nowhere", "cannot be read"), ("SELECT 1, 2", "none of them is `value`"),
      ("SELECT :unknown", "has no value"), ("ATTACH 'x.db' AS x", "none of them"),
    ])
  func refusals(query: String, sentence: String) async throws {
    let outcome = try await observe(#"{"query": "\#(query)"}"#)
    #expect(outcome.problem?.contains(sentence) == true, "\(outcome)")
  }

  @Test("ends a query that takes too long, and says so of a database that is not there")
  func limits() async throws {
    var observation = try makeObservation(
      #"{"query": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"}"#,
      configuration: #"{"database": "sales.db"}"#, directory: directory)
    observation.call.timeout = Span(milliseconds: 50)
    #expect(await SQLAdapter().observe(observation).problem?.contains("interrupted") == true)
    observation.call.configuration = try JSON(parsing: #"{"database": "none.db"}"#.utf8)
    #expect(await SQLAdapter().observe(observation).problem?.contains("cannot be opened") == true)
  }
}
