/// How often each of some different questions is asked: the k-th most popular in proportion to k^−s (G. K. Zipf).
///
/// Ranks above 64 are held in groups whose width is an eighth of their rank, each with its mean: sums over a million
/// questions then take two hundred terms, and differ from the exact ones by less than 0.0001.
public struct Popularity: Equatable, Sendable {
  /// Questions with the same share each.
  struct Group: Equatable, Sendable {
    var count: Double
    var share: Double
  }

  let groups: [Group]

  /// Makes the distribution of so many questions.
  public init(items: Int, exponent: Double) {
    var groups: [Group] = []
    var total = 0.0
    var rank = 1
    while rank <= max(1, items) {
      let last = rank <= 64 ? rank : min(max(1, items), rank + rank / 8)
      var sum = 0.0
      // Far out the weights hardly differ, and their sum is the integral over the group.
      if last - rank < 4_096 {
        for each in rank...last { sum += Elementary.power(Double(each), -exponent) }
      } else {
        sum = Self.integral(from: Double(rank) - 0.5, to: Double(last) + 0.5, exponent: exponent)
      }
      let count = Double(last - rank + 1)
      groups.append(Group(count: count, share: sum / count))
      total += sum
      rank = last + 1
    }
    self.groups = groups.map { Group(count: $0.count, share: $0.share / total) }
  }

  private static func integral(from low: Double, to high: Double, exponent: Double) -> Double {
    if abs(exponent - 1) < 1e-9 { return Elementary.log(high / low) }
    let power = 1 - exponent
    return (Elementary.power(high, power) - Elementary.power(low, power)) / power
  }

  /// The share of questions that a cache answers which keeps each answer for a fixed time after it was made:
  /// Σ pᵢ · λ pᵢ T / (1 + λ pᵢ T).
  ///
  /// - `rate`: questions in a second, of those who share the cache.
  /// - `lifetime`: seconds that an answer is kept.
  public func hitShare(rate: Double, lifetime: Double) -> Double {
    let asked = rate * lifetime
    guard asked > 0 else { return 0 }
    return groups.reduce(0) { sum, group in
      let each = asked * group.share
      return sum + group.count * group.share * each / (1 + each)
    }
  }
}
