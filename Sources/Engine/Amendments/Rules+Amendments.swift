import Plans
import Quantities

extension Machine {
  /// Decides about a plan that shall take the place of the one in force.
  mutating func proposeAmendment(_ pending: PendingCommand) throws(Defect) {
    guard let digest = pending.command.amendment, let plan = state.book[digest] else {
      try refuse(pending, "its plan is not in the journal, or is no plan of this version")
      return
    }
    guard state.rollback == nil else {
      try refuse(pending, "a rollback is going on; it has to end first")
      return
    }
    guard !state.isAborting else {
      try refuse(pending, "the run is given up")
      return
    }
    guard plan != state.plan else {
      try refuse(pending, "it is the plan in force")
      return
    }
    guard plan.unexecuted.isEmpty else {
      try refuse(pending, "this version does not execute everything that it asks for")
      return
    }
    let conflicts = plan.conflicts(with: state.executedPrefix)
    if let first = conflicts.first {
      try refuse(pending, first + (conflicts.count > 1 ? ", and \(conflicts.count - 1) more" : ""))
      return
    }
    if let older = state.amendment {
      try emit(
        .amendmentDropped(plan: older.plan, why: "a newer one takes its place"), .run, cause: pending.sequence)
    }
    try emit(
      .amendmentProposed(
        plan: digest, person: pending.command.person,
        needs: state.needs(of: plan).map { state.index.path(of: $0) }), .run, cause: pending.sequence)
  }

  /// Counts what a person of the plan in force says about an amendment.
  mutating func decideAmendment(_ pending: PendingCommand, by person: Int) throws(Defect) {
    guard let amendment = state.amendment, amendment.plan == pending.command.amendment else {
      try refuse(pending, "it speaks of another plan than the one that is proposed")
      return
    }
    if pending.command.name == .reject {
      try emit(
        .amendmentDropped(plan: amendment.plan, why: "rejected by \(state.plan.people[person].id)"), .run,
        cause: pending.sequence)
      return
    }
    let place = pending.subject
    guard amendment.needs.contains(place), let rule = state.approvalRule(of: place) else {
      try refuse(pending, "the amendment needs no approval here")
      return
    }
    if let why = state.amendmentExclusion(of: person, from: rule) {
      try refuse(pending, why)
    } else if state.amendmentApprovers(of: place).contains(person) {
      try refuse(pending, "\(state.plan.people[person].id) has approved it already; four eyes are two persons")
    } else if amendment.given.contains(where: { $0.place == place && pending.command.isSigned(with: $0.key) }) {
      try refuse(pending, Self.usedKey)
    } else if let overdue = state.overdueReview {
      try refuse(pending, Self.isOverdue(state.index.path(of: overdue.place)))
    } else {
      let until = [rule.expires.map { state.now + $0 }, pending.command.until].compactMap { $0 }.min()
      if let until, until <= state.now {
        try refuse(pending, "it has expired already")
        return
      }
      try emit(
        .amendmentApproved(
          plan: amendment.plan, person: person, until: until, auth: pending.command.auth ?? "os",
          id: pending.command.identity), place, cause: pending.sequence)
    }
  }

  /// An amendment that has its approvals takes effect as soon as nothing is in flight.
  mutating func amend() throws(Defect) {
    guard state.isAmending, let amendment = state.amendment, state.outcome == nil, state.rollback == nil,
      !state.isAborting, state.epoch > 0, state.evidence.retreats.isEmpty,
      state.units.allSatisfy({ !$0.hasOpenRequest })
    else { return }
    let cause = state.lastSequence
    guard let plan = state.book[amendment.plan] else {
      try emit(.amendmentDropped(plan: amendment.plan, why: "its plan is not in the journal"), .run, cause: cause)
      return
    }
    if let conflict = plan.conflicts(with: state.executedPrefix).first {
      try emit(
        .amendmentDropped(plan: amendment.plan, why: "the run went on meanwhile: \(conflict)"), .run, cause: cause)
      return
    }
    // What admits it is read before anything that it brings makes void what admitted it.
    let admission = state.amendmentAdmission
    for approval in state.approvalsWithoutProof(under: plan) {
      try emit(
        .approvalVoided(
          id: approval.id, person: approval.person,
          why: "the amendment to plan \(amendment.plan.short) takes away what proved it"), approval.place,
        cause: cause)
    }
    for approval in state.approvalsOutdated(by: plan) {
      try emit(
        .approvalVoided(
          id: approval.id, person: approval.person,
          why: "the amendment to plan \(amendment.plan.short) changes what it approved"), approval.place, cause: cause)
    }
    let differences = plan.differences(from: state.plan)
    // What admits it is asked of those who approved it, and what led to it is the command that brought it.
    try emit(
      .planAmended(
        plan: amendment.plan, grew: differences.count { $0.risk == .grew }, changes: differences.count,
        admittedBy: admission), .run,
      cause: amendment.cause)
    endTurn()
  }
}
