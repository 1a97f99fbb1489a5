public import Diagnostics
public import Quantities

/// A chapter of the programme.
public struct Phase: Sendable {
  /// The identifier.
  public var id: Located<String>
  /// One sentence for people.
  public var summary: String?
  /// The first day on which it may start.
  public var starts: Located<CivilMoment>?
  /// Whose approval it needs.
  public var approval: Approval?
  /// Failures that the phase tolerates.
  public var tolerate: Tolerance?
  /// The stages in order.
  public var stages: [Stage]
}

/// Whose approval something needs.
public struct Approval: Sendable {
  /// How many persons.
  public var count: Int
  /// In which role.
  public var role: String
  /// Who must not be among them: `author`, `executor`.
  public var not: [String]
  /// How long an approval holds; `nil` for as long as nothing voids it.
  public var expires: Span?
  /// In which role somebody may go on without approvals in an emergency; `nil` for nobody.
  public var emergency: Located<String>?
  /// Where it is written.
  public var location: SourceSpan
}

/// One roll-out over one inventory, or over none.
public struct Stage: Sendable {
  /// The identifier.
  public var id: Located<String>
  /// The inventory, by name; `nil` for a stage that is done once.
  public var targets: Located<String>?
  /// Which targets.
  public var select: Selection
  /// How they are cut into waves.
  public var waves: Waves
  /// When targets may start.
  public var window: Window?
  /// How long a wave must stay healthy.
  public var bake: Bake?
  /// The steps in order.
  public var steps: [Step]
  /// What must be true after each wave.
  public var gate: Gate?
  /// Whose approval it needs.
  public var approval: Approval?
  /// What happens after a rollback.
  public var then: Then
  /// Where it is written.
  public var location: SourceSpan
}

/// What happens after a rollback.
public enum Then: String, Sendable, CaseIterable {
  case hold
  case stop
  case retryOnce = "retry once"
}

/// Which targets of an inventory a stage takes.
public struct Selection: Sendable {
  /// Where to choose from.
  public enum From: String, Sendable, CaseIterable {
    /// Targets that no earlier stage over the same inventory took.
    case rest
    case all
  }

  /// Where to choose from.
  public var from: From
  /// How many; all when `nil`.
  public var count: Located<Int>?
  /// Attributes over which to spread, outermost first.
  public var spread: [Located<String>]
  /// The number from which the order within one group is made.
  public var seed: Int
  /// Attribute values that a target must have.
  public var matching: [Match]

  /// An attribute and the values that are allowed.
  public struct Match: Sendable {
    public var attribute: Located<String>
    /// The values, any of which will do.
    public var values: [Located<String>]

    public init(attribute: Located<String>, values: [Located<String>]) {
      self.attribute = attribute
      self.values = values
    }
  }
}

/// How the targets of a stage are cut into waves.
public struct Waves: Sendable {
  /// The sizes in order; the last one repeats. Empty means one wave, or the pace's count.
  public var sizes: [Located<Int>]
  /// How many targets a period may take.
  public var pace: Located<Pace>?
  /// By attribute: how many targets with one value of it may start in a period.
  public var caps: [Cap]
  /// Identifiers that come first, in this order.
  public var order: [Located<String>]
  /// The most targets at once, as written.
  public var concurrency: Located<Int>?
  /// How many failures are tolerated.
  public var tolerate: Tolerance?
  /// Whether the budget bounds those in flight too.
  public var admission: Admission

  /// How many targets with one value of an attribute may start in a period.
  public struct Cap: Sendable {
    public var attribute: Located<String>
    /// The number and the period.
    public var pace: Pace
  }

  /// How targets in flight count against a budget.
  public enum Admission: String, Sendable, CaseIterable { case strict, eager }
}

/// So many targets in a calendar period, written `20 per week`.
public struct Pace: Hashable, Sendable {
  /// The length of a period.
  public enum Period: String, Hashable, Sendable, CaseIterable {
    case day, week
    case isoWeek = "iso_week"
  }

  /// The number of targets.
  public var count: Int
  public var period: Period
  /// How much unused quota the next period may use.
  public var carry: Int

