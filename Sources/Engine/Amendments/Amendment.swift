public import Plans
public import Quantities

/// A plan that shall take the place of the one in force, and that waits for approvals or for a quiet moment.
public struct Amendment: Equatable, Sendable {
  /// The digest of the new plan.
  public var plan: Digest
  /// Who asked for it, by the place in the plan; `nil` for somebody who is not among its persons.
  public var person: Int?
  /// The phases and stages whose risk grows and that have a rule: the persons of the plan in force decide.
  public var needs: [Place]
  /// The approvals of it.
  public var given: [GivenApproval]
  /// The event that led to it.
  var cause: Int64
}

extension RunState {
  /// What of the plan in force has been carried out. A target that was taken back as a whole is not part of it.
  public var executedPrefix: ExecutedPrefix {
    var waves: [Int] = []
    var rows: [Set<Int32>] = []
    for number in stages.indices {
      let begun = stages[number].status.indices.filter { row in
        switch stages[number].status[row] {
        case .running, .done, .failed, .quarantined: true
        // A step that could not be taken back may be left of it.
        case .waiting, .undone, .skipped: stages[number].touched[Int32(row)] != nil
        }
      }
      rows.append(Set(begun.map { Int32($0) }))
      let last = begun.map { Int(index.waveOfRow[number][$0]) + 1 }.max() ?? 0
      let passed = number < stage ? plan.stages[number].waves.count : 0
      let current = number == stage ? wave + (waveState == .notStarted ? 0 : 1) : 0
      waves.append(max(last, passed, current))
    }
    return ExecutedPrefix(plan: plan, waves: waves, rows: rows, stagesOver: stage)
  }

  /// Makes a plan known under its digest, so that events that name it can be folded.
  public mutating func learn(_ plan: Plan, as digest: Digest) { book[digest] = plan }

  /// Where risk grows under another plan, and whose rule there has a say: those who decide about the phase, also when
  /// it is over and can still be watched or taken back. What belongs to no phase is decided wherever something is left
  /// to do. So is what comes anew to a place that nobody decides about; with nobody left, by all who ever had a say.
  func needs(of new: Plan) -> [Place] {
    let grown = new.differences(from: plan).filter { $0.risk == .grew }
    let current = stage < plan.stages.count ? plan.stages[stage].phase : plan.phases.count
    let left = plan.phases.indices.filter { $0 >= current }
    var phases = Set(plan.phases.indices.filter { phase in grown.contains { $0.phase == plan.phases[phase].id } })
    var isDecidedByRest = grown.contains { $0.phase == nil }
    for phase in addedPhases(of: new) {
      // A new phase is none of this plan's; a phase without rules that gets a new stage has nobody either.
      isDecidedByRest = isDecidedByRest || phase.map { approvalPlaces(in: $0).isEmpty } ?? true
    }
    if isDecidedByRest {
      let rest = left.contains { !approvalPlaces(in: $0).isEmpty } ? left : Array(plan.phases.indices)
      phases.formUnion(rest)
    }
    return phases.sorted().flatMap(approvalPlaces(in:))
  }

  /// Where another plan has a stage that this one has not: the phase in this plan, `nil` for a new one.
  private func addedPhases(of new: Plan) -> [Int?] {
    new.stages.filter { added in
      !plan.stages.contains { $0.id == added.id && plan.phases[$0.phase].id == new.phases[added.phase].id }
    }.map { added in plan.phases.firstIndex { $0.id == new.phases[added.phase].id } }
  }

  /// The places of a phase at which people decide.
  private func approvalPlaces(in phase: Int) -> [Place] {
    let stages = plan.stages.indices.filter { plan.stages[$0].phase == phase && plan.stages[$0].approvalRule != nil }
    return (plan.phases[phase].approvalRule == nil ? [] : [.phase(phase)]) + stages.map { .stage($0) }
  }

  /// The persons whose approvals of the amendment count for a place now.
  public func amendmentApprovers(of place: Place) -> [Int] { amendmentApprovalsThatCount(for: place).map(\.person) }

  /// The approvals of the amendment that count for a place now: of each person and of each key one.
  private func amendmentApprovalsThatCount(for place: Place) -> [GivenApproval] {
    Self.distinct((amendment?.given ?? []).filter { $0.place == place && voidsAmendmentApproval($0) == nil })
  }

