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
  /// The events of the run, with the names of the people in them: all of them, or those that tell something about the
  /// place.
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
  ///   - whole: whether what happened to other steps as a matter of course is wanted, too. Without it a long run costs
  ///     little.
  /// - Returns: the state, the place and the events that an answer is read from.
  /// - Throws: ``Refusal`` when there is no such run or place, or the run cannot be read.
  /// - Complexity: O(events of the run).
  public func explanation(
    of name: String?, at place: String? = nil, whole: Bool = false
  ) throws(Refusal) -> Explanation {
    try refusing {
      let run = try run(name, having: place)
      let state = try recover(run).state
      let place = try place.map { try state.place(named: $0, in: run) }
      let wanted = whole ? HistoryPart.whole : .about(Set(state.attended(with: place)))
      return Explanation(
        run: run, state: state, place: place, history: try history(of: run, wanted).records,
        isExecuted: isExecuted(run), now: surroundings.now)
    }
  }
}

extension RunState {
  /// The identifiers of the targets whose steps an answer about a place may be about: its own, and those at work.
  fileprivate func attended(with place: Place?) -> [String] {
    let asked: TargetKey? =
      switch place {
      case .target(let key): key
      case .step(let address): address.target
      case nil, .run, .phase, .stage, .wave: nil
      }
    return (units.map(\.key) + [asked].compactMap { $0 })
      .compactMap { index.path(of: .target($0)).split(separator: "/").last.map(String.init) }
  }
}
