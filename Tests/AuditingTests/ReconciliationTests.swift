import Auditing
import Foundation
import Journaling
import Quantities
import Records
import Testing

@Suite("A provider's log against the record")
struct ReconciliationTests {
  private let journal: Journal
  private static let start = Instant(milliseconds: 1_800_000_000_000)

  private static func minutes(_ count: Int64) -> Instant { start + Span(milliseconds: count * 60_000) }

  /// A request on `ams-1` from minute 10 to 20, one on `lis-1` whose doubt from minute 40 is settled at 90, and one
  /// that is still at work on `par-1`.
  init() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "reconcile-\(UUID().uuidString)/j.sqlite")
      .path(percentEncoded: false)
    let clock = ClockReading(instant: Self.start, monotonic: 0, boot: "b")
    let journal = try Journal(path: path, access: .create, clock: clock, chance: SeededChance(seed: 2))
    self.journal = journal
    let said: [(String, String, Int64, String?)] = [
      ("step_intended", "p/s/1/ams-1/move", 10, "key-ams"), ("step_succeeded", "p/s/1/ams-1/move", 20, nil),
      ("step_intended", "p/s/1/lis-1/move", 30, "key-lis"), ("step_came_in_doubt", "p/s/1/lis-1/move", 40, nil),
      ("step_settled", "p/s/1/lis-1/move", 90, nil), ("step_intended", "p/s/2/par-1/move", 100, "key-par"),
      ("wave_started", "p/s/2", 99, nil),
    ]
    try journal.write(under: nil, clock: clock) { batch in
      for (type, subject, minute, key) in said {
        let data = JSON.dictionary(key.map { [("key", .string($0))] } ?? [])
        try batch.append(
          Draft(
            run: 1, type: type, subject: subject, at: Self.minutes(minute), cause: 0, actor: .engine(rule: "t"),
            plan: nil, data: data.canonicalBytes, payload: nil))
      }
    }
  }

  private func standing(
    _ minute: Int64, _ resource: String, correlation: String? = nil
  ) throws -> Reconciliation.Finding.Standing {
    let change = ProviderChange(
      at: Self.minutes(minute), who: "dana", what: "write", resource: resource, correlation: correlation)
    return try #require(try Reconciliation.reconcile([change], with: journal).findings.first).standing
  }

  @Test("explains what was changed while a request was at work on the target, five minutes for clocks, and no more")
  func times() throws {
    let ams = "/subscriptions/7/resourceGroups/stores/providers/Web/sites/AMS-1"
    for (minute, isExplained) in [(4, false), (5, true), (10, true), (25, true), (26, false), (300, false)] {
      let found = try standing(Int64(minute), ams)
      #expect(found == (isExplained ? .explained(by: 1) : .unexplained), "\(minute)")
    }
    // A doubt lasts until it is settled, and what is at work has no end.
    #expect(try standing(70, "sites/lis-1/config") == .explained(by: 3))
    #expect(try standing(96, "sites/lis-1/config") == .unexplained)
    #expect(try standing(10_000, "par-1") == .explained(by: 6))
  }

  @Test("takes a key for a proof whenever it was, and a name that only begins so for that of nothing of ours")
  func names() throws {
    #expect(try standing(900, "sites/ams-1", correlation: "key-ams") == .explained(by: 1))
    #expect(try standing(900, "anything", correlation: "key-lis") == .explained(by: 3))
    #expect(try standing(900, "sites/ams-1", correlation: "another") == .unexplained)
    for name in ["ams-11", "xams-1", "ams", "", "s", "move"] {
      #expect(try standing(15, name) == .elsewhere, "\(name)")
    }
  }

  @Test("lists changes in the order of their times")
  func order() throws {
    let changes = [50, 10, 30].map {
      ProviderChange(at: Self.minutes($0), who: "w", what: "x", resource: "ams-1")
    }
    let found = try Reconciliation.reconcile(changes, with: journal)
    #expect(found.findings.map(\.change.at) == [10, 30, 50].map { Self.minutes($0) })
    #expect(found.unexplained.map(\.at) == [30, 50].map { Self.minutes($0) })
  }
}
