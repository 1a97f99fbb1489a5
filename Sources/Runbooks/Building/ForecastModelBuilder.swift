internal import Diagnostics
internal import Quantities

/// Checked nodes → the performance model. Whether names refer to something is checked afterwards.
struct ForecastModelBuilder {
  var findings: [Finding] = []
  private(set) var estimates: [Estimate] = []

  /// Builds the model of a forecast; `nil` without `load:`.
  ///
  /// - `prices`: the price list, where there is one.
  /// - `top`: the start of the forecast.
  static func build(
    _ node: SyntaxNode, prices: SyntaxNode?, at top: SourceSpan
  ) -> (model: ForecastModel?, findings: [Finding]) {
    guard let load = node["load"], load.isMapping else { return (nil, []) }
    var builder = ForecastModelBuilder()
    let model = builder.model(node, load: load, prices: prices, at: top)
    return (model, builder.findings)
  }

  private mutating func model(
    _ node: SyntaxNode, load: SyntaxNode, prices: SyntaxNode?, at top: SourceSpan
  ) -> ForecastModel? {
    guard let loadModel = self.load(load) else { return nil }
    let takes = (node["takes"]?.members ?? []).flatMap { group in
      group.value.members.compactMap { member in
        number(member, in: "takes.\(group.key.value)").map { Taking(of: group.key, name: member.key, number: $0) }
      }
    }
    let caches = (node["caches"]?.elements ?? []).compactMap { cache($0) }
    let cells = node["cells"].map { self.cells($0, path: "cells") }
    let components = (node["components"]?.members ?? []).filter(\.value.isMapping).map { component($0) }
    let lines = (prices?["prices"]?.members ?? []).filter(\.value.isMapping).compactMap { price($0) }
    let rates = (node["rates"]?.members ?? []).compactMap { member in
      number(member, in: "rates", wants: .count).map { (currency: member.key.value, number: $0) }
    }
    let currency = node.text("currency") ?? "EUR"
    let goals = self.goals(node["goals"], currency: currency)
    let baseline = (node["baseline"]?.members ?? []).compactMap { member in
      number(member, in: "baseline").map { (stock: member.key, number: $0) }
    }
    let stated = (node["stated"]?.elements ?? []).enumerated().compactMap { statement($0.element, index: $0.offset) }
    let scenarios = (node["scenarios"]?.members ?? []).filter(\.value.isMapping).map { scenario($0) }
    var model = ForecastModel(
      location: top, currency: currency, estimates: estimates, load: loadModel, takes: takes, caches: caches,
      cells: cells ?? CellModel(by: nil, places: [], built: nil, commonCause: nil, moves: nil, outages: nil),
      components: components, prices: lines, rates: rates, residency: node["residency"].flatMap { residency($0) },
      goals: goals, baseline: baseline, stated: stated, scenarios: scenarios,
      refuses: node.text("limits") == "refuse")
    var drawn: Set<ForecastModel.Number> = []
    model.together = (node["with"]?.elements ?? []).map { group($0, of: model, &drawn) }
    return model
  }

  /// Estimates that are drawn together; a path that leads nowhere, to no range, or to a number for the second time is a
  /// finding.
  ///
  /// - `drawn`: the numbers of the groups before this one, and of this one afterwards.
  private mutating func group(
    _ node: SyntaxNode, of model: ForecastModel, _ drawn: inout Set<ForecastModel.Number>
  ) -> ForecastModel.Group {
    func numbers(_ key: String) -> [ForecastModel.Number] {
      node.texts(key).compactMap { path in
        guard let number = model.number(path.value) else {
          findings.append(
            .unknownInModel(
              path, "a number of the model", known: model.estimates.map(\.path), create: "write it in the model first"))
          return nil
        }
        let estimate = model.estimates[number]
        if !estimate.isRange || !estimate.isOfModel {
          findings.append(.notDrawn(path, written: estimate.text))
        } else if !drawn.insert(number).inserted {
          findings.append(.drawnTwice(path))
        }
        return number
      }
    }
    return ForecastModel.Group(rise: numbers("rise"), fall: numbers("fall"))
  }

  // MARK: - Numbers

