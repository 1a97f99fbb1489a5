public import Checkpoints
internal import Conducting
internal import Foundation
internal import Glibc
public import Quantities
internal import Records

/// A witness on the auditor's own machine: a directory with a key, the keys of the logs that it knows, and one
/// checkpoint for each.
public struct WitnessDesk: Sendable {
  private let directory: String
  private let cosigner: Cosigner
  /// The key that verifies its signatures.
  public let key: VerifierKey

  /// Makes the directory of a witness, with its key.
  ///
  /// - Parameters:
  ///   - directory: where.
  ///   - name: what the witness is called, such as `auditor.example.org/w1`.
  /// - Returns: the key that verifies its signatures, for those who run the logs.
  /// - Throws: ``Refusal`` when there is one already, or it cannot be made.
  public static func make(_ directory: String, name: String) throws(Refusal) -> VerifierKey {
    guard let key = SigningKey(name: name, kind: .cosignature, seed: SystemChance().bytes(32)) else {
      throw Refusal(.usage, "`\(name)` cannot be the name of a witness: it has no spaces and no `+`")
    }
    let path = "\(directory)/\(keyFile)"
    guard !FileManager.default.fileExists(atPath: path) else {
      throw Refusal(.usage, "\(path) is there already", next: ["name another directory"])
    }
    return try refusing {
      try FileManager.default.createDirectory(
        atPath: "\(directory)/seen", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      let isMade = FileManager.default.createFile(
        atPath: path, contents: Data((key.text + "\n").utf8), attributes: [.posixPermissions: 0o600])
      guard isMade else { throw Refusal(.failed, "\(path) cannot be written") }
      if !FileManager.default.fileExists(atPath: "\(directory)/\(logsFile)") {
        let text = "# The verifier keys of the logs that this witness cosigns, one a line.\n"
        try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(logsFile)"))
      }
      return key.verifier
    }
  }

  private static let (keyFile, logsFile) = ("witness.key", "logs")

  /// Opens a witness.
  ///
  /// - Throws: ``Refusal`` when its key or its list of logs cannot be read.
  public init(_ directory: String) throws(Refusal) {
    self.directory = directory
    guard let text = try? String(contentsOfFile: "\(directory)/\(Self.keyFile)", encoding: .utf8) else {
      throw Refusal(
        .usage, "\(directory) is no witness's directory",
        next: ["sanderling audit witness --state \(directory) --init NAME"])
    }
    let logs = (try? String(contentsOfFile: "\(directory)/\(Self.logsFile)", encoding: .utf8)) ?? ""
    (cosigner, key) = try refusing {
      let key = try SigningKey(text.trimmingCharacters(in: .whitespacesAndNewlines))
      let known = try logs.split(whereSeparator: \.isNewline)
        .filter { !$0.hasPrefix("#") && !$0.allSatisfy(\.isWhitespace) }
        .map { try VerifierKey($0.trimmingCharacters(in: .whitespaces)) }
      return (Cosigner(key: key, logs: known), key.verifier)
    }
  }

  /// Answers a request. What it cosigns is durable before it answers, and one request is answered at a time.
  ///
  /// - Parameters:
  ///   - request: the body of `add-checkpoint`.
  ///   - now: the time that goes into the signature.
  /// - Returns: the answer.
  /// - Throws: ``Refusal`` when its state cannot be read or written: then it has not answered.
  public func answer(_ request: [UInt8], now: Instant) throws(Refusal) -> WitnessAnswer {
    try refusing {
      let lock = open("\(directory)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw Refusal(.failed, "\(directory)/lock cannot be taken") }
      defer { close(lock) }
      let (answer, kept) = try cosigner.answer(
        request, newest: { try newest(of: $0) }, at: now.milliseconds / 1_000)
      if let kept { try keep(kept) }
      return answer
    }
  }

  private func file(of origin: String) -> String {
    "\(directory)/seen/\(Digest(of: Array(origin.utf8)).hex).checkpoint"
  }

  private func newest(of origin: String) throws -> Checkpoint? {
    let path = file(of: origin)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    // One that is there and cannot be read is not taken for none: the witness would cosign a second history.
    let kept = try SignedCheckpoint(Array(try Data(contentsOf: URL(filePath: path))))
    _ = try kept.note.verified(by: [key])
    return kept.checkpoint
  }

  private func keep(_ checkpoint: SignedCheckpoint) throws {
    let path = file(of: checkpoint.checkpoint.origin)
    let draft = path + ".new"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Refusal(.failed, "\(draft) cannot be written") }
    let bytes = checkpoint.bytes
    let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
    close(descriptor)
    guard isWritten, rename(draft, path) == 0 else { throw Refusal(.failed, "\(path) cannot be written") }
    let folder = open("\(directory)/seen", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw Refusal(.failed, "\(directory)/seen cannot be opened") }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw Refusal(.failed, "\(directory)/seen cannot be made durable") }
  }
}
