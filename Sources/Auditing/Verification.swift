public import Checkpoints
public import Quantities
internal import Records

/// What an auditor knows beside the record.
public struct VerificationAsk: Sendable {
  /// A checkpoint that was kept outside of the machine, and where.
  public struct Held: Sendable {
    public var source: String
    public var checkpoint: SignedCheckpoint

    public init(source: String, checkpoint: SignedCheckpoint) {
      (self.source, self.checkpoint) = (source, checkpoint)
    }
  }

  /// The keys that the log's checkpoints may be signed with; empty takes those that the log announces.
  public var logKeys: [VerifierKey]
  /// The keys of witnesses.
  public var witnessKeys: [VerifierKey]
  /// Checkpoints that were kept outside of the machine.
  public var held: [Held]
  /// Whose signatures are believed; `nil` takes the keys that each plan names.
  public var people: TrustedPeople?
  /// The time by which reviews are overdue; `nil` takes that of the newest entry.
  public var now: Instant?
  /// Takes a time as the clock on the wall shows it, in seconds since 1970, and gives the real one: dates of keys may
  /// be written like that.
  public var zone: @Sendable (Int64) -> Int64

  public init(
    logKeys: [VerifierKey] = [], witnessKeys: [VerifierKey] = [], held: [Held] = [], people: TrustedPeople? = nil,
    now: Instant? = nil, zone: @escaping @Sendable (Int64) -> Int64 = { $0 }
  ) {
    (self.logKeys, self.witnessKeys, self.held, self.people) = (logKeys, witnessKeys, held, people)
    (self.now, self.zone) = (now, zone)
  }
}

/// What came of verifying a record.
public struct Verification: Sendable {
  /// How the record stands.
  public enum Verdict: String, Sendable, CaseIterable {
    /// Nothing is wrong, as far as it could be judged, and everything could.
    case intact
    /// Something is wrong.
    case damaged
    /// The record is whole, and a rule of its plans was not kept.
    case violated
    /// Nothing is wrong that could be judged, and something could not.
    case unjudged
  }

  /// Up to where somebody outside knows the history.
  public struct Witnessed: Equatable, Sendable {
    /// So many entries, from the first.
    public var size: Int64
    /// When, as the witness says; `nil` where it does not.
    public var at: Instant?
    /// Who, or what.
    public var by: String
  }

  /// A run of which only the hashes of its entries are left.
  public struct PrunedRun: Equatable, Sendable {
    public var run: Int64
    /// Its first and its last entry, and how many it had.
    public var first: Int64
    public var last: Int64
    public var count: Int64
    /// When it was taken out.
    public var at: Instant
    /// The digest of the list of digests (`SHA256SUMS`) of the bundle that has it.
    public var archive: Digest
    /// The entry that says so.
    public var seq: Int64
  }

