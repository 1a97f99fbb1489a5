public import Plans
public import Quantities

/// What people said about the parts of a run.
struct ApprovalState: Equatable, Sendable {
  /// The place whose approvals were asked for last, until somebody says something about it.
  var asked: Place?
  /// The approvals that count, in the order in which they were given.
  var given: [GivenApproval] = []
  /// Where somebody said no, and where in the log that stands.
  var rejected: [Rejection] = []
  /// Where the count of approvals is lifted, and until when.
  var emergencies: [Emergency] = []
  /// When evidence decided against a place.
  var breaches: [Breach] = []
  /// Who created the run, and who started its executors, by their places in the plan.
  var planner: Int?
  var executors: Set<Int> = []
  /// Who asked for amendments that made the plan in force riskier.
  var amenders: Set<Int> = []
  /// Whether the executor at work is nobody whom the plan knows.
  var isExecutorUnknown = false
  /// What people said, by its identity, with the event that brought it: nothing counts twice.
  var used: [String: Int64] = [:]

  struct Rejection: Equatable, Sendable {
    var place: Place
    var person: Int
    var sequence: Int64
  }

  struct Breach: Equatable, Sendable {
    var place: Place
    var sequence: Int64
    var by: String
    /// Whether the place was taken back: what was approved to come after it is to be looked at again, too.
    var isTakenBack = false
  }
}

/// An approval that counts until something voids it.
public struct GivenApproval: Equatable, Sendable {
  /// The phase or stage.
  public var place: Place
  /// The person, by the place in the plan.
  public var person: Int
  /// When it was given.
  public var at: Instant
  /// When it ends to hold; `nil` for never.
  public var until: Instant?
  /// How the person is known: `os`, or `ssh:` and the fingerprint of the key.
  public var auth: String
  /// The identity of the request: no approval counts twice.
  public var id: String
  /// The event that counted it. What stands behind that in the log is newer.
  public var sequence: Int64

  /// The fingerprint of the key that proves it; `nil` for an account.
  public var key: String? { auth.hasPrefix("ssh:") ? String(auth.dropFirst(4)) : nil }
}

extension ApprovalState {
  /// What was found to be void on its way does not use anything up: it may be brought to where it belongs.
  mutating func use(_ command: OperatorCommand, at sequence: Int64) {
    guard command.name.isOfPersons, command.flaw == nil, command.person != nil, used[command.identity] == nil
    else { return }
    used[command.identity] = sequence
  }
}

/// A break-glass: the count of approvals is lifted for a place and a time.
public struct Emergency: Equatable, Sendable {
  /// The phase or stage.
  public var place: Place
  /// Who declared it.
  public var person: Int
  /// When.
  public var at: Instant
  /// Until when it holds.
  public var until: Instant
  /// The entry that declared it.
  public var sequence: Int64
  /// Whether a second person has reviewed it.
  public var isReviewed = false

  /// How long a second person has to review it.
  public static let reviewTime = Span.day
  /// How long it can hold.
  public static let longest = Span.day
}

extension RunState {
  /// The approvals that a wave needs: of its phase, and of its stage.
  func approvalRules(of stage: Int) -> [(place: Place, rule: PlannedApproval)] {
    let phase = plan.stages[stage].phase
    return [
      plan.phases[phase].approvalRule.map { (Place.phase(phase), $0) },
      plan.stages[stage].approvalRule.map { (Place.stage(stage), $0) },
    ].compactMap { $0 }
  }

  /// The persons whose approvals of a place count now.
  public func approvers(of place: Place) -> [Int] {
    approvalsThatCount(for: place).map(\.person)
  }

  /// The approvals of a place that count now: of each person and of each key one.
  func approvalsThatCount(for place: Place) -> [GivenApproval] {
    let rejected = approvals.rejected.last { $0.place == place }?.sequence
    return Self.distinct(
      approvals.given.filter { approval in
        approval.place == place && approval.until.map({ $0 > now }) ?? true
          && rejected.map({ $0 < approval.sequence }) ?? true
      })
  }

  /// Of each person and of each key the first.
  static func distinct(_ given: [GivenApproval]) -> [GivenApproval] {
    var (persons, keys): (Set<Int>, Set<String>) = ([], [])
    return given.filter { approval in
      guard !persons.contains(approval.person), approval.key.map({ !keys.contains($0) }) ?? true else { return false }
      persons.insert(approval.person)
      if let key = approval.key { keys.insert(key) }
      return true
    }
  }

