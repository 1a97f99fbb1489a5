public import Quantities

/// What is to be measured, for whom and when.
public struct Observation: Sendable {
  /// Configuration, arguments and identity; the path is `signals/NAME`.
  public var call: Call
  /// The instants at which the signal is evaluated, rising. More than one asks for a range that was missed.
  public var times: [Instant]
  /// The sampling interval.
  public var every: Span
  /// How far back each value looks: the half-open window before its time.
  public var window: Span
  /// The wanted series, such as `["apac", "eu", "us"]`; `[""]` for a global signal.
  public var series: [String]
  /// The time of asking.
  public var now: Instant

  /// Puts a question together.
  public init(call: Call, times: [Instant], every: Span, window: Span, series: [String], now: Instant) {
    self.call = call
    self.times = times
    self.every = every
    self.window = window
    self.series = series
    self.now = now
  }
}

/// What came of a measurement.
public enum ObserveOutcome: Equatable, Sendable {
  /// The samples, in any order. A wanted series without a sample has no data; others are dropped.
  case measured([MeasuredSample])
  /// The provider could not be asked, or its answer cannot be read: never a breach by itself.
  case failed(because: String)
}

/// One measured number.
public struct MeasuredSample: Equatable, Sendable {
  /// Over what it speaks: empty for everything, else a target or a value of an attribute.
  public var series: String
  /// Its own time.
  public var at: Instant
  /// The number; it may be infinite or not a number.
  public var value: Double
  /// The events under a ratio, where that is known.
  public var count: Double?

  public init(series: String, at: Instant, value: Double, count: Double? = nil) {
    self.series = series
    self.at = at
    self.value = value
    self.count = count
  }
}
