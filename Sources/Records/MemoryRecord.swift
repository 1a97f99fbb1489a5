public import Quantities
internal import Synchronization

/// A record in memory: the same log, byte for byte, for simulations, rehearsals and tests. It is gone with its process.
public final class MemoryRecord: Record {
  /// What it holds. A transaction changes a copy of what it needs, and is taken over as a whole.
  struct Content {
    var bodies: [[UInt8]] = []
    var payloads: [Int64: [UInt8]] = [:]
    var tree = Tree()
    var blobs: [Digest: [UInt8]] = [:]
    var openings: [Digest: Opening] = [:]
    /// By pseudonym.
    var people: [String: Pseudonym] = [:]
    /// The pseudonyms of accounts.
    var accounts: [String: String] = [:]
    var runs: [RegisteredRun] = []
    var epochs: [Int64: Int64] = [:]
    var inbox: [(letter: Letter, seq: Int64?)] = []
    /// By run, the newest last.
    var snapshots: [Int64: [Snapshot]] = [:]
    var fault: Fault?
  }

  /// A kept state.
  struct Snapshot {
    var seq: Int64
    var format: Int
    var state: Opening
  }

  /// What a disk may do to the next commit.
  public enum Fault: Sendable, CaseIterable {
    /// Nothing is kept, and it says so.
    case refused
    /// All is kept, and it says that nothing was.
    case keptUnseen
  }

  /// The format that the first entry names: the same as that of the file.
  public static let format = 2

  /// Where it is, for messages.
  public let path = "memory"
  private let content: Mutex<Content>
  private let chance: any Chance
  private let name: String

  /// The name of the log.
  public func origin() throws(JournalError) -> String { name }

  /// A record of no run.
  ///
  /// - Parameters:
  ///   - clock: the time that goes into the first entry.
  ///   - chance: where salts, pseudonyms and the log's origin come from.
  public init(clock: ClockReading, chance: any Chance) {
    self.chance = chance
    var content = Content()
    name = chance.origin()
    let draft = Draft.logCreated(format: Self.format, origin: name, at: clock.instant)
    guard let body = try? draft.sealed(seq: 0, epoch: 0, clock: clock, salt: nil) else {
      preconditionFailure("the first entry of a log is short")
    }
    _ = content.tree.append(body)
    content.bodies = [body]
    self.content = Mutex(content)
  }

  /// Lets the next transaction go wrong; `nil` takes that back.
  public func fail(_ fault: Fault?) { content.withLock { $0.fault = fault } }

  /// Runs one transaction. One writer at a time: whoever writes in the middle of a transaction is a defect.
  @discardableResult
  public func write<Result>(
    under lease: MemoryLease?, clock: ClockReading, _ body: (inout MemoryBatch) throws -> Result
  ) throws -> Result {
    let before = content.withLock { content in
      (tree: content.tree, accounts: content.accounts, fence: lease.map { content.epochs[$0.run] ?? 0 })
    }
    if let lease, let fence = before.fence, fence != lease.epoch {
      throw JournalError.fenced(run: lease.run, epoch: fence)
    }
    var batch = MemoryBatch(
      epoch: lease?.epoch ?? 0, clock: clock, chance: chance, tree: before.tree, accounts: before.accounts)
    let result = try body(&batch)
    try content.withLock { (content: inout Content) throws(JournalError) -> Void in
      precondition(content.tree.size == before.tree.size, "a transaction in the middle of another one")
      defer { content.fault = nil }
      if content.fault == .refused { throw .full(path: path) }
      content.take(batch)
      if content.fault == .keptUnseen { throw .failed(path: path, detail: "the disk did not answer") }
    }
    return result
  }

  /// The entries of a run after one, in order.
  public func entries(of run: Int64, after seq: Int64, _ visit: (Entry) throws -> Bool) throws {
    let (bodies, payloads) = content.withLock { ($0.bodies, $0.payloads) }
    for number in max(0, seq + 1)..<max(0, seq + 1, Int64(bodies.count)) {
      let entry = try Entry(body: bodies[Int(number)], payload: payloads[number], path: path)
      guard entry.run == run else { continue }
      guard try visit(entry) else { return }
    }
  }

  /// The entries of some types, of all runs, in order.
  public func entries(typed types: [String], _ visit: (Entry) throws -> Void) throws {
    let (bodies, payloads) = content.withLock { ($0.bodies, $0.payloads) }
    let marks = types.map { Array("\"type\":\"\($0)\"".utf8) }
    for (number, body) in bodies.enumerated() {
      // Types stand near the end; few entries have to be read.
      let end = body.suffix(80)
      guard marks.contains(where: { mark in end.indices.contains { end[$0...].starts(with: mark) } }) else { continue }
      let entry = try Entry(body: body, payload: payloads[Int64(number)], path: path)
      if types.contains(entry.type) { try visit(entry) }
    }
  }

