public import Quantities

/// How far a set of differences is shifted from zero: the Hodges–Lehmann estimate with exact one-sided bounds.
///
/// The estimate is the median of the Walsh averages (a + b) / 2 of all pairs, each value with itself included; the
/// bounds are Walsh averages too, at the ranks that Wilcoxon's signed-rank distribution gives (Hodges & Lehmann, Ann.
/// Math. Statist. 34, 1963). Under symmetry the true shift lies beyond each bound with at most the given error, for
/// every number of differences; equal differences make the bounds wider, never narrower.
public struct SignedRank: Equatable, Sendable {
  /// The number of differences.
  public let count: Int
  /// The estimate.
  public let shift: Fixed
  /// The true shift lies below only with the given error; `nil` when there are too few differences to say so.
  public let lower: Fixed?
  /// The true shift lies above only with the given error.
  public let upper: Fixed?

  /// The most differences that are looked at; of more an evenly spread part is.
  public static let most = 200

  /// Estimates the shift; `nil` without a difference.
  ///
  /// - Parameters:
  ///   - differences: one for each unit; units must not depend on each other.
  ///   - error: the chance on each side that the bound is wrong, above 0 and below ½.
  /// - Complexity: O(n² log n), n at most ``most``.
  public init?(_ differences: [Fixed], error: Double) {
    guard !differences.isEmpty else { return nil }
    var values = differences.map(\.steps)
    if values.count > Self.most {
      values = (0..<Self.most).map { values[$0 * values.count / Self.most] }
    }
    count = values.count
    // Twice the Walsh averages, so that they are whole.
    var sums: [Int128] = []
    sums.reserveCapacity(count * (count + 1) / 2)
    for first in values.indices {
      for second in first..<count { sums.append(values[first] + values[second]) }
    }
    sums.sort()
    let middle = sums.count / 2
    shift =
      sums.count % 2 == 1
      ? Fixed(clampingSteps: sums[middle] / 2) : Fixed(clampingSteps: (sums[middle - 1] + sums[middle]) / 4)
    guard let rank = Self.criticalRank(count, error: error) else {
      (lower, upper) = (nil, nil)
      return
    }
    lower = Fixed(clampingSteps: sums[rank].halved(rounding: .down))
    upper = Fixed(clampingSteps: sums[sums.count - 1 - rank].halved(rounding: .up))
  }

  /// The largest w with P(W ≤ w) ≤ error, for the signed-rank sum W of so many differences without a shift; `nil`
  /// when not even 0 is that rare.
  public static func criticalRank(_ count: Int, error: Double) -> Int? {
    // The chance of each rank sum, one rank after the other: each is in with probability ½.
    var chances = [Double](repeating: 0, count: count * (count + 1) / 2 + 1)
    chances[0] = 1
    var top = 0
    for rank in 1...max(1, count) where rank <= count {
      top += rank
      for sum in stride(from: top, through: rank, by: -1) { chances[sum] = (chances[sum] + chances[sum - rank]) / 2 }
      for sum in 0..<min(rank, chances.count) { chances[sum] /= 2 }
    }
    var sum = 0.0
    var critical: Int?
    for (value, chance) in chances.enumerated() {
      sum += chance
      guard sum <= error else { break }
      critical = value
    }
    return critical
  }
}

extension Int128 {
  fileprivate func halved(rounding rule: FloatingPointRoundingRule) -> Int128 {
    let half = self >> 1
    return rule == .up && self & 1 == 1 ? half + 1 : half
  }
}
