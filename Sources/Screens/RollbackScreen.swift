public import Engine
import Plans
public import Quantities

/// What a rollback would undo, what it would leave, and why.
public enum RollbackScreen {
  /// So many targets are listed of what would be undone, and of what stays behind one step.
  private static let shown = (undone: 20, kept: 5)

  /// What would be undone, the newest first, and what would stay.
  public static func text(_ preview: RollbackPreview, state: RunState, style: Style) -> String {
    guard !preview.targets.isEmpty || !preview.walls.isEmpty else { return "there is nothing to undo\n" }
    var rows: [String] = []
    if preview.targets.isEmpty {
      rows.append("nothing can be undone")
    } else {
      let steps = Words.count(preview.steps, "step")
      rows.append("undoes \(steps) of \(Words.count(preview.targets.count, "target")), the newest first:")
      rows += list(preview.targets, state, upTo: shown.undone)
    }
    let frozen = preview.targets.filter { state.undoFreeze(of: $0) != nil }
    if let first = frozen.first, let freeze = state.undoFreeze(of: first) {
      let until = freeze.reopens.map { " until \($0.text)" } ?? ""
      rows.append(
        style.paint(
          "\(Words.count(frozen.count, "target")) of them would wait: \(Sanitize.line(freeze.reason.words))\(until)",
          .warn))
      rows += list(frozen, state, upTo: shown.kept)
    }
    if !preview.idle.isEmpty {
      rows.append("leaves as it is, since there is nothing to take back (`undo: none`):")
      for idle in preview.idle {
        let stage = Sanitize.line(state.index.path(of: .stage(idle.stage)))
        let step = Sanitize.line(state.plan.stages[idle.stage].steps[idle.step].id)
        rows.append("  \(stage)  step \(step) of \(Words.count(idle.targets, "target"))")
      }
    }
    for (number, wall) in preview.walls.enumerated() {
      let step = Sanitize.line(state.index.path(of: .step(wall.step)))
      var row = number == 0 ? "stops at \(step), which cannot be taken back" : "behind it \(step) could not either"
      if !wall.kept.isEmpty { row += "; \(Words.count(wall.kept.count, "target")) from there on stay as they are:" }
      rows.append(style.paint(row, .warn))
      rows += list(wall.kept, state, upTo: shown.kept)
    }
    return style.finish(rows.map { $0 + "\n" }.joined())
  }

  private static func list(_ targets: [TargetKey], _ state: RunState, upTo limit: Int) -> [String] {
    let kept = Set(state.keptTargets(in: .run))
    let rows = targets.prefix(limit).map { key in
      "  " + Sanitize.line(state.index.path(of: .target(key)))
        + (kept.contains(key) ? "   left as it is by a person before" : "")
    }
    return targets.count > limit ? rows + ["  … and \(Words.grouped(targets.count - limit)) more"] : rows
  }

  /// The preview as data, with every target.
  public static func json(_ preview: RollbackPreview, of place: Place, state: RunState, runName: String) -> JSON {
    func path(_ place: Place) -> JSON { .string(state.index.path(of: place)) }
    return .dictionary([
      ("frozen", .array(preview.targets.filter { state.undoFreeze(of: $0) != nil }.map { path(.target($0)) })),
      (
        "idle",
        .array(
          preview.idle.map { idle in
            .dictionary([
              ("stage", path(.stage(idle.stage))),
              ("step", .string(state.plan.stages[idle.stage].steps[idle.step].id)),
              ("targets", .integer(Int64(idle.targets))),
            ])
          })
      ),
      (
        "kept",
        .array(preview.targets.filter(Set(state.keptTargets(in: .run)).contains).map { path(.target($0)) })
      ),
      ("path", path(place)), ("run", .string(runName)), ("steps", .integer(Int64(preview.steps))),
      ("targets", .array(preview.targets.map { path(.target($0)) })), ("version", .integer(1)),
      (
        "walls",
        .array(
          preview.walls.map { wall in
            .dictionary([
              ("kept", .array(wall.kept.map { path(.target($0)) })), ("step", path(.step(wall.step))),
            ])
          })
      ),
    ])
  }
}
