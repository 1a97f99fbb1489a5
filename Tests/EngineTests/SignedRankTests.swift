import Quantities
import Testing

@testable import Engine

@Suite("The shift of differences")
struct SignedRankTests {
  /// The chance of each rank sum, by going through all signs.
  static func chances(_ count: Int) -> [Double] {
    var counts = [Int](repeating: 0, count: count * (count + 1) / 2 + 1)
    for signs in 0..<(1 << count) {
      counts[(0..<count).reduce(0) { $0 + (signs >> $1 & 1 == 1 ? $1 + 1 : 0) }] += 1
    }
    return counts.map { Double($0) / Double(1 << count) }
  }

  @Test("has the ranks of Wilcoxon's distribution, counted by going through all signs", arguments: 1...14)
  func ranks(count: Int) {
    let chances = Self.chances(count)
    for error in [0.2, 0.05, 0.025, 0.0167, 0.01, 0.001] {
      var sum = 0.0
      var expected: Int?
      for (value, chance) in chances.enumerated() {
        sum += chance
        if sum <= error + 1e-12 { expected = value } else { break }
      }
      #expect(SignedRank.criticalRank(count, error: error) == expected, "\(count) at \(error)")
    }
  }

  @Test(
    "has the ranks of published tables, one-sided 5 %",
    // R: qsignrank(0.05, n) - 1; also Hollander & Wolfe, Table A.4.
    arguments: [
      (5, 0), (6, 2), (7, 3), (8, 5), (10, 10), (12, 17), (15, 30), (20, 60), (25, 100), (30, 151), (50, 466),
    ])
  func tables(count: Int, rank: Int) { #expect(SignedRank.criticalRank(count, error: 0.05) == rank) }

  @Test("says nothing about bounds with too few: three need 12.5 %, six 1.6 %")
  func tooFew() {
    let three = SignedRank([1, 2, 3].map { Fixed(millionths: $0) }, error: 0.05)
    #expect(three?.lower == nil && three?.upper == nil && three?.shift == Fixed(millionths: 2))
    #expect(SignedRank.criticalRank(3, error: 0.125) == 0)
    #expect(SignedRank.criticalRank(6, error: 0.0156) == nil && SignedRank.criticalRank(6, error: 0.016) == 0)
    #expect(SignedRank([], error: 0.05) == nil)
  }

  @Test("is the median of the Walsh averages, between two of them")
  func example() throws {
    // Walsh averages of 1, 3, 4, 8, 9: 1 2 2.5 3 3.5 4 4.5 5 5.5 6 6 6.5 8 8.5 9.
    let rank = try #require(SignedRank([8, 1, 9, 4, 3].map { Fixed(millionths: $0 * 1_000_000) }, error: 0.05))
    #expect(rank.shift.text == "5" && rank.lower?.text == "1" && rank.upper?.text == "9")
    let same = try #require(SignedRank([Fixed](repeating: Fixed(millionths: 7), count: 9), error: 0.05))
    #expect(same.lower == same.upper && same.shift == same.lower)
  }

  @Test("looks at an evenly spread part of more differences than it can compare", arguments: [201, 600, 1_000])
  func many(count: Int) throws {
    let differences = (0..<count).map { Fixed(millionths: Int64($0)) }
    let rank = try #require(SignedRank(differences, error: 0.05))
    #expect(rank.count == SignedRank.most)
    // Of evenly spread values the middle is that of all of them, but for the distance between two that are looked at.
    #expect(abs(rank.shift.approximate * 1e6 - Double(count - 1) / 2) <= Double(count) / Double(SignedRank.most))
  }

  /// Waves of 12 targets whose harm is exactly the margin: how many pass at one of three looks.
  @Test("lets harm of the margin pass in at most the stated share of waves, over all looks, whatever the samples do")
  func falseAlarms() {
    var random = Lehmer(state: 41)
    let (waves, targets, looks) = (4_000, 12, 3)
    var passed = 0
    var breached = 0
    var found = 0
    for _ in 0..<waves {
      // The samples of one target go with each other (autocorrelation 0.9): the target is the unit, and not the sample.
      var walks = [Double](repeating: 0, count: targets)
      var isPassed = false
      var isBreached = false
      var isFound = false
      for _ in 0..<looks {
        for target in walks.indices { walks[target] = 0.9 * walks[target] + random.normal() }
        let harm = walks.map { Fixed(millionths: Int64(($0 + 2) * 1_000_000)) }
        guard let rank = SignedRank(harm, error: 0.05 / Double(looks)), let lower = rank.lower,
          let upper = rank.upper
        else { continue }
        if upper < Fixed(millionths: 2_000_000) { isPassed = true }
        if lower > Fixed(millionths: 2_000_000) { isBreached = true }
        if lower > .zero { isFound = true }
      }
      passed += isPassed ? 1 : 0
      breached += isBreached ? 1 : 0
      found += isFound ? 1 : 0
    }
    // Three standard errors above five percent.
    #expect(Double(passed) / Double(waves) <= 0.05 + 0.0104, "\(passed) of \(waves) passed")
    #expect(Double(breached) / Double(waves) <= 0.05 + 0.0104, "\(breached) of \(waves) breached")
    #expect(passed > waves / 100, "a test that never errs says nothing: \(passed)")
    // docs/language.md says 4.0 %.
    #expect(passed == 159)
    #expect(found > waves * 9 / 10, "harm of two standard deviations is found: \(found)")
  }
}

/// A small random source with a normal distribution, the same on every machine.
private struct Lehmer {
  var state: UInt64

  mutating func uniform() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / Double(UInt64(1) << 53)
  }

  /// The sum of twelve uniform numbers has variance 1.
  mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + uniform() } }
}
