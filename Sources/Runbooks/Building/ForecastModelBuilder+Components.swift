internal import Diagnostics
internal import Quantities

// Components, prices, goals, and what may come.

extension ForecastModelBuilder {
  mutating func component(_ member: SyntaxNode.Member) -> ComponentModel {
    let node = member.value
    let path = "components.\(member.key.value)"
    let needs = (node["needs"]?.elements ?? []).enumerated().compactMap { index, need in
      self.need(need, path: index == 0 ? path : "\(path).\(index + 1)")
    }
    let size = (node["size"]?.members ?? []).compactMap { asked in
      number(asked, in: "\(path).size").map { number in
        (
          name: asked.key, asked: number,
          offered: node["offered"].flatMap { self.number(asked.key.value, of: $0, in: "\(path).offered") }
        )
      }
    }
    let costs = (node["costs"]?.elements ?? []).compactMap { line in
      line.located("price").map { price in
        ComponentModel.Cost(
          price: price, of: line.located("of") ?? Located("units", at: price.location),
          keeps: number("keeps", of: line, in: "\(path).\(line.text("of") ?? "units")", wants: .time))
      }
    }
    return ComponentModel(
      id: member.key, summary: node.text("summary"), isShared: node.text("per") == "all", needs: needs,
      least: node.integer("least") ?? 1, most: number("most", of: node, in: path, wants: .count),
      spare: node.integer("spare") ?? 0, step: max(1, node.integer("step") ?? 1),
      quota: number("quota", of: node, in: path, wants: .count), pool: node.choice("pool") ?? .location,
      partitions: node["partitions"].flatMap { partitions($0, path: path) },
      billedFrom: number("billed_from", of: node, in: path, wants: .count), grantedIn: node.span("granted_in"),
      ready: number("ready", of: node, in: path, wants: .time), scales: node.boolean("scales"),
      availability: number("availability", of: node, in: path, wants: .count),
      fallback: node.text("fallback") == "location"
        ? .location : number("fallback", of: node, in: path, wants: .count).map { .other($0) },
      builtBy: node.located("built_by"), isSoft: node.boolean("soft"),
      place: node.choice("place") ?? .location, retires: node.date("retires"), size: size,
      zone: node.located("zone"), costs: costs, provisioned: node["provisioned"].flatMap { provisioned($0, path: path) }
    )
  }

  private mutating func partitions(_ node: SyntaxNode, path: String) -> ComponentModel.Partitions? {
    let needs = (node["needs"]?.elements ?? []).enumerated().compactMap { index, need in
      self.need(need, path: index == 0 ? "\(path).partitions" : "\(path).partitions.\(index + 1)")
    }
    let sizes = (node["sizes"]?.elements ?? []).compactMap { $0.text.flatMap { Int($0) } }
    guard !sizes.isEmpty else { return nil }
    return ComponentModel.Partitions(needs: needs, sizes: sizes.sorted(), mostUnits: node.integer("most_units"))
  }

  private mutating func provisioned(_ node: SyntaxNode, path: String) -> ComponentModel.Provisioned? {
    guard let price = node.located("price"), let carries = number("carries", of: node, in: "\(path).provisioned") else {
      return nil
    }
    let counts = (node["counts"]?.members ?? []).compactMap { member in
      member.value.text.flatMap { Double($0) }.map { (taking: member.key, weight: $0) }
    }
    return ComponentModel.Provisioned(
      counts: counts, carries: carries, least: node.integer("least") ?? 1, step: max(1, node.integer("step") ?? 1),
      price: price)
  }

  private mutating func need(_ node: SyntaxNode, path: String) -> ComponentModel.Need? {
    let takings = node.texts("takes")
    let of = node.located("of")
    if let slots = number("slots", of: node, in: path, wants: .count), let of, let holds = node.located("holds") {
      return .slots(
        of: of, each: slots, holds: holds,
        variation: number("variation", of: node, in: path, wants: .count)
          ?? standard("1", path: "\(path).variation", at: node.location),
        waiting: number("waits", of: node, in: path, wants: .count)
          ?? standard("1 %", path: "\(path).waits", at: node.location))
    }
    if let carries = number("carries", of: node, in: path) {
      if !takings.isEmpty, of == nil { return .carried(takings: takings, byEach: carries) }
      if takings.isEmpty, let of { return .counted(of: of, byEach: carries) }
    }
    findings.append(
      .incompleteModel(
        "a need of `\(path.dropFirst("components.".count))`",
        needs: "`takes` and `carries`, or `of` and `carries`, or `of`, `slots` and `holds`", at: node.location))
    return nil
  }

