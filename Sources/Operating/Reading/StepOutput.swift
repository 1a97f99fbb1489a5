internal import Conducting
public import Engine
internal import Glibc
public import History
internal import Journaling
internal import Plans
internal import Quantities
public import Records
internal import Synchronization

/// What the steps at work print, in files beside the journal, while they print it: for whoever follows from another
/// terminal. The record gets it when an attempt ends; of these files nothing depends.
///
/// Each attempt that prints has one file, in a directory of the run that only the executor's user can read. It holds
/// the newest lines when there are many, and is gone with the attempt. What an attempt printed whose executor was
/// killed is in no record, and stays until its doubt is settled: whoever has to settle it reads it.
final class StepOutput: Sendable {
  /// Another file begins when one is longer: whoever follows has read the rest by then, or reads it in the record.
  static let longest = 1 << 20
  /// More open files than these are not kept for this: steps need them.
  private static let mostOpen = 64

  private let directory: String
  private let files = Mutex<[String: OutputFile]>([:])
  /// The paths of the steps that printed under this executor and whose attempt has not ended.
  private let written = Mutex<Set<String>>([])

  /// Clears away what an earlier executor left, but for what nobody has decided yet.
  ///
  /// - Parameters:
  ///   - journal: the file of the journal.
  ///   - run: the run, such as `r-7`.
  ///   - undecided: the paths of the steps that are at work or in doubt.
  init(journal: String, run: String, keeping undecided: [String]) {
    directory = Self.directory(journal: journal, run: run)
    clear(keeping: undecided)
  }

  /// What lies there stays: whoever leaves in order clears it away before.
  deinit {
    files.withLock { files in
      for file in files.values { close(file.descriptor) }
    }
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
      for (_, event) in events where event.kind.answersAttempt || event.kind.settlesAttempt {
        let path = index.path(of: event.subject)
        // A doubt about what an earlier executor began has nothing of it in the record.
        if case .inDoubt = event.kind, !written.withLock({ $0.contains(path) }) { continue }
        remove(path)
      }
    case .progress, .unmeasured, .short: break
    }
  }

  /// Takes everything away but what some steps printed.
  func clear(keeping undecided: [String]) {
    files.withLock { files in
      for file in files.values { close(file.descriptor) }
      files = [:]
    }
    let kept = Set(undecided.map { Self.file(of: $0, in: directory) })
    guard let stream = opendir(directory) else { return }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let path = "\(directory)/\(name)"
      if name != ".", name != "..", !kept.contains(path) { unlink(path) }
    }
    closedir(stream)
    rmdir(directory)
  }

  /// Who follows misses a line that cannot be written; the run goes on.
  func add(_ text: String, of path: String) {
    _ = written.withLock { $0.insert(path) }
    files.withLock { files in
      let name = Self.file(of: path, in: directory)
      guard var file = files[path] ?? OutputFile(name, in: directory) else { return }
      let bytes = Array("\(text)\n".utf8)
      if file.size + bytes.count > Self.longest {
        close(file.descriptor)
        files[path] = nil
        unlink(name)
        guard let next = OutputFile(name, in: directory, number: file.number + 1) else { return }
        file = next
      }
      file.append(bytes)
      if files[path] != nil || files.count < Self.mostOpen { files[path] = file } else { close(file.descriptor) }
    }
  }

  private func remove(_ path: String) {
    _ = written.withLock { $0.remove(path) }
    files.withLock { files in
      if let file = files.removeValue(forKey: path) { close(file.descriptor) }
    }
    unlink(Self.file(of: path, in: directory))
  }
}

extension RunState {
  /// The paths of the steps of which nobody knows yet what came of them.
  var undecidedSteps: [String] {
    units.filter { $0.hasOpenRequest || $0.isInDoubt }.map { index.path(of: .step($0.address)) }
  }
}

/// A file of what a step prints. Its first line is the number of the file: one that is too long is followed by
/// another, and whoever reads sees whether one is missing.
private struct OutputFile {
  var descriptor: Int32
  var size: Int
  var number: Int

  /// Goes on with the file that is there, or begins one.
  init?(_ name: String, in directory: String, number: Int = 1) {
    let flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW
    descriptor = open(name, flags, 0o600)
    if descriptor < 0, errno == ENOENT, mkdir(directory, 0o700) == 0 { descriptor = open(name, flags, 0o600) }
    guard descriptor >= 0 else { return nil }
    size = Int(max(0, lseek(descriptor, 0, SEEK_END)))
    self.number = Self.number(descriptor) ?? number
    if size == 0 { append(Array("\(number)\n".utf8)) }
  }