  /// Enters a new run under the next number, and keeps its plan.
  public func register(
    runbook: String, environment: String, plan: KeptBlob, directory: String, after newest: Int64?, clock: ClockReading
  ) throws(JournalError) -> RegisteredRun? {
    try content.withLock { (content: inout Content) throws(JournalError) -> RegisteredRun? in
      let last = content.runs.last?.number ?? 0
      if let newest, newest != last { return nil }
      let digest = Digest(of: plan.bytes)
      content.blobs[digest] = plan.bytes
      for opening in plan.openings { content.openings[opening.commitment] = opening }
      for person in plan.people { content.people[person.id] = person }
      let run = RegisteredRun(
        number: last + 1, runbook: runbook, environment: environment, plan: digest,
        directory: directory, created: clock.instant, outcome: nil)
      let draft = Draft.runRegistered(run)
      let body = try draft.sealed(seq: content.tree.size, epoch: 0, clock: clock, salt: chance.salt())
      content.runs.append(run)
      content.payloads[content.tree.size] = draft.payload
      content.bodies.append(body)
      _ = content.tree.append(body)
      return run
    }
  }

  /// All runs, the newest first.
  public func runs() throws(JournalError) -> [RegisteredRun] { content.withLock { $0.runs.reversed() } }

  /// Takes a run over. There is no lock in here: an executor that had the run before is fenced by its epoch alone.
  public func takeOver(run: Int64, owner: String, clock: ClockReading) throws(JournalError) -> MemoryLease {
    content.withLock { content in
      let epoch = (content.epochs[run] ?? 0) + 1
      content.epochs[run] = epoch
      return MemoryLease(run: run, epoch: epoch)
    }
  }

  /// The bytes under a digest; `nil` when there are none.
  public func blob(_ digest: Digest) throws(JournalError) -> [UInt8]? { content.withLock { $0.blobs[digest] } }

  /// What opens a commitment; `nil` when it was erased.
  public func opening(_ commitment: Digest) throws(JournalError) -> Opening? {
    content.withLock { $0.openings[commitment] }
  }

  /// The newest state of a run that was kept in a format; `nil` when there is none that belongs to this log.
  public func snapshot(of run: Int64, format: Int) throws(JournalError) -> (seq: Int64, body: [UInt8])? {
    let (kept, bodies) = content.withLock { ($0.snapshots[run] ?? [], $0.bodies) }
    for snapshot in kept.reversed() where snapshot.format == format && snapshot.seq + 1 < Int64(bodies.count) {
      let entry = try Entry(body: bodies[Int(snapshot.seq + 1)], payload: nil, path: path)
      if entry.names(snapshot: snapshot.state, at: snapshot.seq, of: run, format: format) {
        return (snapshot.seq, snapshot.state.body)
      }
    }
    return nil
  }

  /// Puts a command into the inbox. The same identity twice changes nothing.
  public func send(_ letter: Letter) throws(JournalError) {
    content.withLock { content in
      guard !content.inbox.contains(where: { $0.letter.id == letter.id }) else { return }
      content.inbox.append((letter, nil))
    }
  }

  /// The commands of a run that nobody has taken up, in the order in which they came.
  public func letters(to run: Int64) throws(JournalError) -> [Letter] {
    content.withLock { content in content.inbox.filter { $0.letter.run == run && $0.seq == nil }.map(\.letter) }
  }

  /// The event that a command became; `nil` while nobody has taken it up.
  public func event(ofCommand id: String) throws(JournalError) -> Int64? {
    content.withLock { content in content.inbox.first { $0.letter.id == id }?.seq }
  }

  /// The names of people by pseudonym.
  public func people() throws(JournalError) -> [String: String] {
    content.withLock { $0.people.mapValues(\.name) }
  }

  /// The root over the first so many entries; `nil` when there are fewer.
  public func root(at size: Int64) throws(JournalError) -> Digest? {
    content.withLock { content in
      guard size >= 0, size <= content.tree.size else { return nil }
      var tree = Tree()
      for body in content.bodies.prefix(Int(size)) { _ = tree.append(body) }
      return tree.root
    }
  }

  /// The number of entries and the root over them.
  public func checkpoint() throws(JournalError) -> (size: Int64, root: Digest) {
    content.withLock { ($0.tree.size, $0.tree.root) }
  }
}

