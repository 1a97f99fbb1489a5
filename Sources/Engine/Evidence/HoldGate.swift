public import Quantities

/// A gate that opens after its evidence has passed for a time without a break.
///
/// The gate is a value: it reads no clock and asks no provider. Whoever drives it passes the time for which a verdict
/// speaks, so a rehearsal of three months and a live run of three months take the same path through this code.
public struct HoldGate: Equatable, Sendable {
  /// For how long without a break.
  public let hold: Span
  /// How long an unknown may last before the hold starts again: as long as the slowest signal stays fresh.
  public let freshness: Freshness
  /// Since when every evaluation passed; `nil` when the last one that counts did not.
  public private(set) var holdsSince: Instant?
  /// The newest verdict.
  public private(set) var verdict = Verdict.unknown(.noData)
  /// The time of the newest verdict; once it is open, of the newest pass.
  public private(set) var at: Instant?
  /// Whether it has held for its time. What was measured since, and was read with it, can close it again.
  public private(set) var isOpen = false
  private(set) var unknownSince: Instant?
}

extension HoldGate {
  /// A gate that has seen nothing.
  public init(hold: Span, freshness: Freshness) {
    self.init(hold: hold, freshness: freshness, holdsSince: nil)
  }

  /// Takes one verdict into account.
  ///
  /// - Parameters:
  ///   - verdict: what the evidence says.
  ///   - time: the time for which it speaks. One that lies before the newest one changes nothing.
  /// - Complexity: O(1), no allocation.
  public mutating func judge(_ verdict: Verdict, at time: Instant) {
    guard at.map({ time >= $0 }) ?? true else { return }
    switch verdict {
    case .pass:
      unknownSince = nil
      let start = holdsSince ?? time
      holdsSince = start
      isOpen = time - start >= hold
    case .breach: beginAgain()
    case .unknown:
      let start = unknownSince ?? time
      unknownSince = start
      if !freshness.bridges(time - start) { beginAgain() }
      // What is bridged takes nothing back.
      if isOpen { return }
    }
    self.verdict = verdict
    at = time
  }

  /// What passed until now does not count any more.
  mutating func beginAgain() {
    holdsSince = nil
    isOpen = false
  }
}

extension HoldGate {
  /// The wall clock was set: what it holds since moves with it.
  mutating func step(by span: Span) {
    holdsSince = holdsSince.map { $0 + span }
    at = at.map { $0 + span }
    unknownSince = unknownSince.map { $0 + span }
  }
}

/// A clock that runs only while the evidence passes, stops while it is unknown, and begins again after a breach.
public struct BakeClock: Equatable, Sendable {
  /// When it started.
  public let startedAt: Instant
  /// Since when it counts: its start, or the end of the last breach.
  public internal(set) var countsSince: Instant
  /// How long the evidence has passed since then.
  public internal(set) var passed = Span.zero
  /// The newest verdict.
  public internal(set) var verdict = Verdict.pass
  /// The time of the newest verdict.
  public internal(set) var at: Instant
}

extension BakeClock {
  /// A clock that starts at an instant.
  public init(startedAt: Instant) {
    self.init(startedAt: startedAt, countsSince: startedAt, at: startedAt)
  }

  /// Takes one verdict into account. One that speaks for a time before the newest one changes nothing.
  public mutating func judge(_ verdict: Verdict, at time: Instant) {
    guard time >= at else { return }
    switch verdict {
    case .pass: if self.verdict == .pass { passed = passed + (time - at) }
    case .breach:
      passed = .zero
      countsSince = time
    case .unknown: break
    }
    if self.verdict == .breach, verdict == .pass { countsSince = time }
    self.verdict = verdict
    at = time
  }
}
