import Runbooks

/// Capacity bought ahead for a component in one cell, beside what use alone would cost there.
public struct Bought: Equatable, Sendable {
  /// The component, by its place in the model.
  public var component: Int
  /// The cell, by its place in the model.
  public var cell: Int
  /// The units that the peak needs, before rounding.
  public var need: Double
  /// The units to buy in each location.
  public var units: Int
  /// What they cost in a second, in all locations, in the model's currency.
  public var cost: Double
  /// What the same calls cost in a second when only use is paid.
  public var byUse: Double
}

extension Forecaster {
  /// What capacity bought ahead would cost, for each component that has such an offer, in each cell.
  public func bought(for projection: Projection) -> [Bought] {
    let values = wiring.values
    return model.components.enumerated().flatMap { index, component -> [Bought] in
      guard let offer = component.provisioned, values[offer.carries] > 0 else { return [] }
      let amount = offer.counts.reduce(0) { sum, count in
        sum + count.weight * (model.taking(count.taking.value).map { values[$0.number] } ?? 0)
      }
      let calls = projection.mean.reduce(0) { $0 + $1.calls }
      return projection.cells.enumerated().compactMap { cell, load in
        guard load.users > 0 else { return nil }
        let locations = model.cells.by == nil ? 1 : max(1, model.cells.places[cell].locations.count)
        let part = 1 / Double(max(1, locations - 1))
        let units = ProvisionedUnits(tokensEach: values[offer.carries], least: offer.least, step: offer.step)
        // Bought for the fullest minute of the busiest day of the week.
        let need = units.need(rate: load.peakCalls * values[model.load.peak] * part, amount: amount)
        let count = units.bought(for: need)
        let share = calls > 0 ? load.mean.reduce(0) { $0 + $1.calls } / calls : 0
        return Bought(
          component: index, cell: cell, need: need, units: count,
          cost: Double(count * locations) * (wiring.provisioned[index]?.each(values) ?? 0),
          byUse: projection.costs[index] * share
        )
      }
    }
  }
}
