public import Quantities
public import Records

/// The clock that a conductor lives on: the wall clock, or a virtual one in tests and rehearsals.
public protocol Timekeeper: Sendable {
  /// The clocks now.
  func read() -> ClockReading

  /// Returns when the mailbox has something, or when the instant has come, whichever is first.
  ///
  /// - Parameters:
  ///   - mailbox: where the world's answers arrive.
  ///   - until: when something is due; `nil` when nothing is.
  ///   - owed: what has not answered. A virtual clock does not move while an answer is owed.
  func wait(for mailbox: Mailbox, until: Instant?, owed: Owed) async
}

/// How many answers a world owes.
public struct Owed: Equatable, Sendable {
  /// Of providers, probes, measurements and signatures: the run waits for them.
  public var answers: Int
  /// Of receivers: the run never waits for them.
  public var tellings: Int

  /// Counts them.
  public init(answers: Int, tellings: Int) {
    self.answers = answers
    self.tellings = tellings
  }
}
