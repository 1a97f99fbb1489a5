internal import Anchoring
internal import Checkpoints
internal import Conducting
internal import Foundation
internal import Journaling
internal import Looping
internal import Quantities
internal import Records
internal import Synchronization

/// Signs the checkpoints of a journal while an executor works, keeps them beside the log, and has them leave the
/// machine.
final class RunCheckpoints: Checkpointing {
  private struct State {
    var newest: SignedCheckpoint?
    /// The size that has to be anchored before work goes forward.
    var needed: Int64 = 0
    /// By anchor, the largest size that it has confirmed.
    var confirmed: [String: Int64] = [:]
    /// By anchor, why it could not be asked the last time.
    var problems: [String: String] = [:]
    /// When the newest checkpoint was anchored, in milliseconds that the machine was awake.
    var anchoredAt: Int64
    /// What an anchor knows that this journal does not.
    var conflict: String?
    /// Wakes whoever brings checkpoints to anchors; `nil` while nobody does.
    var waking: AsyncStream<Void>.Continuation?
  }

  private let journal: Journal
  private let key: SigningKey
  private let policy: AnchorPolicy
  private let client: AnchorClient
  private let clock: @Sendable () -> ClockReading
  private let state: Mutex<State>

  /// Opens key and policy.
  ///
  /// - Throws: ``Refusal`` when one of them cannot be used.
  init(_ journal: Journal, _ surroundings: Surroundings) throws(Refusal) {
    let files = surroundings.checkpoints
    let anchors = files.anchors ?? "\(journal.path).anchors"
    (self.journal, clock) = (journal, surroundings.clock)
    client = AnchorClient(directory: URL(filePath: anchors).deletingLastPathComponent().path(percentEncoded: false))
    (policy, key) = try refusing {
      let origin = try journal.origin()
      let key = try JournalKeyFile.open(
        try journal.keyFile(files), origin: origin, chance: SystemChance())
      return (try Self.policy(anchors, isNamed: files.anchors != nil), key)
    }
    state = Mutex(State(anchoredAt: surroundings.clock().awake))
  }

