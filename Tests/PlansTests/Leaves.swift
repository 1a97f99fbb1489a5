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
    try? Plan(canonical: JSON.dictionary([("format", .integer(2)), ("plan", json)]).canonicalBytes)
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
          .string(Fixed(millionths: number.millionths + 10_000).text),
          .string(Fixed(millionths: number.millionths - 1).text),
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

  /// What the field says of a change of the value at a place: the innermost field that has one.
  static func meaning(of path: [Step]) -> ChangeMeaning {
    let keys = path.compactMap { step -> String? in if case .key(let key) = step { key } else { nil } }
    guard let last = keys.last, let owner = keys.dropLast().last else {
      return Plan.fields.all.first { $0.key == keys.last }?.meaning ?? .inner
    }
    let found: ChangeMeaning? =
      switch owner {
      case "comparison": PlannedComparison.fields.all.first { $0.key == last }?.meaning
      case "gate": PlannedGate.fields.all.first { $0.key == last }?.meaning
      case "stages": PlannedStage.fields.all.first { $0.key == last }?.meaning
      case "steps": PlannedStep.fields.all.first { $0.key == last }?.meaning
      case "call": PlannedCall.fields.all.first { $0.key == last }?.meaning
      case "signals": PlannedSignal.fields.all.first { $0.key == last }?.meaning
      case "triggers": PlannedTrigger.fields.all.first { $0.key == last }?.meaning
      case "phases": PlannedPhase.fields.all.first { $0.key == last }?.meaning
      case "bake_events": PlannedEvents.fields.all.first { $0.key == last }?.meaning
      default: nil
      }
    return found ?? .inner
  }

  /// Two numbers, dates or times that can be compared.
  static func numbers(_ old: JSON, _ new: JSON) -> (Int64, Int64)? {
    func number(_ json: JSON) -> Int64? {
      switch json {
      case .integer(let value): value
      case .bool(let flag): flag ? 1 : 0
      case .string(let text):
        CivilDate(text).map { Int64($0.dayNumber) } ?? Instant(text)?.milliseconds ?? Fixed(text)?.millionths
      case .null, .decimal, .array, .object: nil
      }
    }
    guard let before = number(old), let after = number(new) else { return nil }
    return (before, after)
  }

  /// Fields of any planned value that the full plan leaves empty, so that nothing above would test them.
  static func unfilled(_ plan: Plan) throws -> [String] {
    var keys: Set<String> = []
    for (path, _) in leaves(of: plan.canonical) {
      for case .key(let key) in path { keys.insert(key) }
    }
    let known: [[String]] = [
      Plan.fields.layout.keys, PlannedStage.fields.layout.keys, PlannedStep.fields.layout.keys,
      PlannedCall.fields.layout.keys,
      PlannedProbe.fields.layout.keys, PlannedGate.fields.layout.keys, PlannedComparison.fields.layout.keys,
      PlannedTrigger.fields.layout.keys, PlannedSignal.fields.layout.keys, PlannedQuantity.fields.layout.keys,
      PlannedWave.fields.layout.keys, PlannedPace.fields.layout.keys, PlannedWindow.fields.layout.keys,
      PlannedFreeze.fields.layout.keys, PlannedApproval.fields.layout.keys, PlannedPerson.fields.layout.keys,
      PlannedNotice.fields.layout.keys, PlannedProjection.fields.layout.keys, PlannedAsk.fields.layout.keys,
      PlannedPhase.fields.layout.keys, PlannedEvents.fields.layout.keys, LeftOutPart.fields.layout.keys,
    ]
    return known.flatMap { $0 }.filter { !keys.contains($0) }
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