  mutating func append(_ bytes: [UInt8]) { size += max(0, write(descriptor, bytes, bytes.count)) }

  /// The number in the first line; `nil` while there is none.
  static func number(_ descriptor: Int32) -> Int? {
    var bytes = [UInt8](repeating: 0, count: 20)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0, let end = bytes[..<count].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    return Int(String(decoding: bytes[..<end], as: UTF8.self))
  }
}

/// What one step prints, read beside the executor that carries it out.
public final class OutputTail {
  private let name: String
  private var descriptor: Int32
  private var number: Int?
  private var offset = 0

  /// Opens the file of a step; `nil` while it has printed nothing, or where one may not read it.
  init?(journal: String, run: String, path: String) {
    name = StepOutput.file(of: path, in: StepOutput.directory(journal: journal, run: run))
    descriptor = Self.open(name)
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  private static func open(_ name: String) -> Int32 { Glibc.open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }

  /// What was printed since the last look: whole lines. What is open is read also when the file is gone; where one or
  /// more files were begun and ended between two looks, a line says that something is missing.
  public func more() -> [String] {
    var lines = rest()
    while let next = successor() {
      // What came between the two looks; nothing is written there any more.
      lines += rest()
      let before = number
      close(descriptor)
      (descriptor, offset, number) = (next, 0, nil)
      let found = rest()
      if let before, let number, number > before + 1 { lines.append("… (more was printed than could be followed)") }
      lines += found
    }
    return lines
  }

  /// The file that stands now where this one stood.
  private func successor() -> Int32? {
    var (mine, there) = (stat(), stat())
    guard fstat(descriptor, &mine) == 0, stat(name, &there) == 0, mine.st_ino != there.st_ino else { return nil }
    let next = Self.open(name)
    return next < 0 ? nil : next
  }

  private func rest() -> [String] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= StepOutput.longest {
      let count = pread(descriptor, &chunk, chunk.count, offset + bytes.count)
      if count <= 0 { break }
      bytes += chunk[..<count]
    }
    guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    offset += end + 1
    var lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
    if number == nil {
      number = Int(lines[0])
      lines.removeFirst()
    }
    return lines
  }
}

extension Desk {
  /// What steps printed that is in no record yet: of attempts at work, and of those that are in doubt because their
  /// executor was killed.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - state: its state.
  ///   - place: the step, or what has the steps.
  /// - Returns: the lines of each step that printed something, in the order in which they are at work.
  public func unrecorded(
    of run: RegisteredRun, _ state: RunState, at place: Place
  ) -> [(step: StepAddress, isInDoubt: Bool, lines: [String])] {
    let isExecuted = isExecuted(run)
    return state.units.compactMap { unit in
      guard unit.hasOpenRequest || unit.isInDoubt else { return nil }
      if case .step(let asked) = place, asked != unit.address { return nil }
      guard state.index.contains(place, unit.key) else { return nil }
      let path = state.index.path(of: .step(unit.address))
      let lines = OutputTail(journal: journal.path, run: run.name, path: path)?.more() ?? []
      return lines.isEmpty ? nil : (unit.address, !isExecuted || unit.isInDoubt, lines)
    }
  }
}

extension Observer {
  /// One record of the run, with what a provider printed; `nil` for a number that it has not.
  public func record(_ seq: Int64) throws(Refusal) -> HistoryRecord? {
    try refusing { try desk.record(seq, of: run) }
  }

  /// Whether nothing more will be printed in a place: it is over, or nobody executes the run.
  public func isOver(_ place: Place) -> Bool {
    if state.outcome != nil || executor == nil { return true }
    switch place {
    case .step(let address):
      guard let unit = state.unit(address.target) else {
        return state.stages[address.target.stage].status[Int(address.target.row)] != .waiting
      }
      return unit.verb == .apply && unit.step > address.step
    case .target(let key): return state.unit(key) == nil && state.stages[key.stage].status[Int(key.row)] != .waiting
    case .run: return false
    case .wave(let stage, let wave): return state.rollback == nil && (state.stage, state.wave) > (stage, wave)
    case .stage(let stage): return state.rollback == nil && state.stage > stage
    case .phase(let phase):
      return state.rollback == nil && !state.plan.stages.dropFirst(state.stage).contains { $0.phase == phase }
    }
  }

  /// What a step prints that is at work now; `nil` while there is nothing.
  public func output(of address: StepAddress) -> OutputTail? {
    OutputTail(journal: desk.journal.path, run: run.name, path: state.index.path(of: .step(address)))
  }
}
