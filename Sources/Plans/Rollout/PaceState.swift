package import Quantities

/// How much of a pace is used: one meter for the calendar of a plan and for its run.
package struct PaceState: Equatable, Sendable {
  /// Where the periods without a calendar begin.
  package var anchor: Instant
  /// When the current period began.
  package var periodStart: Instant
  /// The targets that began in it.
  package var used: Int
  /// How many there may be, with what was carried over.
  package var allowance: Int

  package init(anchor: Instant, periodStart: Instant, used: Int, allowance: Int) {
    self.anchor = anchor
    self.periodStart = periodStart
    self.used = used
    self.allowance = allowance
  }
}

extension PaceState {
  /// The meter of a stage whose first wave begins.
  package init(_ pace: PlannedPace, beginningAt now: Instant) {
    let start = pace.every == nil ? pace.boundary(atOrBefore: now) ?? now : now
    self.init(anchor: start, periodStart: start, used: 0, allowance: pace.count)
  }

  /// When a wave may begin, as far as the pace is concerned: an instant that is not after `now` means now. It begins
  /// where all its targets fit into what is left of the period.
  package func earliest(of targets: Int, at now: Instant, _ pace: PlannedPace) -> Instant {
    let next = pace.nextPeriod(after: periodStart)
    return now < next && used + targets > allowance ? next : now
  }

  /// Charges targets that begin to the period that is current then, which may be a later one than that of their wave: a
  /// freeze or a closed window kept them back.
  package mutating func spend(_ targets: Int, at now: Instant, _ pace: PlannedPace) {
    var left = allowance - used
    while true {
      let next = pace.nextPeriod(after: periodStart)
      guard next > periodStart, next <= now else { break }
      periodStart = next
      used = 0
      allowance = pace.count + min(pace.carry, max(0, left))
      left = allowance
    }
    used += targets
  }
}
