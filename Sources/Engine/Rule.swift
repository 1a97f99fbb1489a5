/// One rule of the engine: a name, one line that says why it stands where it stands, and what it does.
public struct Rule: Sendable {
  /// The name, as the record has it: whoever made a decision is named by it.
  public let name: String
  /// Why it speaks before the next one and after the one before.
  public let why: String
  let apply: @Sendable (inout Machine) throws(Defect) -> Void

  init(_ name: String, _ why: String, _ apply: @escaping @Sendable (inout Machine) throws(Defect) -> Void) {
    self.name = name
    self.why = why
    self.apply = apply
  }
}

/// One thing that the engine decided.
public struct Decision: Equatable, Sendable {
  /// The event for the journal.
  public var event: Event
  /// The path of its subject under the plan that was in force when it was decided. An amendment later in the same turn
  /// numbers the stages anew, so nobody computes the path afterwards.
  public var path: String
  /// The name of the rule that decided it.
  public var rule: String
}

/// A mistake in this program, found before anything was written that rests on it.
public struct Defect: Error, Equatable, Sendable {
  /// What is wrong, in one line without an end.
  public let message: String
}
