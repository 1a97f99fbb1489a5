/// The response times of requests that go different ways: answered by a cache, by the model, after a wait.
///
/// Percentiles come from the whole mixture and not from means: a cache that answers nine in ten leaves the 95th
/// percentile where it was.
public struct LatencyMixture: Equatable, Sendable {
  /// One way, with log-normal times.
  public struct Way: Equatable, Sendable {
    /// The share of requests that go this way.
    public var share: Double
    /// The mean time, in seconds.
    public var mean: Double
    /// The squared coefficient of variation.
    public var variation: Double

    public init(share: Double, mean: Double, variation: Double) {
      self.share = share
      self.mean = mean
      self.variation = variation
    }
  }

  /// The ways; their shares add up to 1.
  public let ways: [Way]

  public init(_ ways: [Way]) {
    self.ways = ways.filter { $0.share > 0 }
  }

  /// The mean time, in seconds.
  public var mean: Double { ways.reduce(0) { $0 + $1.share * $1.mean } }

  /// The time that this share of requests stays within, in seconds, found to a ten-millionth of itself.
  ///
  /// Newton's steps on the logarithm of the time, between bounds that close in. Where a step leaves them, where there
  /// is no slope, and after a dozen of them, the bounds are halved: ways that always take as long are stairs.
  public func percentile(_ part: Double) -> Double { percentiles([part])[0] }

  /// The same for several shares.
  func percentiles(_ parts: [Double]) -> [Double] {
    guard ways.allSatisfy({ $0.mean.isFinite }) else { return parts.map { _ in .infinity } }
    let curves = ways.map(Curve.init)
    let all = ways.reduce(0) { $0 + $1.share }
    let slowest = max(1e-6, ways.map(\.mean).max() ?? 0)
    let lowest = Elementary.log(1e-9)
    let atOnce = Curve.reached(lowest, curves).share
    let ends = Curve.reached(Elementary.log(slowest), curves)
    return parts.map { part in
      let wanted = part * all
      var (high, found) = (slowest, ends)
      while found.share < wanted, high < 1e9 {
        high *= 2
        found = Curve.reached(Elementary.log(high), curves)
      }
      guard atOnce < wanted else { return 0 }
      return Self.time(reaching: wanted, curves, from: lowest, to: Elementary.log(high), found)
    }
  }

  /// The time at which a share has come in, between two logarithms of it.
  ///
  /// - `last`: what has come in at the end.
  private static func time(
    reaching wanted: Double, _ curves: [Curve], from lowest: Double, to highest: Double,
    _ last: (share: Double, slope: Double)
  ) -> Double {
    var (below, above) = (lowest, highest)
    var (time, known) = (highest, Optional(last))
    var steps = 0
    while above - below > 1e-7 {
      steps += 1
      let (share, slope) = known ?? Curve.reached(time, curves)
      known = nil
      if share >= wanted { above = time } else { below = time }
      let step = slope > 0 ? (wanted - share) / slope : .infinity
      // Where hardly anything comes in for a while, all of it is as near: the beginning is what is asked for.
      if slope > 1e-6, abs(step) < 1e-8 { return Elementary.exp(time) }
      let next = steps > 12 ? above : time + step
      time = next > below && next < above ? next : (below + above) / 2
    }
    return Elementary.exp(above)
  }
}

/// How the requests of one way come in: a log-normal distribution over the logarithm of the time.
private struct Curve {
  private let share: Double
  /// The mean of the logarithm; that of a way that takes no time is below all others.
  private let middle: Double
  /// The standard deviation of the logarithm; 0 for a way that always takes as long.
  private let spread: Double

  init(_ way: LatencyMixture.Way) {
    share = way.share
    let variance = way.variation > 0 ? Elementary.log(1 + way.variation) : 0
    spread = variance.squareRoot()
    middle = way.mean > 0 ? Elementary.log(way.mean) - variance / 2 : -.infinity
  }

  /// The share of all requests that have come in by a time, and how fast it rises there.
  static func reached(_ time: Double, _ curves: [Curve]) -> (share: Double, slope: Double) {
    var sum = (share: 0.0, slope: 0.0)
    for curve in curves {
      if curve.spread > 0, curve.middle > -.infinity {
        let distance = (time - curve.middle) / curve.spread
        sum.share += curve.share * Elementary.normal(distance)
        sum.slope += curve.share * Elementary.exp(-distance * distance / 2) / (curve.spread * rootOfTwoPi)
      } else if time >= curve.middle {
        sum.share += curve.share
      }
    }
    return sum
  }

  private static let rootOfTwoPi = (2 * Double.pi).squareRoot()
}
