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
    journal = try Journal(path: path, access: .create, clock: clock, chance: SeededChance(seed: 2))
    try add([
      ("step_intended", "p/s/1/ams-1/move", 10, "key-ams"), ("step_succeeded", "p/s/1/ams-1/move", 20, nil),
      ("step_intended", "p/s/1/lis-1/move", 30, "key-lis"), ("step_came_in_doubt", "p/s/1/lis-1/move", 40, nil),
      ("step_settled", "p/s/1/lis-1/move", 90, nil), ("step_intended", "p/s/2/par-1/move", 100, "key-par"),
      ("wave_started", "p/s/2", 99, nil),
    ])
  }

  private func add(_ said: [(String, String, Int64, String?)], run: Int64 = 1) throws {
    let clock = ClockReading(instant: Self.start, monotonic: 0, boot: "b")
    try journal.write(under: nil, clock: clock) { batch in
      for (type, subject, minute, key) in said {
        let data = JSON.dictionary(key.map { [("key", .string($0))] } ?? [])
        try batch.append(
          Draft(
            run: run, type: type, subject: subject, at: Self.minutes(minute), cause: 0, actor: .engine(rule: "t"),
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

  @Test("finds a target in what a provider makes of its name, and the longest one alone")
  func resources() throws {
    for name in [
      "rg-ams-1", "ams-1-prod", "vm_ams-1", "vm.ams-1.example", "RG-AMS-1-web", "x/rg-ams-1/y", "ams_1", "ams.1",
      "(ams-1)",
    ] {
      #expect(try standing(15, name) == .explained(by: 1), "\(name)")
      #expect(try standing(300, name) == .unexplained, "\(name)")
    }
    for name in ["rg-ams-11", "ams1", "ams/1", "ams-", "rgams-1", "ams--1x"] {
      #expect(try standing(300, name) == .elsewhere, "\(name)")
    }
    try add([("step_intended", "p/s/3/ams-1-b/move", 400, nil), ("step_intended", "p/s/3/c/move", 500, nil)])
    #expect(try standing(450, "rg-ams-1-b") == .explained(by: 8))
    #expect(try standing(450, "rg-ams-1") == .unexplained, "the other one is at work")
    #expect(try standing(550, "rg-ams-1/c") == .explained(by: 9))
  }

  @Test("takes nothing of a run for at work that is over")
  func over() throws {
    try add([("run_finished", "", 200, nil)])
    #expect(try standing(204, "par-1") == .explained(by: 6))
    #expect(try standing(206, "par-1") == .unexplained)
    #expect(try standing(206, "sites/ams-1") == .unexplained)
  }

  @Test("does not judge what a run may explain that was pruned, be its targets known or not")
  func pruned() throws {
    let run = RegisteredRun(
      number: 1, runbook: "b", environment: "e", plan: Digest(of: [1]), directory: "/", created: Self.start,
      outcome: "done")
    try add([("step_intended", "p/s/1/ams-1/move", 600, nil)], run: 2)
    let clock = ClockReading(instant: Self.minutes(900), monotonic: 0, boot: "b")
    _ = try journal.prune([run], archive: Digest(of: [1]), reason: "old", actor: "ola", clock: clock) { _, _, _ in }
    #expect(try standing(15, "sites/ams-1") == .unjudged(run: 1) && standing(15, "whatever") == .unjudged(run: 1))
    #expect(try standing(604, "whatever") == .unjudged(run: 1))
    #expect(try standing(606, "whatever") == .elsewhere && standing(606, "sites/ams-1") == .explained(by: 8))
    let found = try Reconciliation.reconcile(
      [ProviderChange(at: Self.minutes(15), who: "w", what: "x", resource: "lis-1")], with: journal)
    #expect(found.unjudged.count == 1 && found.unexplained.isEmpty && found.planless == [1])
    // Of what the record does not name nobody can tell whether that plan did.
    let other = ProviderChange(at: Self.minutes(800), who: "w", what: "x", resource: "whatever")
    #expect(try Reconciliation.reconcile([other], with: journal).untold == [other])
  }

  @Test("lists changes in the order of their times")
  func order() throws {
    let changes = [50, 10, 30].map {
      ProviderChange(at: Self.minutes($0), who: "w", what: "x", resource: "ams-1")
    }
    let found = try Reconciliation.reconcile(changes, with: journal)
    #expect(found.findings.map(\.change.at) == [10, 30, 50].map { Self.minutes($0) })
    #expect(found.unexplained.map(\.at) == [30, 50].map { Self.minutes($0) })
    let other = ProviderChange(at: Self.minutes(15), who: "w", what: "x", resource: "whatever")
    let elsewhere = try Reconciliation.reconcile([other], with: journal)
    #expect(elsewhere.findings.map(\.standing) == [.elsewhere] && elsewhere.untold.isEmpty, "every plan is here")
  }
}
