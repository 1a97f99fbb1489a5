public import History
internal import Looping
public import Records

/// What a report of a run is made from.
public struct Reported: Sendable {
  /// The run that was meant.
  public var run: RegisteredRun
  public var report: RunReport
}

extension Desk {
  /// What there is to report of a run.
  ///
  /// - Parameter name: the run; without it the only open one, or else the newest.
  /// - Returns: the report.
  /// - Throws: ``Refusal`` when there is no such run, or it cannot be read.
  /// - Complexity: O(events of the run).
  public func report(of name: String?) throws(Refusal) -> Reported {
    try refusing {
      let run = try run(name)
      let history = try history(of: run, .withoutLogs)
      return Reported(run: run, report: RunReport(history, zones: surroundings.zones))
    }
  }
}
