import Engine
import Foundation
import History
import Journaling
import Operating
import Quantities
import Records
import Screens
import Testing

/// Journals that earlier formats wrote, as files: `Tests/Fixtures/journal1`. They are read for ever.
@Suite("A journal that is kept")
struct KeptJournalTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures")

  /// A copy of its own, since a reader may leave files beside it.
  private func copy(_ name: String) throws -> Shelf {
    let shelf = try Shelf()
    try FileManager.default.copyItem(
      at: Self.folder.appending(path: "\(name)/journal.sqlite3"), to: URL(filePath: shelf.journal))
    return shelf
  }

  @Test("is told as it was told then", arguments: ["journal1", "journal2"])
  func history(name: String) throws {
    let account = try copy(name).desk(access: .read).account(of: "r-1")
    let text = HistoryScreen.overview(
      Timeline.build(account.history), plan: account.index.plan, runName: account.run.name, style: Style(),
      columns: 120, zone: "Etc/UTC")
    let expected = try String(contentsOf: Self.folder.appending(path: "\(name)/history.txt"), encoding: .utf8)
    // What is said in other words now.
    let then = expected.replacing(" took over", with: " started")
    #expect(text.split(separator: "\n").dropLast() == then.split(separator: "\n").dropLast())
  }

  @Test("of format 1 takes nothing more, and says how to go on", arguments: [Journal.Access.write, .create])
  func older(access: Journal.Access) throws {
    let shelf = try copy("journal1")
    let before = try Data(contentsOf: URL(filePath: shelf.journal))
    let refusal = #expect(throws: Refusal.self) { try shelf.desk(access: access) }
    #expect(refusal?.kind == .failed)
    #expect(refusal?.what.contains("has format 1, which an earlier version wrote; this one reads it") == true)
    #expect(refusal?.what.contains("end its runs with that version, or name another file with --journal") == true)
    #expect(try Data(contentsOf: URL(filePath: shelf.journal)) == before)
  }
}
