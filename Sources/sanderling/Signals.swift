import Adapters
import Conducting
@preconcurrency import Dispatch
import Foundation
import Looping
import Synchronization

/// Turns signals into requests: once means finish what runs and leave, twice means leave now.
///
/// Two within a second are one: `timeout` and others send theirs to the process and to its group. What was ignored when
/// the program began stays ignored, as `nohup` and shells want it for what outlives the terminal.
///
/// One listens for as long as the process executes a run. An amendment brings another conductor, and whoever asked to
/// leave in between is heard by that one: listening is never taken down and put up again on the way.
final class Signals: Sendable {
  private struct Heard {
    var count = 0
    var last: ContinuousClock.Instant?
    var listener: (conductor: Conductor, watcher: any Watcher)?
  }

  private let heard: Mutex<Heard>
  private let sources: [any DispatchSourceSignal]

  init() {
    heard = Mutex(Heard())
    sources = Self.sources()
    for source in sources {
      source.setEventHandler { [weak self] in self?.hear() }
      source.resume()
    }
  }

  /// What tells of each signal that asks to leave, not yet resumed; what was ignored at the start is left alone.
  static func sources() -> [any DispatchSourceSignal] {
    [SIGINT, SIGTERM, SIGHUP].filter { !SignalsAtStart.ignored.contains($0) }.map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: .global())
    }
  }

  /// From now on this conductor is asked, and this watcher says so.
  func ask(_ conductor: Conductor, saying watcher: any Watcher) {
    let isAsked = heard.withLock {
      $0.listener = (conductor, watcher)
      return $0.count > 0
    }
    if isAsked { Self.drain(conductor, watcher) }
  }

  /// The conductor is done: nobody is asked until the next one.
  func askNobody() { heard.withLock { $0.listener = nil } }

  /// Stops listening.
  func stop() {
    for source in sources { source.cancel() }
  }

  private func hear() {
    let now = ContinuousClock.now
    let (count, listener) = heard.withLock { heard -> (Int, (conductor: Conductor, watcher: any Watcher)?) in
      if let last = heard.last, now - last < .seconds(1) { return (0, heard.listener) }
      heard.last = now
      heard.count += 1
      return (heard.count, heard.listener)
    }
    guard count > 0 else { return }
    guard let (conductor, watcher) = listener else {
      if count > 1 { Exit.interrupted.leave() }
      return
    }
    if count == 1 { return Self.drain(conductor, watcher) }
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
    watcher.say("leaving: nothing new starts, running steps finish. ^C again leaves now.")
    conductor.mailbox.post(.drain)
  }
}
