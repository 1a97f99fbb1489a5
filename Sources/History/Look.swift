import Engine

/// Whether the executor at work has done anything.
struct Look {
  /// The row of its start, while it has done nothing.
  private(set) var quiet: Int?
  /// The rows of it and of the executors before it that found nothing to do, two each.
  var rows: [Int] = []

  mutating func begin(_ row: Int) { quiet = row }

  mutating func take(_ kind: Event.Kind) {
    switch kind {
    case .executorStarted, .executorDraining, .executorStopped, .timerDue, .snapshotKept, .sampled, .noticeDelivered:
      break
    default: quiet = nil
    }
  }
}