  public init(count: Int, period: Period, carry: Int = 0) {
    self.count = count
    self.period = period
    self.carry = carry
  }

  /// As it is written: `20 per week`.
  public var words: String { "\(count) per \(period == .day ? "day" : "week")" }
}

/// How many failures are tolerated, by level. The level stops at failure n + 1.
public struct Tolerance: Sendable {
  /// A number of targets, or a share of the planned size.
  public enum Limit: Hashable, Sendable {
    case count(Int)
    /// Whole percent, floored on the planned size.
    case percent(Int)
  }

  /// `wave`, `phase`, `run`, or the name of an attribute.
  public struct Level: Sendable {
    /// `wave`, `phase`, `run`, or an attribute of the targets.
    public var name: Located<String>
    public var limit: Limit

    public init(name: Located<String>, limit: Limit) {
      self.name = name
      self.limit = limit
    }
  }

  /// The levels in the order of the file. A bare number is the level `wave` (in a stage), `phase` or `run`.
  public var levels: [Level]

  public init(levels: [Level]) {
    self.levels = levels
  }
}

/// When targets may start, in wall-clock time.
public struct Window: Sendable {
  /// The days of the week, 1 for Monday to 7 for Sunday.
  public var days: [Int]
  public var hours: Hours
  /// An IANA zone, or `nil` for the zone of each target.
  public var zone: String?
  /// How long before the end a target must have started; `nil` derives it from the steps.
  public var latestStart: Span?
  /// Where it is written.
  public var location: SourceSpan

  /// From one minute of the day to another.
  public struct Hours: Hashable, Sendable {
    /// The first minute.
    public var opens: ClockTime
    /// The minute after the last one; earlier than ``opens`` over midnight.
    public var closes: ClockTime
  }
}

/// How long, and over how many events and cycles, a wave must stay healthy.
public struct Bake: Sendable {
  /// Zero where it bakes for events or cycles alone.
  public var time: Span
  /// The events, written `200 per target`.
  public var events: Int?
  /// The signal that counts the events: a running total.
  public var countedBy: Located<String>?
  /// Local trading cycles: whole days of each target's zone.
  public var cycles: Int?
  /// The longest wait from its beginning on; `nil` waits for ever.
  public var deadline: Span?
  /// Where it is written.
  public var location: SourceSpan
}

/// What must be true before going on.
public struct Gate: Sendable {
  /// Names of gates.
  public var require: [Located<String>]
  /// For how long without a break.
  public var hold: Span
  /// The longest wait.
  public var deadline: Span?
  /// What a breach at the deadline does.
  public var onBreach: Trigger.Action
  /// What missing knowledge at the deadline does.
  public var onUnknown: Trigger.Action
  /// How long a pass counts: a wave that starts later has it measured again first.
  public var validFor: Span
  /// Measure and report without deciding.
  public var shadow: Bool
  /// Compare migrated targets with others.
  public var compare: Comparison?
  /// Where it is written.
  public var location: SourceSpan

  /// A comparison of migrated targets with control targets.
  public struct Comparison: Sendable {
    /// It has one value for each target.
    public var signal: Located<String>
    /// The control group: `rest`.
    public var control: String
    /// The harm that is accepted.
    public var margin: Amount
    /// The attributes that a control shares with its target.
    public var match: [Located<String>]
    /// How long before the earlier period lies with which each target is compared to itself; zero for none.
    public var before: Span
    /// How often it is looked, at most.
    public var looks: Int
    /// The chance in percent that harm of the margin passes, all looks together.
    public var error: Int
    /// Where it is written.
    public var location: SourceSpan
  }
}

/// One action on one target.
public struct Step: Sendable {
  /// What takes the step back.
  public enum Undo: Hashable, Sendable {
    case operation(String)
    /// There is nothing to take back.
    case nothing
    /// It cannot be taken back.
    case impossible
    /// The undo that the environment declares for the operation.
    case ofOperation
  }

