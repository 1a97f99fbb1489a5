import Quantities
import Testing

@testable import Plans

@Suite("The days of a freeze")
struct FreezeDaysTests {
  @Test("are as many as it touches at most, wherever the clock of a target stands")
  func count() throws {
    let hour: Int64 = 3_600_000
    let night = FreezeInterval.instants(
      from: Instant(milliseconds: 20 * hour), until: Instant(milliseconds: 28 * hour))
    #expect(night.dayCount == 2)
    let day = try #require(CivilDate("2027-01-04"))
    #expect(FreezeInterval.days(from: day, until: day.adding(days: 2)).dayCount == 3)
    let lasting = FreezeInterval.lasting(from: LocalTime(date: day, minutes: 1_200), days: 1, minutes: 480)
    #expect(lasting.dayCount == 3)
  }
}

@Suite("The periods of a pace")
struct PaceBoundaryTests {
  private let start = Instant(milliseconds: 1_800_000_000_000)

  private func after(_ hours: Int64) -> Instant { start + Span(milliseconds: hours * 3_600_000) }

  @Test("begin for a stage with the day or week in which it begins, and where they are counted, when it begins")
  func beginning() {
    let daily = PlannedPace(count: 3, period: .day, carry: 0, boundaries: [start])
    #expect(
      PaceState(daily, beginningAt: after(30))
        == PaceState(anchor: after(24), periodStart: after(24), used: 0, allowance: 3))
    let counted = PlannedPace(count: 3, period: .day, carry: 0, every: .hour, boundaries: [start])
    #expect(PaceState(counted, beginningAt: after(30)).periodStart == after(30))
  }

  @Test("are those that the plan lays out, and then go on for ever")
  func periods() {
    // The second day has an hour less, since the clocks change.
    let pace = PlannedPace(count: 1, period: .day, carry: 0, boundaries: [start, after(24), after(47)])
    let hours: [(at: Int64, start: Int64, end: Int64)] = [
      (0, 0, 24), (23, 0, 24), (24, 24, 47), (46, 24, 47), (47, 47, 71), (70, 47, 71), (71, 71, 95),
      (47 + 24 * 10_000 + 1, 47 + 24 * 10_000, 47 + 24 * 10_001),
    ]
    for (at, start, end) in hours {
      let period = pace.period(of: after(at), since: self.start)
      #expect(period.start == after(start) && period.end == after(end), "\(at)")
    }
    #expect(pace.boundary(atOrBefore: after(-1)) == nil)
    #expect(pace.boundary(after: after(-1)) == start)
    let week = PlannedPace(count: 1, period: .week, carry: 0, boundaries: [start])
    #expect(week.boundary(after: after(200)) == after(336))
    let none = PlannedPace(count: 1, period: .week, carry: 0, boundaries: [])
    #expect(none.boundary(after: start) == nil && none.boundary(atOrBefore: start) == nil)
  }
}
