import Plans
import Quantities
import Runbooks

/// Lays waves on the calendar, as early as starts, bakes and pace allow.
struct Timeline {
  /// The next day on which something can begin; `nil` when the programme has no start.
  private(set) var day: CivilDate?
  let scale: Int

  init(starts: CivilDate?, scale: Int) {
    day = starts
    self.scale = scale
  }

  /// Moves to the first day of a phase, when that is later.
  mutating func enter(notBefore: CivilDate?) {
    guard let notBefore else { return }
    day = day.map { max($0, notBefore) } ?? notBefore
  }

  /// Gives each wave of a stage its first and last day.
  ///
  /// A paced wave spreads over its period, so its last day is the period's. Other waves last as long as their bake and
  /// the hold of their gate, in whole days.
  ///
  /// `starts` says when the targets of a wave may start, where windows or freezes decide that. `begun` are waves of the
  /// stage that a run has begun already: the others follow them, not before `today`. `spread` says over how many days
  /// more than one the starts of some targets are spread by caps.
  mutating func lay(
    _ waves: inout [PlannedWave], pace: (count: Int, period: Int)?, lasting: Span,
    begun: [PlannedWave] = [], spread: ([Int32]) -> Int = { _ in 0 },
    today: CivilDate? = nil,
    starts: (([Int32], CivilDate) -> (starts: WaveStarts, first: CivilDate, last: CivilDate)?)?
  ) {
    guard var current = day else { return }
    let days = Int((lasting.milliseconds + Span.day.milliseconds - 1) / Span.day.milliseconds)
    var used = 0
    var periodEnd: CivilDate?
    if let last = begun.last, let first = last.earliest {
      current = max(current, today ?? first)
      if let pace {
        let end = { (day: CivilDate) in pace.period == 7 ? day.monday.adding(days: 6) : day }
        periodEnd = end(first)
        used = begun.filter { $0.earliest.map(end) == periodEnd }.reduce(0) { $0 + $1.targets.count }
        current = max(current, first)
      } else {
        current = max(current, last.latest ?? first)
      }
      day = max(current, last.latest ?? current)
    }
    if waves.isEmpty { return }
    for index in waves.indices {
      let size = waves[index].targets.count
      if let pace {
        if let end = periodEnd, used + size > pace.count || current > end {
          current = max(current, end.adding(days: 1))
          used = 0
          periodEnd = nil
        }
        if periodEnd == nil {
          periodEnd = pace.period == 7 ? current.monday.adding(days: 6) : current
        }
        used += size
      }
      var lastStart = current
      if let opening = starts?(waves[index].targets, current) {
        waves[index].starts = opening.starts
        current = max(current, opening.first)
        // A wave that a freeze moves into a later period takes that one's quota.
        if let pace, let end = periodEnd, current > end {
          periodEnd = pace.period == 7 ? current.monday.adding(days: 6) : current
          used = size
        }
        lastStart = max(current, opening.last)
      }
      lastStart = lastStart.adding(days: spread(waves[index].targets))
      waves[index].earliest = current
      let end = lastStart.adding(days: days)
      waves[index].latest = max(end, periodEnd ?? end)
      current = end
    }
    day = waves.last?.latest.map { max($0, current) } ?? current
  }
}

/// Over how many days caps spread the starts of a wave.
struct WaveSpread {
  private let caps: [(column: [String], pace: Pace)]

  init(caps: [Waves.Cap], inventory: Inventory?) {
    self.caps = caps.compactMap { cap in inventory?.column(cap.attribute.value).map { ($0, cap.pace) } }
  }

  /// The days between the first and the last start, as far as caps are concerned.
  func days(of rows: [Int32]) -> Int {
    caps.map { cap in
      var counts: [String: Int] = [:]
      for row in rows { counts[cap.column[Int(row)], default: 0] += 1 }
      let periods = counts.values.map { ($0 + cap.pace.count - 1) / cap.pace.count }.max() ?? 1
      return (periods - 1) * (cap.pace.period == .day ? 1 : 7)
    }.max() ?? 0
  }
}
