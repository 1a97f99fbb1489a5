public import Quantities
public import Records

/// The whole chain of causes of an entry: effect, admission, gate, approval, plan, author, with names.
public struct Causes: Sendable {
  /// One entry of the chain.
  public struct Link: Equatable, Sendable {
    /// How deep below the entry that was asked about.
    public var depth: Int
    /// How it led to the one above it.
    public var relation: String
    public var seq: Int64
    public var at: Instant
    public var run: Int64
    public var type: String
    public var subject: String
    public var actor: String
    /// Its own fields, and what a person wrote.
    public var facts: String
  }

  /// The entries, each behind the one that it led to.
  public private(set) var links: [Link] = []
  /// The digest of the plan that was in force.
  public private(set) var plan: String?
  /// The runbook of the plan; `nil` when the plan is missing.
  public private(set) var runbook: String?
  /// Who wrote it, as the plan has it.
  public private(set) var authors: [String] = []

  /// Follows the causes of an entry.
  ///
  /// - Parameters:
  ///   - seq: the entry.
  ///   - record: the record.
  /// - Returns: the chain; `nil` when there is no such entry.
  /// - Throws: ``JournalError`` for an entry that cannot be read.
  /// - Complexity: O(chain), in journals of the first version O(entries).
  public static func of(_ seq: Int64, in record: any StoredRecord) throws -> Causes? {
    try of([seq], in: record)[0]
  }

  /// Follows the causes of several entries.
  ///
  /// - Returns: the chains, in the order of the entries; `nil` for one that is not there.
  public static func of(_ entries: [Int64], in record: any StoredRecord) throws -> [Causes?] {
    let names = try Names(record)
    // Which approvals let a wave begin is listed once, and only for an entry that does not name them.
    var all: [Change]?
    let changes = { (run: Int64) throws -> [Change] in
      let known = try all ?? Population.changes(of: record, run: nil, names: names)
      all = known
      return known.filter { $0.run == run }
    }
    return try entries.map { try of($0, in: record, names, changes) }
  }

  private static func of(
    _ seq: Int64, in record: any StoredRecord, _ names: Names, _ changes: (Int64) throws -> [Change]
  ) throws -> Causes? {
    guard let first = try record.storedEntry(seq) else { return nil }
    var causes = Causes()
    causes.plan = first.plan?.hex
    if let facts = names.plan(first.plan?.hex) {
      causes.runbook = facts.runbook
      causes.authors = facts.authors.map(names.name)
    }
    var seen: Set<Int64> = []
    var waiting: [(seq: Int64, depth: Int, relation: String)] = [(seq, 0, "")]
    while let next = waiting.popLast() {
      guard seen.insert(next.seq).inserted, let entry = try record.storedEntry(next.seq) else { continue }
      causes.links.append(Link(entry, depth: next.depth, relation: next.relation, names))
      // The cause is told last and in full; who admitted it comes first.
      if let cause = entry.cause { waiting.append((cause, next.depth + 1, "caused by")) }
      for other in try Self.admissions(of: entry, changes).reversed() {
        waiting.append((other, next.depth + 1, "admitted by"))
      }
    }
    return causes
  }

  /// The entries without which this one would not have been let happen.
  private static func admissions(of entry: Entry, _ changes: (Int64) throws -> [Change]) throws -> [Int64] {
    if let named = entry.data["admitted_by"]?.array.compactMap(\.integer) { return named }
    guard entry.type == "wave_started" else { return [] }
    return try changes(entry.run).first { $0.seq == entry.seq }.map { ($0.carried + $0.approvals).map(\.seq) } ?? []
  }
}

extension Causes.Link {
  fileprivate init(_ entry: Entry, depth: Int, relation: String, _ names: Names) {
    let fields = entry.data.members.filter { $0.key != "person" && $0.key != "admitted_by" }
    var facts = fields.map { "\($0.key)=\($0.value.plainText)" }
    if let reason = entry.payload?["reason"]?.string { facts.append("reason=\(reason)") }
    self.init(
      depth: depth, relation: relation, seq: entry.seq, at: entry.at, run: entry.run, type: entry.type,
      subject: entry.subject, actor: names.actor(entry), facts: facts.joined(separator: " "))
  }
}