/// The right to write the events of a run in memory.
public struct MemoryLease: RecordLease {
  public let run: Int64
  /// Higher than that of every earlier executor of the run.
  public let epoch: Int64
}

/// What one transaction in memory appends; nothing of it is seen before it is over.
public struct MemoryBatch: RecordBatch {
  fileprivate enum Note {
    case taken(String, seq: Int64)
    case snapshot(MemoryRecord.Snapshot, run: Int64)
    case plan(Digest, run: Int64)
    case outcome(String?, run: Int64)
  }

  fileprivate let epoch: Int64
  fileprivate let clock: ClockReading
  fileprivate let chance: any Chance
  fileprivate var tree: Tree
  fileprivate var accounts: [String: String]
  fileprivate var people: [Pseudonym] = []
  fileprivate var openings: [Opening] = []
  fileprivate var bodies: [[UInt8]] = []
  fileprivate var payloads: [Int64: [UInt8]] = [:]
  fileprivate var blobs: [Digest: [UInt8]] = [:]
  fileprivate var notes: [Note] = []

  fileprivate init(epoch: Int64, clock: ClockReading, chance: any Chance, tree: Tree, accounts: [String: String]) {
    self.epoch = epoch
    self.clock = clock
    self.chance = chance
    self.tree = tree
    self.accounts = accounts
  }

  /// The sequence number of the next entry.
  public var nextSequence: Int64 { tree.size }

  /// Appends an entry.
  @discardableResult
  public mutating func append(_ draft: Draft) throws -> Int64 {
    let seq = tree.size
    let body = try draft.sealed(
      seq: seq, epoch: epoch, clock: clock, salt: draft.payload.map { _ in chance.salt() })
    payloads[seq] = draft.payload
    bodies.append(body)
    _ = tree.append(body)
    return seq
  }

  /// Keeps bytes under their digest.
  public mutating func keep(blob bytes: [UInt8]) throws -> Digest {
    let digest = Digest(of: bytes)
    blobs[digest] = bytes
    return digest
  }

  /// Keeps what opens a commitment.
  public mutating func keep(opening: Opening) throws { openings.append(opening) }

  /// Keeps the name behind a pseudonym.
  public mutating func keep(_ pseudonym: Pseudonym) throws { people.append(pseudonym) }

  /// The pseudonym of an account, made at the first meeting.
  public mutating func pseudonym(ofAccount name: String) throws -> String {
    if let known = accounts[name] { return known }
    let pseudonym = Pseudonym(of: name, salt: chance.salt())
    accounts[name] = pseudonym.id
    people.append(pseudonym)
    return pseudonym.id
  }

  /// Random bytes for a commitment.
  public func salt() -> [UInt8] { chance.salt() }

  /// Marks a command as taken up.
  public mutating func take(command id: String, as seq: Int64) throws { notes.append(.taken(id, seq: seq)) }

  /// Keeps the state of a run as of an entry.
  public mutating func keep(snapshot: Opening, of run: Int64, at seq: Int64, format: Int) throws {
    notes.append(.snapshot(.init(seq: seq, format: format, state: snapshot), run: run))
  }

  /// Notes which plan is in force.
  public mutating func note(plan: Digest, of run: Int64) throws { notes.append(.plan(plan, run: run)) }

  /// Notes how a run ended.
  public mutating func note(outcome: String?, of run: Int64) throws { notes.append(.outcome(outcome, run: run)) }
}

extension MemoryRecord.Content {
  /// Takes over what a transaction did.
  fileprivate mutating func take(_ batch: MemoryBatch) {
    bodies += batch.bodies
    payloads.merge(batch.payloads) { $1 }
    blobs.merge(batch.blobs) { old, _ in old }
    (tree, accounts) = (batch.tree, batch.accounts)
    for opening in batch.openings { openings[opening.commitment] = opening }
    for person in batch.people { people[person.id] = person }
    for note in batch.notes {
      switch note {
      case .taken(let id, let seq):
        for place in inbox.indices where inbox[place].letter.id == id { inbox[place].seq = seq }
      case .snapshot(let snapshot, let run):
        snapshots[run, default: []].removeAll { $0.seq == snapshot.seq }
        snapshots[run, default: []].append(snapshot)
        snapshots[run] = snapshots[run]?.suffix(2)
      case .plan(let plan, let run):
        for place in runs.indices where runs[place].number == run { runs[place].plan = plan }
      case .outcome(let outcome, let run):
        for place in runs.indices where runs[place].number == run { runs[place].outcome = outcome }
      }
    }
  }
}
