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

extension Observation {
  /// The series that a number without a name speaks about; `nil` when several are wanted, so that it could be any.
  var onlySeries: String? { series.count == 1 ? series.first : nil }
}

/// What came of a measurement.
///
/// A value, silence and an error are three things, for each series: a series that is neither among the samples nor
/// among the failed ones has no data, and only then may a policy for missing data speak.
public enum ObserveOutcome: Equatable, Sendable {
  /// The provider answered: the samples, in any order. Series that nobody wants are dropped.
  case measured([MeasuredSample])
  /// It answered, but not about all series, or not without a word: those that it could not be asked about, each with
  /// the reason, and what else there is to be said.
  case partly([MeasuredSample], failed: [String: String], because: String)
  /// The provider could not be asked, or its answer cannot be read: never a breach by itself.
  case failed(because: String)
}

/// What a provider says about one series at one time.
public struct MeasuredSample: Equatable, Sendable {
  /// Over what it speaks: empty for everything, else a target or a value of an attribute.
  public var series: String
  /// Its own time.
  public var at: MeasuredTime
  /// The number, or what stands in its place.
  public var value: MeasuredNumber
  /// The events under a ratio, where that is known.
  public var count: MeasuredNumber?
  /// How the provider names it, where several of its time series may have the name of one of ours.
  public var origin: String?

  public init(
    series: String, at: MeasuredTime, value: MeasuredNumber, count: MeasuredNumber? = nil, origin: String? = nil
  ) {
    self.series = series
    self.at = at
    self.value = value
    self.count = count
    self.origin = origin
  }

  /// A sample of floating-point numbers whose time is known.
  public init(series: String, at: Instant, value: Double, count: Double? = nil) {
    self.init(series: series, at: .at(at), value: MeasuredNumber(value), count: count.map { MeasuredNumber($0) })
  }
}
