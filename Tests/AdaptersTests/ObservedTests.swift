import Foundation
import Quantities
import Testing

@testable import Adapters

@Suite("The time of a sample")
struct MeasuredTimeTests {
  private static let moment = Instant(milliseconds: 1_577_836_800_000)

  @Test(
    "is read with any offset, with a fraction, and as a number of the unit that the adapter's page names",
    arguments: [
      (#""2020-01-01T00:00:00Z""#, 0), (#""2020-01-01T00:00:00+00:00""#, 0), (#""2020-01-01t01:00:00.250+01:00""#, 250),
      (#""2019-12-31 19:30:00.123456-04:30""#, 123), (#""2019-12-31T23:59:60z""#, 0), ("1577836800000", 0),
      (#""1577836800000""#, 0), ("1577836800123.9", 123), ("1.5778368e12", 0),
    ] as [(String, Int64)])
  func read(json: String, after: Int64) throws {
    let time = MeasuredTime(try JSON(parsing: json.utf8), in: .milliseconds)
    #expect(time == .at(Self.moment + Span(milliseconds: after)))
  }

  @Test("is read in seconds with all their places")
  func seconds() throws {
    for (text, after) in [("1577836800", 0), ("1577836800.1239", 123), (#""1577836800.5""#, 500)] as [(String, Int64)] {
      let time = MeasuredTime(try JSON(parsing: text.utf8), in: .seconds)
      #expect(time == .at(Self.moment + Span(milliseconds: after)))
    }
  }

  @Test(
    "is what stands there where that is none, and never now",
    arguments: [
      #""2020-01-01T00:00:00.123456""#, "null", #""now""#, "true", "{}", #""2020-01-01""#, #""2020-13-01T00:00:00Z""#,
      #""2020-01-01T00:00:00+25:00""#, #""2020-01-01T00:00:00+0000""#, "1e300", #""NaN""#, #""inf""#, "-1",
      #""0000-01-01T00:00:00+10:00""#, #""2020-01-01T00:00:00.Z""#, "99999999999999999999999999", #""""#,
      #""2020-01-01T00:00:00ZZ""#, #""1969-12-31T23:59:59Z""#,
    ])
  func unreadable(json: String) throws {
    for unit in [MeasuredTime.Unit.milliseconds, .seconds] {
      let time = MeasuredTime(try JSON(parsing: json.utf8), in: unit)
      if case .at(let instant) = time { Issue.record("\(json) is \(instant.text)") }
    }
  }
}

@Suite("What a provider says about one series")
struct ObservedJSONTests {
  private static let now = Instant(milliseconds: 1_800_000_000_000)

  private static func words(_ json: String, series: String? = "") throws -> String? {
    ObservedJSON.samples(try JSON(parsing: json.utf8), series: series, now: now).map {
      ObserveOutcome.measured($0).words
    }
  }

  @Test(
    "is a number with all its digits, nothing, or what cannot be read",
    arguments: [
      ("0.1000000000000000055", "=0.1000000000000000055"), ("1e13", "=10000000000000"), ("null", ""),
      (#""inf""#, "=infinite"), (#""12 apples""#, #"=unreadable("12 apples")"#),
      (#"{"eu": 1, "us": null, "apac": "x"}"#, #"apac=unreadable("x") eu=1"#),
      (#"{"eu": true}"#, #"eu=unreadable("true")"#), (#"{"value": null}"#, ""),
      (#"[{"series": "eu", "value": null}]"#, ""),
      (#"{"eu": {"count": 5}}"#, ##"eu=unreadable("{\"count\":5}")"##), (#"{"eu": [1]}"#, #"eu=unreadable("[1]")"#),
      (#"{"value": 0, "at": null}"#, "=0 at null?"), (#"{"value": 0, "at": "soon"}"#, "=0 at soon?"),
    ])
  func kinds(json: String, words: String) throws {
    #expect(try Self.words(json) == words)
  }

  @Test("is not known where a number without a name could be of several series")
  func nameless() throws {
    #expect(try Self.words("5", series: nil) == nil && Self.words(#"{"value": 5}"#, series: nil) == nil)
    #expect(try Self.words(#"[{"value": 5}]"#, series: nil) == nil)
    #expect(try Self.words(#"{"eu": 5}"#, series: nil) == "eu=5")
  }

  @Test("is an error of the command, and neither silence nor a number, where it prints what cannot be read")
  func process() async throws {
    func observe(_ script: String, series: [String] = ["eu", "us"]) async throws -> ObserveOutcome {
      let text = JSON.string(script).canonicalText
      return await ProcessAdapter().observe(
        try makeObservation(#"{"command": ["/bin/sh", "-c", \#(text)]}"#, series: series))
    }
    #expect(try await observe("echo 5").problem?.contains("has 2: print") == true)
    #expect(try await observe("echo '  0.0000001 '", series: [""]).words == "=0.0000001")
    #expect(try await observe("echo 1 2", series: [""]).problem?.contains("`1 2` is neither") == true)
    #expect(try await observe("echo 5; echo 6", series: [""]).words == "=5 =6")
    #expect(try await observe(#"echo '{"eu": 5, "us": "?"}'"#).words == #"eu=5 us=unreadable("?")"#)
  }
}

@Suite("A Prometheus server")
struct PrometheusAnswerTests {
  private static func observe(
    _ body: String, status: Int = 200, series: [String] = ["eu", "us"], by: Bool = true
  ) async throws -> ObserveOutcome {
    let api = try FakeAPI(body, status: status)
    let arguments = by ? #"{"query": "x", "by": "region"}"# : #"{"query": "x"}"#
    return await PrometheusAdapter().observe(
      try makeObservation(
        arguments, configuration: #"{"server": "\#(api.base)"}"#, series: series,
        times: [Instant(milliseconds: 1_800_000_000_000)]))
  }

  private static func vector(_ results: String, beside: String = "") -> String {
    #"{"status":"success"\#(beside),"data":{"resultType":"vector","result":[\#(results)]}}"#
  }

  private static func result(_ region: String, _ instance: Int, _ time: String, _ value: String) -> String {
    #"{"metric":{"__name__":"x","region":"\#(region)","instance":"\#(instance)"},"value":[\#(time),\#(value)]}"#
  }

  @Test(
    "may say a time or a number that is none, and nothing of that ends the program",
    arguments: [
      ("1e300", #""0""#, "eu=0 at 1e300?"), (#""NaN""#, #""0""#, "eu=0 at NaN?"),
      ("-1e300", #""0""#, "eu=0 at -1e300?"),
      ("null", #""0""#, "eu=0 at null?"), ("1800000000", "null", #"eu=unreadable("null")"#),
      ("1800000000", #""+Inf""#, "eu=infinite"), ("1800000000", #""1e300""#, "eu=outOfRange"),
      ("1800000000", #""0.0000001""#, "eu=0.0000001"), ("9223372036854775807", #""1""#, "eu=1 at 9223372036854775807?"),
    ])
  func far(time: String, value: String, words: String) async throws {
    #expect(try await Self.observe(Self.vector(Self.result("eu", 1, time, value))).words == words)
  }

  @Test("gives all its time series, each with its name, where several are one series of ours")
  func several() async throws {
    let two = Self.result("eu", 1, "1800000000", #""50""#) + "," + Self.result("eu", 2, "1800000000", #""0""#)
    let outcome = try await Self.observe(Self.vector(two))
    #expect(outcome.words == "eu=0 eu=50")
    #expect(
      outcome.samples.map(\.origin) == [#"x{instance="1", region="eu"}"#, #"x{instance="2", region="eu"}"#])
  }

  @Test("is believed neither with a status of failure, nor with a histogram")
  func refused() async throws {
    let good = Self.vector(Self.result("eu", 1, "1800000000", #""0""#))
    #expect(try await Self.observe(good, status: 500).problem?.contains("status 500") == true)
    let histogram = #"{"metric":{"region":"eu"},"histogram":[1800000000,{"count":"1"}]}"#
    #expect(try await Self.observe(Self.vector(histogram)).problem?.contains("histogram") == true)
    #expect(try await Self.observe(Self.vector(#"{"metric":{},"value":[1]}"#)).problem?.contains("no pair") == true)
    #expect(try await Self.observe(good, by: false).problem?.contains("the signal 2; write `by`") == true)
  }

  @Test("that warns has said nothing about what is not in its answer")
  func warned() async throws {
    let part = Self.vector(
      Self.result("eu", 1, "1800000000", #""0""#), beside: #","warnings":["partial response"]"#)
    let outcome = try await Self.observe(part)
    guard case .partly(let samples, let failed, let because) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(samples.map(\.series) == ["eu"] && failed.keys.sorted() == ["us"])
    #expect(because == "the server warns: partial response")
  }
}
