public import Plans
public import Quantities

/// Everything that the engine knows about a run: a fold over its events, and nothing else.
public struct RunState: Sendable {
  /// The plan and its paths.
  public internal(set) var index: PlanIndex
  /// The plans that events may name as the next one.
  var book: [Digest: Plan] = [:]
  /// The plan that shall take the place of the one in force, if there is one.
  public internal(set) var amendment: Amendment?
  /// The time of the newest event.
  public internal(set) var now = Instant(milliseconds: 0)
  /// The epoch of the executor that owns the run.
  public internal(set) var epoch: Int64 = 0
  /// When that executor began, or something became due that it waited for: what was measured until then may be unread.
  var wokenAt = Instant(milliseconds: 0)
  /// A random text that makes idempotency keys unique to this run.
  public internal(set) var nonce = ""
  /// When the run was created.
  public internal(set) var createdAt = Instant(milliseconds: 0)
  /// The sequence number of the event that created it.
  public internal(set) var createdSequence: Int64 = 0
  /// The sequence number of the newest event.
  public internal(set) var lastSequence: Int64 = 0
  /// Whether the executor starts nothing new because it is about to leave. It says nothing about the run: the next
  /// executor goes on.
  public internal(set) var isDraining = false
  /// How the run stands.
  public internal(set) var standing = Standing.going
  /// The stages, by index.
  public internal(set) var stages: [StageState]
  /// The stage that is worked on.
  public internal(set) var stage = 0
  /// The wave that is worked on.
  public internal(set) var wave = 0
  /// How far that wave is.
  public internal(set) var waveState = WaveState.notStarted
  /// The phase that was started last; -1 before the first.
  public internal(set) var startedPhase = -1
  /// The targets that are being worked on, in the order in which that began.
  public internal(set) var units: [Unit] = []
  /// The rollback that is going on, if any.
  public internal(set) var rollback: Rollback?
  /// Targets that a person holds back.
  public internal(set) var heldTargets: Set<TargetKey> = []
  /// How many targets may be at work at once where a person let it be fewer than the plan says.
  public internal(set) var atOnce: Int?
  /// The targets that a person left as they are in a rollback, each with the command that said so: evidence takes none
  /// of them back, a person may.
  var keptTargets: [TargetKey: Int64] = [:]
  /// Failed targets, at every level that a budget can have.
  public internal(set) var failures: Failures
  /// Commands that were received and are not decided yet.
  var pendingCommands: [PendingCommand] = []
  /// The sequence number of the event that the next wave follows from.
  var waveCause: Int64 = 0
  /// Targets of the current wave that are not settled.
  var open = 0
  /// The targets of the current wave by kind, each in the order of the wave.
  var queues: [TargetQueue] = []
  /// What is known from measurements.
  var evidence: EvidenceState
  /// What people approved, rejected and lifted.
  var approvals = ApprovalState()
  /// By notice: the sequence number of the newest event that was told.
  public internal(set) var told: [Int: Int64] = [:]
  /// Since when targets are live.
  var live = LiveIndex()
  /// By stage and step: how long the newest targets took, in milliseconds.
  var times: [Int: [Int: [Int64]]] = [:]
  /// Counts targets done in the whole run.
  public internal(set) var doneCount = 0
}

extension RunState {
  /// The state before the first event.
  ///
  /// - Parameters:
  ///   - plan: the plan.
  ///   - zones: zone data, for whoever lets the engine decide, or asks what a target waits for.
  public init(_ plan: Plan, zones: any ZoneTable = NoZones()) {
    self.init(PlanIndex(plan, zones: zones))
  }

  /// The state before the first event, under the index of its plan.
  public init(_ index: PlanIndex) {
    let plan = index.plan
    let stages = plan.stages.map { stage in
      StageState(
        rows: stage.inventory.map { plan.inventories[$0].count } ?? 1, outputs: Self.referencedOutputs(of: stage))
    }
    self.init(
      index: index, stages: stages, failures: Failures(phases: plan.phases.count),
      evidence: EvidenceState(signals: plan.signals.count, triggers: plan.triggers.count))
    passEmptyStages()
  }

  /// The plan that is in force. Lent and not copied: a copy counts its dozens of parts, at each look.
  public var plan: Plan { _read { yield index.plan } }

  /// The position of a unit among ``units``.
  func unitIndex(_ key: TargetKey) -> Int? {
    // By position: whoever goes over the elements copies each of them.
    for position in units.indices where units[position].key == key { return position }
    return nil
  }

  /// The unit of a target that is being worked on.
  public func unit(_ key: TargetKey) -> Unit? { unitIndex(key).map { units[$0] } }

  /// Whether nothing new may be started in the forward direction.
  public var isStopped: Bool { standing != .going || rollback != nil || isDraining || isAmending }

