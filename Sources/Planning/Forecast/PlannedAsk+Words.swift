import Forecasting
public import Plans

extension PlannedAsk {
  /// For people, how much of what: `540 units of model in eu, in each of its 2 locations`.
  public var amount: String {
    "\(Spoken.number(Double(units))) \(units == 1 ? "unit" : "units") of \(what)"
      + (locations > 1 ? ", in each of its \(locations) locations" : "")
  }
}
