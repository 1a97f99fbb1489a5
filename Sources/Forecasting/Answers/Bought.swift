import Runbooks

/// Capacity bought ahead for a component where it stands, beside what use alone would cost there.
public struct Bought: Equatable, Sendable {
  /// The component, with its cell or zone.
  public var load: ComponentLoad
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
  /// What capacity bought ahead would cost, for each component with such an offer: in each cell, or once for a pool.
  public func bought(for projection: Projection) -> [Bought] {
    let values = wiring.values
    return model.components.enumerated().flatMap { index, component -> [Bought] in
      guard let offer = component.provisioned, values[offer.carries] > 0 else { return [] }
      let amount = offer.counts.reduce(0) { sum, count in
        sum + count.weight * (wiring.takings[count.taking.value].map { self.amount($0, projection, values) } ?? 0)
      }
      let calls = projection.mean.reduce(0) { $0 + $1.calls }
      return projection.loads(of: index).compactMap { load in
        let cell = carried(by: load, in: projection)
        guard cell.users > 0 else { return nil }
        let part = 1 / Double(max(1, load.locations - 1))
        let units = ProvisionedUnits(tokensEach: values[offer.carries], least: offer.least, step: offer.step)
        // Bought for the fullest minute of the busiest day of the week.
        let need = units.need(rate: cell.peakCalls * values[model.load.peak] * part, amount: amount)
        let count = units.bought(for: need)
        let share = calls > 0 ? cell.mean.reduce(0) { $0 + $1.calls } / calls : 0
        return Bought(
          load: load, need: need, units: count,
          cost: Double(count * load.locations) * (wiring.provisioned[index]?.each(values) ?? 0),
          byUse: projection.costs[index] * share
        )
      }
    }
  }
}
