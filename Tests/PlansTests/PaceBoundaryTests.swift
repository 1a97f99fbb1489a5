import Quantities
import Testing

@testable import Plans

@Suite("The periods of a pace")
struct PaceBoundaryTests {
  private let start = Instant(milliseconds: 1_800_000_000_000)

  private func after(_ hours: Int64) -> Instant { start + Span(milliseconds: hours * 3_600_000) }

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
