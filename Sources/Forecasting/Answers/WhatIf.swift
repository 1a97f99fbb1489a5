public import Quantities
public import Runbooks

/// What a scenario makes of the figures.
public struct WhatIf: Sendable {
  /// The scenario; `nil` for the model as it is.
  public var scenario: ScenarioModel?
  public var projection: Projection
  public var forecaster: Forecaster
  /// The component that is tightest, with its headroom; `nil` when nothing has a limit.
  public var tightest: (load: ComponentLoad, headroom: Double)?
  /// What it costs as long as it lasts: with warm caches, and on empty ones; `nil` for good.
  public var sum: (warm: Double, cold: Double)?
}

extension Projection {
  /// The component with the least headroom; `nil` when nothing has a limit.
  public var tightest: (load: ComponentLoad, headroom: Double)? {
    var found: (load: ComponentLoad, headroom: Double)?
    for load in components {
      guard let headroom = load.headroom else { continue }
      if found.map({ headroom < $0.headroom }) ?? true { found = (load, headroom) }
    }
    return found
  }
}

extension Forecaster {
  /// What a scenario makes of the model, for the same targets.
  public func under(_ scenario: ScenarioModel, inventory: Inventory, zone: String) -> Forecaster {
    with(model.under(scenario), inventory: inventory, zone: zone)
  }

  /// What all scenarios of the model make of a day, the model as it is first.
  ///
  /// - `rows`: the live targets, each with the day since which it is; days count only for adoption.
  public func whatIfs(
    rows: [(row: Int, since: CivilDate?)], on day: CivilDate?, inventory: Inventory, zone: String
  ) -> [WhatIf] {
    func live(in forecaster: Forecaster) -> LiveTargets {
      var live = LiveTargets.none
      for (row, since) in rows { forecaster.add([row], since: since, to: &live) }
      return live
    }
    let now = projection(of: live(in: self), on: day)
    let base = WhatIf(scenario: nil, projection: now, forecaster: self, tightest: now.tightest)
    return [base]
      + model.scenarios.map { scenario in
        let changed = under(scenario, inventory: inventory, zone: zone)
        let live = live(in: changed)
        let projection = changed.projection(of: live, on: day)
        return WhatIf(
          scenario: scenario, projection: projection, forecaster: changed, tightest: projection.tightest,
          sum: scenario.lasts.map { changed.cost(during: changed.wiring.values[$0], of: live, on: day) })
      }
  }
}
