import Quantities
import Runbooks
import Testing

@testable import Forecasting

@Suite("A model is asked the hard question")
struct HardQuestionTests {
  private func forecaster(_ text: String, stores: String = Case.stores, prices: String = Case.prices) throws
    -> Forecaster
  {
    try ForecastingTests.forecaster(try loaded(text, prices: prices, stores: stores)).forecaster
  }

  private func figure(_ name: String, _ forecaster: Forecaster, on day: CivilDate? = nil) throws -> Double {
    try #require(forecaster.figure(name, of: forecaster.projection(of: forecaster.everybody, on: day)))
  }

  private static let burst = "  burst: { rate: 100 /s, lasts: 6 s }\n"
  private static let hits = "[{ id: all, hits: 45 %, time: 60 ms }]"
  private static let two = """
    cells:
      by: region
      places: { eu: { locations: [a, b], zone: z }, us: { locations: [c, d], zone: z }, apac: { locations: [e], zone: y } }
    """

  @Test("a burst is carried by the second, on empty caches and with the time that a call takes then")
  func bursts() throws {
    let rest = """
        database: { needs: [{ takes: ru, carries: 100 RU/s }] }
        counted: { needs: [{ of: calls, carries: 15 /s }] }
        minutely: { needs: [{ of: calls, carries: 900 /min }] }
      """
    for caches in ["[]", Self.hits] {
      let forecaster = try forecaster(Case.model(load: Self.burst, caches: caches, rest: rest))
      let loads = forecaster.projection(of: forecaster.everybody, on: nil).components
      // 210 calls are in flight, and 246 slots let one in a hundred wait.
      #expect(try isClose(figure("burst_in_flight", forecaster), 210) && loads[1].need == 246 && loads[1].isBurst)
      #expect(isClose(loads[3].need, 50) && isClose(loads[4].need, 100 / 15.0))
      // The same sold by the minute carries the mean of the minute.
      #expect(isClose(loads[5].need, 600 / 900.0) && isClose(loads[0].need, 1_980))
    }
    let surge = try forecaster(Case.model(load: Self.burst + "  surge: 10", caches: Self.hits))
    #expect(try isClose(figure("burst_in_flight", surge), 2_100))
  }

  @Test("a load test sends the burst of everybody, whoever is live")
  func tested() throws {
    let forecaster = try forecaster(Case.model(load: Self.burst, rest: Self.two))
    let nobody = forecaster.projection(of: LiveTargets.none, on: nil, isTest: true)
    let all = forecaster.projection(of: forecaster.everybody, on: nil)
    #expect(nobody.users == 0 && nobody.components[0].burst == all.components[0].burst && all.components[0].burst > 0)
  }

  @Test("percentiles are of the whole day, with the busiest hour and the night beside them")
  func percentiles() throws {
    let cache = "[{ id: exact, by: [country], keeps: 30 min, items: 2000, time: 60 ms }]"
    let forecaster = try forecaster(Case.model(load: "  steady: 70 /hour", caches: cache))
    let projection = forecaster.projection(of: forecaster.everybody, on: nil)
    #expect(projection.answerBusiest.p95 < projection.answer.p95 && projection.answer.p95 < projection.answerNight.p95)
    // The calculation that is shown gives the number that is shown.
    let hits = projection.hitShare
    let day = LatencyMixture([
      .init(share: hits, mean: 0.06, variation: 0.1), .init(share: 1 - hits, mean: 2.1, variation: 1),
    ])
    #expect(isClose(projection.answer.p95, day.percentile(0.95), within: 1e-3))
    #expect(isClose(projection.meanAnswer, projection.answerBusiest.mean))
    // Without caches all hours are alike.
    let plain = try self.forecaster(Case.model())
    let even = plain.projection(of: plain.everybody, on: nil)
    #expect(isClose(even.answer.p50, even.answerNight.p50, within: 1e-3) && even.answer.p95 > 5)
  }

