public import Quantities

/// What a record's list of runs says about one.
public struct RegisteredRun: Equatable, Sendable {
  /// The number: `r-12` is 12.
  public var number: Int64
  /// The runbook's identifier.
  public var runbook: String
  /// The environment's identifier.
  public var environment: String
  /// The digest of the plan in force.
  public var plan: Digest
  /// The directory of the runbook on this machine, from which relative paths start.
  public var directory: String
  /// When it was created.
  public var created: Instant
  /// How it ended; `nil` while it is open.
  public var outcome: String?
  /// The entry that says that its entries were taken out after they were exported; `nil` while they are there.
  public var pruned: Int64?

  /// The name that people use: `r-12`.
  public var name: String { "r-\(number)" }

  /// Makes what a list of runs says about one.
  public init(
    number: Int64, runbook: String, environment: String, plan: Digest, directory: String, created: Instant,
    outcome: String?
  ) {
    self.number = number
    self.runbook = runbook
    self.environment = environment
    self.plan = plan
    self.directory = directory
    self.created = created
    self.outcome = outcome
  }
}
