import Quantities
import Runbooks

extension Evaluation {
  /// What every component needs, in each cell, in each zone, or for all of them.
  ///
  /// - Returns: the loads; for each component its first place among them, and the end of all; and the burst of all.
  func sized() -> (loads: [ComponentLoad], offsets: [Int], burst: Double) {
    let sizing = Sizing(self)
    var (offsets, found) = ([0], [ComponentLoad]())
    offsets.reserveCapacity(model.components.count + 1)
    for index in model.components.indices {
      add(loadsOf: index, sizing, to: &found)
      offsets.append(found.count)
    }
    return (found, offsets, sizing.burst)
  }

  /// Adds the loads of one component.
  func add(loadsOf index: Int, _ sizing: Sizing, to loads: inout [ComponentLoad]) {
    if wiring.units[index].isShared {
      return loads.append(load(ComponentLoad(component: index, cell: nil), sizing))
    }
    guard wiring.units[index].isPool else {
      for cell in result.cells.indices where !lost.contains(cell) {
        loads.append(load(ComponentLoad(component: index, cell: cell, locations: locations(of: cell)), sizing))
      }
      return
    }
    for zone in wiring.zones where zone.cells.contains(where: { !lost.contains($0) }) {
      var pool = ComponentLoad(component: index, cell: nil)
      pool.zone = zone.name
      loads.append(load(pool, sizing))
    }
  }

  /// What a load carries.
  func carried(by load: ComponentLoad) -> CellLoad {
    if let cell = load.cell { return result.cells[cell] }
    return load.zone.flatMap { wiring.zonePlaces[$0] }.map { zones[$0] } ?? whole
  }

  func locations(of cell: Int) -> Int {
    model.cells.by == nil ? 1 : max(1, model.cells.places[cell].locations.count)
  }

  private func load(_ empty: ComponentLoad, _ sizing: Sizing) -> ComponentLoad {
    var result = empty
    let (index, unit) = (empty.component, wiring.units[empty.component])
    let cell = carried(by: empty)
    result.burstRate = sizing.burst(of: empty, wiring)
    let burst = FlowRates(questions: result.burstRate, calls: result.burstRate)
    // When one location is lost, the others carry all.
    let part = 1 / Double(max(1, result.locations - 1))
    // The fullest minute of the busiest day; each need looks at one flow, and grows with it.
    let fullest = sizing.fullest(of: empty, wiring)
    let lasts = model.load.burst.map { values[$0.lasts] } ?? 0
    for (number, need) in wiring.needs[index].enumerated() {
      let peak = units(of: need, at: fullest, lying: cell, factor: part * values[model.load.peak])
      // What is counted by the second has to carry the second of a burst, on empty caches.
      let share = min(1, lasts / need.window)
      let sudden = units(of: need, at: burst, lying: cell, factor: part * share, isCold: true)
      if need.counts.isFlow { result.burst = max(result.burst, sudden) }
      if max(peak, sudden) > result.need {
        (result.need, result.decides, result.isBurst) = (max(peak, sudden), number, sudden > peak)
      }
    }
    result.units = provided(unit, need: result.need)
    result.granted = value(unit.quota)
    // What can be asked for in time is no limit; the plan says until when.
    var limit = unit.isGranted ? nil : result.granted
    if let most = value(unit.most) { limit = min(most, limit ?? most) }
    if let partitions = model.components[index].partitions {
      for need in wiring.partitionNeeds[index] {
        let peak = units(of: need, at: fullest, lying: cell, factor: part * values[model.load.peak])
        result.partitionNeed = max(result.partitionNeed, peak)
      }
      let largest = partitions.sizes.last.map(Double.init) ?? 1
      result.partitionLimit = largest
      result.partitions =
        partitions.sizes.map(Double.init).first { $0 >= result.partitionNeed } ?? result.partitionNeed.rounded(.up)
      if let most = partitions.mostUnits {
        let replicas = (Double(most) / min(result.partitions, largest)).rounded(.down)
        limit = min(replicas, limit ?? replicas)
      }
    }
    result.limit = limit
    result.paid = paid(result, hours: cell.mean, lying: cell)
    return result
  }

