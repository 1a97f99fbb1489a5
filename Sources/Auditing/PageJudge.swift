internal import Quantities
internal import Records

/// What one page of entries comes to: its part of the tree, and what is wrong with it. Pages are judged beside one
/// another; each begins a complete subtree.
struct PageFinding: Sendable {
  /// So many entries a page has; the tree over them is one complete subtree.
  static let level = 13
  static let count = 1 << level

  /// The hashes of the entries.
  var leaves: [Digest] = []
  /// The complete subtrees over them that are high enough to be stored, by height.
  var nodes: [Tree.Node] = []
  var flaws: [Flaw] = []
  /// Whether an entry is missing, so that what comes behind it has another place.
  var isBroken = false
  /// Entries whose payload is not there any more.
  var withheld: [Int64] = []
  /// Those of them whose payload only an erasure takes away, and says so.
  var gone: [Int64] = []
  /// What erasures took away, as entries say.
  var erased = ErasedNotes()
  /// The pseudonyms of those who acted, each with the first entry that names it.
  var actors: [String: Int64] = [:]
  /// The plans that entries name, each with the first that does.
  var plans: [String: Int64] = [:]
  /// Those of them that an entry names which is no entry of a run into the list: nothing can have taken these away.
  var usedPlans: Set<String> = []
  /// What entries say about their runs, in their order.
  var notes: [RunNote] = []
  /// Checkpoints that somebody saw, as an entry has it.
  var seen: [SeenCheckpoint] = []
  /// Verifier keys that the log says its checkpoints are signed with.
  var keys: [String] = []
  /// What persons said, and what was let happen because of it.
  var people: [PersonNote] = []
  /// What was done.
  var effects = EffectNotes()
  /// By run, the entries of which only the hash is left; and what entries say about that.
  var pruned: [Int64: [Int64]] = [:]
  var prunings: [Pruning] = []
  /// The name that the log gave itself, when it began and when it was begun anew.
  var origins: [String] = []
  var first: Int64?
  var last: Int64?
}

/// What an entry says about a run as a whole.
struct RunNote: Sendable {
  enum Kind: Sendable {
    case registered(Registration)
    /// An entry of the run: the plan in force behind it.
    case plan(String)
    case outcome(String?)
    case epoch(Int64)
  }

  var run: Int64
  var seq: Int64
  var kind: Kind
}

/// A checkpoint that an entry says somebody has seen.
struct SeenCheckpoint: Sendable {
  var seq: Int64
  var size: Int64
  var root: Digest
  var person: String
  var at: String
}

/// Looks at the entries of a page, one by one. What is read at once may be a part of it: entries can be long.
struct PageJudge {
  private var page = StoredPage()
  private let name: String
  private var finding = PageFinding()
  /// The wave of the newest effect.
  private var newest: (run: Int64, path: [UInt8], place: Int32) = (-1, [], 0)

  /// Judges a page.
  ///
  /// - Parameters:
  ///   - record: where it is read.
  ///   - start: the number that its first entry must have.
  /// - Returns: its part of the tree, and what is wrong with it.
  /// - Throws: ``JournalError`` when it cannot be read.
  static func judge(_ record: any StoredRecord, from start: Int64) throws -> PageFinding {
    var judge = PageJudge(name: record.name)
    judge.finding.leaves.reserveCapacity(PageFinding.count)
    let end = start + Int64(PageFinding.count)
    var expected = start
    while expected < end {
      let part = try record.page(from: expected, count: Int(end - expected))
      // Behind a gap it reaches into the next page.
      guard let first = part.rows.first, first.seq < end else { break }
      judge.take(part, from: &expected, upTo: end)
    }
    if judge.finding.isBroken { return judge.finding }
    judge.hash(from: start)
    return judge.finding
  }

  private init(name: String) { self.name = name }

