internal import Diagnostics
internal import Quantities

/// Checks the names and units of a performance model.
struct ModelChecks {
  let model: ForecastModel
  let runbook: Runbook
  /// The texts of all files, as they are shown.
  let sources: [String: String]
  private(set) var findings: [Finding] = []
  private let takings: [String: Taking]
  private let prices: [String: PriceModel]
  private let figures: [String: FigureName]
  /// The figures that the model has without its amounts and stocks, and what a cost line counts without a name.
  private let taken: Set<String>

  init(model: ForecastModel, runbook: Runbook, sources: [String: String]) {
    self.model = model
    self.runbook = runbook
    self.sources = sources
    takings = Dictionary(model.takes.map { ($0.name.value, $0) }, uniquingKeysWith: { first, _ in first })
    prices = Dictionary(model.prices.map { ($0.id.value, $0) }, uniquingKeysWith: { first, _ in first })
    figures = Dictionary(model.figures.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var bare = model
    bare.takes = []
    bare.load.stocks = []
    taken = Set(
      bare.figures.map(\.name) + model.chargedUnits.flatMap { ["\($0)_per_call", "\($0)_per_day"] } + ["units"])
  }

  func taking(named name: String) -> Taking? { takings[name] }

  func price(named name: String) -> PriceModel? { prices[name] }

  /// Runs all checks.
  mutating func run() -> [Finding] {
    checkLoad()
    for taking in model.takes {
      expect(taking.of, in: model.counted, "a flow or a stock", create: "write questions, calls, users, or a stock")
    }
    checkTwice(model.takes.map(\.name), noun: "amounts")
    checkTwice(model.caches.map(\.id), noun: "caches")
    for rate in model.rates where rate.currency == model.currency {
      let estimate = model.estimates[rate.number]
      report(
        .unitsDoNotFit(
          "`\(estimate.path)` is a rate for the currency of all sums", instead: "remove it: it is 1",
          at: estimate.location))
    }
    for component in model.components { check(component) }
    for price in model.prices { check(price) }
    checkCells()
    checkGoals()
    for statement in model.stated {
      guard figures[statement.figure.value] == nil else { continue }
      expect(
        statement.figure, in: model.figures.map(\.name) + ForecastModel.vague, "a figure of the model",
        create: "`sanderling forecast --json` lists them")
    }
    for (name, number) in model.baseline {
      guard let figure = figures[name.value] else {
        expect(name, in: model.figures.map(\.name), "a figure of the model", create: "define it under `stocks:`")
        continue
      }
      let estimate = model.estimates[number]
      if estimate.dimension != figure.dimension {
        report(
          .wrongDimension(
            Located(estimate.text, at: estimate.location), is: estimate.dimension, wants: figure.dimension,
            of: estimate.path))
      }
    }
    for scenario in model.scenarios { check(scenario) }
    checkNumbers()
    checkQuantities()
    return findings
  }

  mutating func report(_ finding: Finding) { findings.append(finding) }

  private mutating func expect(_ name: Located<String>, in known: [String], _ noun: String, create: String) {
    if !known.contains(name.value) {
      findings.append(.unknownInModel(name, noun, known: known, create: create))
    }
  }

  private mutating func checkTwice(_ names: [Located<String>], noun: String) {
    var lines: [String: Int] = [:]
    for name in names {
      if let first = lines.updateValue(name.location.line, forKey: name.value) {
        findings.append(.duplicateID(name, noun: noun, first: first))
      }
    }
  }

  private var inventory: Inventory? { runbook.inventories.first { $0.name.value == model.load.inventory.value } }

  // MARK: - Load and cells

  private mutating func checkLoad() {
    let load = model.load
    guard runbook.inventories.contains(where: { $0.name.value == load.inventory.value }) else {
      findings.append(.unknownInventory(load.inventory, known: runbook.inventories.map(\.name.value)))
      return
    }
    for column in [load.usersColumn].compactMap({ $0 }) + load.stocks.compactMap(\.column) { checkNumbers(in: column) }
    for attribute in model.caches.flatMap(\.by) { checkColumn(attribute) }
    let amounts = model.takes.filter { $0.of.value == "calls" }.map(\.name.value)
    for name in model.caches.flatMap(\.saves) {
      expect(name, in: amounts, "an amount of calls", create: "write it under `takes: calls:`")
    }
    for test in load.burst?.tests ?? [] {
      expect(test, in: runbook.stagePaths, "a stage of the runbook", create: "write it as `phase/stage`")
    }
    let flows = Counted.flows + ["users", "targets"]
    for name in load.stocks.map(\.name) where flows.contains(name.value) || taken.contains(name.value) {
      findings.append(.takenName(name, by: flows.contains(name.value) ? "what is counted anyway" : "a figure"))
    }
    let stocks = load.stocks.map(\.name.value)
    for name in model.takes.map(\.name) where taken.contains(name.value) || stocks.contains(name.value) {
      findings.append(.takenName(name, by: stocks.contains(name.value) ? "a stock" : "a figure"))
    }
  }

  private mutating func checkColumn(_ name: Located<String>) {
    guard let inventory else { return }
    expect(name, in: inventory.columns, "a column of `\(inventory.name.value)`", create: "add it to the inventory")
  }

  private mutating func checkNumbers(in column: Located<String>) {
    guard let inventory else { return }
    guard let values = inventory.column(column.value) else { return checkColumn(column) }
    for (row, value) in values.enumerated() {
      let isNumber = Double(value).map { $0 >= 0 && $0 <= Inventory.greatest } ?? false
      // Users and documents come in whole pieces: 1.200 of them are rather twelve hundred.
      guard !isNumber || WrittenNumbers.isDoubtful(value, inPieces: true) else { continue }
      findings.append(
        .badEstimateColumn(
          column, value: value, line: Int(inventory.lines[row]), at: place(of: column.value, row: row, in: inventory)))
      return
    }
  }

  /// Where a value stands in the file of its inventory; `nil` for one that is written in the runbook.
  private func place(of column: String, row: Int, in inventory: Inventory) -> SourceSpan? {
    guard let index = inventory.columns.firstIndex(of: column),
      let file = inventory.file, let text = sources[file]
    else { return nil }
    return CSVReader.span(in: Array(text.utf8), file: file, line: Int(inventory.lines[row]), column: index)
  }

  private mutating func checkBuilding() {
    for step in model.components.compactMap(\.builder) {
      expect(
        step, in: runbook.stepPaths, "a step of the runbook",
        create: "write it as `phase/stage/step`, or `before` for what no step has to build")
    }
    guard let built = model.cells.built else { return }
    for name in built.stages {
      expect(name, in: runbook.stagePaths, "a stage of the runbook", create: "write it as `phase/stage`")
      guard let stage = runbook.stage(at: name.value) else { continue }
      let inventory = runbook.inventories.first { $0.name.value == stage.targets?.value }
      expect(
        built.by, in: inventory?.columns ?? [], "a column of the inventory of `\(name.value)`",
        create: "name stages with targets, and their column with the location")
    }
  }

  private mutating func checkCells() {
    check(model.cells)
    checkBuilding()
    if let residency = model.residency { check(residency) }
  }

  private mutating func check(_ residency: ResidencyModel) {
    checkColumn(residency.by)
    let zones = (model.cells.places + model.scenarios.flatMap { $0.cells?.places ?? [] }).compactMap(\.zone?.value)
    // A law may allow a zone in which nothing lies: that is for the arithmetic. A misspelt one is a mistake.
    for zone in residency.allowed.flatMap(\.zones) where Spelling.nearest(to: zone.value, among: zones) != nil {
      expect(zone, in: zones, "a zone of a cell", create: "write the zone of a place under `cells:`")
    }
  }

  private mutating func check(_ cells: CellModel) {
    guard let by = cells.by else { return }
    checkColumn(by)
    guard let values = inventory?.column(by.value) else { return }
    let known = Set(cells.places.map(\.name.value))
    if let lost = values.first(where: { !known.contains($0) }) {
      findings.append(
        .unknownInModel(
          Located(lost, at: by.location), "a place under `cells:`, and targets are there", known: known.sorted(),
          create: "add it under `places:`"))
    }
  }

  // MARK: - Numbers

  /// Numbers that cannot be meant: shares of more than everything, units that carry nothing, money without a value.
  private mutating func checkNumbers() {
    for estimate in model.estimates {
      guard let impossible = estimate.impossible else { continue }
      findings.append(
        estimate.isShare && estimate.high > 1
          ? .moreThanEverything(estimate.path, Located(estimate.text, at: estimate.location))
          : .impossible(estimate, because: impossible.why, instead: impossible.instead))
    }
  }

  // MARK: - Goals, scenarios, quantities

  private mutating func checkGoals() {
    for goal in model.goals.signals {
      let known = runbook.signals.map(\.name.value)
      if !known.contains(goal.value.signal) {
        findings.append(.unknownSignal(goal.value.signal, known: known, at: goal.location))
      }
    }
  }

  private mutating func check(_ scenario: ScenarioModel) {
    for (path, change) in scenario.changes {
      if model.number(path.value) == nil {
        expect(path, in: model.estimates.map(\.path), "a number of the model", create: "write it in the model first")
      } else if let refusal = model.refusal(of: change, at: path.value) {
        findings.append(.unitsDoNotFit(refusal.why, instead: refusal.instead, at: path.location))
      }
    }
    if let residency = scenario.residency { check(residency) }
    let places = (scenario.cells ?? model.cells).places.map(\.name.value)
    for cell in scenario.lost { expect(cell, in: places, "a cell", create: "write one of the places") }
    if let cells = scenario.cells { check(cells) }
  }

  private mutating func checkQuantities() {
    for quantity in runbook.forecastQuantities {
      guard let figure = quantity.figure else { continue }
      guard let known = figures[figure.value] else {
        expect(
          figure, in: model.figures.map(\.name), "a figure of the model",
          create: "`sanderling forecast --json` lists them")
        continue
      }
      if WrittenUnit.read(quantity.unit)?.dimension != known.dimension {
        findings.append(
          .unitsDoNotFit(
            "the figure `\(figure.value)` is in \(known.dimension.text), and the quantity in `\(quantity.unit)`",
            instead: "write a unit of the same kind", at: quantity.name.location))
      }
      if let inventory = quantity.inventory, inventory.value != model.load.inventory.value {
        expect(
          inventory, in: [model.load.inventory.value], "the inventory that brings the load", create: "write that one")
      }
    }
  }
}
