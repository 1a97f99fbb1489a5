import Auditing
import Engine
import Foundation
import GRDB
import Journaling
import Operating
import Quantities
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

  @Test("writes a bundle that nobody else can read")
  func modes() async throws {
    let shelf = try await journal()
    let bundle = "\(shelf.directory)/bundle"
    try AuditDesk(shelf.journal, surroundings: shelf.surroundings()).export(to: bundle)
    let files = try FileManager.default.subpathsOfDirectory(atPath: bundle)
    #expect(files.count > 6)
    for file in files.map({ "\(bundle)/\($0)" }) + [bundle] {
      let facts = try FileManager.default.attributesOfItem(atPath: file)
      let isFolder = facts[.type] as? FileAttributeType == .typeDirectory
      #expect(facts[.posixPermissions] as? Int == (isFolder ? 0o700 : 0o600), "\(file)")
    }
  }

  @Test("prunes no run in which a command waits, and names it; each run once; and what is owed once more")
  func prunes() async throws {
    let shelf = try Shelf(StartTests.short)
    let bundle = "\(shelf.directory)/bundle"
    try await shelf.start()
    #expect(try await shelf.work().way == .finished(.done))
    try AuditDesk(shelf.journal, surroundings: shelf.surroundings()).export(to: bundle)
    func ask(_ runs: [String], before: Instant? = nil) throws -> PruneAsk {
      PruneAsk(runs: runs, before: before, archive: bundle, reason: try Reason("kept for long"))
    }
    let clock = shelf.surroundings().clock()
    let journal = try Journal(path: shelf.journal, access: .write, clock: clock, chance: SeededChance(seed: 9))
    let letter = Letter(
      id: "0123456789", run: 1, subject: "", command: #"{"command":"pause","reason":"wait for me"}"#, person: "ola",
      auth: "os", sent: clock.instant)
    try journal.send(letter)
    for before in [nil, Instant(milliseconds: 4_000_000_000_000)] {
      let waits = try await refusal { _ = try await shelf.desk().prunable(try ask(["r-1"], before: before)) }
      #expect(waits.kind == .failed && waits.message.contains("the command pause (01234567) of ola waits"), "\(waits)")
    }
    let all = Instant(milliseconds: 4_000_000_000_000)
    let none = try await refusal { _ = try await shelf.desk().prunable(try ask([], before: all)) }
    #expect(none.kind == .needless && none.next.contains { $0.contains("r-1 stays: the command pause") }, "\(none)")
    #expect(try journal.withdraw(letter))
    let prunable = try await shelf.desk().prunable(try ask(["r-1", "r-1"]))
    #expect(prunable.runs.map(\.name) == ["r-1"] && prunable.staying.isEmpty)
    #expect(try shelf.desk().prune(prunable).map(\.number) == [1])
    let twice = try await refusal { _ = try await shelf.desk().prunable(try ask(["r-1"])) }
    #expect(twice.kind == .failed && twice.message == "r-1 cannot go: it was pruned already")
    // As after a command that was killed before the pages were written anew.
    try await DatabaseQueue(path: shelf.journal).write { try $0.execute(sql: "INSERT INTO forgetting VALUES (1, 0)") }
    let audit = try await AuditDesk(shelf.journal, surroundings: shelf.surroundings()).verify(trust: nil, witness: nil)
    #expect(audit.verdict == .intact && audit.remarks.contains(Journal.forgettingWords), "\(audit.flaws)")
    let finished = try await refusal { _ = try await shelf.desk().prunable(try ask(["r-1"])) }
    #expect(finished.kind == .needless && finished.message.contains("out of the file"), "\(finished)")
    #expect(try !journal.owesForgetting())
  }

  @Test("finishes what an erasure owes, and takes no reason that names somebody")
  func erases() async throws {
    let shelf = try await journal()
    let named = try await refusal {
      _ = try shelf.desk(access: .write).erase("ida", reason: try Reason("Ida asked for it"))
    }
    #expect(named.kind == .usage && named.next.contains { $0.contains("a ticket") }, "\(named)")
    #expect(try shelf.desk(access: .write).erase("ida", reason: try Reason("asked for it")).people.count == 1)
    try await DatabaseQueue(path: shelf.journal).write { try $0.execute(sql: "INSERT INTO forgetting VALUES (1, 0)") }
    #expect(try shelf.desk(access: .write).erase("ida", reason: try Reason("asked for it")).finishesEarlier)
    let nobody = try await refusal {
      _ = try shelf.desk(access: .write).erase("ida", reason: try Reason("asked for it"))
    }
    #expect(nobody.kind == .failed, "\(nobody)")
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
