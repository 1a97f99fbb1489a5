public import Plans
public import Quantities

/// What one evaluation of a signal found for one series.
public enum Reading: Hashable, Sendable {
  /// A number in the signal's unit.
  case value(Fixed)
  /// Nothing that can be judged.
  case missing(Absence)

  /// Whether it is a number, or a silence that a policy may speak about.
  var isJudged: Bool {
    switch self {
    case .value: true
    case .missing(let cause): cause.isSilence || cause == .notANumber
    }
  }

  /// The written form: a decimal number, or `!` and the cause.
  public var text: String {
    switch self {
    case .value(let value): value.text
    case .missing(let cause): "!\(cause.rawValue)"
    }
  }

  /// The number, or the cause, for people.
  public var words: String {
    switch self {
    case .value(let value): value.spoken
    case .missing(let cause): cause.words
    }
  }

  /// Reads the written form; `nil` when it is neither.
  public init?(_ text: String) {
    if text.hasPrefix("!") {
      guard let cause = Absence(rawValue: String(text.dropFirst())) else { return nil }
      self = .missing(cause)
    } else {
      guard let value = Fixed(text) else { return nil }
      self = .value(value)
    }
  }

  /// A measured number as a reading of a signal, which says how many events must be under it.
  ///
  /// - Parameters:
  ///   - value: the number.
  ///   - count: the events under it, where the provider says so.
  ///   - signal: the signal.
  public init(measured value: MeasuredNumber, count: MeasuredNumber?, of signal: PlannedSignal) {
    self.init(measured: value, count: count, minimum: signal.minimumCount)
  }

  /// A measured number as a reading: what is not a number of our size has a cause of its own.
  ///
  /// - Parameters:
  ///   - value: the number.
  ///   - count: the events under it, where that is known.
  ///   - minimum: the fewest events that make it count. Without a count nobody knows that there were as many.
  init(measured value: MeasuredNumber, count: MeasuredNumber?, minimum: Int?) {
    if let minimum {
      switch count {
      case .unreadable:
        self = .missing(.unreadable)
        return
      case .number(let number) where number >= Fixed(minimum): break
      case .outOfRange where value.number != nil: break
      case .number, .notANumber, .infinite, .outOfRange, nil:
        self = .missing(.tooFew)
        return
      }
    }
    switch value {
    case .number(let number): self = .value(number)
    case .notANumber: self = .missing(.notANumber)
    case .infinite: self = .missing(.infinite)
    case .outOfRange: self = .missing(.outOfRange)
    case .unreadable: self = .missing(.unreadable)
    }
  }
}

/// Why nothing can be judged.
public enum Absence: String, Hashable, Sendable, CaseIterable {
  /// No sample came.
  case noData = "no_data"
  case notANumber = "not_a_number"
  case infinite
  /// The provider could not be asked.
  case providerError = "provider_error"
  /// Fewer events than `min_count`, or fewer targets than a comparison needs.
  case tooFew = "too_few"
  /// The window reaches back behind the cut-over.
  case immature
  /// Nobody measured then: the provider keeps no history, or what it has is of long ago.
  case unobserved
  /// A number beyond 10^24. Older records say `infinite` of numbers beyond 9 × 10^12, too.
  case outOfRange = "out_of_range"
  /// Something is there, and it is no number, or of no time.
  case unreadable
  /// Two values under one name and of one time.
  case ambiguous
  /// Its time has not come yet.
  case future = "in_the_future"

  /// The cause in words.
  public var words: String {
    switch self {
    case .noData: "no data"
    case .notANumber: "not a number"
    case .infinite: "infinite"
    case .outOfRange: "out of range"
    case .unreadable: "it cannot be read"
    case .ambiguous: "two values under one name"
    case .future: "it lies in the future"
    case .providerError: "the provider cannot be asked"
    case .tooFew: "too few samples"
    case .immature: "live for less than its window"
    case .unobserved: "nobody measured"
    }
  }

  /// Whether the provider answered, and there is nothing: only then a policy for missing data may speak. What is there
  /// and cannot be judged, what could not be asked, and a young target are known not to be silence.
  var isSilence: Bool {
    switch self {
    case .noData: true
    case .notANumber, .infinite, .outOfRange, .unreadable, .ambiguous, .future: false
    case .providerError, .tooFew, .immature, .unobserved: false
    }
  }
}

/// What the evidence says at one time.
public enum Verdict: Hashable, Sendable {
  case pass
  case breach
  case unknown(Absence)

  /// Both together: any breach is a breach, else any unknown is unknown.
  public func and(_ other: Verdict) -> Verdict {
    switch (self, other) {
    case (.breach, _), (_, .breach): .breach
    case (.unknown, _): self
    case (.pass, _): other
    }
  }

  /// One word, and the cause.
  public var words: String {
    switch self {
    case .pass: "pass"
    case .breach: "breach"
    case .unknown(let cause): "unknown: \(cause.words)"
    }
  }
}

/// The evaluations of one signal that came together.
public struct Samples: Equatable, Sendable {
  /// One evaluation.
  public struct Row: Equatable, Sendable {
    /// The instant for which it speaks, a whole multiple of the sampling interval.
    public var at: Instant
    /// One reading for each series.
    public var readings: [Reading]

    /// Makes an evaluation.
    public init(at: Instant, readings: [Reading]) {
      self.at = at
      self.readings = readings
    }
  }

  /// The signal, by its place in the plan.
  public var signal: Int
  public var name: String
  /// The series in canonical order.
  public var series: [String]
  /// By rising time.
  public var rows: [Row]

  /// Puts evaluations together.
  public init(signal: Int, name: String, series: [String], rows: [Row]) {
    self.signal = signal
    self.name = name
    self.series = series
    self.rows = rows
  }
}
