public import History
internal import Journaling
internal import Looping
public import Quantities
public import Records

/// What a report of a run is made from.
public struct Reported: Sendable {
  /// The run that was meant.
  public var run: RegisteredRun
  public var report: RunReport
  /// How many entries the log has, and the root of its tree.
  public var size: Int64
  public var root: Digest
}

extension Desk {
  /// What there is to report of a run.
  ///
  /// - Parameter name: the run; without it the newest open one.
  /// - Returns: the report, and up to where the log went when it was read.
  /// - Throws: ``Refusal`` when there is no such run, or it cannot be read.
  /// - Complexity: O(events of the run).
  public func report(of name: String?) throws(Refusal) -> Reported {
    try refusing {
      let run = try run(name)
      let (size, root) = try journal.checkpoint()
      let history = try history(of: run, keepsLogs: false)
      return Reported(
        run: run, report: RunReport(history, zones: surroundings.zones), size: size, root: root)
    }
  }
}
