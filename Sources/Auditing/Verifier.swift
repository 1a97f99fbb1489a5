internal import Checkpoints
internal import Plans
internal import Quantities
public import Records

/// Verifies a record: what lies in it against itself, and against what others have seen of it.
public struct Verifier {
  private let record: any StoredRecord
  private let ask: VerificationAsk
  private var verification: Verification
  private var history = HashedHistory()
  private var plans: [String: Int64] = [:]
  private var usedPlans: Set<String> = []
  private var notes: [RunNote] = []
  private var seen: [SeenCheckpoint] = []
  private var announced: [String] = []
  private var people: [PersonNote] = []
  private var effects = EffectNotes()
  private var gone: Set<Int64> = []
  private var erased = ErasedNotes()
  private var actors: [String: Int64] = [:]
  private var pruned: [Int64: [Int64]] = [:]

  /// Verifies a record.
  ///
  /// - Parameters:
  ///   - record: the record.
  ///   - ask: what the auditor knows beside it.
  ///   - problems: what is wrong with its files.
  ///   - remarks: what of the auditor's own could not be judged.
  ///   - notes: what else is worth knowing of it, in sentences without full stops.
  /// - Returns: what came of it. Trouble in reading is a flaw like others.
  /// - Complexity: O(entries), on as many cores as there are.
  public static func verify(
    _ record: any StoredRecord, _ ask: VerificationAsk = VerificationAsk(), problems: [String] = [],
    remarks: [String] = [], notes: [String] = []
  ) async -> Verification {
    var verifier = Verifier(record, ask)
    verifier.verification.unjudged = remarks
    verifier.verification.remarks = notes
    for problem in problems { verifier.fault(Flaw(.files, problem)) }
    do {
      try await verifier.readEntries()
      try verifier.judgeTree()
      try verifier.judgeRest()
    } catch {
      let what = (error as? JournalError)?.message ?? "\(error)"
      verifier.verification.flaws.append(Flaw(.reading, first: verifier.verification.size, what))
    }
    verifier.verification.conclude(hasCopies: record.hasCopies)
    return verifier.verification
  }

  private init(_ record: any StoredRecord, _ ask: VerificationAsk) {
    (self.record, self.ask) = (record, ask)
    verification = Verification(name: record.name)
  }

  /// Reads page after page, and has those before judged meanwhile.
  private mutating func readEntries() async throws {
    if let before = try record.page(from: .min, count: 1).rows.first?.seq, before < 0 {
      fault(Flaw(.entries, first: 0, "there is an entry with the number \(before)"))
    }
    let record = record
    let most = 3
    try await withThrowingTaskGroup(of: (Int64, PageFinding).self) { group in
      var found: [Int64: PageFinding] = [:]
      var (start, merged, open): (Int64, Int64, Int) = (0, 0, 0)
      while true {
        guard let first = try record.page(from: start, count: 1).rows.first else { break }
        let from = start
        group.addTask { (from, try PageJudge.judge(record, from: from)) }
        open += 1
        // Behind a gap that is longer than a page the next one is where entries go on.
        let count = Int64(PageFinding.count)
        guard first.seq < .max - 2 * count else { break }
        start = max(from + count, first.seq / count * count)
        while open >= most, let (place, finding) = try await group.next() {
          found[place] = finding
          open -= 1
        }
        while let next = found.removeValue(forKey: merged) {
          take(next, from: merged)
          merged += Int64(PageFinding.count)
        }
      }
      for try await (place, finding) in group { found[place] = finding }
      for place in found.keys.sorted() { if let finding = found[place] { take(finding, from: place) } }
    }
    verification.size = history.size
    verification.root = history.root(at: history.size) ?? verification.root
  }

  /// So many flaws of one kind are worth telling.
  private static let most = 50

  private mutating func fault(_ flaw: Flaw) {
    if verification.flaws.count(where: { $0.check == flaw.check }) < Self.most { verification.flaws.append(flaw) }
  }

  private mutating func take(_ finding: PageFinding, from start: Int64) {
    if history.isWhole, start > history.size {
      let last = start - 1
      fault(Flaw(.entries, first: history.size, last: last, "entries from \(history.size) to \(last) are missing"))
    }
    history.add(finding, from: start)
    for flaw in finding.flaws { fault(flaw) }
    verification.withheld += finding.withheld
    gone.formUnion(finding.gone)
    erased.take(finding.erased)
    actors.merge(finding.actors) { min($0, $1) }
    pruned.merge(finding.pruned) { $0 + $1 }
    verification.prunings += finding.prunings
    plans.merge(finding.plans) { min($0, $1) }
    usedPlans.formUnion(finding.usedPlans)
    notes += finding.notes
    seen += finding.seen
    announced += finding.keys
    people += finding.people
    effects.add(finding.effects)
    verification.origins += finding.origins
    if let first = finding.first, let last = finding.last {
      let begun = verification.times?.first ?? Instant(milliseconds: first)
      verification.times = (begun, Instant(milliseconds: last))
    }
  }

  private mutating func judgeTree() throws {
    // A journal of a moment: its tables are made before its first entry is.
    guard verification.size > 0 else { return verification.unjudged.append("the log has no entry yet") }
    let causes = history.isWhole ? effects.causes : []
    for flaw in PruningJudge.judge(verification.prunings, left: pruned, notes: notes, causes: causes) { fault(flaw) }
    if verification.origins.isEmpty { fault(Flaw(.entries, first: 0, last: 0, "the log does not say its name")) }
    guard record.hasCopies, history.isWhole else { return }
    for flaw in try StoredTree.compare(history, with: record) { fault(flaw) }
  }

