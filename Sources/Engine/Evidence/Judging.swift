import Plans
import Quantities

/// The newest that is known of one series of a signal.
struct SeriesState: Equatable, Sendable {
  /// The time of the newest evaluation.
  var at: Instant
  /// What it found.
  var reading: Reading
  /// The newest number.
  var value: Fixed?
  /// When that number was true.
  var valueAt: Instant?

  /// Takes an evaluation into account.
  mutating func take(_ reading: Reading, at: Instant) {
    self.at = at
    self.reading = reading
    if case .value(let value) = reading {
      self.value = value
      valueAt = at
    }
  }
}

extension SeriesState {
  /// What it says about targets of which the newest is live since a time: what reaches back behind that speaks about
  /// others, too, and a number from before it is not carried on.
  func ripe(since: Instant?, window: Span) -> SeriesState {
    var state = self
    if since.map({ at - $0 < window }) ?? true, state.reading.isJudged { state.reading = .missing(.immature) }
    if let valueAt, since.map({ valueAt - $0 < window }) ?? true { (state.value, state.valueAt) = (nil, nil) }
    return state
  }
}

/// Turns a reading into a verdict, with the policy for missing data.
struct Judge {
  /// Whether a number breaches the condition.
  var isBreach: (Fixed) -> Bool
  /// What missing data mean.
  var policy: NoDataPolicy

  /// The verdict on a series at the time of its newest evaluation.
  ///
  /// - Parameters:
  ///   - state: the series, with that evaluation in it.
  ///   - other: the newest number of another signal for the same series at that time; `nil` when there is none.
  /// - Returns: the verdict, the policy applied.
  func verdict(_ state: SeriesState, other: (_ signal: Int) -> Fixed?) -> Verdict {
    switch state.reading {
    case .value(let value): return isBreach(value) ? .breach : .pass
    case .missing(.notANumber): return notANumber(other)
    case .missing(let cause) where !cause.isSilence: return .unknown(cause)
    case .missing(let cause): return absent(state, cause, other)
    }
  }

  /// Nothing over nothing is no number, and that is silence where it is said that nobody is asking, and nobody is.
  private func notANumber(_ other: (Int) -> Fixed?) -> Verdict {
    switch policy {
    case .idle(let signal): other(signal) == .zero ? .pass : .unknown(.notANumber)
    case .hold, .breach, .zero, .carry: .unknown(.notANumber)
    }
  }

  private func absent(_ state: SeriesState, _ cause: Absence, _ other: (Int) -> Fixed?) -> Verdict {
    switch policy {
    case .hold: return .unknown(cause)
    case .breach: return .breach
    case .idle(let signal): return other(signal) == .zero ? .pass : .unknown(cause)
    case .zero(let signal):
      guard let live = other(signal), live > .zero else { return .unknown(cause) }
      return isBreach(.zero) ? .breach : .pass
    case .carry(let age):
      guard let value = state.value, let at = state.valueAt, state.at - at <= age else { return .unknown(cause) }
      return isBreach(value) ? .breach : .pass
    }
  }
}
