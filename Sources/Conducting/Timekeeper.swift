public import Journaling
public import Quantities

/// The clock that a conductor lives on: the wall clock, or a virtual one in tests and rehearsals.
public protocol Timekeeper: Sendable {
  /// The clocks now.
  func read() -> ClockReading

  /// Returns when the mailbox has something, or when the instant has come, whichever is first.
  ///
  /// - Parameters:
  ///   - mailbox: where the world's answers arrive.
  ///   - until: when something is due; `nil` when nothing is.
  ///   - inFlight: how many requests are open. A virtual clock does not move while an answer is owed.
  func wait(for mailbox: Mailbox, until: Instant?, inFlight: Int) async
}
