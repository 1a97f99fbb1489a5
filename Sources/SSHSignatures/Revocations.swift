/// Keys that do not count any more: a list of keys, or a revocation list of `ssh-keygen -k`.
public enum Revocations: Sendable {
  case keys([PublicKey])
  case list(RevocationList)

  /// Reads the file.
  ///
  /// - Parameter bytes: its bytes.
  /// - Throws: ``Unreadable`` when a part of it cannot be read: nobody knows then which keys are revoked.
  public init(_ bytes: [UInt8]) throws(Unreadable) {
    if RevocationList.isOne(bytes) {
      do throws(SSHProblem) {
        self = .list(try RevocationList(bytes))
      } catch {
        throw Unreadable(problems: [.init(line: 1, message: error.message)])
      }
      return
    }
    var keys: [PublicKey] = []
    var problems: [AllowedSigners.Problem] = []
    for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      do throws(SSHProblem) {
        if number == 0 { try refuseMark(line) }
        if let key = try Self.key(in: line) { keys.append(key) }
      } catch  where !error.isOfPowerlessKey {
        problems.append(.init(line: number + 1, message: error.message))
      } catch {}
    }
    guard problems.isEmpty else { throw Unreadable(problems: problems) }
    self = .keys(keys)
  }

  private static func key(in line: ArraySlice<UInt8>) throws(SSHProblem) -> PublicKey? {
    let rest = line.drop(while: isBlank)
    guard let first = rest.first, first != UInt8(ascii: "#") else { return nil }
    if rest == [UInt8(ascii: "\r")] {
      throw SSHProblem("an empty line ends with CRLF, and OpenSSH takes that for a damaged key: end lines with LF")
    }
    return try PresentedKey(line: rest).key
  }

  /// Lines that OpenSSH would not read: it would take no signature at all then.
  public struct Unreadable: Error, Equatable, Sendable {
    public let problems: [AllowedSigners.Problem]
  }

  /// Whether everything that another list revokes is revoked by this one, too. Where that cannot be seen it is not.
  public func covers(_ other: Revocations) -> Bool {
    switch (self, other) {
    case (.keys(let mine), .keys(let theirs)): Set(theirs).isSubset(of: mine)
    case (.list(let mine), .keys(let theirs)): theirs.allSatisfy { mine.revokes($0) }
    case (.list(let mine), .list(let theirs)): mine.covers(theirs)
    case (.keys, .list): false
    }
  }

  /// Why a key does not count any more; `nil` while it does. With its authority a certificate is revoked.
  public func objection(to presented: PresentedKey) -> String? {
    let authority = presented.certificate?.authority
    switch self {
    case .keys(let keys):
      if keys.contains(presented.key) { return "the key is revoked" }
      return authority.map { keys.contains($0) } ?? false ? "the authority of the certificate is revoked" : nil
    case .list(let list):
      if list.revokes(presented.key) { return "the key is revoked" }
      if let authority, list.revokes(authority) { return "the authority of the certificate is revoked" }
      return presented.certificate.map { list.revokes($0) } ?? false ? "the certificate is revoked" : nil
    }
  }
}
