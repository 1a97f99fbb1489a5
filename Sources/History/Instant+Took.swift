public import Quantities

extension Instant {
  /// How long it was until another instant; `nil` where that is earlier, since the clock was set back between them:
  /// nobody can tell from such a clock.
  public func took(until later: Instant) -> Span? { later < self ? nil : later - self }
}
