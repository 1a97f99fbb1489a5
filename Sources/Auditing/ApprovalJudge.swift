internal import Engine
internal import Plans
internal import Quantities
internal import Records
internal import SSHSignatures

/// Judges what persons said, and what the log let happen because of it.
///
/// The engine did all that when it happened. Here nothing is believed of it: who said what is looked at again, and
/// counted again under the rules of the plan that was in force.
struct ApprovalJudge {
  /// What else is known of the record.
  struct Context {
    var ask: VerificationAsk
    /// The bytes of a plan; `nil` when it is missing.
    var plan: (String) -> [UInt8]?
    var opening: (Digest) -> Opening?
    var name: (String) -> String?
    /// The root over the first so many entries.
    var root: (Int64) -> Digest?
    /// Plans with the entry that named each first: later ones may no longer let a key count.
    var plans: [String: Int64]
    /// Those of them that went with runs that were pruned.
    var taken: Set<String>
    var now: Instant
  }

  let context: Context
  var findings = ApprovalFindings()
  private(set) var flaws: [Flaw] = []
  private(set) var violations: [Flaw] = []
  var remarks: [String] = []
  /// What the log lost and goes on without.
  var losses: [String] = []
  private(set) var unjudged: [String] = []
  private var runs: [Int64: RunOfPersons] = [:]
  private(set) var origins: [(seq: Int64, name: String)] = []
  private var facts: [String: PersonFacts?] = [:]
  private var waves: [Int64: BegunWave] = [:]
  private var wavesByPath: [EffectNotes.Wave: [Int64]] = [:]

  /// What a wave was let begin with.
  private struct BegunWave {
    var isRuled: Bool
    var isAdmitted: Bool
  }

  init(_ context: Context) {
    self.context = context
    findings.isOwnTrust = context.ask.people != nil
  }

  /// Judges a whole log.
  mutating func judge(_ notes: [PersonNote], _ effects: EffectNotes) {
    for note in notes.sorted(by: { $0.entry.seq < $1.entry.seq }) { take(note) }
    for (number, run) in runs.sorted(by: { $0.key < $1.key }) { judgeReviews(of: run, number) }
    judge(effects)
    let revoked = findings.statements.filter { $0.standing == .revokedSince }
    for one in revoked {
      remarks.append(
        "the key \(one.key ?? "") of entry \(one.seq) was revoked since; what it signed was valid when it was made")
    }
  }

  /// What a plan says of people; `nil` when it is missing or not of this version, and then not all can be judged.
  mutating func personFacts(under plan: Digest?) -> PersonFacts? {
    guard let plan else { return nil }
    if let known = facts[plan.hex] { return known }
    var found: PersonFacts?
    if let bytes = context.plan(plan.hex) {
      if var read = try? Plan(canonical: bytes) {
        read.open { context.opening($0) }
        found = PersonFacts(read)
      } else {
        unjudged.append("the plan \(plan.short) is none that this program reads, so nobody can tell what it asked for")
      }
    } else if !context.taken.contains(plan.hex) {
      unjudged.append("the plan \(plan.short) is missing, so nobody can tell what it asked for")
    }
    facts[plan.hex] = .some(found)
    return found
  }

  mutating func fault(_ seq: Int64, _ what: String) {
    flaws.append(Flaw(.approvals, first: seq, last: seq, what))
  }

  mutating func violate(_ seq: Int64, _ what: String) {
    violations.append(Flaw(.approvals, first: seq, last: seq, what))
  }

