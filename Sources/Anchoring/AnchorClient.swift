internal import Adapters
public import Checkpoints
internal import Foundation
internal import Glibc
internal import HTTP
public import Quantities

/// What an anchor says to a checkpoint.
public enum AnchorAnswer: Equatable, Sendable {
  /// It has it now. A witness answers with signature lines, which belong below the checkpoint.
  case confirmed(lines: String)
  /// It cannot be asked, or does not take it, and why.
  case unreachable(String)
  /// It knows another history than this, and how.
  case conflict(String)
}

/// The history that is to be anchored, as far as anchors ask about it.
public struct AnchoredHistory: Sendable {
  /// The newest checkpoint.
  public var checkpoint: SignedCheckpoint
  let root: @Sendable (Int64) throws -> Digest?
  let subtree: @Sendable (Int, Int64) throws -> Digest?

  /// Puts it together.
  ///
  /// - Parameters:
  ///   - checkpoint: the newest checkpoint.
  ///   - root: the root over the first so many entries.
  ///   - subtree: the hash of a complete subtree, by its height and place.
  public init(
    checkpoint: SignedCheckpoint, root: @escaping @Sendable (Int64) throws -> Digest?,
    subtree: @escaping @Sendable (Int, Int64) throws -> Digest?
  ) {
    (self.checkpoint, self.root, self.subtree) = (checkpoint, root, subtree)
  }

  /// Why a checkpoint that somebody knows is none of this history; `nil` when it is.
  ///
  /// - Throws: what keeps the journal from being read: that says nothing about its history.
  func conflict(with known: Checkpoint) throws -> String? {
    let own = checkpoint.checkpoint
    guard known.origin == own.origin else { return nil }
    guard known.size <= own.size else {
      return "it knows a history of \(known.size) entries, and this journal has \(own.size)"
    }
    return try root(known.size) == known.root ? nil : "the first \(known.size) entries are not those that it knows"
  }
}

/// Brings checkpoints to anchors. Each of them is asked what it knows before it gets something new.
public struct AnchorClient: Sendable {
  /// So long one anchor is waited for.
  public static let patience = Span(milliseconds: 10_000)

  private let http: HTTPClient
  private let directory: String

  /// A client.
  ///
  /// - Parameter directory: the directory that relative paths start from: that of the policy.
  public init(directory: String) {
    self.directory = directory
    http = HTTPClient()
  }

  /// Brings the newest checkpoint to an anchor.
  public func confirm(_ history: AnchoredHistory, by anchor: AnchorPolicy.Anchor) async -> AnchorAnswer {
    switch anchor.kind {
    case .file(let path): await append(history, to: absolute(path))
    case .git(let directory, let push): await commit(history, in: absolute(directory), push: push)
    case .command(let words): await hand(history, to: words)
    case .witness(let key, let url): await witness(history, key) { await post($0, to: url) }
    case .witnessCommand(let key, let words): await witness(history, key) { await ask($0, behind: words) }
    }
  }

  private func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(directory)/\(path)" }

