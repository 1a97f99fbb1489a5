public import Engine
public import History
internal import Looping
public import Quantities
public import Records

/// Why a run, or a place in it, stands as it does: everything that the answer is read from.
public struct Explanation: Sendable {
  /// The run that was meant.
  public var run: RegisteredRun
  /// How it stands after its newest event.
  public var state: RunState
  /// The place that was asked about; `nil` for the run as a whole.
  public var place: Place?
  /// The events of the run, with the names of the people in them.
  public var history: [HistoryRecord]
  /// Whether an executor owns the run right now.
  public var isExecuted: Bool
  /// When it was read.
  public var now: Instant
}

extension Desk {
  /// Why something stands as it does.
  ///
  /// - Parameters:
  ///   - name: the run; without it the only open one, or else the newest.
  ///   - place: a path, or a target's identifier; `nil` for the run.
  /// - Returns: the state, the place and the events that an answer is read from.
  /// - Throws: ``Refusal`` when there is no such run or place, or the run cannot be read.
  /// - Complexity: O(events of the run).
  public func explanation(of name: String?, at place: String? = nil) throws(Refusal) -> Explanation {
    try refusing {
      let run = try run(name, having: place)
      let state = try recover(run).state
      return Explanation(
        run: run, state: state, place: try place.map { try state.place(named: $0, in: run) },
        history: try history(of: run).records, isExecuted: isExecuted(run), now: surroundings.now)
    }
  }
}
