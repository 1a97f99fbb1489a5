import Conducting
import Engine
import History
import Journaling
import Looping
import Plans
import Quantities
import Records
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
  /// Shows a state that was read from the record, now.
  func show(_ state: RunState)
  /// Shows the last state.
  func close(_ state: RunState)
  /// Puts the terminal back as it was.
  func restoreTerminal()
}

extension Watcher {
  func restoreTerminal() {}
}

/// One line for each event that matters, for logs and programs.
///
/// A reader that does not read must not stop the run, so what is recorded only waits here; the watcher's own task
/// writes it.
final class LineWatcher: Watcher {
  private let run: RegisteredRun
  private let index: PlanIndex
  private let json: Bool
  private let isVerbose: Bool
  private let heartbeat: Int
  private let waiting = Mutex("")
  private let unmeasured = Mutex<[String: String]>([:])
  private let short = Mutex(Repeats())
  private let lastWait = Mutex<Wait?>(nil)

  /// - `heartbeat`: minutes between signs of life; 0 for none.
  init(run: RegisteredRun, state: RunState, json: Bool, isVerbose: Bool, heartbeat: Int = 0) {
    self.run = run
    index = state.index
    self.json = json
    (self.isVerbose, self.heartbeat) = (isVerbose, heartbeat)
    if json {
      let version: [(String, JSON)] = [
        ("type", .string("version")), ("version", .integer(1)), ("run", .string(run.name)),
        ("plan", .string(run.plan.hex)),
      ]
      waiting.withLock { $0 = JSON.dictionary(version).canonicalText + "\n" }
    } else {
      waiting.withLock { $0 = PlanScreen.loudLines(state.plan).map { $0 + "\n" }.joined() }
      if let shortage = Shortage(of: state.plan) { take(.short(of: shortage.sentence)) }
    }
  }

  func take(_ notice: Conductor.Notice) {
    if case .unmeasured(let signal, let because) = notice {
      let isNew = unmeasured.withLock { $0.updateValue(because, forKey: signal) != because }
      guard isNew, !json else { return }
      let line = EventLines.unmeasured(signal, because: because, now: WallClock().read().instant)
      waiting.withLock { $0 += line + "\n" }
    }
    if case .short(let what) = notice, !json, short.withLock({ $0.isNew(what) }) {
      let line = EventLines.short(of: what, now: WallClock().read().instant)
      waiting.withLock { $0 += line + "\n" }
    }
    guard case .recorded(let events) = notice else { return }
    var text = ""
    for (seq, event) in events where json || EventLines.isShown(event, verbose: isVerbose) {
      let detail = EventDetail(reason: event.reason(in: EventContext(index, event.subject)))
      if json {
        text += EventLines.json(seq, event, index: index, detail: detail).canonicalText + "\n"
      } else if let line = EventLines.text(event, index: index, detail: detail) {
        text += line + "\n"
      }
    }
    if !text.isEmpty { waiting.withLock { $0 += text } }
  }

  func watch(_ conductor: Conductor) async {
    let beat = heartbeat > 0 && !json ? Duration.seconds(heartbeat * 60) : nil
    var lastBeat = ContinuousClock.now
    while true {
      flush()
      do { try await Task.sleep(for: .milliseconds(200)) } catch { return }
      await sayWhatItWaitsFor(conductor)
      if let beat, ContinuousClock.now - lastBeat >= beat {
        lastBeat = .now
        let line = EventLines.alive(state: await conductor.state, run: run.name)
        waiting.withLock { $0 += line + "\n" }
      }
    }
  }

  /// A log that falls silent must say why: once for each thing that only a person can change.
  private func sayWhatItWaitsFor(_ conductor: Conductor) async {
    guard !json else { return }
    let state = await conductor.state
    guard let wait = state.waits.first, wait.kind.isOfPerson,
      !state.units.contains(where: \.hasOpenRequest)
    else {
      lastWait.withLock { $0 = nil }
      return
    }
    let isNew = lastWait.withLock { last in
      defer { last = wait }
      return last != wait
    }
    guard isNew else { return }
    let line = EventLines.waiting(wait, run: run.name, now: state.now)
    waiting.withLock { $0 += line + "\n" }
  }

  func show(_ state: RunState) { flush() }

  func say(_ text: String) { Output.error.tell(text + "\n") }

  func close(_ state: RunState) { flush() }

  private func flush() {
    let text = waiting.withLock { waiting in
      defer { waiting = "" }
      return waiting
    }
    if !text.isEmpty { json ? Output.running.write(text) : Output.running.tell(text) }
  }
}

/// What is said at once, and again each minute as long as it is so.
struct Repeats {
  private var said: [String: ContinuousClock.Instant] = [:]

  /// Whether it is to be said now.
  mutating func isNew(_ text: String) -> Bool {
    let now = ContinuousClock.now
    if let last = said[text], now - last < .seconds(60) { return false }
    said = said.filter { now - $0.value < .seconds(60) }
    said[text] = now
    return true
  }
}
