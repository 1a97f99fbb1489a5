import Plans
import Quantities

@testable import Engine

extension EvidenceReferee {
  func series(of key: TargetKey, _ extent: SignalExtent, in state: RunState) -> String? {
    guard let inventory = state.plan.stages[key.stage].inventory else { return extent == .global ? "" : nil }
    func value(_ column: String) -> String? {
      let table = state.plan.inventories[inventory]
      return table.columns.firstIndex(of: column).map { table.values[$0][Int(key.row)] }
    }
    switch extent {
    case .global: return ""
    case .target: return value("id")
    case .attribute(let name): return value(name)
    }
  }

  /// The targets of a wave that were changed, and are neither taken back nor passed over.
  func exposed(_ stage: Int, _ wave: Int, in state: RunState) -> [TargetKey] {
    guard state.plan.stages[stage].waves.indices.contains(wave) else { return [] }
    return state.plan.stages[stage].waves[wave].targets.map { TargetKey(stage: stage, row: $0) }.filter { key in
      changed.contains(key) && [.done, .running, .failed].contains(state.stages[stage].status[Int(key.row)])
    }
  }

  func liveSince(_ name: String, _ signal: Int, in state: RunState) -> Instant? {
    let extent = state.plan.signals[signal].extent
    return live.filter { series(of: $0.key, extent, in: state) == name }.map(\.value).min()
  }

  /// What a reading may count as, where those of whom it speaks are live since a time.
  func verdicts(
    _ series: Series, at: Instant, _ condition: PlannedCondition, isBreach: Bool, _ policy: NoDataPolicy,
    since: Instant?, in plan: Plan
  ) -> Verdicts {
    guard let evaluation = known[series]?.last(where: { $0.at == at }) else { return .unknown }
    let window = plan.signals[series.signal].window
    func verdict(_ value: Fixed) -> Verdicts {
      condition.comparison.holds(value, condition.limit) == isBreach ? .breach : .pass
    }
    guard let since, at - since >= window else { return .unknown }
    switch evaluation.reading {
    case .value(let value): return verdict(value)
    case .missing(.notANumber): if case .idle = policy { return [.unknown, .pass] } else { return .unknown }
    case .missing(.noData):
      switch policy {
      case .hold: return .unknown
      case .breach: return .breach
      case .idle: return [.unknown, .pass]
      case .zero: return [.unknown, verdict(.zero)]
      case .carry(let age):
        let last = known[series]?.last { $0.at <= at && $0.reading.isNumber }
        guard let last, case .value(let value) = last.reading, at - last.at <= age, last.at - since >= window else {
          return .unknown
        }
        return verdict(value)
      }
    case .missing: return .unknown
    }
  }

  /// Something that must be so.
  struct Demand {
    var condition: PlannedCondition
    /// Whether the condition is the breach, as in a trigger.
    var isBreach: Bool
    var policy: NoDataPolicy
  }

  func demands(of gate: PlannedGate, in plan: Plan) -> [Demand] {
    gate.conditions.map { Demand(condition: $0, isBreach: false, policy: plan.signals[$0.signal].noData) }
  }

  /// What each evaluation of what is demanded of a wave may have meant, by time.
  func marks(
    of demands: [Demand], on stage: Int, _ wave: Int, since begun: Instant, in state: RunState
  ) -> [(at: Instant, condition: Int, verdicts: Verdicts)] {
    let plan = state.plan
    let targets = exposed(stage, wave, in: state).filter { live[$0] != nil }
    var marks: [(at: Instant, condition: Int, verdicts: Verdicts)] = []
    for (number, demand) in demands.enumerated() {
      let condition = demand.condition
      let signal = plan.signals[condition.signal]
      var cutOvers: [String: Instant?] = [:]
      for key in targets {
        guard let name = series(of: key, signal.extent, in: state) else { continue }
        let since = [cutOvers[name] ?? nil, live[key]].compactMap { $0 }.max()
        cutOvers.updateValue(since, forKey: name)
      }
      let times = Set(
        known.filter { $0.key.signal == condition.signal }.flatMap { $0.value.map(\.at) }.filter { $0 > begun })
      for time in times {
        let all = cutOvers.map { name, since in
          verdicts(
            Series(signal: condition.signal, name: name), at: time, condition, isBreach: demand.isBreach, demand.policy,
            since: since, in: plan)
        }
        marks.append((time, number, Self.all(all)))
      }
    }
    return marks.sorted { ($0.at, $0.condition) < ($1.at, $1.condition) }
  }

  /// What several verdicts may be together.
  static func all(_ verdicts: [Verdicts]) -> Verdicts {
    guard !verdicts.isEmpty else { return .unknown }
    var together: Verdicts = []
    if verdicts.allSatisfy({ $0.contains(.pass) }) { together.insert(.pass) }
    if verdicts.contains(where: { $0.contains(.breach) }) { together.insert(.breach) }
    if verdicts.contains(where: { $0.contains(.unknown) }), verdicts.allSatisfy({ $0 != .breach }) {
      together.insert(.unknown)
    }
    return together
  }
}

extension Reading {
  fileprivate var isNumber: Bool { if case .value = self { true } else { false } }
}
