internal import Quantities

extension Change where Value == Int {
  /// A signal, by its place in the plan.
  static let signal = Change(
    .grew, isPlace: true, words: { $1.signals.indices.contains($0) ? $1.signals[$0].name : "?" },
    risk: { _, _ in .grew })
}

extension Change where Value == Int? {
  /// An inventory, by its place in the plan.
  static let inventory = Change(
    .grew, isPlace: true,
    words: { place, plan in
      place.map { plan.inventories.indices.contains($0) ? plan.inventories[$0].name : "?" } ?? "none"
    }, risk: { _, _ in .grew })
}

extension Change where Value == Bool {
  /// Something that is safe one way and a risk the other.
  static func flag(isSafe safe: Bool) -> Change {
    Change(safe ? .less : .more, words: { $0.words(in: $1) }, risk: { $1 == safe ? .shrank : .grew })
  }
}

extension Change where Value == GateAction {
  /// What follows a breach or a silence. Going back or stopping instead of holding is less risk for what runs; other
  /// changes may be either.
  static let gateAction = Change(
    .ranked, words: { value, _ in value.rawValue }, risk: { old, _ in old == .hold ? .shrank : .grew })
}

extension Change where Value == AfterRollback {
  static let afterRollback = Change(
    .ranked, words: { value, _ in "`\(value.rawValue)`" }, risk: { $1 == .retryOnce || $0 == .stop ? .grew : .shrank })
}

extension Change where Value == PlannedPace.Period {
  /// So many in a shorter period are more.
  static let period = Change(.ranked, words: { value, _ in value.rawValue }, risk: { $1 == .day ? .grew : .shrank })
}

extension Change where Value == PlannedTrigger.Scope {
  static let grew = Change(.grew, words: { value, _ in value.rawValue }, risk: { _, _ in .grew })
}

extension Change where Value == Condition.Comparison {
  static let grew = Change(.grew, words: { value, _ in value.rawValue }, risk: { _, _ in .grew })
}

extension Change where Value == Idempotency {
  /// The less is known about doing it twice, the more a person is asked.
  static let idempotency = Change(
    .ranked, words: { value, _ in value.rawValue },
    risk: { old, new in
      let strength = { (value: Idempotency) in Idempotency.allCases.firstIndex(of: value) ?? 0 }
      return strength(new) > strength(old) ? .grew : .shrank
    })
}

extension Change where Value == SignalExtent {
  static let extent = Change(.grew, words: { value, _ in value.text }, risk: { _, _ in .grew })
}

extension Change where Value == NoDataPolicy {
  static let noData = Change(.grew, isPlace: true, words: { $0.words(in: $1) }, risk: { _, _ in .grew })
}

extension Change where Value == PlannedTrigger.Persistence {
  static let persistence = Change(
    .ranked, words: { value, _ in value.words },
    risk: { old, new in
      guard case (.lasting(let before), .lasting(let after)) = (old, new) else { return .grew }
      return after < before ? .shrank : .grew
    })
}

extension Change where Value == PlannedCondition {
  static let condition = Change(
    .grew, isPlace: true, words: { $1.words(of: $0) }, risk: { _, _ in .grew })
}

extension Change where Value == [PlannedCondition] {
  static let conditions = Change(
    .grew, isPlace: true, words: { conditions, plan in conditions.map { plan.words(of: $0) }.joined(separator: ", ") },
    risk: { _, _ in .grew })
}

extension Change where Value == PlannedApproval? {
  /// A rule that asks for less, of others, or for longer is more risk.
  static let approval = Change(
    .inner,
    words: { rule, _ in rule.map { $0.words + ($0.expires.map { ", for \($0.text)" } ?? "") } ?? "none" },
    risk: { old, new in
      guard let new else { return .grew }
      guard let old else { return .shrank }
      let isStricter =
        new.role == old.role && new.count >= old.count && (new.excludesAuthors || !old.excludesAuthors)
        && (new.excludesExecutors || !old.excludesExecutors)
        && (new.expires?.milliseconds ?? .max) <= (old.expires?.milliseconds ?? .max)
      return isStricter ? .shrank : .grew
    })
}

extension Change where Value == PlannedWindow? {
  static let window = Change(
    .inner, words: { window, _ in window?.words ?? "none" }, risk: { old, _ in old == nil ? .shrank : .grew })
}

