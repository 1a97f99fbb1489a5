import Adapters
import Conducting
@preconcurrency import Dispatch
import Foundation
import Looping
import Operating
import Synchronization

/// Turns signals into requests: any of them means finish what runs and leave, and a second ^C leave now, as
/// ``Operating/Leaving`` has it. What was ignored when the program began stays ignored, as `nohup` and shells want it
/// for what outlives the terminal.
///
/// One listens for as long as the process executes a run. An amendment brings another conductor, and whoever asked to
/// leave in between is heard by that one: listening is never taken down and put up again on the way.
final class Signals: Sendable {
  private struct Heard {
    var leaving = Leaving()
    var listener: (conductor: Conductor, watcher: any Watcher)?
  }

  private let heard: Mutex<Heard>
  private let sources: [any DispatchSourceSignal]

  init() {
    heard = Mutex(Heard())
    let told = Self.sources()
    sources = told.map(\.source)
    for (asked, source) in told {
      source.setEventHandler { [weak self] in self?.hear(asked) }
      source.resume()
    }
  }

  /// What tells of each signal that asks to leave, not yet resumed; what was ignored at the start is left alone.
  static func sources() -> [(signal: Leaving.Signal, source: any DispatchSourceSignal)] {
    Leaving.Signal.allCases.filter { !SignalsAtStart.ignored.contains($0.number) }.map { asked in
      signal(asked.number, SIG_IGN)
      return (asked, DispatchSource.makeSignalSource(signal: asked.number, queue: .global()))
    }
  }

  /// From now on this conductor is asked, and this watcher says so.
  func ask(_ conductor: Conductor, saying watcher: any Watcher) {
    let isAsked = heard.withLock {
      $0.listener = (conductor, watcher)
      return $0.leaving.isAsked
    }
    if isAsked { Self.drain(conductor, watcher) }
  }

  /// The conductor is done: nobody is asked until the next one.
  func askNobody() { heard.withLock { $0.listener = nil } }

  /// Stops listening.
  func stop() {
    for source in sources { source.cancel() }
  }

  private func hear(_ signal: Leaving.Signal) {
    let (answer, listener) = heard.withLock { ($0.leaving.hear(signal, at: .now), $0.listener) }
    guard let (conductor, watcher) = listener else {
      if answer == .abandon { Exit.interrupted.leave() }
      return
    }
    switch answer {
    case .nothing: return
    case .drain: return Self.drain(conductor, watcher)
    case .warn: return watcher.say("leaving already: running steps finish. ^C again leaves now.")
    case .abandon: break
    }
    // Whatever hangs: whoever asks twice is heard.
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience) {
      watcher.restoreTerminal()
      Exit.interrupted.leave()
    }
    Task {
      watcher.say("leaving now: what was running is in doubt, and the next `run` settles it.")
      await conductor.abandon()
      watcher.restoreTerminal()
      Exit.interrupted.leave()
    }
  }

  /// So long what runs may take to be ended, in seconds: it is asked, has five, and the kernel gets five more.
  private static let patience = 15.0

  private static func drain(_ conductor: Conductor, _ watcher: any Watcher) {
    watcher.say("leaving: nothing new starts, running steps finish. A second ^C leaves now.")
    conductor.mailbox.post(.drain)
  }
}

extension Leaving.Signal {
  /// The system's number for it.
  fileprivate var number: Int32 {
    switch self {
    case .interrupt: SIGINT
    case .terminate: SIGTERM
    case .hangUp: SIGHUP
    }
  }
}
