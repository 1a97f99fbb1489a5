import Foundation
import GRDB
import Journaling
import Quantities
import Records
import Testing

/// Entries that are taken out, while the tree over them stays what it was.
@Suite("A journal whose runs are pruned")
struct PruningTests {
  private let clock = ClockReading(instant: Instant(milliseconds: 1_800_000_000_000), monotonic: 5, boot: "b")
  private let path = FileManager.default.temporaryDirectory.appending(path: "prune-\(UUID().uuidString)/j.sqlite")
    .path(percentEncoded: false)

  private struct Missing: Error, Equatable {}

  /// Three runs whose entries are mixed, so that no low subtree is of one run alone.
  private func journal() throws -> (journal: Journal, runs: [RegisteredRun]) {
    let journal = try Journal(path: path, access: .create, clock: clock, chance: SeededChance(seed: 3))
    let runs = try (1...3).map { number in
      try #require(
        try journal.register(
          runbook: "book\(number)", environment: "local", plan: KeptBlob(Array("{\"plan\":\(number)}".utf8)),
          directory: "/srv", after: nil, clock: clock))
    }
    try journal.write(under: nil, clock: clock) { batch in
      for place in 0..<70 {
        try batch.append(
          Draft(
            run: Int64(place % 3) + 1, type: "tested", subject: "\(place)", at: clock.instant, cause: 0,
            actor: .engine(rule: "test"), plan: runs[place % 3].plan, data: Array("{\"number\":\(place)}".utf8),
            payload: place % 2 == 0 ? Array("{\"reason\":\"words \(place)\"}".utf8) : nil))
      }
      for run in runs.dropLast() { try batch.note(outcome: "done", of: run.number) }
    }
    return (journal, try journal.runs().reversed())
  }

  @discardableResult
  private func prune(
    _ runs: ArraySlice<RegisteredRun>, in journal: Journal, failingAt limit: Int = .max
  ) throws -> (runs: [Pruning.Run], seen: Int) {
    var seen = 0
    let pruned = try journal.prune(
      Array(runs), archive: Digest(of: [1]), reason: "old", actor: "ola", clock: clock
    ) { _, _, _ in
      seen += 1
      if seen == limit { throw Missing() }
    }
    return (pruned, seen)
  }

  @Test("has every root that it had, grows as before, and takes nothing more for a pruned run")
  func roots() throws {
    let (journal, runs) = try journal()
    let size = try journal.checkpoint().size
    let before = try (0...size).map { try #require(try journal.root(at: $0)) }
    let (pruned, seen) = try prune(runs.prefix(2), in: journal)
    #expect(pruned.map(\.number) == [1, 2] && Int64(seen) == pruned.reduce(0) { $0 + $1.count })
    #expect(try (0...size).map { try #require(try journal.root(at: $0)) } == before)
    #expect(try journal.checkpoint().size == size + 1)
    #expect(try journal.isPruned(run: 1) && !journal.isPruned(run: 3))
    let again = try Journal(path: path, access: .write, clock: clock, chance: SeededChance(seed: 4))
    #expect(try (0...size).map { try #require(try again.root(at: $0)) } == before)
    #expect(throws: JournalError.self) { try again.takeOver(run: 1, owner: "x", clock: clock) }
    #expect(throws: JournalError.self) {
      try again.write(under: nil, clock: clock) { batch in
        try batch.append(
          Draft(
            run: 2, type: "tested", subject: "", at: clock.instant, cause: 0, actor: .engine(rule: "test"),
            plan: nil, data: Array("{}".utf8), payload: nil))
      }
    }
    // What is left stands in its place, and the log still refuses every deletion.
    let page = try again.page(from: 0, count: 1_000)
    #expect(page.rows.map(\.seq) == Array(0...size) && page.rows.count { $0.pruned != nil } == seen)
    #expect(try again.storedEntry(pruned[0].first) == nil && again.storedEntry(size)?.type == Pruning.type)
    var entries = 0
    try again.storedEntries { _ in
      entries += 1
      return true
    }
    #expect(Int64(entries) == size + 1 - Int64(seen))
    let other = try DatabaseQueue(path: path)
    #expect(throws: DatabaseError.self) { try other.write { try $0.execute(sql: "DELETE FROM events WHERE seq = 0") } }
    #expect(throws: DatabaseError.self) { try other.write { try $0.execute(sql: "DELETE FROM pruned") } }
    // The plans of the two are gone but for what another run names.
    let kept = try runs.map { try again.blob($0.plan) != nil }
    #expect(kept == [false, false, true])
    #expect(try String(contentsOfFile: path, encoding: .isoLatin1).contains("words 0") == false)
  }

  @Test("is as it was when something is not in the bundle, wherever that is found", arguments: [1, 2, 40, 47])
  func allOrNothing(limit: Int) throws {
    let (journal, runs) = try journal()
    let before = try journal.checkpoint()
    #expect(throws: Missing.self) { try prune(runs.prefix(2), in: journal, failingAt: limit) }
    #expect(try journal.checkpoint().root == before.root && !journal.isPruned(run: 1))
    #expect(try journal.page(from: 0, count: 1_000).rows.allSatisfy { $0.pruned == nil })
    let other = try DatabaseQueue(path: path)
    #expect(throws: DatabaseError.self) { try other.write { try $0.execute(sql: "DELETE FROM events WHERE seq = 0") } }
    try prune(runs.prefix(2), in: journal)
  }

  @Test("takes nothing out while an executor is at work")
  func busy() throws {
    let (journal, runs) = try journal()
    let lease = try journal.takeOver(run: 3, owner: "somebody", clock: clock)
    #expect(throws: JournalError.busy(run: 3, owner: "somebody")) { try prune(runs.prefix(1), in: journal) }
    _ = lease
  }
}
