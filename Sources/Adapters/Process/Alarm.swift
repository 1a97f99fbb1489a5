internal import CSpawn
internal import Glibc
internal import Synchronization

/// Wakes a thread that polls a file.
final class Alarm: Sendable {
  /// The file to poll.
  let file: Int32
  // Closed, it is no file of ours any more: a late cancellation must not write into somebody else's.
  private let isOpen = Mutex(true)

  /// Makes one; `nil` when there are no more file descriptors.
  init?() {
    file = spawn_alarm()
    if file < 0 { return nil }
  }

  deinit { end() }

  /// Makes the file readable.
  func ring() {
    isOpen.withLock { if $0 { spawn_alarm_ring(file) } }
  }

  /// Closes the file. Nothing may poll it any more.
  func end() {
    isOpen.withLock { isOpen in
      if isOpen { close(file) }
      isOpen = false
    }
  }
}
