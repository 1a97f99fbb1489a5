import Engine
import Plans
public import Quantities

/// What a signal showed, with what was demanded of it and what was decided on it.
public struct SignalCourse: Sendable {
  /// One point of a series; `nil` where nothing was known.
  public struct Point: Equatable, Sendable {
    public var at: Instant
    public var value: Fixed?
  }

  /// What one series showed.
  public struct Series: Equatable, Sendable {
    /// Empty for a signal that has only one.
    public var name: String
    public var points: [Point]
  }

  /// A number that a gate or a trigger compares with.
  public struct Limit: Equatable, Sendable {
    public var value: Fixed
    /// `trigger slow: > 5 s`
    public var words: String
    /// Whether more than it is the breach.
    public var isHighBad: Bool
  }

  /// A stretch of time with a meaning.
  public struct Mark: Equatable, Sendable {
    /// A breach that lasts, the moment of a decision, or a gate's hold.
    public enum Kind: String, Sendable, CaseIterable { case pending, fired, holding }

    public var kind: Kind
    public var from: Instant
    public var to: Instant
    /// `slow in eu`
    public var words: String
  }

  public var name: String
  public var unit: String
  public var series: [Series]
  /// How many series there are; the worst are in ``series``.
  public var seriesCount: Int
  /// How many samples there are; ``series`` may be thinned.
  public var sampleCount: Int
  public var limits: [Limit]
  public var marks: [Mark]
  /// When waves began: the changes that it watches.
  public var changes: [(at: Instant, path: String)]
}

/// Collects what signals showed.
struct SignalCollector {
  /// So many points are kept of a plot, and so many series.
  static let pointLimit = 600
  static let seriesLimit = 6

  private var found: [String: [String: [SignalCourse.Point]]] = [:]
  private var marks: [String: [SignalCourse.Mark]] = [:]
  private var pending: [String: Instant] = [:]
  private var changes: [(at: Instant, path: String)] = []
  private var holding: Instant?

  mutating func take(_ record: HistoryRecord, _ state: RunState, path: String) {
    switch record.event.kind {
    case .sampled(let parts): for part in parts { take(part) }
    case .waveStarted: changes.append((record.event.at, path))
    case .triggerPending(let trigger, let series, let since): pending["\(trigger) \(series)"] = since
    case .triggerCleared(let trigger, let series):
      mark(.pending, trigger, series, to: record.event.at, in: state.plan)
    case .triggerFired(let firing):
      mark(.pending, firing.trigger, firing.series, to: record.event.at, in: state.plan)
      pending["\(firing.trigger) \(firing.series)"] = record.event.at
      mark(.fired, firing.trigger, firing.series, to: record.event.at, in: state.plan)
    case .gateHolding(let since): holding = since
    case .gateBroken, .gateOpened, .gateExpired: endHold(record, state, path: path)
    default: break
    }
  }

  private mutating func take(_ part: Samples) {
    for row in part.rows {
      for (name, reading) in zip(part.series, row.readings) {
        var value: Fixed?
        if case .value(let known) = reading { value = known }
        found[part.name, default: [:]][name, default: []].append(.init(at: row.at, value: value))
      }
    }
  }

  private mutating func mark(
    _ kind: SignalCourse.Mark.Kind, _ trigger: String, _ series: String, to end: Instant, in plan: Plan
  ) {
    guard let from = pending.removeValue(forKey: "\(trigger) \(series)"),
      let planned = plan.triggers.first(where: { $0.id == trigger })
    else { return }
    let words = series.isEmpty ? trigger : "\(trigger) in \(series)"
    marks[plan.signals[planned.condition.signal].name, default: []].append(
      .init(kind: kind, from: from, to: end, words: words))
  }

  private mutating func endHold(_ record: HistoryRecord, _ state: RunState, path: String) {
    guard let since = holding, case .wave(let stage, _) = record.event.subject else { return }
    holding = nil
    for condition in state.plan.stages[stage].gate?.conditions ?? [] {
      marks[state.plan.signals[condition.signal].name, default: []].append(
        .init(kind: .holding, from: since, to: record.event.at, words: "gate of \(path)"))
    }
  }

  /// The courses of the signals of a plan that were measured, in its order.
  func courses(in plan: Plan) -> [SignalCourse] {
    plan.signals.indices.compactMap { number in
      let signal = plan.signals[number]
      guard let known = found[signal.name] else { return nil }
      let limits = Self.limits(of: number, in: plan)
      let isHighBad = limits.first?.isHighBad ?? true
      let order = known.keys.sorted { left, right in
        let (one, other) = (Self.worst(known[left] ?? [], isHighBad), Self.worst(known[right] ?? [], isHighBad))
        return one == other ? left < right : isHighBad ? one > other : one < other
      }
      return SignalCourse(
        name: signal.name, unit: signal.unit,
        series: order.prefix(Self.seriesLimit).map { .init(name: $0, points: Self.thinned(known[$0] ?? [])) },
        seriesCount: known.count, sampleCount: known.values.reduce(0) { $0 + $1.count }, limits: limits,
        marks: marks[signal.name] ?? [], changes: changes)
    }
  }

  private static func worst(_ points: [SignalCourse.Point], _ isHighBad: Bool) -> Fixed {
    let values = points.compactMap(\.value)
    return (isHighBad ? values.max() : values.min()) ?? .zero
  }

  /// What conditions compare with, once each; a share of the forecast moves with the run and is no line.
  private static func limits(of signal: Int, in plan: Plan) -> [SignalCourse.Limit] {
    var limits: [SignalCourse.Limit] = []
    func add(_ condition: PlannedCondition, _ name: String, isBreach: Bool) {
      guard condition.signal == signal, condition.quantity == nil else { return }
      let isMore = [.more, .atLeast].contains(condition.comparison)
      let limit = SignalCourse.Limit(
        value: condition.limit, words: "\(name): \(plan.words(of: condition))", isHighBad: isMore == isBreach)
      if !limits.contains(limit) { limits.append(limit) }
    }
    for trigger in plan.triggers { add(trigger.condition, "trigger \(trigger.id)", isBreach: true) }
    for stage in plan.stages {
      for condition in stage.gate?.conditions ?? [] { add(condition, "gate of \(stage.id)", isBreach: false) }
    }
    return limits
  }

  /// At most so many points: of each stretch the smallest and the largest, so that no spike is thinned away, and the
  /// first of what was unknown.
  static func thinned(_ points: [SignalCourse.Point]) -> [SignalCourse.Point] {
    let sorted = points.sorted { $0.at < $1.at }
    guard sorted.count > pointLimit else { return sorted }
    let buckets = pointLimit / 3
    return (0..<buckets).flatMap { bucket -> [SignalCourse.Point] in
      let part = sorted[(bucket * sorted.count / buckets)..<((bucket + 1) * sorted.count / buckets)]
      let known = part.indices.filter { part[$0].value != nil }
      let least = known.min { (part[$0].value ?? .zero) < (part[$1].value ?? .zero) }
      let most = known.max { (part[$0].value ?? .zero) < (part[$1].value ?? .zero) }
      let gap = part.firstIndex { $0.value == nil }
      return Set([least, most, gap].compactMap { $0 }).sorted().map { part[$0] }
    }
  }
}
