/// A stream of chance from a seed: the same numbers on every machine (SplitMix64; Steele, Lea & Flood, 2014).
struct Draws {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  /// The next number from 0 to 1, without 1.
  mutating func next() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((value ^ (value >> 31)) >> 11) * 0x1p-53
  }

  /// A number of the triangular distribution with these ends and this most likely value.
  mutating func triangular(low: Double, mid: Double, high: Double) -> Double {
    Self.triangular(low: low, mid: mid, high: high, at: next())
  }

  /// The number below which a number of that distribution is with this chance.
  static func triangular(low: Double, mid: Double, high: Double, at chance: Double) -> Double {
    guard high > low else { return mid }
    let peak = (mid - low) / (high - low)
    return chance < peak
      ? low + (chance * (high - low) * (mid - low)).squareRoot()
      : high - ((1 - chance) * (high - low) * (high - mid)).squareRoot()
  }
}

/// The 10th, 50th and 90th percentile of some draws.
public struct Percentiles: Equatable, Sendable {
  /// One in ten draws is lower.
  public var p10: Double
  /// Half of the draws are lower.
  public var p50: Double
  /// Nine in ten draws are lower.
  public var p90: Double

  /// Sorts the draws and takes the three, by the nearest rank; `nil` without draws.
  public init?(_ draws: [Double]) {
    guard !draws.isEmpty else { return nil }
    let sorted = draws.sorted()
    func at(_ share: Double) -> Double { sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))] }
    (p10, p50, p90) = (at(0.1), at(0.5), at(0.9))
  }
}
