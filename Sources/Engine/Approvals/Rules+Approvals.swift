public import Plans
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
    for approval in state.amendment?.given ?? [] {
      guard let why = state.voidsAmendmentApproval(approval) else { continue }
      try emit(
        .approvalVoided(id: approval.id, person: approval.person, why: why), approval.place, cause: state.lastSequence)
    }
    guard state.epoch > 0, !state.isStopped, let missing = state.missingApproval, missing.have < missing.rule.count,
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
    if let entry = state.approvals.used[command.identity], entry < pending.sequence {
      try refuse(pending, "it was used up by entry \(entry): say or sign it anew")
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
    case .emergency: try emergency(pending, person, rule)
    case .review: try review(pending, person, rule)
    case .pause, .resume, .retry, .skip, .hold, .release, .resolve, .rollback, .abort, .force, .amend, .cancel, .limit:
      break
    }
  }

  /// It lifts the count of approvals, for a day at most, and only for whom the runbook names.
  private mutating func emergency(
    _ pending: PendingCommand, _ person: Int, _ rule: PlannedApproval
  ) throws(Defect) {
    guard let role = rule.emergencyRole else {
      try refuse(pending, "the runbook names no role that may declare an emergency here")
      return
    }
    guard state.plan.people[person].roles.contains(role) else {
      try refuse(pending, "\(state.plan.people[person].id) has not the role \(role)")
      return
    }
    if let overdue = state.overdueReview {
      try refuse(pending, Self.isOverdue(state.index.path(of: overdue.place)))
      return
    }
    guard let asked = pending.command.until, asked > state.now else {
      try refuse(pending, "it does not say how long it shall hold")
      return
    }
    let until = min(asked, state.now + Emergency.longest)
    try emit(.emergencyDeclared(person: person, until: until), pending.subject, cause: pending.sequence)
  }

  static func isOverdue(_ path: String) -> String {
    "the emergency of \(path) was not reviewed in time; `review` it first"
  }

  /// Somebody else looks at an emergency: one who could have approved, or declared one.
  private mutating func review(_ pending: PendingCommand, _ person: Int, _ rule: PlannedApproval) throws(Defect) {
    let place = pending.subject
    let open = state.approvals.emergencies.filter { $0.place == place && !$0.isReviewed }
    guard !open.isEmpty else {
      try refuse(pending, "no emergency waits for a review here")
      return
    }
    guard open.contains(where: { $0.person != person }) else {
      try refuse(pending, "whoever declared the emergency cannot review it")
      return
    }
    guard !Set([rule.role, rule.emergencyRole].compactMap { $0 }).isDisjoint(with: state.plan.people[person].roles)
    else {
      try refuse(pending, "\(state.plan.people[person].id) has not the role \(rule.role)")
      return
    }
    try emit(.emergencyReviewed(person: person), place, cause: pending.sequence)
  }

  /// A gate can be forced by two persons whom the rule of its stage, or else of its phase, lets approve; each with a
  /// reason, and every report says so.
  private mutating func force(_ pending: PendingCommand, _ person: Int) throws(Defect) {
    guard case .wave(let stage, let wave) = pending.subject, let gate = state.evidence.gate,
      (gate.stage, gate.wave) == (stage, wave), !gate.isShadow
    else {
      try refuse(pending, "no gate is measured here")
      return
    }
    let rule = state.forceRule(of: stage)
    if let rule {
      if let why = state.exclusion(of: person, from: rule) {
        try refuse(pending, why)
        return
      }
      if state.mayApprovedExecute(rule) {
        try refuse(pending, "the executor is nobody in trust/people.yaml, and the rule leaves out executors")
        return
      }
    }
    // Whoever asked first must still be allowed to when it takes effect.
    guard let first = gate.forceAskedBy, rule.map({ state.exclusion(of: first, from: $0) == nil }) ?? true else {
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

  /// Why two approvals under one key are one.
  static let usedKey = "its key has approved it already; four eyes are two persons with a key each"

  private mutating func approve(_ pending: PendingCommand, _ person: Int, _ rule: PlannedApproval) throws(Defect) {
    if let why = state.exclusion(of: person, from: rule) {
      try refuse(pending, why)
    } else if let why = state.tooEarly(for: pending.subject) {
      try refuse(pending, why)
    } else if let seen = pending.command.seen, let breach = state.breach(since: seen, against: pending.subject) {
      try refuse(
        pending,
        "\(breach.by) is newer: it was given when the journal had \(seen) entries, and that is entry "
          + "\(breach.sequence)")
    } else if state.approvers(of: pending.subject).contains(person) {
      try refuse(pending, "\(state.plan.people[person].id) has approved it already; four eyes are two persons")
    } else if state.approvalsThatCount(for: pending.subject).contains(where: { pending.command.isSigned(with: $0.key) })
    {
      try refuse(pending, Self.usedKey)
    } else if let overdue = state.overdueReview {
      try refuse(pending, Self.isOverdue(state.index.path(of: overdue.place)))
    } else {
      let byRule = rule.expires.map { state.now + $0 }
      let until = [byRule, pending.command.until].compactMap { $0 }.min()
      if let until, until <= state.now {
        try refuse(pending, "it has expired already")
        return
      }
      try emit(
        .approvalCounted(
          person: person, until: until, auth: pending.command.auth ?? "os", id: pending.command.identity),
        pending.subject,
        cause: pending.sequence)
    }
  }
}

extension OperatorCommand {
  /// Whether a key is what proves it, and this one.
  func isSigned(with key: String?) -> Bool { key.map { auth == "ssh:\($0)" } ?? false }
}

extension RunState {
  /// Who may open the gate of a wave of a stage: whoever may approve the stage, or else its phase.
  func forceRule(of stage: Int) -> PlannedApproval? {
    plan.stages[stage].approvalRule ?? plan.phases[plan.stages[stage].phase].approvalRule
  }

  /// The role in which a person says something about a place; `nil` where no rule asks for one.
  public func role(for name: OperatorCommand.Name, at place: Place) -> String? {
    switch (name, place) {
    case (.force, .wave(let stage, _)): forceRule(of: stage)?.role
    case (.emergency, _): approvalRule(of: place)?.emergencyRole
    default: approvalRule(of: place)?.role
    }
  }

  /// What a phase or stage asks for.
  public func approvalRule(of place: Place) -> PlannedApproval? {
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
