import Forecasting
public import Plans
import Runbooks

extension ForecastReport.ComponentRow {
  /// For people, the units of a location: `4`, or replicas and partitions, `4 × 2`.
  public var has: String { Spoken.number(units) + (partitions.map { " × \($0)" } ?? "") }
}

extension ForecastReport.ScenarioRow {
  /// For people, how much of the time it works; where not all are served, for how many.
  public var available: String {
    served < 1 ? "\(Spoken.share(served)) served" : Spoken.share(availability)
  }

  /// For people, the cost of a month, or of as long as it lasts: with warm caches, and on empty ones.
  public var costText: String {
    guard let lasts else { return Spoken.number(cost * WrittenUnit.month) }
    let (warm, cold) = (Spoken.number(cost * lasts), coldCost.map { Spoken.number($0 * lasts) })
    return "\(warm)\(cold.map { $0 == warm ? "" : " to \($0)" } ?? "") in \(Spoken.time(lasts))"
  }
}

extension PlannedAsk {
  /// For people, how much of what: `540 units of model in eu, in each of its 2 locations`.
  public var amount: String {
    "\(Spoken.number(Double(units))) \(units == 1 ? "unit" : "units") of \(what)"
      + (locations > 1 ? ", in each of its \(locations) locations" : "")
  }
}