  private mutating func take(_ note: PersonNote) {
    let entry = note.entry
    if entry.run == 0 {
      if entry.type == Draft.incarnated { judgeIncarnation(note) }
      if let origin = entry.data["origin"]?.string { origins.append((entry.seq, origin)) }
      return
    }
    var run = runs[entry.run] ?? RunOfPersons()
    defer { runs[entry.run] = run }
    run.take(entry)
    switch entry.type {
    case "command_received": hear(note, &run)
    case "approval_counted": _ = count(entry, [.approve], &run, keeping: \.given)
    case "amendment_approved": _ = count(entry, [.approve], &run, keeping: \.amending)
    case "approval_rejected": _ = count(entry, [.reject], &run)
    case "emergency_declared":
      guard let command = count(entry, [.emergency], &run), let person = command.person else { return }
      let until = entry.data["until"]?.string.flatMap { Instant($0) } ?? entry.at
      run.emergencies.append(.init(seq: entry.seq, place: entry.subject, person: person, at: entry.at, until: until))
    case "emergency_reviewed":
      guard let person = count(entry, [.review], &run)?.person else { return }
      run.review(entry.subject, by: person, at: entry.at)
    case "gate_force_asked": _ = count(entry, [.force], &run)
    case "amendment_dropped":
      if let cause = entry.cause, let command = run.commands[cause], command.name == .reject {
        add(command, cause, entry, &run)
      }
    case "gate_forced": judgeForce(entry, &run)
    case "plan_amended": judgeAmendment(entry, &run)
    case "wave_started": begin(entry, &run)
    default: break
    }
  }

  // What persons said.
  private mutating func hear(_ note: PersonNote, _ run: inout RunOfPersons) {
    let entry = note.entry
    guard var command = SaidCommand(entry) else { return }
    if command.key != nil {
      command.standing = .withheld
      command.issued = StatementJudge.issued(entry)
      if let why = look(at: entry, command, run, &command.standing) {
        // Whatever is wrong with it is told once it counts.
        run.wrong[entry.seq] = why
        command.standing = .wrong
      }
    }
    run.commands[entry.seq] = command
  }

  private mutating func look(
    at entry: Entry, _ command: SaidCommand, _ run: RunOfPersons,
    _ standing: inout ApprovalFindings.Statement.Standing
  ) -> String? {
    guard let facts = personFacts(under: entry.plan) else { return nil }
    let judge = StatementJudge(
      entry: entry, command: command, facts: facts, nonce: run.nonce, created: run.created, origins: origins,
      keys: keys(of: facts, after: entry.seq))
    switch judge.judge() {
    case .valid: standing = .valid
    case .revokedSince: standing = .revokedSince
    case .withheld: standing = .withheld
    case .wrong(let why): return why
    }
    return nil
  }

  /// Whose keys count under a plan, as of an entry.
  mutating func keys(of facts: PersonFacts, after seq: Int64) -> KeyJudge {
    let later = context.plans.filter { $0.value > seq }.keys.sorted()
    return KeyJudge(
      facts: facts, own: context.ask.people,
      later: later.compactMap { personFacts(under: Digest(hex: $0))?.keys?.trust(zone: context.ask.zone) },
      zone: context.ask.zone, name: context.name)
  }

  /// Counts what a decision counted: it has to be what its cause says.
  private mutating func count(
    _ entry: Entry, _ names: [OperatorCommand.Name], _ run: inout RunOfPersons,
    keeping list: WritableKeyPath<RunOfPersons, [RunOfPersons.Given]>? = nil
  ) -> SaidCommand? {
    guard let cause = entry.cause, let command = run.commands[cause] else {
      fault(entry.seq, "entry \(entry.seq) counts what nobody said")
      return nil
    }
    let person = entry.data["person"]?.integer.map { Int(clamping: $0) }
    let isSame =
      names.contains(command.name) && person == command.person && entry.subject == command.subject
      && entry.data["auth"]?.string ?? command.auth == command.auth
      && entry.data["id"]?.string ?? command.identity == command.identity
    guard isSame, let person else {
      fault(entry.seq, "entry \(entry.seq) counts something else than entry \(cause) says")
      return nil
    }
    add(command, cause, entry, &run)
    if let list {
      run[keyPath: list].append(
        .init(
          seq: entry.seq, place: entry.subject, person: person, key: command.key,
          until: entry.data["until"]?.string.flatMap { Instant($0) }, identity: command.identity,
          standing: command.standing))
    }
    return command
  }

