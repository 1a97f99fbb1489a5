public import Engine
import Plans

/// What the last line of a run says.
public enum RunSummary {
  /// The first of the targets that failed, by path: `main/boxes/1/b2 and 3 more`.
  public static func failedTargets(of state: RunState) -> String {
    let paths = state.failedTargets.map { Sanitize.line(state.index.path(of: .target($0))) }
    return Words.first(4, of: paths)
  }
}