  private mutating func judgeRest() throws {
    try judgeCheckpoints()
    for seq in try record.strayPayloads() {
      fault(Flaw(.payloads, first: seq, last: seq, "a payload lies where entry \(seq) would be, and there is none"))
    }
    for seq in gone.subtracting(erased.entries).sorted() {
      fault(Flaw(.payloads, first: seq, last: seq, "what belongs to entry \(seq) is gone, and no erasure says so"))
    }
    var kept: [String: [UInt8]] = [:]
    var wrong: [Flaw] = []
    try record.blobs { digest, body in
      kept[digest] = body
      if Digest(of: body).hex != digest {
        wrong.append(Flaw(.plans, first: plans[digest], "the plan \(digest.prefix(12)) was changed"))
      }
    }
    for flaw in wrong { fault(flaw) }
    let taken = takenPlans
    for (digest, seq) in plans.sorted(by: { $0.value < $1.value })
    where kept[digest] == nil && !taken.contains(digest) {
      fault(Flaw(.plans, first: seq, "the plan \(digest.prefix(12)), which entry \(seq) names, is missing"))
    }
    let pruners = Set(verification.prunings.map(\.person))
    for person in try record.persons() where pruners.contains(person.id) {
      verification.pruners[person.id] = person.name
    }
    for person in try record.persons() {
      guard let salt = person.salt, Pseudonym(of: person.name, salt: salt).id != person.id else { continue }
      fault(Flaw(.people, "the name behind \(person.id) is not the one that was bound to it"))
    }
    for (commitment, opening) in try record.keptOpenings() where opening.commitment.hex != commitment {
      fault(Flaw(.people, "what opens the commitment \(commitment.prefix(12)) of a plan was changed"))
    }
    let readable = plans.compactMap { digest, seq in
      kept[digest].flatMap { try? Plan(canonical: $0) }.map { (plan: $0, seq: seq) }
    }
    for flaw in try erased.missing(in: record, actors: actors, plans: readable) { fault(flaw) }
    try judgePeople(kept)
    var runs = RunNotes(notes)
    verification.runs = runs.count
    for flaw in runs.compare(with: try record.runList()) { fault(flaw) }
    verification.unjudged += runs.unjudged
  }

  /// The plans that went with runs that were pruned: those of which the log says so, and that nothing else names than
  /// the entries of such runs into the list.
  private var takenPlans: Set<String> {
    let runs = Set(verification.prunings.flatMap(\.runs).map(\.number))
    var (entered, others): (Set<String>, Set<String>) = ([], usedPlans)
    for note in notes {
      guard case .registered(let registration) = note.kind else { continue }
      entered.insert(registration.plan.hex)
      if !runs.contains(registration.number) { others.insert(registration.plan.hex) }
    }
    return Set(verification.prunings.flatMap(\.plans)).intersection(entered).subtracting(others)
  }

  /// What persons said is judged where all entries are there: else nobody knows what is missing.
  private mutating func judgePeople(_ plans: [String: [UInt8]]) throws {
    guard history.isWhole, !verification.flaws.contains(where: { $0.check == .entries }) else { return }
    let names = Dictionary(try record.persons().map { ($0.id, $0.name) }, uniquingKeysWith: { one, _ in one })
    let openings = Dictionary(
      try record.keptOpenings().map { ($0.opening.commitment, $0.opening) }, uniquingKeysWith: { one, _ in one })
    let history = history
    var judge = ApprovalJudge(
      .init(
        ask: ask, plan: { digest in plans[digest].flatMap { Digest(of: $0).hex == digest ? $0 : nil } },
        opening: { openings[$0] }, name: { names[$0] }, root: { history.root(at: $0) }, plans: self.plans,
        taken: takenPlans, now: ask.now ?? verification.times?.last ?? Instant(milliseconds: 0)))
    judge.judge(people, effects)
    for flaw in judge.flaws { fault(flaw) }
    verification.approvals = judge.findings
    verification.violations += judge.violations
    verification.losses = judge.losses
    verification.remarks += judge.losses + judge.remarks
    verification.unjudged += judge.unjudged
    guard ask.people != nil else { return }
    // Whoever signed with a key that the auditor knows is a witness; by the keys of the log alone, only it says so.
    for one in judge.findings.statements where one.standing == .valid || one.standing == .revokedSince {
      guard let known = seen.first(where: { $0.seq == one.seq }), history.root(at: known.size) == known.root else {
        continue
      }
      verification.witnessed.append(
        .init(size: known.size, at: one.issued, by: "the signature of \(names[one.person] ?? one.person)"))
    }
  }

  /// The times at which the log went on from a copy that lacked something.
  private var incarnations: [Incarnation] {
    var former = ""
    return people.lazy.map(\.entry).filter { $0.run == 0 }.sorted { $0.seq < $1.seq }.compactMap { entry in
      defer { former = entry.data["origin"]?.string ?? former }
      return Incarnation(entry, after: former)
    }
  }

  private mutating func judgeCheckpoints() throws {
    var judge = CheckpointJudge(
      history: history, ask: ask, origins: verification.origins, announced: announced, incarnations: incarnations)
    judge.judge(kept: try record.keptCheckpoints())
    judge.judge(held: ask.held)
    judge.judge(seen: seen)
    verification.keys = judge.logKeys
    verification.checkpoints = judge.fitting
    verification.witnessed = judge.witnessed
    verification.seen = judge.seen
    verification.remarks += judge.remarks
    verification.unjudged += judge.unjudged
    for flaw in judge.flaws { fault(flaw) }
  }
}