  /// Looks at what was read at once, entry after entry.
  private mutating func take(_ part: StoredPage, from expected: inout Int64, upTo end: Int64) {
    page = part
    part.bytes.withUnsafeBufferPointer { bytes in
      for row in part.rows where row.seq < end {
        if row.seq != expected { miss(from: expected, before: row.seq) }
        if let pruned = row.pruned {
          pass(row.seq, pruned.run, pruned.leaf)
        } else {
          look(at: row, bytes, expected: row.seq)
        }
        expected = row.seq + 1
      }
    }
  }

  private mutating func miss(from first: Int64, before next: Int64) {
    finding.isBroken = true
    finding.flaws.append(
      Flaw(.entries, first: first, last: next - 1, "the entries from \(first) to \(next - 1) are missing"))
  }

  /// Of what was taken out only the hash is there; that it may be, an entry has to say.
  private mutating func pass(_ seq: Int64, _ run: Int64, _ leaf: Digest) {
    if !finding.isBroken { finding.leaves.append(leaf) }
    finding.effects.causes.append(-1)
    finding.pruned[run, default: []].append(seq)
  }

  private mutating func fault(_ check: Flaw.Check, _ seq: Int64, _ what: String) {
    finding.flaws.append(Flaw(check, first: seq, last: seq, what))
  }

  private mutating func look(at row: StoredPage.Row, _ bytes: UnsafeBufferPointer<UInt8>, expected: Int64) {
    // Those behind a gap are no leaves of the tree that was.
    if !finding.isBroken { finding.leaves.append(Digest(of: bytes[(row.body.lowerBound - 1)..<row.body.upperBound])) }
    let body = UnsafeBufferPointer(rebasing: bytes[row.body])
    let scan = EnvelopeScan(body)
    if !scan.isCanonical, (try? JSON(canonical: body)) == nil {
      return fault(.entries, expected, "entry \(expected) is not canonical JSON")
    }
    guard let seq = scan.seq, let run = scan.run, let epoch = scan.epoch, let type = scan.type,
      let subject = scan.subject, let at = scan.at, let version = scan.version, scan.actorKind != nil, scan.data != nil
    else { return fault(.entries, expected, "entry \(expected) lacks a field of its envelope") }
    guard seq == expected else {
      return fault(.entries, expected, "where entry \(expected) should be, \(seq) is")
    }
    guard (1...2).contains(version) else {
      return fault(.entries, seq, "entry \(seq) has the form \(version), which this program does not know")
    }
    let time = String(decoding: body[at], as: UTF8.self)
    guard let instant = Instant(time) else { return fault(.entries, seq, "the time of entry \(seq) is none") }
    if let cause = scan.cause, cause >= seq || cause < 0 {
      fault(.entries, seq, "entry \(seq) names \(cause) as its cause, which comes later")
    }
    if scan.cause == nil, body[scan.actorKind ?? at].elementsEqual("engine".utf8) {
      fault(.entries, seq, "entry \(seq) is a decision without a cause")
    }
    finding.effects.causes.append(scan.cause ?? -1)
    finding.first = finding.first ?? instant.milliseconds
    finding.last = instant.milliseconds
    if let copies = row.copies {
      compare(copies, bytes, body, seq: seq, run: run, epoch: epoch, at: instant, type: type, subject: subject)
    }
    judgePayload(row, scan, bytes, body, seq: seq)
    // Before the second format it was taken away by hand, and nothing says that it was.
    if version > 1, finding.withheld.last == seq { finding.gone.append(seq) }
    if version > 1, let id = scan.actorID, body[scan.actorKind ?? at].elementsEqual("person".utf8) {
      let name = String(decoding: body[id], as: UTF8.self)
      if finding.actors[name] == nil { finding.actors[name] = seq }
    }
    note(scan, body, row, seq: seq, run: run, epoch: epoch, type: type, at: time)
  }

