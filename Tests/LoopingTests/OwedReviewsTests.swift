import Engine
import Quantities
import Records
import Testing

@testable import Looping

@Suite("Reviews that are owed")
struct OwedReviewsTests {
  private static let start = Instant(milliseconds: 1_800_000_000_000)

  /// A record of emergencies and reviews: the run, the place and the person of each.
  private static func record(
    _ events: [(type: String, run: Int64, path: String, person: Int64)]
  ) throws -> MemoryRecord {
    let clock = ClockReading(instant: start, monotonic: 5, boot: "b")
    let record = MemoryRecord(clock: clock, chance: SeededChance(seed: 1))
    try record.write(under: nil, clock: clock) { batch in
      for event in events {
        try batch.append(
          Draft(
            run: event.run, type: event.type, subject: event.path, at: start, cause: nil,
            actor: .engine(rule: "test"), plan: nil, data: Array("{\"person\":\(event.person)}".utf8), payload: nil))
      }
    }
    return record
  }

  @Test("are those of that run and that place that nobody else has looked at")
  func open() throws {
    let declared = [
      (type: "emergency_declared", run: Int64(1), path: "p", person: Int64(0)),
      ("emergency_declared", 1, "q", 0), ("emergency_declared", 2, "p", 0),
    ]
    func paths(_ reviews: (Int64, String, Int64)...) throws -> [String] {
      let all = declared + reviews.map { ("emergency_reviewed", $0.0, $0.1, $0.2) }
      return try OwedReviews(in: Self.record(all)).open.map { "r-\($0.run) \($0.path)" }
    }
    #expect(try paths() == ["r-1 p", "r-1 q", "r-2 p"])
    #expect(try paths((1, "p", 0)) == ["r-1 p", "r-1 q", "r-2 p"], "nobody reviews an emergency of one's own")
    #expect(try paths((1, "p", 3)) == ["r-1 q", "r-2 p"])
    #expect(try paths((3, "p", 3)) == ["r-1 p", "r-1 q", "r-2 p"])
    let late = Self.start + Emergency.reviewTime + .second
    let owed = try OwedReviews(in: Self.record(declared))
    #expect(owed.objection(in: 2, at: Self.start) == nil)
    #expect(owed.objection(in: 2, at: late)?.hasPrefix("the emergency of p in r-1 was not reviewed in time") == true)
    #expect(owed.objection(in: 1, at: late)?.hasPrefix("the emergency of p in r-2 was not reviewed in time") == true)
  }
}
