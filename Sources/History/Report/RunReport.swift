public import Engine
public import Plans
public import Quantities

/// What an auditor, a manager and a release manager want to know of a run: a value that is made from its events alone.
public struct RunReport: Sendable {
  /// The plan in force at the end.
  public var plan: Plan
  /// When the run was created, and the time of its newest event.
  public var began: Instant
  public var ended: Instant
  /// How it ended; `nil` for one that is open.
  public var outcome: Outcome?
  /// By the place of the phase in the plan.
  public var phases: [PhaseCourse]
  /// All waves in the order of the plan.
  public var waves: [WaveCourse]
  /// Each target of each stage that has an inventory, in the order of the plan.
  public var targets: [TargetCourse]
  /// What was measured, by the names of the signals.
  public var signals: [SignalCourse]
  /// What was approved, rejected or lifted, and by whom.
  public var approvals: [ApprovalCourse]
  public var rollbacks: [RollbackCourse]
  public var doubts: [DoubtCourse]
  /// What was against the plan, or decided by a person against what was measured: what a reader wants to see first.
  public var exceptions: [TimelineEntry]
  /// What was measured against what was projected.
  public var measured: [Measured]
  /// How many events there are of each type, by name.
  public var counts: [(type: String, count: Int)]
}

/// A phase, planned and actual.
public struct PhaseCourse: Equatable, Sendable {
  public var id: String
  public var planned: PlannedDays
  public var began: Instant?
  public var ended: Instant?
  public var tally: Tally
}

/// When a plan has something at the earliest: the first and the last day, and the instants where it knows them.
public struct PlannedDays: Equatable, Sendable {
  public var from: CivilDate?
  public var to: CivilDate?
  public var begins: Instant?
  public var ends: Instant?

  /// Of some waves; nothing without a calendar.
  package init(_ waves: [PlannedWave]) {
    from = waves.compactMap(\.earliest).min()
    to = waves.compactMap(\.latest).max()
    begins = waves.compactMap(\.starts?.first).min()
    ends = waves.compactMap(\.ends).max()
  }
}

/// How the targets of a part stand.
public struct Tally: Equatable, Sendable {
  public var targets = 0
  public var done = 0
  public var failed = 0
  public var skipped = 0
  /// Taken back and not done again.
  public var undone = 0

  public init() {}

  /// Counts a target by where it stands.
  public mutating func add(_ status: TargetStatus) {
    targets += 1
    switch status {
    case .done: done += 1
    case .failed: failed += 1
    case .skipped: skipped += 1
    case .undone, .quarantined: undone += 1
    case .waiting, .running: break
    }
  }
}

/// A wave, planned and actual.
public struct WaveCourse: Equatable, Sendable {
  /// What went on for a time.
  public struct Stretch: Equatable, Sendable {
    /// What it was, in the order in which a wave goes through them.
    public enum Kind: String, Sendable, CaseIterable { case apply, gate, bake, undo }

    public var kind: Kind
    public var from: Instant
    public var to: Instant
  }

  public var path: String
  public var planned: PlannedDays
  /// By rising time. What goes on yet ends with the newest event.
  public var stretches: [Stretch]
  public var tally: Tally
  /// What its failure budget means, in words.
  public var limit: String
  /// What opened its gate last, in words; `nil` where none did.
  public var gate: String?

  package init(
    path: String, planned: PlannedDays, stretches: [Stretch], tally: Tally, limit: String, gate: String? = nil
  ) {
    self.path = path
    self.planned = planned
    self.stretches = stretches
    self.tally = tally
    self.limit = limit
    self.gate = gate
  }
}

/// What happened to one target.
public struct TargetCourse: Equatable, Sendable {
  public var id: String
  /// The stage, and the wave in it, counted from 1.
  public var stage: String
  public var wave: Int
  /// The country, or what else tells targets apart; empty where the plan needs none.
  public var country: String
  public var status: TargetStatus
  public var attempts = 0
  public var failures = 0
  public var doubts = 0
  /// How often it was taken back.
  public var undone = 0
  public var began: Instant?
  public var ended: Instant?
}

/// What somebody said about a part of the run.
public struct ApprovalCourse: Equatable, Sendable {
  /// What was said, in the words that a reader sees.
  public enum Kind: String, Sendable, CaseIterable {
    case approved, rejected, emergency, reviewed, forced
    case amended = "approved the amendment"
  }

  public var kind: Kind
  public var path: String
  public var person: String
  /// How the person is known, in words; empty where it was not recorded.
  public var auth: String
  public var at: Instant
  public var until: Instant?
  public var reason: String?
  /// Why it does not count any more, and since when.
  public var voided: (why: String, at: Instant)?
  public var seq: Int64

  public static func == (left: Self, right: Self) -> Bool { left.seq == right.seq && left.person == right.person }
}

/// What was taken back at one time, and on whose word.
public struct RollbackCourse: Equatable, Sendable {
  public var path: String
  /// What or who decided it.
  public var by: String
  public var from: Instant
  public var to: Instant?
  public var targets: Int
  public var undone = 0
  public var isBlocked = false
}

/// A step of which nobody knew whether it had happened.
public struct DoubtCourse: Equatable, Sendable {
  public var path: String
  public var verb: Verb
  public var at: Instant
  public var cause: String
  /// How it was settled, by which rule, and when; `nil` while it is open.
  public var settled: (how: String, rule: String, at: Instant)?

  public static func == (left: Self, right: Self) -> Bool { left.path == right.path && left.at == right.at }
}