  private mutating func compare(
    _ copies: StoredPage.Copies, _ bytes: UnsafeBufferPointer<UInt8>, _ body: UnsafeBufferPointer<UInt8>, seq: Int64,
    run: Int64, epoch: Int64, at: Instant, type: Range<Int>, subject: Range<Int>
  ) {
    var wrong: [String] = []
    if copies.run != run { wrong.append("run") }
    if copies.epoch != epoch { wrong.append("epoch") }
    if copies.at != at.milliseconds { wrong.append("at_ms") }
    if !bytes[copies.type].elementsEqual(body[type]) { wrong.append("type") }
    if !isSame(bytes[copies.subject], body[subject]) { wrong.append("subject") }
    if !wrong.isEmpty {
      fault(.copies, seq, "beside entry \(seq) \(wrong.joined(separator: ", ")) is another one than in it")
    }
  }

  /// Whether a copy is what a text of JSON says. Only one with an escape has to be read for that.
  private func isSame(_ copy: Slice<UnsafeBufferPointer<UInt8>>, _ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    if copy.elementsEqual(text) { return !text.contains(UInt8(ascii: "\\")) }
    guard text.contains(UInt8(ascii: "\\")), let read = try? JSON(parsing: Array("\"".utf8) + text + Array("\"".utf8))
    else { return false }
    return read.string?.utf8.elementsEqual(copy) ?? false
  }

  private mutating func judgePayload(
    _ row: StoredPage.Row, _ scan: EnvelopeScan, _ bytes: UnsafeBufferPointer<UInt8>,
    _ body: UnsafeBufferPointer<UInt8>, seq: Int64
  ) {
    switch (scan.payloadDigest, row.payload) {
    case (nil, nil): break
    case (nil, _?): fault(.payloads, seq, "beside entry \(seq) lies a payload, and it committed to none")
    case (_?, nil): finding.withheld.append(seq)
    case (let committed?, let payload?):
      let digest = Digest(of: bytes[payload.range]).hex
      if !digest.utf8.elementsEqual(body[committed]) {
        fault(.payloads, seq, "what people wrote or commands answered at entry \(seq) was changed")
      }
    }
  }

  /// Keeps what concerns more than the entry.
  private mutating func note(
    _ scan: EnvelopeScan, _ body: UnsafeBufferPointer<UInt8>, _ row: StoredPage.Row, seq: Int64, run: Int64,
    epoch: Int64, type: Range<Int>, at: String
  ) {
    if let plan = scan.plan {
      let digest = String(decoding: body[plan], as: UTF8.self)
      if finding.plans[digest] == nil { finding.plans[digest] = seq }
      if run > 0 || !body[type].elementsEqual("run_registered".utf8) { finding.usedPlans.insert(digest) }
      if run > 0 { noteLast(.plan(digest), run: run, seq: seq) }
    }
    if run > 0 { noteLast(.epoch(epoch), run: run, seq: seq) }
    let word = body[type]
    guard run == 0 || Self.shapes.contains(Self.shape(word)) else { return }
    let name = String(decoding: word, as: UTF8.self)
    if name == "step_intended", let subject = scan.subject { noteEffect(body[subject], seq: seq, run: run) }
    if PersonNote.types.contains(name), let entry = try? page.entry(row, of: self.name) {
      finding.people.append(PersonNote(entry: entry, isWithheld: scan.payloadDigest != nil && row.payload == nil))
    }
    guard run == 0 || Self.telling.contains(name), let data = scan.data, let json = try? JSON(parsing: body[data])
    else { return }
    noteSeen(json, body, seq: seq, at: at)
    switch name {
    case "run_registered":
      let kept = try? page.entry(row, of: self.name)
      if let kept, let registration = Registration(kept) {
        finding.notes.append(RunNote(run: registration.number, seq: seq, kind: .registered(registration)))
      }
    case "run_finished":
      finding.notes.append(RunNote(run: run, seq: seq, kind: .outcome(json["outcome"]?.string)))
    case "rollback_started": finding.notes.append(RunNote(run: run, seq: seq, kind: .outcome(nil)))
    case "plan_amended": if let to = json["to"]?.string { noteLast(.plan(to), run: run, seq: seq) }
    case "payloads_erased": finding.erased.take(json)
    case Pruning.type: notePruning(row, seq: seq)
    case "log_created", "log_incarnated": if let origin = json["origin"]?.string { finding.origins.append(origin) }
    case JournalKeyNote.type: if let key = json["key"]?.string { finding.keys.append(key) }
    default: break
    }
  }

