public import Plans
import Quantities

/// What the budgets, the pilots and the limits of a plan mean, in numbers.
public enum BudgetScreen {
  /// The table: for equal waves, the chance that one stops at given true failure rates, and what else the numbers say.
  public static func text(_ plan: Plan, style: Style, columns: Int) -> String {
    var table = Table(
      [.init(title: "waves"), .init(title: "stops at", isRight: true)]
        + BudgetOdds.rates.map { .init(title: "\(percent($0)) fail", isRight: true) }, indent: " ")
    for group in BudgetOdds.groups(of: plan) {
      table.rows.append(
        ["\(group.waves) × \(group.targets)", "failure \(group.tolerate + 1)"]
          + BudgetOdds.rates.map { percent(group.stops(rate: $0)) })
    }
    var rows = [
      style.paint("What the budgets mean", .bold) + ": the chance that a wave stops, by the true failure rate"
    ]
    rows += table.lines(columns: columns, style: style)
    rows += notes(plan).flatMap { note in
      Width.broken(note, to: max(20, columns - 3)).enumerated().map {
        $0.offset == 0 ? " " + $0.element : "   " + $0.element
      }
    }
    return style.finish(rows.map { Width.truncate($0, to: columns) + "\n" }.joined())
  }

  /// What else the numbers say, one sentence each.
  static func notes(_ plan: Plan) -> [String] {
    var notes: [String] = []
    let groups = BudgetOdds.groups(of: plan)
    if !groups.isEmpty {
      notes.append("If 1 % of targets fail by chance, some wave stops without need: \(someWaveStops(plan)).")
    }
    let pilots = groups.first.map { $0.waves * $0.targets } ?? 0
    if let stage = plan.stages.first(where: {
      $0.inventory != nil && $0.waves.count > 1 && $0.waves[0].targets.count > 1
    }) {
      let first = stage.waves[0].targets.count
      let all = stage.targetCount
      notes.append(
        "\(first) clean targets still allow a failure rate of \(percent(BudgetOdds.boundAfterClean(first))), "
          + "\(all) clean ones \(percent(BudgetOdds.boundAfterClean(all))) (95 %).")
    } else if pilots > 0 {
      notes.append(
        "\(pilots) clean targets still allow a failure rate of \(percent(BudgetOdds.boundAfterClean(pilots))) (95 %).")
    }
    for trigger in plan.triggers
    where plan.signals[trigger.condition.signal].unit == "%" && trigger.condition.quantity == nil {
      let limit = trigger.condition.limit.approximate / 100
      guard limit > 0, limit < 0.5, let twice = BudgetOdds.eventsToTell(rate: 2 * limit, from: limit),
        let half = BudgetOdds.eventsToTell(rate: limit / 2, from: limit)
      else { continue }
      let minimum = plan.signals[trigger.condition.signal].minimumCount.map { "; min_count is \($0)" } ?? ""
      notes.append(
        "Trigger \(Sanitize.line(trigger.id)): \(Words.grouped(twice)) events tell twice the limit from it, "
          + "\(Words.grouped(half)) half of it\(minimum).")
    }
    return notes
  }

  /// The chance that some wave of a plan stops when 1 % of its targets fail by chance.
  static func someWaveStops(_ plan: Plan) -> String {
    percent(1 - BudgetOdds.groups(of: plan).reduce(1.0) { $0 * (1 - $1.anyStops(rate: 0.01)) })
  }

  /// A chance in percent: whole from ten on, tenths below.
  static func percent(_ chance: Double) -> String {
    let tenths = Int((min(max(chance, 0), 1) * 1_000).rounded())
    if tenths == 0 { return chance > 0 ? "<0.1 %" : "0 %" }
    if tenths >= 100 { return "\(Int((min(chance, 1) * 100).rounded())) %" }
    return "\(tenths / 10).\(tenths % 10) %"
  }
}
