import Quantities

@testable import Plans

/// One step of the way to a value inside of JSON.
enum Step: Hashable {
  case key(String)
  case index(Int)
}

extension FieldsTests {
  /// Every value that holds no other, with the way to it.
  static func leaves(of json: JSON, at path: [Step] = []) -> [(path: [Step], leaf: JSON)] {
    switch json {
    case .object:
      json.members.flatMap { leaves(of: $0.value, at: path + [.key($0.key)]) }
    case .array(let elements):
      elements.indices.flatMap { leaves(of: elements[$0], at: path + [.index($0)]) }
    case .null, .bool, .integer, .decimal, .string: [(path, json)]
    }
  }

  /// The same JSON with another value in one place.
  static func replaced(_ json: JSON, _ path: [Step], _ value: JSON) -> JSON {
    guard let step = path.first else { return value }
    let rest = Array(path.dropFirst())
    switch (step, json) {
    case (.key(let key), .object(var object)):
      object[key] = replaced(object[key] ?? .null, rest, value)
      return .object(object)
    case (.index(let index), .array(var elements)):
      elements[index] = replaced(elements[index], rest, value)
      return .array(elements)
    default: return json
    }
  }

  /// The plan that some JSON is; `nil` where it is none, or one that cannot be.
  static func plan(_ json: JSON) -> Plan? {
    try? Plan(canonical: JSON.dictionary([("format", .integer(3)), ("plan", json)]).canonicalBytes)
  }

  /// Other values of the same kind.
  static func variants(of leaf: JSON) -> [JSON] {
    switch leaf {
    case .bool(let flag): [.bool(!flag)]
    case .integer(let number): [.integer(number + 1), .integer(max(0, number - 1))]
    case .string(let text):
      if let date = CivilDate(text) {
        [.string(date.adding(days: 1).text), .string(date.adding(days: -1).text)]
      } else if let instant = Instant(text) {
        [.string((instant + .minute).text), .string((instant + Span(milliseconds: -60_000)).text)]
      } else if let number = Fixed(text) {
        [
          .string(Fixed(clampingSteps: number.steps + 10_000_000_000).text),
          .string(Fixed(clampingSteps: number.steps - 1).text),
        ]
      } else if Digest(hex: text) != nil {
        [.string(Digest(of: [9]).hex)]
      } else {
        (closed.contains(text) ? closed : []).map { .string($0) } + [.string(text + "x")]
      }
    case .null, .decimal, .array, .object: []
    }
  }

  /// Words of the closed lists: those that do not fit where they are put are refused.
  private static let closed = [
    "hold", "stop", "rollback", "retry once", "day", "week", "run", "target", "none", "natural", "key", "<", ">=",
    "30s..2h", "gate", "1s..1m", "window", "freezes", "wave", "irreversible", ">",
  ]

  /// Every planned value that is an object of its own in the full plan, by the key under which it stands.
  private static let described: [String: [String: ChangeMeaning]] = [
    "": meanings(Plan.fields), "sources": meanings(PlanSource.fields), "parameters": meanings(NamedValue.fields),
    "providers": meanings(PlannedProvider.fields), "inventories": meanings(PlannedInventory.fields),
    "ignored": meanings(LeftOutPart.fields), "freezes": meanings(PlannedFreeze.fields),
    "from": meanings(LocalTime.fields), "notices": meanings(PlannedNotice.fields),
    "people": meanings(PlannedPerson.fields), "keys": meanings(PlannedKeys.fields),
    "forecast": meanings(PlannedQuantity.fields), "points": meanings(PlannedQuantity.Point.fields),
    "projections": meanings(PlannedProjection.fields), "asks": meanings(PlannedAsk.fields),
    "signals": meanings(PlannedSignal.fields), "triggers": meanings(PlannedTrigger.fields),
    "conditions": meanings(PlannedCondition.fields), "phases": meanings(PlannedPhase.fields),
    "approval_rule": meanings(PlannedApproval.fields), "stages": meanings(PlannedStage.fields),
    "steps": meanings(PlannedStep.fields), "call": meanings(PlannedCall.fields), "probe": meanings(PlannedProbe.fields),
    "waves": meanings(PlannedWave.fields), "starts": meanings(WaveStarts.fields), "pace": meanings(PlannedPace.fields),
    "caps": meanings(PlannedCap.fields), "tolerate_by_attribute": meanings(AttributeLimit.fields),
    "window": meanings(PlannedWindow.fields), "bake_events": meanings(PlannedEvents.fields),
    "gate": meanings(PlannedGate.fields), "comparison": meanings(PlannedComparison.fields),
  ]

  private static func meanings<Root>(_ fields: Fields<Root>) -> [String: ChangeMeaning] {
    Dictionary(uniqueKeysWithValues: fields.all.map { ($0.key, $0.meaning) })
  }

  /// What the field says of a change of the value at a place: the innermost field that has one.
  static func meaning(of path: [Step]) -> ChangeMeaning {
    guard let (owner, key) = pairs(path).last else { return .inner }
    let twins = ["undo": "call", "condition": "conditions", "rollback_freezes": "freezes", "unexecuted": "ignored"]
    // Waves are told together: what becomes of all of them counts.
    return owner == "waves" ? .inner : described[twins[owner] ?? owner]?[key] ?? .inner
  }

  /// Each key of a path with the one above it; the first has none.
  private static func pairs(_ path: [Step]) -> [(owner: String, key: String)] {
    let keys = path.compactMap { step -> String? in if case .key(let key) = step { key } else { nil } }
    return zip([""] + keys, keys).map { ($0, $1) }
  }

  /// Two numbers, dates or times that can be compared.
  static func numbers(_ old: JSON, _ new: JSON) -> (Int128, Int128)? {
    func number(_ json: JSON) -> Int128? {
      switch json {
      case .integer(let value): Int128(value)
      case .bool(let flag): flag ? 1 : 0
      case .string(let text):
        CivilDate(text).map { Int128($0.dayNumber) } ?? Instant(text).map { Int128($0.milliseconds) }
          ?? Fixed(text)?.steps
      case .null, .decimal, .array, .object: nil
      }
    }
    guard let before = number(old), let after = number(new) else { return nil }
    return (before, after)
  }

  /// Fields of any planned value that the full plan leaves empty, so that nothing above would test them.
  static func unfilled(_ plan: Plan) -> [String] {
    var filled: [String: Set<String>] = [:]
    for (path, _) in leaves(of: plan.canonical) {
      for (owner, key) in pairs(path) { filled[owner, default: []].insert(key) }
    }
    return described.flatMap { owner, meanings in
      meanings.keys.filter { !filled[owner, default: []].contains($0) }.map { "\(owner).\($0)" }
    }
  }

  static func words(_ path: [Step]) -> String {
    path.map { step in
      switch step {
      case .key(let key): key
      case .index(let index): "[\(index)]"
      }
    }.joined(separator: ".")
  }
}
