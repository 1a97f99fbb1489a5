public import Engine
import Plans
public import Quantities

/// What the live screen of a run shows: the state, and what only the executor knows.
public struct RunView: Sendable {
  /// The run's name.
  public var runName: String
  public var state: RunState
  /// The time of the frame.
  public var now: Instant
  /// When the run was created.
  public var started: Instant
  /// The executor, such as `ops-2`.
  public var executor: String
  /// Whether an executor owns the run right now.
  public var isExecuted: Bool
  /// Whether it is shown by another process than the one that executes it.
  public var isLookedOn: Bool
  /// By step path: how much of a step is done, and of how much, in the provider's own unit.
  public var progress: [String: (done: Int64, total: Int64?)]
  /// By step path: the last line that the provider printed.
  public var lines: [String: String]
  /// The newest numbers of what is watched.
  public var signals: SignalHistory
  /// Seconds east of UTC at an instant, in the zone of the reader.
  public var offset: @Sendable (Instant) -> Int
  /// The label of that zone.
  public var zone: String

  public init(
    runName: String, state: RunState, now: Instant, started: Instant, executor: String, isExecuted: Bool = true,
    isLookedOn: Bool = false, progress: [String: (done: Int64, total: Int64?)] = [:], lines: [String: String] = [:],
    signals: SignalHistory = SignalHistory(), offset: @escaping @Sendable (Instant) -> Int = { _ in 0 },
    zone: String = "UTC"
  ) {
    self.runName = runName
    self.state = state
    self.now = now
    self.started = started
    self.executor = executor
    self.isExecuted = isExecuted
    self.isLookedOn = isLookedOn
    self.progress = progress
    self.lines = lines
    self.signals = signals
    self.offset = offset
    self.zone = zone
  }

  public var runbook: String { state.plan.runbook }
  public var environment: String { state.plan.environment }
}

/// The rows of one picture of the live region.
public struct Frame: Equatable, Sendable {
  /// The rows, none wider than the window.
  public var rows: [String]

  /// The rows as text, each with a line feed.
  public var text: String { rows.map { $0 + "\n" }.joined() }
}
