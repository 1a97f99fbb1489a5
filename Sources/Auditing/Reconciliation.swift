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
      /// It is about nothing that the record names.
      case elsewhere
    }

    public var change: ProviderChange
    public var standing: Standing
  }

  /// The changes, in the order of their times.
  public private(set) var findings: [Finding] = []

  /// Those about our targets that nothing explains.
  public var unexplained: [ProviderChange] { findings.filter { $0.standing == .unexplained }.map(\.change) }

  /// How far clocks of the two may differ.
  public static let drift = Span(milliseconds: 5 * 60_000)

  /// A request that was at work on a target, and until when.
  private struct Request {
    var seq: Int64
    var run: Int64
    var subject: String
    var from: Instant
    var to: Instant?
  }

  /// Holds changes against a record.
  ///
  /// A request explains a change that carries its idempotency key, or one of a resource with its target's identifier in
  /// it while it was at work: from its intent until its outcome, a doubt until it is settled.
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
    var (requests, keys): ([String: [Request]], [String: Int64]) = ([:], [:])
    try record.storedEntries { entry in
      guard let target = target(of: entry) else { return true }
      let verb = entry.type.prefix(5)
      switch entry.type.dropFirst(5) {
      case "intended":
        let one = Request(
          seq: entry.seq, run: entry.run, subject: "\(verb)\(entry.subject)", from: entry.at, to: nil)
        requests[target, default: []].append(one)
        if let key = entry.data["key"]?.string { keys[key] = keys[key] ?? entry.seq }
      case "succeeded", "failed", "settled":
        let subject = "\(verb)\(entry.subject)"
        for place in (requests[target] ?? []).indices.reversed() {
          guard requests[target]?[place].run == entry.run, requests[target]?[place].subject == subject,
            requests[target]?[place].to == nil
          else { continue }
          requests[target]?[place].to = entry.at
        }
      default: break
      }
      return true
    }
    var found = Reconciliation()
    for change in changes.sorted(by: { ($0.at, $0.resource, $0.what) < ($1.at, $1.resource, $1.what) }) {
      found.findings.append(Finding(change: change, standing: standing(of: change, requests, keys)))
    }
    return found
  }

  /// The target of a step's entry; `nil` for all other entries.
  private static func target(of entry: Entry) -> String? {
    guard entry.type.hasPrefix("step_") || entry.type.hasPrefix("undo_") else { return nil }
    let words = entry.subject.split(separator: "/")
    return words.count == 5 ? words[3].lowercased() : nil
  }

  private static func standing(
    of change: ProviderChange, _ requests: [String: [Request]], _ keys: [String: Int64]
  ) -> Finding.Standing {
    if let seq = change.correlation.flatMap({ keys[$0] }) { return .explained(by: seq) }
    let own = words(of: change.resource).flatMap { requests[$0] ?? [] }
    guard !own.isEmpty else { return .elsewhere }
    let request = own.first { one in
      one.from <= change.at + drift && (one.to.map { change.at <= $0 + drift } ?? true)
    }
    return request.map { .explained(by: $0.seq) } ?? .unexplained
  }

  /// The words of a resource's name: its parts between slashes and other marks, and the parts as they are written.
  private static func words(of resource: String) -> Set<String> {
    let isOfWord = { (letter: Character) in letter.isLetter || letter.isNumber || "-_.".contains(letter) }
    return Set(resource.lowercased().split { !isOfWord($0) }.map(String.init))
  }
}
