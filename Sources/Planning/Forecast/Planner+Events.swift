import Diagnostics
import Forecasting
import Plans
import Quantities
import Runbooks

extension Planner {
  /// Says by how much bakes that wait for events move the end of the plan, by what the forecast expects to be asked.
  ///
  /// The dates of a plan stay the earliest ones: nothing may start before them, and stores may ask more than expected.
  ///
  /// - Returns: the day on which it is likely to end; `nil` where nothing moves it.
  mutating func sayWhatEventsTake(_ plan: Plan) -> CivilDate? {
    guard !isCompressed, plan.starts != nil, let end = plan.lastDay else { return nil }
    // The stage that its events keep longest beyond its own bake speaks for all; most keep none.
    let waiting = zip(plan.stages, runbook.phases.flatMap(\.stages)).compactMap { planned, stage in
      eventTime(of: stage).map { time in
        (stage: stage, longest: planned.waves.map { time($0.targets) }.max() ?? .zero)
      }
    }
    func beyond(_ one: (stage: Stage, longest: Span)) -> Int64 {
      one.longest.milliseconds - (one.stage.bake?.time ?? .zero).milliseconds
    }
    guard let slowest = waiting.max(by: { beyond($0) < beyond($1) }), beyond(slowest) > 0, let bake = slowest.stage.bake
    else { return nil }
    var other = Planner(
      runbook: runbook, environment: environment, zones: zones, given: given, part: part, amending: amending,
      today: today, times: times)
    (other.isTrial, other.expectsEvents) = (true, true)
    guard let expected = other.resolve().lastDay, expected > end else { return nil }
    findings.append(
      PlanningFindings.waitsForEvents(
        stage: slowest.stage.id.value, events: bake.events ?? 0,
        takes: Spoken.time(Double(slowest.longest.milliseconds) / 1_000), counted: bake.time.spoken,
        end: end.text, expected: expected.text, days: expected.dayNumber - end.dayNumber,
        late: runbook.deadline.map { expected.dayNumber - $0.value.dayNumber } ?? 0, at: bake.location))
    return expected
  }

  /// How long the events of a bake take from the cut-over on, by the most likely load and its adoption, for the series
  /// that is slowest; `nil` where no forecast says it.
  func eventTime(of stage: Stage) -> (([Int32]) -> Span)? {
    guard let count = stage.bake?.events, !isIgnored(.events), let model = runbook.model,
      let inventory = runbook.inventories.first(where: { $0.name.value == model.load.inventory.value }),
      stage.targets?.value == inventory.name.value,
      let signal = runbook.signals.first(where: { $0.name.value == stage.bake?.countedBy?.value })
    else { return nil }
    let values = model.values
    let each = values[model.load.questions] * values[model.load.surge]
    let adoption = model.load.adoption.map { values[$0] } ?? 0
    let users = model.load.usersColumn.flatMap { inventory.column($0.value) }?.map { Double($0) ?? 0 }
    let usual = model.load.usersEach.map { values[$0] } ?? 0
    let series: [String]? =
      switch signal.extent {
      case .target: inventory.ids
      case .attribute(let name): inventory.column(name)
      default: nil
      }
    return { rows in
      var asked: [String: (rate: Double, targets: Int)] = [:]
      for row in rows {
        let name = series?[Int(row)] ?? ""
        asked[name, default: (0, 0)].rate += (users?[Int(row)] ?? usual) * each
        asked[name, default: (0, 0)].targets += 1
      }
      let longest = asked.values.map {
        Ramp.time(until: Double(count) * Double($0.targets), rate: $0.rate, scale: adoption)
      }
      // What is never asked holds the run in the end, and is another matter than its dates.
      let seconds = longest.filter(\.isFinite).max() ?? 0
      return Span(milliseconds: Int64(min(seconds, 1e9) * 1_000))
    }
  }
}
