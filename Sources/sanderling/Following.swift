import Adapters
import Conducting
import Engine
import Foundation
import History
import Journaling
import Looping
import Operating
import Plans
import Quantities
import Records
import Screens

/// This process executing a run, with a person or a log watching.
struct Following {
  let desk: Desk
  let run: RegisteredRun
  let options: FollowOptions
  let style: StyleOptions

  /// Works until the run ends, is blocked, or is told to leave; says so, and chooses the exit code.
  func follow() async throws {
    let registry = AdapterRegistry()
    let execution = desk.execution(
      of: run, adapter: { registry[$0] }, secrets: Host.secrets)
    let signals = Signals()
    defer { signals.stop() }
    try conclude(
      try await execution.follow(patience: options.untilBlocked ? .minute : nil) { run, state in
        Attendance(watcher: watcher(run, state: state), signals: signals)
      })
  }

  private func watcher(_ run: RegisteredRun, state: RunState) -> any Watcher {
    func lines() -> LineWatcher {
      LineWatcher(
        run: run, state: state, json: style.json, isVerbose: options.verbose, heartbeat: options.heartbeat)
    }
    if style.json { return lines() }
    if Output.standard.isTerminal, !options.verbose, !style.isPlain {
      return LiveWatcher(run: run, state: state, style: style.style(for: .standard), reader: options.reader)
    }
    return lines()
  }

  /// Says how it ended and what comes next, and chooses the exit code.
  private func conclude(_ departure: Departure) throws {
    let (name, state) = (departure.run.name, departure.state)
    switch departure.way {
    case .wasOver(let outcome):
      Output.error.tell("\(name) is over: \(outcome.words). sanderling history \(name)\n")
      throw Self.exit(of: outcome)
    case .finished(let outcome):
      let skipped = state.stages.reduce(0) { $0 + $1.status.count { $0 == .skipped } }
      let failed =
        (state.failures.run == 0
          ? "" : ", \(state.failures.run) failed within the budget (\(RunSummary.failedTargets(of: state)))")
        + (skipped == 0 ? "" : ", \(skipped) skipped")
      Output.error.tell(
        "\(name) \(outcome.words): \(state.plan.progress(state.doneCount))\(failed). "
          + "sanderling history \(name)\n")
      throw Self.exit(of: outcome)
    case .left:
      Output.error.tell("left; nothing is lost. Go on with: sanderling run \(name)\n")
      throw Exit.interrupted
    case .waits:
      let wait = state.waits.first
      let until = wait?.until.map { " until \($0.text)" } ?? ""
      Output.error.tell(
        "\(name) waits: \(wait?.reason ?? "for nothing that is known")\(until). sanderling why \(name)\n")
      throw state.needsPerson ? Exit.person : Exit.waiting
    }
  }

  /// What a command ends with that has seen a run to its end.
  static func exit(of outcome: Outcome) -> Exit { outcome == .done ? .done : .failed }
}

/// A watcher at work: from the beginning to the end of an execution, signals reach it too.
private final class Attendance: Attendant {
  private let watcher: any Watcher
  private let signals: Signals

  init(watcher: any Watcher, signals: Signals) { (self.watcher, self.signals) = (watcher, signals) }

  func take(_ notice: Conductor.Notice) { watcher.take(notice) }

  func watch(_ conductor: Conductor) async { await watcher.watch(conductor) }

  func begin(_ conductor: Conductor) {
    signals.ask(conductor, saying: watcher)
  }

  func end(_ state: RunState) {
    signals.askNobody()
    watcher.close(state)
  }
}