  @Test("peaks, provisioned units and sizes are those of the busiest day of the week and its fullest minute")
  func busiest() throws {
    let load = "  week: [1, 1, 1, 1, 1, 1.5, 0.5]\n  peak: 1.3\n  steady: 36 /hour"
    let offer = "    provisioned: { counts: { prompt: 1 }, carries: 2500 tokens/min, least: 1, price: unit }"
    let forecaster = try forecaster(Case.model(load: load, model: offer))
    let peak = 8_000.0 / 3_600 * 1.5 + 0.01
    #expect(
      try isClose(figure("peak_rate", forecaster), peak) && isClose(figure("peak_minute_rate", forecaster), peak * 1.3))
    let projection = forecaster.projection(of: forecaster.everybody, on: nil)
    #expect(isClose(forecaster.bought(for: projection)[0].need, peak * 1.3 * 3_000 / 2_500 * 60))
    #expect(isClose(projection.components[0].need, peak * 1.3 * 3_300 / 1_000 * 60))
    // Nobody pays for a Saturday all week long.
    #expect(try isClose(figure("cost.model", forecaster), (40_000 / 86_400.0 + 0.01) * 0.01155))
    #expect(try isClose(figure("questions_per_day", forecaster), 40_000 / 86_400.0 + 0.01))
  }

  @Test("a month has all days of the week, and a day says which it is")
  func months() throws {
    let forecaster = try forecaster(Case.model(load: "  week: [1.1, 1, 1, 1, 1, 1.2, 0.7]"))
    let (saturday, sunday) = (try #require(CivilDate("2027-01-09")), try #require(CivilDate("2027-01-10")))
    #expect(try figure("cost_per_month", forecaster, on: saturday) == figure("cost_per_month", forecaster, on: sunday))
    #expect(try isClose(figure("questions_per_day", forecaster, on: sunday) * 86_400, 28_000))
    #expect(try isClose(figure("peak_rate", forecaster, on: sunday), 8_000.0 / 3_600 * 1.2))
    let day = forecaster.projection(of: forecaster.everybody, on: sunday)
    #expect(isClose(day.cost - day.dayCost, 12_000 / 86_400.0 * 0.01155))
    let table = forecaster.table(of: day)
    #expect(table.first { $0.name.name == "questions_per_day" }?.working.contains("× 0.7 on a Sunday") == true)
    #expect(isClose(forecaster.projection(of: forecaster.everybody, on: nil).dayCost, day.cost))
  }

  @Test("a fallback counts once, and only where there is something to fall back to")
  func fallbacks() throws {
    func works(_ fallback: String, _ cells: String) throws -> [Double] {
      let parts = "    availability: 99.9 %\n" + (fallback.isEmpty ? "" : "    fallback: \(fallback)\n")
      let rest = "  other: { availability: 99.95 % }\n\(cells)"
      let forecaster = try forecaster(Case.model(rest: rest, model: parts))
      return forecaster.projection(of: forecaster.everybody, on: nil).cells.map(\.availability)
    }
    let chain = 0.999 * 0.9995
    let bare = try works("", Self.two)
    #expect(isClose(bare[0], 1 - (1 - chain) * (1 - chain), within: 1e-12) && isClose(bare[2], chain, within: 1e-12))
    // The twin in the other location is the second location, and there is none where there is one.
    #expect(try works("location", Self.two) == bare)
    // Something that fails by itself counts once for the cell.
    let other = try works("99 %", Self.two)
    let pool = 1 - 0.001 * 0.001 * 0.01
    #expect(isClose(other[0], pool * (1 - 0.0005 * 0.0005), within: 1e-12))
    #expect(isClose(other[2], (1 - 0.001 * 0.01) * 0.9995, within: 1e-12))
  }

  @Test("where everything is lost nothing is answered, and no number says in which time or how often")
  func everythingLost() throws {
    let forecaster = try forecaster(
      Case.model(rest: Self.two + "\nscenarios: { gone: { lost: [eu, us, apac] } }"))
    let scenario = try #require(forecaster.model.scenarios.first)
    let inventory = try #require(
      try loaded(Case.model(), prices: Case.prices, stores: Case.stores).inventories.first)
    let gone = forecaster.under(scenario, inventory: inventory, zone: "UTC")
    let projection = gone.projection(of: gone.everybody, on: nil)
    for name in ["answer_p50", "answer_p95", "answer_p95_busiest", "answer_p95_night", "availability", "hits"] {
      #expect(try #require(gone.figure(name, of: projection)).isNaN, "\(name)")
    }
    #expect(gone.figure("served", of: projection) == 0)
    // Before anybody is live there is a platform that works.
    let nobody = gone.projection(of: LiveTargets.none, on: nil)
    #expect(gone.figure("availability", of: nobody) == 1)
  }

  @Test("a lost cell is a part of the model: users whom nobody serves are said as that")
  func lost() throws {
    let rest =
      Self.two
      + "\nresidency: { by: region, zones: { eu: [eu], us: [z], apac: [y] } }\nscenarios: { gone: { lost: [eu] } }"
    let forecaster = try forecaster(Case.model(rest: rest, model: "    availability: 99.9 %"))
    let inventory = try ForecastingTests.forecaster(
      try loaded(Case.model(rest: rest), prices: Case.prices, stores: Case.stores)
    ).inventory
    let under = forecaster.under(try #require(forecaster.model.scenarios.first), inventory: inventory, zone: "UTC")
    let projection = under.projection(of: under.everybody, on: nil)
    #expect(isClose(projection.served, 133 / 200.0) && projection.availability > 0.998)
    #expect(projection.loads(of: 0).map(\.cell) == [1, 2])
    #expect(under.figure("served", of: projection) == projection.served)
  }

  @Test("what does not last is priced at the hours with most questions, on warm caches and on empty ones")
  func lasting() throws {
    let forecaster = try forecaster(Case.model(caches: Self.hits, rest: Self.two))
    let live = forecaster.everybody
    let whole = forecaster.projection(of: live, on: nil)
    let fixed = whole.costs[1] + whole.costs[2]
    let (warm, cold) = forecaster.cost(during: 7_200, of: live, on: nil)
    // A fifth and a tenth of the day.
    #expect(isClose(cold, 12_000 * 0.01155 + fixed * 7_200))
    #expect(isClose(warm, 12_000 * 0.55 * 0.01155 + fixed * 7_200))
  }

  @Test("estimates that hang together are drawn together, and make the range of their product wider")
  func together() async throws {
    func range(_ with: String) async throws -> Percentiles {
      let text = Case.model(load: "  surge: 0.5..1..1.5", rest: with)
        .replacing("questions: 4 /day", with: "questions: 2..4..6 /day")
      let forecaster = try forecaster(text)
      let index = try #require(forecaster.model.figures.firstIndex { $0.name == "questions_per_day" })
      return try #require(await forecaster.ranges(of: forecaster.everybody, on: nil, draws: 4_000, seed: 3)[index])
    }
    let alone = try await range("")
    let bound = try await range("with: [{ rise: [load.surge, load.questions] }]")
    let against = try await range("with: [{ rise: [load.surge], fall: [load.questions] }]")
    #expect(bound.p90 - bound.p10 > (alone.p90 - alone.p10) * 1.3)
    #expect(against.p90 - against.p10 < (alone.p90 - alone.p10) * 0.5)
  }

  @Test("what one component reads moves the cost as a whole forecast says it does")
  func readers() throws {
    let offer = "    quota: 5..10..20\n    most: 500..1000..2000\n    billed_from: 5..10..20 %"
    let text = Case.model(
      load: Self.burst + "  surge: 0.8..1..1.2", caches: Self.hits,
      rest: """
          search: { needs: [{ of: calls, carries: 5..15..20 /s }], costs: [{ price: unit }] }
          disk: { costs: [{ price: disk, of: text }, { price: unit }] }
        """, model: offer
    ).replacing("answer: 2.1 s", with: "answer: 1..2.1..3 s").replacing("text: 20 KB", with: "text: 10..20..40 KB")
    let forecaster = try forecaster(text)
    let found = forecaster.influences(on: "cost_per_month", of: forecaster.everybody, on: nil)
    #expect(found.count > 4)
    for influence in found {
      for (value, said) in [
        (forecaster.model.estimates[influence.number].low, influence.low),
        (forecaster.model.estimates[influence.number].high, influence.high),
      ] {
        var values = forecaster.model.values
        values[influence.number] = value
        let whole = forecaster.projection(of: forecaster.everybody, on: nil, values: values).cost
        #expect(isClose(whole, said, within: 1e-9), "\(forecaster.model.estimates[influence.number].path)")
      }
    }
  }

  @Test("the curve of a cache is the cache, for any rate, number of questions and skew", arguments: [0.6, 1.0, 1.4])
  func curve(skew: Double) {
    for items in [1, 50, 2_000, 100_000] {
      let popularity = Popularity(items: items, exponent: skew)
      var curve = HitCurve(popularity)
      for exponent in stride(from: -9.0, through: 3, by: 0.31) {
        let rate = Elementary.power(10, exponent)
        #expect(abs(curve.share(asked: rate * 1_800) - popularity.hitShare(rate: rate, lifetime: 1_800)) < 2e-5)
      }
      #expect(curve.share(asked: 0) == 0 && curve.share(asked: 1e-297) < 1e-9)
    }
  }

  @Test("nobody waits where Erlang says that hardly anybody does")
  func idle() {
    for (load, servers) in [(0.5, 60), (3.0, 80), (100.0, 260)] {
      #expect(WaitingLine(rate: load, service: 1, servers: servers).share == 0)
      #expect(Erlang.waiting(load: load, servers: servers) < 1e-15)
    }
    #expect(WaitingLine(rate: 3, service: 1, servers: 9).share == Erlang.waiting(load: 3, servers: 9))
    #expect(WaitingLine(rate: 0, service: 1, servers: 9).share == 0)
    #expect(WaitingLine(rate: 9, service: 1, servers: 9).share == 1)
  }

  @Test(
    "so many events take the time in which they are asked while a target comes into use", arguments: [0.0, 3.0, 5.0])
  func events(scale: Double) {
    for amount in [1.0, 200, 5_000] {
      let days = Ramp.time(until: amount, rate: 200 / 86_400, scale: scale * 86_400) / 86_400
      // Summed up minute by minute.
      var (asked, minute) = (0.0, 0)
      while asked < amount {
        asked += 200 / 1_440 * Ramp.adoption(days: (Double(minute) + 0.5) / 1_440, scale: scale)
        minute += 1
      }
      #expect(abs(days - Double(minute) / 1_440) < 0.002)
    }
    #expect(Ramp.time(until: 1, rate: 0, scale: 1) == .infinity && Ramp.time(until: 0, rate: 0, scale: 1) == 0)
  }

  @Test("what has no number is said in words, and never as a sign")
  func words() {
    for value in [Double.infinity, -.infinity] {
      #expect(Spoken.number(value) == "without bound" && Spoken.time(value) == "without bound")
      #expect(Spoken.share(value) == "without bound" && Spoken.exact(value).isEmpty)
      #expect(Spoken.figure(FigureName("cost_per_month", Dimension("EUR", isRate: true)), value) == "without bound")
    }
    #expect(Spoken.exact(.nan).isEmpty && Spoken.number(.nan) == "–")
  }
}
