import Quantities
import Runbooks

extension Evaluation {
  /// What every component needs, in each cell, in each zone, or for all of them.
  mutating func size() {
    var offsets = [0]
    offsets.reserveCapacity(model.components.count + 1)
    for index in model.components.indices {
      result.components += loads(of: index)
      offsets.append(result.components.count)
    }
    result.offsets = offsets
    result.burstRate = burst(in: Array(result.cells.indices))
  }

  /// The loads of one component.
  func loads(of index: Int) -> [ComponentLoad] {
    let component = model.components[index]
    if component.isShared { return [load(of: index, ComponentLoad(component: index, cell: nil))] }
    guard component.pool == .zone, model.cells.by != nil else {
      return result.cells.indices.filter { !lost.contains($0) }.map { cell in
        load(of: index, ComponentLoad(component: index, cell: cell, locations: locations(of: cell)))
      }
    }
    return wiring.zones.compactMap { zone in
      guard zone.cells.contains(where: { !lost.contains($0) }) else { return nil }
      var pool = ComponentLoad(component: index, cell: nil)
      pool.zone = zone.name
      return load(of: index, pool)
    }
  }

  /// What a load carries.
  func carried(by load: ComponentLoad) -> CellLoad {
    load.cell == nil && load.zone == nil ? whole : forecaster.carried(by: load, in: result)
  }

  func locations(of cell: Int) -> Int {
    model.cells.by == nil ? 1 : max(1, model.cells.places[cell].locations.count)
  }

  private func load(of index: Int, _ empty: ComponentLoad) -> ComponentLoad {
    var result = empty
    let component = model.components[index]
    let cell = carried(by: empty)
    result.burstRate = burst(in: forecaster.cells(of: empty))
    let burst = FlowRates(questions: result.burstRate, calls: result.burstRate)
    // When one location is lost, the others carry all.
    let part = 1 / Double(max(1, result.locations - 1))
    // The fullest minute of the busiest day; each need looks at one flow, and grows with it.
    let fullest = FlowRates.fullest(cell.busy)
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
    result.units = provided(component, need: result.need)
    result.granted = value(component.quota)
    var limits = [component.grantedIn == nil ? result.granted : nil, value(component.most)].compactMap { $0 }
    if let partitions = component.partitions {
      for need in wiring.partitionNeeds[index] {
        let peak = units(of: need, at: fullest, lying: cell, factor: part * values[model.load.peak])
        result.partitionNeed = max(result.partitionNeed, peak)
      }
      let largest = partitions.sizes.last.map(Double.init) ?? 1
      result.partitionLimit = largest
      result.partitions =
        partitions.sizes.map(Double.init).first { $0 >= result.partitionNeed } ?? result.partitionNeed.rounded(.up)
      if let most = partitions.mostUnits {
        limits.append((Double(most) / min(result.partitions, largest)).rounded(.down))
      }
    }
    // What can be asked for in time is no limit; the plan says until when.
    result.limit = limits.min()
    result.paid = paid(index, result, hours: cell.mean, lying: cell)
    return result
  }

  /// The units of a location that are paid over a day of such hours, partitions included.
  func paid(_ index: Int, _ load: ComponentLoad, hours: [FlowRates], lying cell: CellLoad) -> Double {
    let component = model.components[index]
    let floor = value(component.billedFrom, or: 0) * value(component.most, or: 0)
    guard component.scales else { return max(load.units, floor) * load.partitions }
    // By the hour each location is paid for what it carries, and all of them carry the load together.
    let factor = values[model.load.peak] / Double(load.locations)
    let sum = hours.reduce(0) { sum, rates in
      let need = wiring.needs[index].map { units(of: $0, at: rates, lying: cell, factor: factor) }.max() ?? 0
      return sum + max(floor, provided(component, need: need))
    }
    return sum / Double(max(1, hours.count)) * load.partitions
  }

  /// The burst of those who are live in some cells, in questions in a second. Caches do not count: after a flush it
  /// must be carried, too.
  private func burst(in cells: [Int]) -> Double {
    guard let burst = model.load.burst else { return 0 }
    let population = forecaster.population
    let each = value(model.load.usersEach)
    let users = cells.reduce(0) { sum, cell in
      guard !lost.contains(cell) else { return sum }
      let all = each.map { $0 * population.cellTargets[cell] } ?? population.cellUsers[cell]
      return sum + (isTest ? all : result.cells[cell].users)
    }
    let everybody = each.map { $0 * Double(population.count) } ?? population.allUsers
    // A load test sends what it is told to send, whatever else comes.
    let surge = isTest ? 1 : values[model.load.surge]
    return everybody > 0 ? values[burst.rate] * surge * users / everybody : 0
  }

  /// Whole units: the need and the spare ones, at least the fewest, in steps.
  private func provided(_ component: ComponentModel, need: Double) -> Double {
    guard need.isFinite else { return .infinity }
    // What is a whole number but for the last bit is one.
    let whole = (need * (1 - 1e-12)).rounded(.up)
    let wanted = max(Double(component.least), whole + (need > 0 ? Double(component.spare) : 0))
    let step = Double(component.step)
    return (wanted / step).rounded(.up) * step
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
