internal import Engine
internal import History
internal import Journaling
internal import Looping
internal import Plans
internal import Quantities
internal import Records

extension Desk {
  /// The notices of a run whose receiver could not be told what it was to be told last.
  ///
  /// - Complexity: O(notices): the answer of a receiver stands soon behind the event that it was told of.
  func failedNotices(of run: RegisteredRun, _ state: RunState) throws -> [FailedNotice] {
    try state.told.sorted { $0.key < $1.key }.compactMap { notice, told in
      guard state.plan.notices.indices.contains(notice) else { return nil }
      var found: FailedNotice?
      var seen = 0
      try journal.entries(of: run.number, after: told) { entry in
        seen += 1
        guard ["notice_delivered", "notice_failed"].contains(entry.type) else { return seen < Self.farthest }
        switch try Recovery.event(entry, index: state.index).kind {
        case .noticeFailed(notice, told, let reason):
          let operation = state.plan.notices[notice].operation
          found = FailedNotice(operation: operation, at: entry.at, reason: entry.payload?["reason"]?.string ?? reason)
          return false
        case .noticeDelivered(notice, told): return false
        default: return seen < Self.farthest
        }
      }
      return found
    }
  }

  /// So many entries behind an event the answer of a receiver is looked for.
  private static let farthest = 500
}
