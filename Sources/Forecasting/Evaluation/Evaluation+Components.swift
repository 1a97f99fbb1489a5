import Quantities
import Runbooks

extension Evaluation {
  /// What every component needs, in each cell or for all of them.
  mutating func size() {
    for (index, component) in model.components.enumerated() {
      if component.isShared {
        let all = result.cells.reduce(CellLoad(name: "", stocks: result.stocks.map { _ in 0 })) { sum, cell in
          var sum = sum
          sum.targets += cell.targets
          sum.users += cell.users
          for stock in sum.stocks.indices { sum.stocks[stock] += cell.stocks[stock] }
          for hour in sum.hours.indices { sum.hours[hour] = sum.hours[hour] + cell.hours[hour] }
          return sum
        }
        result.components.append(load(of: component, index, cell: nil, carrying: all, locations: 1))
      } else {
        for cell in result.cells.indices where !lost.contains(cell) {
          let locations = model.cells.by == nil ? 1 : max(1, model.cells.places[cell].locations.count)
          result.components.append(
            load(of: component, index, cell: cell, carrying: result.cells[cell], locations: locations))
        }
      }
    }
  }

  private func load(
    of component: ComponentModel, _ index: Int, cell: Int?, carrying cellLoad: CellLoad, locations: Int
  ) -> ComponentLoad {
    var result = ComponentLoad(component: index, cell: cell, locations: locations)
    // When one location is lost, the others carry all.
    let part = 1 / Double(max(1, locations - 1))
    // Without a day it is the busiest one that has to be carried.
    let peak = values[model.load.peak] * (hasWeekday ? 1 : model.load.week.max() ?? 1)
    // Each need looks at one flow, and grows with it.
    let fullest = FlowRates(
      questions: cellLoad.hours.map(\.questions).max() ?? 0, hits: cellLoad.hours.map(\.hits).max() ?? 0,
      calls: cellLoad.peakCalls)
    for (number, need) in component.needs.enumerated() {
      var most = units(of: need, at: fullest, stocks: cellLoad, factor: part * peak)
      // Limits on rates are charged at once, and count by the minute; slots can make a burst wait.
      if !need.isSlots {
        most = max(most, units(of: need, at: burst(in: cellLoad), stocks: cellLoad, factor: part))
      }
      if most > result.need { (result.need, result.decides) = (most, number) }
    }
    result.units = provided(component, need: result.need)
    result.granted = value(component.quota)
    // What can be asked for in time is no limit; the plan says until when.
    result.limit = [component.grantedIn == nil ? result.granted : nil, value(component.most)].compactMap { $0 }.min()
    guard component.scales else {
      result.paid = result.units
      return result
    }
    // By the hour each location is paid for what it carries, and all of them carry the load together.
    let shared = 1 / Double(locations)
    let hourly = cellLoad.hours.map { rates in
      provided(
        component,
        need: component.needs.map { units(of: $0, at: rates, stocks: cellLoad, factor: shared * peak) }.max() ?? 0)
    }
    result.paid = hourly.reduce(0, +) / 24
    return result
  }

  /// The burst of a cell as the mean of the minute that it falls into. Caches do not count: after a flush it must be
  /// admitted, too.
  private func burst(in cell: CellLoad) -> FlowRates {
    guard let burst = model.load.burst else { return FlowRates() }
    let asked =
      values[burst.rate] * values[model.load.surge] * min(1, values[burst.lasts] / 60)
      * forecaster.part(
        of: cell.users, values: values)
    return FlowRates(questions: asked, calls: asked)
  }

  /// Whole units: the need and the spare ones, at least the fewest, in steps.
  private func provided(_ component: ComponentModel, need: Double) -> Double {
    guard need.isFinite else { return .infinity }
    let wanted = max(Double(component.least), need.rounded(.up) + (need > 0 ? Double(component.spare) : 0))
    let step = Double(component.step)
    return (wanted / step).rounded(.up) * step
  }

  /// The units that a need asks for at some rates.
  private func units(
    of need: ComponentModel.Need, at rates: FlowRates, stocks: CellLoad, factor: Double
  ) -> Double {
    switch need {
    case .carried(let takings, let each):
      guard let first = takings.first.flatMap({ model.taking($0.value) }), values[each] > 0 else { return 0 }
      let amount = takings.reduce(0) { $0 + value(model.taking($1.value)?.number, or: 0) }
      return amount * counted(first.of.value, at: rates, stocks: stocks, factor: factor) / values[each]
    case .counted(let of, let each):
      guard values[each] > 0 else { return 0 }
      return counted(of.value, at: rates, stocks: stocks, factor: factor) / values[each]
    case .slots(let of, let each, let holds, _, let waiting):
      guard let time = value(model.taking(holds.value)?.number), values[each] > 0 else { return 0 }
      let load = counted(of.value, at: rates, stocks: stocks, factor: factor) * time
      guard let servers = Erlang.servers(load: load, waitingAtMost: max(1e-9, values[waiting])) else {
        return .infinity
      }
      return Double(servers) / values[each]
    }
  }

  /// A flow, with its factor, or a stock, which every location has whole.
  func counted(_ name: String, at rates: FlowRates, stocks cell: CellLoad, factor: Double) -> Double {
    switch name {
    case "questions": return rates.questions * factor
    case "hits": return rates.hits * factor
    case "calls": return rates.calls * factor
    case "users": return cell.users
    case "targets": return cell.targets
    default:
      return model.load.stocks.firstIndex { $0.name.value == name }.map { cell.stocks[$0] } ?? 0
    }
  }

  // MARK: - The bill

  /// What every component costs in a second.
  mutating func bill() {
    result.costs = model.components.indices.map { index in
      let component = model.components[index]
      return component.costs.reduce(0) { $0 + cost(of: $1, component: index, isShared: component.isShared) }
    }
  }

  private func cost(of line: ComponentModel.Cost, component: Int, isShared: Bool) -> Double {
    guard let price = model.prices.first(where: { $0.id.value == line.price.value }) else { return 0 }
    let rate = model.rates.first { $0.currency == price.currency }.map { values[$0.number] } ?? 1
    let sum = values[price.number] * rate / price.per
    if line.of.value == "units" {
      let units = result.components.filter { $0.component == component }.reduce(0) {
        $0 + $1.paid * Double($1.locations)
      }
      return units * sum / (price.time ?? 1)
    }
    let taking = model.taking(line.of.value)
    let name = taking?.of.value ?? line.of.value
    let amount = value(taking?.number, or: 1)
    if Counted.flows.contains(name) {
      let mean = result.hours.reduce(0) { $0 + counted(name, at: $1, stocks: CellLoad(name: ""), factor: 1) } / 24
      return mean * amount * sum
    }
    // What lies there lies in every location of its cell.
    let lying = result.cells.enumerated().reduce(0.0) { total, cell in
      // Users are not copied with the data.
      let isOnce = isShared || model.cells.by == nil || ["users", "targets"].contains(name)
      let copies = isOnce ? 1 : max(1, model.cells.places[cell.offset].locations.count)
      return total + counted(name, at: FlowRates(), stocks: cell.element, factor: 1) * Double(copies)
    }
    return lying * amount * sum / (price.time ?? 1)
  }
}

extension ComponentModel.Need {
  /// Whether requests hold slots, and a burst waits rather than being refused.
  var isSlots: Bool { if case .slots = self { true } else { false } }
}
