internal import Dispatch
public import Engine
internal import Foundation
internal import Glibc
public import Looping
public import Plans
public import Records
internal import Synchronization

/// Signing and verifying with `ssh-keygen`, as git does it.
public enum Signatures {
  /// Why a signature was not made or does not count.
  public struct Problem: Error, Equatable, Sendable {
    /// What is wrong, in one sentence without a full stop.
    public let message: String
  }

  /// Signs a line with a private key or, for a public one, with the agent.
  ///
  /// - Returns: the signature, in the armour of `ssh-keygen`.
  /// - Throws: ``Problem`` when it cannot be made.
  public static func sign(_ line: String, key: String) throws(Problem) -> String {
    try inPrivateDirectory { (directory) throws(Problem) in
      let file = "\(directory)/statement"
      try write(line, to: file)
      let result = try run(["-Y", "sign", "-q", "-n", Statement.namespace, "-f", key, file], input: "")
      guard result.status == 0, let signature = try? String(contentsOfFile: "\(file).sig", encoding: .utf8) else {
        throw Problem(message: "ssh-keygen could not sign with `\(key)`: \(result.words)")
      }
      return signature
    }
  }

  /// Makes sure that a principal signed a line, by keys that are allowed and not revoked.
  ///
  /// - Throws: ``Problem`` when it did not, or that cannot be told.
  public static func verify(_ line: String, signature: String, principal: String, keys: PlannedKeys) throws(Problem) {
    try inPrivateDirectory { (directory) throws(Problem) in
      try write(keys.allowedSigners, to: "\(directory)/allowed_signers")
      try write(signature, to: "\(directory)/signature")
      var arguments = [
        "-Y", "verify", "-n", Statement.namespace, "-I", principal, "-f", "\(directory)/allowed_signers", "-s",
        "\(directory)/signature",
      ]
      if let revoked = keys.revoked {
        try write(revoked, to: "\(directory)/revoked")
        arguments += ["-r", "\(directory)/revoked"]
      }
      let result = try run(arguments, input: line)
      // Its word, and not its end alone: an end that somebody else collected looks like success.
      guard result.status == 0, result.words.hasPrefix("Good ") else {
        throw Problem(message: "the signature does not count: \(result.words)")
      }
    }
  }

  /// Looks at a signature: any of the principals may have made it.
  public static func verdict(on check: SignatureCheck) -> SignatureVerdict {
    var problem = "the person has no principal"
    for principal in check.principals {
      do throws(Problem) {
        try verify(check.line, signature: check.signature, principal: principal, keys: check.keys)
        return .holds(principal: principal)
      } catch {
        problem = error.message
      }
    }
    return .refused(problem)
  }

  /// The same on a thread of its own, since `ssh-keygen` takes its time.
  static func verdict(on check: SignatureCheck, then: @escaping @Sendable (SignatureVerdict) -> Void) {
    DispatchQueue.global().async { then(verdict(on: check)) }
  }

  private static func inPrivateDirectory<Result>(
    _ body: (String) throws(Problem) -> Result
  ) throws(Problem) -> Result {
    let directory = "\(NSTemporaryDirectory())/sanderling-\(UUID().uuidString)"
    // Made by us or not at all, and open to nobody else.
    guard mkdir(directory, 0o700) == 0 else { throw Problem(message: "there is no place for temporary files") }
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try body(directory)
  }

  private static func write(_ text: String, to path: String) throws(Problem) {
    let isWritten = FileManager.default.createFile(
      atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    guard isWritten else { throw Problem(message: "a temporary file cannot be written") }
  }

  /// `ssh-keygen` needs some thousandths of a second; one that waits for a terminal or an agent is ended.
  private static let limit = 10

  /// Runs `ssh-keygen`, or another program in its place, for so many seconds at most.
  static func run(
    _ arguments: [String], input: String, program: String = "ssh-keygen", seconds: Int = limit
  ) throws(Problem) -> (status: Int32, words: String) {
    let process = Process()
    let (source, sink) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardInput = source
    process.standardOutput = sink
    process.standardError = sink
    do { try process.run() } catch { throw Problem(message: "\(program) cannot be started: \(error)") }
    let child = process.processIdentifier
    let isOver = Mutex(false)
    let alarm = DispatchWorkItem { isOver.withLock { if !$0 { kill(child, SIGKILL) } } }
    DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds), execute: alarm)
    try? source.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try? source.fileHandleForWriting.close()
    let output = sink.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    isOver.withLock { $0 = true }
    alarm.cancel()
    if process.terminationReason == .uncaughtSignal {
      throw Problem(message: "\(program) did not end within \(seconds) s")
    }
    if process.terminationStatus == 127 { throw Problem(message: "there is no \(program) on this machine") }
    let words =
      String(decoding: output, as: UTF8.self).split(separator: "\n").last.map(String.init) ?? "no word from it"
    return (process.terminationStatus, String(words.prefix(300)))
  }
}

extension Door {
  /// Looks at a letter, its signature included, and waits for that.
  ///
  /// - Returns: the command with the person's place in the plan, and what is wrong with it, if something is; `nil` when
  ///   the letter cannot be read.
  /// - Throws: ``JournalError`` when the record cannot be asked.
  public func admit(_ letter: Letter) throws(JournalError) -> OperatorCommand? {
    switch try look(at: letter) {
    case .unreadable: return nil
    case .command(let command): return command
    case .signed(let check):
      guard case .command(let command) = try look(at: letter, verdict: Signatures.verdict(on: check)) else {
        return nil
      }
      return command
    }
  }
}