  /// The entries that let the amendment take effect: every approval of it that counts.
  var amendmentAdmission: [Int64] {
    Set((amendment?.needs ?? []).flatMap { amendmentApprovalsThatCount(for: $0).map(\.sequence) }).sorted()
  }

  /// Why an approval of the amendment no longer holds; `nil` while it does.
  func voidsAmendmentApproval(_ approval: GivenApproval) -> String? {
    if let why = voids(approval) { return why }
    return approvalRule(of: approval.place).flatMap { amendmentExclusion(of: approval.person, from: $0) }
  }

  /// The first approval that the amendment still needs; `nil` when it has all, and without an amendment.
  public var missingAmendmentApproval: (place: Place, rule: PlannedApproval, have: Int)? {
    for place in amendment?.needs ?? [] {
      guard let rule = approvalRule(of: place) else { continue }
      let have = amendmentApprovers(of: place).count
      // An emergency lifts approvals of what is planned, and never of another plan.
      if have < rule.count || mayApprovedExecute(rule) { return (place, rule, have) }
    }
    return nil
  }

  /// Whether an amendment has all approvals and waits for what is in flight.
  public var isAmending: Bool { amendment != nil && missingAmendmentApproval == nil }

  /// Why a person's approval of the amendment does not count; `nil` when it does.
  func amendmentExclusion(of person: Int, from rule: PlannedApproval) -> String? {
    if let why = exclusion(of: person, from: rule) { return why }
    guard let amendment else { return nil }
    let name = plan.people[person].id
    if amendment.person == person { return "\(name) asked for the amendment" }
    let isAuthor = book[amendment.plan].map { $0.people.indices.contains(person) && $0.people[person].isAuthor }
    return rule.excludesAuthors && isAuthor ?? false ? "\(name) is an author of the amended runbook" : nil
  }

  /// The persons who could still approve the amendment for a place.
  public func ableToAmend(under rule: PlannedApproval, at place: Place) -> [Int] {
    let have = amendmentApprovers(of: place)
    return plan.people.indices.filter {
      !have.contains($0) && amendmentExclusion(of: $0, from: rule) == nil
        && canProve($0)
    }
  }
}

extension RunState {
  /// The approvals that rest on a key, or an account, that another plan takes away. Whoever's key cannot be found in
  /// changed files any more says it again.
  func approvalsWithoutProof(under new: Plan) -> [GivenApproval] {
    approvals.given.filter { given in
      guard new.people.indices.contains(given.person) else { return true }
      let person = new.people[given.person]
      guard let key = given.key else {
        return !Set(plan.people[given.person].accounts).isSubset(of: person.accounts)
      }
      if new.keys == plan.keys, person.principals == plan.people[given.person].principals { return false }
      return !(new.keys?.admits(fingerprint: key, of: person.principals) ?? false)
    }
  }

  /// The approvals that were given for something else than another plan does. Where the amendment itself was approved,
  /// that stands for what changes, and the earlier word for the rest.
  func approvalsOutdated(by new: Plan) -> [GivenApproval] {
    guard !approvals.given.isEmpty else { return [] }
    return approvals.given.filter { given in
      // What is over was done as it was approved.
      guard let last = stages(in: given.place).max(), last >= stage else { return false }
      if let rule = approvalRule(of: given.place), amendmentApprovers(of: given.place).count >= rule.count {
        return false
      }
      let phase = plan.phases[plan.stages[last].phase].id
      var only: String?
      if case .stage(let number) = given.place { only = plan.stages[number].id }
      // Where risk grows, whoever decides there has approved the amendment itself.
      return new.changesEffects(ofPhase: phase, stage: only, from: plan)
    }
  }

  /// The approvals that would be void once a plan took the place of the one in force: of what path, and who gave it.
  ///
  /// Where the amendment itself has to be approved, that approval takes over instead.
  public func approvalsVoided(by plan: Plan) -> [(path: String, person: String)] {
    let needed = Set(amendmentNeeds(of: plan).map(\.path))
    return approvalsOutdated(by: plan).map { (index.path(of: $0.place), self.plan.people[$0.person].name) }
      .filter { !needed.contains($0.0) }
  }

  /// Whose approvals a plan needs before it can take the place of the one in force, each with the path of its scope.
  public func amendmentNeeds(of plan: Plan) -> [(path: String, rule: PlannedApproval)] {
    needs(of: plan).compactMap { place in approvalRule(of: place).map { (index.path(of: place), $0) } }
  }
}
