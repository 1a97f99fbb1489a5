import Adapters
import Quantities
import Testing

@testable import Conducting
@testable import Engine
@testable import Plans

@Suite("What was measured becomes evaluations, and")
struct ReadingsTests {
  /// A signal that is measured every 30 seconds.
  private static func signal(minimum: Int? = nil) -> PlannedSignal {
    PlannedSignal(
      name: "load", unit: "", extent: .global, every: Span(milliseconds: 30_000), settle: .zero,
      window: Span(milliseconds: 30_000), minimumCount: minimum, noData: .hold, operation: "measure", provider: "p",
      arguments: .none, timeout: .minute)
  }

  private static func at(_ seconds: Int64) -> Instant { Instant(milliseconds: 1_800_000_000_000 + seconds * 1_000) }

  private static func request(_ seconds: [Int64], _ series: [String] = [""]) -> SampleRequest {
    SampleRequest(signal: 0, times: seconds.map { at($0) }, series: series)
  }

  private static func sample(_ seconds: Int64, _ value: Double, series: String = "", count: Double? = nil)
    -> MeasuredSample
  {
    MeasuredSample(series: series, at: at(seconds), value: value, count: count)
  }

  /// The readings row by row, such as `60: 1 !no_data`.
  private static func rows(
    _ samples: [MeasuredSample], failed: [String: String] = [:], for request: SampleRequest, minimum: Int? = nil,
    remembers: Bool = true
  ) -> [String] {
    readings(samples, failed: failed, for: request, minimum: minimum, remembers: remembers).samples.rows.map { row in
      "\((row.at - at(0)).milliseconds / 1_000): \(row.readings.map(\.text).joined(separator: " "))"
    }
  }

  private static func readings(
    _ samples: [MeasuredSample], failed: [String: String] = [:], for request: SampleRequest, minimum: Int? = nil,
    remembers: Bool = true
  ) -> Readings {
    Readings(
      samples, failed: failed, for: request, signal: signal(minimum: minimum), remembers: remembers, asked: at(149),
      latest: at(200))
  }

