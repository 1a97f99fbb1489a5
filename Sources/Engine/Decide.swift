public import Plans
public import Quantities

/// The engine of one run: its state, and the rules that decide what comes next.
///
/// There is no clock, no file and no chance in here. What the rules emit is folded at once, so each rule sees the state
/// that the decisions before it made.
public struct Machine: Sendable {
  /// The state, with every event and decision so far folded in.
  public internal(set) var state: RunState
  private var decisions = Decisions()
  private var nextSequence: Int64 = 0
  /// The rule that speaks.
  private var speaker = ""

  /// The rules in the order in which they speak.
  public static let rules = [
    Rule("fence", "first: no other rule may take a request of a lost executor for one that runs") { $0.fence() },
    Rule("approvals", "before commands: an approval that no longer holds admits nothing") { $0.approvals() },
    Rule("commands", "before all that goes forward: a pause is obeyed in the turn that brings it") {
      $0.operatorCommand()
    },
    Rule("doubts", "after commands, since a person may resolve a doubt before it is probed") { $0.settleDoubt() },
    Rule("retry", "after doubts: what was settled as failed is tried again or given up") { $0.retry() },
    Rule("amend", "before anything begins: a plan changes while nothing is in flight; the turn ends with it") {
      $0.amend()
    },
    Rule("trigger", "before all that goes forward: what evidence forbids is not begun") { $0.trigger() },
    Rule("rollback", "after what decides a rollback: targets begin to go back in the same turn") { $0.rollback() },
    Rule("budget", "after failures are counted and before more is admitted") { $0.budget() },
    Rule("advance", "targets at work go on before new ones begin") { $0.advance() },
    Rule("gate", "after the wave's targets are settled, before it bakes") { $0.gate() },
    Rule("bake", "after the gate, before the wave counts as finished") { $0.bake() },
    Rule("start", "after the wave before it is finished") { $0.start() },
    Rule("admit", "after the start: targets of the wave begin") { $0.admit() },
    Rule("finish", "last: the run is over when no other rule has anything left to do") { $0.finish() },
  ]

  /// An engine before the first event.
  public init(_ plan: Plan, zones: any ZoneTable = NoZones()) {
    state = RunState(plan, zones: zones)
  }

  /// An engine that goes on from a state.
  public init(_ state: RunState) {
    self.state = state
  }

  /// Takes an event from the world, or from the journal, into account.
  public mutating func fold(_ event: Event, sequence: Int64) {
    state.fold(event, sequence: sequence)
  }

  /// Decides everything that follows from the state.
  ///
  /// - Parameter sequence: the sequence number that the first decision will have in the journal; the others follow
  ///   without a gap.
  /// - Returns: the decisions in order, and the effects that they name.
  public mutating func decide(from sequence: Int64) -> Decisions {
    decisions = Decisions()
    nextSequence = sequence
    var before = -1
    while before != decisions.made.count {
      before = decisions.made.count
      for rule in Self.rules {
        speaker = rule.name
        rule.apply(&self)
        // Whoever carries the decisions out changes to the new plan first.
        if decisions.amendsPlan { break }
      }
      if decisions.amendsPlan { break }
    }
    defer { decisions = Decisions() }
    return decisions
  }

  /// Records a decision and folds it.
  ///
  /// - Returns: its sequence number.
  @discardableResult
  mutating func emit(_ kind: Event.Kind, _ subject: Place, cause: Int64) -> Int64 {
    let event = Event(kind, subject: subject, at: state.now, cause: cause)
    let sequence = nextSequence
    nextSequence += 1
    decisions.made.append(Decision(event: event, path: state.index.path(of: subject), rule: speaker))
    state.fold(event, sequence: sequence)
    return sequence
  }

  /// The plan was changed: nothing more is decided in this turn.
  mutating func endTurn() { decisions.amendsPlan = true }

  /// Makes a plan known under its digest, so that events that name it can be folded.
  public mutating func learn(_ plan: Plan, as digest: Digest) { state.learn(plan, as: digest) }

  /// Keeps the state of a wave boundary.
  mutating func markBoundary() {
    if state.isAtBoundary { decisions.boundary = state }
  }

  /// Names an effect of the decision that was emitted last.
  mutating func perform(_ effect: Effect) {
    decisions.effects.append(effect)
  }
}

/// What one turn of the engine decided.
public struct Decisions: Sendable {
  /// The decisions in order, each with its place and its rule.
  public internal(set) var made: [Decision] = []
  /// What must be done once they are durable.
  public internal(set) var effects: [Effect] = []
  /// The state right after the last wave that was finished in this turn: where a snapshot can be taken. The next wave
  /// starts in the same turn, so the state after the turn is at no boundary any more.
  public internal(set) var boundary: RunState?
  /// Whether the last decision put another plan in force. What follows is decided in the next turn, under that plan.
  public internal(set) var amendsPlan = false

  /// The events of the decisions.
  public var events: [Event] { made.map(\.event) }
}

/// What the conductor does once the decisions of a turn are durable.
public enum Effect: Equatable, Sendable {
  /// Ask a provider to do something.
  case apply(Request)
  /// Ask a provider whether it happened.
  case probe(Request)

  /// What is asked.
  public var request: Request {
    switch self {
    case .apply(let request), .probe(let request): request
    }
  }
}

/// What a provider is asked.
public struct Request: Equatable, Sendable {
  /// The step.
  public var address: StepAddress
  /// Its path.
  public var path: String
  /// Doing it or taking it back.
  public var verb: Verb
  /// The attempt.
  public var attempt: Int
  /// The provider's name.
  public var provider: String
  /// The arguments, secrets as references.
  public var arguments: JSON
  /// The key under which the provider may recognise the request.
  public var key: String
  /// The longest time.
  public var timeout: Span
  /// When the answer must be there.
  public var deadline: Instant
  /// The newest durable cursor.
  public var cursor: String?
  /// The sequence number of the intent.
  public var cause: Int64
}
