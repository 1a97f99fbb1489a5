internal import Conducting
public import Engine
internal import Glibc
public import History
internal import Journaling
internal import Quantities
internal import Records
internal import Synchronization

/// What the steps at work print, in files beside the journal, while they print it: for whoever follows from another
/// terminal. The record gets it when an attempt ends; of these files nothing depends.
///
/// Each attempt that prints has one file, in a directory of the run that only the executor's user can read. It holds
/// the newest lines when there are many, and is gone with the attempt.
final class StepOutput: Sendable {
  /// A file begins anew when it is longer: whoever follows has read the rest by then, or reads it in the record.
  static let longest = 1 << 20
  /// More open files than these are not kept for this: steps need them.
  private static let mostOpen = 64

  private struct File {
    var descriptor: Int32
    var size: Int
  }

  private let directory: String
  private let files = Mutex<[String: File]>([:])

  /// Clears away what an earlier executor left.
  init(journal: String, run: String) {
    directory = Self.directory(journal: journal, run: run)
    clear()
  }

  static func directory(journal: String, run: String) -> String { Journal.outputDirectory(beside: journal, of: run) }

  /// Where what a step prints stands.
  static func file(of path: String, in directory: String) -> String {
    "\(directory)/\(Digest(of: Array(path.utf8)).hex.prefix(32))"
  }

  /// Takes note of what a step prints, and of its end.
  ///
  /// - Parameters:
  ///   - notice: what watchers are told.
  ///   - index: the paths of the plan in force.
  func take(_ notice: Conductor.Notice, _ index: PlanIndex) {
    switch notice {
    case .line(let path, let text): add(text, of: path)
    case .recorded(let events):
      for (_, event) in events where event.kind.answersAttempt { remove(index.path(of: event.subject)) }
    case .progress, .unmeasured, .short: break
    }
  }

  /// Takes everything away.
  func clear() {
    files.withLock { files in
      for file in files.values { close(file.descriptor) }
      files = [:]
    }
    guard let stream = opendir(directory) else { return }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { unlink("\(directory)/\(name)") }
    }
    closedir(stream)
    rmdir(directory)
  }

  /// Who follows misses a line that cannot be written; the run goes on.
  private func add(_ text: String, of path: String) {
    files.withLock { files in
      guard var file = files[path] ?? open(path) else { return }
      let bytes = Array("\(text)\n".utf8)
      if file.size + bytes.count > Self.longest, ftruncate(file.descriptor, 0) == 0 { file.size = 0 }
      file.size += max(0, write(file.descriptor, bytes, bytes.count))
      if files[path] != nil || files.count < Self.mostOpen { files[path] = file } else { close(file.descriptor) }
    }
  }

  private func open(_ path: String) -> File? {
    let name = Self.file(of: path, in: directory)
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW
    var descriptor = Glibc.open(name, flags, 0o600)
    if descriptor < 0, errno == ENOENT, mkdir(directory, 0o700) == 0 {
      descriptor = Glibc.open(name, flags, 0o600)
    }
    guard descriptor >= 0 else { return nil }
    return File(descriptor: descriptor, size: Int(max(0, lseek(descriptor, 0, SEEK_END))))
  }

  private func remove(_ path: String) {
    files.withLock { files in
      if let file = files.removeValue(forKey: path) { close(file.descriptor) }
    }
    unlink(Self.file(of: path, in: directory))
  }
}

/// What one step prints, read beside the executor that carries it out.
public final class OutputTail {
  private let descriptor: Int32
  private var offset: Int64 = 0

  /// Opens the file of a step; `nil` while it has printed nothing, or where one may not read it.
  init?(journal: String, run: String, path: String) {
    let name = StepOutput.file(of: path, in: StepOutput.directory(journal: journal, run: run))
    descriptor = Glibc.open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  /// What was printed since the last look: whole lines. What is open is read also when the file is gone.
  public func more() -> [String] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return [] }
    // It began anew.
    if Int64(status.st_size) < offset { offset = 0 }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < StepOutput.longest {
      let count = pread(descriptor, &chunk, chunk.count, Int(offset) + bytes.count)
      if count <= 0 { break }
      bytes += chunk[..<count]
    }
    guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    offset += Int64(end + 1)
    return String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }
}

extension Observer {
  /// One record of the run, with what a provider printed; `nil` for a number that it has not.
  public func record(_ seq: Int64) throws(Refusal) -> HistoryRecord? {
    try refusing { try desk.record(seq, of: run) }
  }

  /// What a step prints that is at work now; `nil` while there is nothing.
  public func output(of address: StepAddress) -> OutputTail? {
    OutputTail(journal: desk.journal.path, run: run.name, path: state.index.path(of: .step(address)))
  }
}
