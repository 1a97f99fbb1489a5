public import Quantities
import Runbooks

extension Forecaster {
  /// What chance makes of all figures: each estimate that is a range is drawn from the triangular distribution of its
  /// low, mid and high. All are independent of each other, but for those that the model binds `with:` each other: one
  /// chance decides all of a group.
  ///
  /// Draws are dealt to `lanes` streams with seeds of their own, so the answer does not depend on how many run at once.
  ///
  /// - Parameters:
  ///   - live: the live targets.
  ///   - day: the day.
  ///   - draws: how many.
  ///   - seed: which chance.
  /// - Returns: for each figure its 10th, 50th and 90th percentile; none where nothing is a range.
  public func ranges(
    of live: LiveTargets, on day: CivilDate?, draws: Int, seed: UInt64
  ) async -> [Percentiles?] {
    let found = await drawn(draws, seed: seed) { values in
      figures(of: projection(of: live, on: day, values: values), values: values)
    }
    guard let found else { return model.figures.map { _ in nil } }
    return wiring.figures.indices.map { figure in Percentiles(found.map { $0[figure] }) }
  }

  private static let lanes = 8

  /// What many draws of all estimates give; `nil` where nothing is a range.
  public func drawn<Answer: Sendable>(
    _ draws: Int, seed: UInt64, _ answer: @escaping @Sendable ([Double]) -> Answer
  ) async -> [Answer]? {
    let chances = chances
    guard !chances.isEmpty, draws > 0 else { return nil }
    let size = (draws + Self.lanes - 1) / Self.lanes
    return await withTaskGroup(of: (Int, [Answer]).self) { group in
      for lane in 0..<Self.lanes {
        let count = min(size, draws - lane * size)
        guard count > 0 else { break }
        group.addTask {
          var chance = Draws(seed: seed &+ UInt64(lane) &* 7_919)
          var values = wiring.values
          return (
            lane,
            (0..<count).map { _ in
              for each in chances { draw(each, chance.next(), into: &values) }
              return answer(values)
            }
          )
        }
      }
      var parts: [(Int, [Answer])] = []
      for await part in group { parts.append(part) }
      return parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
    }
  }

  /// The estimates that chance decides, those together that the model binds.
  private var chances: [ForecastModel.Group] {
    func isDrawn(_ number: ForecastModel.Number) -> Bool {
      model.estimates[number].isRange && model.estimates[number].isOfModel
    }
    let groups = model.together.map { group in
      ForecastModel.Group(rise: group.rise.filter(isDrawn), fall: group.fall.filter(isDrawn))
    }
    var bound: Set<ForecastModel.Number> = []
    for group in groups { bound.formUnion(group.rise + group.fall) }
    let alone = model.estimates.indices.filter { isDrawn($0) && !bound.contains($0) }
    return groups.filter { !($0.rise + $0.fall).isEmpty } + alone.map { ForecastModel.Group(rise: [$0], fall: []) }
  }

  private func draw(_ group: ForecastModel.Group, _ chance: Double, into values: inout [Double]) {
    func number(_ index: ForecastModel.Number, at chance: Double) -> Double {
      let estimate = model.estimates[index]
      return Draws.triangular(low: estimate.low, mid: estimate.mid, high: estimate.high, at: chance)
    }
    for index in group.rise { values[index] = number(index, at: chance) }
    for index in group.fall { values[index] = number(index, at: 1 - chance) }
  }
}
