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
      // Where the weights of a group hardly differ, their sum is the integral over it: to 0.00002 at its start.
      let sum =
        rank == last
        ? Elementary.power(Double(rank), -exponent)
        : Self.integral(from: Double(rank) - 0.5, to: Double(last) + 0.5, exponent: exponent)
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
    return asked > 0 ? hits(asked: asked).share : 0
  }

  /// The share where so much is asked within a lifetime, and its slope by the logarithm of that.
  func hits(asked: Double) -> (share: Double, slope: Double) {
    groups.reduce(into: (share: 0, slope: 0)) { sum, group in
      let each = asked * group.share
      let hit = group.count * group.share * each / (1 + each)
      sum.share += hit
      sum.slope += hit / (1 + each)
    }
  }
}

/// The hits of a cache by how much is asked within a lifetime: computed at points in even steps of the logarithm, and
/// followed between them by a cubic with the right slopes. It is off by less than 0.00002, and costs a hundredth.
struct HitCurve {
  private let popularity: Popularity
  /// Share and slope by the logarithm of what is asked; not a number where it has not been computed.
  private var points: [(share: Double, slope: Double)]

  private static let step = 0.4
  /// From e^−20 to e^30 questions within a lifetime.
  private static let lowest = -50
  private static let count = 126

  init(_ popularity: Popularity) {
    self.popularity = popularity
    points = [(share: Double, slope: Double)](repeating: (.nan, 0), count: Self.count)
  }

  /// The share of hits where so many questions share the cache within a lifetime.
  mutating func share(asked: Double) -> Double {
    guard asked > 0 else { return 0 }
    // Without an end every question was asked before.
    guard asked.isFinite else { return 1 }
    let place = Elementary.log(asked) / Self.step
    let first = Int(place.rounded(.down)) - Self.lowest
    guard first >= 0, first + 1 < points.count else {
      return popularity.hits(asked: asked).share
    }
    let (left, right) = (point(first), point(first + 1))
    let at = place.rounded(.down)
    let part = place - at
    let (square, cube) = (part * part, part * part * part)
    return (2 * cube - 3 * square + 1) * left.share + (cube - 2 * square + part) * left.slope * Self.step
      + (3 * square - 2 * cube) * right.share + (cube - square) * right.slope * Self.step
  }

  private mutating func point(_ index: Int) -> (share: Double, slope: Double) {
    if points[index].share.isNaN {
      points[index] = popularity.hits(asked: Elementary.exp(Double(index + Self.lowest) * Self.step))
    }
    return points[index]
  }
}