  /// The units of a location that are paid over a day of such hours, partitions included.
  func paid(_ load: ComponentLoad, hours: some Sequence<FlowRates>, lying cell: CellLoad) -> Double {
    let unit = wiring.units[load.component]
    let floor = value(unit.billedFrom, or: 0) * value(unit.most, or: 0)
    guard unit.scales else { return max(load.units, floor) * load.partitions }
    // By the hour each location is paid for what it carries, and all of them carry the load together.
    let factor = values[model.load.peak] / Double(load.locations)
    var (sum, count) = (0.0, 0)
    for rates in hours {
      var most: Double?
      for need in wiring.needs[load.component] {
        let units = units(of: need, at: rates, lying: cell, factor: factor)
        most = max(most ?? units, units)
      }
      sum += max(floor, provided(unit, need: most ?? 0))
      count += 1
    }
    return sum / Double(max(1, count)) * load.partitions
  }

  /// Whole units: the need and the spare ones, at least the fewest, in steps.
  private func provided(_ unit: Wiring.Unit, need: Double) -> Double {
    guard need.isFinite else { return .infinity }
    // What is a whole number but for the last bit is one.
    let whole = (need * (1 - 1e-12)).rounded(.up)
    let wanted = max(unit.least, whole + (need > 0 ? unit.spare : 0))
    return (wanted / unit.step).rounded(.up) * unit.step
  }

  /// The units that a need asks for at some rates; on empty caches nothing of an amount is saved.
  func units(
    of need: Wiring.Need, at rates: FlowRates, lying cell: CellLoad, factor: Double, isCold: Bool = false
  ) -> Double {
    guard values[need.each] > 0 else { return 0 }
    let count = counted(need.counts, at: rates, lying: cell, factor: factor)
    guard let slots = need.slots else {
      let taken = need.amounts.isEmpty ? 1 : need.amounts.reduce(0) { $0 + (isCold ? values[$1] : amount($1)) }
      return count * taken / values[need.each]
    }
    let waiting = max(1e-9, values[slots.waiting])
    guard let servers = Erlang.servers(load: count * values[slots.holds], waitingAtMost: waiting) else {
      return .infinity
    }
    return Double(servers) / values[need.each]
  }

  /// A flow, with its factor, or a stock, which every location has whole.
  func counted(_ counter: Counter, at rates: FlowRates, lying cell: CellLoad, factor: Double) -> Double {
    switch counter {
    case .questions, .hits, .calls: rates[counter] * factor
    case .users: cell.users
    case .targets: cell.targets
    case .stock(let number): cell.stocks[number]
    case .nothing: 0
    }
  }
}

/// What the loads of all components are sized with: the burst of each cell, and the fullest hours.
struct Sizing {
  /// By cell, those whose burst comes; nobody where it is lost.
  private let people: [Double]
  /// What each of them sends, in questions in a second, as a sum that is divided last: rate × surge, and everybody.
  private let rate: (all: Double, everybody: Double)
  private let cells: [FlowRates]
  private let zones: [FlowRates]
  private let whole: FlowRates

  init(_ evaluation: Evaluation) {
    let (model, values, population) = (evaluation.model, evaluation.values, evaluation.forecaster.population)
    cells = evaluation.result.cells.map { FlowRates.fullest($0.busy) }
    zones = evaluation.zones.map { FlowRates.fullest($0.busy) }
    whole = FlowRates.fullest(evaluation.whole.busy)
    let each = evaluation.value(model.load.usersEach)
    people = evaluation.result.cells.enumerated().map { cell, load in
      guard !evaluation.lost.contains(cell) else { return 0 }
      guard evaluation.isTest else { return load.users }
      return each.map { $0 * population.cellTargets[cell] } ?? population.cellUsers[cell]
    }
    let everybody = each.map { $0 * Double(population.count) } ?? population.allUsers
    // A load test sends what it is told to send, whatever else comes.
    let surge = evaluation.isTest ? 1 : values[model.load.surge]
    rate = (model.load.burst.map { values[$0.rate] * surge } ?? 0, everybody)
  }

  /// The burst of those who are live, in questions in a second. Caches do not count: after a flush it must be carried,
  /// too.
  var burst: Double { burst(people.reduce(0, +)) }

  func burst(of load: ComponentLoad, _ wiring: Wiring) -> Double {
    if let cell = load.cell { return burst(people[cell]) }
    guard let zone = load.zone.flatMap({ wiring.zonePlaces[$0] }) else { return burst }
    return burst(wiring.zones[zone].cells.reduce(0) { $0 + people[$1] })
  }

  private func burst(_ people: Double) -> Double { rate.everybody > 0 ? rate.all * people / rate.everybody : 0 }

  /// The fullest hour of what a load carries, flow by flow.
  func fullest(of load: ComponentLoad, _ wiring: Wiring) -> FlowRates {
    if let cell = load.cell { return cells[cell] }
    return load.zone.flatMap { wiring.zonePlaces[$0] }.map { zones[$0] } ?? whole
  }
}