  mutating func price(_ member: SyntaxNode.Member) -> PriceModel? {
    let node = member.value
    guard let sum = number("price", of: node, in: "prices.\(member.key.value)"),
      let per = node.text("per").flatMap({ WrittenPer($0) })
    else { return nil }
    let dimension = estimates[sum].dimension
    if dimension.isRate || dimension.unit.utf8.count != 3 {
      findings.append(
        .incompleteModel(
          "the price `\(member.key.value)`", needs: "a sum of money, such as `2.75 USD`",
          at: estimates[sum].location))
    }
    return PriceModel(
      id: member.key, number: sum, currency: dimension.unit, per: per.amount, unit: per.unit, time: per.time,
      use: node.located("for"), from: amount("from", of: member, in: per.unit),
      steps: amount("steps", of: member, in: per.unit),
      gets: number("gets", of: node, in: "prices.\(member.key.value)", wants: .count), otherwise: node.located("else"),
      date: node.date("date"), source: node.text("source"))
  }

  /// One amount of what a price buys.
  private mutating func amount(_ key: String, of price: SyntaxNode.Member, in unit: String) -> Double? {
    guard let text = price.value.located(key), let written = WrittenEstimate(text.value) else { return nil }
    let path = "prices.\(price.key.value).\(key)"
    if written.dimension != Dimension(unit) {
      findings.append(.wrongDimension(text, is: written.dimension, wants: Dimension(unit), of: path))
    } else if written.low < written.high {
      findings.append(
        .unitsDoNotFit(
          "`\(path)` is `\(text.value)`, and a price counts from one amount", instead: "write one number",
          at: text.location))
    } else if key == "steps", written.mid <= 0 {
      findings.append(
        .unitsDoNotFit(
          "`\(path)` is `\(text.value)`, and no step is that small", instead: "write one number above 0",
          at: text.location))
    }
    return written.mid
  }

  mutating func goals(_ node: SyntaxNode?, currency: String) -> GoalModel {
    guard let node else { return GoalModel(signals: []) }
    return GoalModel(
      signals: (node["signals"]?.elements ?? []).compactMap(\.condition),
      answer: number("answer", of: node, in: "goals", wants: .time),
      percentile: number("percentile", of: node, in: "goals", wants: .count),
      availability: number("availability", of: node, in: "goals", wants: .count),
      cost: number("cost", of: node, in: "goals", wants: Dimension(currency, isRate: true)),
      healthyErrors: number("healthy_errors", of: node, in: "goals", wants: .count))
  }

  mutating func statement(_ node: SyntaxNode, index: Int) -> Statement? {
    guard let figure = node.located("figure"),
      let number = number("value", of: node, in: "stated.\(index + 1)")
    else { return nil }
    return Statement(
      figure: figure, number: number, source: node.text("source") ?? "",
      within: node.text("within").flatMap { WrittenEstimate($0)?.mid } ?? 0.2)
  }

  mutating func scenario(_ member: SyntaxNode.Member) -> ScenarioModel {
    let node = member.value
    let path = "scenarios.\(member.key.value)"
    return ScenarioModel(
      id: member.key, summary: node.text("summary"),
      changes: (node["set"]?.members ?? []).compactMap { change in
        change.value.text.flatMap { EstimateChange($0) }.map { (path: change.key, change: $0) }
      },
      lost: node.texts("lost"), cells: node["cells"].map { cells($0, path: "\(path).cells") },
      residency: node["residency"].flatMap { residency($0) }, lasts: number("lasts", of: node, in: path, wants: .time))
  }
}