  private static func policy(_ path: String, isNamed: Bool) throws -> AnchorPolicy {
    guard FileManager.default.fileExists(atPath: path) else {
      if isNamed { throw Refusal(.files, "there is no file of anchors at \(path)") }
      return AnchorPolicy()
    }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw Refusal(.files, "the file of anchors, \(path), cannot be read as UTF-8")
    }
    return try AnchorPolicy(text, file: path)
  }

  private func announce(_ clock: ClockReading) throws {
    let text = key.verifier.text
    var announced: String?
    try journal.entries(of: 0) { entry in
      if entry.type == JournalKeyNote.type { announced = entry.data["key"]?.string }
      return true
    }
    guard announced != text else { return }
    try journal.write(under: nil, clock: clock) { try $0.append(.journalKeyUsed(text, at: clock.instant)) }
  }

  /// Signs a checkpoint of what is durable now, and keeps it.
  func sign(_ occasion: Occasion) throws {
    let (size, root) = try journal.checkpoint()
    let reading = clock()
    let signed = try SignedCheckpoint(Checkpoint(origin: key.verifier.name, size: size, root: root), with: key)
    // One of the same size may have witnesses below it: what they signed is not signed again.
    try journal.keep(checkpoint: KeptCheckpoint(size: size, at: reading.instant, note: signed.bytes), isMore: false)
    let waking = state.withLock { state in
      state.newest = signed
      if policy.onUnreachable == .hold, policy.waits(for: occasion) { state.needed = size }
      return state.waking
    }
    waking?.yield()
  }

  /// Whether there is anybody to bring checkpoints to.
  var hasAnchors: Bool { !policy.anchors.isEmpty }

  /// What work forward waits for.
  var obstacle: String? {
    guard policy.onUnreachable == .hold, !policy.anchors.isEmpty else { return nil }
    let now = clock().awake
    return state.withLock { state in
      guard policy.anchored(state.confirmed) < state.needed || lateness(state, now: now) != nil else { return nil }
      let why = state.problems.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "; ")
      return "the checkpoint of \(state.newest?.checkpoint.size ?? 0) entries is to be known to \(policy.require) of "
        + "\(policy.among.joined(separator: ", ")) before work goes on" + (why.isEmpty ? "" : " (\(why))")
    }
  }

  /// Announces the key in the log where nobody has yet, signs what is there, and compares it with what all anchors know
  /// that can be reached.
  ///
  /// - Throws: ``Refusal``, `integrity` when one of them knows another history: a journal that lost something would do
  ///   it twice.
  func begin() async throws(Refusal) {
    try refusing {
      try announce(clock())
      try sign(.executor)
    }
    await anchor()
    try refuseConflict()
  }

  /// Refuses to go on where an anchor knows another history.
  func refuseConflict() throws(Refusal) {
    guard let conflict = state.withLock({ $0.conflict }) else { return }
    throw Refusal(
      .integrity, "this journal is not the one that its anchors know", because: "\(conflict); nothing more was started",
      next: [
        "bring the newest copy of the journal back, then run again",
        "or, when what is missing is lost for good, two persons say so: "
          + "sanderling audit incarnate --beyond ENTRIES --reason \"…\"",
      ])
  }

  /// Brings checkpoints to anchors until its task is cancelled.
  ///
  /// - Parameters:
  ///   - report: is told what an anchor could not be asked for.
  ///   - stop: is called once when an anchor knows another history.
  func work(saying report: @Sendable (String) -> Void, stop: @Sendable () -> Void) async {
    guard !policy.anchors.isEmpty else { return }
    // One for each time that it is called: a stream whose reader was cancelled is over.
    let (calls, waking) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    state.withLock { $0.waking = waking }
    // What was signed before anybody listened.
    waking.yield()
    for await _ in calls {
      var pause = Self.pause
      while !Task.isCancelled {
        await anchor()
        if state.withLock({ $0.conflict }) != nil { return stop() }
        // What was cut off says nothing about an anchor.
        if Task.isCancelled { return }
        let problems = problems
        guard !problems.isEmpty else { break }
        for problem in problems { report(problem) }
        do { try await Task.sleep(for: .seconds(pause)) } catch { return }
        pause = min(pause * 2, Self.longestPause)
      }
    }
  }

  /// Which anchors could not be asked the last time, and why; and that too much rests on this machine's word, once it
  /// does.
  var problems: [String] {
    let now = clock().awake
    return state.withLock { state in
      let problems = state.problems.sorted { $0.key < $1.key }.map { "the anchor \($0.key): \($0.value)" }
      guard !problems.isEmpty, let late = lateness(state, now: now) else { return problems }
      return problems + [late]
    }
  }

  /// That the newest anchored checkpoint is older than it may be; `nil` when it is not.
  private func lateness(_ state: State, now: Int64) -> String? {
    let age = Span(milliseconds: now - state.anchoredAt)
    guard let limit = policy.maxLag, age > limit,
      policy.anchored(state.confirmed) < state.newest?.checkpoint.size ?? 0
    else { return nil }
    return "no checkpoint has been anchored for \(age.spoken), "
      + "and \(limit.spoken) is the most that the file of anchors allows"
  }

  /// So many seconds lie between two attempts to reach an anchor.
  private static let (pause, longestPause) = (5, 300)

  /// Brings the newest checkpoint to all anchors that have not got it, all at once.
  func anchor() async {
    let (newest, confirmed) = state.withLock { ($0.newest, $0.confirmed) }
    guard let newest, !policy.anchors.isEmpty else { return }
    let size = newest.checkpoint.size
    let journal = journal
    let history = AnchoredHistory(
      checkpoint: newest, root: { try journal.root(at: $0) },
      subtree: { try journal.subtree(level: $0, index: $1) })
    let client = client
    let answers = await withTaskGroup(of: (AnchorPolicy.Anchor, AnchorAnswer).self) { group in
      for anchor in policy.anchors where confirmed[anchor.name] ?? -1 < size {
        group.addTask { (anchor, await client.confirm(history, by: anchor)) }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for (anchor, answer) in answers { take(answer, of: anchor, newest) }
  }

  private func take(_ answer: AnchorAnswer, of anchor: AnchorPolicy.Anchor, _ checkpoint: SignedCheckpoint) {
    let reading = clock()
    state.withLock { state in
      state.problems[anchor.name] = nil
      switch answer {
      case .confirmed(let lines):
        state.confirmed[anchor.name] = checkpoint.checkpoint.size
        if policy.anchored(state.confirmed) >= checkpoint.checkpoint.size { state.anchoredAt = reading.awake }
        keep(lines, of: anchor, checkpoint, reading)
      case .unreachable(let why): state.problems[anchor.name] = why
      case .conflict(let why): state.conflict = "\(anchor.name): \(why)"
      }
    }
  }

  /// A witness's signature belongs below its checkpoint. One that cannot be kept costs nothing: the witness has it.
  private func keep(
    _ lines: String, of anchor: AnchorPolicy.Anchor, _ checkpoint: SignedCheckpoint, _ reading: ClockReading
  ) {
    guard !lines.isEmpty, let key = anchor.kind.witnessKey else { return }
    let size = checkpoint.checkpoint.size
    let kept = try? journal.keptCheckpoint(of: size)
    var signed = kept.flatMap { try? SignedCheckpoint($0.note) } ?? checkpoint
    guard (try? signed.add(lines: Array(lines.utf8), of: [key])) != nil else { return }
    try? journal.keep(checkpoint: KeptCheckpoint(size: size, at: reading.instant, note: signed.bytes), isMore: true)
  }
}

extension AnchorPolicy {
  /// Whether work forward waits for the checkpoint of an occasion.
  fileprivate func waits(for occasion: Occasion) -> Bool {
    switch occasion {
    case .wave: before.contains(.wave)
    case .irreversible: before.contains(.irreversible)
    case .time, .executor, .approval: false
    }
  }

  /// The size that enough of the anchors have confirmed.
  fileprivate func anchored(_ confirmed: [String: Int64]) -> Int64 {
    let sizes = among.compactMap { confirmed[$0] }.sorted(by: >)
    return sizes.count >= require ? sizes[require - 1] : 0
  }
}

extension AnchorPolicy.Anchor.Kind {
  fileprivate var witnessKey: VerifierKey? {
    switch self {
    case .witness(let key, _), .witnessCommand(let key, _): key
    case .file, .git, .command: nil
    }
  }
}

extension Journal {
  /// The file of the log's key. A log that goes on under another name has another key, and the old one stays.
  func keyFile(_ files: CheckpointFiles) throws -> String {
    if let named = files.key { return named }
    var lives = 1
    try entries(of: 0) { entry in
      if entry.type == "log_incarnated" { lives += 1 }
      return true
    }
    return lives > 1 ? "\(path).key-\(lives)" : "\(path).key"
  }
}
