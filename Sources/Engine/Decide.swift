public import Plans
public import Quantities

/// The engine of one run: its state, and the rules that decide what comes next.
///
/// There is no clock, no file and no chance in here. What the rules emit is folded at once, so each rule sees the state
/// that the decisions before it made.
public struct Machine: Sendable {
  /// The state, with every event and decision so far folded in.
  public internal(set) var state: RunState
  /// How many requests may be open at once, because whoever carries them out has no room for more.
  public var room = Int.max
  private var decisions = Decisions()
  private var nextSequence: Int64 = 0
  /// The rule that speaks.
  private var speaker = ""

  /// The rules in the order in which they speak.
  public static let rules = [
    Rule("fence", "first: no other rule may take a request of a lost executor for one that runs") { m throws(Defect) in
      try m.fence()
    },
    Rule("approvals", "before commands: an approval that no longer holds admits nothing") { m throws(Defect) in
      try m.approvals()
    },
    Rule("commands", "before all that goes forward: a pause is obeyed in the turn that brings it") { m throws(Defect) in
      try m.operatorCommand()
    },
    Rule("doubts", "after commands, since a person may resolve a doubt before it is probed") { m throws(Defect) in
      try m.settleDoubt()
    },
    Rule("retry", "after doubts: what was settled as failed is tried again or given up") { m throws(Defect) in
      try m.retry()
    },
    Rule("amend", "before anything begins: a plan changes while nothing is in flight; the turn ends with it") {
      m throws(Defect) in try m.amend()
    },
    Rule("trigger", "before all that goes forward: what evidence forbids is not begun") { m throws(Defect) in
      try m.trigger()
    },
    Rule("rollback", "after what decides a rollback: targets begin to go back in the same turn") { m throws(Defect) in
      try m.rollback()
    },
    Rule("budget", "after failures are counted and before more is admitted") { m throws(Defect) in try m.budget() },
    Rule("advance", "targets at work go on before new ones begin") { m throws(Defect) in try m.advance() },
    Rule("gate", "after the wave's targets are settled, before it bakes") { m throws(Defect) in try m.gate() },
    Rule("bake", "after the gate, before the wave counts as finished") { m throws(Defect) in try m.bake() },
    Rule("start", "after the wave before it is finished") { m throws(Defect) in try m.start() },
    Rule("admit", "after the start: targets of the wave begin") { m throws(Defect) in try m.admit() },
    Rule("finish", "last: the run is over when no other rule has anything left to do") { m throws(Defect) in
      try m.finish()
    },
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

  /// Takes over what another engine found that was this one, and folded samples as they came: they are recorded now,
  /// all in one event, and are not folded a second time.
  ///
  /// - Parameters:
  ///   - ahead: the engine that folded them.
  ///   - instant: when they were recorded.
  ///   - sequence: the sequence number of that event.
  /// - Returns: whether it did. It does not where the clock was set back since: what was found then may have rested on
  ///   a time that the record does not know.
  public mutating func adopt(_ ahead: Machine, at instant: Instant, sequence: Int64) -> Bool {
    let now = max(state.now, instant)
    guard ahead.state.now <= now else { return false }
    let book = state.book
    state = ahead.state
    state.book = book
    state.now = now
    state.lastSequence = sequence
    state.ripenBake(at: now)
    return true
  }

  /// Decides everything that follows from the state.
  ///
  /// - Parameter sequence: the sequence number that the first decision will have in the journal; the others follow
  ///   without a gap.
  /// - Returns: the decisions in order, and the effects that they name.
  /// - Throws: ``Defect`` when a decision does not fit the state, or when the rules come to no end. Nothing may be
  ///   written then, and the engine cannot go on from the state that it has.
  public mutating func decide(from sequence: Int64) throws(Defect) -> Decisions {
    try decide(from: sequence, by: Self.rules)
  }

  /// Decides by some rules.
  mutating func decide(from sequence: Int64, by rules: [Rule]) throws(Defect) -> Decisions {
    decisions = Decisions()
    defer { decisions = Decisions() }
    nextSequence = sequence
    var rounds = 0
    while true {
      let before = decisions.made.count
      for rule in rules {
        speaker = rule.name
        try rule.apply(&self)
        // Whoever carries the decisions out changes to the new plan first.
        if decisions.amendsPlan { return decisions }
      }
      if decisions.made.count == before { return decisions }
      rounds += 1
      if rounds > Self.plainRounds, rounds > mostRounds { throw endless }
    }
  }

  /// So many rounds of the rules are never worth a look at the plan.
  static let plainRounds = 256

  /// The most rounds in which the rules may find something to decide without news from the world. Each round settles at
  /// least a wave that has nothing to do, a target that fails before a provider is asked, or a command.
  private var mostRounds: Int {
    let waves = state.plan.stages.reduce(0) { $0 + $1.waves.count }
    return Self.plainRounds + 8 * (state.plan.targetCount + waves + state.plan.phases.count)
  }

  private var endless: Defect {
    var repeated: [String] = []
    for decision in decisions.made.suffix(16) {
      let line = "\(decision.rule): \(decision.event.kind.type)\(decision.path.isEmpty ? "" : " \(decision.path)")"
      if !repeated.contains(line) { repeated.append(line) }
    }
    return Defect(message: "the rules come to no end; they repeat \(repeated.joined(separator: ", "))")
  }

  /// Records a decision and folds it.
  ///
  /// - Returns: its sequence number.
  /// - Throws: when it does not fit the state.
  @discardableResult
  mutating func emit(_ kind: Event.Kind, _ subject: Place, cause: Int64) throws(Defect) -> Int64 {
    let event = Event(kind, subject: subject, at: state.now, cause: cause)
    let path = state.index.path(of: subject)
    let sequence = nextSequence
    // The record has the path and nothing else: whoever reads it must find the same place.
    guard state.index.place(path) == subject, state.fold(event, sequence: sequence) else {
      throw Defect(
        message: "the rule `\(speaker)` decided \(kind.type)\(path.isEmpty ? "" : " \(path)"), which does not fit")
    }
    nextSequence += 1
    decisions.made.append(Decision(event: event, path: path, rule: speaker))
    return sequence
  }

  /// The plan was changed: nothing more is decided in this turn.
  mutating func endTurn() { decisions.amendsPlan = true }

  /// Makes a plan known under its digest, so that events that name it can be folded.
  public mutating func learn(_ plan: Plan, as digest: Digest) { state.learn(plan, as: digest) }

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
  /// Whether the last decision put another plan in force. What follows is decided in the next turn, under that plan.
  public internal(set) var amendsPlan = false

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
  /// `phase/stage/wave/target/step`.
  public var path: String
  /// Doing it or taking it back.
  public var verb: Verb
  /// From 1, anew in each direction and round.
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
