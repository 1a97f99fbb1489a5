internal import Engine

/// Why a checkpoint is signed.
public enum Occasion: Int, Comparable, Sendable, CaseIterable {
  /// Entries came for a while, and none of the others happened.
  case time
  /// An executor began, or leaves.
  case executor
  /// Somebody approved, amended or declared an emergency: what they saw is fixed before anything rests on it.
  case approval
  /// A wave began.
  case wave
  /// Something is about to be done that cannot be undone.
  case irreversible

  /// How long entries come without another occasion, in milliseconds.
  static let interval: Int64 = 15 * 60_000

  public static func < (left: Occasion, right: Occasion) -> Bool { left.rawValue < right.rawValue }

  /// By the type of an event, what a checkpoint is signed for once it is durable.
  fileprivate static let byType: [String: Occasion] = [
    "executor_started": .executor, "executor_stopped": .executor, "run_finished": .executor,
    "approval_counted": .approval, "amendment_approved": .approval, "plan_amended": .approval,
    "emergency_declared": .approval, "gate_forced": .approval, "wave_started": .wave,
  ]

  /// The types of events that are an occasion whatever they say.
  static let types = byType.keys.sorted()
}

extension Event.Kind {
  /// What a checkpoint is signed for once the event is durable.
  var occasion: Occasion? {
    if case .intended(.apply, let intent) = self { return intent.undo == "irreversible" ? .irreversible : nil }
    return Occasion.byType[type]
  }
}
