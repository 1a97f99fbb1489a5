import Foundation
import Testing

@testable import Conducting

@Suite("What an account proves")
struct AccountProofTests {
  let folder: String
  var journal: String { "\(folder)/journal.sqlite" }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "account-\(UUID().uuidString)")
      .path(percentEncoded: false)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in ["journal.sqlite", "journal.sqlite-wal"] { try Data().write(to: URL(filePath: "\(folder)/\(name)")) }
    try set(0o700, folder)
    for name in ["", "-wal"] { try set(0o600, journal + name) }
  }

  private func set(_ mode: Int, _ path: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  @Test("is that its owner wrote a file that nobody else can write")
  func owner() throws {
    #expect(AccountProof.objection(to: AccountProof.ownAccount, journal: journal) == nil)
    try set(0o755, folder)
    try set(0o644, journal)
    #expect(AccountProof.objection(to: AccountProof.ownAccount, journal: journal) == nil, "reading proves nothing")
    let other = AccountProof.objection(to: "somebody-else", journal: journal)
    #expect(
      other
        == "only \(AccountProof.ownAccount) can write the journal, so nobody can know that somebody-else sent it; use --sign"
    )
  }

  @Test("is nothing where others can write", arguments: ["", "journal.sqlite", "journal.sqlite-wal"], [0o002, 0o020])
  func others(name: String, mode: Int) throws {
    let path = name.isEmpty ? folder : "\(folder)/\(name)"
    try set(0o700 | mode, path)
    let why = AccountProof.objection(to: AccountProof.ownAccount, journal: journal)
    #expect(why?.hasPrefix("others than its owner can write \(path)") == true, "\(why ?? "")")
  }

  @Test("is nothing where there is no journal")
  func missing() {
    #expect(AccountProof.objection(to: AccountProof.ownAccount, journal: "\(folder)/none") != nil)
  }
}
