package import Plans
package import Quantities

/// When some waves begin and are over at the earliest.
package struct PlannedTimes {
  /// The first day and the last one.
  package var days: (from: CivilDate?, to: CivilDate?)
  /// The first start and the last end; `nil` in plans of earlier versions.
  package var starts: Instant?
  package var ends: Instant?

  package init(_ waves: [PlannedWave]) {
    days = (waves.compactMap(\.earliest).min(), waves.compactMap(\.latest).max())
    starts = waves.compactMap(\.starts?.first).min()
    ends = waves.compactMap(\.ends).max()
  }
}

extension PlanFacts {
  /// All waves.
  package var course: PlannedTimes { PlannedTimes(plan.stages.flatMap(\.waves)) }

  /// For a table: `1 Mar 20:00`, and the day alone where it begins, or is over, at midnight.
  func spoken(_ times: PlannedTimes) -> (from: String?, to: String?) {
    (
      times.days.from.map { $0.spoken + clock(times.starts) }, times.days.to.map { $0.spoken + clock(times.ends) }
    )
  }

  /// For a review: `2027-03-01 20:00`, and the day alone where it begins, or is over, at midnight.
  package func written(_ times: PlannedTimes) -> (from: String?, to: String?) {
    (times.days.from.map { $0.text + clock(times.starts) }, times.days.to.map { $0.text + clock(times.ends) })
  }

  /// ` 20:00` in the zone of the programme; nothing at midnight, and where nobody knows.
  func clock(_ instant: Instant?) -> String {
    guard let instant, let offset = zones.offset(of: plan.zone, at: instant) else { return "" }
    let clock = (instant + Span(milliseconds: Int64(offset) * 1_000)).text.dropFirst(11).prefix(5)
    return clock == "00:00" ? "" : " \(clock)"
  }
}
