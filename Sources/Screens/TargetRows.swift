public import Engine
public import History
import Plans
public import Quantities

/// How each target of a run stands, what needs somebody first.
public enum TargetRows {
  /// One target in one stage.
  public struct Row: Equatable, Sendable {
    public var path: String
    /// How it stands, in one word or two.
    public var state: String
    /// The step that it is at, or that failed; empty for none.
    public var step: String
    /// Since when; `nil` where nothing happened to it.
    public var since: Instant?
    /// Why, where that is known.
    public var why: String
    fileprivate var rank: Int
    fileprivate var mark: Mark
  }

  /// The targets of a run: what needs a person, what failed, what is in doubt, what is at work, what waits, what is
  /// over; each in the order of the plan.
  ///
  /// - `history`: its events, for what failed and when.
  public static func rows(_ state: RunState, history: [HistoryRecord]) -> [Row] {
    var newest: [TargetKey: Instant] = [:]
    var failures: [TargetKey: (step: Int, why: String)] = [:]
    var holds: [TargetKey: String] = [:]
    for record in history {
      let key: TargetKey
      switch record.event.subject {
      case .target(let target): key = target
      case .step(let address): key = address.target
      case .run, .phase, .stage, .wave: continue
      }
      newest[key] = record.event.at
      if record.event.isHold { holds[key] = record.detail.whoAndWhy(of: record.event) }
      if case .failed(_, _, let failure) = record.event.kind, case .step(let address) = record.event.subject {
        failures[key] = (address.step, failure.reason)
      }
    }
    var rows: [Row] = []
    for stage in state.plan.stages.indices {
      for row in state.plan.stages[stage].waves.flatMap(\.targets) {
        let key = TargetKey(stage: stage, row: row)
        rows.append(self.row(key, state, since: newest[key], failure: failures[key], hold: holds[key]))
      }
    }
    return rows.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element)
  }

  private static func row(
    _ key: TargetKey, _ state: RunState, since: Instant?, failure: (step: Int, why: String)?, hold: String?
  ) -> Row {
    let steps = state.plan.stages[key.stage].steps
    let status = state.stages[key.stage].status[Int(key.row)]
    var row = Row(
      path: state.index.path(of: .target(key)), state: "\(status)", step: "", since: since, why: "", rank: 6,
      mark: .waiting)
    if let unit = state.unit(key) {
      row.step = steps[unit.step].id
      switch unit.condition {
      case .parked(let rule): (row.state, row.why) = ("in doubt", rule)
      case .manual: row.state = "a person does it"
      case .blocked: row.state = "undo blocked"
      default: row.state = unit.isInDoubt ? "in doubt" : unit.verb == .undo ? "being undone" : "\(status)"
      }
      (row.rank, row.mark) = (unit.needsPerson ? 0 : unit.isInDoubt ? 2 : 3, unit.mark)
      if state.outcome != nil, !unit.isInDoubt, !unit.needsPerson {
        // The run was given up before its next step.
        (row.state, row.rank, row.mark) = ("given up", 1, .failed)
      } else if unit.condition == .ready, state.heldTargets.contains(key) {
        (row.state, row.rank, row.mark) = ("held", 0, .held)
        row.why = hold ?? ""
      }
      return row
    }
    switch status {
    case .failed, .quarantined:
      (row.rank, row.mark) = (1, .failed)
      if let failure { (row.step, row.why) = (steps[failure.step].id, failure.why) }
    case .running: (row.rank, row.mark) = (3, .running)
    case .waiting:
      (row.rank, row.mark) = (4, .waiting)
      if state.heldTargets.contains(key) {
        (row.state, row.rank, row.mark) = ("held", 0, .held)
        row.why = hold ?? ""
      }
    case .undone: (row.rank, row.mark) = (5, .undone)
    case .skipped: (row.rank, row.mark) = (6, .skipped)
    case .done: (row.rank, row.mark) = (7, .done)
    }
    return row
  }

  /// The rows as a table.
  ///
  /// - `offset`: seconds east of UTC at an instant, in the zone of the reader.
  public static func text(
    _ rows: [Row], style: Style, columns: Int, offset: @escaping (Instant) -> Int = { _ in 0 }
  ) -> String {
    let time = LocalTime(offset: offset, zone: "")
    var table = Table([
      .init(title: "TARGET"), .init(title: "STATE"), .init(title: "STEP"), .init(title: "SINCE"),
      .init(title: "WHY", givesWay: true),
    ])
    table.rows = rows.map { row in
      [
        Sanitize.line(row.path), style.state(row.mark, row.state), row.step.isEmpty ? "-" : Sanitize.line(row.step),
        row.since.map(time.day) ?? "-", Sanitize.line(row.why),
      ]
    }
    return style.finish(table.lines(columns: columns, style: style).joined(separator: "\n") + "\n")
  }

  /// The rows as data, in the same order; `docs/schema/status-targets.schema.json` describes it.
  public static func json(_ rows: [Row], run: String) -> JSON {
    .dictionary([
      ("version", .integer(1)), ("run", .string(run)),
      (
        "targets",
        .array(
          rows.map { row in
            .dictionary([
              ("path", .string(row.path)), ("state", .string(row.state)),
              ("step", row.step.isEmpty ? .null : .string(row.step)),
              ("since", row.since.map { .string($0.text) } ?? .null), ("why", .string(row.why)),
            ])
          })
      ),
    ])
  }

  /// The rows for a spreadsheet, under a line of titles; times in UTC.
  public static func csv(_ rows: [Row], run: String) -> String {
    let cells = rows.map { [run, $0.path, $0.state, $0.step, $0.since?.text ?? "", $0.why] }
    return ([["run", "path", "state", "step", "since", "why"]] + cells).map { CSV.row($0) }.joined()
  }
}
