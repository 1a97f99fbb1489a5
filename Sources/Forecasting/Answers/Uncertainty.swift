public import Quantities
public import Runbooks

extension Forecaster {
  /// What chance makes of all figures: each estimate that is a range is drawn from the triangular distribution of its
  /// low, mid and high, all independent of each other.
  ///
  /// Draws are dealt to `lanes` streams with seeds of their own, so the answer does not depend on how many run at once.
  ///
  /// - Parameters:
  ///   - live: the live targets.
  ///   - day: the day.
  ///   - lost: cells that are lost.
  ///   - draws: how many.
  ///   - seed: which chance.
  /// - Returns: for each figure its 10th, 50th and 90th percentile; none where nothing is a range.
  public func ranges(
    of live: LiveTargets, on day: CivilDate?, lost: Set<Int> = [], draws: Int, seed: UInt64
  ) async -> [Percentiles?] {
    let ranged = model.estimates.indices.filter { model.estimates[$0].isRange && model.estimates[$0].isOfModel }
    guard !ranged.isEmpty, draws > 0 else { return model.figures.map { _ in nil } }
    let size = (draws + Self.lanes - 1) / Self.lanes
    let parts = await withTaskGroup(of: (Int, [[Double]]).self) { group in
      for lane in 0..<Self.lanes {
        let count = min(size, draws - lane * size)
        guard count > 0 else { break }
        group.addTask {
          (lane, drawn(count, of: live, on: day, lost: lost, ranged: ranged, seed: seed &+ UInt64(lane) &* 7_919))
        }
      }
      var parts: [(Int, [[Double]])] = []
      for await part in group { parts.append(part) }
      return parts.sorted { $0.0 < $1.0 }.map(\.1)
    }
    return model.figures.indices.map { figure in Percentiles(parts.flatMap { $0[figure] }) }
  }

  private static let lanes = 8

  /// By figure, its value in each draw.
  private func drawn(
    _ count: Int, of live: LiveTargets, on day: CivilDate?, lost: Set<Int>, ranged: [Int], seed: UInt64
  ) -> [[Double]] {
    var chance = Draws(seed: seed)
    var values = model.values
    var found = model.figures.map { _ in [Double]() }
    for _ in 0..<count {
      for index in ranged {
        let estimate = model.estimates[index]
        values[index] = chance.triangular(low: estimate.low, mid: estimate.mid, high: estimate.high)
      }
      let figures = figures(of: projection(of: live, on: day, values: values, lost: lost), values: values)
      for index in figures.indices { found[index].append(figures[index]) }
    }
    return found
  }
}

/// How much one estimate moves a figure when all others stay at their most likely value.
public struct Influence: Equatable, Sendable {
  /// The estimate, by its place in the model.
  public var number: ForecastModel.Number
  /// The figure when the estimate is low.
  public var low: Double
  /// The figure when the estimate is high.
  public var high: Double
  /// By how many percent the figure changes for one percent of the estimate, at its most likely value.
  public var elasticity: Double

  /// How far it moves the figure.
  public var span: Double { abs(high - low) }
}

extension Forecaster {
  /// What moves a figure most: estimates by the span of the figure between their ends, the widest first.
  ///
  /// - `figure`: the name of the figure, such as `cost_per_month`.
  public func influences(
    on figure: String, of live: LiveTargets, on day: CivilDate?, lost: Set<Int> = []
  ) -> [Influence] {
    let middle = self.figure(figure, of: projection(of: live, on: day, lost: lost)) ?? 0
    return model.estimates.indices.compactMap { index -> Influence? in
      let estimate = model.estimates[index]
      guard estimate.mid > 0, estimate.isOfModel else { return nil }
      func value(_ number: Double) -> Double {
        var values = model.values
        values[index] = number
        return self.figure(figure, of: projection(of: live, on: day, values: values, lost: lost), values: values) ?? 0
      }
      let nudged = value(estimate.mid * 1.01)
      let elasticity = middle > 0 ? (nudged / middle - 1) * 100 : 0
      guard estimate.isRange || abs(elasticity) > 0.001 else { return nil }
      let found = Influence(
        number: index, low: estimate.isRange ? value(estimate.low) : middle,
        high: estimate.isRange ? value(estimate.high) : middle, elasticity: elasticity)
      return found.span > 0 || abs(elasticity) > 0.001 ? found : nil
    }
    .enumerated().sorted {
      ($1.element.span, abs($1.element.elasticity), $0.offset) < (
        $0.element.span, abs($0.element.elasticity), $1.offset
      )
    }
    .map(\.element)
  }
}
