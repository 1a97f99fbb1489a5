import Quantities
import Runbooks

/// One evaluation of a model: load, caches, components, cost, answer times, availability, in this order.
struct Evaluation {
  let forecaster: Forecaster
  let model: ForecastModel
  let wiring: Wiring
  var values: [Double]
  let day: CivilDate?
  /// Whether the day of the week counts.
  let hasWeekday: Bool
  let lost: Set<Int>
  /// Whether the burst of everybody comes, whoever is live: a load test.
  let isTest: Bool
  var result = Projection()
  /// By number, the part of an amount that no cache saves, over a mean day; empty where none saves any.
  var kept: [Double] = []
  /// What all cells carry together: components that are there once.
  var whole = CellLoad(name: "")
  /// What the cells of each zone carry together: pools of a zone.
  var zones: [CellLoad] = []

  init(
    _ forecaster: Forecaster, values: [Double], day: CivilDate?, hasWeekday: Bool, lost: Set<Int>, isTest: Bool
  ) {
    self.forecaster = forecaster
    model = forecaster.model
    wiring = forecaster.wiring
    self.values = values
    self.day = day
    self.hasWeekday = hasWeekday
    self.lost = lost
    self.isTest = isTest
  }

  func value(_ number: ForecastModel.Number?) -> Double? { number.map { values[$0] } }

  func value(_ number: ForecastModel.Number?, or standard: Double) -> Double { number.map { values[$0] } ?? standard }

  mutating func run(_ live: LiveTargets) -> Projection {
    carry(live)
    let asked = result.hours.reduce(0) { $0 + $1.questions }
    result.hitShare = asked > 0 ? result.hours.reduce(0) { $0 + $1.hits } / asked : 0
    time()
    settleAvailability()
    if result.isLost {
      result.hitShare = .nan
      (result.answer, result.answerBusiest, result.answerNight) = (.none, .none, .none)
      result.availability = .nan
    }
    bill()
    return result
  }

  /// What everything costs in a second, and nothing else.
  mutating func money(_ live: LiveTargets) -> Double {
    carry(live)
    bill()
    return result.cost
  }

  /// Load and sizes.
  private mutating func carry(_ live: LiveTargets) {
    result.stocks = model.load.stocks.map { _ in 0 }
    result.cells = forecaster.cellNames.map { CellLoad(name: $0, stocks: result.stocks) }
    spread(live)
    whole = CellLoad(name: "", stocks: result.stocks.map { _ in 0 })
    for cell in result.cells { whole.add(cell) }
    (result.hours, result.mean, result.busy) = (whole.hours, whole.mean, whole.busy)
    if wiring.hasPools {
      for place in wiring.zones.indices { zones.append(forecaster.carried(byZone: place, in: result)) }
    }
    let sized = sized()
    (result.components, result.offsets, result.burstRate) = (sized.loads, sized.offsets, sized.burst)
  }

  /// Seconds from the start of the programme to the day; 0 without one.
  private var elapsed: Double {
    guard let day, let start = forecaster.start else { return 0 }
    return Double(max(0, day.dayNumber - start.dayNumber)) * 86_400
  }

  /// A growth in a second, compounded by the month.
  private func grown(_ rate: ForecastModel.Number?) -> Double {
    guard let rate = value(rate), rate != 0 else { return 1 }
    return Elementary.power(1 + rate * WrittenUnit.month, elapsed / WrittenUnit.month)
  }

  // MARK: - Load

  /// Where a class is served: its own cell, or the first lawful one that is left.
  private func server(of kind: Population.Class) -> Int? {
    guard lost.contains(kind.cell) else { return kind.cell }
    let places = model.cells.places
    let allowed = model.residency?.allowed.first { $0.value.value == kind.residence }?.zones.map(\.value)
    return places.indices.first { cell in
      guard !lost.contains(cell) else { return false }
      guard let allowed else { return true }
      return places[cell].zone.map { allowed.contains($0.value) } ?? false
    }
  }

  /// Live targets → questions by class and hour → hits and calls by cell and hour.
  private mutating func spread(_ live: LiveTargets) {
    let population = forecaster.population
    let load = model.load
    var asking = [Double](repeating: 0, count: population.classes.count)
    let scale = value(load.adoption, or: 0)
    let each = value(load.usersEach)
    let servers = population.classes.map { server(of: $0) }
    let stockEach = load.stocks.map { (each: value($0.each), growth: value($0.times, or: 1) * grown($0.growth)) }
    for group in live.groups {
      let users = each.map { $0 * group.targets } ?? group.users
      let server = servers[group.kind]
      if server == nil { result.unserved += users }
      result.targets += group.targets
      result.users += users
      for stock in stockEach.indices {
        let amount = (stockEach[stock].each.map { $0 * group.targets } ?? group.stocks[stock]) * stockEach[stock].growth
        result.stocks[stock] += amount
        if let server { result.cells[server].stocks[stock] += amount }
      }
      guard let server else { continue }
      result.cells[server].targets += group.targets
      result.cells[server].users += users
      var adopted = 1.0
      if let day, let since = group.since {
        adopted = Ramp.adoption(days: Double(day.dayNumber - since), scale: scale / 86_400)
      }
      asking[group.kind] += users * adopted
    }
    let factor = values[load.surge] * grown(load.growth) * values[load.questions] * 24
    ask(asking.map { $0 * factor }, of: servers)
  }
}
