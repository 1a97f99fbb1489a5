public import Quantities

/// A target that is being worked on: forwards, or back.
public struct Unit: Equatable, Sendable {
  /// Which target.
  public let key: TargetKey
  /// Forwards or back.
  public internal(set) var verb: Verb
  /// The step that is worked on.
  public internal(set) var step: Int
  /// The attempts of this step in this direction so far.
  public internal(set) var attempt = 0
  /// Attempts that count against the retry policy: those that a lost executor cut off do not.
  public internal(set) var tries = 0
  /// What is the matter with it.
  public internal(set) var condition: Condition = .ready
  /// The steps that may have happened in this round, as a whole or in part, and were not taken back: those that an undo
  /// must visit. What provably did nothing is not among them: a refusal, "not sent", an argument without a value.
  public internal(set) var touched: UInt64
  /// The newest durable cursor of the step.
  public internal(set) var cursor: String?
  /// The sequence number of the event that put the unit into its condition.
  public internal(set) var cause: Int64
  /// When it came into its condition.
  public internal(set) var since: Instant
  /// The epoch under which the open request was made.
  public internal(set) var epoch: Int64 = 0
  /// Whether an undo ends with the target failed (it is undone alone) or undone (a rollback).
  public internal(set) var isRetreatOfFailure = false
  /// Whether an undo of it may have happened, as a whole or in part, although nobody said that it did.
  var mayBeBack = false

  /// What is the matter with a unit.
  public enum Condition: Equatable, Sendable {
    /// The next request can be made.
    case ready
    /// A provider was asked.
    case running(deadline: Instant)
    /// The provider said no.
    case failed(Failure)
    /// It tries again then.
    case waiting(until: Instant)
    /// The outcome is not known.
    case inDoubt(Doubt.Cause, looks: Int)
    /// The provider was asked whether it happened.
    case probing(deadline: Instant, looks: Int)
    /// The probe answered.
    case probed(ProbeAnswer, looks: Int)
    /// "Not applied" must still hold then.
    case settling(until: Instant)
    /// A person must say what happened.
    case parked(rule: String)
    /// A person must do it.
    case manual
    /// The undo failed for good.
    case blocked
  }

  /// The step that is worked on.
  public var address: StepAddress { StepAddress(target: key, step: step) }

  /// The bit of the step that is worked on.
  var stepBit: UInt64 { 1 << UInt64(step) }

  /// What an undo would have to visit if it came now: a step that a provider is at work on may have happened.
  var exposed: UInt64 { verb == .apply && hasOpenRequest ? touched | stepBit : touched }

  /// Whether a provider may be at work for it right now.
  public var hasOpenRequest: Bool {
    switch condition {
    case .running, .probing: true
    case .ready, .failed, .waiting, .inDoubt, .probed, .settling, .parked, .manual, .blocked: false
    }
  }

  /// Whether only a person can go on with it.
  public var needsPerson: Bool {
    switch condition {
    case .parked, .manual, .blocked: true
    case .ready, .running, .failed, .waiting, .inDoubt, .probing, .probed, .settling: false
    }
  }

  /// Whether the outcome of its open request is not known.
  public var isInDoubt: Bool {
    switch condition {
    case .inDoubt, .probing, .probed, .settling, .parked: true
    case .ready, .running, .failed, .waiting, .manual, .blocked: false
    }
  }
}

/// Where a target stands.
public enum TargetStatus: UInt8, Sendable, CaseIterable {
  case waiting, running, done, failed, undone, skipped
  /// Taken back by evidence a second time: only a person lets it in again.
  case quarantined

  /// One letter for snapshots.
  var letter: UInt8 {
    switch self {
    case .waiting: UInt8(ascii: ".")
    case .running: UInt8(ascii: "r")
    case .done: UInt8(ascii: "d")
    case .failed: UInt8(ascii: "f")
    case .undone: UInt8(ascii: "u")
    case .skipped: UInt8(ascii: "s")
    case .quarantined: UInt8(ascii: "q")
    }
  }

  init?(letter: UInt8) {
    guard let status = Self.allCases.first(where: { $0.letter == letter }) else { return nil }
    self = status
  }

  /// Whether nothing more happens to it by itself in this wave.
  public var isAtRest: Bool { self != .waiting && self != .running }
}