  /// The identifier.
  public var id: Located<String>
  /// One sentence for people.
  public var summary: String?
  /// The operation, or an adapter used directly.
  public var uses: Located<String>
  /// What is handed to the operation.
  public var with: Arguments
  /// What is known about doing it twice; only where it names an adapter.
  public var idempotency: Located<OperationDeclaration.Idempotency>?
  /// What tells whether it happened; only where it names an adapter.
  public var probe: DirectCall?
  /// How long "not applied" must hold before it counts; only where it names an adapter.
  public var settle: Located<Span>?
  /// What takes it back.
  public var undo: Located<Undo>
  /// The call that takes it back, where it is written in place of a name.
  public var undoCall: DirectCall?
  /// The longest time of one attempt; `nil` takes the operation's.
  public var timeout: Span?
  /// How often, and how far apart, it is tried.
  public var retry: Retry?
  /// Whether the target is live from here on: samples of it count from this step's end.
  public var isCutover: Bool
  /// Where it is written.
  public var location: SourceSpan
}

/// A probe or an undo of a step that names an adapter.
public struct DirectCall: Sendable {
  /// The adapter, or an operation.
  public var uses: Located<String>
  /// Its own arguments; `nil` takes those of the step.
  public var with: Arguments?
  /// What is known about doing it twice.
  public var idempotency: OperationDeclaration.Idempotency
  /// The longest time of one attempt; `nil` takes the usual one.
  public var timeout: Span?
  /// Whether it is written in place, and not as a name.
  public var isInPlace: Bool
  /// Where it is written.
  public var location: SourceSpan
}

extension Step {
  /// All arguments that are written in it.
  public var writtenArguments: [Arguments] { [with, probe?.with, undoCall?.with].compactMap { $0 } }
}

/// How often, and how far apart, something is tried.
public struct Retry: Hashable, Sendable {
  /// The number of attempts, the first one included.
  public var attempts: Int
  /// The wait: from the first to the longest.
  public var wait: SpanRange

  /// Makes a retry policy.
  public init(attempts: Int, wait: SpanRange) {
    self.attempts = attempts
    self.wait = wait
  }

  /// What holds when nothing is written. Only errors that are known to be transient are ever tried again.
  public static let standard = Retry.definition.empty
}

/// Arguments with interpolations: a tree whose texts are templates.
public indirect enum Arguments: Sendable {
  /// A text with interpolations, and where it is written.
  case text(Template, SourceSpan)
  /// A number, a boolean or nothing, and where it is written.
  case constant(JSON, SourceSpan)
  /// A secret by reference, and where it is written.
  case secret(SecretReference, SourceSpan)
  /// The elements, and where the list is written.
  case list([Arguments], SourceSpan)
  /// Members in the order of the file, and where the mapping is written, or who has no arguments.
  case members([Member], SourceSpan)

  /// A named argument.
  public struct Member: Sendable {
    public var name: Located<String>
    public var value: Arguments

    public init(name: Located<String>, value: Arguments) {
      self.name = name
      self.value = value
    }
  }

  /// Where it is written.
  public var location: SourceSpan {
    switch self {
    case .text(_, let location), .constant(_, let location), .secret(_, let location), .list(_, let location),
      .members(_, let location):
      location
    }
  }
}

extension Environment {
  /// Where a secret is written first: in this environment, or in a step of a runbook; `nil` when nowhere.
  public func place(of secret: SecretReference, in runbook: Runbook) -> SourceSpan? {
    let steps = runbook.phases.flatMap(\.stages).flatMap(\.steps)
    let written = providers.map(\.configuration) + operations.map(\.with) + steps.flatMap(\.writtenArguments)
    return written.lazy.compactMap { $0.place(of: secret) }.first
  }
}

extension Arguments {
  fileprivate func place(of secret: SecretReference) -> SourceSpan? {
    switch self {
    case .secret(let reference, let location): reference == secret ? location : nil
    case .text, .constant: nil
    case .list(let elements, _): elements.lazy.compactMap { $0.place(of: secret) }.first
    case .members(let members, _): members.lazy.compactMap { $0.value.place(of: secret) }.first
    }
  }
}
