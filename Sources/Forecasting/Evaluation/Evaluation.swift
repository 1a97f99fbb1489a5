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
    size()
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

  /// - Parameters:
  ///   - rates: by class, questions in a second if all hours of a mean day were alike, times 24.
  ///   - servers: by class, the cell that serves it.
  private mutating func ask(_ rates: [Double], of servers: [Int?]) {
    let population = forecaster.population
    let offsetDay = day ?? forecaster.start ?? CivilDate(dayNumber: 20_000)
    let shares = population.zones.map { zone in
      let offset = forecaster.offsets(zone, offsetDay)
      return (0..<24).map { share(ofHour: $0, offset: offset) }
    }
    var curves = model.caches.map { cache -> HitCurve? in
      guard case .kept(let lifetime, let items, let skew) = cache.kind else { return nil }
      let popularity = Popularity(items: Int(min(1e9, max(1, values[items]))), exponent: values[skew])
      return HitCurve(popularity, lifetime: values[lifetime])
    }
    var saved = [Double](repeating: 0, count: model.caches.count)
    let mean = flows(rates, shares, servers, &curves, &saved)
    keep(saved, of: mean)
    let busiest = model.load.week.max() ?? 1
    let busy = busiest == 1 ? mean : flows(rates.map { $0 * busiest }, shares, servers, &curves, &saved)
    let today = day.flatMap { hasWeekday ? model.load.week[$0.weekday - 1] : nil } ?? 1
    let hours =
      today == 1 ? mean : today == busiest ? busy : flows(rates.map { $0 * today }, shares, servers, &curves, &saved)
    for cell in result.cells.indices {
      result.cells[cell].hours = hours[cell]
      result.cells[cell].mean = mean[cell]
      result.cells[cell].busy = busy[cell]
    }
    let cells = Double(result.cells.count - lost.count)
    result.weekday = hasWeekday ? day?.weekday : nil
    result.canaries = value(model.load.steady, or: 0) * cells
  }

  /// By cell and hour: what is asked, what caches answer, and what goes on.
  private func flows(
    _ rates: [Double], _ shares: [[Double]], _ servers: [Int?], _ curves: inout [HitCurve?], _ saved: inout [Double]
  ) -> [[FlowRates]] {
    let zones = forecaster.population.zoneOf
    let steady = value(model.load.steady, or: 0)
    var cells = [[FlowRates]](repeating: FlowRates.none, count: result.cells.count)
    var asked = rates
    var left = rates
    for hour in 0..<24 {
      var any = 0.0
      for index in zones.indices {
        asked[index] = servers[index] == nil ? 0 : rates[index] * shares[zones[index]][hour]
        left[index] = asked[index]
        any += asked[index]
      }
      if any > 0 {
        pass(asked, &left, &curves, &saved)
        for index in asked.indices where asked[index] > 0 {
          guard let cell = servers[index] else { continue }
          cells[cell][hour].questions += asked[index]
          cells[cell][hour].calls += left[index]
          cells[cell][hour].hits += asked[index] - left[index]
        }
      }
      // Canaries are there to measure what lies behind the caches.
      for cell in cells.indices where !lost.contains(cell) {
        cells[cell][hour].questions += steady
        cells[cell][hour].calls += steady
      }
    }
    return cells
  }

  /// The share of a local day that falls into an hour of UTC, zones with half hours included.
  private func share(ofHour hour: Int, offset: Int) -> Double {
    let minutes = ((hour * 60 + offset / 60) % 1_440 + 1_440) % 1_440
    let (local, rest) = (minutes / 60, Double(minutes % 60) / 60)
    let profile = model.load.profile
    return profile[local] * (1 - rest) + profile[(local + 1) % 24] * rest
  }

  /// What caches save of amounts, by how many of a day's calls they know: canaries are calls that none knows.
  private mutating func keep(_ saved: [Double], of cells: [[FlowRates]]) {
    guard wiring.saves.contains(where: { !$0.isEmpty }) else { return }
    let calls = cells.joined().reduce(0) { $0 + $1.calls }
    kept = [Double](repeating: 1, count: values.count)
    for (cache, numbers) in wiring.saves.enumerated() where calls > 0 {
      for number in numbers { kept[number] *= 1 - saved[cache] / calls }
    }
    result.kept = kept
  }

  /// An amount, without what caches save of it.
  func amount(_ number: ForecastModel.Number) -> Double {
    kept.isEmpty ? values[number] : values[number] * kept[number]
  }

  /// Takes what all caches answer off the questions of each class, and counts what those know that save something.
  private func pass(
    _ asked: [Double], _ left: inout [Double], _ curves: inout [HitCurve?], _ saved: inout [Double]
  ) {
    let population = forecaster.population
    for number in model.caches.indices {
      guard wiring.saves[number].isEmpty else {
        saved[number] += known(asked, left, number, &curves)
        continue
      }
      switch model.caches[number].kind {
      case .fixed(let hits):
        let stays = 1 - min(1, values[hits])
        for index in left.indices { left[index] *= stays }
      case .similar(let recall, let paraphrases):
        // h' = h + recall (1 − h) paraphrases: of what is left, this share stays.
        let stays = 1 - min(1, values[recall] * values[paraphrases])
        for index in left.indices { left[index] *= stays }
      case .kept:
        let partitions = population.partitionOf[number]
        var shared = [Double](repeating: 0, count: population.partitionCounts[number])
        for index in left.indices { shared[partitions[index]] += left[index] }
        for partition in shared.indices { shared[partition] = curves[number]?.share(rate: shared[partition]) ?? 0 }
        for index in left.indices { left[index] *= 1 - shared[partitions[index]] }
      }
    }
  }

  /// The questions that a cache knows which does not answer them, of those that are left by caches that do.
  ///
  /// What was asked before is known to both: one that keeps for longer knows what it would know alone, less what was
  /// answered, and one that keeps for less knows nothing more.
  private func known(_ asked: [Double], _ left: [Double], _ number: Int, _ curves: inout [HitCurve?]) -> Double {
    let sum = left.reduce(0, +)
    switch model.caches[number].kind {
    case .fixed(let hits): return sum * min(1, values[hits])
    case .similar(let recall, let paraphrases): return sum * min(1, values[recall] * values[paraphrases])
    case .kept:
      var shared = [(asked: Double, left: Double)](
        repeating: (0, 0), count: forecaster.population.partitionCounts[number])
      for (index, partition) in forecaster.population.partitionOf[number].enumerated() {
        shared[partition].asked += asked[index]
        shared[partition].left += left[index]
      }
      return shared.reduce(0) { sum, part in
        let alone = part.asked * (curves[number]?.share(rate: part.asked) ?? 0)
        return sum + max(0, alone - (part.asked - part.left))
      }
    }
  }
}
