import Plans
import Quantities
import Synchronization

/// The plan of a form that the plan's index keeps: it does not keep the index alive in turn.
struct PlanLink: Sendable {
  unowned let index: PlanIndex

  var plan: Plan { _read { yield index.plan } }

  func path(of place: Place) -> String { index.path(of: place) }

  func place(_ path: String) -> Place? { index.place(path) }
}

/// How states under one plan are written, once that was asked for: to work it out costs more than to write a state.
final class SnapshotForm: Sendable {
  private let kept = Mutex<Form<RunState>?>(nil)

  func form(under index: PlanIndex) -> Form<RunState> {
    kept.withLock { kept in
      let form = kept ?? .run(PlanLink(index: index))
      kept = form
      return form
    }
  }
}
