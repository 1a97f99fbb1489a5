import Plans
public import Quantities

extension RunState {
  /// The place of a stage whose approvals, or the emergency that lifts them, run out first, and when; `nil` where none
  /// do, or where some are missing already.
  public func nextApprovalEnd(of stage: Int) -> (place: Place, at: Instant)? {
    let ends = approvalRules(of: stage).compactMap { place, rule in
      approvalEnd(of: place, count: rule.count).map { (place: place, at: $0) }
    }
    return ends.min { $0.at < $1.at }
  }

  /// When a place has fewer than so many approvals, and no emergency lifts them; `nil` for never, or already.
  private func approvalEnd(of place: Place, count: Int) -> Instant? {
    // The last one first; without an end comes before all others.
    let ends = approvalsThatCount(for: place).map(\.until).sorted {
      ($0?.milliseconds ?? .max) > ($1?.milliseconds ?? .max)
    }
    let lifted = emergency(at: place)?.until
    guard count > 0, ends.count >= count else { return lifted }
    guard let end = ends[count - 1] else { return nil }
    return lifted.map { max($0, end) } ?? end
  }
}