  /// The entries that let the next wave of a stage begin: every approval and emergency that counts, and the pass of
  /// the gate before it.
  func admission(of stage: Int) -> [Int64] {
    let people = approvalRules(of: stage).flatMap { place, _ in
      approvalsThatCount(for: place).map(\.sequence) + [emergency(at: place)?.sequence].compactMap { $0 }
    }
    return Set(people + [evidence.passedBy].compactMap { $0 }).sorted()
  }

  /// The emergency that lifts the count of approvals of a place now.
  func emergency(at place: Place) -> Emergency? {
    approvals.emergencies.last { $0.place == place && $0.until > now && $0.at <= now }
  }

  /// The first approval that the next wave still needs, or what has yet to begin of the current one; `nil` when it has
  /// all. One that runs out while targets wait for their windows lets none of them begin.
  public var missingApproval: (place: Place, rule: PlannedApproval, have: Int)? {
    guard stage < plan.stages.count, waveState == .notStarted || waveState == .running else { return nil }
    for (place, rule) in approvalRules(of: stage) {
      let have = approvers(of: place).count
      if have < rule.count || mayApprovedExecute(rule), emergency(at: place) == nil {
        return isAnyWaiting ? (place, rule, have) : nil
      }
    }
    return nil
  }

  /// Whether one of those who approved may be executing under a name that nobody knows, where the rule forbids that.
  func mayApprovedExecute(_ rule: PlannedApproval) -> Bool { rule.excludesExecutors && isExecutorUnknown }

  /// Whether nobody knows who executes, though a rule of the plan leaves out executors.
  public var isExecutorUnknown: Bool {
    approvals.isExecutorUnknown
      && (plan.phases.compactMap(\.approvalRule) + plan.stages.compactMap(\.approvalRule)).contains {
        $0.excludesExecutors
      }
  }

  /// Whether something of the current wave has yet to begin.
  private var isAnyWaiting: Bool {
    waveState == .notStarted
      || plan.stages[stage].waves[wave].targets.contains { stages[stage].status[Int($0)] == .waiting }
  }

  /// The persons who could still approve a place: those who may, and whose keys count now.
  public func able(to rule: PlannedApproval, at place: Place) -> [Int] {
    let have = approvers(of: place)
    return plan.people.indices.filter {
      !have.contains($0) && exclusion(of: $0, from: rule) == nil && canProve($0)
    }
  }

  /// The persons who might approve a place and whose keys do not count now, each with why.
  public func unable(to rule: PlannedApproval, at place: Place) -> [(person: Int, proof: PersonProof)] {
    let have = approvers(of: place)
    return plan.people.indices.compactMap { person in
      guard !have.contains(person), exclusion(of: person, from: rule) == nil, !canProve(person) else { return nil }
      return (person, proof(of: person))
    }
  }

  /// Whether a person's keys count now. Who has neither an account nor the name of a key was found before the run.
  func canProve(_ person: Int) -> Bool {
    plan.people[person].principals.isEmpty || proof(of: person).isPossible
  }

  /// How a person can prove who it is now.
  public func proof(of person: Int) -> PersonProof {
    index.personTimes.indices.contains(person) ? index.personTimes[person].proof(from: now, to: now) : .none
  }

  /// Why a person's approval does not count; `nil` when it does.
  func exclusion(of person: Int, from rule: PlannedApproval) -> String? {
    let name = plan.people[person].id
    if !plan.people[person].roles.contains(rule.role) { return "\(name) has not the role \(rule.role)" }
    if rule.excludesAuthors, plan.people[person].isAuthor { return "\(name) is an author of the runbook" }
    if rule.excludesAuthors, approvals.planner == person { return "\(name) created this run" }
    if rule.excludesAuthors, approvals.amenders.contains(person) { return "\(name) amended this run" }
    if rule.excludesExecutors, approvals.executors.contains(person) { return "\(name) executes this run" }
    return nil
  }

