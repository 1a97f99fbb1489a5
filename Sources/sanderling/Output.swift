import Foundation
import Screens
import Synchronization

/// A stream that text goes to, whole or not at all. A closed pipe is an ordinary end, and no error.
struct Output {
  private let descriptor: Int32

  private init(descriptor: Int32, survivesItsReader: Bool = false) {
    self.descriptor = descriptor
    self.survivesItsReader = survivesItsReader
  }

  /// Whether the work goes on when nobody reads any more: a run does, a listing has nothing left to do.
  private let survivesItsReader: Bool

  /// Results, and nothing else.
  static let standard = Output(descriptor: STDOUT_FILENO)
  /// What an execution tells while it works.
  static let running = Output(descriptor: STDOUT_FILENO, survivesItsReader: true)
  /// Progress and messages.
  static let error = Output(descriptor: STDERR_FILENO)

  private static let journal = Mutex<String?>(nil)

  /// Has every command that people are told name a journal; `nil` when they find it by themselves.
  static func name(journal path: String?) { journal.withLock { $0 = path } }

  /// The journal that printed commands have to name; `nil` where they find it by themselves.
  static var namedJournal: String? { journal.withLock { $0 } }

  /// Writes a text for people: commands in it name the journal where they have to.
  func tell(_ text: String) { write(FollowUp.naming(Self.namedJournal, in: text)) }

  func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        bytes = bytes.dropFirst(written)
      } else if errno == EPIPE {
        if descriptor == STDOUT_FILENO, !survivesItsReader { exit(141) }
        return
      } else if errno == EAGAIN {
        // The reader is slow: wait for it without spinning.
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&ready, 1, 1_000)
      } else if errno != EINTR {
        // A listing that is cut off must not look like a whole one.
        if descriptor == STDOUT_FILENO, !survivesItsReader {
          Output.error.write("error: the output cannot be written: \(String(cString: strerror(errno)))\n")
          Exit.failed.leave()
        }
        return
      }
    }
  }

  /// Whether a person looks at it.
  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// The size of the terminal; 80 × 24 when it does not say.
  var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}
