import Testing

@testable import Forecasting

/// Whether two numbers differ by at most a millionth of the expected one.
func isClose(_ found: Double, _ expected: Double, within tolerance: Double = 1e-6) -> Bool {
  abs(found - expected) <= tolerance * max(abs(expected), 1e-300)
}

@Suite("The formulas, against worked numbers")
struct OracleTests {
  @Test(
    "Little: requests in flight",
    arguments: [(8_000.0 / 3_600, 4.666666667), (80_000.0 / 3_600, 46.66666667), (100.0, 210.0)])
  func little(rate: Double, inFlight: Double) {
    #expect(isClose(Concurrency.inFlight(rate: rate, time: 2.1), inFlight))
  }

  @Test("Little: people who ask again after thinking are the closed form of the same law")
  func sessions() {
    let rate = Concurrency.rate(people: 55, answer: 2.1, thinking: 30)
    #expect(isClose(Concurrency.inSession(rate: rate, answer: 2.1, thinking: 30), 55))
  }

  @Test("Erlang B and C", arguments: [(8, 0.0551329397, 0.1228376921), (10, 0.0128039624, 0.0237414432)])
  func erlang(servers: Int, blocking: Double, waiting: Double) {
    let load = 8_000.0 / 3_600 * 2.1
    #expect(isClose(Erlang.blocking(load: load, servers: servers), blocking))
    #expect(isClose(Erlang.waiting(load: load, servers: servers), waiting))
  }

  @Test(
    "Erlang C: the fewest servers with which one in a hundred waits",
    arguments: [(8_000.0 / 3_600 * 2.1, 11, 0.009346), (80_000.0 / 3_600 * 2.1, 65, 0.007102), (210.0, 246, 0.009332)])
  func servers(load: Double, servers: Int, waiting: Double) {
    #expect(Erlang.servers(load: load, waitingAtMost: 0.01) == servers)
    #expect(isClose(Erlang.waiting(load: load, servers: servers), waiting, within: 1e-4))
    #expect(isClose(Erlang.waiting(load: 80_000.0 / 3_600 * 2.1, servers: 60), 0.0401433897))
  }

  @Test("M/M/c: the mean wait, and the wait that a share stays below")
  func waits() {
    let line = WaitingLine(rate: 8_000.0 / 3_600, service: 2.1, servers: 11)
    #expect(isClose(line.mean, 0.00310, within: 2e-3))
    let late = line.percentile(0.995)
    // P(W > t) = C e^(−(c − a) t / S), the other way round.
    #expect(isClose(line.share * Elementary.exp(-(11 - line.load) * late / 2.1), 0.005))
    #expect(line.percentile(0.99) == 0)
    let steady = WaitingLine(rate: 8_000.0 / 3_600, service: 2.1, servers: 11, variation: 0)
    #expect(isClose(steady.mean, line.mean / 2))
    #expect(WaitingLine(rate: 10, service: 2.1, servers: 20).mean == .infinity)
  }

  @Test("a token limit admits 90 requests a minute, and the last of 1,000 in the twelfth")
  func tokens() {
    let limit = TokenLimit(tokens: 300_000)
    #expect(limit.admitted(tokensEach: 3_300) == 90)
    #expect(limit.windows(backlog: 1_000, tokensEach: 3_300) == 12)
    #expect(isClose(limit.minutes(backlog: 1_000, tokensEach: 3_300), 10))
    #expect(TokenLimit(tokens: 300_000, requests: 60).admitted(tokensEach: 3_300) == 60)
    #expect(TokenLimit(tokens: 3_000).windows(backlog: 1, tokensEach: 3_300) == nil)
  }

  @Test("provisioned units: 208 needed, 210 bought, 168,630 a month; the fewest carry 9.615 questions a minute")
  func provisioned() {
    let offer = ProvisionedUnits(tokensEach: 2_500 / 60, least: 15, step: 5)
    // Of a question 3,000 tokens go in, and 300 come out and count three times.
    let need = offer.need(rate: 8_000 / 3_600, amount: 3_000 + 3 * 300)
    #expect(isClose(need, 208))
    #expect(offer.bought(for: need) == 210)
    #expect(isClose(Double(offer.bought(for: need)) * 1.10 * 730, 168_630))
    #expect(isClose(15 / offer.need(rate: 1 / 60, amount: 3_900), 9.615384615))
    #expect(offer.bought(for: 1) == 15 && offer.bought(for: .infinity) == 1_000_000_000)
  }

