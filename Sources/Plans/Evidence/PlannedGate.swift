public import Quantities

/// What must be true after each wave of a stage before the next one.
public struct PlannedGate: Hashable, Sendable {
  /// The names of the gates that are required.
  public var names: [String]
  /// All conditions of these gates.
  public var conditions: [PlannedCondition]
  /// For how long without a break.
  public var hold: Span
  /// The longest wait; `nil` waits for ever.
  public var deadline: Span?
  /// What a breach at the deadline does.
  public var onBreach: GateAction
  /// What missing knowledge at the deadline does.
  public var onUnknown: GateAction
  /// How long an opened gate stays open while its wave cannot go on; `nil` for ever.
  public var validFor: Span?
  /// Whether it measures and reports without deciding.
  public var isShadow: Bool
  /// The comparison of migrated targets with others.
  public var comparison: PlannedComparison?

  package init(
    names: [String], conditions: [PlannedCondition], hold: Span, deadline: Span? = nil, onBreach: GateAction,
    onUnknown: GateAction, validFor: Span? = nil, isShadow: Bool, comparison: PlannedComparison? = nil
  ) {
    self.names = names
    self.conditions = conditions
    self.hold = hold
    self.deadline = deadline
    self.onBreach = onBreach
    self.onUnknown = onUnknown
    self.validFor = validFor
    self.isShadow = isShadow
    self.comparison = comparison
  }
}

/// A comparison of migrated targets with control targets.
public struct PlannedComparison: Hashable, Sendable {
  /// The signal, by its place in the plan; it has one value for each target.
  public var signal: Int
  /// The harm that is accepted, in the signal's unit.
  public var margin: Fixed
  /// Whether larger values are the harm.
  public var isHarmAbove: Bool
  /// The attributes that a control shares with its target.
  public var match: [String] = []
  /// How long before the earlier period lies with which each target is compared to itself; zero for none.
  public var before = Span.zero
  /// How often it is looked, at most.
  public var looks = 1
  /// The chance in percent that harm of the margin passes, all looks together.
  public var error = 5

  public init(
    signal: Int, margin: Fixed, isHarmAbove: Bool, match: [String] = [], before: Span = .zero, looks: Int = 1,
    error: Int = 5
  ) {
    self.signal = signal
    self.margin = margin
    self.isHarmAbove = isHarmAbove
    self.match = match
    self.before = before
    self.looks = max(1, looks)
    self.error = error
  }

  /// The error of one look: the looks share the whole (Bonferroni), since each of them is a chance to be wrong.
  public var errorEach: Double { Double(error) / 100 / Double(looks) }

  /// The fewest targets that can show anything: with n of them, all better by chance has the probability 2⁻ⁿ.
  public var leastPairs: Int {
    var (count, chance) = (0, 1.0)
    while chance > errorEach, count < 60 {
      count += 1
      chance /= 2
    }
    return count
  }
}

/// What a gate or a trigger does when it has decided.
public enum GateAction: String, Hashable, Sendable, CaseIterable { case hold, rollback, stop }

/// What must never become true while targets are exposed.
public struct PlannedTrigger: Hashable, Sendable {
  /// How far an action reaches.
  public enum Scope: String, Hashable, Sendable, CaseIterable { case target, wave, stage, phase, run }

  /// How the breach must last.
  public enum Persistence: Hashable, Sendable {
    /// Without a break for so long, and in two evaluations at least.
    case lasting(Span)
    /// In so many of the last evaluations.
    case share(of: Int, in: Int)
  }

  /// The identifier.
  public var id: String
  /// The condition that is the breach.
  public var condition: PlannedCondition
  /// How the breach must last.
  public var persistence: Persistence
  /// What it does.
  public var action: GateAction
  /// What it does it to.
  public var scope: Scope
  /// How long after the end of its scope it still watches.
  public var watchAfter: Span
  /// What missing data mean to it.
  public var noData: NoDataPolicy
  /// The risks that it serves.
  public var mitigates: [String]

  package init(
    id: String, condition: PlannedCondition, persistence: Persistence, action: GateAction, scope: Scope,
    watchAfter: Span, noData: NoDataPolicy, mitigates: [String]
  ) {
    self.id = id
    self.condition = condition
    self.persistence = persistence
    self.action = action
    self.scope = scope
    self.watchAfter = watchAfter
    self.noData = noData
    self.mitigates = mitigates
  }
}

/// The events that a bake waits for.
public struct PlannedEvents: Hashable, Sendable {
  /// How many on each target.
  public var count: Int
  /// The signal that counts them, by its place in the plan: a running total.
  public var signal: Int

  package init(count: Int, signal: Int) {
    self.count = count
    self.signal = signal
  }
}

extension PlannedGate: Planned {
  static let fields = Fields(
    PlannedGate.init(names:conditions:hold:deadline:onBreach:onUnknown:validFor:isShadow:comparison:)
  ) {
    Item("names", { $0.names }, .list(.text), as: "requires", .grew)
    Item("conditions", { $0.conditions }, PlannedCondition.fields.form.list, as: "conditions", .conditions)
    Item("hold_ms", { $0.hold }, .span, as: "hold", .less)
    Item("deadline_ms", { $0.deadline }, .optional(.span), as: "deadline", .limit(none: "none"))
    Item("on_breach", { $0.onBreach }, .word, as: "on_breach", .gateAction)
    Item("on_unknown", { $0.onUnknown }, .word, as: "on_unknown", .gateAction)
    Item("valid_for_ms", { $0.validFor }, .optional(.span), as: "valid_for", .limit(none: "ever"))
    Item("shadow", { $0.isShadow }, .flag, .flag(isSafe: false))
    Item(
      "comparison", { $0.comparison }, PlannedComparison.fields.form.optional,
      .inside(PlannedComparison.fields, added: .shrank, removed: .grew, words: { _ in "with what is not migrated" }))
  }
}

extension PlannedComparison: Planned {
  static let fields = Fields(PlannedComparison.init(signal:margin:isHarmAbove:match:before:looks:error:)) {
    Item("signal", { $0.signal }, .place, .signal)
    Item("margin", { $0.margin }, .decimal, .more)
    Item("harm_above", { $0.isHarmAbove }, .flag, as: "harm is above", .grew)
    Item("match", { $0.match }, .list(.text), .grew)
    Item("before_ms", { $0.before }, .span, as: "before", .grew)
    Item("looks", { $0.looks }, .integer(1...10), .grew)
    Item("error_percent", { $0.error }, .integer(1...20), as: "error %", .more)
  }
}

extension PlannedTrigger: Planned {
  static let fields = Fields(PlannedTrigger.init(id:condition:persistence:action:scope:watchAfter:noData:mitigates:)) {
    Item("id", { $0.id }, .text, .identity)
    Item("condition", { $0.condition }, PlannedCondition.fields.form, as: "when", .condition)
    Item("persistence", { $0.persistence }, .persistence, as: "lasting", .persistence)
    Item("action", { $0.action }, .word, as: "does", .gateAction)
    Item("scope", { $0.scope }, .word, .grew)
    Item("watch_after_ms", { $0.watchAfter }, .span, as: "watch_after", .less)
    Item("no_data", { $0.noData }, .noData, as: "no_data", .noData)
    Item("mitigates", { $0.mitigates }, .list(.text), .same)
  }
}

extension PlannedEvents: Planned {
  static let fields = Fields(PlannedEvents.init(count:signal:)) {
    Item("count", { $0.count }, .integer(1...1_000_000_000), as: "events of each target", .less)
    Item("signal", { $0.signal }, .place, as: "counted by", .signal)
  }
}
