public import Quantities

/// How many targets a period may take.
public struct PlannedPace: Hashable, Sendable {
  /// The calendar period that a pace counts in.
  public enum Period: String, Hashable, Sendable, CaseIterable { case day, week }

  /// The number of targets.
  public var count: Int
  /// In which period.
  public var period: Period
  /// How much unused quota the next period may use.
  public var carry: Int
  /// The length of a period in compressed time; `nil` in real time.
  public var every: Span?
  /// The starts of the calendar periods in real time; empty in compressed time.
  public var boundaries: [Instant]

  package init(count: Int, period: Period, carry: Int, every: Span? = nil, boundaries: [Instant]) {
    self.count = count
    self.period = period
    self.carry = carry
    self.every = every
    self.boundaries = boundaries
  }
}

extension PlannedPace.Period {
  var days: Int {
    switch self {
    case .day: 1
    case .week: 7
    }
  }
}

extension PlannedPace {
  /// Whether no more targets are let in than by another pace, in any stretch of time.
  func isNoFaster(than other: PlannedPace) -> Bool {
    let (mine, theirs) = (Int128(count) * Int128(other.period.days), Int128(other.count) * Int128(period.days))
    // A longer period lets more in at once, also at the same rate.
    return mine <= theirs && count <= other.count
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
    return (boundary(atOrBefore: instant) ?? anchor, boundary(after: instant))
  }

  /// The first start of a calendar period after an instant; `nil` where there is no calendar.
  ///
  /// Periods go on after those that the plan lays out, each as long as a day or a week of 24 hours: a run that is later
  /// than its plan is not without a pace.
  public func boundary(after instant: Instant) -> Instant? {
    if let next = boundaries.first(where: { $0 > instant }) { return next }
    return boundary(atOrBefore: instant).map { $0 + length }
  }

  /// The last start of a calendar period that is not after an instant; `nil` before the first one.
  public func boundary(atOrBefore instant: Instant) -> Instant? {
    guard let start = boundaries.last(where: { $0 <= instant }), start == boundaries.last else {
      return boundaries.last { $0 <= instant }
    }
    let passed = (instant - start).milliseconds / length.milliseconds
    return start + Span(milliseconds: passed * length.milliseconds)
  }

  /// The start of the period after the one that starts at an instant.
  package func nextPeriod(after start: Instant) -> Instant {
    if let every { return start + every }
    return boundary(after: start) ?? start
  }

  private var length: Span { Span(milliseconds: Int64(period.days) * Span.day.milliseconds) }
}

extension PlannedPace: Planned {
  /// For people: `20 per week`.
  public var words: String { "\(count) per \(period.rawValue)" }

  static let fields = Fields(PlannedPace.init(count:period:carry:every:boundaries:)) {
    Item("count", { $0.count }, .integer(1...1_000_000_000), as: "targets in a period", .more)
    Item("period", { $0.period }, .word, .period)
    Item("carry", { $0.carry }, .integer(0...1_000_000_000), as: "carries over", .more)
    Item("every_ms", { $0.every }, .optional(.span), as: "period in compressed time", .floor(none: "none"))
    Item("boundaries", { $0.boundaries }, .list(.instant), as: "starts of the periods", .unsaid(isRisk: false))
  }
}

extension PlannedCap: Planned {
  static let fields = Fields(PlannedCap.init(attribute:pace:)) {
    Item("attribute", { $0.attribute }, .text, .identity)
    Item("pace", { $0.pace }, PlannedPace.fields.form, as: "", .inside(PlannedPace.fields))
  }
}
