internal import Diagnostics
internal import Quantities

extension ModelChecks {
  mutating func check(_ component: ComponentModel) {
    for need in component.needs + (component.partitions?.needs ?? []) {
      switch need {
      case .carried(let takings, let each): checkCarried(takings, each, of: component)
      case .counted(let of, let each):
        guard isCounted(of) else { continue }
        expect(each, Dimension("", isRate: Counted.flows.contains(of.value)))
      case .slots(let of, _, let holds, _, _):
        guard isCounted(of) else { continue }
        if let taking = taking(holds), model.estimates[taking.number].dimension != .time {
          report(
            .unitsDoNotFit(
              "`\(holds.value)` is no time, and a slot is held for one", instead: "name a time under `takes:`",
              at: holds.location))
        }
      }
    }
    if let most = component.most, model.estimates[most].low > 0, Double(component.least) > model.estimates[most].high {
      report(
        .unitsDoNotFit(
          "`\(component.id.value)` has at least \(component.least) units, and at most \(model.estimates[most].text)",
          instead: "lower `least`, or raise `most`", at: model.estimates[most].location))
    }
    if let floor = component.billedFrom, component.most == nil {
      report(
        .incompleteModel(
          "`billed_from` of `\(component.id.value)`", needs: "`most`, of which it is a share",
          at: model.estimates[floor].location))
    }
    for line in component.costs { check(line) }
    if let provisioned = component.provisioned { check(provisioned, of: component) }
    for size in component.size {
      if let offered = size.offered { expect(offered, model.estimates[size.asked].dimension) }
    }
    if let offered = component.size.first(where: { $0.offered == nil }),
      component.size.contains(where: { $0.offered != nil })
    {
      report(
        .incompleteModel(
          "`offered`", needs: "`\(offered.name.value)`, as `size` has it", at: offered.name.location))
    }
  }

  private mutating func isCounted(_ name: Located<String>) -> Bool {
    if model.counted.contains(name.value) { return true }
    report(
      .unknownInModel(
        name, "a flow or a stock", known: model.counted, create: "write questions, calls, users, or a stock"))
    return false
  }

  private mutating func taking(_ name: Located<String>) -> Taking? {
    if let known = self.taking(named: name.value) { return known }
    report(
      .unknownInModel(
        name, "an amount under `takes:`", known: model.takes.map(\.name.value), create: "write it there"))
    return nil
  }

  /// The amounts have one unit and are taken by one kind of thing, and a unit carries the same in a time, or at all.
  private mutating func checkCarried(
    _ names: [Located<String>], _ each: ForecastModel.Number, of component: ComponentModel
  ) {
    let takings = names.compactMap { taking($0) }
    guard let first = takings.first, takings.count == names.count else { return }
    let unit = model.estimates[first.number].dimension.unit
    if let other = takings.first(where: {
      model.estimates[$0.number].dimension.unit != unit || $0.of.value != first.of.value
    }) {
      report(
        .unitsDoNotFit(
          "`\(first.name.value)` and `\(other.name.value)` do not add up: they are of different kinds",
          instead: "make two needs of them", at: component.id.location))
    }
    expect(each, Dimension(unit, isRate: Counted.flows.contains(first.of.value)))
  }

  private mutating func expect(_ number: ForecastModel.Number, _ wanted: Dimension) {
    let estimate = model.estimates[number]
    guard estimate.dimension != wanted else { return }
    report(
      .wrongDimension(
        Located(estimate.text, at: estimate.location), is: estimate.dimension, wants: wanted, of: estimate.path))
  }

  /// Capacity bought ahead counts amounts of calls in one unit, and is paid by time.
  private mutating func check(_ provisioned: ComponentModel.Provisioned, of component: ComponentModel) {
    checkCarried(provisioned.counts.map(\.taking), provisioned.carries, of: component)
    if !provisioned.counts.contains(where: { $0.weight > 0 }) || provisioned.counts.contains(where: { $0.weight < 0 }) {
      report(
        .incompleteModel(
          "`provisioned` of `\(component.id.value)`", needs: "`counts` with weights above 0",
          at: provisioned.counts.first?.taking.location ?? component.id.location))
    }
    check(
      ComponentModel.Cost(price: provisioned.price, of: Located("units", at: provisioned.price.location), keeps: nil))
  }

  private mutating func check(_ line: ComponentModel.Cost) {
    guard let price = self.price(named: line.price.value) else {
      report(
        .unknownInModel(
          line.price, "a price", known: model.prices.map(\.id.value), create: "add it to the price list"))
      return
    }
    if line.of.value == "units" {
      if price.time == nil || !price.unit.isEmpty {
        report(misfit(line, price, "units are paid by time", "a price `per: hour` or `per: month`"))
      }
      return
    }
    let taking = self.taking(named: line.of.value)
    guard taking != nil || isCounted(line.of) else { return }
    // What a flow brings and is kept lies there.
    let flows = Counted.flows.contains(taking?.of.value ?? line.of.value) && line.keeps == nil
    let unit = taking.map { model.estimates[$0.number].dimension.unit } ?? ""
    if unit != price.unit {
      report(
        misfit(
          line, price, "`\(line.of.value)` is \(unit.isEmpty ? "a count" : "in \(unit)")",
          "a price per \(unit.isEmpty ? "count" : unit)"))
    } else if flows != (price.time == nil) {
      report(
        misfit(
          line, price, flows ? "`\(line.of.value)` is used up" : "`\(line.of.value)` lies there for a time",
          flows ? "a price without a time" : "a price such as `per: GB month`"))
    }
  }

  private func misfit(_ line: ComponentModel.Cost, _ price: PriceModel, _ why: String, _ instead: String) -> Finding {
    .unitsDoNotFit(
      "the price `\(price.id.value)` does not fit: \(why)", instead: "use \(instead)", at: line.price.location)
  }

  mutating func check(_ price: PriceModel) {
    if price.currency != model.currency, !model.rates.contains(where: { $0.currency == price.currency }) {
      report(
        .unitsDoNotFit(
          "`\(price.id.value)` is in \(price.currency), and sums are in \(model.currency)",
          instead: "add `rates: { \(price.currency): 0.92 }`", at: price.id.location))
    }
    if let use = price.use { _ = taking(use) }
    if price.steps != nil, price.from == nil {
      report(
        .incompleteModel(
          "`steps` of the price `\(price.id.value)`", needs: "`from`, above which they count", at: price.id.location))
    }
    guard price.from != nil || price.gets != nil else {
      if let other = price.otherwise {
        report(
          .incompleteModel(
            "`else` of the price `\(price.id.value)`", needs: "`from` or `gets`: all gets it without",
            at: other.location))
      }
      return
    }
    guard let name = price.otherwise else {
      report(
        .incompleteModel(
          "the price `\(price.id.value)`", needs: "`else`, the price of what does not get it", at: price.id.location))
      return
    }
    guard let other = self.price(named: name.value) else {
      report(
        .unknownInModel(name, "a price", known: model.prices.map(\.id.value), create: "add it to the price list"))
      return
    }
    if other.from != nil || other.gets != nil {
      report(
        .unitsDoNotFit(
          "`\(name.value)` has conditions of its own, and is what is paid where there is no `\(price.id.value)`",
          instead: "name a price without `from` and `gets`", at: name.location))
    }
    if other.unit != price.unit || other.time != price.time {
      report(
        .unitsDoNotFit(
          "`\(name.value)` does not buy what `\(price.id.value)` buys", instead: "name a price of the same kind",
          at: name.location))
    }
  }
}