  @Test("each time takes the newest sample at or before it, if that is younger than two intervals")
  func newest() {
    let request = Self.request([60, 90, 120, 150])
    #expect(Self.rows([Self.sample(60, 1)], for: request) == ["60: 1", "90: 1", "120: !no_data", "150: !no_data"])
    #expect(
      Self.rows([Self.sample(91, 3), Self.sample(58, 1), Self.sample(89, 2)], for: request) == [
        "60: 1", "90: 2", "120: 3", "150: 3",
      ])
  }

  @Test("the newest time also takes a sample that is a little later: some providers measure when they are asked")
  func later() {
    #expect(Self.rows([Self.sample(125, 1)], for: Self.request([90, 120])) == ["90: !no_data", "120: 1"])
    #expect(Self.rows([Self.sample(60, 1)], for: Self.request([120])) == ["120: !no_data"])
    #expect(Self.rows([Self.sample(60, 1)], for: Self.request([120]), remembers: false) == ["120: !unobserved"])
  }

  @Test("the last of a portion of times is not now, where it passed long ago: nobody measured then")
  func portions() {
    // The answer is of now, and so is the question; the times that it is about are over.
    let readings = Readings(
      [Self.sample(130, 9)], for: Self.request([60, 90, 120]), signal: Self.signal(), remembers: false,
      asked: Self.at(181), latest: Self.at(200))
    #expect(readings.samples.rows.map { $0.readings } == Array(repeating: [.missing(.unobserved)], count: 3))
  }

  @Test("times that passed are unobserved where the provider knows no past, and have no data where it does")
  func past() {
    let request = Self.request([60, 90, 120])
    #expect(
      Self.rows([], for: request, remembers: false) == ["60: !unobserved", "90: !unobserved", "120: !no_data"])
    #expect(Self.rows([], for: request) == ["60: !no_data", "90: !no_data", "120: !no_data"])
  }

  @Test("series are kept apart, missed ones have no data, and unwanted ones are dropped")
  func series() {
    let samples = [Self.sample(60, 1, series: "eu"), Self.sample(60, 2, series: "mars")]
    #expect(Self.rows(samples, for: Self.request([60], ["apac", "eu"])) == ["60: !no_data 1"])
  }

  @Test(
    "what cannot be judged says why",
    arguments: [
      (1.0, nil, nil, "1"), (1, 299, 300, "!too_few"), (1, nil, 300, "!too_few"), (1, 300, 300, "1"),
      (.nan, 300, 300, "!not_a_number"), (.infinity, nil, nil, "!infinite"), (1e300, nil, nil, "!out_of_range"),
    ] as [(Double, Double?, Int?, String)])
  func causes(value: Double, count: Double?, minimum: Int?, text: String) {
    let rows = Self.rows([Self.sample(60, value, count: count)], for: Self.request([60]), minimum: minimum)
    #expect(rows == ["60: \(text)"])
  }

  @Test("a provider that cannot be asked is no breach and no silence, at every time and for every series")
  func failed() {
    let request = Self.request([60, 90], ["apac", "eu"])
    let all = Self.readings([], failed: ["apac": "exit 1", "eu": "exit 2"], for: request)
    #expect(all.samples.series == ["apac", "eu"] && all.samples.name == "load")
    #expect(
      Self.rows([], failed: ["apac": "exit 1", "eu": "exit 2"], for: request)
        == ["60: !provider_error !provider_error", "90: !provider_error !provider_error"])
    #expect(all.problem == "apac: exit 1")
  }

  @Test("what failed for one series is an error of that series, whatever others said, and silence of none")
  func failedInPart() {
    let samples = [Self.sample(60, 0, series: "eu")]
    let request = Self.request([60], ["apac", "eu", "us"])
    #expect(Self.rows(samples, failed: ["us": "exit 1"], for: request) == ["60: !no_data 0 !provider_error"])
    #expect(Self.readings(samples, failed: ["us": "exit 1"], for: request).problem == "us: exit 1")
  }

  @Test("two values of one time are ambiguous, also when they are equal, and those of other times are not")
  func ambiguous() {
    let request = Self.request([60, 90], ["eu"])
    for other in [0.0, 50] {
      let samples = [
        Self.sample(60, 50, series: "eu"), Self.sample(90, 50, series: "eu"), Self.sample(90, other, series: "eu"),
      ]
      #expect(Self.rows(samples, for: request) == ["60: 50", "90: !ambiguous"])
      #expect(Self.readings(samples, for: request).problem?.contains("two values of one time") == true)
    }
    let named = ["1", "2"].map {
      MeasuredSample(series: "eu", at: .at(Self.at(90)), value: .number(.zero), origin: "{instance=\"\($0)\"}")
    }
    #expect(
      Self.readings(named, for: request).problem
        == #"eu: {instance="1"} and {instance="2"} are one series: sum or group them in the query"#)
  }

  @Test("a time that is none, and one in the future, are never now")
  func times() {
    let unreadable = MeasuredSample(series: "", at: .unreadable("2020-01-01"), value: .number(.zero))
    let request = Self.request([60, 90])
    #expect(Self.rows([unreadable], for: request) == ["60: !unreadable", "90: !unreadable"])
    #expect(Self.rows([unreadable, Self.sample(90, 0)], for: request) == ["60: !unreadable", "90: !unreadable"])
    #expect(Self.readings([unreadable], for: request).problem == "the time `2020-01-01` is none")
    let ahead = Self.sample(201, 0)
    #expect(Self.rows([ahead, Self.sample(90, 0)], for: request) == ["60: !in_the_future", "90: !in_the_future"])
    #expect(Self.rows([Self.sample(200, 0)], for: request) == ["60: !no_data", "90: 0"])
  }

  @Test("an answer under another name is no silence", arguments: [([""], "Value"), (["eu"], "EU"), (["eu"], "eu ")])
  func misnamed(asked: [String], answered: String) {
    let request = Self.request([90], asked)
    let readings = Self.readings([Self.sample(90, 99, series: answered)], for: request)
    #expect(readings.samples.rows.map(\.readings) == [[.missing(.providerError)]])
    #expect(readings.problem?.contains("`\(answered)`") == true, "\(readings.problem ?? "")")
    // What nobody asked about is nobody's error.
    #expect(Self.rows([Self.sample(90, 99, series: "us")], for: Self.request([90], ["eu"])) == ["90: !no_data"])
  }

  @Test("an old sample is no silence: nobody measured, and it is said how old it is")
  func old() {
    let request = Self.request([90])
    #expect(Self.rows([Self.sample(-86_400, 0)], for: request, remembers: false) == ["90: !unobserved"])
    #expect(Self.rows([], for: request, remembers: false) == ["90: !no_data"])
    #expect(
      Self.readings([Self.sample(-86_400, 0)], for: request).problem?.contains("1 day ago: too old to count") == true)
    #expect(Self.readings([], for: request).problem == nil)
  }

  @Test("what is there and is no number is no silence")
  func unreadable() {
    let odd = MeasuredSample(series: "", at: .at(Self.at(60)), value: MeasuredNumber("abc"))
    #expect(Self.rows([odd], for: Self.request([60])) == ["60: !unreadable"])
    #expect(Self.readings([odd], for: Self.request([60])).problem == "`abc` is no number")
    let count = MeasuredSample(
      series: "", at: .at(Self.at(60)), value: .number(.zero), count: .unreadable("2 counts"))
    #expect(Self.rows([count], for: Self.request([60]), minimum: 5) == ["60: !unreadable"])
    #expect(Self.rows([count], for: Self.request([60])) == ["60: 0"])
  }

  @Test("an answer that comes too late for what it is to guard is said to, where the provider knows the present alone")
  func slow() {
    func slowness(_ seconds: Int64, _ remembers: Bool) -> String? {
      Readings.slowness(Span(milliseconds: seconds * 1_000), of: Self.signal(), remembers: remembers)
    }
    #expect(slowness(61, false)?.hasPrefix("the answer took longer than it counts (1m)") == true)
    #expect(slowness(60, false) == nil && slowness(61, true) == nil)
  }
}
