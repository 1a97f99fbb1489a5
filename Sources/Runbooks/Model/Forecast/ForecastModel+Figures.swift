extension ForecastModel {
  /// Estimates that chance draws together.
  public struct Group: Sendable {
    /// Those that are high when the others of these are.
    public var rise: [Number]
    /// Those that are low then.
    public var fall: [Number]

    public init(rise: [Number], fall: [Number]) { (self.rise, self.fall) = (rise, fall) }
  }
}

/// A figure that the model gives: its name, and what it measures.
public struct FigureName: Hashable, Sendable {
  /// The name, such as `peak_rate` or `cost.model`.
  public var name: String
  /// What it measures, in base units.
  public var dimension: Dimension

  public init(_ name: String, _ dimension: Dimension) {
    self.name = name
    self.dimension = dimension
  }
}

extension ForecastModel {
  /// Every figure of the model, in the order in which people read them.
  public var figures: [FigureName] {
    let money = Dimension(currency, isRate: true)
    var names = [FigureName("targets", .count), FigureName("users", .count)]
    names += load.stocks.map { FigureName($0.name.value, .count) }
    names += [
      FigureName("served", .count), FigureName("cells", .count), FigureName("questions_per_day", .rate),
      FigureName("canaries_per_day", .rate), FigureName("peak_rate", .rate), FigureName("peak_minute_rate", .rate),
      FigureName("burst_rate", .rate), FigureName("logged_in", .count), FigureName("in_session", .count),
      FigureName("in_flight", .count), FigureName("burst_in_flight", .count), FigureName("hits", .count),
      FigureName("calls_per_day", .rate),
    ]
    for unit in chargedUnits {
      names += [
        FigureName("\(unit)_per_call", Dimension(unit)), FigureName("\(unit)_per_day", Dimension(unit, isRate: true)),
      ]
    }
    names += takes.map { taking in
      FigureName(
        taking.name.value,
        Dimension(estimates[taking.number].dimension.unit, isRate: Counted.flows.contains(taking.of.value)))
    }
    names += [
      FigureName("answer_p50", .time), FigureName("answer_p95", .time), FigureName("answer_p99", .time),
      FigureName("answer_p95_busiest", .time), FigureName("answer_p95_night", .time),
      FigureName("availability", .count), FigureName("cost_per_day", money), FigureName("cost_per_month", money),
      FigureName("cost_per_user", money), FigureName("cost_per_target", money),
      FigureName("cost_per_question", Dimension(currency)), FigureName("cost_of_canaries", money),
    ]
    return names + components.filter { !$0.costs.isEmpty }.map { FigureName("cost.\($0.id.value)", money) }
  }

  /// Figures that only statements name: what documents say without saying which one they mean.
  public static let vague = ["concurrent", "scale"]

  /// The units of what calls take and the bill charges, such as `tokens`.
  public var chargedUnits: [String] {
    var units: [String] = []
    for line in components.flatMap(\.costs) {
      guard let taking = taking(line.of.value), taking.of.value == "calls" else { continue }
      let unit = estimates[taking.number].dimension.unit
      if !unit.isEmpty, !units.contains(unit) { units.append(unit) }
    }
    return units
  }

  public func taking(_ name: String) -> Taking? { takes.first { $0.name.value == name } }
}

extension ForecastModel {
  /// The model with some numbers changed.
  ///
  /// - `changes`: by path; those of paths that the model does not have, or in another dimension, are left out.
  public func changed(_ changes: [(path: String, change: EstimateChange)]) -> ForecastModel {
    var model = self
    for (path, change) in changes {
      guard let number = number(path) else { continue }
      switch change {
      case .times(let factor):
        model.estimates[number].low *= factor
        model.estimates[number].mid *= factor
        model.estimates[number].high *= factor
      case .to(let written):
        guard written.dimension == estimates[number].dimension else { continue }
        model.estimates[number].low = written.low
        model.estimates[number].mid = written.mid
        model.estimates[number].high = written.high
        model.estimates[number].unit = written.unit
      }
      let changed = model.estimates[number]
      model.estimates[number].text = WrittenEstimate.text(
        low: changed.low, mid: changed.mid, high: changed.high, unit: changed.unit)
    }
    return model
  }

  /// What the model would be if a scenario came true.
  public func under(_ scenario: ScenarioModel) -> ForecastModel {
    var model = changed(scenario.changes.map { ($0.path.value, $0.change) })
    if let cells = scenario.cells { model.cells = cells }
    if let residency = scenario.residency { model.residency = residency }
    model.lost = scenario.lost.map(\.value)
    return model
  }

  /// Why a change cannot be made, and what to do instead; `nil` when it can.
  public func refusal(of change: EstimateChange, at path: String) -> (why: String, instead: String)? {
    guard let number = number(path) else {
      return ("the model has no number `\(path)`", "`sanderling forecast … --json` lists them under `estimates`")
    }
    if case .to(let written) = change, written.dimension != estimates[number].dimension {
      let unit = estimates[number].dimension.text.nonEmpty ?? "plain numbers"
      return (
        "`\(path)` is written in \(unit), such as `\(estimates[number].text)`",
        "write it in that unit, or as a factor `x2`"
      )
    }
    // A change keeps the places of all numbers.
    let estimate = changed([(path, change)]).estimates[number]
    return estimate.impossible.map { ("`\(path)` cannot be `\(estimate.text)`: \($0.why)", $0.instead) }
  }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
