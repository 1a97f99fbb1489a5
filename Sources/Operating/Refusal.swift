internal import Adapters
internal import Anchoring
internal import Checkpoints
internal import Conducting
public import Diagnostics
internal import Engine
internal import Journaling
internal import Looping
internal import Plans
internal import Records

/// Why an ask is not answered, or does nothing: what happened, why, and what to do next.
public struct Refusal: Error, Equatable, Sendable {
  /// What can be done about it. A closed list: each front end has one answer of its own for each kind, such as an exit
  /// code or a status of HTTP.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// What was asked for is so already.
    case needless
    /// It was weighed, or tried, and does not go.
    case failed
    /// The ask names what there is not, or leaves something out.
    case usage
    /// The files have errors, or ask for what is not executed yet.
    case files
    /// The plan is another one than was meant.
    case stale
    /// Another executor owns the run.
    case busy
    /// The record is damaged, or cannot be read.
    case integrity
  }

  /// What can be done about it.
  public var kind: Kind
  /// What happened, in one sentence without a full stop.
  public var what: String
  /// Why, where it is not the same; without a full stop.
  public var why: String?
  /// Commands or sentences that lead on.
  public var next: [String]
  /// What was found in the files, when that is the reason or belongs to it.
  public var found: Found

  public init(
    _ kind: Kind, _ what: String, because why: String? = nil, next: [String] = [], found: Found = Found()
  ) {
    self.kind = kind
    self.what = what
    self.why = why
    self.next = next
    self.found = found
  }

  /// What happened and why, in one line.
  public var message: String { why.map { "\(what): \($0)" } ?? what }

  /// Sorts an error of a lower room by what can be done about it. What nobody knows is a failure that says itself.
  public init(_ error: any Error) {
    switch error {
    case let refusal as Refusal: self = refusal
    case let error as JournalError: self.init(Kind(error), error.message)
    case let error as RecoveryError: self.init(.integrity, error.message)
    case let problem as Roster.Problem: self.init(.integrity, problem.message)
    case let error as LoopDefect: self.init(.integrity, error.message)
    case let defect as Defect:
      self.init(
        .integrity, "a defect in this program", because: "\(defect.message); nothing was written",
        next: ["report it with the output of: sanderling history --events", "use another version of the program"])
    case let error as PlanError: self.init(.files, error.message)
    case let error as ProviderError: self.init(.files, error.message)
    case let problem as JournalKeyFile.Problem: self.init(.failed, problem.message)
    case let problem as AnchorPolicy.Problem: self.init(.files, problem.message)
    case let error as NoteError: self.init(.failed, error.message)
    case let error as Signatures.Problem: self.init(.failed, error.message)
    default: self.init(.failed, "\(error)")
    }
  }
}

extension Refusal.Kind {
  /// The kind of what the journal says.
  fileprivate init(_ error: JournalError) {
    self =
      switch error {
      case .busy, .fenced: .busy
      case .corrupt, .lost, .unlocked: .integrity
      case .tooLong: .integrity
      case .missing, .notOurs, .newer, .older, .readOnly, .full, .locked, .failed: .failed
      }
  }
}

/// What was found in files, and their text, so that a place can be shown.
public struct Found: Equatable, Sendable {
  /// What is wrong or worth a word, in reading order.
  public var findings: [Finding]
  /// The text of each file that was read, by its name in the findings.
  public var sources: [String: String]

  /// Findings with the files that they speak of.
  public init(_ findings: [Finding] = [], sources: [String: String] = [:]) {
    self.findings = findings
    self.sources = sources
  }
}

/// Does something that can fail in many ways, and fails in one.
func refusing<Answer>(_ body: () throws -> Answer) throws(Refusal) -> Answer {
  do { return try body() } catch { throw Refusal(error) }
}

/// Does something that takes time and can fail in many ways, and fails in one.
func refusing<Answer>(_ body: () async throws -> Answer) async throws(Refusal) -> Answer {
  do { return try await body() } catch { throw Refusal(error) }
}
