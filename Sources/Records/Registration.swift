public import Quantities

/// What the log says about a run that was entered in the list of runs. The list is a cache beside the log: whoever
/// depends on a row of it compares the two.
public struct Registration: Equatable, Sendable {
  /// The run's number.
  public var number: Int64
  /// The runbook's identifier.
  public var runbook: String
  /// The environment's identifier.
  public var environment: String
  /// The digest of the plan that it began with.
  public var plan: Digest
  /// The directory of the runbook on that machine; `nil` when somebody erased it.
  public var directory: String?
  /// When it was entered.
  public var created: Instant

  /// Reads an entry; `nil` for any other entry of the log itself.
  public init?(_ entry: Entry) {
    guard entry.type == Self.type, let number = entry.data["run"]?.integer, let plan = entry.plan,
      let runbook = entry.data["runbook"]?.string, let environment = entry.data["environment"]?.string
    else { return nil }
    (self.number, self.plan, created) = (number, plan, entry.at)
    (self.runbook, self.environment) = (runbook, environment)
    directory = entry.payload?["directory"]?.string
  }

  fileprivate static let type = "run_registered"
}

extension Draft {
  /// The entry that a run leaves in the log when it is entered in the list of runs. The directory may have somebody's
  /// name in it, so it can be erased.
  public static func runRegistered(_ run: RegisteredRun) -> Draft {
    let data = JSON.dictionary([
      ("environment", .string(run.environment)), ("run", .integer(run.number)), ("runbook", .string(run.runbook)),
    ])
    return Draft(
      run: 0, type: Registration.type, subject: "", at: run.created, cause: nil,
      actor: Actor(kind: .executor, id: "sanderling", auth: "none"), plan: run.plan, data: data.canonicalBytes,
      payload: JSON.dictionary([("directory", .string(run.directory))]).canonicalBytes)
  }
}
