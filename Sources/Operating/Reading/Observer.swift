public import Engine
internal import Journaling
internal import Looping
public import Records

/// Somebody who looks on while another process executes a run, from the record alone.
public struct Observer: Sendable {
  /// What the list of runs says about it.
  public let run: RegisteredRun
  /// How it stood at the last look.
  public private(set) var state: RunState
  /// Who executes it, such as `ops-2:4711`; `nil` while nobody does.
  public private(set) var executor: String?
  let desk: Desk

  init(_ run: RegisteredRun, at desk: Desk) throws {
    (self.run, self.desk) = (run, desk)
    state = try desk.recover(run).state
    executor = try Self.executor(of: run, at: desk)
  }

  private static func executor(of run: RegisteredRun, at desk: Desk) throws -> String? {
    desk.isExecuted(run) ? try desk.journal.owner(of: run.number) ?? "" : nil
  }

  /// Looks again.
  ///
  /// - Returns: what was recorded since the last look, each with its number.
  /// - Throws: ``Refusal`` when the record cannot be read.
  /// - Complexity: O(events since the last look).
  public mutating func look() throws(Refusal) -> [(Int64, Event)] {
    let desk = desk
    let run = run
    var state = state
    let (events, executor) = try refusing {
      var events: [(Int64, Event)] = []
      try Recovery.goOn(with: &state, of: run, in: desk.journal) { events.append(($0, $1)) }
      return (events, try Self.executor(of: run, at: desk))
    }
    (self.state, self.executor) = (state, executor)
    return events
  }
}

extension Desk {
  /// Looks on at a run that another process executes.
  ///
  /// - Parameter name: the run; without it the only open one, or the newest.
  /// - Returns: the observer, with the state of now.
  /// - Throws: ``Refusal`` when there is no such run, or it cannot be read.
  public func observer(of name: String?) throws(Refusal) -> Observer {
    let run = try run(name)
    return try refusing { try Observer(run, at: self) }
  }
}
