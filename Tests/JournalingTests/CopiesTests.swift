import Foundation
import GRDB
import Quantities
import Records
import Testing

@testable import Journaling

/// What a journal has beside the log, changed behind its back.
@Suite("A journal")
struct CopiesTests {
  private let path = FileManager.default.temporaryDirectory.appending(path: "copies-\(UUID().uuidString)/j.sqlite")
    .path(percentEncoded: false)
  private let clock = RecordTests.clock

  private func open() throws -> Journal {
    try Journal(path: path, access: .create, clock: clock, chance: SeededChance(seed: 1))
  }

  private func draft(_ text: String) -> Draft { RecordTests.draft(text) }

  @Test("leaves a snapshot of another run aside")
  func snapshotOfAnother() throws {
    let journal = try open()
    try journal.write(under: nil, clock: clock) { try RecordTests.keep(snapshot: [1], of: 1, format: 1, in: &$0) }
    try journal.queue.write { try $0.execute(sql: "UPDATE snapshots SET run = 2") }
    #expect(try journal.snapshot(of: 2, format: 1) == nil)
  }

  @Test("takes an entry that its columns file under another run for damage")
  func misfiled() throws {
    let journal = try open()
    try journal.write(under: nil, clock: clock) { try $0.append(draft("mine")) }
    try journal.queue.write {
      try $0.execute(sql: "DROP TRIGGER events_are_not_updated; UPDATE events SET run = 2 WHERE seq = 1")
    }
    #expect(throws: JournalError.corrupt(path: path, detail: "event 1 of r-1 lies in another place")) {
      try journal.entries(of: 2) { _ in true }
    }
    #expect(try journal.numbers() == [2])
  }

  /// The page for auditors lists each column, with what checks it: what is read beside the log must not be believed.
  @Test("has no column of which nobody has said what checks it")
  func columns() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/audit.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let section = try #require(text.components(separatedBy: "## What lies beside the log").dropFirst().first)
    let rows = section.components(separatedBy: "\n## ")[0].split(separator: "\n").filter { $0.hasPrefix("| `") }
    var listed: [String] = []
    for row in rows {
      let cells = row.split(separator: "|")
      let names = cells[0].split(separator: "`").map(String.init).filter { $0.contains(".") }
      listed += names
      #expect(cells.count == 3, "\(row)")
    }
    let journal = try open()
    let columns = try journal.queue.read { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT t.name || '.' || c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'
          """)
    }
    #expect(listed.sorted() == columns.sorted())
  }
}
