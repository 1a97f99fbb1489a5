internal import Glibc

/// What the operating system proves about who wrote into a file: that it was somebody who may. So a letter is of an
/// account only where that account alone can have put it there.
public enum AccountProof {
  /// Looks whether a letter in a journal can be of nobody but an account, root and what the account itself runs.
  ///
  /// - Parameters:
  ///   - account: who the letter says that it is of.
  ///   - journal: the path of the journal.
  /// - Returns: why nobody can know; `nil` where it is known.
  public static func objection(to account: String, journal: String) -> String? {
    let ways = "use --sign"
    var folder = String(journal[..<(journal.lastIndex(of: "/") ?? journal.startIndex)])
    if folder.isEmpty { folder = journal.hasPrefix("/") ? "/" : "." }
    guard let file = status(of: journal) else { return "the journal cannot be looked at; \(ways)" }
    for path in [folder, journal, "\(journal)-wal", "\(journal)-shm"] {
      guard let found = status(of: path) else { continue }
      let mode = String(found.st_mode & 0o7777, radix: 8)
      if found.st_mode & 0o022 != 0 {
        return "others than its owner can write \(path) (mode \(mode)), so an account proves nothing there; "
          + "chmod go-w it, or \(ways)"
      }
      if found.st_uid != file.st_uid, found.st_uid != 0 {
        return "\(path) belongs to somebody else than the journal, so an account proves nothing there; \(ways)"
      }
    }
    guard isWholeSystem else { return "this process sees other users than the system does (a namespace); \(ways)" }
    guard file.st_uid == geteuid() else {
      return "the journal does not belong to whoever looks at it, so an account proves nothing there; \(ways)"
    }
    guard let owner = name(of: file.st_uid), owner == account else {
      let owner = name(of: file.st_uid) ?? "uid \(file.st_uid)"
      return "only \(owner) can write the journal, so nobody can know that \(account) sent it; \(ways)"
    }
    return nil
  }

  /// The name of the account that this process runs as; `uid-N` where it has none, and one that nobody has in a
  /// namespace in which it may call itself whatever it likes.
  public static var ownAccount: String {
    guard isWholeSystem else { return "uid-\(getuid())-in-a-namespace" }
    return name(of: getuid()) ?? "uid-\(getuid())"
  }

  /// Whether numbers of users mean here what they mean in the system.
  private static var isWholeSystem: Bool {
    guard let file = fopen("/proc/self/uid_map", "r") else { return true }
    defer { fclose(file) }
    var bytes = [CChar](repeating: 0, count: 256)
    guard fgets(&bytes, Int32(bytes.count), file) != nil else { return false }
    let words = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      .split(whereSeparator: \.isWhitespace)
    return words == ["0", "0", "4294967295"]
  }

  private static func status(of path: String) -> stat? {
    var found = stat()
    return lstat(path, &found) == 0 ? found : nil
  }

  private static func name(of user: uid_t) -> String? {
    guard let entry = getpwuid(user), let name = entry.pointee.pw_name else { return nil }
    return String(cString: name)
  }
}
