import ArgumentParser
import Conducting
@preconcurrency import Dispatch
import Engine
import Foundation
import Journaling
import Operating
import Records
import Synchronization

struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Look on at a run that another process executes, from any terminal.",
    discussion: """
      The same view as that of `run`, from the journal alone: it changes nothing and costs the run nothing. Not on a \
      terminal it writes a line for each event. It ends with the run, and with ^C.
      """)

  @Argument(help: "A run such as r-12; without it the only open one.", completion: Completions.runs)
  var name: String?

  @Flag(name: .shortAndLong, help: "Write every event.")
  var verbose = false

  @OptionGroup var reader: ReaderOptions
  @OptionGroup var journal: JournalOptions
  @OptionGroup var style: StyleOptions

  /// Between two looks.
  private static let pause = Duration.milliseconds(250)

  func run() async throws {
    var observer = try journal.desk(.read).observer(of: name)
    let executor = Mutex(observer.executor)
    let watch = Watch(name: { executor.withLock { $0 } })
    var watcher = make(observer, watch)
    let interruption = Interruption { watch.restore() }
    defer { interruption.stop() }
    while true {
      let events = try observer.look()
      executor.withLock { $0 = observer.executor }
      watcher.take(.recorded(events))
      watcher.show(observer.state)
      // Who was told of the plan before it sees the one that is in force now.
      if events.contains(where: { if case .planAmended = $0.1.kind { true } else { false } }) {
        watcher = make(observer, watch)
      }
      if observer.state.outcome != nil { break }
      try await Task.sleep(for: Self.pause)
    }
    watcher.close(observer.state)
    guard let outcome = observer.state.outcome else { return }
    throw Following.exit(of: outcome)
  }

  private func make(_ observer: Observer, _ watch: Watch) -> any Watcher {
    let (run, state) = (observer.run, observer.state)
    let isLive = Output.standard.isTerminal && !verbose && !style.json && !style.isPlain
    let watcher: any Watcher =
      isLive
      ? LiveWatcher(
        run: run, state: state, style: style.style(for: .standard), reader: reader, executor: watch.name)
      : LineWatcher(run: run, state: state, json: style.json, isVerbose: verbose)
    watch.set(watcher)
    return watcher
  }
}

/// Who watches now, for whoever has to put the terminal back.
private final class Watch: Sendable {
  /// Who executes the run.
  let name: @Sendable () -> String?
  private let watcher = Mutex<(any Watcher)?>(nil)

  init(name: @escaping @Sendable () -> String?) { self.name = name }

  func set(_ watcher: any Watcher) { self.watcher.withLock { $0 = watcher } }

  func restore() { watcher.withLock { $0 }?.restoreTerminal() }
}

/// Leaves at the first signal, with the terminal as it was.
final class Interruption: Sendable {
  private let sources: [any DispatchSourceSignal]

  init(_ restore: @escaping @Sendable () -> Void) {
    sources = Signals.sources().map(\.source)
    for source in sources {
      source.setEventHandler {
        restore()
        Exit.interrupted.leave()
      }
      source.resume()
    }
  }

  func stop() { for source in sources { source.cancel() } }
}
