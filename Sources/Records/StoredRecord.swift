public import Quantities

/// A record as it is stored, for whoever believes nothing of it: bytes in their order, and the copies beside them.
///
/// A journal is one, and so is a bundle that left its machine. Nothing is read as an event in here.
public protocol StoredRecord: Sendable {
  /// What it is called in messages.
  var name: String { get }
  /// Whether copies of fields, and hashes of subtrees, lie beside the bytes, and are to be looked at.
  var hasCopies: Bool { get }

  /// So many entries from one on, in the order of their numbers, and fewer where they are long: what comes next is
  /// asked for again. Empty behind the last one.
  func page(from seq: Int64, count: Int) throws -> StoredPage
  /// So many stored subtrees from an identifier on, in the order of these.
  func nodes(from id: Int64, count: Int) throws -> [(id: Int64, hash: [UInt8])]
  /// Hands over each plan with the name that it is kept under.
  func blobs(_ visit: (_ digest: String, _ body: [UInt8]) throws -> Void) throws
  /// What is known of people: pseudonyms, the salts that bind them to names where there are any, and names.
  func persons() throws -> [StoredPerson]
  /// What opens the commitments of plans, each with the one that it is kept under.
  func keptOpenings() throws -> [(commitment: String, opening: Opening)]
  /// The list of runs; `nil` where there is none.
  func runList() throws -> [StoredRun]?
  /// The checkpoints that lie beside the log, as bytes, in the order of their sizes.
  func keptCheckpoints() throws -> [KeptCheckpoint]
  /// Payloads that belong to no entry, by the numbers that they are kept under.
  func strayPayloads() throws -> [Int64]
}

/// A row of the list of people.
public struct StoredPerson: Equatable, Sendable {
  public var id: String
  public var salt: [UInt8]?
  public var name: String

  public init(id: String, salt: [UInt8]?, name: String) { (self.id, self.salt, self.name) = (id, salt, name) }
}

/// A row of the list of runs, as texts: nothing of it need be right.
public struct StoredRun: Equatable, Sendable {
  public var number: Int64
  /// The columns by their names; `nil` for one that has no value.
  public var values: [String: String?]

  public init(number: Int64, values: [String: String?]) { (self.number, self.values) = (number, values) }
}

/// A signed checkpoint as it is kept beside the log.
public struct KeptCheckpoint: Equatable, Sendable {
  /// The number of entries that it is about.
  public var size: Int64
  /// When it was made.
  public var at: Instant
  /// What was signed, with the signatures below it.
  public var note: [UInt8]

  public init(size: Int64, at: Instant, note: [UInt8]) { (self.size, self.at, self.note) = (size, at, note) }
}

/// Entries one after the other in one piece of memory: what a million of them cost is their bytes.
public struct StoredPage: Sendable {
  /// One entry.
  public struct Row: Sendable {
    /// The number under which it is kept.
    public var seq: Int64
    /// The copies beside it; `nil` where the record keeps none.
    public var copies: Copies?
    /// Where its bytes are. The byte before them is 0, as the leaf of the tree wants it. Empty for one that was pruned.
    public var body: Range<Int>
    /// What is left of an entry that was taken out after it was exported: its run, as the record says, and its hash.
    /// `nil` for one that is there.
    public var pruned: (run: Int64, leaf: Digest)?
    /// Where salt and payload are, one after the other, and how long the salt is; `nil` where there is none.
    public var payload: (range: Range<Int>, salt: Int)?
  }

  /// Copies of fields for searching.
  public struct Copies: Sendable {
    public var run: Int64
    public var epoch: Int64
    public var at: Int64
    public var type: Range<Int>
    public var subject: Range<Int>

    public init(run: Int64, epoch: Int64, at: Int64, type: Range<Int>, subject: Range<Int>) {
      (self.run, self.epoch, self.at, self.type, self.subject) = (run, epoch, at, type, subject)
    }
  }

