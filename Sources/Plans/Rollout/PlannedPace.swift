public import Quantities

/// How many targets a period may take.
public struct PlannedPace: Hashable, Sendable {
  /// What the runbook says, such as `20 per week`.
  public var text: String
  /// The number of targets.
  public var count: Int
  /// How much unused quota the next period may use.
  public var carry: Int
  /// The length of a period in compressed time; `nil` in real time.
  public var every: Span?
  /// The starts of the calendar periods in real time; empty in compressed time.
  public var boundaries: [Instant]

  package init(text: String, count: Int, carry: Int, every: Span? = nil, boundaries: [Instant]) {
    self.text = text
    self.count = count
    self.carry = carry
    self.every = every
    self.boundaries = boundaries
  }
}

/// How many targets with one value of an attribute may start in a period.
public struct PlannedCap: Hashable, Sendable {
  /// The attribute, such as `country`.
  public var attribute: String
  /// The number and the periods; nothing carries over.
  public var pace: PlannedPace

  package init(attribute: String, pace: PlannedPace) {
    self.attribute = attribute
    self.pace = pace
  }
}

extension PlannedPace {
  /// The period that an instant lies in, where periods without a calendar begin at `anchor`: its start and its end.
  public func period(of instant: Instant, since anchor: Instant) -> (start: Instant, end: Instant?) {
    if let every, every > .zero {
      let passed = max(0, (instant - anchor).milliseconds) / every.milliseconds
      let start = anchor + Span(milliseconds: passed * every.milliseconds)
      return (start, start + every)
    }
    return (boundaries.last { $0 <= instant } ?? anchor, boundaries.first { $0 > instant })
  }
}