  /// Takes a number into the list, after a look at what it measures.
  mutating func number(
    _ key: String, of node: SyntaxNode, in path: String, wants: Dimension? = nil
  ) -> ForecastModel.Number? {
    guard let value = node[key], let text = value.located else { return nil }
    return number(text, path: "\(path).\(key)", wants: wants)
  }

  mutating func number(
    _ member: SyntaxNode.Member, in path: String, wants: Dimension? = nil
  ) -> ForecastModel.Number? {
    guard let text = member.value.located else { return nil }
    return number(text, path: "\(path).\(member.key.value)", wants: wants)
  }

  mutating func number(_ text: Located<String>, path: String, wants: Dimension?) -> ForecastModel.Number? {
    guard let written = WrittenEstimate(text.value) else { return nil }
    if let wants, wants != written.dimension {
      findings.append(.wrongDimension(text, is: written.dimension, wants: wants, of: path))
    }
    return add(written, text: text.value, path: path, at: text.location)
  }

  /// A number that nobody wrote.
  mutating func standard(_ text: String, path: String, at place: SourceSpan) -> ForecastModel.Number {
    guard let written = WrittenEstimate(text) else { return 0 }
    return add(written, text: text, path: path, at: place)
  }

  private mutating func add(
    _ written: WrittenEstimate, text: String, path: String, at place: SourceSpan
  ) -> ForecastModel.Number {
    estimates.append(
      Estimate(
        path: path, low: written.low, mid: written.mid, high: written.high, dimension: written.dimension, text: text,
        location: place, unit: written.unit))
    return estimates.count - 1
  }

  // MARK: - Load and caches

  private mutating func load(_ node: SyntaxNode) -> LoadModel? {
    guard let inventory = node.located("of"), let users = node.located("users"),
      let questions = number("questions", of: node, in: "load", wants: .rate)
    else { return nil }
    let usersEach = WrittenEstimate(users.value) == nil ? nil : number(users, path: "load.users", wants: .count)
    var burst: LoadModel.Burst?
    if let written = node["burst"], let rate = number("rate", of: written, in: "load.burst", wants: .rate),
      let lasts = number("lasts", of: written, in: "load.burst", wants: .time)
    {
      burst = LoadModel.Burst(rate: rate, lasts: lasts, tests: written.texts("tests"))
    }
    let stocks = (node["stocks"]?.members ?? []).filter(\.value.isMapping).map { member in
      stock(member)
    }
    return LoadModel(
      inventory: inventory, usersColumn: usersEach == nil ? users : nil, usersEach: usersEach, questions: questions,
      profile: shares(node["profile"], count: 24), week: factors(node["week"]),
      present: number("present", of: node, in: "load", wants: .count),
      thinking: number("thinking", of: node, in: "load", wants: .time),
      peak: number("peak", of: node, in: "load", wants: .count) ?? standard("1", path: "load.peak", at: node.location),
      burst: burst, steady: number("steady", of: node, in: "load", wants: .rate),
      adoption: number("adoption", of: node, in: "load", wants: .time),
      growth: number("growth", of: node, in: "load", wants: .rate),
      surge: number("surge", of: node, in: "load", wants: .count)
        ?? standard("1", path: "load.surge", at: node.location),
      stocks: stocks)
  }

  private mutating func stock(_ member: SyntaxNode.Member) -> LoadModel.Stock {
    let path = "load.stocks.\(member.key.value)"
    let column = member.value.located("column")
    let each = number("each", of: member.value, in: path, wants: .count)
    if (column == nil) == (each == nil) {
      findings.append(
        .incompleteModel("the stock `\(member.key.value)`", needs: "`column` or `each`", at: member.key.location))
    }
    return LoadModel.Stock(
      name: member.key, column: column, each: each, times: number("times", of: member.value, in: path, wants: .count),
      growth: number("growth", of: member.value, in: path, wants: .rate))
  }

  /// Twenty-four shares that add up to 1, whatever they were written as.
  private mutating func shares(_ node: SyntaxNode?, count: Int) -> [Double] {
    let written = (node?.elements ?? []).compactMap { $0.text.flatMap(Double.init) }
    let sum = written.reduce(0, +)
    if let parted = parted(node, count: count) {
      findings.append(parted)
      return [Double](repeating: 1 / Double(count), count: count)
    }
    guard written.count == count, sum > 0, written.allSatisfy({ $0 >= 0 }) else {
      if let node {
        findings.append(
          .incompleteModel(
            "the profile", needs: "\(count) shares that are not negative, one for each hour of the day",
            at: node.location))
      }
      return [Double](repeating: 1 / Double(count), count: count)
    }
    if let node, abs(sum - 100) > 0.5, abs(sum - 1) > 0.005 {
      findings.append(.oddSum(sum, at: node.location))
    }
    return written.map { $0 / sum }
  }

