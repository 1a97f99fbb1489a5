internal import Glibc

/// Milliseconds of a clock that is never set.
func monotonicMilliseconds() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
}

/// Waits, also in a task that is cancelled: there, `Task.sleep` returns at once and waiting would become spinning.
func sleepUncancelled(milliseconds: Int) async {
  await Task { try? await Task.sleep(for: .milliseconds(milliseconds)) }.value
}
