public import Quantities

/// What a loop needs of a record: one append-only log of all runs, with what lies beside it.
///
/// There are two forms, a file and memory. They write the same bytes; one suite of tests runs over both. Every call is
/// synchronous on purpose: the record of an effect must not be rolled back because a task was cancelled.
public protocol Record: AnyObject, Sendable {
  associatedtype Batch: RecordBatch
  associatedtype Lease: RecordLease

  /// Where it is, for messages.
  var path: String { get }

  /// The name of the log, chosen when it was made.
  func origin() throws(JournalError) -> String

  /// Runs one transaction that may append. Everything in it becomes durable together, or nothing does.
  ///
  /// - Parameters:
  ///   - lease: the executor's right to write; `nil` for what belongs to no run.
  ///   - clock: the clocks that go into the envelopes.
  ///   - body: what is appended; it must not keep the batch.
  /// - Returns: what `body` returns.
  /// - Throws: ``JournalError``, `fenced` when another executor has taken over; an error of `body` as it is.
  func write<Result>(under lease: Lease?, clock: ClockReading, _ body: (inout Batch) throws -> Result) throws -> Result

  /// The entries of a run after one, in order, handed over one by one so that a long log needs little memory.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - seq: the entry after which to begin; -1 for the first.
  ///   - visit: takes an entry; returns `false` to stop.
  /// - Throws: ``JournalError``, also for an entry that cannot be read; an error of `visit` as it is.
  func entries(of run: Int64, after seq: Int64, _ visit: (Entry) throws -> Bool) throws

  /// The entries of some types, of all runs, in order: for what one run has to know of others.
  ///
  /// - Parameters:
  ///   - types: the types; few entries have one of them.
  ///   - visit: takes an entry.
  /// - Throws: ``JournalError``, also for an entry that cannot be read; an error of `visit` as it is.
  func entries(typed types: [String], _ visit: (Entry) throws -> Void) throws

  /// Enters a new run under the next number, and keeps its plan.
  ///
  /// - Parameters:
  ///   - runbook: the runbook's identifier.
  ///   - environment: the environment's identifier.
  ///   - plan: the plan's canonical bytes, and what belongs to them.
  ///   - directory: the directory of the runbook on this machine.
  ///   - newest: the newest run that whoever asks has looked at, 0 for none: nothing is entered when there is a newer
  ///     one. The look and the entry are one transaction. `nil` enters it in any case.
  ///   - clock: when.
  /// - Returns: the run; `nil` when there is a newer one.
  /// - Throws: ``JournalError``.
  func register(
    runbook: String, environment: String, plan: KeptBlob, directory: String, after newest: Int64?, clock: ClockReading
  ) throws(JournalError) -> RegisteredRun?

  /// All runs, the newest first.
  func runs() throws(JournalError) -> [RegisteredRun]

  /// Takes a run over: an executor that had it before can write no more.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - owner: who takes it, for the message that a second one gets.
  ///   - clock: when.
  /// - Returns: the right to write, for as long as it is kept.
  /// - Throws: ``JournalError``, `busy` where another executor can be seen to live.
  func takeOver(run: Int64, owner: String, clock: ClockReading) throws(JournalError) -> Lease

  /// The bytes under a digest; `nil` when there are none, or when they are not what the digest says.
  func blob(_ digest: Digest) throws(JournalError) -> [UInt8]?

  /// What opens a commitment of a plan; `nil` when it was erased, and for what does not open it.
  func opening(_ commitment: Digest) throws(JournalError) -> Opening?

  /// The newest state of a run that was kept in a format; `nil` when there is none. One that the entry behind it does
  /// not name is none: it was damaged, or made by somebody else, or belongs to another log than this.
  func snapshot(of run: Int64, format: Int) throws(JournalError) -> (seq: Int64, body: [UInt8])?

  /// Puts a command into the inbox. The same identity twice changes nothing.
  func send(_ letter: Letter) throws(JournalError)

  /// The commands of a run that nobody has taken up, in the order in which they came.
  func letters(to run: Int64) throws(JournalError) -> [Letter]

  /// The event that a command became; `nil` while nobody has taken it up.
  func event(ofCommand id: String) throws(JournalError) -> Int64?

  /// The names of people by pseudonym, without those that were erased.
  ///
  /// - Throws: ``JournalError``, `corrupt` for a name that is not the one that a pseudonym commits to.
  func people() throws(JournalError) -> [String: String]

