internal import CSpawn
internal import Dispatch
internal import Glibc

/// A child that runs, and our ends of its pipes.
struct Child: Sendable {
  let pid: pid_t
  /// Readable when it has ended. Negative where the system gives none.
  let descriptor: Int32
  let stdin: Int32?
  let stdout: Int32
  let stderr: Int32

  /// Closes what the watch does not close.
  func closeFiles() {
    close(stdout)
    close(stderr)
    if descriptor >= 0 { close(descriptor) }
  }
}

/// Starts children.
enum Spawning {
  /// Why there is no child.
  enum Failure: Error {
    /// This machine is short of something; later it may go.
    case short(String)
    /// It cannot be started, in a sentence.
    case refused(String, isTransient: Bool)
  }

  /// So many children are started at the same moment: each needs three more files until it runs its program.
  static let atOnce = 4
  private static let permits = DispatchSemaphore(value: atOnce)

  /// Starts a command. Blocks its thread, on which every signal is blocked, until the program runs or could not.
  ///
  /// - Parameters:
  ///   - command: what to start.
  ///   - place: where the child writes itself down before it does anything; `nil` where nobody looks for it later.
  /// - Returns: the child, which runs its program.
  /// - Throws: ``Failure``; nothing runs then.
  static func start(_ command: ProcessCommand, writtenAt place: Roster.Place?) throws(Failure) -> Child {
    permits.wait()
    defer { permits.signal() }
    let pipes = try Pipes(hasInput: command.stdin != nil)
    let ticket = OwnChildren.shared.begin()
    let result = spawn(command, pipes, place)
    OwnChildren.shared.end(ticket, child: result.pid)
    pipes.closeTheirs()
    guard result.pid > 0 else {
      pipes.closeOurs()
      throw failure(command, stage: result.stage, code: result.error)
    }
    return Child(
      pid: result.pid, descriptor: result.descriptor, stdin: pipes.input?.writing, stdout: pipes.output.reading,
      stderr: pipes.error.reading)
  }

  private static func spawn(_ command: ProcessCommand, _ pipes: Pipes, _ place: Roster.Place?) -> spawn_result {
    let words = CStrings(command.words)
    let session = "\(Orphans.sessionName)=0000000000"
    let environment = CStrings(command.environment.map { "\($0)=\($1)" } + [session])
    defer {
      words.free()
      environment.free()
    }
    let own = environment.pointers[environment.pointers.count - 2].map { $0 + Orphans.sessionName.utf8.count + 1 }
    var entry = place?.entry.map { CChar(bitPattern: $0) } ?? []
    let limits = FileLimits.atStart
    return command.program.withCString { program in
      command.directory.withCString { directory in
        words.pointers.withUnsafeBufferPointer { words in
          environment.pointers.withUnsafeBufferPointer { environment in
            entry.withUnsafeMutableBufferPointer { entry in
              var request = spawn_request()
              (request.program, request.directory) = (program, directory)
              (request.arguments, request.environment) = (words.baseAddress, environment.baseAddress)
              request.input = pipes.input?.reading ?? pipes.nothing
              (request.output, request.error) = (pipes.output.writing, pipes.error.writing)
              request.session = own
              request.roster = place?.file ?? -1
              request.place = place?.offset ?? 0
              (request.entry, request.entry_size) = (entry.baseAddress, UInt64(entry.count))
              request.ignored = SignalsAtStart.ignoredByChildren
              (request.files_soft, request.files_hard) = (limits.soft, limits.hard)
              return spawn_child(&request)
            }
          }
        }
      }
    }
  }

  private static func failure(_ command: ProcessCommand, stage: Int32, code: Int32) -> Failure {
    let place = spawn_stage(rawValue: UInt32(stage))
    let what = "`\(command.program)` cannot be started"
    switch (place, code) {
    case (_, EAGAIN), (_, ENOMEM), (_, EMFILE), (_, ENFILE):
      return .short("\(what) now: \(errorText(code))")
    case (spawn_stage_record, ENOENT):
      return .refused("\(what): /proc does not say when it started", isTransient: false)
    case (spawn_stage_record, _):
      return .short("\(what) now, since it cannot be written down beside the journal: \(errorText(code))")
    case (spawn_stage_directory, _):
      return .refused("\(what) in `\(command.directory)`: \(errorText(code))", isTransient: false)
    case (spawn_stage_program, ETXTBSY): return .refused("\(what) now: \(errorText(code))", isTransient: true)
    case (spawn_stage_program, ENOENT): return .refused("\(what): its interpreter is missing", isTransient: false)
    case (spawn_stage_program, ENOEXEC):
      return .refused("\(what): it is no program and has no `#!` line", isTransient: false)
    case (spawn_stage_program, E2BIG):
      return .refused("\(what): its arguments and environment are too long", isTransient: false)
    default: return .refused("\(what): \(errorText(code))", isTransient: false)
    }
  }
}

/// Texts as a program gets them, with a null at the end.
private struct CStrings {
  let pointers: [UnsafeMutablePointer<CChar>?]

  init(_ texts: [String]) { pointers = texts.map { strdup($0) } + [nil] }

  func free() { for pointer in pointers { Glibc.free(pointer) } }
}

/// The pipes between us and a child.
private struct Pipes {
  let input: Pipe?
  /// What it reads when it gets no input; -1 when it does.
  let nothing: Int32
  let output: Pipe
  let error: Pipe

  init(hasInput: Bool) throws(Spawning.Failure) {
    var open: [Pipe] = []
    do throws(Spawning.Failure) {
      for _ in 0..<(hasInput ? 3 : 2) { open.append(try Pipe()) }
      nothing = hasInput ? -1 : Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
      if !hasInput, nothing < 0 { throw .short("no file can be opened: \(errorText(errno))") }
    } catch {
      for pipe in open { pipe.end() }
      throw error
    }
    (output, error) = (open[0], open[1])
    input = hasInput ? open[2] : nil
  }

  func closeTheirs() {
    close(output.writing)
    close(error.writing)
    if let input { close(input.reading) } else { close(nothing) }
  }

  func closeOurs() {
    close(output.reading)
    close(error.reading)
    if let input { close(input.writing) }
  }
}

/// The two ends of a new pipe, closed in children.
private struct Pipe {
  let reading: Int32
  let writing: Int32

  init() throws(Spawning.Failure) {
    var (reading, writing): (Int32, Int32) = (-1, -1)
    let code = spawn_pipe(&reading, &writing)
    guard code == 0 else { throw .short("no pipe can be made: \(errorText(code))") }
    (self.reading, self.writing) = (reading, writing)
  }

  func end() {
    close(reading)
    close(writing)
  }
}
