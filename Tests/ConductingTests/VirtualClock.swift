import Conducting
import Journaling
import Quantities
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

  func wait(for mailbox: Mailbox, until: Instant?, inFlight: Int) async {
    if mailbox.hasNews { return }
    if inFlight > 0 {
      await mailbox.somethingToRead()
      return
    }
    let next = until ?? now + Span(milliseconds: 100)
    time.withLock { $0 = max($0 + 1, next.milliseconds) }
  }
}
