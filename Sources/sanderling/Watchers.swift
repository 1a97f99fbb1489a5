import Conducting
import Engine
import History
import Journaling
import Planning
import Quantities
import Screens
import Synchronization

/// Shows a person, or a log, what an execution does.
protocol Watcher: Sendable {
  /// Takes note of what was recorded. Called on the conductor's way: it must be quick.
  func take(_ notice: Conductor.Notice)
  /// Shows the state from time to time until the task is cancelled.
  func watch(_ conductor: Conductor) async
  /// Says one sentence at once.
  func say(_ text: String)
  /// Shows the last state.
  func close(_ state: RunState)
  /// Puts the terminal back as it was.
  func restoreTerminal()
}

extension Watcher {
  func restoreTerminal() {}
}

/// One line for each event that matters, for logs and programs.
final class LineWatcher: Watcher {
  private let run: RegisteredRun
  private let index: PlanIndex
  private let json: Bool
  private let following: FollowOptions

  init(run: RegisteredRun, state: RunState, json: Bool, following: FollowOptions) {
    self.run = run
    index = state.index
    self.json = json
    self.following = following
    if json {
      let version: [(String, JSON)] = [
        ("type", .string("version")), ("version", .integer(1)), ("run", .string(run.name)),
        ("plan", .string(run.plan.hex)),
      ]
      Output.running.write(JSON.dictionary(version).canonicalText + "\n")
    } else {
      for line in PlanScreen.loudLines(state.plan) { Output.running.write("\(line)\n") }
    }
  }

  func take(_ notice: Conductor.Notice) {
    guard case .recorded(let events) = notice else { return }
    var text = ""
    for (seq, event) in events where json || EventLines.isShown(event, verbose: following.verbose) {
      let detail = EventDetail(reason: event.reason)
      if json {
        text += EventLines.json(seq, event, index: index, detail: detail).canonicalText + "\n"
      } else if let line = EventLines.text(seq, event, index: index, detail: detail) {
        text += line + "\n"
      }
    }
    if !text.isEmpty { Output.running.write(text) }
  }

  func watch(_ conductor: Conductor) async {
    guard following.heartbeat > 0, !json else { return }
    while true {
      do { try await Task.sleep(for: .seconds(following.heartbeat * 60)) } catch { return }
      Output.running.write(EventLines.alive(state: await conductor.state, run: run.name) + "\n")
    }
  }

  func say(_ text: String) { Output.error.write(text + "\n") }

  func close(_ state: RunState) {}
}
