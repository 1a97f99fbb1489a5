import Foundation
import Quantities
import Testing

@testable import Plans

@Suite("What a budget means, against sums that are plain")
struct OddsReferenceTests {
  /// The upper tail, term by term.
  private static func tail(_ targets: Int, above tolerate: Int, rate: Double) -> Double {
    guard targets > tolerate else { return 0 }
    return ((tolerate + 1)...targets).reduce(0) { sum, failures in
      let ways = (0..<failures).reduce(1.0) { $0 * Double(targets - $1) / Double($1 + 1) }
      return sum + ways * pow(rate, Double(failures)) * pow(1 - rate, Double(targets - failures))
    }
  }

  @Test("is the sum of the chances of each number of failures", arguments: [1, 2, 3, 7, 20, 60])
  func stops(targets: Int) {
    for rate in [0.001, 0.01, 0.2, 0.5, 0.9, 0.999] {
      for tolerate in [0, 1, 2, targets / 2, targets - 1, targets] {
        let found = BudgetOdds.stops(targets: targets, tolerate: tolerate, rate: rate)
        let expected = Self.tail(targets, above: tolerate, rate: rate)
        #expect(abs(found - expected) <= 1e-12 + 1e-9 * expected, "\(targets) \(tolerate) \(rate): \(found)")
      }
    }
  }

  @Test("is 0 for a rate of 0 and below, and 1 from a rate of 1 on, unless all may fail")
  func edges() {
    #expect(BudgetOdds.stops(targets: 3, tolerate: 0, rate: 0) == 0)
    #expect(BudgetOdds.stops(targets: 3, tolerate: 0, rate: -1) == 0)
    #expect(
      BudgetOdds.stops(targets: 3, tolerate: 2, rate: 1) == 1 && BudgetOdds.stops(targets: 3, tolerate: 2, rate: 2) == 1
    )
    #expect(BudgetOdds.stops(targets: 3, tolerate: 3, rate: 1) == 0)
  }

  @Test("of so many targets without a failure has the closed form", arguments: [1, 2, 3, 10, 59, 1_000])
  func clean(targets: Int) {
    let expected = 1 - pow(0.05, 1 / Double(targets))
    #expect(abs(BudgetOdds.boundAfterClean(targets) - expected) < 1e-12)
    #expect(BudgetOdds.boundAfterClean(0) == BudgetOdds.boundAfterClean(1))
  }

  @Test("of several waves is that none is spared", arguments: [1, 2, 3, 7, 8])
  func any(waves: Int) {
    let group = BudgetOdds.Group(waves: waves, targets: 20, tolerate: 1)
    let expected = 1 - pow(1 - Self.tail(20, above: 1, rate: 0.02), Double(waves))
    #expect(abs(group.anyStops(rate: 0.02) - expected) < 1e-12)
  }

  @Test(
    "can be told from the limit with so many events, and not with one less",
    arguments: [0.0, 0.002, 0.009, 0.011, 0.02, 0.5])
  func tells(rate: Double) throws {
    let z = 1.644_853_626_951_472_8
    func tells(_ events: Int) -> Bool {
      // Wilson's bound is where the distance from the limit is just z standard errors at the limit.
      let distance = abs(rate - 0.01)
      let bound = rate > 0.01
      let n = Double(events)
      let middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
      let half = z * (rate * (1 - rate) / n + z * z / (4 * n * n)).squareRoot() / (1 + z * z / n)
      return distance > 0 && (bound ? middle - half > 0.01 : middle + half < 0.01)
    }
    let events = try #require(BudgetOdds.eventsToTell(rate: rate, from: 0.01))
    #expect(tells(events) && (events == 1 || !tells(events - 1)), "\(events)")
    #expect(BudgetOdds.eventsToTell(rate: 0.01, from: 0.01) == nil)
    #expect(BudgetOdds.eventsToTell(rate: 0.5, from: 0.499_999_999) == nil)
  }

  @Test("is said once for equal waves, in the order of the plan, where they have targets and a limit")
  func groups() throws {
    var plan = try fullPlan()
    plan.stages[1].waves = [
      PlannedWave(targets: [0], tolerate: 1), PlannedWave(targets: [1], tolerate: 0),
      PlannedWave(targets: [2], tolerate: 1), PlannedWave(targets: [3], tolerate: nil),
    ]
    plan.stages[0].waves[0].tolerate = 0
    #expect(
      BudgetOdds.groups(of: plan) == [
        .init(waves: 2, targets: 1, tolerate: 1), .init(waves: 1, targets: 1, tolerate: 0),
      ])
    #expect(BudgetOdds.groups(of: plan)[0].stops(rate: 0.5) == 0)
  }

  @Test(
    "is compared with the fewest pairs that can show anything",
    arguments: [(1, 5, 5), (2, 5, 6), (1, 20, 3), (10, 1, 10)])
  func pairs(looks: Int, error: Int, least: Int) {
    let comparison = PlannedComparison(signal: 0, margin: .zero, isHarmAbove: true, looks: looks, error: error)
    #expect(comparison.leastPairs == least && comparison.errorEach == Double(error) / 100 / Double(looks))
    #expect(pow(0.5, Double(least)) <= comparison.errorEach && pow(0.5, Double(least - 1)) > comparison.errorEach)
    #expect(PlannedComparison(signal: 0, margin: .zero, isHarmAbove: true, looks: 0).looks == 1)
    #expect(PlannedComparison(signal: 0, margin: .zero, isHarmAbove: true, looks: 3, error: 0).leastPairs == 60)
  }
}

