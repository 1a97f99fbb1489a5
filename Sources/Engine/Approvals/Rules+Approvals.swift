import Plans
import Quantities

extension Machine {
  /// Approvals that no longer hold are void, with an event that says why; those that are missing are asked for.
  mutating func approvals() throws(Defect) {
    guard state.outcome == nil else { return }
    for approval in state.approvals.given {
      guard let why = state.voids(approval) else { continue }
      try emit(
        .approvalVoided(id: approval.id, person: approval.person, why: why), approval.place, cause: state.lastSequence)
    }
    guard state.epoch > 0, !state.isStopped, let missing = state.missingApproval,
      state.approvals.asked != missing.place
    else { return }
    try emit(.approvalAsked(have: missing.have, wanted: missing.rule.count), missing.place, cause: state.lastSequence)
  }

  /// Decides about what a person with a place in the plan said.
  mutating func obeyPerson(_ pending: PendingCommand) throws(Defect) {
    let command = pending.command
    let place = pending.subject
    precondition(command.name.isOfPersons, "the door looked for no person behind `\(command.name.rawValue)`")
    guard let person = command.person, state.plan.people.indices.contains(person) else {
      try refuse(pending, "the sender is nobody in trust/people.yaml")
      return
    }
    if command.name == .force {
      try force(pending, person)
      return
    }
    if command.amendment != nil, [.approve, .reject].contains(command.name) {
      try decideAmendment(pending, by: person)
      return
    }
    guard let rule = state.approvalRule(of: place) else {
      try refuse(pending, "nothing needs an approval here; name a phase or stage that has `approve:`")
      return
    }
    switch command.name {
    case .approve: try approve(pending, person, rule)
    case .reject: try emit(.approvalRejected(person: person), place, cause: pending.sequence)
    case .emergency:
      guard let until = command.until, until > state.now else {
        try refuse(pending, "it does not say how long it shall hold")
        return
      }
      try emit(.emergencyDeclared(person: person, until: until), place, cause: pending.sequence)
    case .review:
      let open = state.approvals.emergencies.filter { $0.place == place && !$0.isReviewed }
      guard !open.isEmpty else {
        try refuse(pending, "no emergency waits for a review here")
        return
      }
      guard open.contains(where: { $0.person != person }) else {
        try refuse(pending, "whoever declared the emergency cannot review it")
        return
      }
      try emit(.emergencyReviewed(person: person), place, cause: pending.sequence)
    case .pause, .resume, .retry, .skip, .hold, .release, .resolve, .rollback, .abort, .force, .amend: break
    }
  }

  /// A gate can be forced by two persons, each with a reason; every report says so.
  private mutating func force(_ pending: PendingCommand, _ person: Int) throws(Defect) {
    guard case .wave(let stage, let wave) = pending.subject, let gate = state.evidence.gate,
      (gate.stage, gate.wave) == (stage, wave), !gate.isShadow
    else {
      try refuse(pending, "no gate is measured here")
      return
    }
    guard let first = gate.forceAskedBy else {
      try emit(.gateForceAsked(person: person), pending.subject, cause: pending.sequence)
      return
    }
    guard first != person else {
      try refuse(pending, "\(state.plan.people[person].id) asked for it already; a second person must")
      return
    }
    try emit(
      .gateForced(
        by: [first, person], exhibits: gate.board.exhibits(in: state.plan),
        admittedBy: [gate.forceAskedAt, pending.sequence].compactMap { $0 }), pending.subject,
      cause: pending.sequence)
  }

  private mutating func approve(_ pending: PendingCommand, _ person: Int, _ rule: PlannedApproval) throws(Defect) {
    if let why = state.exclusion(of: person, from: rule) {
      try refuse(pending, why)
    } else if let why = state.tooEarly(for: pending.subject) {
      try refuse(pending, why)
    } else if let given = pending.command.given,
      let breach = state.breach(since: given, against: pending.subject)
    {
      try refuse(pending, "\(breach.by) is newer: it was given at \(given.text), before that was decided")
    } else if state.approvers(of: pending.subject).contains(person) {
      try refuse(pending, "\(state.plan.people[person].id) has approved it already; four eyes are two persons")
    } else if let overdue = state.overdueReview {
      try refuse(
        pending, "the emergency of \(state.index.path(of: overdue.place)) was not reviewed in time; `review` it first")
    } else {
      let byRule = rule.expires.map { state.now + $0 }
      let until = [byRule, pending.command.until].compactMap { $0 }.min()
      if let until, until <= state.now {
        try refuse(pending, "it has expired already")
        return
      }
      try emit(
        .approvalCounted(
          person: person, until: until, auth: pending.command.auth ?? "os", id: pending.command.id), pending.subject,
        cause: pending.sequence)
    }
  }
}

extension RunState {
  /// What a phase or stage asks for.
  func approvalRule(of place: Place) -> PlannedApproval? {
    switch place {
    case .phase(let phase): plan.phases[phase].approvalRule
    case .stage(let stage): plan.stages[stage].approvalRule
    case .run, .wave, .target, .step: nil
    }
  }

  /// An emergency whose review is overdue.
  public var overdueReview: Emergency? {
    approvals.emergencies.first { !$0.isReviewed && now - $0.at > Emergency.reviewTime }
  }

  /// The emergencies of the run, for everybody who looks at it.
  public var emergencies: [Emergency] { approvals.emergencies }
}
