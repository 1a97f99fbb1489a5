/// What the numbers of a plan mean: the chance that a healthy wave is stopped, that a bad release is caught, and what
/// clean waves prove. For people only: no decision and no digest rests on it.
public enum BudgetOdds {
  /// True failure rates that are shown.
  public static let rates = [0.005, 0.01, 0.02, 0.05, 0.2]

  /// The chance that a wave stops: more than `tolerate` of `targets` fail, each with the chance `rate` by itself.
  ///
  /// The upper tail of the binomial distribution. Its weights are computed from the most likely number of failures
  /// outwards, so that nothing underflows, and need no more than the four basic operations.
  public static func stops(targets: Int, tolerate: Int, rate: Double) -> Double {
    guard tolerate < targets, rate > 0 else { return 0 }
    guard rate < 1 else { return 1 }
    let mode = min(targets, Int(Double(targets + 1) * rate))
    let odds = rate / (1 - rate)
    var (total, above) = (1.0, mode > tolerate ? 1.0 : 0.0)
    var weight = 1.0
    for failures in stride(from: mode + 1, through: targets, by: 1) {
      weight *= Double(targets - failures + 1) / Double(failures) * odds
      total += weight
      if failures > tolerate { above += weight }
      if weight < 1e-18 { break }
    }
    weight = 1
    for failures in stride(from: mode - 1, through: 0, by: -1) {
      weight *= Double(failures + 1) / Double(targets - failures) / odds
      total += weight
      if failures > tolerate { above += weight }
      if weight < 1e-18 { break }
    }
    return above / total
  }

  /// The highest failure rate that so many targets without a failure leave possible, at 95 % confidence:
  /// 1 − 0.05^(1/n), found by halving.
  public static func boundAfterClean(_ targets: Int) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if power(1 - middle, max(1, targets)) > 0.05 { low = middle } else { high = middle }
    }
    return high
  }

  /// A number times itself so many times.
  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }

  /// The fewest events after which a share can be told from a limit, if `rate` is the truth: the one-sided 95 % Wilson
  /// bound of the expected share lies on its side of the limit. `nil` when the two are the same.
  public static func eventsToTell(rate: Double, from limit: Double) -> Int? {
    guard rate != limit else { return nil }
    func tells(_ events: Int) -> Bool {
      let (n, z) = (Double(events), 1.644_853_626_951_472_8)
      let middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
      let half = z / (1 + z * z / n) * (rate * (1 - rate) / n + z * z / (4 * n * n)).squareRoot()
      return rate > limit ? middle - half > limit : middle + half < limit
    }
    var high = 1
    while !tells(high) {
      if high > 1 << 30 { return nil }
      high *= 2
    }
    var low = high / 2
    while high - low > 1 {
      let middle = (low + high) / 2
      if tells(middle) { high = middle } else { low = middle }
    }
    return high
  }

  /// Equal waves of a plan: their number, size and limit.
  public struct Group: Equatable, Sendable {
    /// How many waves.
    public var waves: Int
    /// Targets in each.
    public var targets: Int
    /// Failures that each tolerates.
    public var tolerate: Int

    package init(waves: Int, targets: Int, tolerate: Int) {
      self.waves = waves
      self.targets = targets
      self.tolerate = tolerate
    }

    /// The chance that one of them stops.
    public func stops(rate: Double) -> Double {
      BudgetOdds.stops(targets: targets, tolerate: tolerate, rate: rate)
    }

    /// The chance that at least one of them stops.
    public func anyStops(rate: Double) -> Double { 1 - BudgetOdds.power(1 - stops(rate: rate), waves) }
  }

  /// The waves of a plan over targets, equal ones together, in the order of the plan.
  public static func groups(of plan: Plan) -> [Group] {
    var groups: [Group] = []
    for stage in plan.stages where stage.inventory != nil {
      for wave in stage.waves {
        guard let tolerate = wave.tolerate else { continue }
        let size = wave.targets.count
        if let known = groups.firstIndex(where: { $0.targets == size && $0.tolerate == tolerate }) {
          groups[known].waves += 1
        } else {
          groups.append(Group(waves: 1, targets: size, tolerate: tolerate))
        }
      }
    }
    return groups
  }
}
