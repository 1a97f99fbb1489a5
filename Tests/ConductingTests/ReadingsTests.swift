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
    _ samples: [MeasuredSample], for request: SampleRequest, minimum: Int? = nil, remembers: Bool = true
  ) -> [String] {
    Readings.samples(samples, for: request, signal: signal(minimum: minimum), remembers: remembers).rows.map { row in
      "\((row.at - at(0)).milliseconds / 1_000): \(row.readings.map(\.text).joined(separator: " "))"
    }
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
      (.nan, 300, 300, "!not_a_number"), (.infinity, nil, nil, "!infinite"), (1e300, nil, nil, "!infinite"),
    ] as [(Double, Double?, Int?, String)])
  func causes(value: Double, count: Double?, minimum: Int?, text: String) {
    let rows = Self.rows([Self.sample(60, value, count: count)], for: Self.request([60]), minimum: minimum)
    #expect(rows == ["60: \(text)"])
  }

  @Test("a provider that cannot be asked is no breach and no silence, at every time and for every series")
  func failed() {
    let samples = Readings.failed(Self.request([60, 90], ["apac", "eu"]), signal: Self.signal())
    #expect(samples.rows.count == 2 && samples.series == ["apac", "eu"] && samples.name == "load")
    #expect(samples.rows.allSatisfy { $0.readings == [.missing(.providerError), .missing(.providerError)] })
  }
}
