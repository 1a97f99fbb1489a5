import Runbooks

extension Evaluation {
  /// What every component costs in a second: over a mean week, and on the day that is asked about.
  mutating func bill() {
    let usual = costs(hours: result.mean)
    result.costs = usual
    result.dayCost = hasWeekday ? costs(hours: result.hours) { $0.hours }.reduce(0, +) : result.cost
    var canaries = 0.0
    for line in wiring.lines.joined() {
      guard let counter = line.counts, counter == .questions || counter == .calls, line.keeps == nil else { continue }
      canaries += result.canaries * line.each(values)
    }
    result.canaryCost = canaries
  }

  /// What every component costs in a second over some hours.
  ///
  /// - `paid`: the hours of a cell by which units are paid that scale; without it those that a mean week pays.
  private func costs(hours: [FlowRates], paid by: ((CellLoad) -> [FlowRates])? = nil) -> [Double] {
    model.components.indices.map { index in
      guard let by else { return cost(of: index, result.loads(of: index), hours: hours) }
      let loads = result.loads(of: index).map { load in
        var load = load
        let cell = carried(by: load)
        load.paid = paid(load, hours: by(cell), lying: cell)
        return load
      }
      return cost(of: index, loads, hours: hours)
    }
  }

  /// What one component costs in a second, with these loads.
  func cost(of index: Int, _ loads: some Sequence<ComponentLoad>, hours: [FlowRates]? = nil) -> Double {
    let hours = hours ?? result.mean
    var sum = 0.0
    for line in wiring.lines[index] {
      guard let counter = line.counts else {
        let units = loads.reduce(0) { $0 + $1.paid * Double($1.locations) }
        sum += units * line.price.each(values)
        continue
      }
      if counter.isFlow, line.keeps == nil {
        let mean = hours.reduce(0) { $0 + $1[counter] } / Double(max(1, hours.count))
        sum += mean * line.each(values, amount: line.amount.map { amount($0) })
      } else {
        sum += lying(counter, line, isShared: wiring.units[index].isShared) * line.each(values)
      }
    }
    return sum
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
    return costs(hours: window(result.mean)) { window($0.mean) }.reduce(0, +) * seconds
  }

  private func asked(from start: Int, hours: Int) -> Double {
    (0..<hours).reduce(0) { $0 + result.mean[(start + $1) % 24].questions }
  }
}
