import Runbooks

/// What is counted: a flow in a second, or what lies there.
enum Counter: Hashable, Sendable {
  case questions, hits, calls
  case users, targets
  case stock(Int)
  /// A name that nothing has.
  case nothing

  var isFlow: Bool {
    switch self {
    case .questions, .hits, .calls: true
    default: false
    }
  }
}

/// A model with every name looked up, so that evaluating it a thousand times compares no text.
struct Wiring: Sendable {
  typealias Number = ForecastModel.Number

  /// What limits a component, or one of its partitions.
  struct Need: Sendable {
    var counts: Counter
    /// The amounts that add up; none where the thing itself counts.
    var amounts: [Number]
    /// What one unit carries, or how many slots it has.
    var each: Number
    /// The time over which the seller counts, in seconds.
    var window: Double
    /// For requests that hold slots.
    var slots: Slots?
  }

  /// How requests hold slots.
  struct Slots: Sendable {
    var holds: Number
    var variation: Number
    var waiting: Number
  }

  /// A price with its rate to the model's currency.
  struct Price: Sendable {
    var number: Number
    var rate: Number?
    var per: Double
    var time: Double?

    /// For one of what it buys, in the model's currency; for what is bought by time, in a second.
    func each(_ values: [Double]) -> Double {
      values[number] * (rate.map { values[$0] } ?? 1) / per / (time ?? 1)
    }
  }

  /// A line of the bill.
  struct Line: Sendable {
    /// What is counted; `nil` for units.
    var counts: Counter?
    /// How much of it each takes; `nil` for one.
    var amount: Number?
    var keeps: Number?
    var price: Price
    var from: Double?
    var steps: Double?
    var gets: Number?
    var otherwise: Price?
  }

  /// How a component comes in units: what is looked up for each of its loads.
  struct Unit: Sendable {
    let isShared: Bool
    /// Whether the cells of a zone share one pool.
    let isPool: Bool
    let least: Double
    let spare: Double
    let step: Double
    let scales: Bool
    let most: Number?
    let billedFrom: Number?
    let quota: Number?
    /// Whether more than the quota can be asked for.
    let isGranted: Bool

    init(_ component: ComponentModel, hasCells: Bool) {
      isShared = component.isShared
      isPool = component.pool == .zone && hasCells
      (least, spare, step) = (Double(component.least), Double(component.spare), Double(component.step))
      (scales, most, billedFrom) = (component.scales, component.most, component.billedFrom)
      (quota, isGranted) = (component.quota, component.grantedIn != nil)
    }
  }

  let units: [Unit]
  var needs: [[Need]] = []
  var partitionNeeds: [[Need]] = []
  var lines: [[Line]] = []
  var provisioned: [Price?] = []
  let figures: [FigureName]
  /// The most likely values.
  let values: [Double]
  let components: [String: Int]
  let takings: [String: Int]
  let stocks: [String: Int]
  let prices: [String: Int]
  /// For each taking, what takes it.
  let takers: [Counter]
  /// What calls take and the bill charges, by unit.
  var charged: [String: [Int]] = [:]
  /// The times that a flow takes, each with the variation that is written where a slot is held for it.
  var times: [Counter: [(number: Number, variation: Number?)]] = [:]
  /// The needs that are slots, by component and place in it.
  var slotted: [(component: Int, need: Int)] = []
  /// For each cache, the amounts that a hit saves; none where it answers.
  let saves: [[Number]]
  /// The amounts that some line of the bill charges.
  var isCharged: Set<String> = []
  /// The zones of the cells, in their order, each with its cells.
  let zones: [(name: String, cells: [Int])]
  /// Whether some component is a pool of a zone.
  var hasPools: Bool { units.contains { $0.isPool && !$0.isShared } }
  /// The place of each zone in ``zones``.
  let zonePlaces: [String: Int]

