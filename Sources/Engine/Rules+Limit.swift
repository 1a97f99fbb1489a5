import Plans
import Quantities

extension Machine {
  /// A person lets fewer targets be at work at once, or lifts that. More than the plan has is another plan's matter.
  mutating func limit(_ pending: PendingCommand) throws(Defect) {
    let most = state.mostAtOnce
    switch pending.command.atOnce {
    case nil where state.atOnce == nil: try refuse(pending, "as many are at work at once as the plan says already")
    case nil: try emit(.concurrencyLimited(to: nil), .run, cause: pending.sequence)
    case let count? where count == state.atOnce:
      try refuse(pending, "at most \(count.counted("target")) at once is what holds already")
    case let count? where count >= most:
      try refuse(
        pending,
        "the plan has at most \(most) at once, so that lowers nothing; "
          + (state.atOnce.map { "`--at-once plan` lifts the limit of \($0)" } ?? "more takes an amendment"))
    case let count?: try emit(.concurrencyLimited(to: count), .run, cause: pending.sequence)
    }
  }
}

extension RunState {
  /// The most targets that the plan has at work at once, from the current stage on.
  public var mostAtOnce: Int { plan.stages[min(stage, plan.stages.count)...].map(\.concurrency).max() ?? 1 }
}
