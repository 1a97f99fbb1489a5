import Quantities
import Testing

@testable import Engine
@testable import Plans

extension Make {
  /// A signal `s` of unit `s`, measured every 30 seconds.
  static func signal(
    _ name: String = "s", _ extent: SignalExtent = .global, every: Int64 = 30, settle: Int64 = 0, window: Int64 = 30,
    noData: NoDataPolicy = .hold
  ) -> PlannedSignal {
    PlannedSignal(
      name: name, unit: "s", extent: extent, every: seconds(every), settle: seconds(settle), window: seconds(window),
      minimumCount: nil, noData: noData, operation: "metrics.\(name)", provider: "cloud", arguments: .none,
      timeout: .minute)
  }

  /// `s > 5 s` by default.
  static func condition(
    _ comparison: Condition.Comparison = .more, _ limit: Int64 = 5, signal: Int = 0, quantity: Int? = nil
  ) -> PlannedCondition {
    PlannedCondition(
      signal: signal, comparison: comparison, limit: Fixed(millionths: limit * 1_000_000), quantity: quantity)
  }

  static func trigger(
    _ id: String = "slow", _ condition: PlannedCondition = condition(), lasts: Int64 = 60,
    share: (Int, Int)? = nil, do action: GateAction = .rollback, scope: PlannedTrigger.Scope = .wave,
    watchAfter: Int64 = 0, noData: NoDataPolicy = .hold
  ) -> PlannedTrigger {
    PlannedTrigger(
      id: id, condition: condition,
      persistence: share.map { .share(of: $0.0, in: $0.1) } ?? .lasting(seconds(lasts)), action: action, scope: scope,
      watchAfter: seconds(watchAfter), noData: noData, mitigates: [])
  }

  static func gate(
    _ conditions: [PlannedCondition] = [condition(.less, 3)], hold: Int64 = 60, deadline: Int64? = 600,
    onBreach: GateAction = .rollback, onUnknown: GateAction = .hold, validFor: Int64? = nil, isShadow: Bool = false
  ) -> PlannedGate {
    PlannedGate(
      names: ["healthy"], conditions: conditions, hold: seconds(hold), deadline: deadline.map { seconds($0) },
      onBreach: onBreach, onUnknown: onUnknown, validFor: validFor.map { seconds($0) }, isShadow: isShadow,
      comparison: nil)
  }

  /// A plan that measures: two waves of two targets each, one step and no cut-over mark.
  static func watched(
    signals: [PlannedSignal] = [signal()], triggers: [PlannedTrigger] = [], gate: PlannedGate? = nil,
    bake: Span = .zero, events: PlannedEvents? = nil, then: AfterRollback = .hold,
    waves: [[Int32]] = [[0, 1], [2, 3]]
  ) -> Plan {
    var stage = stage(steps: [step("a")], waves: waves, concurrency: 4, isStrict: false, bake: bake)
    stage.gate = gate
    stage.bakeEvents = events
    stage.then = then
    var plan = plan([stage])
    plan.signals = signals
    plan.triggers = triggers
    return plan
  }
}

extension Bench {
  /// The next whole multiple of 30 seconds.
  var nextSample: Instant {
    Instant(milliseconds: (now.milliseconds / 30_000 + 1) * 30_000)
  }

  /// Time goes on to the next sample of signal `s`, which is this for every series.
  mutating func sample(_ text: String, signal: Int = 0, series: [String]? = nil) {
    now = nextSample
    measure(text, signal: signal, series: series)
  }

  /// What was measured for the present time.
  mutating func measure(_ text: String, signal: Int = 0, series: [String]? = nil) {
    guard let reading = Reading(text) else {
      Issue.record("`\(text)` is no reading")
      return
    }
    let due = state.samplesDue(at: now).first { $0.signal == signal }
    let names = series ?? due?.series ?? [""]
    let row = Samples.Row(at: now, readings: names.map { _ in reading })
    let samples = Samples(signal: signal, name: state.plan.signals[signal].name, series: names, rows: [row])
    turn([Event(.sampled([samples]), at: now)])
  }

  /// The same sample so many times in a row.
  mutating func samples(_ text: String, _ count: Int) { for _ in 0..<count { sample(text) } }

  /// What signal `s` says for each interval from a time on is read at once, when the last of them has come.
  mutating func readTogether(_ values: [Int64], from first: Instant) {
    let rows = values.enumerated().map { number, value in
      Samples.Row(
        at: first + Make.seconds(Int64(number) * 30), readings: [.value(Fixed(millionths: value * 1_000_000))])
    }
    now = rows.last?.at ?? first
    turn([Event(.sampled([Samples(signal: 0, name: "s", series: [""], rows: rows)]), at: now)])
  }

  /// Everything that is due is read at once, as after an outage, and says this.
  mutating func readAll(_ text: String) {
    guard let reading = Reading(text) else {
      Issue.record("`\(text)` is no reading")
      return
    }
    let all = state.samplesDue(at: now).map { due in
      Samples(
        signal: due.signal, name: state.plan.signals[due.signal].name, series: due.series,
        rows: due.times.map { .init(at: $0, readings: due.series.map { _ in reading }) })
    }
    turn([Event(.sampled(all), at: now)])
  }
}