  /// How many targets of a stage may be at work at once: what the plan says, or the lower number of a person.
  public func concurrency(of stage: Int) -> Int { min(plan.stages[stage].concurrency, atOnce ?? .max) }

  /// Which outputs of which steps something refers to: only those are kept.
  static func referencedOutputs(of stage: PlannedStage) -> [Int: Set<String>] {
    var names: [Int: Set<String>] = [:]
    for step in stage.steps {
      for case .output(let id, let name) in step.references {
        guard let source = stage.steps.firstIndex(where: { $0.id == id }) else { continue }
        names[source, default: []].insert(name)
      }
    }
    return names
  }
}

/// The targets of one kind in the current wave, and how far they are begun.
struct TargetQueue: Equatable, Sendable {
  /// The kind, as ``PlanIndex`` numbers it.
  var kind: Int
  /// Their places in the wave, rising.
  var places: [Int32] = []
  /// The first of them that may still be waiting.
  var head = 0
}

/// A command and the event that brought it.
struct PendingCommand: Equatable, Sendable {
  var command: OperatorCommand
  var subject: Place
  var sequence: Int64
}

/// How far the current wave is.
public enum WaveState: Equatable, Sendable {
  case notStarted
  case running
  /// Its targets are settled, and its gate is measured.
  case gating
  /// Its gate has opened.
  case gated
  case baking(until: Instant)
  case baked
}

/// What is known about the targets of a stage.
public struct StageState: Equatable, Sendable {
  /// By row: where the target stands.
  public internal(set) var status: [TargetStatus]
  /// The rows in the order in which work on them began; a row that was undone and began again stands once, later.
  public internal(set) var admitted: [Int32] = []
  /// By row: the steps that an undo must visit, where that is not all of them.
  var touched: [Int32: UInt64] = [:]
  /// By row: how often the target was taken back.
  public internal(set) var rounds: [Int32: Int] = [:]
  /// By row: how often that was decided by evidence.
  var retreats: [Int32: Int] = [:]
  /// By row: since when the target is live. Kept only in runs that measure.
  var live: [Int32: Instant] = [:]
  /// By row and step: the outputs that something refers to.
  var outputs: [Int32: [Int: [String: String]]] = [:]
  /// When the pace's first period began, and the current one, with what it has used.
  var pace: PaceState?
  /// When its first target began: periods without a calendar count from here.
  var begunAt: Instant?
  /// By cap and value: how many targets began in the period that was current then.
  var capped: [Int: [String: CapUse]] = [:]
  /// By step: the names of the outputs that something refers to.
  var wanted: [Int: Set<String>]
}

extension StageState {
  init(rows: Int, outputs: [Int: Set<String>]) {
    self.init(status: Array(repeating: .waiting, count: rows), wanted: outputs)
  }
}

/// How much of a cap is used for one value.
struct CapUse: Equatable, Sendable {
  var periodStart: Instant
  var used: Int
}

/// A retreat that is going on.
public struct Rollback: Equatable, Sendable {
  /// How far it reaches.
  public var place: Place
  /// The targets that are still to be undone, the last one next.
  public var queue: [TargetKey]
  /// The number of targets that it reaches.
  public var total: Int
  /// The targets that it has undone.
  public var undone = 0
  /// The step that cannot be taken back and at which it stops.
  public var stopsAt: String?
  /// The event that started it.
  var cause: Int64
  /// What decided it, if no person did: `trigger errors`.
  public var by: String?
  /// The stage in which that was decided; `nil` for a person.
  var decidedIn: Int?
  /// The event that decided it; `nil` for a person.
  var decision: Int64?

  /// Whether a target is still to be undone. They go back from the end, and that is where it is looked for: the time
  /// does not grow with the rollback.
  func isQueued(_ key: TargetKey) -> Bool { queue.lastIndex(of: key) != nil }

  /// Takes a target out of the queue. Returns whether it was there.
  @discardableResult
  mutating func dequeue(_ key: TargetKey) -> Bool {
    guard let position = queue.lastIndex(of: key) else { return false }
    queue.remove(at: position)
    return true
  }
}

/// Failed targets at every level that a budget can have.
public struct Failures: Equatable, Sendable {
  public internal(set) var run = 0
  /// In the current wave.
  public internal(set) var wave = 0
  /// By the place of the phase in the plan.
  public internal(set) var phases: [Int]
  /// By `attribute=value`.
  public internal(set) var attributes: [String: Int] = [:]
}

extension Failures {
  init(phases: Int) {
    self.init(phases: Array(repeating: 0, count: phases))
  }
}

extension RunState {
  /// How many requests to providers have no answer.
  public var openRequests: Int { units.count { $0.hasOpenRequest } }
}