  /// The root over the first so many entries; `nil` when there are fewer.
  func root(at size: Int64) throws(JournalError) -> Digest?

  /// The number of entries and the root over them.
  func checkpoint() throws(JournalError) -> (size: Int64, root: Digest)
}

/// The right of one executor to write the events of one run.
public protocol RecordLease: Sendable {
  var run: Int64 { get }
  /// Higher than that of every earlier executor of the run.
  var epoch: Int64 { get }
}

/// What one transaction appends.
public protocol RecordBatch {
  /// The sequence number of the next entry.
  var nextSequence: Int64 { get }

  /// Appends an entry: encodes it once, and hashes and keeps exactly these bytes.
  ///
  /// - Returns: its sequence number.
  @discardableResult
  mutating func append(_ draft: Draft) throws -> Int64

  /// Keeps bytes under their digest; does nothing when they are there already.
  mutating func keep(blob bytes: [UInt8]) throws -> Digest

  /// Keeps what opens a commitment; does nothing when it is there already.
  mutating func keep(opening: Opening) throws

  /// Keeps the name behind a pseudonym; does nothing when it is there already.
  mutating func keep(_ pseudonym: Pseudonym) throws

  /// The pseudonym of an account that belongs to nobody of the plan, made at the first meeting.
  mutating func pseudonym(ofAccount name: String) throws -> String

  /// Random bytes for a commitment.
  func salt() -> [UInt8]

  /// Marks a command as taken up, and says which event that is.
  mutating func take(command id: String, as seq: Int64) throws

  /// Keeps the state of a run as of an entry, and drops all older ones but one. The next entry has to name it.
  mutating func keep(snapshot: Opening, of run: Int64, at seq: Int64, format: Int) throws

  /// Notes which plan is in force, for whoever asks for the run; the log has the event.
  mutating func note(plan: Digest, of run: Int64) throws

  /// Notes how a run ended, for lists; the log has the event.
  mutating func note(outcome: String?, of run: Int64) throws
}

extension Record {
  /// All entries of a run, in order.
  public func entries(of run: Int64, _ visit: (Entry) throws -> Bool) throws {
    try entries(of: run, after: -1, visit)
  }

  /// The plan that was in force at the first entry of a run from a sequence number on; `nil` when there is none.
  public func plan(of run: Int64, from seq: Int64) throws -> Digest? {
    var plan: Digest?
    try entries(of: run, after: seq - 1) { entry in
      plan = entry.plan
      return false
    }
    return plan
  }

  /// Keeps bytes under their digest, for a command that names them, and what belongs to them.
  public func keep(blob: KeptBlob, clock: ClockReading) throws -> Digest {
    try write(under: nil, clock: clock) { try $0.keep(blob) }
  }
}

extension RecordBatch {
  /// Keeps bytes under their digest, and what belongs to them.
  @discardableResult
  public mutating func keep(_ blob: KeptBlob) throws -> Digest {
    for opening in blob.openings { try keep(opening: opening) }
    for pseudonym in blob.people { try keep(pseudonym) }
    return try keep(blob: blob.bytes)
  }
}

/// Bytes that are kept for ever under their digest, with what can be erased: what opens their commitments, and the
/// names behind their pseudonyms.
public struct KeptBlob: Sendable {
  public var bytes: [UInt8]
  public var openings: [Opening]
  public var people: [Pseudonym]

  /// Puts them together.
  public init(_ bytes: [UInt8], openings: [Opening] = [], people: [Pseudonym] = []) {
    (self.bytes, self.openings, self.people) = (bytes, openings, people)
  }
}

extension Entry {
  /// Whether it is the entry that names a kept state.
  public func names(snapshot: Opening, at seq: Int64, of run: Int64, format: Int) -> Bool {
    type == "snapshot_kept" && self.run == run && self.seq == seq + 1 && data["of"]?.integer == seq
      && data["format"]?.integer == Int64(format) && data["digest"]?.string == snapshot.commitment.hex
  }
}

extension Draft {
  /// The first entry of a log: it says what log this is.
  public static func logCreated(format: Int, origin: String, at instant: Instant) -> Draft {
    let data = JSON.dictionary([("format", .integer(Int64(format))), ("origin", .string(origin))])
    return Draft(
      run: 0, type: "log_created", subject: "", at: instant, cause: nil,
      actor: Actor(kind: .executor, id: "sanderling", auth: "none"), plan: nil, data: data.canonicalBytes,
      payload: nil)
  }
}
