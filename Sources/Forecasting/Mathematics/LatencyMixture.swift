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

    /// The chance that a request of this way takes at most so long.
    func chance(within time: Double) -> Double {
      guard mean > 0 else { return 1 }
      guard time > 0 else { return 0 }
      guard variation > 0 else { return time >= mean ? 1 : 0 }
      let spread = Elementary.log(1 + variation)
      return Elementary.normal((Elementary.log(time / mean) + spread / 2) / spread.squareRoot())
    }
  }

  /// The ways; their shares add up to 1.
  public let ways: [Way]

  public init(_ ways: [Way]) {
    self.ways = ways.filter { $0.share > 0 }
  }

  /// The mean time, in seconds.
  public var mean: Double { ways.reduce(0) { $0 + $1.share * $1.mean } }

  /// The time that this share of requests stays within, in seconds, found by halving to a millionth.
  public func percentile(_ part: Double) -> Double {
    let total = ways.reduce(0) { $0 + $1.share }
    guard total > 0 else { return 0 }
    guard ways.allSatisfy({ $0.mean.isFinite }) else { return .infinity }
    func reached(_ time: Double) -> Bool {
      ways.reduce(0) { $0 + $1.share * $1.chance(within: time) } >= part * total
    }
    var high = max(1e-6, ways.map(\.mean).max() ?? 0)
    while !reached(high), high < 1e9 { high *= 2 }
    var low = 0.0
    while high - low > 1e-7 * high {
      let middle = (low + high) / 2
      if reached(middle) { high = middle } else { low = middle }
    }
    return high
  }
}
