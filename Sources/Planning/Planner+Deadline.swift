import Diagnostics
import Plans
import Quantities
import Runbooks

extension Planner {
  /// Says when the calendar of the plan ends after the deadline, and which pace would end in time.
  mutating func checkDeadline(of plan: Plan) {
    guard !isTrial, let deadline = runbook.deadline, let standing = plan.standing, !standing.isMet,
      let start = plan.starts ?? plan.stages.first?.waves.first?.earliest
    else { return }
    let last = standing.ends
    // Those that count are the targets of the roll-out that comes last: platforms are not what the deadline is about.
    let inventory = plan.stages.last { $0.inventory != nil }?.inventory
    let counted = zip(plan.stages, runbook.phases.flatMap(\.stages))
      .filter { $0.0.inventory == inventory && inventory != nil }
    let total = counted.reduce(0) { $0 + $1.0.targetCount }
    let done = counted.reduce(0) { sum, stages in
      sum + stages.0.waves.reduce(0) { $0 + (($1.latest ?? last) <= deadline.value ? $1.targets.count : 0) }
    }
    let targets = inventory.map { usedInventories[$0] } ?? "targets"
    findings.append(
      PlanningFindings.deadlineMissed(
        deadline: deadline.value.text,
        finish: "the plan ends in week \(week(of: last, from: start)), on \(last.text)",
        daysLate: standing.daysLate,
        done: "\(done) of \(total) \(targets) are done by then",
        remedy: paceThatMeets(deadline.value, plan: plan), at: deadline.location))
  }

  private func week(of day: CivilDate, from start: CivilDate) -> Int {
    (day.dayNumber - start.monday.dayNumber) / 7 + 1
  }

  /// The pace with which the paced stage that ends last would end by the deadline, everything before it unchanged.
  private func paceThatMeets(_ deadline: CivilDate, plan: Plan) -> String? {
    let stages = runbook.phases.flatMap(\.stages)
    guard
      let index = plan.stages.indices.last(where: { plan.stages[$0].pace != nil && !plan.stages[$0].waves.isEmpty }),
      let pace = stages[index].waves.pace?.value, let first = plan.stages[index].waves.first?.earliest
    else { return nil }
    let length = pace.period == .day ? 1 : 7
    let opening = length == 7 ? first.monday : first
    // The last wave has to begin in a period that begins in time.
    let periods = deadline < opening ? 0 : (deadline.dayNumber - opening.dayNumber) / length + 1
    let late = "start stage `\(plan.stages[index].id)` before \(deadline.text): no pace can meet the deadline"
    guard periods > 0 else { return late }
    let total = plan.stages[index].targetCount
    let least = (total + periods - 1) / periods
    func spoken(_ count: Int) -> String { "`pace: \(Pace(count: count, period: pace.period).words)`" }
    let stage = "stage `\(plan.stages[index].id)`"
    guard runbook.inventories.reduce(0, { $0 + $1.count }) <= Self.mostForTrials else {
      return "\(spoken(least)) in \(stage) is the least by the calendar alone: windows and freezes may need more"
    }
    guard let needed = leastPace(from: least, for: total, of: index, endingBy: deadline) else {
      return "no pace of \(stage) meets it, with its windows and freezes: start it earlier"
    }
    return "\(spoken(needed)) in \(stage) would: "
      + "\(total) targets in \((total + needed - 1) / needed) \(length == 7 ? "weeks" : "days")"
  }

  /// The lowest pace of a stage with which the whole plan ends in time, windows and freezes included; `nil` for none.
  ///
  /// Each one that is told was tried: the plan with it meets its deadline.
  private func leastPace(from least: Int, for total: Int, of stage: Int, endingBy end: CivilDate) -> Int? {
    // Only the number of periods counts: each lower one has one pace that is worth a trial.
    var (periods, trials) = ((total + least - 1) / least, 0)
    while periods > 0, trials < Self.mostTrials {
      let pace = (total + periods - 1) / periods
      if let ends = trial(pace: pace, of: stage), DeadlineStanding(deadline: end, ends: ends).isMet { return pace }
      periods -= max(1, periods / Self.mostTrials)
      trials += 1
    }
    return nil
  }

  private static let mostTrials = 12
  private static let mostForTrials = 20_000

  /// When the same plan with another pace of a stage would end.
  private func trial(pace: Int, of index: Int) -> CivilDate? {
    var other = Planner(
      runbook: runbook, environment: environment, zones: zones, given: given, part: part, amending: amending,
      today: today, times: times)
    other.isTrial = true
    var number = 0
    for phase in other.runbook.phases.indices {
      for stage in other.runbook.phases[phase].stages.indices {
        if number == index { other.runbook.phases[phase].stages[stage].waves.pace?.value.count = pace }
        number += 1
      }
    }
    return other.resolve().lastDay
  }

  /// Says where strict admission lets fewer targets run than the runbook asks for.
  mutating func checkConcurrency(of plan: Plan) {
    for (stage, written) in zip(plan.stages, runbook.phases.flatMap(\.stages)) where !stage.waves.isEmpty {
      let limits = stage.waves.indices.map { wave in
        stage.effectiveConcurrency(
          wave: wave, phaseLimit: plan.phases[stage.phase].tolerate, runLimit: plan.tolerateInRun)
      }
      guard let effective = limits.min(), effective < stage.concurrency,
        let location = written.waves.concurrency?.location
      else { continue }
      findings.append(
        PlanningFindings.concurrencyBounded(
          asked: stage.concurrency, effective: effective, limit: effective - 1, stage: stage.id, at: location))
    }
  }
}
