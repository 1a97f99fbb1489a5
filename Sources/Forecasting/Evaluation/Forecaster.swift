public import Quantities
public import Runbooks
import Synchronization

/// Evaluates a performance model. Pure: the same model, targets and day give the same numbers.
public struct Forecaster: Sendable {
  public let model: ForecastModel
  let wiring: Wiring
  /// The cells that the model has lost.
  public let lost: Set<Int>
  let population: Population
  /// Local time ahead of UTC by zone of the population, in seconds, on a day.
  let offsets: @Sendable (_ zone: String, _ day: CivilDate) -> Int
  /// The first day of the programme: growth counts from it.
  let start: CivilDate?
  private let hourShares = HourShares()

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
    wiring = Wiring(model)
    lost = Self.lost(model)
    population = Population(model: model, inventory: inventory, standard: zone)
    offsets = { zone, day in zones.offset(of: zone, at: Instant(utcMidnight: day) + .hour * 12) ?? 0 }
  }

  /// The forecaster of another model of the same targets: other numbers, or other cells.
  public func with(_ model: ForecastModel, inventory: Inventory, zone: String) -> Forecaster {
    Forecaster(copying: self, model: model, inventory: inventory, zone: zone)
  }

  private init(copying other: Forecaster, model: ForecastModel, inventory: Inventory, zone: String) {
    self.model = model
    wiring = Wiring(model)
    lost = Self.lost(model)
    offsets = other.offsets
    start = other.start
    let same =
      model.cells.by?.value == other.model.cells.by?.value
      && model.cells.places.map(\.name.value) == other.model.cells.places.map(\.name.value)
    population = same ? other.population : Population(model: model, inventory: inventory, standard: zone)
  }

  private static func lost(_ model: ForecastModel) -> Set<Int> {
    Set(model.lost.compactMap { name in model.cells.places.firstIndex { $0.name.value == name } })
  }

  /// Adds targets that go live on a day.
  public func add(_ rows: some Sequence<Int>, since day: CivilDate?, to live: inout LiveTargets) {
    for row in rows where row < population.count { live.add(row, since: day?.dayNumber, of: population) }
  }

  /// What the model says.
  ///
  /// - `live`: the live targets.
  /// - `hasWeekday`: whether the day of the week counts for what is asked on the day; money is always that of a mean
  ///     week, and sizes and peaks are always those of its busiest day.
  /// - `day`: the day; `nil` for a day without growth, weekday and adoption, on which all zones keep the offset of the
  ///     programme's start.
  /// - `values`: the numbers to use, by their place in the model; without them the most likely ones.
  /// - `lost`: cells that are lost; without them those of the model.
  /// - `isTest`: whether a load test sends the burst of everybody.
  public func projection(
    of live: LiveTargets, on day: CivilDate?, hasWeekday: Bool = true, values: [Double]? = nil,
    lost: Set<Int>? = nil, isTest: Bool = false
  ) -> Projection {
    var evaluation = evaluation(on: day, hasWeekday: hasWeekday, values: values, lost: lost, isTest: isTest)
    return evaluation.run(live)
  }

  /// What everything costs in a second over the mean week of a day, without the rest of a projection.
  public func cost(of live: LiveTargets, on day: CivilDate?, values: [Double]) -> Double {
    var evaluation = evaluation(on: day, hasWeekday: false, values: values)
    return evaluation.money(live)
  }

  /// What everything costs in some time, where most is asked: with the caches as warm as they are then, and on empty
  /// ones.
  public func cost(
    during seconds: Double, of live: LiveTargets, on day: CivilDate?
  ) -> (warm: Double, cold: Double) {
    var evaluation = evaluation(on: day)
    _ = evaluation.run(live)
    return (
      evaluation.cost(during: seconds, isCold: false), evaluation.cost(during: seconds, isCold: true)
    )
  }

  func evaluation(
    on day: CivilDate?, hasWeekday: Bool = true, values: [Double]? = nil, lost: Set<Int>? = nil, isTest: Bool = false
  ) -> Evaluation {
    Evaluation(
      self, values: values ?? wiring.values, day: day, hasWeekday: hasWeekday && day != nil, lost: lost ?? self.lost,
      isTest: isTest)
  }

  /// The cells whose load a component carries.
  func cells(of load: ComponentLoad) -> [Int] {
    if let cell = load.cell { return [cell] }
    return load.zone.flatMap { wiring.zonePlaces[$0] }.map { wiring.zones[$0].cells } ?? Array(cellNames.indices)
  }

  /// What a load carries; nothing lies in lost cells.
  func carried(by load: ComponentLoad, in projection: Projection) -> CellLoad {
    if let cell = load.cell { return projection.cells[cell] }
    if let place = load.zone.flatMap({ wiring.zonePlaces[$0] }) { return carried(byZone: place, in: projection) }
    return sum(of: Array(cellNames.indices), in: projection, named: "")
  }

  /// What the cells of a zone carry together.
  func carried(byZone place: Int, in projection: Projection) -> CellLoad {
    sum(of: wiring.zones[place].cells, in: projection, named: wiring.zones[place].name)
  }

  private func sum(of cells: [Int], in projection: Projection, named name: String) -> CellLoad {
    var all = CellLoad(name: name, stocks: projection.stocks.map { _ in 0 })
    for cell in cells { all.add(projection.cells[cell]) }
    return all
  }

  /// What a component in a cell is called: `model in eu`; where several cells of a zone share one, `model in zone eu`.
  public func name(of load: ComponentLoad) -> String {
    let id = model.components[load.component].id.value
    if let zone = load.zone {
      let cells = cells(of: load)
      return cells.count == 1 ? "\(id) in \(cellNames[cells[0]])" : "\(id) in zone \(zone)"
    }
    guard let cell = load.cell, model.cells.by != nil else { return id }
    return "\(id) in \(cellNames[cell])"
  }

  /// The names of the cells; one without a name where the platform is not cut.
  public var cellNames: [String] {
    model.cells.by == nil ? [""] : model.cells.places.map(\.name.value)
  }
}

extension Forecaster {
  /// By zone of the population and hour of UTC, the share of a local day, as the clocks of the zones are on a day: the
  /// 24 hours of each zone, zone after zone.
  func shares(on day: CivilDate) -> [Double] {
    hourShares.known(on: day.dayNumber) {
      population.zones.flatMap { zone in
        let offset = offsets(zone, day)
        return (0..<24).map { share(ofHour: $0, offset: offset) }
      }
    }
  }

  /// The share of a local day that falls into an hour of UTC, zones with half hours included.
  private func share(ofHour hour: Int, offset: Int) -> Double {
    let minutes = ((hour * 60 + offset / 60) % 1_440 + 1_440) % 1_440
    let (local, rest) = (minutes / 60, Double(minutes % 60) / 60)
    let profile = model.load.profile
    return profile[local] * (1 - rest) + profile[(local + 1) % 24] * rest
  }
}

/// The shares of days that were asked about: draws ask about one day a thousand times.
private final class HourShares: Sendable {
  private let days = Mutex<[Int: [Double]]>([:])
  /// More days than a programme has waves; questions all over time must not fill the memory.
  private static let most = 1_024

  func known(on day: Int, _ make: () -> [Double]) -> [Double] {
    days.withLock { days in
      if let known = days[day] { return known }
      let made = make()
      if days.count >= Self.most { days.removeAll() }
      days[day] = made
      return made
    }
  }
}

extension Span {
  fileprivate static func * (span: Span, factor: Int64) -> Span { Span(milliseconds: span.milliseconds * factor) }
}
