public import Plans
public import Quantities

/// How far a trigger is for one series: idle → pending → firing → latched.
///
/// It is a value without a clock: whoever drives it passes each evaluation with its own time, by rising time.
public struct TriggerProgress: Equatable, Sendable {
  /// Where the trigger stands.
  public enum Phase: String, Hashable, Sendable, CaseIterable {
    /// No breach.
    case idle
    /// The breach began and has not lasted long enough.
    case pending
    /// The breach has lasted: a decision is due.
    case firing
    /// The decision was made. Recovery does not take it back.
    case latched
  }

  /// Where the trigger stands.
  public internal(set) var phase = Phase.idle
  /// When the breach began; `nil` while idle.
  public internal(set) var since: Instant?
  /// How long the breach was seen to last: time between two breaches counts when at most one evaluation is missing
  /// between them.
  public internal(set) var lasted = Span.zero
  /// How many evaluations breached since it began.
  public internal(set) var breaches = 0
  /// The newest evaluations of the breach, oldest first, and always the one with which it began.
  public internal(set) var samples: [Sample] = []
  /// When it changed between idle and pending, the newest last.
  public internal(set) var changes: [Instant] = []
  /// Whether the present phase was announced.
  var isAnnounced = true
  /// The newest known evaluations for `of: m/n`, the newest last; `true` is a breach.
  var recent: [Bool] = []
  /// The time of the newest breach since it began.
  var breachAt: Instant?

  /// An evaluation that a decision rests on.
  public struct Sample: Equatable, Sendable {
    /// Its time.
    public var at: Instant
    /// What was found.
    public var reading: Reading

    public init(at: Instant, reading: Reading) {
      self.at = at
      self.reading = reading
    }
  }

  /// How many samples a decision keeps.
  static let sampleLimit = 24

  /// Whether it has nothing to remember: the next breach would begin it as it begins a new one.
  var isFresh: Bool { phase == .idle && changes.isEmpty && recent.isEmpty && isAnnounced }

  /// Whether its clock goes on: the newest evaluation was a breach. While nobody knows, it stands still.
  var isCounting: Bool { breachAt != nil && samples.last?.at == breachAt }

  /// Takes one evaluation into account.
  ///
  /// - Parameters:
  ///   - verdict: what the evidence says, the policy for missing data applied.
  ///   - reading: what was measured.
  ///   - at: the time of the evaluation; it rises from call to call.
  ///   - every: the sampling interval.
  ///   - persistence: how the breach must last.
  public mutating func judge(
    _ verdict: Verdict, reading: Reading, at: Instant, every: Span,
    persistence: PlannedTrigger.Persistence
  ) {
    guard phase == .idle || phase == .pending else { return }
    if phase == .pending, verdict != .pass { keep(Sample(at: at, reading: reading)) }
    switch persistence {
    case .lasting(let span): last(verdict, reading, at, Freshness(every: every), span)
    case .share(let hits, let whole): share(verdict, reading, at, hits, whole)
    }
  }

  private mutating func last(
    _ verdict: Verdict, _ reading: Reading, _ at: Instant, _ freshness: Freshness, _ span: Span
  ) {
    switch verdict {
    case .unknown: return
    case .pass: if phase == .pending { clear(at) }
    case .breach:
      if phase == .idle {
        begin(at, reading)
      } else {
        breaches += 1
        // One evaluation that is unknown, or was never made, is bridged; more of them stop the clock.
        if let breachAt, freshness.bridges(at - breachAt) { lasted = lasted + (at - breachAt) }
      }
      breachAt = at
      if breaches >= 2, lasted >= span { fire() }
    }
  }

  private mutating func share(_ verdict: Verdict, _ reading: Reading, _ at: Instant, _ hits: Int, _ whole: Int) {
    if case .unknown = verdict { return }
    recent.append(verdict == .breach)
    if recent.count > whole { recent.removeFirst(recent.count - whole) }
    let found = recent.count { $0 }
    if verdict == .breach { breachAt = at }
    if phase == .idle, found > 0 {
      begin(at, reading)
    } else if phase == .pending, found == 0 {
      clear(at)
    } else if verdict == .breach {
      breaches += 1
    }
    if found >= hits { fire() }
  }

  private mutating func begin(_ at: Instant, _ reading: Reading) {
    phase = .pending
    since = at
    lasted = .zero
    breaches = 1
    samples = [Sample(at: at, reading: reading)]
    changes.append(at)
    isAnnounced.toggle()
  }

  private mutating func clear(_ at: Instant) {
    phase = .idle
    since = nil
    breachAt = nil
    lasted = .zero
    breaches = 0
    samples = []
    changes.append(at)
    isAnnounced.toggle()
  }

  private mutating func fire() {
    phase = .firing
    isAnnounced = true
  }

  private mutating func keep(_ sample: Sample) {
    samples.append(sample)
    if samples.count > Self.sampleLimit { samples.remove(at: 1) }
  }

  /// Forgets changes that are older than a span before the newest one, and says whether too many are left.
  mutating func isUnstable(within span: Span) -> Bool {
    guard let newest = changes.last else { return false }
    changes.removeAll { newest - $0 > span }
    return changes.count > Self.changeLimit
  }

  /// More changes than this within half an hour are flapping.
  static let changeLimit = 4
}
