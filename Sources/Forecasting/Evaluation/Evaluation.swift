import Quantities
import Runbooks

/// One evaluation of a model: load, caches, components, cost, answer times, availability, in this order.
struct Evaluation {
  let forecaster: Forecaster
  let values: [Double]
  let day: CivilDate?
  /// Whether the day of the week counts.
  let hasWeekday: Bool
  let lost: Set<Int>
  var result = Projection()

  var model: ForecastModel { forecaster.model }

  func value(_ number: ForecastModel.Number?) -> Double? { number.map { values[$0] } }

  func value(_ number: ForecastModel.Number?, or standard: Double) -> Double { number.map { values[$0] } ?? standard }

  mutating func run(_ live: LiveTargets) -> Projection {
    let names = forecaster.cellNames
    result.stocks = model.load.stocks.map { _ in 0 }
    result.cells = names.map { CellLoad(name: $0, stocks: result.stocks) }
    spread(live)
    result.hours = (0..<24).map { hour in result.cells.reduce(FlowRates()) { $0 + $1.hours[hour] } }
    let asked = result.hours.reduce(0) { $0 + $1.questions }
    result.hitShare = asked > 0 ? result.hours.reduce(0) { $0 + $1.hits } / asked : 0
    size()
    time()
    settleAvailability()
    bill()
    return result
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
    let stockEach = load.stocks.map { (each: value($0.each), growth: grown($0.growth)) }
    for group in live.groups {
      let users = each.map { $0 * group.targets } ?? group.users
      let server = server(of: population.classes[group.kind])
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
    let factor = values[load.surge] * grown(load.growth) * (day.map { hasWeekday ? load.week[$0.weekday - 1] : 1 } ?? 1)
    ask(asking.map { $0 * factor * values[load.questions] * 24 })
  }

  /// - Parameter rates: by class, questions in a second if all hours of the day were alike, times 24.
  private mutating func ask(_ rates: [Double]) {
    let population = forecaster.population
    let offsetDay = day ?? forecaster.start ?? CivilDate(dayNumber: 20_000)
    let offsets = population.zones.map { forecaster.offsets($0, offsetDay) }
    let steady = value(model.load.steady, or: 0)
    let popularities = model.caches.map { cache -> Popularity? in
      guard case .kept(_, let items, let skew) = cache.kind else { return nil }
      return Popularity(items: Int(min(1e9, max(1, values[items]))), exponent: values[skew])
    }
    let servers = population.classes.map { server(of: $0) }
    var asked = [Double](repeating: 0, count: population.classes.count)
    for hour in 0..<24 {
      for (index, kind) in population.classes.enumerated() {
        asked[index] = rates[index] * share(ofHour: hour, offset: offsets[kind.zone])
      }
      let missed = pass(asked, popularities)
      for index in asked.indices {
        guard let cell = servers[index], asked[index] > 0 else { continue }
        result.cells[cell].hours[hour].questions += asked[index]
        result.cells[cell].hours[hour].calls += missed[index]
        result.cells[cell].hours[hour].hits += asked[index] - missed[index]
      }
      // Canaries are there to measure what lies behind the caches.
      for cell in result.cells.indices where !lost.contains(cell) {
        result.cells[cell].hours[hour].questions += steady
        result.cells[cell].hours[hour].calls += steady
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

  /// What is left of the questions of each class behind all caches.
  private func pass(_ asked: [Double], _ popularities: [Popularity?]) -> [Double] {
    let population = forecaster.population
    var left = asked
    for (number, cache) in model.caches.enumerated() {
      switch cache.kind {
      case .fixed(let hits):
        for index in left.indices { left[index] *= 1 - min(1, values[hits]) }
      case .similar(let recall, let paraphrases):
        // h' = h + recall (1 − h) paraphrases: of what is left, this share stays.
        for index in left.indices { left[index] *= 1 - min(1, values[recall] * values[paraphrases]) }
      case .kept(let lifetime, _, _):
        var shared = [Double](repeating: 0, count: population.partitionCounts[number])
        for (index, kind) in population.classes.enumerated() { shared[kind.partitions[number]] += left[index] }
        let hits = shared.map { popularities[number]?.hitShare(rate: $0, lifetime: values[lifetime]) ?? 0 }
        for (index, kind) in population.classes.enumerated() { left[index] *= 1 - hits[kind.partitions[number]] }
      }
    }
    return left
  }
}
