public import Quantities
public import Runbooks

/// Evaluates a performance model. Pure: the same model, targets and day give the same numbers.
public struct Forecaster: Sendable {
  public let model: ForecastModel
  let population: Population
  /// Local time ahead of UTC by zone of the population, in seconds, on a day.
  let offsets: @Sendable (_ zone: String, _ day: CivilDate) -> Int
  /// The first day of the programme: growth counts from it.
  let start: CivilDate?

  /// Makes a forecaster.
  ///
  /// - Parameters:
  ///   - model: a checked model.
  ///   - inventory: the inventory that brings its load.
  ///   - zone: the zone of targets that name none.
  ///   - start: the first day of the programme.
  ///   - zones: the zone data.
  public init(model: ForecastModel, inventory: Inventory, zone: String, start: CivilDate?, zones: any ZoneTable) {
    self.model = model
    self.start = start
    population = Population(model: model, inventory: inventory, standard: zone)
    offsets = { zone, day in zones.offset(of: zone, at: Instant(utcMidnight: day) + .hour * 12) ?? 0 }
  }

  /// The forecaster of another model of the same targets: other numbers, or other cells.
  public func with(_ model: ForecastModel, inventory: Inventory, zone: String) -> Forecaster {
    Forecaster(copying: self, model: model, inventory: inventory, zone: zone)
  }

  private init(copying other: Forecaster, model: ForecastModel, inventory: Inventory, zone: String) {
    self.model = model
    offsets = other.offsets
    start = other.start
    let same =
      model.cells.by?.value == other.model.cells.by?.value
      && model.cells.places.map(\.name.value) == other.model.cells.places.map(\.name.value)
    population = same ? other.population : Population(model: model, inventory: inventory, standard: zone)
  }

  /// No target.
  public var nobody: LiveTargets { LiveTargets() }

  /// Adds targets that go live on a day.
  public func add(_ rows: some Sequence<Int>, since day: CivilDate?, to live: inout LiveTargets) {
    for row in rows where row < population.count { live.add(row, since: day?.dayNumber, of: population) }
  }

  /// What the model says.
  ///
  /// - `live`: the live targets.
  /// - `hasWeekday`: whether the day of the week counts; without it the day is a mean one.
  /// - `day`: the day; `nil` for a day without growth, weekday and adoption, on which all zones keep the offset of the
  ///     programme's start.
  /// - `values`: the numbers to use, by their place in the model; without them the most likely ones.
  /// - `lost`: cells that are lost.
  public func projection(
    of live: LiveTargets, on day: CivilDate?, hasWeekday: Bool = true, values: [Double]? = nil, lost: Set<Int> = []
  ) -> Projection {
    var evaluation = Evaluation(
      forecaster: self, values: values ?? model.values, day: day, hasWeekday: hasWeekday && day != nil, lost: lost)
    return evaluation.run(live)
  }

  /// The part that some users are of those of the whole inventory, 0 to 1.
  func part(of users: Double, values: [Double]) -> Double {
    let all = model.load.usersEach.map { values[$0] * Double(population.count) } ?? population.allUsers
    return all > 0 ? users / all : 0
  }

  /// The names of the cells; one without a name where the platform is not cut.
  public var cellNames: [String] {
    model.cells.by == nil ? [""] : model.cells.places.map(\.name.value)
  }
}

extension Span {
  fileprivate static func * (span: Span, factor: Int64) -> Span { Span(milliseconds: span.milliseconds * factor) }
}
