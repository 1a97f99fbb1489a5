public import Quantities
public import Runbooks

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
  /// What only some components read moves the cost by theirs alone: ten thousand components are as many small sums, and
  /// not as many forecasts.
  ///
  /// - `figure`: the name of the figure, such as `cost_per_month`.
  public func influences(on figure: String, of live: LiveTargets, on day: CivilDate?) -> [Influence] {
    var base = evaluation(on: day)
    let projection = base.run(live)
    let middle = self.figure(figure, of: projection) ?? 0
    let readers = figure == "cost_per_month" ? readers : [:]
    // Who is there and how much bursts is nothing that only some components read.
    let sizing = Sizing(base)
    func value(_ index: ForecastModel.Number, _ number: Double) -> Double {
      guard let components = readers[index] else {
        var values = wiring.values
        values[index] = number
        return self.figure(figure, of: self.projection(of: live, on: day, values: values), values: values) ?? 0
      }
      defer { base.values[index] = wiring.values[index] }
      base.values[index] = number
      var (sum, loads) = (middle, [ComponentLoad]())
      for component in components {
        loads.removeAll(keepingCapacity: true)
        base.add(loadsOf: component, sizing, to: &loads)
        sum = sum + base.cost(of: component, loads) - projection.costs[component]
      }
      return sum
    }
    return model.estimates.indices.compactMap { index -> Influence? in
      let estimate = model.estimates[index]
      guard estimate.mid > 0, estimate.isOfModel else { return nil }
      let nudged = value(index, estimate.mid * 1.01)
      let elasticity = middle > 0 ? (nudged / middle - 1) * 100 : 0
      guard estimate.isRange || abs(elasticity) > 0.001 else { return nil }
      let found = Influence(
        number: index, low: estimate.isRange ? value(index, estimate.low) : middle,
        high: estimate.isRange ? value(index, estimate.high) : middle, elasticity: elasticity)
      return found.span > 0 || abs(elasticity) > 0.001 ? found : nil
    }
    .enumerated().sorted {
      ($1.element.span, abs($1.element.elasticity), $0.offset) < (
        $0.element.span, abs($0.element.elasticity), $1.offset
      )
    }
    .map(\.element)
  }

  /// The components whose cost alone depends on a number: all of amounts, components, rates and prices. What load,
  /// caches and cells say reaches everything, and is not in it.
  private var readers: [ForecastModel.Number: [Int]] {
    var found: [ForecastModel.Number: [Int]] = [:]
    for (number, estimate) in model.estimates.enumerated() {
      let first = estimate.path.prefix { $0 != "." }
      if ["takes", "components", "prices", "rates"].contains(first) { found[number] = [] }
    }
    func reads(_ component: Int, _ numbers: [ForecastModel.Number?]) {
      for case let number? in numbers where found[number].map({ $0.last != component }) ?? false {
        found[number]?.append(component)
      }
    }
    for (index, component) in model.components.enumerated() {
      reads(index, [component.most, component.billedFrom])
      for need in wiring.needs[index] + wiring.partitionNeeds[index] {
        reads(index, need.amounts + [need.each, need.slots?.holds, need.slots?.waiting])
      }
      for line in wiring.lines[index] {
        reads(
          index,
          [
            line.amount, line.keeps, line.gets, line.price.number, line.price.rate, line.otherwise?.number,
            line.otherwise?.rate,
          ])
      }
    }
    return found
  }
}
