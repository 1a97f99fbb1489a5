internal import Engine
internal import Looping
public import Plans
public import Quantities
public import Records

/// Derives every decision of a run again: the same plan and the same events must lead to the same decisions.
///
/// That the record was not edited says nothing about whether the process was followed. This does: whoever edits a
/// decision, makes all hashes anew and signs them, is found here.
public struct Replay {
  /// The first decision that the engine does not make, or makes in another way.
  public struct Difference: Equatable, Sendable {
    /// The entry; the one before which a decision is missing.
    public var seq: Int64
    /// What is recorded, in words; `nil` where nothing is.
    public var recorded: String?
    /// What the engine decides; `nil` where it decides nothing.
    public var derived: String?
  }

  /// What came of it.
  public struct Outcome: Equatable, Sendable {
    /// How many decisions were derived and are the same.
    public var decisions = 0
    /// For how many requests the arguments were compared, too.
    public var inputs = 0
    /// For how many they could not be: what salted them, or what they were made from, was erased.
    public var withheldInputs = 0
    /// How many decisions rest on what was measured and was erased since, so that nobody can derive them again; and the
    /// first of them.
    public var withheld = 0
    public var firstWithheld: Int64?
    public var difference: Difference?
  }

  private struct Recorded {
    var seq: Int64
    var event: Event
    var path: String
    var rule: String
    /// Whether what people wrote, or answers held, is not there any more.
    var isWithheld: Bool
  }

  private var machine: Machine
  private var group: [Recorded] = []
  private var outcome = Outcome()
  /// Whether the newest decision put another plan in force.
  private var isAmended = false
  private let plan: (Digest) throws -> Plan
  /// The executor at work: it says what inputs are salted with.
  private var executor = ExecutorFacts()
  /// Whether an output was erased that arguments may be made of.
  private var lacksOutputs = false
  /// Whether something was erased that was measured: what was decided from it cannot be derived.
  private var lacksSamples = false

  /// Derives the decisions of a run.
  ///
  /// - Parameters:
  ///   - first: the plan that it began with.
  ///   - zones: zone data, for its calendars.
  ///   - plan: finds a plan by its digest.
  ///   - entries: hands over the entries of the run in order; the closure returns `false` to stop.
  /// - Returns: how many decisions are the same, and the first that is not.
  /// - Throws: when an entry or a plan cannot be read.
  public static func replay(
    from first: Digest, zones: any ZoneTable, plan: @escaping (Digest) throws -> Plan,
    entries: ((Entry) throws -> Bool) throws -> Void
  ) throws -> Outcome {
    var replay = try Replay(from: first, zones: zones, plan: plan)
    try entries { entry in try replay.take(entry) }
    return try replay.end()
  }

  /// Begins a run, whose entries are taken one by one.
  ///
  /// - Parameters:
  ///   - first: the plan that it began with.
  ///   - zones: zone data, for its calendars.
  ///   - plan: finds a plan by its digest.
  /// - Throws: when the plan cannot be read.
  public init(from first: Digest, zones: any ZoneTable, plan: @escaping (Digest) throws -> Plan) throws {
    machine = Machine(RunState(PlanIndex(try plan(first), zones: zones)))
    self.plan = plan
  }

  /// What came of it, when there are no more entries.
  ///
  /// - Throws: when what was decided last cannot be derived.
  public mutating func end() throws -> Outcome {
    // After an amendment whoever goes on decides, and nobody has.
    if outcome.difference == nil, !isAmended || !group.isEmpty { try compare(before: nil) }
    return outcome
  }

  /// Takes an entry of the run, in their order.
  ///
  /// - Returns: whether to go on.
  /// - Throws: when it, or a plan that it names, cannot be read.
  public mutating func take(_ entry: Entry) throws -> Bool {
    guard entry.actor.kind == .engine else {
      // Several things may have happened in one turn: what is decided about them comes after the last one.
      if !group.isEmpty, try !compare(before: entry.seq) { return false }
      let event = try Recovery.event(entry, index: machine.state.index)
      if case .commandReceived(let command) = event.kind, let digest = command.amendment,
        let proposed = try? plan(digest)
      {
        machine.learn(proposed, as: digest)
      }
      if case .executorStarted(_, _, let facts) = event.kind { executor = facts }
      lacksOutputs = lacksOutputs || Self.lostPayload(entry, of: Self.erasable)
      lacksSamples = lacksSamples || Self.lostPayload(entry, of: Self.measured)
      machine.fold(event, sequence: entry.seq)
      return true
    }
    // What is decided next is decided under the plan that was just put in force.
    if isAmended, !group.isEmpty, try !compare(before: entry.seq) { return false }
    isAmended = false
    let event = try Recovery.event(entry, index: machine.state.index)
    group.append(
      Recorded(
        seq: entry.seq, event: event, path: entry.subject, rule: entry.actor.id,
        isWithheld: entry.payload == nil))
    isAmended = event.kind.amendsPlan
    return true
  }

