public import Engine
public import Quantities

extension WhyScreen {
  /// What the run, or one part of it, waits for, as data.
  ///
  /// `path`: the part; the run without one.
  public static func json(state: RunState, runName: String, path: Place?) -> JSON {
    let prefix = path.map { state.index.path(of: $0) } ?? ""
    let waits = state.waits.filter { prefix.isEmpty || $0.path.isEmpty || $0.path.hasPrefix(prefix) }
    return .dictionary([
      ("path", .string(prefix)), ("run", .string(runName)), ("version", .integer(1)),
      (
        "waits",
        .array(
          waits.map { wait in
            .dictionary(
              [("kind", .string(wait.kind.rawValue)), ("path", .string(wait.path)), ("reason", .string(wait.reason))]
                + (wait.until.map { [("until", .string($0.text))] } ?? []))
          })
      ),
    ])
  }
}