  private mutating func add(
    _ command: SaidCommand, _ seq: Int64, _ entry: Entry, _ run: inout RunOfPersons
  ) {
    if let why = run.wrong[seq] {
      if run.isOfFirstFormat(seq), why.contains("no proof") {
        unjudged.append("what entry \(seq) says was signed, and its version kept no signature")
      } else {
        fault(seq, "entry \(entry.seq) counts what entry \(seq) says, and that does not hold: \(why)")
      }
    }
    let facts = personFacts(under: entry.plan)
    let person = command.person.flatMap { facts?.people.indices.contains($0) ?? false ? facts?.people[$0].id : nil }
    if run.used.updateValue(seq, forKey: command.identity) != nil {
      fault(seq, "entry \(seq) was used up already: nothing counts twice")
    }
    findings.statements.append(
      .init(
        seq: seq, counted: entry.seq, run: entry.run, action: command.name.rawValue, scope: command.subject,
        person: person ?? "", key: command.key, issued: command.issued, standing: command.standing))
  }

  // What was let happen.
  private mutating func begin(_ entry: Entry, _ run: inout RunOfPersons) {
    let wave = EffectNotes.Wave(run: entry.run, path: entry.subject)
    let facts = personFacts(under: entry.plan)
    let rules = facts?.rules(of: entry.subject) ?? []
    var (isHeld, isLifted, isWithheld) = (true, false, false)
    for (place, rule) in rules {
      let given = run.counting(run.given, at: place, for: entry)
      let (have, why) = tally(given, under: rule, facts, run)
      isWithheld = isWithheld || given.contains { $0.standing == .withheld }
      let isUnknown = rule.excludesExecutors && run.isExecutorUnknown
      if have >= rule.count, !isUnknown { continue }
      if run.emergency(at: place, for: entry) {
        isLifted = true
        continue
      }
      isHeld = false
      let reason = isUnknown ? "; nobody knows who executed it" : why.map { "; \($0)" } ?? ""
      violate(
        entry.seq, "\(entry.subject) began with \(have) of \(rule.words) that \(place) asks for\(reason)")
    }
    waves[entry.seq] = BegunWave(isRuled: !rules.isEmpty, isAdmitted: isHeld)
    wavesByPath[wave, default: []].append(entry.seq)
    guard !rules.isEmpty else { return }
    findings.ruled += 1
    if isHeld, isLifted { findings.lifted += 1 } else if isHeld { findings.held += 1 }
    if isHeld, isWithheld { findings.withheld += 1 }
  }

  /// How many persons with keys of their own are among some approvals, and why one of them is not counted.
  private func tally(
    _ given: [RunOfPersons.Given], under rule: PlannedApproval, _ facts: PersonFacts?, _ run: RunOfPersons
  ) -> (have: Int, why: String?) {
    var (persons, keys): (Set<Int>, Set<String>) = ([], [])
    var why: String?
    for one in given where one.standing != .wrong {
      if let reason = run.exclusion(of: one.person, from: rule, facts) {
        why = "entry \(one.seq) does not count: \(reason)"
      } else if persons.contains(one.person) || one.key.map({ keys.contains($0) }) ?? false {
        why = "entry \(one.seq) does not count: one person with one key counts once"
      } else {
        persons.insert(one.person)
        if let key = one.key { keys.insert(key) }
      }
    }
    return (persons.count, why)
  }

  private mutating func judgeForce(_ entry: Entry, _ run: inout RunOfPersons) {
    let second = count(forced: entry, &run)
    let persons = (entry.data["persons"]?.array ?? []).compactMap(\.integer).map { Int(clamping: $0) }
    let admitted = (entry.data["admitted_by"]?.array ?? []).compactMap(\.integer)
    let said = admitted.compactMap { run.commands[$0] }.filter { $0.name == .force && $0.subject == entry.subject }
    let keys = said.compactMap(\.key)
    let facts = personFacts(under: entry.plan)
    let rule = facts?.forceRule(of: entry.subject)
    var why: String?
    if Set(persons).count < 2 { why = "one person said it" }
    if second != nil, !admitted.isEmpty, Set(said.compactMap(\.person)) != Set(persons) {
      why = "the entries that it names are not those of its persons"
    }
    if Set(keys).count < keys.count { why = "both were signed with one key" }
    if let rule, let excluded = persons.compactMap({ run.exclusion(of: $0, from: rule, facts) }).first {
      why = excluded
    }
    if let why { violate(entry.seq, "the gate of \(entry.subject) was forced, and four eyes were not held: \(why)") }
  }

