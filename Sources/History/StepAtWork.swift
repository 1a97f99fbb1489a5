public import Engine
public import Quantities

/// What is known of a step at work beside the record.
public struct StepAtWork: Equatable, Sendable {
  /// The processes of its command, by their numbers, the first one first; none for what is no command.
  public var processes: [Int32]
  /// What it printed last.
  public var line: String?

  public init(processes: [Int32] = [], line: String? = nil) { (self.processes, self.line) = (processes, line) }
}

/// A receiver of notices that could not be told what it was to be told last.
public struct FailedNotice: Equatable, Sendable {
  /// The operation that tells it.
  public var operation: String
  /// When it was given up.
  public var at: Instant
  /// Why.
  public var reason: String

  public init(operation: String, at: Instant, reason: String) {
    (self.operation, self.at, self.reason) = (operation, at, reason)
  }
}

/// What a screen about a run is told beside its state and its record.
public struct RunSurroundings: Sendable {
  /// The command that does again what failed in the run, and nothing else, once the run is over; `nil` where all of it
  /// was done since, or nobody knows.
  public var repair: String?
  /// The steps that somebody works at.
  public var work: [StepAddress: StepAtWork]
  /// The receivers of notices that could not be told.
  public var notices: [FailedNotice]

  public init(repair: String? = nil, work: [StepAddress: StepAtWork] = [:], notices: [FailedNotice] = []) {
    (self.repair, self.work, self.notices) = (repair, work, notices)
  }
}
