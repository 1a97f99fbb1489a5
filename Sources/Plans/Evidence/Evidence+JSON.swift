import Quantities

extension PlannedSignal {
  func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("arguments", arguments.json)
      $0.member("every_ms", every.milliseconds)
      $0.member("min_count", ifPresent: minimumCount)
      $0.member("name", name)
      $0.member("no_data", noData.json)
      $0.member("operation", operation)
      $0.member("per", extent.text)
      $0.member("provider", provider)
      $0.member("settle_ms", settle.milliseconds)
      $0.member("timeout_ms", timeout.milliseconds)
      $0.member("unit", unit)
      $0.member("window_ms", window.milliseconds)
    }
  }

  init(_ reader: MemberReader) throws(PlanError) {
    guard let arguments = ArgumentTemplate(try reader.member("arguments")) else {
      throw reader.wrong("arguments", "a tree of arguments")
    }
    self.init(
      name: try reader.text("name"), unit: try reader.text("unit"), extent: SignalExtent(try reader.text("per")),
      every: try reader.span("every_ms"), settle: try reader.span("settle_ms"), window: try reader.span("window_ms"),
      minimumCount: try reader.optionalInteger("min_count", in: 1...1_000_000_000).map { Int($0) },
      noData: try NoDataPolicy(reader, "no_data"), operation: try reader.text("operation"),
      provider: try reader.text("provider"), arguments: arguments, timeout: try reader.span("timeout_ms"))
  }
}

extension NoDataPolicy {
  fileprivate var json: JSON {
    switch self {
    case .hold: .dictionary([("policy", .string("hold"))])
    case .breach: .dictionary([("policy", .string("breach"))])
    case .idle(let signal): .dictionary([("policy", .string("idle")), ("signal", .integer(Int64(signal)))])
    case .zero(let signal): .dictionary([("policy", .string("zero")), ("signal", .integer(Int64(signal)))])
    case .carry(let span): .dictionary([("for_ms", .integer(span.milliseconds)), ("policy", .string("carry"))])
    }
  }

  fileprivate init(_ owner: MemberReader, _ key: String) throws(PlanError) {
    guard let reader = owner.nested(key) else { throw owner.wrong(key, "a policy") }
    switch try reader.text("policy") {
    case "hold": self = .hold
    case "breach": self = .breach
    case "idle": self = .idle(signal: Int(try reader.integer("signal", in: 0...1_000_000)))
    case "zero": self = .zero(signal: Int(try reader.integer("signal", in: 0...1_000_000)))
    case "carry": self = .carry(try reader.span("for_ms"))
    default: throw owner.wrong(key, "a policy")
    }
  }
}

extension PlannedCondition {
  fileprivate func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("comparison", comparison.rawValue)
      $0.member("limit", limit.text)
      $0.member("quantity", ifPresent: quantity)
      $0.member("signal", signal)
      $0.member("text", text)
    }
  }

  fileprivate init(_ reader: MemberReader) throws(PlanError) {
    self.init(
      signal: Int(try reader.integer("signal", in: 0...1_000_000)), comparison: try reader.choice("comparison"),
      limit: try reader.fixed("limit"),
      quantity: try reader.optionalInteger("quantity", in: 0...1_000_000).map { Int($0) },
      text: try reader.text("text"))
  }
}

extension PlannedQuantity {
  func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("inventory", ifPresent: inventory)
      $0.member("name", name)
      $0.key("points")
      $0.array {
        for point in points {
          $0.object {
            $0.member("targets", point.targets)
            $0.member("value", point.value.text)
          }
        }
      }
      $0.member("unit", unit)
    }
  }

  init(_ reader: MemberReader) throws(PlanError) {
    self.init(
      name: try reader.text("name"), unit: try reader.text("unit"),
      inventory: try reader.optionalInteger("inventory", in: 0...1_000_000).map { Int($0) },
      points: try reader.elements("points") { (point: MemberReader) throws(PlanError) in
        Point(targets: Int(try point.integer("targets", in: 0...10_000_000)), value: try point.fixed("value"))
      })
  }
}

