import Auditing
import Foundation
import Journaling
import Operating
import Records
import Testing

@Suite("An auditor at the desk")
struct AuditDeskTests {
  /// A journal with a run in it.
  private func journal() async throws -> Shelf {
    let shelf = try Shelf()
    try await shelf.start()
    try await shelf.work()
    return shelf
  }

  @Test("sees one moment, however much an executor adds meanwhile")
  func moment() async throws {
    let shelf = try await journal()
    let audit = try AuditDesk(shelf.journal, surroundings: shelf.surroundings())
    let before = try await audit.verify(trust: nil, witness: nil)
    try await shelf.send(.approve(Scope("two")))
    try await shelf.work()
    let then = try await audit.verify(trust: nil, witness: nil)
    #expect(then.flaws.isEmpty && then.size == before.size, "\(then.flaws)")
    let after = try await AuditDesk(shelf.journal, surroundings: shelf.surroundings()).verify(trust: nil, witness: nil)
    #expect(after.flaws.isEmpty && after.size > then.size, "\(after.flaws)")
  }

  @Test(
    "is told when what is to be trusted pins nothing, or cannot be read",
    arguments: ["", "rubbish\n", "log.example+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2\n"])
  func trust(text: String) async throws {
    let shelf = try await journal()
    let folder = "\(shelf.directory)/trusted"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if !text.isEmpty { try Data(text.utf8).write(to: URL(filePath: "\(folder)/key")) }
    let found = try await AuditDesk(shelf.journal, surroundings: shelf.surroundings()).verify(
      trust: folder, witness: nil)
    #expect(found.unjudged.contains { $0.contains("nothing is pinned by it") }, "\(found.unjudged)")
    #expect(text.isEmpty || found.unjudged.contains { $0.contains("/key is neither") }, "\(found.unjudged)")
  }
}
