/// Something of a machine, a journal or a runbook that was looked at, and how it is.
public struct Check: Equatable, Sendable {
  /// Whether something has to be done, and how soon.
  public enum State: String, Sendable, CaseIterable {
    case fine
    /// It works, and may not for long, or not for everybody.
    case warning
    /// Something will not work.
    case missing
  }

  /// What it belongs to.
  public enum Area: String, Sendable, CaseIterable {
    case machine, terminal, journal, runbook
  }

  public let area: Area
  /// A stable name such as `open-files`, for programs.
  public let name: String
  public let state: State
  /// What was seen, in one sentence without a full stop.
  public let sentence: String
  /// What to do, as commands or in words; empty where nothing has to be done.
  public let next: [String]

  public init(
    _ area: Area, _ name: String, _ state: State, _ sentence: String, next: [String] = []
  ) {
    (self.area, self.name, self.state, self.sentence, self.next) = (area, name, state, sentence, next)
  }
}