  // A file: what was written stays, the newest last.
  private func append(_ history: AnchoredHistory, to path: String) async -> AnchorAnswer {
    let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return .unreachable("\(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    guard await Self.lock(descriptor) else { return .unreachable("\(path) is in use") }
    let own = history.checkpoint.checkpoint
    guard let (start, bytes) = Self.end(of: descriptor, having: own.origin) else {
      return .unreachable("\(path) cannot be read")
    }
    var whole = SignedCheckpoint.whole(of: bytes)
    let rest = bytes.dropFirst(whole)
    // What was cut off while this journal wrote it, and nothing of anybody else.
    let isOwn = zip(rest, "\(own.origin)\n".utf8).allSatisfy { $0 == $1 }
    if whole == 0, !isOwn {
      whole = bytes.count
    } else if !rest.isEmpty, !isOwn || ftruncate(descriptor, off_t(start + whole)) != 0 {
      return .unreachable(
        "\(path) ends in the middle of a checkpoint; take away what stands behind byte \(start + whole)")
    }
    do {
      let known = try SignedCheckpoint.all(in: Array(bytes.prefix(whole)))
      // Each was compared with those before it when it was written.
      if let last = known.last(where: { $0.checkpoint.origin == own.origin })?.checkpoint {
        if let conflict = try history.conflict(with: last) { return .conflict("\(path): \(conflict)") }
        if last == own { return .confirmed(lines: "") }
      }
    } catch let error as NoteError {
      return .conflict("\(path) is not what was written there: \(error.message)")
    } catch {
      return .unreachable("the journal cannot be compared with \(path): \(error)")
    }
    let note = history.checkpoint.bytes
    guard write(descriptor, note, note.count) == note.count, fsync(descriptor) == 0 else {
      let why = String(cString: strerror(errno))
      // Half a checkpoint would look like somebody's work.
      ftruncate(descriptor, off_t(start + whole))
      return .unreachable("\(path): \(why)")
    }
    return .confirmed(lines: "")
  }

  /// Other journals may write there, and what is about to start as a child of this process holds it for a moment, too.
  private static func lock(_ descriptor: Int32) async -> Bool {
    for _ in 0..<(patience.milliseconds / 20) {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { return false }
    }
    return false
  }

  /// So many bytes at the end of a wall are read first: some hundred checkpoints.
  static let reach = 65_536

  /// The end of a file of checkpoints, from where a note begins, with the newest of a log in it: walls grow for years,
  /// and only its end is news. All of it where the log stands farther back, or nowhere.
  ///
  /// - Returns: where the bytes begin, and the bytes; `nil` when the file cannot be read.
  static func end(of descriptor: Int32, having origin: String) -> (start: Int, bytes: [UInt8])? {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    let size = Int(status.st_size)
    if size > reach, let bytes = bytes(of: descriptor, from: size - reach, to: size),
      let start = SignedCheckpoint.firstStart(in: bytes)
    {
      let end = Array(bytes[start...])
      let known = try? SignedCheckpoint.all(in: Array(end.prefix(SignedCheckpoint.whole(of: end))))
      if known?.contains(where: { $0.checkpoint.origin == origin }) ?? false { return (size - reach + start, end) }
    }
    return bytes(of: descriptor, from: 0, to: size).map { (0, $0) }
  }

  private static func bytes(of descriptor: Int32, from start: Int, to end: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: end - start)
    var read = 0
    while read < bytes.count {
      let count = bytes.withUnsafeMutableBytes { bytes in
        pread(descriptor, bytes.baseAddress.map { $0 + read }, bytes.count - read, off_t(start + read))
      }
      guard count > 0 else { return nil }
      read += count
    }
    return bytes
  }

  // Git: one commit for each checkpoint.
  private func commit(_ history: AnchoredHistory, in directory: String, push: AnchorPolicy.Anchor.Push?) async
    -> AnchorAnswer
  {
    let checkpoint = history.checkpoint.checkpoint
    let name = checkpoint.origin.replacing("/", with: ".") + ".checkpoint"
    var place = "HEAD"
    if let push {
      let fetched = await git(directory, "fetch", "-q", push.remote)
      guard case .success = fetched else { return .unreachable(fetched.words) }
      place = "\(push.remote)/\(push.branch)"
    }
    for place in Set([place, "HEAD"]).sorted() {
      guard case .success(let text) = await git(directory, "show", "\(place):\(name)"), !text.isEmpty else { continue }
      do {
        let known = try SignedCheckpoint(Array((text + "\n").utf8)).checkpoint
        if let conflict = try history.conflict(with: known) {
          return .conflict("\(place) of \(directory): \(conflict)")
        }
        if known == checkpoint, push == nil || place != "HEAD" { return .confirmed(lines: "") }
      } catch let error as NoteError {
        return .conflict("\(name) in \(place) of \(directory) is no checkpoint: \(error.message)")
      } catch {
        return .unreachable("the journal cannot be compared with \(directory): \(error)")
      }
    }
    do {
      try Data(history.checkpoint.bytes).write(to: URL(filePath: "\(directory)/\(name)"), options: .atomic)
    } catch {
      return .unreachable("\(directory)/\(name) cannot be written")
    }
    var steps = [
      ["add", "--", name],
      [
        "-c", "user.name=sanderling", "-c", "user.email=sanderling@localhost", "-c", "commit.gpgsign=false", "commit",
        "-q", "--allow-empty", "-m", "\(checkpoint.origin) \(checkpoint.size)", "--", name,
      ],
    ]
    if let push { steps.append(["push", "-q", push.remote, "HEAD:\(push.branch)"]) }
    for step in steps {
      let done = await git(directory, step)
      guard case .success = done else { return .unreachable(done.words) }
    }
    return .confirmed(lines: "")
  }

  private func git(_ directory: String, _ words: String...) async -> Said { await git(directory, words) }

  private func git(_ directory: String, _ words: [String]) async -> Said {
    await run(["git", "-C", directory] + words, input: "")
  }

  // A command: it gets the note.
  private func hand(_ history: AnchoredHistory, to words: [String]) async -> AnchorAnswer {
    let said = await run(words, input: String(decoding: history.checkpoint.bytes, as: UTF8.self))
    switch said {
    case .success: return .confirmed(lines: "")
    case .refused(Self.dataError, let why): return .conflict("`\(words[0])` says: \(why)")
    case .refused, .lost: return .unreachable(said.words)
    }
  }