extension Change where Value == PlannedUndo {
  /// An operation reaches further than nothing to take back, and that further than no way back.
  static let undo = Change(.inner) { undo, title, review in
    switch undo {
    case .call(let call): Change<PlannedCall>.inside(PlannedCall.fields).review(call, title, &review)
    case .nothing, .impossible: review.add(title, undo.words)
    }
  } compare: { old, new, title, comparison in
    let rank = { (undo: PlannedUndo) -> Int in
      switch undo {
      case .call: 0
      case .nothing: 1
      case .impossible: 2
      }
    }
    if case (.call(let before), .call(let after)) = (old, new) {
      Change<PlannedCall>.inside(PlannedCall.fields).compare(before, after, title, &comparison)
    } else if old != new {
      comparison.note("\(title) \(old.words) → \(new.words)", rank(new) < rank(old) ? .shrank : .grew)
    }
  }
}

extension Change where Value == ArgumentTemplate {
  /// Which arguments changed, by name: values may be long, and stand in the files.
  static let arguments = Change(.grew) { _, _, _ in
  } compare: { old, new, title, comparison in
    guard old != new else { return }
    guard case .members(let before) = old, case .members(let after) = new else {
      return comparison.note("\(title) changed", .grew)
    }
    let names = (after + before).map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let changed = names.filter { name in
      before.first { $0.name == name }?.value != after.first { $0.name == name }?.value
    }
    // Those that are the same but stand in another order ask for the same.
    guard !changed.isEmpty else { return }
    let list = changed.map { "`\($0)`" }.joined(separator: ", ")
    let noun = title == "configuration" ? title : changed.count == 1 ? "argument" : "arguments"
    comparison.note("\(noun) \(list) changed", .grew)
  }
}

extension PlannedUndo {
  fileprivate var words: String {
    switch self {
    case .call(let call): call.operation
    case .nothing: "none"
    case .impossible: "irreversible"
    }
  }
}

extension PlannedTrigger.Persistence {
  /// For people: `for 5m`, `in 8 of 10`.
  var words: String {
    switch self {
    case .lasting(let span): "for \(span.text)"
    case .share(let part, let whole): "in \(part) of \(whole)"
    }
  }
}

extension NoDataPolicy {
  /// What missing data mean, in the words of the language.
  func words(in plan: Plan) -> String {
    func name(_ signal: Int) -> String { plan.signals.indices.contains(signal) ? plan.signals[signal].name : "?" }
    return switch self {
    case .hold: "hold"
    case .breach: "breach"
    case .idle(let signal): "idle when \(name(signal)) is 0"
    case .zero(let signal): "zero when \(name(signal)) is live"
    case .carry(let span): "carry \(span.text)"
    }
  }
}

extension PlannedWindow {
  /// When it is open, in a few words: `mon tue 21:00-05:00 local`.
  public var words: String {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    let time = { (minutes: Int) in
      "\(minutes / 600)\(minutes / 60 % 10):\(minutes % 60 / 10)\(minutes % 10)"
    }
    let latest = latestStart == .zero ? "" : ", \(latestStart.text) before its end at the latest"
    return "\(days.filter { (1...7).contains($0) }.map { names[$0 - 1] }.joined(separator: " ")) "
      + "\(time(opens))-\(time(closes)) \(zone ?? "local")\(latest)"
  }
}

extension Plan {
  /// A condition as the language writes it: `llm_cost > 150 % of forecast.llm_cost`.
  public func words(of condition: PlannedCondition) -> String {
    guard signals.indices.contains(condition.signal) else { return "?" }
    let signal = signals[condition.signal]
    let limit = "\(signal.name) \(condition.comparison.rawValue) \(condition.limit.text)"
    guard let quantity = condition.quantity else { return signal.unit.isEmpty ? limit : "\(limit) \(signal.unit)" }
    return "\(limit) % of forecast.\(forecast.indices.contains(quantity) ? forecast[quantity].name : "?")"
  }

  /// What gates require and triggers watch for, for people: each gate once.
  public var guards: [PlannedGuard] {
    var found: [PlannedGuard] = []
    for gate in stages.compactMap(\.gate) {
      let id = gate.names.joined(separator: ", ")
      guard !found.contains(where: { $0.id == id }) else { continue }
      found.append(
        PlannedGuard(kind: .gate, id: id, text: gate.conditions.map { words(of: $0) }.joined(separator: ", ")))
    }
    return found
      + triggers.map { trigger in
        PlannedGuard(
          kind: .trigger, id: trigger.id,
          text: "\(words(of: trigger.condition)) \(trigger.persistence.words): \(trigger.action.rawValue) "
            + trigger.scope.rawValue)
      }
  }
}

/// A condition that a gate requires or that a trigger watches for, in the words of the language.
public struct PlannedGuard: Hashable, Sendable {
  /// Which of the two.
  public enum Kind: String, Hashable, Sendable { case gate, trigger }

  /// Gate or trigger.
  public var kind: Kind
  /// The names of the gates, or the trigger's identifier.
  public var id: String
  /// The condition as the language writes it.
  public var text: String
}