  /// Why an approval no longer holds; `nil` while it does.
  func voids(_ approval: GivenApproval) -> String? {
    if let until = approval.until, until <= now { return "it expired" }
    guard plan.people.indices.contains(approval.person) else { return "the plan has no such person" }
    if let rule = approvalRule(of: approval.place), !plan.people[approval.person].roles.contains(rule.role) {
      return "\(plan.people[approval.person].id) is no longer \(rule.role)"
    }
    // What is over was done as it was approved; whoever approved it may execute or write what comes after.
    let isOver = stages(in: approval.place).max().map { $0 < stage } ?? true
    if let rule = approvalRule(of: approval.place), !isOver, let why = exclusion(of: approval.person, from: rule) {
      return why
    }
    return breach(since: approval.sequence, against: approval.place).map { "\($0.by) is newer" }
  }

  /// Whether an approval is counted that no longer holds: something was decided against it since the rules began to
  /// speak, and nothing rests on it until they have said so.
  var hasVoidApproval: Bool { approvals.given.contains { voids($0) != nil } }

  /// What was decided against a place at or behind an entry of the log.
  func breach(since entry: Int64, against place: Place) -> ApprovalState.Breach? {
    let approved = stages(in: place)
    return approvals.breaches.last { $0.sequence >= entry && reaches($0, approved) }
  }

  /// Whether a breach speaks against some stages: it is within or around them, or what they rest on was taken back.
  private func reaches(_ breach: ApprovalState.Breach, _ approved: Set<Int>) -> Bool {
    let inside = stages(in: breach.place)
    return !inside.isDisjoint(with: approved) || breach.isTakenBack && rests(approved, on: inside)
  }

  private func rests(_ approved: Set<Int>, on stages: Set<Int>) -> Bool {
    guard let first = stages.min(), let last = approved.max() else { return false }
    return first <= last
  }

  /// Why nobody can approve a place yet: what it would rest on is being taken back, or was and is to be done again.
  /// `nil` when nothing is.
  func tooEarly(for place: Place) -> String? {
    let approved = stages(in: place)
    if let rollback, rests(approved, on: stages(in: rollback.place)) {
      let path = index.path(of: rollback.place)
      return "\(path.isEmpty ? "the run" : path) is being taken back; approve when that is over"
    }
    for number in 0..<(approved.min() ?? 0) {
      let row = stages[number].status.firstIndex { $0 == .undone || $0 == .quarantined }
      guard let row else { continue }
      let wave = index.wave(of: TargetKey(stage: number, row: Int32(row)))
      return "\(plan.path(stage: number, wave: wave)) was taken back; approve when it is done again"
    }
    return nil
  }

  /// The stages that a place has a part of. Two places speak of the same when they share one.
  func stages(in place: Place) -> Set<Int> {
    switch place {
    case .run: Set(plan.stages.indices)
    case .phase(let phase): Set(plan.stages.indices.filter { plan.stages[$0].phase == phase })
    case .stage(let stage), .wave(let stage, _): [stage]
    case .target(let key): [key.stage]
    case .step(let address): [address.target.stage]
    }
  }

  /// Approvals of a place are asked for, unless they are already.
  mutating func ask(_ place: Place) -> Bool {
    let fits = approvals.asked != place
    approvals.asked = place
    return fits
  }

  /// Somebody said something about a place: what it still needs is asked for anew.
  private mutating func hear(_ place: Place) { if approvals.asked == place { approvals.asked = nil } }

  mutating func approve(_ given: GivenApproval) {
    hear(given.place)
    approvals.given.append(given)
  }

  /// - Returns: whether there was such an approval.
  mutating func void(_ id: String, at place: Place) -> Bool {
    hear(place)
    let before = approvals.given.count + (amendment?.given.count ?? 0)
    approvals.given.removeAll { $0.id == id }
    amendment?.given.removeAll { $0.id == id }
    return approvals.given.count + (amendment?.given.count ?? 0) < before
  }

  mutating func reject(_ rejection: ApprovalState.Rejection) {
    hear(rejection.place)
    approvals.rejected.append(rejection)
  }

  mutating func declare(_ emergency: Emergency) {
    hear(emergency.place)
    approvals.emergencies.append(emergency)
  }

  /// Nobody reviews what is their own: it waits for somebody else.
  ///
  /// - Returns: whether something waited for this review.
  mutating func review(_ place: Place, by person: Int) -> Bool {
    hear(place)
    var found = false
    for position in approvals.emergencies.indices
    where approvals.emergencies[position].place == place && approvals.emergencies[position].person != person {
      found = found || !approvals.emergencies[position].isReviewed
      approvals.emergencies[position].isReviewed = true
    }
    return found
  }
}
