public import Engine
import Plans
public import Quantities

extension RunScreen {
  /// One line for the scrollback above the live region; `nil` for an event that a person need not read.
  ///
  /// Shown are targets that are done, attempts that failed, doubts and how they were settled, waves, rollbacks, holds
  /// and commands: one line for each target that goes well.
  ///
  /// - `index`: the paths of the plan.
  /// - `took`: how long it took, where that is known.
  /// - `offset`: seconds east of UTC at an instant, in the zone of the reader.
  public static func logLine(
    _ event: Event, index: PlanIndex, took: Span?, style: Style,
    offset: @escaping (Instant) -> Int = { _ in 0 }
  ) -> String? {
    let saying = event.kind.saying(in: EventContext(index, event.subject))
    guard let mark = saying.standing.mark else { return nil }
    let clock = LocalTime(offset: offset, zone: "").seconds(event.at)
    let duration = took.map { " \($0.spoken)" } ?? ""
    let text: String
    switch event.subject {
    case .step(let address):
      let stage = index.plan.stages[address.target.stage]
      text = "\(name(address.target, index))  \(Width.pad(Sanitize.line(stage.steps[address.step].id), to: 14))  "
    case .target(let key): text = "\(name(key, index))  "
    case .run: text = ""
    case .phase, .stage, .wave: text = "\(RunState.crumbs(index.path(of: event.subject)))  "
    }
    return style.finish(
      "\(style.paint(clock, .dim))  \(text)\(style.symbol(mark)) \(Sanitize.line(saying.words))\(duration)")
  }

  private static func name(_ key: TargetKey, _ index: PlanIndex) -> String {
    let stage = index.plan.stages[key.stage]
    return Width.pad(
      Sanitize.line(stage.inventory == nil ? stage.id : index.plan.target(key.row, stage: key.stage)), to: 8)
  }
}

extension EventEntry.Saying.Standing {
  /// The symbol that stands for it; `nil` for what nobody need read as it happens.
  var mark: Mark? {
    switch self {
    case .running: .running
    case .waiting: .waiting
    case .done: .done
    case .failed: .failed
    case .undone: .undone
    case .held: .held
    case .inDoubt: .inDoubt
    case .firing: .firing
    case .skipped: .skipped
    case .note: nil
    }
  }
}