  /// The second who asks for a gate to be forced is the cause; which of the persons, the entry does not say.
  private mutating func count(forced entry: Entry, _ run: inout RunOfPersons) -> SaidCommand? {
    let persons = (entry.data["persons"]?.array ?? []).compactMap(\.integer)
    guard let cause = entry.cause, let command = run.commands[cause], command.name == .force,
      command.subject == entry.subject, let person = command.person, persons.contains(Int64(person))
    else {
      fault(entry.seq, "entry \(entry.seq) counts what nobody said")
      return nil
    }
    add(command, cause, entry, &run)
    return command
  }

  private mutating func judgeAmendment(_ entry: Entry, _ run: inout RunOfPersons) {
    defer { run.endAmendment(grew: entry.data["grew"]?.integer ?? 0) }
    guard let amendment = run.amendment, amendment.to == entry.data["to"]?.string else {
      return fault(entry.seq, "entry \(entry.seq) puts a plan in force that nobody proposed")
    }
    guard let facts = personFacts(under: entry.plan) else { return }
    for place in amendment.needs {
      guard let rule = facts.rules[place] else { continue }
      let given = run.counting(run.amending, at: place, for: entry).filter { $0.person != amendment.person }
      let (have, why) = tally(given, under: rule, facts, run)
      guard have < rule.count else { continue }
      violate(
        entry.seq,
        "the plan was amended with \(have) of \(rule.words) that \(place) asks for\(why.map { "; \($0)" } ?? "")")
    }
  }

  private mutating func judgeReviews(of run: RunOfPersons, _ number: Int64) {
    for one in run.emergencies {
      let due = one.at + Emergency.reviewTime
      let what = "the emergency of r-\(number)/\(one.place), entry \(one.seq),"
      if let reviewed = one.reviewed {
        if reviewed > due { remarks.append("\(what) was reviewed at \(reviewed.text), and was due at \(due.text)") }
      } else if context.now > due {
        violate(one.seq, "\(what) was to be reviewed by \(due.text), and nobody did")
      } else {
        remarks.append("\(what) is not reviewed yet; somebody else has to by \(due.text)")
      }
    }
  }

  /// Each effect has to come from a wave that was admitted: by its causes, or, where a person or a new executor made it
  /// go on, by the wave that it belongs to.
  private mutating func judge(_ effects: EffectNotes) {
    var admission = [Int64](repeating: -1, count: effects.causes.count)
    for (seq, cause) in effects.causes.enumerated() {
      if waves[Int64(seq)] != nil {
        admission[seq] = Int64(seq)
      } else if cause >= 0, cause < seq {
        admission[seq] = admission[Int(cause)]
      }
    }
    let begun = effects.waves.map { wavesByPath[$0] ?? [] }
    let isRuledByPlan = effects.waves.map { wave in
      !(personFacts(ofRun: wave.run)?.rules(of: wave.path).isEmpty ?? true)
    }
    for effect in effects.effects {
      let place = Int(effect.wave)
      let cause = admission.indices.contains(Int(effect.seq)) ? admission[Int(effect.seq)] : -1
      let seq = begun[place].contains(cause) ? cause : begun[place].last { $0 < effect.seq }
      let known = seq.flatMap { waves[$0] }
      guard known?.isRuled ?? isRuledByPlan[place] else { continue }
      findings.effects += 1
      if known == nil { violate(effect.seq, "entry \(effect.seq) begins an effect of a wave that nothing admitted") }
      if !(known?.isAdmitted ?? false) { findings.unapproved.append(effect.seq) }
    }
  }

  private mutating func personFacts(ofRun run: Int64) -> PersonFacts? {
    guard let plan = runs[run]?.plan else { return nil }
    return personFacts(under: plan)
  }
}
