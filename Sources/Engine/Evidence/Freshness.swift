public import Plans
public import Quantities

/// How long a measurement speaks: two sampling intervals. Everything that waits for news of a signal asks here.
public struct Freshness: Equatable, Sendable {
  /// So many sampling intervals.
  private static let intervals: Int64 = 2

  /// The longest silence that is none yet.
  public let span: Span
}

extension Freshness {
  /// The freshness of what is measured in an interval.
  public init(every: Span) {
    self.init(span: Span(milliseconds: every.milliseconds * Self.intervals))
  }

  public init(of signal: PlannedSignal) {
    self.init(every: signal.every)
  }

  /// Whether a sample still speaks for a time. It does for the half-open stretch that begins with it, so that each
  /// sample speaks for two evaluations.
  public func covers(_ time: Instant, measuredAt sample: Instant) -> Bool { time - sample < span }

  /// Whether evaluations with so much time between them belong together: one may have been missed, not two.
  public func bridges(_ gap: Span) -> Bool { gap <= span }
}
