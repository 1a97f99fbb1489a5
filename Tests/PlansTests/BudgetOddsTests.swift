import Foundation
import Testing

@testable import Plans

@Suite("What a budget means")
struct BudgetOddsTests {
  /// The table of a wave of 20: true rate, the chance to stop at tolerate 0, 1 and 2 in percent.
  @Test(
    "is the binomial tail of one failure more than is tolerated",
    arguments: [
      (0.005, [9.5, 0.4, 0.0]), (0.01, [18.2, 1.7, 0.1]), (0.02, [33.2, 6.0, 0.7]), (0.05, [64, 26, 7.5]),
      (0.2, [98.8, 93, 79]),
    ] as [(Double, [Double])])
  func table(rate: Double, percents: [Double]) {
    for (tolerate, percent) in percents.enumerated() {
      let chance = 100 * BudgetOdds.stops(targets: 20, tolerate: tolerate, rate: rate)
      #expect(abs(chance - percent) < (percent > 10 ? 0.6 : 0.06), "tolerate \(tolerate): \(chance)")
    }
  }

  @Test("adds up over ten waves", arguments: [(0, 87.0), (1, 16), (2, 1)])
  func tenWaves(tolerate: Int, percent: Double) {
    let group = BudgetOdds.Group(waves: 10, targets: 20, tolerate: tolerate)
    #expect(abs(100 * group.anyStops(rate: 0.01) - percent) < 0.6)
  }

  @Test("is nothing where nobody can fail once too often, and certain where all do")
  func edges() {
    #expect(BudgetOdds.stops(targets: 3, tolerate: 3, rate: 0.5) == 0)
    #expect(BudgetOdds.stops(targets: 3, tolerate: 0, rate: 1) == 1)
    #expect(BudgetOdds.stops(targets: 1_000_000, tolerate: 10_000, rate: 0.02) > 0.999)
  }

  @Test(
    "is what a healthy platform does to a trigger of 1 %: one failure of 67 questions is a breach, seven of 667 are",
    arguments: [(67, 0, 0.0648361781, 1e-7), (667, 6, 6.353e-6, 1e-9)])
  func noise(questions: Int, tolerate: Int, chance: Double, within: Double) {
    #expect(abs(BudgetOdds.stops(targets: questions, tolerate: tolerate, rate: 0.001) - chance) < within)
  }

  @Test("of clean pilots is little", arguments: [(3, 63.0), (9, 28), (20, 14), (60, 5)])
  func clean(targets: Int, percent: Double) {
    #expect(abs(100 * BudgetOdds.boundAfterClean(targets) - percent) < 0.6)
  }

  @Test(
    "of an error rate needs many events to be told from its limit of 1 %",
    arguments: [(0.02, 270), (0.015, 1_080), (0.012, 6_700), (0, 270), (0.002, 420), (0.005, 1_080)] as [(Double, Int)])
  func events(rate: Double, about: Int) throws {
    let events = try #require(BudgetOdds.eventsToTell(rate: rate, from: 0.01))
    #expect(abs(Double(events) / Double(about) - 1) < 0.12, "\(events)")
  }
}
