/// What signals ask of an executor, one after another.
///
/// Any of them asks to leave: nothing new starts, and what runs is finished. Only a person at the keyboard hurries, by
/// a second SIGINT: programs that send SIGTERM and SIGHUP, such as a service manager, `timeout`, or a terminal that
/// closes, send them in pairs and again, and none of that means that steps shall be cut off.
public struct Leaving: Sendable {
  /// A signal that asks to leave.
  public enum Signal: CaseIterable, Sendable {
    /// SIGINT: ^C.
    case interrupt
    /// SIGTERM.
    case terminate
    /// SIGHUP.
    case hangUp
  }

  /// What is to be done.
  public enum Answer: Equatable, Sendable {
    /// It was asked before.
    case nothing
    /// Nothing new starts, running steps finish.
    case drain
    /// The same, where it was asked for without a person: the next ^C leaves at once.
    case warn
    /// Leave now: what runs is in doubt.
    case abandon
  }

  /// Two within this time are one: programs send theirs to the process, and then to its group.
  public static let pair = Duration.seconds(1)

  /// Whether it was asked at all.
  public private(set) var isAsked = false
  private var interrupted: ContinuousClock.Instant?

  /// Nothing was asked yet.
  public init() {}

  /// Hears a signal.
  ///
  /// - Parameters:
  ///   - signal: which one.
  ///   - now: when it came.
  /// - Returns: what is to be done for it.
  public mutating func hear(_ signal: Signal, at now: ContinuousClock.Instant) -> Answer {
    defer { isAsked = true }
    guard signal == .interrupt else { return isAsked ? .nothing : .drain }
    if let interrupted {
      guard now - interrupted >= Self.pair else { return .nothing }
      self.interrupted = now
      return .abandon
    }
    interrupted = now
    return isAsked ? .warn : .drain
  }
}
