import Engine
import Foundation
import Journaling
import Looping
import Operating
import Quantities
import Records
import Testing

/// An emergency of one run is owed by the whole journal.
@Suite("An emergency that nobody reviewed")
struct OwedReviewTests {
  private static let runbook = """
    sanderling: 1
    runbook: NAME
    inventories: { sites: [ { id: NAME } ] }
    phases:
      - id: one
        approve: { count: 1, role: manager, emergency: manager }
        stages: [ { id: s, targets: sites, steps: [ { id: a, uses: noop, undo: none } ] } ]
    """

  /// The desk as it would be some days later.
  private func desk(_ shelf: Shelf, _ person: String = "ola", days: Int64 = 0) throws -> Desk {
    var surroundings = shelf.surroundings(person)
    let clock = surroundings.clock
    surroundings.clock = {
      var reading = clock()
      reading.instant = reading.instant + Span(milliseconds: days * Span.day.milliseconds)
      return reading
    }
    return try Desk(journal: shelf.journal, access: .create, surroundings: surroundings)
  }

  @Test("stops approvals and emergencies in every run of the journal, until somebody else reviews it")
  func otherRun() async throws {
    let shelf = try Shelf(Self.runbook.replacing("NAME", with: "first"))
    try await shelf.start()
    try await shelf.work()
    let term = try EmergencyTerm("1h")
    let reason = try Reason("a test asks")
    _ = try await desk(shelf).commanding("r-1").send(.emergency(Scope("one"), for: term), reason: reason)
    try await shelf.work()
    #expect(try shelf.desk().run("r-1").outcome == "done")
    try shelf.write("runbook.yaml", Self.runbook.replacing("NAME", with: "second"))
    try await shelf.start(another: true)
    try await shelf.work("r-2")
    // Not yet overdue: nothing is stopped by it.
    let soon = try await desk(shelf, "ida").commanding("r-2").send(.approve(Scope("one")), reason: reason)
    #expect(soon.fate == .recorded)
    for ask in [Ask.approve(Scope("one")), .emergency(Scope("one"), for: term)] {
      let refused = try await refusal {
        _ = try await desk(shelf, "ida", days: 2).commanding("r-2").send(ask, reason: reason)
      }
      #expect(refused.message.contains("the emergency of one in r-1 was not reviewed in time"), "\(refused.message)")
    }
    // Saying no needs no review.
    let rejected = try await desk(shelf, "ida", days: 2).commanding("r-2").send(.reject(Scope("one")), reason: reason)
    #expect(rejected.fate == .recorded)
    // Whoever declared it cannot review it; somebody else can, though its run is over.
    _ = try await desk(shelf, "ida", days: 2).commanding("r-1").send(.review("one"), reason: reason)
    try await shelf.work("r-1")
    let after = try await desk(shelf, "ida", days: 2).commanding("r-2").send(.approve(Scope("one")), reason: reason)
    #expect(after.fate == .recorded)
  }

  @Test("is open until another person reviews its place, in its own run")
  func open() throws {
    let clock = ClockReading(instant: Instant(milliseconds: 0), monotonic: 0, boot: "b")
    let record = MemoryRecord(clock: clock, chance: SeededChance(seed: 4))
    func say(_ type: String, _ run: Int64, _ path: String, by person: Int) throws {
      try record.write(under: nil, clock: clock) { batch in
        _ = try batch.append(
          Draft(
            run: run, type: type, subject: path, at: clock.instant, cause: 0, actor: .engine(rule: "commands"),
            plan: nil, data: JSON.dictionary([("person", .integer(Int64(person)))]).canonicalBytes, payload: nil))
      }
    }
    let later = Instant(milliseconds: Span.day.milliseconds + 1)
    try say("emergency_declared", 1, "one", by: 0)
    try say("emergency_declared", 1, "two", by: 0)
    try say("emergency_reviewed", 1, "one", by: 0)
    try say("emergency_reviewed", 2, "one", by: 1)
    #expect(try OwedReviews(in: record).open.map(\.path) == ["one", "two"])
    #expect(try OwedReviews(in: record).objection(in: 2, at: Instant(milliseconds: Span.day.milliseconds)) == nil)
    #expect(try OwedReviews(in: record).objection(in: 2, at: later)?.contains("one in r-1") == true)
    // Of its own run the engine knows.
    #expect(try OwedReviews(in: record).objection(in: 1, at: later) == nil)
    try say("emergency_reviewed", 1, "one", by: 1)
    #expect(try OwedReviews(in: record).objection(in: 2, at: later)?.contains("two in r-1") == true)
    try say("emergency_reviewed", 1, "two", by: 1)
    #expect(try OwedReviews(in: record).open.isEmpty)
  }
}