  private mutating func factors(_ node: SyntaxNode?) -> [Double] {
    let written = (node?.elements ?? []).compactMap { $0.text.flatMap(Double.init) }
    let mean = written.reduce(0, +) / 7
    let isWhole = written.count == 7 && written.allSatisfy { $0 >= 0 } && mean > 0
    if let parted = parted(node, count: 7) {
      findings.append(parted)
    } else if let node, !isWhole {
      findings.append(
        .incompleteModel(
          "`week`", needs: "seven factors that are not negative and not all 0, Monday first", at: node.location))
    }
    return isWhole ? written.map { $0 / mean } : [Double](repeating: 1, count: 7)
  }

  /// A list that is too long, since commas parted the decimals of some numbers: these have no space after the comma.
  private func parted(_ node: SyntaxNode?, count: Int) -> Finding? {
    let elements = node?.elements ?? []
    let parted = elements.indices.dropLast().filter { index in
      let (one, next) = (elements[index].location, elements[index + 1].location)
      return one.line == next.line && next.column == one.endColumn + 1
    }
    guard let first = parted.first, elements.count > count, elements.count - parted.count == count,
      let whole = elements[first].text, let decimals = elements[first + 1].text
    else { return nil }
    let place = elements[first].location
    return .commaInBrackets(
      "\(whole),\(decimals)",
      at: SourceSpan(
        file: place.file, line: place.line, column: place.column, endColumn: elements[first + 1].location.endColumn))
  }

  private mutating func cache(_ node: SyntaxNode) -> CacheModel? {
    guard let id = node.located("id") else { return nil }
    let path = "caches.\(id.value)"
    let hits = number("hits", of: node, in: path, wants: .count)
    let keeps = number("keeps", of: node, in: path, wants: .time)
    let items = number("items", of: node, in: path, wants: .count)
    let recall = number("recall", of: node, in: path, wants: .count)
    let paraphrases = number("paraphrases", of: node, in: path, wants: .count)
    let kind: CacheModel.Kind
    switch (hits, keeps, items, recall, paraphrases) {
    case (let hits?, nil, nil, nil, nil): kind = .fixed(hits)
    case (nil, let keeps?, let items?, nil, nil):
      let skew =
        number("skew", of: node, in: path, wants: .count) ?? standard("1", path: "\(path).skew", at: id.location)
      kind = .kept(lifetime: keeps, items: items, skew: skew)
    case (nil, nil, nil, let recall?, let paraphrases?): kind = .similar(recall: recall, paraphrases: paraphrases)
    default:
      findings.append(
        .incompleteModel(
          "the cache `\(id.value)`", needs: "`hits`, or `keeps` with `items`, or `recall` with `paraphrases`",
          at: id.location))
      return nil
    }
    return CacheModel(
      id: id, kind: kind, by: node.texts("by"), time: number("time", of: node, in: path, wants: .time),
      saves: node.texts("saves"))
  }

  mutating func cells(_ node: SyntaxNode, path: String) -> CellModel {
    CellModel(
      by: node.located("by"),
      places: (node["places"]?.members ?? []).filter(\.value.isMapping).map { member in
        CellModel.Place(
          name: member.key, locations: member.value.texts("locations"), zone: member.value.located("zone"))
      },
      built: node["built"].flatMap { built in
        built.located("by").map { (stages: built.texts("stage"), by: $0) }
      },
      commonCause: number("common_cause", of: node, in: path, wants: .count),
      moves: number("moves_in", of: node, in: path, wants: .time),
      outages: number("outages", of: node, in: path, wants: .rate))
  }

  func residency(_ node: SyntaxNode) -> ResidencyModel? {
    guard let by = node.located("by") else { return nil }
    return ResidencyModel(
      by: by,
      allowed: (node["zones"]?.members ?? []).map { (value: $0.key, zones: $0.value.oneOrMore.compactMap(\.located)) })
  }
}