@Suite("A quantity of the forecast")
struct QuantityTests {
  @Test(
    "lies on the line between two points, and at the first and the last beyond them",
    arguments: [(0, 10), (5, 10), (6, 30), (7, 50), (10, 110), (20, 80), (30, 50), (99, 50)] as [(Int, Int64)])
  func value(targets: Int, expected: Int64) {
    let points = [(5, 10), (10, 110), (30, 50)].map {
      PlannedQuantity.Point(targets: $0.0, value: Fixed(millionths: Int64($0.1) * 1_000_000))
    }
    let quantity = PlannedQuantity(name: "cost", unit: "EUR", points: points)
    #expect(quantity.value(at: targets) == Fixed(millionths: expected * 1_000_000))
    #expect(PlannedQuantity(name: "cost", unit: "EUR", points: []).value(at: targets) == .zero)
    let constant = PlannedQuantity(name: "cost", unit: "EUR", points: [points[1]])
    #expect(constant.value(at: targets) == points[1].value)
  }

  @Test("does not overflow between numbers of the largest size")
  func large() {
    let quantity = PlannedQuantity(
      name: "n", unit: "",
      points: [
        .init(targets: 0, value: Fixed.greatest.negated), .init(targets: 1_000_000, value: .greatest),
      ])
    #expect(quantity.value(at: 500_000) == .zero)
  }

  @Test("counts each target once after each wave, and limits are said once")
  func waves() throws {
    var plan = try fullPlan()
    plan.stages.append(plan.stages[1])
    plan.stages[2].id = "again"
    plan.stages[2].waves = [PlannedWave(targets: [1, 3], tolerate: nil)]
    #expect(plan.waveForecasts.map(\.live) == [[0], [2], [3], [4]])
    #expect(plan.waveForecasts.map(\.wave) == [0, 0, 1, 0] && plan.waveForecasts.map(\.stage) == [0, 1, 1, 2])
    var below = plan.triggers[0].condition
    below.comparison = .less
    plan.stages[1].gate?.conditions.append(below)
    plan.stages[2].gate = plan.stages[1].gate
    plan.stages[2].gate?.conditions[0].quantity = nil
    let limits = plan.forecastLimits
    #expect(limits.map(\.name) == ["trigger slow", "trigger errors", "gate"])
    #expect(limits.last?.text.contains("<") == true && limits.allSatisfy { $0.quantity == 0 })
  }
}