  /// What is known of a run that was pruned: what its last entries said.
  private mutating func notePruning(_ row: StoredPage.Row, seq: Int64) {
    guard let pruning = (try? page.entry(row, of: name)).flatMap({ Pruning($0) }) else {
      return fault(.entries, seq, "entry \(seq) does not say what was pruned")
    }
    finding.prunings.append(pruning)
    for run in pruning.runs {
      finding.notes.append(RunNote(run: run.number, seq: seq, kind: .plan(run.plan.hex)))
      finding.notes.append(RunNote(run: run.number, seq: seq, kind: .outcome(run.outcome)))
    }
  }

  private static let telling: Set<String> = ["run_finished", "rollback_started", "plan_amended", "command_received"]

  /// How long the types that matter are and how they begin: most entries are none of them.
  private static let shapes: Set<UInt16> = Set(
    (telling.union(PersonNote.types).union(["step_intended"])).map { shape($0.utf8) })

  private static func shape(_ word: some Collection<UInt8>) -> UInt16 {
    UInt16(word.first ?? 0) << 8 | UInt16(truncatingIfNeeded: word.count)
  }

  /// The path of a step begins with that of its wave.
  private mutating func noteEffect(_ subject: Slice<UnsafeBufferPointer<UInt8>>, seq: Int64, run: Int64) {
    var slashes = 0
    let wave = subject.prefix { byte in
      if byte == UInt8(ascii: "/") { slashes += 1 }
      return slashes < 3
    }
    // Most effects are of the wave of the one before.
    if newest.run != run || !newest.path.elementsEqual(wave) {
      let place = finding.effects.place(of: .init(run: run, path: String(decoding: wave, as: UTF8.self)))
      newest = (run, Array(wave), place)
    }
    finding.effects.add(seq, of: newest.place)
  }

  /// A checkpoint that a person saw and signed: whoever did is a witness of all history before.
  private mutating func noteSeen(_ json: JSON, _ body: UnsafeBufferPointer<UInt8>, seq: Int64, at: String) {
    guard let size = json["seen"]?.integer, let root = json["proof"]?["root"]?.string.flatMap({ Digest(hex: $0) })
    else { return }
    let actor = (try? JSON(parsing: body))?["actor"]?["id"]?.string ?? ""
    finding.seen.append(SeenCheckpoint(seq: seq, size: size, root: root, person: actor, at: at))
  }

  /// Of some notes only the last of a page is worth keeping.
  private mutating func noteLast(_ kind: RunNote.Kind, run: Int64, seq: Int64) {
    for place in finding.notes.indices.reversed() where finding.notes[place].run == run {
      switch (finding.notes[place].kind, kind) {
      case (.plan, .plan):
        finding.notes[place] = RunNote(run: run, seq: seq, kind: kind)
        return
      case (.epoch(let last), .epoch(let epoch)):
        if epoch < last { fault(.entries, seq, "entry \(seq) is of executor \(epoch), and one before it of \(last)") }
        finding.notes[place] = RunNote(run: run, seq: seq, kind: kind)
        return
      default: break
      }
    }
    finding.notes.append(RunNote(run: run, seq: seq, kind: kind))
  }

  private mutating func hash(from start: Int64) {
    var row = finding.leaves
    var (level, first) = (0, start)
    while row.count > 1 {
      var above: [Digest] = []
      above.reserveCapacity(row.count / 2)
      for place in stride(from: 0, to: row.count - 1, by: 2) { above.append(Tree.parent(row[place], row[place + 1])) }
      (row, level, first) = (above, level + 1, first / 2)
      guard level >= Tree.storedLevel else { continue }
      for (offset, hash) in row.enumerated() {
        finding.nodes.append(Tree.Node(level: level, index: first + Int64(offset), hash: hash))
      }
    }
  }
}
