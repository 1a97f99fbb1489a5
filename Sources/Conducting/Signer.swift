internal import Foundation
internal import Glibc
public import SSHSignatures

/// Asks `ssh-keygen` to sign, which has the keys: in files, with or without passphrases, in an agent, in tokens.
public enum Signer {
  /// Why a signature was not made.
  public struct Problem: Error, Equatable, Sendable {
    /// What is wrong, in one sentence without a full stop.
    public let message: String
    /// What to do, where that is known.
    public let next: String?
  }

  /// Signs a line with a private key or, for a public one, with the agent.
  ///
  /// With a terminal, `ssh-keygen` asks for a passphrase or a touch there, for as long as that takes: it is a part of
  /// the foreground. Without one it is ended after a minute.
  ///
  /// - Parameters:
  ///   - line: what is signed.
  ///   - key: the file of the key.
  ///   - namespace: for which purpose.
  ///   - program: what signs.
  /// - Returns: the signature, in its armour.
  /// - Throws: ``Problem`` when it cannot be made.
  public static func sign(
    _ line: String, key: String, for namespace: String = Trust.namespace, program: String = "ssh-keygen"
  ) throws(Problem) -> String {
    guard FileManager.default.isReadableFile(atPath: key) else {
      throw Problem(message: "there is no key at `\(key)` that can be read", next: "name another with --key FILE")
    }
    return try inPrivateDirectory { (directory) throws(Problem) in
      let file = "\(directory)/statement"
      try write(line, to: file)
      let words = try run(
        [program, "-Y", "sign", "-q", "-n", namespace, "-f", key, file], words: "\(directory)/words")
      guard let text = try? String(contentsOfFile: "\(file).sig", encoding: .utf8),
        let signature = try? ArmouredSignature(armour: Array(text.utf8))
      else { throw problem(key, words) }
      // Whatever stands in its place: what it made has to be a signature of this line.
      do throws(SSHProblem) { try signature.verify(Array(line.utf8)) } catch {
        throw Problem(message: "what \(program) made is no signature of the statement: \(error.message)", next: nil)
      }
      return text
    }
  }

  /// Whether somebody can be asked here.
  private static var hasTerminal: Bool { isatty(STDIN_FILENO) == 1 }

  private static func problem(_ key: String, _ words: String) -> Problem {
    let agent = "put it into an agent with `ssh-add \(key)` and sign with --key \(key).pub"
    let isLocked = words.contains("passphrase") || words.contains("askpass")
    if isLocked, !hasTerminal {
      return Problem(
        message: "the key `\(key)` has a passphrase, and there is no terminal to ask for it", next: agent)
    }
    return Problem(
      message: "ssh-keygen could not sign with `\(key)`: \(words.isEmpty ? "it did not say why" : words)",
      next: isLocked ? agent : "name another key with --key FILE")
  }

  private static func inPrivateDirectory<Result>(
    _ body: (String) throws(Problem) -> Result
  ) throws(Problem) -> Result {
    let directory = "\(NSTemporaryDirectory())/sanderling-\(UUID().uuidString)"
    // Made by us or not at all, and open to nobody else.
    guard mkdir(directory, 0o700) == 0 else {
      throw Problem(message: "there is no place for temporary files", next: "name a directory in TMPDIR")
    }
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try body(directory)
  }

  private static func write(_ text: String, to path: String) throws(Problem) {
    let isWritten = FileManager.default.createFile(
      atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    guard isWritten else { throw Problem(message: "a temporary file cannot be written", next: nil) }
  }

  /// Without a terminal: what waits for a touch or an agent is ended.
  private static let limit: UInt32 = 60

  /// Runs a program in the process group of this one: only that may talk to the terminal.
  ///
  /// - Returns: the last line that it wrote to its standard error.
  private static func run(_ arguments: [String], words: String) throws(Problem) -> String {
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    if !hasTerminal { posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) }
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, words, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var environment = ProcessInfo.processInfo.environment
    // No window of a desktop: the terminal, or nothing.
    environment["SSH_ASKPASS_REQUIRE"] = "never"
    var child = pid_t()
    let status = withStrings(arguments) { argv in
      withStrings(environment.map { "\($0)=\($1)" }) { envp in
        posix_spawnp(&child, arguments[0], &files, nil, argv, envp)
      }
    }
    guard status == 0 else {
      throw Problem(
        message: "there is no \(arguments[0]) on this machine",
        next: "install OpenSSH's client, or print the statement with --print and sign it elsewhere")
    }
    let alarm = hasTerminal ? nil : DispatchWorkItem { kill(child, SIGKILL) }
    if let alarm { DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(Int(limit)), execute: alarm) }
    var ending: Int32 = 0
    while waitpid(child, &ending, 0) == -1, errno == EINTR {}
    alarm?.cancel()
    let text = (try? String(contentsOfFile: words, encoding: .utf8)) ?? ""
    return String((text.split(whereSeparator: \.isNewline).last ?? "").prefix(300))
  }

  private static func withStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let pointers = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
  }
}
