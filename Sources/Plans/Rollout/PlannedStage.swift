public import Quantities

/// One roll-out.
public struct PlannedStage: Hashable, Sendable {
  /// The index of its phase.
  public var phase: Int
  /// The identifier.
  public var id: String
  /// The index of its inventory; `nil` for a stage that is done once.
  public var inventory: Int?
  /// The step templates in order.
  public var steps: [PlannedStep]
  /// The waves in order.
  public var waves: [PlannedWave]
  /// The most targets at once, as asked for.
  public var concurrency: Int
  /// Whether targets in flight count against the budget.
  public var isStrict: Bool
  /// Limits by attribute value: no more than so many failures among targets with one value.
  public var tolerateByAttribute: [AttributeLimit]
  /// How long a wave bakes, in the time of the environment.
  public var bake: Span
  /// The events that a wave must see on each target while it bakes.
  public var bakeEvents: PlannedEvents?
  /// The whole local days that a wave must bake; 0 for none.
  public var bakeCycles: Int
  /// How long a wave may bake before a person is asked; `nil` waits for ever.
  public var bakeDeadline: Span?
  /// What must be true after each wave.
  public var gate: PlannedGate?
  /// The approval that each of its waves needs.
  public var approvalRule: PlannedApproval?
  /// How many targets a period may take.
  public var pace: PlannedPace?
  /// How many targets with one value of an attribute may start in a period.
  public var caps: [PlannedCap]
  /// The first instant at which the stage may start; `nil` at once.
  public var notBefore: Instant?
  /// When its targets may start; `nil` at any time.
  public var window: PlannedWindow?
  /// What happens after a rollback that evidence decided.
  public var then: AfterRollback

  package init(
    phase: Int, id: String, inventory: Int? = nil, steps: [PlannedStep], waves: [PlannedWave], concurrency: Int,
    isStrict: Bool, tolerateByAttribute: [AttributeLimit], bake: Span, bakeEvents: PlannedEvents? = nil,
    bakeCycles: Int = 0, bakeDeadline: Span? = nil, gate: PlannedGate? = nil, approvalRule: PlannedApproval? = nil,
    pace: PlannedPace? = nil, caps: [PlannedCap] = [], notBefore: Instant? = nil, window: PlannedWindow? = nil,
    then: AfterRollback
  ) {
    self.phase = phase
    self.id = id
    self.inventory = inventory
    self.steps = steps
    self.waves = waves
    self.concurrency = concurrency
    self.isStrict = isStrict
    self.tolerateByAttribute = tolerateByAttribute
    self.bake = bake
    self.bakeEvents = bakeEvents
    self.bakeCycles = bakeCycles
    self.bakeDeadline = bakeDeadline
    self.gate = gate
    self.approvalRule = approvalRule
    self.pace = pace
    self.caps = caps
    self.notBefore = notBefore
    self.window = window
    self.then = then
  }

  /// The most targets that are ever in flight: strict admission lets no more run than the budget can lose.
  public func effectiveConcurrency(wave: Int, phaseLimit: Int?, runLimit: Int?) -> Int {
    guard isStrict else { return concurrency }
    let limits = [waves[wave].tolerate, phaseLimit, runLimit].compactMap { $0 }
    return min(concurrency, (limits.min() ?? Int.max - 1) + 1)
  }
}

/// A limit for each value of an attribute.
public struct AttributeLimit: Hashable, Sendable {
  /// The attribute, such as `country`.
  public var attribute: String
  /// The failures that are tolerated among targets with one value.
  public var limit: Int

  package init(attribute: String, limit: Int) {
    self.attribute = attribute
    self.limit = limit
  }
}

extension PlannedStage {
  /// The number of targets in all waves.
  public var targetCount: Int { waves.reduce(0) { $0 + $1.targets.count } }
}

/// What happens after a rollback that evidence decided. After one that a person asked for, the run is held.
public enum AfterRollback: String, Hashable, Sendable, CaseIterable {
  case hold, stop
  case retryOnce = "retry once"
}

extension PlannedStage: Planned {
  static let fields = Fields(
    PlannedStage.init(
      phase:id:inventory:steps:waves:concurrency:isStrict:tolerateByAttribute:bake:bakeEvents:bakeCycles:
      bakeDeadline:gate:approvalRule:pace:caps:notBefore:window:then:)
  ) {
    Item("phase", { $0.phase }, .place, .identity)
    Item("id", { $0.id }, .text, .identity)
    Item("inventory", { $0.inventory }, .optional(.place), .inventory)
    Item("steps", { $0.steps }, PlannedStep.fields.form.list, .steps)
    Item("waves", { $0.waves }, PlannedWave.fields.form.list, .waves)
    Item("concurrency", { $0.concurrency }, .integer(1...1_000_000_000), .more)
    Item("strict", { $0.isStrict }, .flag, as: "strict admission", .flag(isSafe: true))
    Item("tolerate_by_attribute", { $0.tolerateByAttribute }, AttributeLimit.fields.form.list, .attributeLimits)
    Item("bake_ms", { $0.bake }, .span, as: "bake", .less)
    Item(
      "bake_events", { $0.bakeEvents }, PlannedEvents.fields.form.optional, as: "bake",
      .inside(PlannedEvents.fields, added: .shrank, removed: .grew, words: { "on \($0.count) events of each target" }))
    Item("bake_cycles", { $0.bakeCycles }, .integer(0...1_000).usually(0), as: "bake over days", .less)
    Item("bake_deadline_ms", { $0.bakeDeadline }, .optional(.span), as: "bake deadline", .limit(none: "none"))
    Item(
      "gate", { $0.gate }, PlannedGate.fields.form.optional,
      .inside(PlannedGate.fields, added: .shrank, removed: .grew, words: { "`\($0.names.joined(separator: ", "))`" }))
    Item("approval_rule", { $0.approvalRule }, PlannedApproval.fields.form.optional, as: "approval", .approval)
    Item("pace", { $0.pace }, PlannedPace.fields.form.optional, .pace)
    Item("caps", { $0.caps }, PlannedCap.fields.form.list.usually([]), .caps)
    Item("not_before", { $0.notBefore }, .optional(.instant), .floor(none: "at once"))
    Item("window", { $0.window }, PlannedWindow.fields.form.optional, .window)
    Item("then", { $0.then }, .word, as: "after a rollback", .afterRollback)
  }
}

extension AttributeLimit: Planned {
  static let fields = Fields(AttributeLimit.init(attribute:limit:)) {
    Item("attribute", { $0.attribute }, .text, .identity)
    Item("limit", { $0.limit }, .count, as: "tolerate", .more)
  }
}
