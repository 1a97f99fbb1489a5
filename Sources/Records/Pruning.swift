public import Quantities

/// What a log says about finished runs whose entries were taken out after they were exported: which, by whom, and which
/// bundle holds them. Their hashes stay, so every proof and every checkpoint still verifies.
public struct Pruning: Equatable, Sendable {
  /// A run that was taken out, as a whole.
  public struct Run: Equatable, Sendable {
    public var number: Int64
    /// Its first and its last entry, and how many it had.
    public var first: Int64
    public var last: Int64
    public var count: Int64
    /// The digest of their numbers, each with a line break behind it.
    public var numbers: Digest
    /// The plan in force at its end.
    public var plan: Digest
    /// How it ended.
    public var outcome: String

    /// The name that people use: `r-12`.
    public var name: String { "r-\(number)" }

    /// Describes a run by its entries.
    ///
    /// - Parameters:
    ///   - run: what the list of runs says about it.
    ///   - numbers: the numbers of its entries, in order.
    public init(_ run: RegisteredRun, numbers: [Int64]) {
      (number, plan, outcome) = (run.number, run.plan, run.outcome ?? "")
      (first, last, count) = (numbers.first ?? 0, numbers.last ?? 0, Int64(numbers.count))
      self.numbers = Self.digest(of: numbers)
    }

    fileprivate init?(_ json: JSON) {
      guard let number = json["run"]?.integer, let first = json["first"]?.integer, let last = json["last"]?.integer,
        let count = json["count"]?.integer, let numbers = json["numbers"]?.string.flatMap({ Digest(hex: $0) }),
        let plan = json["plan"]?.string.flatMap({ Digest(hex: $0) }), let outcome = json["outcome"]?.string
      else { return nil }
      (self.number, self.first, self.last, self.count) = (number, first, last, count)
      (self.numbers, self.plan, self.outcome) = (numbers, plan, outcome)
    }

    fileprivate var json: JSON {
      .dictionary([
        ("count", .integer(count)), ("first", .integer(first)), ("last", .integer(last)),
        ("numbers", .string(numbers.hex)), ("outcome", .string(outcome)), ("plan", .string(plan.hex)),
        ("run", .integer(number)),
      ])
    }

    /// The digest of the numbers of entries.
    public static func digest(of numbers: [Int64]) -> Digest {
      Digest(of: Array(numbers.map { "\($0)\n" }.joined().utf8))
    }
  }

  /// The entry that says so, and when it was made.
  public var seq: Int64
  public var at: Instant
  /// Who took them out, by pseudonym.
  public var person: String
  public var runs: [Run]
  /// The digests of the plans that went with them.
  public var plans: [String]
  /// The digest of the list of digests (`SHA256SUMS`) of the bundle that holds them.
  public var archive: Digest

  /// The name of the entry.
  public static let type = "entries_pruned"

  /// Reads an entry; `nil` for any other, and for one that does not say it all.
  public init?(_ entry: Entry) {
    guard entry.run == 0, entry.type == Self.type,
      let archive = entry.data["archive"]?.string.flatMap({ Digest(hex: $0) }), let listed = entry.data["runs"]?.array
    else { return nil }
    runs = listed.compactMap { Run($0) }
    guard runs.count == listed.count else { return nil }
    (seq, at, person, self.archive) = (entry.seq, entry.at, entry.actor.id, archive)
    plans = (entry.data["plans"]?.array ?? []).compactMap(\.string)
  }

  /// What was taken out, in a sentence without a full stop.
  ///
  /// - Parameter name: the name behind a pseudonym.
  /// - Returns: the sentence.
  public func sentence(naming name: (String) -> String) -> String {
    let those = runs.map { "\($0.name) (\(Int($0.count).counted("entry", "entries")), \($0.first) to \($0.last))" }
    let words = those.isEmpty ? "no run" : those.joined(separator: ", ")
    return "\(words) pruned at \(at.text) by \(name(person)), as entry \(seq) says; what was "
      + "taken out is in the bundle whose SHA256SUMS has the digest \(archive.hex)"
  }
}

extension Draft {
  /// So many runs are named by one entry.
  public static let mostPruned = 100

  /// Says that the entries of finished runs were taken out.
  ///
  /// - Parameters:
  ///   - runs: the runs; at most ``mostPruned``.
  ///   - plans: the digests of the plans that went with them.
  ///   - archive: that of the bundle's list of digests.
  ///   - person: who did it, by pseudonym.
  ///   - reason: why; it can be erased.
  ///   - instant: when.
  /// - Returns: the entry, not yet placed.
  public static func entriesPruned(
    _ runs: [Pruning.Run], plans: [String], archive: Digest, by person: String, reason: String, at instant: Instant
  ) -> Draft {
    let data = JSON.dictionary([
      ("archive", .string(archive.hex)), ("plans", .array(plans.map { .string($0) })),
      ("runs", .array(runs.map(\.json))),
    ])
    return Draft(
      run: 0, type: Pruning.type, subject: "", at: instant, cause: nil,
      actor: Actor(kind: .person, id: person, auth: "account"), plan: nil, data: data.canonicalBytes,
      payload: JSON.dictionary([("reason", .string(reason))]).canonicalBytes)
  }
}
