internal import Quantities

extension Change where Value == Int {
  /// A signal, by its place in the plan.
  static let signal = Change(.grew, isPlace: true, words: { $1.name(ofSignal: $0) }, risk: { _, _ in .grew })
}

extension Change where Value == Int? {
  /// An inventory, by its place in the plan.
  static let inventory = Change(
    .grew, isPlace: true, words: { place, plan in place.map { plan.inventories[$0].name } ?? "none" },
    risk: { _, _ in .grew })
}

extension Change where Value == Bool {
  /// Something that is safe one way and a risk the other.
  static func flag(isSafe safe: Bool) -> Change {
    Change(safe ? .less : .more, words: { $0.words(in: $1) }, risk: { $1 == safe ? .shrank : .grew })
  }
}

extension Change where Value == GateAction {
  /// What follows a breach or a silence. Going back instead of holding is less risk for what is exposed. A run that is
  /// stopped leaves it exposed, and nothing watches it any more; other changes may be either, too.
  static let gateAction = Change(
    .ranked, words: { value, _ in value.rawValue },
    risk: { old, new in (old, new) == (.hold, .rollback) ? .shrank : .grew })
}

extension Change where Value == AfterRollback {
  /// Trying again exposes again. Whatever was not taken back is watched on while the run is held, and by nobody once it
  /// has stopped.
  static let afterRollback = Change(
    .ranked, words: { value, _ in "`\(value.rawValue)`" },
    risk: { old, new in (old, new) == (.retryOnce, .hold) ? .shrank : .grew })
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
  /// The more is said to be known about doing it twice, the more is done again without asking a person.
  static let idempotency = Change(
    .ranked, words: { value, _ in value.rawValue },
    risk: { old, new in new.trust > old.trust ? .grew : .shrank })
}

extension Idempotency {
  /// How much is done again when nobody knows whether it happened.
  fileprivate var trust: Int {
    switch self {
    case .none: 0
    case .key: 1
    case .natural: 2
    }
  }
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
  static let approval = Change.sentence(PlannedApproval.fields) { rule in
    rule.words + (rule.emergencyRole.map { ", none in an emergency of \($0)" } ?? "")
      + (rule.expires.map { ", for \($0.text)" } ?? "")
  }
}

extension Change where Value == [String] {
  /// What somebody may, or is known by: fewer are less risk, and any other change is more.
  static let rights = Change(
    .ranked, words: { values, _ in values.joined(separator: ", ") },
    risk: { Set($1).isSubset(of: $0) ? .shrank : .grew })
}

extension Change where Value == PlannedWindow? {
  static let window = Change.sentence(PlannedWindow.fields) { $0.words }
}

extension Change where Value == PlannedUndo {
  /// An operation reaches further than nothing to take back. What cannot be taken back is a wall to a rollback, and is
  /// never done again unasked: without that, as with it, more is at risk.
  static let undo = Change(.inner) { undo, title, review in
    switch undo {
    case .call(let call): Change<PlannedCall>.inside(PlannedCall.fields).review(call, title, &review)
    case .nothing, .impossible: review.add(title, undo.words)
    }
  } compare: { old, new, title, comparison in
    if case (.call(let before), .call(let after)) = (old, new) {
      Change<PlannedCall>.inside(PlannedCall.fields).compare(before, after, title, &comparison)
    } else if old != new {
      let isFurther = if case (.nothing, .call) = (old, new) { true } else { false }
      comparison.note("\(title) \(old.words) → \(new.words)", isFurther ? .shrank : .grew)
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
    switch self {
    case .hold: "hold"
    case .breach: "breach"
    case .idle(let signal): "idle when \(plan.name(ofSignal: signal)) is 0"
    case .zero(let signal): "zero when \(plan.name(ofSignal: signal)) is live"
    case .carry(let span): "carry \(span.text)"
    }
  }
}

extension PlannedWindow {
  /// When it is open, in a few words: `mon-thu 21:00-05:00 local`.
  public var words: String {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    let open = (1...7).filter { days.contains($0) }
    // Three days in a row and more are a range.
    var groups: [[Int]] = []
    for day in open {
      if groups.last?.last == day - 1 { groups[groups.count - 1].append(day) } else { groups.append([day]) }
    }
    let spoken = groups.map { group in
      group.count > 2
        ? "\(names[group[0] - 1])-\(names[group[group.count - 1] - 1])"
        : group.map { names[$0 - 1] }.joined(separator: " ")
    }.joined(separator: " ")
    let time = { (minutes: Int) in
      "\(minutes / 600)\(minutes / 60 % 10):\(minutes % 60 / 10)\(minutes % 10)"
    }
    let latest = latestStart == .zero ? "" : ", \(latestStart.text) before its end at the latest"
    return "\(spoken) \(time(opens))-\(time(closes)) \(zone ?? "local")\(latest)"
  }
}

extension Plan {
  /// A condition as the language writes it: `llm_cost > 150 % of forecast.llm_cost`.
  public func words(of condition: PlannedCondition) -> String {
    let limit = "\(name(ofSignal: condition.signal)) \(condition.comparison.rawValue) \(condition.limit.text)"
    if let quantity = condition.quantity {
      precondition(forecast.indices.contains(quantity), "a condition compares with what its plan does not forecast")
      return "\(limit) % of forecast.\(forecast[quantity].name)"
    }
    let unit = signals[condition.signal].unit
    return unit.isEmpty ? limit : "\(limit) \(unit)"
  }

  /// The name of a signal by its place. A plan that was read was checked, and one that was made points at its own.
  func name(ofSignal signal: Int) -> String {
    precondition(signals.indices.contains(signal), "a plan points at a signal that it has not")
    return signals[signal].name
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
