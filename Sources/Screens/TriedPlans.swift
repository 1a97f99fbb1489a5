import Planning
import Synchronization

/// Plans that documents try, each made once however many marks ask for it.
final class TriedPlans: Sendable {
  private typealias Made = Result<Planner.Answer, PlanTrial.Problem>

  private let make: @Sendable (PlanTrial) throws(PlanTrial.Problem) -> Planner.Answer
  private let made = Mutex<[PlanTrial: Made]>([:])

  /// - `make`: makes the plan of a trial.
  init(_ make: @escaping @Sendable (PlanTrial) throws(PlanTrial.Problem) -> Planner.Answer) {
    self.make = make
  }

  /// The plan with some changes, `full-scale.starts=2027-02-22` each.
  ///
  /// - Throws: ``PlanTrial/Problem`` when it cannot be tried.
  func plan(_ words: [String]) throws(PlanTrial.Problem) -> Planner.Answer {
    let trial = try PlanTrial(words)
    if let known = made.withLock({ $0[trial] }) { return try known.get() }
    let new = Made { () throws(PlanTrial.Problem) in try make(trial) }
    made.withLock { $0[trial] = new }
    return try new.get()
  }
}