  /// What a command exits with that knows another history: `EX_DATAERR` of sysexits.h.
  public static let dataError: Int32 = 65

  // A witness: it is told how the log goes on from what it knows.
  private func witness(
    _ history: AnchoredHistory, _ key: VerifierKey, ask: (WitnessRequest) async -> WitnessAnswer
  ) async -> AnchorAnswer {
    let own = history.checkpoint.checkpoint
    var old: Int64 = 0
    // It says what it knows, and is asked again with the proof from there.
    for _ in 0..<3 {
      guard let proof = try? Proof.consistency(from: old, to: own.size, history.subtree) else {
        return .unreachable("the proof from \(old) to \(own.size) entries cannot be made")
      }
      switch await ask(WitnessRequest(old: old, proof: proof, checkpoint: history.checkpoint)) {
      case .conflict(let size) where size > own.size:
        return .conflict("\(key.name) knows a history of \(size) entries, and this journal has \(own.size)")
      case .conflict(let size) where size == own.size && old == size:
        return .conflict("\(key.name) knows another history of \(size) entries")
      case .conflict(let size): old = size
      case .refused(422, let why): return .conflict("\(key.name) says: \(why)")
      case .refused(let status, let why): return .unreachable("\(key.name) answered \(status): \(why)")
      case .cosigned(let lines):
        var signed = history.checkpoint
        do throws(NoteError) {
          _ = try signed.add(lines: Array(lines.utf8), of: [key])
          return .confirmed(lines: lines)
        } catch {
          return .unreachable("what \(key.name) answered does not count: \(error.message)")
        }
      }
    }
    return .unreachable("\(key.name) does not say what it knows")
  }

  private func post(_ request: WitnessRequest, to url: String) async -> WitnessAnswer {
    let asked = HTTPRequest(
      method: "POST", url: "\(url)/add-checkpoint", headers: [(name: "Content-Type", value: "text/plain")],
      body: request.bytes, timeout: Int(Self.patience.milliseconds))
    do throws(HTTPFailure) {
      let response = try await http.send(asked)
      return WitnessAnswer(status: response.status, body: response.body)
    } catch {
      return .refused(status: 0, because: "\(error)")
    }
  }

  /// A witness behind a command: the answer's status and body come on its standard output, as the status does in HTTP.
  private func ask(_ request: WitnessRequest, behind words: [String]) async -> WitnessAnswer {
    let said = await run(words, input: String(decoding: request.bytes, as: UTF8.self))
    guard case .success(let text) = said else { return .refused(status: 0, because: said.words) }
    // What a login shell says first is no part of the answer.
    let lines = text.split(separator: "\n").drop { $0.utf8.count != 3 || Int($0) == nil }
    guard let status = lines.first.flatMap({ Int($0) }) else {
      return .refused(status: 0, because: "`\(words[0])` did not answer as a witness")
    }
    return WitnessAnswer(status: status, body: Array((lines.dropFirst().joined(separator: "\n") + "\n").utf8))
  }

  /// What came of a command.
  private enum Said {
    case success(String)
    case refused(Int32, String)
    case lost(String)

    var words: String {
      switch self {
      case .success(let text): text
      case .refused(_, let why), .lost(let why): why
      }
    }
  }

  private func run(_ words: [String], input: String) async -> Said {
    let command = JSON.dictionary([
      ("command", .array(words.map { .string($0) })), ("stdin", .string(input)),
    ])
    let handedOn = JSON.dictionary([
      ("environment", .array(["SSH_AUTH_SOCK", "GIT_SSH_COMMAND"].map { .string($0) }))
    ])
    let call = Call(
      run: "anchor", path: "anchor/\(words[0])", attempt: 1, idempotencyKey: UUID().uuidString, fence: 0,
      deadline: Instant(milliseconds: 0), timeout: Self.patience, configuration: handedOn, arguments: command,
      directory: directory)
    switch await ProcessAdapter().apply(call, report: { _ in }) {
    case .applied(let answer): return .success(answer.log)
    case .notApplied(let why, _, let answer):
      let words = answer.log.split(separator: "\n").last.map(String.init) ?? why
      return .refused(answer.code ?? 0, "`\(call.path.dropFirst(7))`: \(words)")
    case .unknown(let why, _), .atWork(let why, _): return .lost("`\(call.path.dropFirst(7))`: \(why)")
    case .awaitsPerson(let instruction): return .lost(instruction)
    }
  }
}