  /// What the record is called.
  public var name: String
  /// The names that the log gave itself; more than one when it was begun anew from a copy.
  public internal(set) var origins: [String] = []
  /// The number of entries.
  public internal(set) var size: Int64 = 0
  /// The root over them.
  public internal(set) var root = Digest(of: [])
  /// When the first and the newest entry were made, by the machine's clock.
  public internal(set) var times: (first: Instant, last: Instant)?
  /// How many runs there are.
  public internal(set) var runs = 0
  /// Entries whose payload was erased.
  public internal(set) var withheld: [Int64] = []
  /// How many checkpoints lie beside the log and fit it.
  public internal(set) var checkpoints = 0
  /// The keys that they may be signed with.
  public internal(set) var keys: [VerifierKey] = []
  /// Up to where others know the history, the farthest first.
  public internal(set) var witnessed: [Witnessed] = []
  /// What those who signed approvals have seen, the newest first.
  public internal(set) var seen: [Witnessed] = []
  /// What persons said and signed, and what was let happen because of it; `nil` where entries are damaged, so that
  /// nobody can tell.
  public internal(set) var approvals: ApprovalFindings?
  /// Rules of the plans that were not kept, in the order of the entries.
  public internal(set) var violations: [Flaw] = []
  /// The runs that were taken out after they were exported, as the log says.
  public var prunedRuns: [PrunedRun] {
    prunings.flatMap { one in
      one.runs.map { run in
        PrunedRun(
          run: run.number, first: run.first, last: run.last, count: run.count, at: one.at, archive: one.archive,
          seq: one.seq)
      }
    }
  }
  var prunings: [Pruning] = []
  /// The names behind the pseudonyms of those who took them out.
  var pruners: [String: String] = [:]
  /// What the log lost and goes on without, by the word of persons, in sentences without full stops. They are remarks,
  /// too.
  public internal(set) var losses: [String] = []
  /// What is worth knowing and no fault, in sentences without full stops.
  public internal(set) var remarks: [String] = []
  /// What is wrong, in the order of the entries that it can concern.
  public internal(set) var flaws: [Flaw] = []
  /// What could not be judged, in sentences without full stops.
  public internal(set) var unjudged: [String] = []
  /// The checks that found nothing wrong, and rest on nothing that is.
  public internal(set) var passed: [Flaw.Check] = []

  init(name: String) { self.name = name }

  /// How the record stands.
  public var verdict: Verdict {
    if !flaws.isEmpty { return .damaged }
    if !violations.isEmpty { return .violated }
    return unjudged.isEmpty ? .intact : .unjudged
  }

  /// What was pruned, in sentences without full stops.
  public var pruned: [String] { prunings.map { $0.sentence { pruners[$0] ?? $0 } } }

  /// The verdict in one sentence, which never says more than was proved.
  public var sentence: String {
    if let flaw = flaws.first {
      let place = flaw.first.map { " from entry \($0) on" } ?? ""
      return "damaged\(place): \(flaw.what)" + (flaw.anchor.map { ", as \($0) shows" } ?? "")
    }
    let tail: String
    switch witnessed.first {
    case nil: tail = "nothing of it is witnessed: all \(size) entries rest on this machine's word"
    case let known?:
      let time = known.at.map { " at \($0.text)" } ?? ""
      let rest = size - known.size
      tail =
        "intact up to \(known.size), witnessed\(time) by \(known.by); "
        + (rest == 0 ? "no entry is newer" : "the tail of \(rest) rests on this machine's word")
    }
    let rules = violations.isEmpty ? "" : "; \(violations.count.counted("rule")) of its plans not kept"
    return tail + rules + (unjudged.isEmpty ? "" : "; not all could be judged")
  }

  /// Puts flaws in the order of what they concern, and says which checks passed.
  mutating func conclude(hasCopies: Bool) {
    violations.sort { ($0.first ?? -1, $0.what) < ($1.first ?? -1, $1.what) }
    flaws.sort { ($0.first ?? -1, $0.check.rawValue, $0.what) < ($1.first ?? -1, $1.check.rawValue, $1.what) }
    witnessed.sort { ($0.size, $1.by, $0.at ?? .distantPast) > ($1.size, $0.by, $1.at ?? .distantPast) }
    witnessed = witnessed.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    seen.sort { $0.size > $1.size }
    let broken = Set(flaws.map(\.check))
    // What is compared with the entries says nothing when these are not what they were.
    let rests = !broken.isDisjoint(with: [.reading, .files, .entries, .tree, .checkpoints])
    let done = Flaw.Check.allCases.filter { check in
      switch check {
      case .reading, .decisions: false
      case .files: !hasCopies
      case .tree, .copies, .runs: hasCopies
      case .entries, .payloads, .plans, .people, .checkpoints: true
      case .approvals: approvals != nil && violations.isEmpty
      }
    }
    passed = rests ? [] : done.filter { !broken.contains($0) }
  }
}

extension Instant {
  fileprivate static let distantPast = Instant(milliseconds: .min)
}
