public import Diagnostics
public import Quantities

/// The bindings for one place: providers, operations, secrets by reference.
public struct Environment: Sendable {
  /// The identifier, from `environment:`.
  public var id: Located<String>
  /// One sentence for people.
  public var summary: String?
  /// How time passes here.
  public var time: TimePolicy
  /// What this environment leaves out on purpose: `approvals`, `gates`, `triggers`, `bake.events`.
  public var ignore: [Located<Ignorable>]
  /// Values for the runbook's parameters.
  public var parameters: [(name: Located<String>, value: String)]
  /// The providers in the order of the file.
  public var providers: [ProviderDeclaration]
  /// The operations in the order of the file.
  public var operations: [OperationDeclaration]
  /// The file, for messages.
  public var location: SourceSpan
}

/// A part of the language that an environment can leave out, by name and never in silence.
public enum Ignorable: String, Hashable, Sendable, CaseIterable {
  case approvals, gates, triggers, events, cycles, calendars, comparisons
}

/// How time passes in an environment.
public struct TimePolicy: Hashable, Sendable {
  /// By how much bakes and pace shrink; 1 for real time.
  public var scale: Int
  /// By how much the times of evidence shrink: sampling, windows of signals, holds, deadlines, `for`; 1 for real time.
  public var evidence: Int
  /// Whether windows are left out.
  public var ignoresWindows: Bool
}

/// A configured instance of an adapter.
public struct ProviderDeclaration: Sendable {
  public var name: Located<String>
  public var adapter: Located<String>
  public var configuration: Arguments
}

/// A named action, bound to a provider.
public struct OperationDeclaration: Sendable {
  /// What is known about doing it twice.
  public enum Idempotency: String, Hashable, Sendable, CaseIterable { case natural, key, none }

  /// The name, such as `documents.backfill`.
  public var name: Located<String>
  /// One sentence for people.
  public var summary: String?
  /// The provider, or an adapter used directly.
  public var provider: Located<String>
  /// The arguments.
  public var with: Arguments
  /// What is known about doing it twice; `none` when nothing is written.
  public var idempotency: Idempotency
  /// The operation that tells whether it happened.
  public var probe: Located<String>?
  /// The operation that takes it back.
  public var undo: Located<String>?
  /// The longest time of one attempt.
  public var timeout: Span?
  /// How long "not applied" must hold before it counts.
  public var settle: Span
  /// Where it is written.
  public var location: SourceSpan
}
