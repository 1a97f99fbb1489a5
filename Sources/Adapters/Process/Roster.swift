internal import Glibc
internal import Synchronization

/// Who is at work for a run: a file beside the journal in which each command writes itself down, with its pid and its
/// start time, before it can do anything.
///
/// The child itself writes, between the moment when it exists and the moment when its program begins, so there is no
/// time in which a command runs and is not written down. The file is locked while anybody is between these moments:
/// whoever gets the lock after an executor has died knows that nobody is about to begin. It must outlive the executor,
/// not the machine, which ends everybody when it stops; so nothing waits for the disk.
public final class Roster: Sendable {
  /// Why there is no roster.
  public struct Problem: Error, Equatable, Sendable {
    /// In one sentence without a full stop.
    public let message: String
  }

  /// A line of the file that belongs to one command.
  struct Place: Sendable {
    /// The file, and where in it.
    let file: Int32
    let offset: Int64
    /// The line, with zeros where the child writes its pid and its start time.
    let entry: [UInt8]
    fileprivate let roster: Roster

    /// The command has ended, with all that it started: nobody looks for it.
    func clear() { roster.clear(self) }
  }

  /// The length of a line, in bytes, its end included.
  static let width = 512

  /// The open file.
  let descriptor: Int32
  /// Which file the journal is: its device and node.
  public let journal: String
  // Lines that are free, and how many there are.
  private let places = Mutex<(free: [Int64], count: Int64)>(([], 1))

  init(file: Int32, journal: String) {
    descriptor = file
    self.journal = journal
  }

  deinit { close(descriptor) }

  /// A free line for a command.
  func place(for mark: String) -> Place {
    let number = places.withLock { places -> Int64 in
      if let free = places.free.popLast() { return free }
      places.count += 1
      return places.count - 1
    }
    let line = RosterLine(pid: 0, start: 0, mark: mark).bytes
    return Place(file: descriptor, offset: number * Int64(Self.width), entry: line, roster: self)
  }

  private func clear(_ place: Place) {
    var line = [UInt8](repeating: UInt8(ascii: " "), count: Self.width)
    line[Self.width - 1] = UInt8(ascii: "\n")
    // A line that cannot be cleared is one of a process that has ended, and is found to be that.
    _ = pwrite(descriptor, line, line.count, off_t(place.offset))
    places.withLock { $0.free.append(place.offset / Int64(Self.width)) }
  }
}

/// One command in a roster.
struct RosterLine: Equatable, Sendable {
  var pid: pid_t
  var start: UInt64
  /// The attempt's mark, as much of it as fits.
  var mark: String

  init(pid: pid_t, start: UInt64, mark: String) {
    (self.pid, self.start, self.mark) = (pid, start, mark)
  }

  /// Reads a line; `nil` when nobody stands in it.
  init?(_ line: some Collection<UInt8>) {
    let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
    guard words.count == 3, let pid = pid_t(String(decoding: words[0], as: UTF8.self)), pid > 0,
      let start = UInt64(String(decoding: words[1], as: UTF8.self))
    else { return nil }
    var mark = String(decoding: words[2], as: UTF8.self)
    while mark.hasSuffix(" ") { mark.removeLast() }
    self.init(pid: pid, start: start, mark: mark)
  }

  /// The line as it stands in the file.
  var bytes: [UInt8] {
    var line = Self.digits(UInt64(pid), 10) + [UInt8(ascii: " ")] + Self.digits(start, 20) + [UInt8(ascii: " ")]
    line += mark.utf8.prefix(Roster.width - line.count - 1).map { $0 < 0x20 ? UInt8(ascii: " ") : $0 }
    line += [UInt8](repeating: UInt8(ascii: " "), count: Roster.width - line.count - 1)
    return line + [UInt8(ascii: "\n")]
  }

  private static func digits(_ number: UInt64, _ width: Int) -> [UInt8] {
    let text = String(number)
    return Array((String(repeating: "0", count: max(0, width - text.utf8.count)) + text).utf8)
  }

  /// The path of the step, for people.
  var path: String {
    let parts = mark.split(separator: "|", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return mark }
    return String(parts[1].prefix { $0 != "#" })
  }
}

/// The first line of a roster: whose it is.
struct RosterHeader: Equatable, Sendable {
  /// Which start of the machine.
  var boot: String
  /// Which namespace of pids: a pid says nothing in another one.
  var namespace: String
  /// The executor's pid in it.
  var executor: pid_t
  /// The device and node of the journal.
  var journal: String

  init(boot: String, namespace: String, executor: pid_t, journal: String) {
    (self.boot, self.namespace, self.executor, self.journal) = (boot, namespace, executor, journal)
  }

  /// Reads the line; `nil` when it is none.
  init?(_ line: some Collection<UInt8>) {
    let words = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    guard words.count >= 6, words[0] == "roster", words[1] == "1", let executor = pid_t(words[4]) else { return nil }
    self.init(boot: words[2], namespace: words[3], executor: executor, journal: words[5])
  }

  /// The line as it stands in the file.
  var bytes: [UInt8] {
    var line = Array("roster 1 \(boot) \(namespace) \(executor) \(journal)".utf8)
    line += [UInt8](repeating: UInt8(ascii: " "), count: max(0, Roster.width - line.count - 1))
    return line + [UInt8(ascii: "\n")]
  }

  /// That of this process; `nil` where `/proc` is missing or shows another namespace.
  static func own(journal: String) -> RosterHeader? {
    let text = { (path: String) in
      readBytes(path).map { String(decoding: $0.prefix { $0 > 0x20 }, as: UTF8.self) }
    }
    guard link("/proc/self") == String(getpid()), let namespace = link("/proc/self/ns/pid"),
      let boot = text("/proc/sys/kernel/random/boot_id")
    else { return nil }
    return RosterHeader(boot: boot, namespace: namespace, executor: getpid(), journal: journal)
  }

  private static func readBytes(_ path: String) -> [UInt8]? { Adapters.bytes(ofFile: path, limit: 256) }

  private static func link(_ path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = buffer.withUnsafeMutableBytes { $0.baseAddress.map { readlink(path, $0, 256) } ?? -1 }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}