  /// Compares what was decided in one go with what the engine decides; returns whether it is the same.
  @discardableResult
  private mutating func compare(before next: Int64?) throws -> Bool {
    let recorded = group
    group = []
    let before = machine
    guard let difference = derive(recorded, before: next) else { return true }
    // The machine of that day may have had room for fewer requests at once, which the record does not say.
    machine = before
    for decision in recorded { machine.fold(decision.event, sequence: decision.seq) }
    let room = machine.state.openRequests
    machine = before
    machine.room = max(1, room)
    let again = derive(recorded, before: next)
    machine.room = .max
    guard again != nil else { return true }
    if lacksSamples, let first = recorded.first {
      // What was decided stands; that it follows from what was measured nobody can say any more.
      machine = before
      for decision in recorded { machine.fold(decision.event, sequence: decision.seq) }
      outcome.withheld += recorded.count
      outcome.firstWithheld = outcome.firstWithheld ?? first.seq
      return true
    }
    if lacksSamples {
      machine = before
      return true
    }
    outcome.difference = difference
    return false
  }

  /// Derives decisions until they are as many as were recorded.
  private mutating func derive(_ recorded: [Recorded], before next: Int64?) -> Difference? {
    var rest = recorded[...]
    let count = (outcome.decisions, outcome.inputs, outcome.withheldInputs)
    repeat {
      let seq = rest.first?.seq ?? next ?? machine.state.lastSequence + 1
      let derived: Decisions
      do throws(Defect) { derived = try machine.decide(from: seq) } catch {
        return Difference(seq: seq, recorded: rest.first.map(Self.words), derived: error.message)
      }
      for decision in derived.made {
        guard let one = rest.popFirst() else {
          (outcome.decisions, outcome.inputs, outcome.withheldInputs) = count
          return Difference(seq: seq, recorded: nil, derived: Self.words(decision))
        }
        guard isSame(one, decision, derived.effects) else {
          (outcome.decisions, outcome.inputs, outcome.withheldInputs) = count
          return Difference(seq: one.seq, recorded: Self.words(one), derived: Self.words(decision))
        }
        outcome.decisions += 1
      }
      if derived.made.isEmpty, let one = rest.first {
        (outcome.decisions, outcome.inputs, outcome.withheldInputs) = count
        return Difference(seq: one.seq, recorded: Self.words(one), derived: nil)
      }
    } while !rest.isEmpty
    return nil
  }

  private mutating func isSame(_ one: Recorded, _ decision: Decision, _ effects: [Effect]) -> Bool {
    let (event, derived) = (one.event, decision.event)
    guard event.subject == derived.subject, event.at == derived.at, event.cause == derived.cause,
      one.path == decision.path, one.rule == decision.rule || one.rule == "engine"
    else { return false }
    if event.kind.decided == derived.kind { return hasArguments(one, effects) }
    // What was erased cannot be compared; the rest of the entry can.
    return one.isWithheld && derived.kind.payload(log: nil) != nil && event.kind.type == derived.kind.type
      && event.kind.decided.data == derived.kind.data
  }

  /// Whether an intent is about the arguments that the plan gives, where nothing was erased that would show it.
  private mutating func hasArguments(_ one: Recorded, _ effects: [Effect]) -> Bool {
    guard case .intended(_, let intent) = one.event.kind, let input = intent.input else { return true }
    guard let salt = intent.salt.isEmpty ? executor.salt(of: one.seq) : bytes(hexadecimal: intent.salt.utf8) else {
      outcome.withheldInputs += 1
      return true
    }
    let request = effects.first { $0.request.cause == one.seq }?.request
    let isSame = Opening(salt: salt, body: (request?.arguments ?? .null).canonicalBytes).commitment == input
    if isSame { outcome.inputs += 1 } else if lacksOutputs { outcome.withheldInputs += 1 }
    return isSame || lacksOutputs
  }

  /// What brings outputs that arguments may be made of.
  private static let erasable: Set<String> = [
    "step_succeeded", "undo_succeeded", "step_probe_answered", "undo_probe_answered", "command_received",
  ]

  /// What brings samples.
  private static let measured: Set<String> = ["signal_sampled", "comparison_measured"]

  /// Whether the payload of an entry of some types was erased.
  private static func lostPayload(_ entry: Entry, of types: Set<String>) -> Bool {
    guard entry.payload == nil, types.contains(entry.type) else { return false }
    return (try? JSON(parsing: entry.body))?["payload"] != nil
  }

  private static func words(_ one: Recorded) -> String { words(one.event, one.path, one.rule) }

  private static func words(_ decision: Decision) -> String { words(decision.event, decision.path, decision.rule) }

  private static func words(_ event: Event, _ path: String, _ rule: String) -> String {
    let place = path.isEmpty ? "" : " \(path)"
    let cause = event.cause.map { " because of \($0)" } ?? ""
    return "\(event.kind.type)\(place) \(String(decoding: event.kind.data, as: UTF8.self)) by \(rule)\(cause)"
  }
}

/// Why the decisions of a run cannot be derived again.
public struct Unreplayed: Error, Equatable, Sendable {
  /// In one sentence without a full stop.
  public let message: String

  public init(message: String) { self.message = message }
}

extension Event.Kind {
  fileprivate var amendsPlan: Bool { if case .planAmended = self { true } else { false } }
}