  /// So many bytes a page has before it ends: a page is one entry at least, and entries can be long.
  public static let mostBytes = 32 << 20

  /// Whether it has as many bytes as a page should.
  public var isFull: Bool { bytes.count >= Self.mostBytes }

  public private(set) var bytes: [UInt8] = []
  public private(set) var rows: [Row] = []

  public init() {}

  /// Adds bytes that are no entry.
  ///
  /// - Returns: where they are.
  public mutating func add(_ more: UnsafeRawBufferPointer) -> Range<Int> {
    let start = bytes.count
    bytes.append(contentsOf: more)
    return start..<bytes.count
  }

  /// Adds an entry.
  ///
  /// - Parameters:
  ///   - seq: the number under which it is kept.
  ///   - copies: the copies beside it; their texts are in here already.
  ///   - body: its bytes.
  ///   - payload: salt and payload, where there are some.
  public mutating func add(
    seq: Int64, copies: Copies?, body: UnsafeRawBufferPointer,
    payload: (salt: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer)?
  ) {
    bytes.append(0)
    let body = add(body)
    let start = bytes.count
    var kept: (Range<Int>, Int)?
    if let payload {
      _ = add(payload.salt)
      _ = add(payload.body)
      kept = (start..<bytes.count, payload.salt.count)
    }
    rows.append(Row(seq: seq, copies: copies, body: body, pruned: nil, payload: kept))
  }

  /// Adds an entry of which only the hash is left.
  public mutating func add(pruned seq: Int64, run: Int64, leaf: Digest) {
    rows.append(Row(seq: seq, copies: nil, body: bytes.count..<bytes.count, pruned: (run, leaf), payload: nil))
  }

  /// The hash of an entry, as the tree has it.
  public func leaf(_ row: Row) -> Digest {
    row.pruned?.leaf ?? Digest(of: bytes[(row.body.lowerBound - 1)..<row.body.upperBound])
  }

  /// The bytes of an entry.
  public func body(_ row: Row) -> [UInt8] { Array(bytes[row.body]) }

  /// Salt and payload of an entry; `nil` where there is none.
  public func payload(_ row: Row) -> (salt: [UInt8], body: [UInt8])? {
    row.payload.map { kept in
      let middle = kept.range.lowerBound + kept.salt
      return (Array(bytes[kept.range.lowerBound..<middle]), Array(bytes[middle..<kept.range.upperBound]))
    }
  }

  /// An entry, read as far as an envelope goes.
  ///
  /// - Throws: ``JournalError/corrupt(path:detail:)``, also for a payload that is not the one that was committed to.
  public func entry(_ row: Row, of name: String) throws(JournalError) -> Entry {
    let payload = payload(row)
    return try Entry(body: body(row), payload: payload?.body, salt: payload?.salt, path: name)
  }
}

extension StoredRecord {
  /// Hands over all entries that are there, one after the other.
  ///
  /// - Parameters:
  ///   - seq: the first one.
  ///   - visit: takes an entry; returns `false` to stop.
  /// - Throws: ``JournalError`` for an entry that cannot be read; an error of `visit` as it is.
  public func storedEntries(from seq: Int64 = 0, _ visit: (Entry) throws -> Bool) throws {
    var next = seq
    while true {
      let page = try page(from: next, count: 1_024)
      guard let last = page.rows.last else { return }
      for row in page.rows where row.pruned == nil {
        if try !visit(page.entry(row, of: name)) { return }
      }
      guard last.seq < .max else { return }
      next = last.seq + 1
    }
  }

  /// One entry; `nil` when there is none of that number, and for one that was pruned.
  public func storedEntry(_ seq: Int64) throws -> Entry? {
    let page = try page(from: seq, count: 1)
    return try page.rows.first.flatMap { $0.seq == seq && $0.pruned == nil ? try page.entry($0, of: name) : nil }
  }
}
