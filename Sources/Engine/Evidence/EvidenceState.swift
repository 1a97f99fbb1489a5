import Plans
public import Quantities

/// What the engine knows from measurements. Empty in a run whose plan has no signals.
struct EvidenceState: Equatable, Sendable {
  /// In the order of the plan.
  var signals: [SignalState]
  /// By trigger: the progress of each series that has any.
  var triggers: [[String: TriggerProgress]]
  /// The waves that were changed, oldest first; finished ones only as long as something still watches them.
  var spans: [ChangeSpan] = []
  /// By stage that was changed: when that began, and when its last wave was finished.
  var stages: [Int: ChangeSpan] = [:]
  /// The gate that is measured now.
  var gate: GateState?
  /// The bake that needs evidence.
  var bake: BakeState?
  /// By series: the events of the current wave.
  var counts: [String: EventCount] = [:]
  /// What triggers and gates decided and what is not carried out yet.
  var retreats: [Retreat] = []
  /// The gate that was opened last.
  var opened: OpenedGate?
  /// The entry with which the newest gate let the run go on, as long as no wave has begun since.
  var passedBy: Int64?
  /// The waves whose gate two persons forced: it is not asked again.
  var forced: [Place] = []
}

extension EvidenceState {
  init(signals: Int, triggers: Int) {
    self.init(
      signals: Array(repeating: SignalState(), count: signals), triggers: Array(repeating: [:], count: triggers))
  }
}

/// The newest that is known of a signal.
struct SignalState: Equatable, Sendable {
  /// The time of the newest evaluation.
  var until: Instant?
  /// By name; a signal without an extent has one, which is called "".
  var series: [String: SeriesState] = [:]
}

/// When something was changed first, when that was over, and when something newer began.
struct ChangeSpan: Equatable, Sendable {
  var stage: Int
  var wave: Int
  var changedAt: Instant
  var finishedAt: Instant?
  /// When the next wave began: until then the newest change is watched.
  var leftAt: Instant?
}

/// A gate that is measured.
struct GateState: Equatable, Sendable {
  var stage: Int
  var wave: Int
  var startedAt: Instant
  /// When it must be open; `nil` waits for ever.
  var deadline: Instant?
  /// What must hold.
  var board: Board
  var hold: HoldGate
  var isShadow: Bool
  /// The event that said that its deadline has passed; what follows from that names it as its cause.
  var expiredBy: Int64?
  /// Whether its deadline has passed and its action was decided.
  var isExpired: Bool { expiredBy != nil }
  /// Whether it was reported to hold.
  var isAnnounced = false
  /// The migrated targets that can be compared, each with its controls; empty where too few could show anything.
  var matched: [MatchedTarget] = []
  /// Whether the plan had enough targets to compare, and fewer are left: some failed or were left out.
  var lacksPairs = false
  /// How often they were compared, and what was found last.
  var looks = 0
  var comparison: ComparisonResult?
  /// Whether that was reported.
  var isCompared = true
  /// Who asked to force it: a second person must ask too.
  var forceAskedBy: Int?
  /// The entry that says so.
  var forceAskedAt: Int64?
}

/// A bake that needs evidence.
struct BakeState: Equatable, Sendable {
  /// What must hold: what the gate requires, and what triggers watch for.
  var board: Board
  var clock: BakeClock
  /// The newest announced verdict.
  var announced = Verdict.pass
  /// When it must be over; `nil` waits for ever.
  var deadline: Instant?
  /// The event that said that its deadline has passed.
  var expiredBy: Int64?
}

/// The gate that opened last. Its pass counts for `valid_for`, and is measured again after that.
struct OpenedGate: Equatable, Sendable {
  var stage: Int
  var wave: Int
  var at: Instant
  /// Whether it is asked again before anything new begins, however new its pass is: under another plan, or since what
  /// came after it was taken back.
  var isOwed = false
}

/// What evidence decided and what is to be done about it.
struct Retreat: Equatable, Sendable {
  /// What decided, in words: `trigger errors`.
  var by: String
  var action: GateAction
  /// How far it reaches.
  var place: Place
  /// The stage in which it was decided, whose `then` says what follows.
  var stage: Int
  /// When it was decided.
  var at: Instant
  /// The sequence number of the decision.
  var cause: Int64
}

/// A running total that may begin again at nothing.
struct EventCount: Equatable, Sendable {
  var last: Fixed
  var sum: Fixed

  mutating func take(_ total: Fixed) {
    let rise = total < last ? total.steps : total.steps - last.steps
    sum = Fixed(clampingSteps: sum.steps + max(0, rise))
    last = total
  }
}

/// The conditions that must hold on a wave, with the newest verdict of each.
struct Board: Equatable, Sendable {
  /// One condition.
  struct Item: Equatable, Sendable {
    var condition: PlannedCondition
    /// Whether the condition is the breach, as in a trigger; else its contrary is.
    var isBreach: Bool
    var policy: NoDataPolicy
    var verdict: Verdict?
    var at: Instant?
    /// When it passed last.
    var passedAt: Instant?
    /// The series that decided, and what was found there.
    var series = ""
    var reading: Reading = .missing(.noData)
  }

  var items: [Item]
  /// Samples count from here on.
  var startedAt: Instant

  /// The verdict on the whole at a time: a condition that was not looked at for long is unknown.
  func verdict(at time: Instant, signals: [PlannedSignal]) -> Verdict {
    items.reduce(.pass) { sum, item in
      guard let verdict = item.verdict, let at = item.at else { return sum.and(.unknown(.noData)) }
      let signal = signals[item.condition.signal]
      let isFresh = Freshness(of: signal).bridges(time - (at + signal.settle))
      return sum.and(isFresh ? verdict : .unknown(.noData))
    }
  }

  /// The freshness of its slowest signal.
  func freshness(signals: [PlannedSignal]) -> Freshness {
    Freshness(every: items.map { signals[$0.condition.signal].every }.max() ?? .zero)
  }
}

/// One condition and what was found, as decisions keep it.
public struct Exhibit: Hashable, Sendable {
  /// The condition in the words of the runbook.
  public var condition: String
  /// The series that decided.
  public var series: String
  /// What was found there.
  public var reading: Reading
  /// When.
  public var at: Instant

  public init(condition: String, series: String, reading: Reading, at: Instant) {
    self.condition = condition
    self.series = series
    self.reading = reading
    self.at = at
  }
}

extension Board {
  /// What was found, condition by condition.
  func exhibits(in plan: Plan) -> [Exhibit] {
    items.compactMap { item in
      item.at.map {
        Exhibit(condition: plan.words(of: item.condition), series: item.series, reading: item.reading, at: $0)
      }
    }
  }
}