  init(_ model: ForecastModel) {
    figures = model.figures
    values = model.values
    func index(_ names: [String]) -> [String: Int] {
      Dictionary(names.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }
    units = model.components.map { Unit($0, hasCells: model.cells.by != nil) }
    components = index(model.components.map(\.id.value))
    takings = index(model.takes.map(\.name.value))
    stocks = index(model.load.stocks.map(\.name.value))
    prices = index(model.prices.map(\.id.value))
    let amounts = takings
    saves = model.caches.map { cache in
      cache.saves.compactMap { amounts[$0.value] }.map { model.takes[$0].number }
    }
    let places = stocks
    takers = model.takes.map { Self.counter($0.of.value, places) }
    var zones: [(name: String, cells: [Int])] = []
    var zonePlaces: [String: Int] = [:]
    for (cell, place) in model.cells.places.enumerated() {
      let name = place.dataZone
      if let known = zonePlaces[name] {
        zones[known].cells.append(cell)
      } else {
        zonePlaces[name] = zones.count
        zones.append((name, [cell]))
      }
    }
    (self.zones, self.zonePlaces) = (zones, zonePlaces)
    let rates = Dictionary(model.rates.map { ($0.currency, $0.number) }, uniquingKeysWith: { first, _ in first })
    func price(_ name: String) -> Price? {
      prices[name].map { index in
        let price = model.prices[index]
        return Price(number: price.number, rate: rates[price.currency], per: price.per, time: price.time)
      }
    }
    for component in model.components {
      needs.append(component.needs.compactMap { need($0, model) })
      partitionNeeds.append((component.partitions?.needs ?? []).compactMap { need($0, model) })
      lines.append(component.costs.compactMap { line($0, model, price) })
      provisioned.append(component.provisioned.flatMap { price($0.price.value) })
      isCharged.formUnion(component.costs.map(\.of.value))
    }
    for (number, taking) in model.takes.enumerated()
    where takers[number] == .calls && isCharged.contains(taking.name.value) {
      charged[model.estimates[taking.number].dimension.unit, default: []].append(number)
    }
    findTimes(model)
  }

  private mutating func findTimes(_ model: ForecastModel) {
    var variations: [Number: Number] = [:]
    for (component, needs) in needs.enumerated() {
      for (place, need) in needs.enumerated() {
        guard let slots = need.slots else { continue }
        slotted.append((component, place))
        variations[slots.holds] = variations[slots.holds] ?? slots.variation
      }
    }
    for (taking, taker) in zip(model.takes, takers)
    where taker.isFlow && model.estimates[taking.number].dimension == .time {
      times[taker, default: []].append((taking.number, variations[taking.number]))
    }
  }

  private static func counter(_ name: String, _ stocks: [String: Int]) -> Counter {
    switch name {
    case "questions": .questions
    case "hits": .hits
    case "calls": .calls
    case "users": .users
    case "targets": .targets
    default: stocks[name].map { .stock($0) } ?? .nothing
    }
  }

  private func need(_ need: ComponentModel.Need, _ model: ForecastModel) -> Need? {
    func window(_ number: Number) -> Double { model.estimates[number].countedOver ?? 1 }
    switch need {
    case .carried(let names, let each):
      let found = names.compactMap { takings[$0.value] }
      guard let first = found.first else { return nil }
      return Need(
        counts: takers[first], amounts: found.map { model.takes[$0].number }, each: each, window: window(each))
    case .counted(let of, let each):
      return Need(counts: Self.counter(of.value, stocks), amounts: [], each: each, window: window(each))
    case .slots(let of, let each, let holds, let variation, let waiting):
      guard let time = takings[holds.value] else { return nil }
      return Need(
        counts: Self.counter(of.value, stocks), amounts: [], each: each, window: 1,
        slots: Slots(holds: model.takes[time].number, variation: variation, waiting: waiting))
    }
  }

  private func line(_ line: ComponentModel.Cost, _ model: ForecastModel, _ price: (String) -> Price?) -> Line? {
    guard let index = prices[line.price.value], let own = price(line.price.value) else { return nil }
    var found = Line(counts: nil, amount: nil, keeps: line.keeps, price: own)
    if line.of.value != "units" {
      let taking = takings[line.of.value]
      found.counts = taking.map { takers[$0] } ?? Self.counter(line.of.value, stocks)
      found.amount = taking.map { model.takes[$0].number }
    }
    let written = model.prices[index]
    (found.from, found.steps, found.gets) = (written.from, written.steps, written.gets)
    found.otherwise = written.otherwise.flatMap { price($0.value) }
    return found
  }
}

extension Wiring.Line {
  /// What one of what it counts costs, in the model's currency; in a second where it lies there.
  ///
  /// A price that counts from an amount on is for the first whole steps of it; the rest, and what does not get it, has
  /// the other price.
  ///
  /// - `amount`: how much of it each takes, where caches save a part of it.
  func each(_ values: [Double], amount taken: Double? = nil) -> Double {
    let whole = taken ?? amount.map { values[$0] } ?? 1
    guard let other = otherwise else { return whole * price.each(values) }
    var part = whole
    if let from {
      part = whole < from ? 0 : steps.map { $0 > 0 ? from + ((whole - from) / $0).rounded(.down) * $0 : whole } ?? whole
    }
    part *= gets.map { min(1, max(0, values[$0])) } ?? 1
    return part * price.each(values) + (whole - part) * other.each(values)
  }
}
