internal import Engine
internal import Plans
public import Quantities

/// What a run measured, against what its plan projected for the targets that were live at that time.
public struct Measured: Equatable, Sendable {
  /// All samples with one number of live targets.
  public struct Step: Equatable, Sendable {
    /// The live targets.
    public var targets: Int
    public var samples: Int
    /// The median of what was measured.
    public var measured: Fixed
    public var projected: Fixed
  }

  /// The quantity of the forecast.
  public var quantity: String
  /// The signal that measures it.
  public var signal: String
  /// The unit of both.
  public var unit: String
  /// By rising numbers of live targets.
  public var steps: [Step]

  /// How many times what was projected was measured: the median of all steps, each counted by its samples. `nil`
  /// without a sample above nothing.
  public var ratio: Double? {
    var ratios = steps.filter { $0.projected > .zero }.flatMap { step in
      [Double](
        repeating: step.measured.approximate / step.projected.approximate, count: min(step.samples, 1_000)
      )
    }
    ratios.sort()
    return ratios.isEmpty ? nil : ratios[ratios.count / 2]
  }

  /// Reads a run: for each signal that a condition compares with a quantity of the forecast, what was found.
  public static func read(_ history: RunHistory, zones: any ZoneTable) -> [Measured] {
    var state = RunState(history.plan, zones: zones)
    for (digest, plan) in history.plans { state.learn(plan, as: digest) }
    var collector = MeasuredCollector()
    for (seq, event, _) in history.records {
      state.fold(event, sequence: seq)
      collector.take(event, state)
    }
    return collector.found
  }
}

/// Collects what was measured, beside what was projected for it, event by event.
struct MeasuredCollector {
  private struct Key: Hashable {
    var quantity: String
    var signal: String
    var unit: String
  }

  private var values: [Key: [Int: (values: [Fixed], projected: Fixed)]] = [:]

  /// Takes an event, and the run with that event in it.
  mutating func take(_ event: Event, _ state: borrowing RunState) {
    guard case .sampled(let samples) = event.kind else { return }
    for part in samples {
      for quantity in Self.quantities(comparedWith: part.signal, in: state.plan) {
        let projection = state.plan.forecast[quantity]
        let key = Key(quantity: projection.name, signal: part.name, unit: projection.unit)
        for row in part.rows {
          let (live, projected) = state.projected(quantity, at: row.at)
          for case .value(let value) in row.readings {
            values[key, default: [:]][live, default: ([], projected)].values.append(value)
          }
        }
      }
    }
  }

  /// What was found, by quantity and signal.
  var found: [Measured] {
    values.sorted { ($0.key.quantity, $0.key.signal) < ($1.key.quantity, $1.key.signal) }.map { key, byTargets in
      let steps = byTargets.sorted { $0.key < $1.key }.map { live, step in
        let sorted = step.values.sorted()
        return Measured.Step(
          targets: live, samples: sorted.count, measured: sorted[sorted.count / 2], projected: step.projected)
      }
      return Measured(quantity: key.quantity, signal: key.signal, unit: key.unit, steps: steps)
    }
  }

  /// The quantities that triggers and gates compare a signal with.
  private static func quantities(comparedWith signal: Int, in plan: Plan) -> [Int] {
    let conditions = plan.triggers.map(\.condition) + plan.stages.compactMap(\.gate).flatMap(\.conditions)
    return Set(conditions.filter { $0.signal == signal }.compactMap(\.quantity)).sorted()
  }
}