extension PlannedTrigger {
  func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("action", action.rawValue)
      $0.key("condition")
      condition.encode(to: &$0)
      switch persistence {
      case .lasting(let span): $0.member("for_ms", span.milliseconds)
      case .share: break
      }
      $0.member("id", id)
      $0.member("mitigates", strings: mitigates)
      $0.member("no_data", noData.json)
      if case .share(let part, let whole) = persistence {
        $0.key("of")
        $0.array {
          $0.integer(Int64(part))
          $0.integer(Int64(whole))
        }
      }
      $0.member("scope", scope.rawValue)
      $0.member("watch_after_ms", watchAfter.milliseconds)
    }
  }

  init(_ reader: MemberReader) throws(PlanError) {
    guard let condition = reader.nested("condition") else { throw reader.wrong("condition", "a condition") }
    var mitigates: [String] = []
    for risk in try reader.array("mitigates") {
      guard let text = risk.string else { throw reader.wrong("mitigates", "a list of texts") }
      mitigates.append(text)
    }
    let persistence: Persistence
    if reader.value["of"] != nil {
      let share = try reader.array("of").compactMap(\.integer)
      guard share.count == 2, share[0] >= 1, share[0] <= share[1], share[1] <= 1_000 else {
        throw reader.wrong("of", "a share such as [8,10]")
      }
      persistence = .share(of: Int(share[0]), in: Int(share[1]))
    } else {
      persistence = .lasting(try reader.span("for_ms"))
    }
    self.init(
      id: try reader.text("id"), condition: try PlannedCondition(condition), persistence: persistence,
      action: try reader.choice("action"), scope: try reader.choice("scope"),
      watchAfter: try reader.span("watch_after_ms"), noData: try NoDataPolicy(reader, "no_data"), mitigates: mitigates)
  }
}

extension PlannedGate {
  func encode(to writer: inout CanonicalWriter) {
    writer.object {
      if let comparison {
        $0.key("comparison")
        $0.object {
          $0.member("before_ms", comparison.before.milliseconds)
          $0.member("error_percent", comparison.error)
          $0.member("harm_above", comparison.isHarmAbove)
          $0.member("looks", comparison.looks)
          $0.member("margin", comparison.margin.text)
          $0.member("match", strings: comparison.match)
          $0.member("signal", comparison.signal)
        }
      }
      $0.key("conditions")
      $0.array { for condition in conditions { condition.encode(to: &$0) } }
      $0.member("deadline_ms", ifPresent: deadline?.milliseconds)
      $0.member("hold_ms", hold.milliseconds)
      $0.member("names", strings: names)
      $0.member("on_breach", onBreach.rawValue)
      $0.member("on_unknown", onUnknown.rawValue)
      $0.member("shadow", isShadow)
      $0.member("valid_for_ms", ifPresent: validFor?.milliseconds)
    }
  }

  init(_ reader: MemberReader) throws(PlanError) {
    var comparison: PlannedComparison?
    if let inner = reader.nested("comparison") {
      comparison = PlannedComparison(
        signal: Int(try inner.integer("signal", in: 0...1_000_000)), margin: try inner.fixed("margin"),
        isHarmAbove: try inner.flag("harm_above"), match: try inner.array("match").compactMap(\.string),
        before: try inner.span("before_ms"), looks: Int(try inner.integer("looks", in: 1...10)),
        error: Int(try inner.integer("error_percent", in: 1...20)))
    }
    self.init(
      names: try reader.array("names").compactMap(\.string),
      conditions: try reader.elements("conditions") { (inner: MemberReader) throws(PlanError) in
        try PlannedCondition(inner)
      },
      hold: try reader.span("hold_ms"), deadline: try reader.optionalSpan("deadline_ms"),
      onBreach: try reader.choice("on_breach"), onUnknown: try reader.choice("on_unknown"),
      validFor: try reader.optionalSpan("valid_for_ms"), isShadow: try reader.flag("shadow"), comparison: comparison)
  }
}

extension PlannedEvents {
  func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("count", count)
      $0.member("signal", signal)
    }
  }

  init(_ reader: MemberReader) throws(PlanError) {
    self.init(
      count: Int(try reader.integer("count", in: 1...1_000_000_000)),
      signal: Int(try reader.integer("signal", in: 0...1_000_000)))
  }
}
