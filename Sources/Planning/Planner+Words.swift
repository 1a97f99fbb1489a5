import Plans
import Runbooks

extension Planner {
  // The words of the language and those of the plan are two closed lists: a word that only one of them has does not
  // compile.

  func gateAction(_ action: Trigger.Action) -> GateAction {
    switch action {
    case .hold: .hold
    case .rollback: .rollback
    case .stop: .stop
    }
  }

  func scope(_ scope: Scope) -> PlannedTrigger.Scope {
    switch scope {
    case .target: .target
    case .wave: .wave
    case .stage: .stage
    case .phase: .phase
    case .run: .run
    }
  }

  func idempotency(_ idempotency: OperationDeclaration.Idempotency) -> Idempotency {
    switch idempotency {
    case .natural: .natural
    case .key: .key
    case .none: .none
    }
  }

  func noticeClass(_ word: Notice.Class) -> PlannedNotice.Class {
    switch word {
    case .needsPerson: .needsPerson
    case .evidence: .evidence
    case .rollback: .rollback
    case .waves: .waves
    case .finished: .finished
    case .emergency: .emergency
    }
  }

  func form(_ form: Notice.Form) -> PlannedNotice.Form {
    switch form {
    case .text: .text
    case .slack: .slack
    case .teams: .teams
    case .cloudevents: .cloudevents
    }
  }

  func afterRollback(_ then: Then) -> AfterRollback {
    switch then {
    case .hold: .hold
    case .stop: .stop
    case .retryOnce: .retryOnce
    }
  }
}
