internal import Engine
public import Looping
internal import Quantities

/// Signs checkpoints of what a loop recorded, and has them leave the machine.
///
/// The loop says when; what signs is another one in each world, since it needs a key, a clock and files.
public protocol Checkpointing: Sendable {
  /// Signs a checkpoint of what is durable now.
  ///
  /// It is called before anything is done that rests on it, on the conductor's way: it must be quick.
  ///
  /// - Parameter occasion: why.
  /// - Throws: when it cannot be kept. The conductor is over then, as when an event cannot be recorded.
  func sign(_ occasion: Occasion) throws

  /// What work forward waits for, in a sentence; `nil` while it waits for nothing.
  var obstacle: String? { get }
}

extension WallWorld {
  /// How often it is looked whether work forward may go on.
  private static let pause = Duration.milliseconds(100)

  /// So often it is looked before whoever does not want to wait is told no.
  private static let looks = 50

  /// When whoever does not want to wait is to try again: later than they stay for anything.
  private static let later = Span(milliseconds: 90_000)

  /// Waits until a request may be carried out, where something stands in its way. What takes back never waits.
  ///
  /// - Parameters:
  ///   - isForward: whether it is a request that waits at all.
  ///   - hold: is told what it waits for, and `nil` once it waits no more.
  /// - Returns: why it may not, when the executor leaves, or does not stay for what takes long; `nil` when it may.
  func refusal(_ isForward: Bool, saying hold: (String?) -> Void) async -> Failure? {
    guard isForward, var obstacle = checkpoints?.obstacle else { return nil }
    hold(obstacle)
    defer { hold(nil) }
    var looks = 0
    while true {
      let isCancelled = (try? await Task.sleep(for: Self.pause)) == nil
      guard let next = checkpoints?.obstacle else { return nil }
      if next != obstacle { hold(next) }
      obstacle = next
      looks += 1
      guard isCancelled || stay == .notAtAll || stay == .briefly && looks >= Self.looks else { continue }
      let later = stay == .briefly ? Self.later : nil
      return Failure(isTransient: true, retryAfter: later, usesAttempt: false, reason: obstacle)
    }
  }

  /// How long the executor stays where something takes long.
  enum Stay { case asLong, briefly, notAtAll }
}
