internal import CClock
internal import Foundation
internal import Glibc
public import Quantities
public import Records

/// Time as the machine tells it.
public struct WallClock: Timekeeper {
  private let boot: String

  /// Reads which start of the machine this is.
  public init() {
    let text = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? "unknown"
    boot = String(text.prefix { $0 != "\n" })
  }

  /// The clocks now.
  public func read() -> ClockReading {
    ClockReading(
      instant: Instant(milliseconds: Self.milliseconds(CLOCK_REALTIME)),
      monotonic: Self.milliseconds(CLOCK_BOOTTIME), boot: boot, awake: Self.milliseconds(CLOCK_MONOTONIC),
      keeping: Self.keeping)
  }

  /// What the kernel knows of the wall clock; `nil` where it says nothing.
  private static var keeping: ClockKeeping? {
    var state = timex()
    let answer = adjtimex(&state)
    guard answer >= 0 else { return nil }
    let isSynchronised = answer != TIME_ERROR && state.status & STA_UNSYNC == 0
    return ClockKeeping(isSynchronised: isSynchronised, error: Int64(state.maxerror) / 1_000)
  }

  private static func milliseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// The longest sleep: commands from other processes are taken up within this time.
  private static let breath = Span(milliseconds: 100)

  /// Sleeps until there is news, until the instant, or for a breath, whichever is first.
  public func wait(for mailbox: Mailbox, until: Instant?, owed: Owed) async {
    let now = read().instant
    // Always a suspension: whoever else wants the conductor gets its turn.
    let end = max(min(until ?? now + Self.breath, now + Self.breath), now + Span(milliseconds: 1))
    let alarm = Task {
      try? await Task.sleep(for: .milliseconds((end - now).milliseconds))
      mailbox.poke()
    }
    await mailbox.somethingToRead()
    alarm.cancel()
  }
}
