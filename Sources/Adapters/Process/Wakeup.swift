internal import Glibc
internal import Synchronization

/// A pipe that wakes a thread which polls its reading end.
final class Wakeup: Sendable {
  /// The end to poll.
  let readingEnd: Int32
  // The writing end, or -1 when it is closed: a late cancellation must not write into somebody else's file.
  private let writingEnd: Mutex<Int32>

  /// Makes a pipe; `nil` when there are no more file descriptors.
  init?() {
    guard let pipe = Pipe() else { return nil }
    readingEnd = pipe.reading
    writingEnd = Mutex(pipe.writing)
  }

  deinit { end() }

  /// Makes the reading end readable.
  func wake() {
    writingEnd.withLock { file in
      if file >= 0 { _ = write(file, [1], 1) }
    }
  }

  /// Closes both ends. Nothing may poll any more.
  func end() {
    writingEnd.withLock { file in
      guard file >= 0 else { return }
      close(file)
      close(readingEnd)
      file = -1
    }
  }
}

/// The two ends of a new pipe, closed on exec.
struct Pipe {
  let reading: Int32
  let writing: Int32

  init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    reading = ends[0]
    writing = ends[1]
    // Not atomic, as `pipe2` would be: a child that is started in between inherits the ends. Subprocess closes in its
    // children what it did not open; `ssh-keygen`, which is started otherwise, ends by itself and holds them that long.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  /// Closes both ends.
  func end() {
    close(reading)
    close(writing)
  }
}
