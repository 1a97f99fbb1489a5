import Runbooks

extension Evaluation {
  /// What every component costs in a second: over a mean week, and on the day that is asked about.
  mutating func bill() {
    result.costs = model.components.indices.map { cost(of: $0, result.loads(of: $0)) }
    result.dayCost = result.cost
    if hasWeekday {
      result.dayCost = model.components.indices.reduce(0) { sum, index in
        let loads = result.loads(of: index).map { load in
          var load = load
          let cell = carried(by: load)
          load.paid = paid(index, load, hours: cell.hours, lying: cell)
          return load
        }
        return sum + cost(of: index, loads, hours: result.hours)
      }
    }
    result.canaryCost = wiring.lines.joined().reduce(0) { sum, line in
      guard let counter = line.counts, counter == .questions || counter == .calls, line.keeps == nil else {
        return sum
      }
      return sum + result.canaries * line.each(values)
    }
  }

  /// What one component costs in a second, with these loads.
  func cost(of index: Int, _ loads: some Sequence<ComponentLoad>, hours: [FlowRates]? = nil) -> Double {
    let hours = hours ?? result.mean
    return wiring.lines[index].reduce(0) { sum, line in
      guard let counter = line.counts else {
        let units = loads.reduce(0) { $0 + $1.paid * Double($1.locations) }
        return sum + units * line.price.each(values)
      }
      if counter.isFlow, line.keeps == nil {
        let mean = hours.reduce(0) { $0 + $1[counter] } / Double(max(1, hours.count))
        return sum + mean * line.each(values, amount: line.amount.map { amount($0) })
      }
      return sum + lying(counter, line, isShared: model.components[index].isShared) * line.each(values)
    }
  }

  /// What lies there lies in every location of its cell; users are not copied with the data.
  private func lying(_ counter: Counter, _ line: Wiring.Line, isShared: Bool) -> Double {
    let isOnce = isShared || model.cells.by == nil || counter == .users || counter == .targets
    return result.cells.enumerated().reduce(0.0) { total, cell in
      var amount = counted(counter, at: FlowRates(), lying: cell.element, factor: 1)
      if counter.isFlow, let keeps = line.keeps {
        amount = cell.element.mean.reduce(0) { $0 + $1[counter] } / 24 * values[keeps]
      }
      return total + amount * Double(isOnce ? 1 : locations(of: cell.offset))
    }
  }

  /// What everything costs in some time, put where most is asked: what is used at the rates of those hours, units that
  /// scale as those hours need them, and the rest for that time. For more than a day, as long as a mean day.
  ///
  /// - `isCold`: whether caches answer nothing.
  func cost(during seconds: Double, isCold: Bool) -> Double {
    guard seconds > 0, seconds.isFinite else { return 0 }
    if isCold, !kept.isEmpty {
      var empty = self
      empty.kept = []
      return empty.cost(during: seconds, isCold: true)
    }
    let count = Int(min(24, max(1, (seconds / 3_600).rounded(.up))))
    let start =
      (0..<24).max { first, second in
        asked(from: first, hours: count) < asked(from: second, hours: count)
      } ?? 0
    func window(_ hours: [FlowRates]) -> [FlowRates] {
      (0..<count).map { offset in
        var rates = hours[(start + offset) % 24]
        if isCold { (rates.calls, rates.hits) = (rates.questions, 0) }
        return rates
      }
    }
    let sum = model.components.indices.reduce(0.0) { sum, index in
      let loads = result.loads(of: index).map { load in
        var load = load
        let cell = carried(by: load)
        load.paid = paid(index, load, hours: window(cell.mean), lying: cell)
        return load
      }
      return sum + cost(of: index, loads, hours: window(result.mean))
    }
    return sum * seconds
  }

  private func asked(from start: Int, hours: Int) -> Double {
    (0..<hours).reduce(0) { $0 + result.mean[(start + $1) % 24].questions }
  }
}
