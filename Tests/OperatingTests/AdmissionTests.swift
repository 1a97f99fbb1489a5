import Engine
import Foundation
import Journaling
import Looping
import Operating
import Plans
import Quantities
import Records
import Testing

/// From every effect back to those who let it happen.
@Suite("What a run did")
struct AdmissionTests {
  private static func entries(of shelf: Shelf) throws -> [Int64: Entry] {
    let journal = try Journal(
      path: shelf.journal, access: .read, clock: shelf.surroundings().clock(), chance: SeededChance(seed: 1))
    var entries: [Int64: Entry] = [:]
    try journal.entries(of: 1) { entry in
      entries[entry.seq] = entry
      return true
    }
    return entries
  }

  /// What an entry follows from, the nearest first.
  private static func causes(of seq: Int64, in entries: [Int64: Entry]) -> [Entry] {
    var (found, next): ([Entry], Int64?) = ([], seq)
    while let seq = next, let entry = entries[seq] {
      found.append(entry)
      next = entry.cause
    }
    return found
  }

  @Test("leads back from each effect to the approvals that let it begin, the persons who gave them, and the plan")
  func effects() async throws {
    let shelf = try Shelf(
      """
      sanderling: 1
      runbook: moved
      inventories: { sites: sites.csv }
      phases:
        - id: one
          approve: { count: 2, role: manager }
          stages:
            - { id: s, targets: sites, waves: { size: 1, tolerate: 0 }, steps: [ { id: a, uses: noop, undo: none } ] }
        - id: two
          approve: { count: 1, role: manager }
          stages: [ { id: s, steps: [ { id: a, uses: noop, undo: none } ] } ]
      """)
    try await shelf.start()
    try await shelf.work()
    for person in ["ola", "ida"] { try await shelf.send(.approve(Scope("one")), as: person) }
    try await shelf.work()
    try await shelf.send(.approve(Scope("two")), as: "ida")
    try await shelf.work()
    let entries = try Self.entries(of: shelf)
    let effects = entries.values.filter { $0.type == "step_intended" }.sorted { $0.seq < $1.seq }
    #expect(effects.map(\.subject) == ["one/s/1/ams/a", "one/s/2/lis/a", "two/s/1/-/a"])
    let people = try shelf.desk(access: .read).account(of: "r-1").index.plan.people
    for (effect, names) in zip(effects, [["ida", "ola"], ["ida", "ola"], ["ida"]]) {
      let causes = Self.causes(of: effect.seq, in: entries)
      let wave = try #require(causes.first { $0.type == "wave_started" })
      let admission = (wave.data["admitted_by"]?.array ?? []).compactMap(\.integer).compactMap { entries[$0] }
      let scope = String(effect.subject.prefix(3))
      let approvals = admission.filter { $0.type == "approval_counted" }
      #expect(approvals.allSatisfy { $0.subject == scope && $0.seq < effect.seq })
      // Each approval leads on to the command that brought it, and to who sent that.
      let senders = approvals.compactMap { approval in approval.cause.flatMap { entries[$0] }?.actor.id }
      #expect(senders.compactMap { id in people.first { $0.id == id }?.name }.sorted() == names)
      #expect(causes.last?.type == "run_created" && effect.plan != nil)
    }
  }
}
