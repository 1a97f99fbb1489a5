internal import Plans
internal import Quantities
internal import Records

/// What erasures took away, as the log says it. All else has to be there.
struct ErasedNotes: Sendable {
  /// The entries whose payload is gone.
  private(set) var entries: Set<Int64> = []
  /// The pseudonyms whose names are.
  private var people: Set<String> = []
  /// The commitments of plans that nobody opens any more.
  private var commitments: Set<String> = []
  /// How many of them an earlier version took away, which did not say which.
  private var unnamed: Int64 = 0

  /// Takes what an entry about an erasure says.
  mutating func take(_ data: JSON) {
    entries.formUnion((data["entries"]?.array ?? []).compactMap(\.integer))
    people.formUnion((data["people"]?.array ?? []).compactMap(\.string))
    if let named = data["commitments"]?.array {
      commitments.formUnion(named.compactMap(\.string))
    } else {
      unnamed += data["openings"]?.integer ?? 0
    }
  }

  /// Takes what those of another page say.
  mutating func take(_ other: ErasedNotes) {
    entries.formUnion(other.entries)
    people.formUnion(other.people)
    commitments.formUnion(other.commitments)
    unnamed += other.unnamed
  }

  /// The names and openings that should be there and are not.
  ///
  /// - Parameters:
  ///   - record: the record.
  ///   - actors: the pseudonyms of those who acted, each with the first entry that names it.
  ///   - plans: the plans that entries name, each with the first that does, as far as they can be read.
  /// - Returns: what is missing.
  /// - Throws: ``JournalError`` when the record cannot be read.
  func missing(
    in record: any StoredRecord, actors: [String: Int64], plans: [(plan: Plan, seq: Int64)]
  ) throws -> [Flaw] {
    let known = Set(try record.persons().map(\.id))
    let opened = Set(try record.keptOpenings().map(\.commitment))
    var wanted = actors
    var sealed: [String: Int64] = [:]
    for (plan, seq) in plans where !plan.isOfOlderFormat {
      for person in plan.people { wanted[person.id] = min(seq, wanted[person.id] ?? .max) }
      for commitment in plan.commitments { sealed[commitment.hex] = min(seq, sealed[commitment.hex] ?? .max) }
    }
    var flaws = wanted.filter { $0.key.hasPrefix("p_") && !known.contains($0.key) && !people.contains($0.key) }
      .sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map { id, seq in
        Flaw(.people, first: seq, "the name behind \(id) is gone, and no erasure says so")
      }
    let closed = sealed.filter { !opened.contains($0.key) && !commitments.contains($0.key) }
    guard Int64(closed.count) > unnamed else { return flaws }
    flaws += closed.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map { commitment, seq in
      Flaw(
        .people, first: seq,
        "what opens the commitment \(commitment.prefix(12)) of a plan is gone, and no erasure says so")
    }
    return flaws
  }
}