  @Test("availability in series, with a fallback, in two regions, with a common cause")
  func availability() {
    let region = Availability.series([0.9995, 0.999, 0.999, 0.9999, 0.9999])
    #expect(isClose(region, 0.9973025091, within: 1e-9))
    #expect(isClose(region * 0.9999, 0.9972027788, within: 1e-9))
    #expect(isClose(Availability.minutesDown(region * 0.9999), 120.84, within: 1e-4))
    let spared = Availability.series([0.9995, Availability.withFallback(0.999, fallback: 0.999), 0.999, 0.9999, 0.9999])
    #expect(isClose(spared * 0.9999, 0.9981999, within: 1e-4))
    #expect(isClose(spared, 0.9982998116, within: 1e-7))
    let two = Availability.spread([region, region], commonCause: 0) * 0.9999
    #expect(isClose(two, 0.9998927243, within: 1e-9))
    #expect(isClose(Availability.minutesDown(two), 4.63, within: 1e-2))
    #expect(isClose(Availability.spread([region, region], commonCause: 0.1) * 0.9999, 0.9996243845, within: 1e-9))
    #expect(isClose(region * 0.9999 * 0.999, 0.9962055760, within: 1e-9))
    #expect(isClose(Availability.failoverGap(outages: 2, seconds: 90), 180.0 / 2_592_000))
  }

  @Test("a target comes into use by 1 − e^(−t/τ)")
  func adoption() {
    #expect(isClose(Ramp.adoption(days: 7, scale: 7), 0.6321205588))
    #expect(Ramp.adoption(days: -1, scale: 7) == 0 && Ramp.adoption(days: 0, scale: 0) == 1)
  }

  @Test("a cache of 2,000 questions for an hour", arguments: [(400.0, 0.5445), (83.33, 0.3597), (8_000.0, 0.8639)])
  func cache(perHour: Double, share: Double) {
    let hits = Popularity(items: 2_000, exponent: 1).hitShare(rate: perHour / 3_600, lifetime: 3_600)
    #expect(abs(hits - share) <= 0.0001)
  }

  @Test(
    "popularity in groups is the popularity of each, for any number of items and any skew",
    arguments: [1, 2, 64, 65, 500, 20_000], [0.6, 1.0, 1.3])
  func groups(items: Int, exponent: Double) {
    let weights = (1...items).map { Elementary.power(Double($0), -exponent) }
    let total = weights.reduce(0, +)
    for asked in [0.5, 40, 3_000] {
      let exact = weights.reduce(0.0) { sum, weight in
        let each = asked * weight / total
        return sum + weight / total * each / (1 + each)
      }
      #expect(abs(Popularity(items: items, exponent: exponent).hitShare(rate: asked, lifetime: 1) - exact) <= 0.0001)
    }
    #expect(Popularity(items: items, exponent: exponent).hitShare(rate: 0, lifetime: 1) == 0)
  }

  @Test("a cache leaves the 95th percentile of answers where it was, until it answers more than that")
  func mixture() {
    func times(_ hits: Double) -> LatencyMixture {
      LatencyMixture([
        .init(share: hits, mean: 0.06, variation: 0.1), .init(share: 1 - hits, mean: 2.1, variation: 0.5),
      ])
    }
    let alone = times(0).percentile(0.95)
    #expect(times(0.5).percentile(0.95) < alone && times(0.5).percentile(0.95) > alone * 0.75)
    #expect(times(0.97).percentile(0.95) < 0.2)
    #expect(isClose(times(0.5).mean, 1.08))
    // The median of a log-normal distribution is its mean over √(1 + cv²).
    #expect(isClose(times(0).percentile(0.5), 2.1 / 1.5.squareRoot()))
    #expect(LatencyMixture([.init(share: 1, mean: 2, variation: 0)]).percentile(0.99) == 2)
    // Where hardly anything comes in for a while, it is the beginning of that.
    let stairs = LatencyMixture([
      .init(share: 0.95, mean: 1, variation: 0), .init(share: 0.05, mean: 200, variation: 0.01),
    ])
    #expect(isClose(stairs.percentile(0.95), 1) && stairs.percentile(0.96) > 150)
  }

  @Test("draws are the same for a seed, within their ends, and have the mean of their distribution")
  func draws() {
    var (one, two) = (Draws(seed: 7), Draws(seed: 7))
    var sum = 0.0
    for _ in 0..<20_000 {
      let value = one.triangular(low: 2, mid: 3, high: 7)
      #expect(value == two.triangular(low: 2, mid: 3, high: 7))
      #expect(value >= 2 && value <= 7)
      sum += value
    }
    #expect(abs(sum / 20_000 - 4) < 0.03)
    #expect(Percentiles((1...100).map(Double.init))?.p90 == 91)
    #expect(Percentiles([]) == nil)
  }
}
