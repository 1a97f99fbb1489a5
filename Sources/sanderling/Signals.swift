import Conducting
@preconcurrency import Dispatch
import Foundation
import Looping
import Synchronization

/// Turns signals into requests: once means finish what runs and leave, twice means leave now.
final class Signals: Sendable {
  private let sources: [any DispatchSourceSignal]

  init(conductor: Conductor, watcher: any Watcher) {
    let count = SignalCount()
    sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if count.next() == 1 {
          watcher.say("leaving: nothing new starts, running steps finish. ^C again leaves now.")
          conductor.mailbox.post(.drain)
        } else {
          Task {
            watcher.say("leaving now: what was running is in doubt, and the next `run` settles it.")
            await conductor.abandon()
            watcher.restoreTerminal()
            Exit.interrupted.leave()
          }
        }
      }
      source.resume()
      return source
    }
  }

  /// Stops listening.
  func stop() {
    for source in sources { source.cancel() }
  }
}

/// How many came so far, over all handlers.
private final class SignalCount: Sendable {
  private let count = Mutex(0)

  func next() -> Int {
    count.withLock {
      $0 += 1
      return $0
    }
  }
}
