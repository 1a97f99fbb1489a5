public import Checkpoints
internal import Foundation
internal import Glibc
public import Records

/// The key with which a journal's checkpoints are signed: a file of its own, never a part of the journal.
public enum JournalKeyFile {
  /// Why there is no key.
  public struct Problem: Error, Equatable, Sendable {
    /// What is wrong and what to do, in sentences without a full stop.
    public let message: String
  }

  /// Reads the key, and makes it when there is none.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - origin: the name of the log: the name of its key.
  ///   - chance: where the key comes from.
  /// - Returns: the key.
  /// - Throws: ``Problem`` when the file cannot be used; it is left as it is.
  public static func open(_ path: String, origin: String, chance: any Chance) throws(Problem) -> SigningKey {
    if !FileManager.default.fileExists(atPath: path) { try make(path, origin: origin, chance: chance) }
    return try read(path, origin: origin)
  }

  /// Reads the key.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - origin: the name of the log.
  /// - Returns: the key.
  /// - Throws: ``Problem`` when the file cannot be used.
  public static func read(_ path: String, origin: String) throws(Problem) -> SigningKey {
    var status = stat()
    guard stat(path, &status) == 0, let data = FileManager.default.contents(atPath: path) else {
      throw Problem(
        message: "the key of the journal, \(path), cannot be read; name another file with --journal-key, or let its "
          + "owner run this")
    }
    guard status.st_mode & 0o007 == 0 else {
      throw Problem(message: "everybody can read the key of the journal; say `chmod 600 \(path)`")
    }
    let key: SigningKey
    do throws(NoteError) {
      key = try SigningKey(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    } catch {
      throw Problem(message: "\(path) is no key of a journal: \(error.message)")
    }
    guard key.verifier.name == origin, key.verifier.kind == .note else {
      throw Problem(
        message: "\(path) is the key of `\(key.verifier.name)`, and this journal is `\(origin)`; name the right one "
          + "with --journal-key, or move it away to have a new one made")
    }
    return key
  }

  /// Makes the file whole or not at all: two processes that begin at once have one key.
  private static func make(_ path: String, origin: String, chance: any Chance) throws(Problem) {
    guard let key = SigningKey(name: origin, kind: .note, seed: chance.bytes(32)) else {
      throw Problem(message: "a journal that is called `\(origin)` can have no key")
    }
    let draft = "\(path).\(getpid()).new"
    defer { unlink(draft) }
    let descriptor = Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    let text = Array((key.text + "\n").utf8)
    let isWritten = descriptor >= 0 && write(descriptor, text, text.count) == text.count && fsync(descriptor) == 0
    if descriptor >= 0 { close(descriptor) }
    guard isWritten, link(draft, path) == 0 || errno == EEXIST else {
      throw Problem(
        message: "the key of the journal, \(path), cannot be made: \(String(cString: strerror(errno))); name another "
          + "file with --journal-key")
    }
  }
}
