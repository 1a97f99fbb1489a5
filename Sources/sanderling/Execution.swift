import Adapters
import Conducting
import Engine
import Foundation
import History
import Journaling
import Looping
import Plans
import Quantities
import Records
import Screens

/// One process executing one run, with a person or a log watching.
struct Execution {
  let run: RegisteredRun
  let journal: Journal
  let following: FollowOptions
  let style: StyleOptions

  /// Takes the run over and works until it ends, is blocked, or is told to leave.
  func follow() async throws {
    let clock = WallClock()
    let lease = try journal.takeOver(run: run.number, owner: Host.executor, clock: clock.read())
    // The run may have gone on to another plan before it was taken over.
    var run = try Runs.find(self.run.name, in: journal)
    let recovered = try Runs.recover(run, in: journal)
    if let outcome = recovered.state.outcome, try journal.letters(to: run.number).isEmpty {
      Output.error.write("\(run.name) is over: \(outcome.words). sanderling history \(run.name)\n")
      throw Self.exit(of: outcome)
    }
    try await Recovery.endOrphans(of: run, state: recovered.state)
    var (ending, state) = try await conduct(run, recovered, lease: lease, clock: clock)
    while ending == .amended {
      run = try Runs.find(run.name, in: journal)
      (ending, state) = try await conduct(run, try Runs.recover(run, in: journal), lease: lease, clock: clock)
    }
    try journal.checkHead()
    try conclude(ending, state: state)
  }

  /// Works under the plan in force, as long as it is that.
  private func conduct(
    _ run: RegisteredRun, _ recovered: Recovered, lease: Lease, clock: WallClock
  ) async throws -> (Conductor.Ending, RunState) {
    let registry = AdapterRegistry()
    let providers = try Providers(
      of: recovered.state.plan, adapter: { registry[$0] },
      secrets: SecretResolver(
        environment: ProcessInfo.processInfo.environment,
        reading: { try String(contentsOfFile: $0, encoding: .utf8) }),
      directory: run.directory)
    let watcher = watcher(run, state: recovered.state)
    let conductor = Conductor(
      run: run, recovered: recovered, journal: journal, lease: lease, providers: providers, clock: clock,
      executor: Host.executor, person: Host.person, watch: { watcher.take($0) })
    let signals = Signals(conductor: conductor, watcher: watcher)
    let drawing = Task { await watcher.watch(conductor) }
    defer { signals.stop() }
    let ending: Conductor.Ending
    do {
      ending = try await conductor.conduct(
        nonce: Host.nonce, patience: following.untilBlocked ? .minute : nil)
    } catch {
      drawing.cancel()
      await drawing.value
      watcher.close(await conductor.state)
      throw error
    }
    drawing.cancel()
    await drawing.value
    let state = await conductor.state
    watcher.close(state)
    return (ending, state)
  }

  private func watcher(_ run: RegisteredRun, state: RunState) -> any Watcher {
    if style.json { return LineWatcher(run: run, state: state, json: true, following: following) }
    if Output.standard.isTerminal, !following.verbose {
      return LiveWatcher(run: run, state: state, style: style.style(for: .standard))
    }
    return LineWatcher(run: run, state: state, json: false, following: following)
  }

  /// Says how it ended and what comes next, and chooses the exit code.
  private func conclude(_ ending: Conductor.Ending, state: RunState) throws {
    switch ending {
    case .finished(let outcome):
      let skipped = state.stages.reduce(0) { $0 + $1.status.count { $0 == .skipped } }
      let failed =
        (state.failures.run == 0 ? "" : ", \(state.failures.run) failed within the budget")
        + (skipped == 0 ? "" : ", \(skipped) skipped")
      Output.error.write(
        "\(run.name) \(outcome.words): \(state.doneCount) of \(state.plan.targetCount) targets done\(failed). "
          + "sanderling history \(run.name)\n")
      throw Self.exit(of: outcome)
    case .amended: break
    case .drained:
      Output.error.write("left; nothing is lost. Go on with: sanderling run \(run.name)\n")
      throw Exit.interrupted
    case .blocked:
      let wait = state.waits.first
      let until = wait?.until.map { " until \($0.text)" } ?? ""
      Output.error.write(
        "\(run.name) waits: \(wait?.reason ?? "for nothing that is known")\(until). sanderling why \(run.name)\n")
      throw Exit.waiting
    }
  }

  private static func exit(of outcome: Outcome) -> Exit { outcome == .done ? .done : .failed }
}
