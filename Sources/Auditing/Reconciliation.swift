public import Quantities
public import Records

/// A change as a provider's own log has it.
public struct ProviderChange: Equatable, Sendable {
  public var at: Instant
  /// Who made it, in the provider's words.
  public var who: String
  public var what: String
  public var resource: String
  /// What the provider calls the request, where it says so.
  public var correlation: String?

  public init(at: Instant, who: String, what: String, resource: String, correlation: String? = nil) {
    (self.at, self.who, self.what, self.resource, self.correlation) = (at, who, what, resource, correlation)
  }
}

/// What a provider's own log has, held against the record: which changes no request of ours explains.
///
/// The record can prove what was asked through it. What somebody did beside it only the provider knows.
public struct Reconciliation: Equatable, Sendable {
  /// A change of the provider with what explains it.
  public struct Finding: Equatable, Sendable {
    /// What explains it.
    public enum Standing: Equatable, Sendable {
      /// A request was at work on it then: that of this entry.
      case explained(by: Int64)
      /// It is about a target of ours, and no request was at work on it.
      case unexplained
      /// A run was at work then that was pruned: what it asked for, and of which targets, is not here.
      case unjudged(run: Int64)
      /// It is about nothing that the record names.
      case elsewhere
    }

    public var change: ProviderChange
    public var standing: Standing
  }

  /// The changes, in the order of their times.
  public private(set) var findings: [Finding] = []

  /// The pruned runs whose plans went with them: targets that these alone named count as nothing of ours.
  public private(set) var planless: [Int64] = []

  /// Those about our targets that nothing explains.
  public var unexplained: [ProviderChange] { findings.filter { $0.standing == .unexplained }.map(\.change) }

  /// Those that a run may explain which was pruned.
  public var unjudged: [ProviderChange] {
    findings.filter { if case .unjudged = $0.standing { true } else { false } }.map(\.change)
  }

  /// Those about nothing that the record names, where nobody can tell: a plan that was pruned may have named them.
  public var untold: [ProviderChange] {
    planless.isEmpty ? [] : findings.filter { $0.standing == .elsewhere }.map(\.change)
  }

  /// How far clocks of the two may differ.
  public static let drift = Span(milliseconds: 5 * 60_000)

  /// Holds changes against a record.
  ///
  /// A request explains a change that carries its idempotency key, or one of a resource with its target's identifier in
  /// its name while it was at work: from its intent until its outcome, a doubt until it is settled, and no longer than
  /// its run.
  ///
  /// - Parameters:
  ///   - changes: what the provider's log has.
  ///   - record: the record.
  /// - Returns: each change with what explains it.
  /// - Throws: ``JournalError`` for an entry that cannot be read.
  /// - Complexity: O(entries + changes × requests of a target).
  public static func reconcile(
    _ changes: [ProviderChange], with record: any StoredRecord
  ) throws -> Reconciliation {
    let known = try RecordedRequests(record)
    var found = Reconciliation()
    found.planless = known.planless
    for change in changes.sorted(by: { ($0.at, $0.resource, $0.what) < ($1.at, $1.resource, $1.what) }) {
      found.findings.append(Finding(change: change, standing: known.standing(of: change)))
    }
    return found
  }
}
