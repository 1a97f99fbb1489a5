import Plans
import Quantities

extension RunState {
  /// Takes into account what people said and what evidence says.
  mutating func foldKnowledge(_ event: Event, sequence: Int64) -> Bool {
    let place = event.subject
    switch event.kind {
    case .approvalAsked: return ask(place)
    case .approvalCounted(let person, let until, let auth, let id):
      approve(
        GivenApproval(
          place: place, person: person, at: event.at, until: until, auth: auth, id: id, sequence: sequence))
    case .approvalVoided(let id, _, _): return void(id, at: place)
    case .approvalRejected(let person): reject(.init(place: place, person: person, sequence: sequence))
    case .emergencyDeclared(let person, let until):
      declare(Emergency(place: place, person: person, at: event.at, until: until, sequence: sequence))
    case .emergencyReviewed(let person): return review(place, by: person)
    case .amendmentProposed(let plan, let person, let needs):
      return propose(plan, by: person, needs: needs, cause: event.cause ?? sequence)
    case .amendmentApproved(let plan, let person, let until, let auth, let id):
      let given = GivenApproval(
        place: place, person: person, at: event.at, until: until, auth: auth, id: id, sequence: sequence)
      return approve(given, of: plan)
    case .amendmentDropped(let plan, _): return drop(plan)
    case .planAmended(let plan, let grew, _, _): return amend(to: plan, grew: grew, sequence: sequence)
    case .sampled(let samples):
      for part in samples { foldSamples(part) }
      // Once, after all of them: what came apart and is recorded together gives the same state.
      ripenBake(at: now)
    case .comparisonMeasured(let look, let before, let after): foldLook(look, before: before, after: after)
    case .triggerPending(let id, let series, _), .triggerCleared(let id, let series): return announce(id, series)
    case .triggerFired(let firing): return fire(firing, place: place, sequence: sequence)
    case .triggerUnstable(let id, let series, _): return flap(id, series, at: place, sequence: sequence)
    case .gateStarted(let deadline, let isShadow): return startGate(place, deadline: deadline, isShadow: isShadow)
    case .gateHolding: return changeGate { $0.isAnnounced = true }
    case .gateBroken: return changeGate { $0.isAnnounced = false }
    case .gateCompared: return changeGate { $0.isCompared = true }
    case .gateForceAsked(let person):
      return changeGate { gate in
        guard gate.forceAskedBy != person else { return }
        (gate.forceAskedBy, gate.forceAskedAt) = (person, sequence)
      }
    case .gateOpened: return openGate(sequence: sequence)
    case .gateForced: return forceGate(sequence: sequence)
    case .gateExpired(let verdict, _): return expireGate(verdict, at: place, sequence: sequence)
    case .bakeInterrupted(let verdict): return changeBake { $0.announced = verdict }
    case .bakeContinued: return changeBake { $0.announced = .pass }
    case .bakeExpired(let verdict, _): return expireBake(verdict, at: place, sequence: sequence)
    // ``foldRun(_:sequence:)`` brings nothing else here; if it ever does, it does not fit.
    default: return false
    }
    return true
  }
}
