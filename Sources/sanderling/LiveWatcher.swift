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
import Synchronization

/// The live view: what happened scrolls up, the state stays below.
final class LiveWatcher: Watcher {
  private struct Content {
    var log: [String] = []
    var progress: [String: (done: Int64, total: Int64?)] = [:]
    var lines: [String: String] = [:]
    var began: [StepAddress: Instant] = [:]
    var painter = FramePainter()
    var signals = SignalHistory()
    /// By signal: why it could not be measured, as it was said last.
    var unmeasured: [String: String] = [:]
    var short = Repeats()

    /// What is known of a step while it runs is of no use after it.
    mutating func forget(_ event: Event, index: PlanIndex) {
      guard event.kind.answersAttempt else { return }
      let path = index.path(of: event.subject)
      progress[path] = nil
      lines[path] = nil
    }

    /// How long the step took that an event ends; the whole target when it was its last step.
    mutating func took(_ event: Event, index: PlanIndex) -> Span? {
      guard case .step(let address) = event.subject else { return nil }
      if case .intended = event.kind {
        began[address] = event.at
        return nil
      }
      var first = address
      if case .succeeded(.apply, _, _, _) = event.kind,
        address.step == index.plan.stages[address.target.stage].steps.count - 1
      {
        first.step = 0
      }
      return began[first].map { event.at - $0 }
    }
  }

  private let run: RegisteredRun
  private let index: PlanIndex
  private let style: Style
  private let reader: ReaderOptions
  private let clock = WallClock()
  private let executor: @Sendable () -> String?
  private let isLookedOn: Bool
  private let content = Mutex(Content())

  /// Makes the view.
  ///
  /// - `executor`: says who executes the run, and `nil` while nobody does; without it this process does.
  init(
    run: RegisteredRun, state: RunState, style: Style, reader: ReaderOptions,
    executor: (@Sendable () -> String?)? = nil
  ) {
    self.run = run
    self.executor = executor ?? { Host.executor }
    isLookedOn = executor != nil
    index = state.index
    self.style = style
    self.reader = reader
    if let shortage = Shortage(of: state.plan) { take(.short(of: shortage.sentence)) }
    // The cursor is hidden while frames are drawn; every way out shows it again.
    Output.running.write("\u{1B}[?25l")
  }

  func take(_ notice: Conductor.Notice) {
    switch notice {
    case .recorded(let events):
      content.withLock { content in
        for (_, event) in events {
          content.forget(event, index: index)
          let took = content.took(event, index: index)
          let line = RunScreen.logLine(
            event, index: index, took: took, style: style, offset: reader.offset)
          if let line { content.log.append(line) }
        }
      }
    case .progress(let path, let done, let total): content.withLock { $0.progress[path] = (done, total) }
    case .line(let path, let text): content.withLock { $0.lines[path] = text }
    case .unmeasured(let signal, let because):
      content.withLock { content in
        guard content.unmeasured.updateValue(because, forKey: signal) != because else { return }
        content.log.append(RunScreen.unmeasured(signal, because: because, style: style))
      }
    case .short(let what):
      content.withLock { content in
        if content.short.isNew(what) { content.log.append("warning: \(Sanitize.line(what))") }
      }
    }
  }

  func watch(_ conductor: Conductor) async {
    let pace = ViewPace(least: .milliseconds(100))
    while true {
      let pause = await pace.pause { draw(await conductor.state) }
      do { try await Task.sleep(for: pause) } catch { return }
    }
  }

  func show(_ state: RunState) { draw(state) }

  func say(_ text: String) {
    content.withLock { $0.log.append(text) }
  }

  func close(_ state: RunState) {
    draw(state)
    restoreTerminal()
  }

  func restoreTerminal() {
    Output.running.write("\u{1B}[?25h\u{1B}[0m\n")
  }

  /// Writes what is new above, and redraws the rows below that changed. Writes outside the lock: a terminal that was
  /// stopped with ^S must not stop the run.
  private func draw(_ state: RunState) {
    let size = Output.standard.size
    let text = content.withLock { content -> String in
      content.signals.take(state.watchItems)
      let executor = executor()
      let view = RunView(
        runName: run.name, state: state, now: clock.read().instant, started: state.createdAt,
        executor: executor ?? "nobody", isExecuted: executor != nil, isLookedOn: isLookedOn, progress: content.progress,
        lines: content.lines, signals: content.signals,
        offset: reader.offset, zone: reader.label)
      let frame = RunScreen.frame(view, columns: size.columns, rows: size.rows, style: style).rows
      defer { content.log = [] }
      return content.painter.text(frame, log: content.log, columns: size.columns, rows: size.rows)
    }
    if !text.isEmpty { Output.running.write(text) }
  }
}
