import Conducting
import Journaling
import Looping
import Quantities
import Records
import Synchronization

/// A clock that stands still while answers are owed, and jumps to what is due when nothing is.
final class VirtualClock: Timekeeper {
  private let time = Mutex<Int64>(1_800_000_000_000)

  var now: Instant { time.withLock { Instant(milliseconds: $0) } }

  func read() -> ClockReading {
    let now = time.withLock { $0 }
    return ClockReading(instant: Instant(milliseconds: now), monotonic: now, boot: "virtual")
  }

  func advance(_ span: Span) {
    time.withLock { $0 += span.milliseconds }
  }

  func wait(for mailbox: Mailbox, until: Instant?, owed: Owed) async {
    if mailbox.hasNews { return }
    if owed.answers > 0 {
      await mailbox.somethingToRead()
      return
    }
    // The run never waits for a receiver; this clock gives one a fair moment before it jumps.
    if owed.tellings > 0, await isTold(mailbox) { return }
    let next = until ?? now + Span(milliseconds: 100)
    time.withLock { $0 = max($0 + 1, next.milliseconds) }
  }

  private func isTold(_ mailbox: Mailbox) async -> Bool {
    for _ in 0..<100 {
      if mailbox.hasNews { return true }
      try? await Task.sleep(for: .milliseconds(2))
    }
    return false
  }
}
