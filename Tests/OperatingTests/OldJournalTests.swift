import Conducting
import Engine
import Foundation
import GRDB
import History
import Journaling
import Operating
import Plans
import Quantities
import Records
import Screens
import Testing

/// A run that the version before plans of format 2 recorded: `Tests/Fixtures/format1/README.md`.
@Suite("A journal that an older version wrote")
struct OldJournalTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/format1")

  private static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  /// The runbook with its journal, where it would lie today. Entries keep their numbers, times and fields; `last` cuts
  /// the log after one.
  private func shelf(upTo last: Int64 = .max) throws -> Shelf {
    let shelf = try Shelf()
    for name in ["runbook.yaml", "trust/people.yaml"] {
      try shelf.write(name, String(try Self.text("recorded/\(name)").dropLast()))
    }
    let clock = WallClock().read()
    let journal = try Journal(path: shelf.journal, access: .create, clock: clock, chance: SystemChance())
    let plan = Array(try Data(contentsOf: Self.folder.appending(path: "recorded-plan.json")))
    // That version left nothing in the log when it entered a run.
    let digest = try journal.keep(blob: KeptBlob(plan), clock: clock).hex
    let directory = shelf.book
    try DatabaseQueue(path: shelf.journal).write { database in
      try database.execute(
        sql: "INSERT INTO registry VALUES (1, 'recorded', 'lab', ?, ?, 0, NULL)", arguments: [digest, directory])
    }
    try journal.write(under: nil, clock: clock) { batch in
      let person = try batch.pseudonym(ofAccount: "root")
      for line in try Self.text("journal.txt").split(separator: "\n").dropFirst() {
        let parts = line.split(separator: "\t").map { Array($0.utf8) }
        let entry = try Entry(body: parts[0], payload: parts.count > 1 ? parts[1] : nil, path: "journal.txt")
        guard entry.seq <= last else { return }
        var actor = entry.actor
        if actor.kind == .person { actor.id = person }
        let seq = try batch.append(
          Draft(
            run: entry.run, type: entry.type, subject: entry.subject, at: entry.at, cause: entry.cause, actor: actor,
            plan: entry.plan, data: entry.data.canonicalBytes, payload: entry.payload?.canonicalBytes))
        #expect(seq == entry.seq)
      }
      if last == .max { try batch.note(outcome: "done", of: 1) }
    }
    return shelf
  }

  @Test("stands as that version said")
  func state() throws {
    let standing = try shelf().desk(access: .read).standing()
    #expect(standing.refusal == nil)
    let state = try #require(standing.runs.first).state
    #expect(state.outcome == .done && state.doneCount == 3 && state.plan.targetCount == 4)
  }

  /// What is said in other words now, and how it was said then.
  private static let words = [
    ("approval is needed: ", "asked for approval: "),
    ("in doubt, a person decides: ", "in doubt: "), ("the gate's hold begins again: ", "gate, hold broken: "),
    ("trigger overload fired", "overload fired"), ("  by ola", "  by root"),
    ("undone alone: move", "undone alone"),
    ("a person does this and says so with `sanderling resolve`", "handed to a person"),
  ]

  @Test("is told as that version told it, but for better words")
  func history() throws {
    let account = try shelf().desk(access: .read).account(of: "r-1")
    // Wide enough that nothing is cut off; then, some lines were.
    var text = HistoryScreen.overview(
      Timeline.build(account.history), plan: account.index.plan, runName: account.run.name, style: Style(),
      columns: 200, zone: "GMT")
    for (now, then) in Self.words { text = text.replacing(now, with: then) }
    let (told, expected) = (text.split(separator: "\n"), try Self.text("history.txt").split(separator: "\n"))
    #expect(told.count == expected.count)
    for (line, other) in zip(told, expected).dropFirst() {
      #expect(other.hasSuffix("…") ? line.hasPrefix(other.dropLast()) : line == other, "\(line)\n\(other)")
    }
  }

  @Test("can be read wherever it ends", arguments: [1, 14, 40, 60, 77, 100, 130].map { Int64($0) })
  func prefixes(last: Int64) throws {
    let desk = try shelf(upTo: last).desk(access: .read)
    #expect(try desk.account(of: "r-1").history.records.count == Int(last))
    #expect(try desk.standing().runs.count == 1)
  }

  /// The same runbook has another digest now, since no sentence is in it any more: it was done all the same.
  @Test("keeps what was done from being done again")
  func done() async throws {
    let shelf = try shelf()
    let refusal = await #expect(throws: Refusal.self) { try await shelf.start() }
    #expect(refusal?.kind == .needless, "\(String(describing: refusal))")
  }
}
