import Diagnostics
import Plans
import Quantities
import Runbooks

// What is well written and protects nobody. All times are those of the runbook: where an environment compresses them,
// they fit each other no better.

extension Planner {
  /// Says which triggers, gates, tolerances and policies of a plan can never do what they are for.
  mutating func checkProtection(of plan: Plan) {
    let stages = Array(zip(plan.stages, runbook.phases.flatMap(\.stages)))
    for trigger in runbook.triggers where !isIgnored(.triggers) { checkWatch(of: trigger, stages: stages) }
    checkSpeech(of: plan, stages: stages.map(\.1))
    checkCalendarEnds(of: plan)
    for (planned, stage) in stages {
      if let gate = stage.gate, !isIgnored(.gates) {
        if !gate.shadow { checkDeadline(of: gate, stage: stage) }
        checkContradictions(in: gate)
      }
      checkDeadline(of: stage.bake, stage: stage)
      checkTolerance(of: planned, written: stage)
    }
    checkTolerance(of: plan)
    checkCarrying()
  }

  // MARK: - Signals

  /// What is asked of a signal that can say nothing about those it is asked about.
  private mutating func checkSpeech(of plan: Plan, stages: [Stage]) {
    for (number, stage) in stages.enumerated() where !plan.stages[number].waves.isEmpty {
      func silent(_ signals: [Int]) -> [PlannedSignal] {
        Set(signals).sorted().map { plan.signals[$0] }.filter { !plan.speaks($0, ofStage: number) }
      }
      // A gate in shadow decides nothing.
      let gate = plan.stages[number].gate.flatMap { $0.isShadow ? nil : $0 }
      for signal in silent(gate?.conditions.map(\.signal) ?? []) {
        findings.append(.saysNothing(signal, "the gate", "can only expire", stage: stage))
      }
      for signal in silent([plan.stages[number].bakeEvents?.signal].compactMap { $0 }) {
        findings.append(.saysNothing(signal, "the bake", "would never be over", stage: stage))
      }
      // What is done once has no attribute, and is watched by what is measured of everything.
      guard plan.stages[number].inventory != nil else { continue }
      for trigger in plan.triggers where !silent([trigger.condition.signal]).isEmpty {
        findings.append(
          .watchesNobody(plan.signals[trigger.condition.signal], trigger: trigger.id, stage: stage))
      }
    }
  }

  // MARK: - Triggers

  /// What is sure to be watched after a change; how long steps and persons take, nobody knows.
  private func checkedWatch(of trigger: Trigger, stages: [(PlannedStage, Stage)]) -> Span? {
    var waves: [Span] = []
    var sums: [Span] = []
    var phases: [Int: Span] = [:]
    for (planned, stage) in stages {
      // Events come when they come.
      if stage.bake?.events != nil, !isIgnored(.events) { return nil }
      let wave = watch(of: stage, waves: planned.waves)
      waves.append(wave)
      // Spans are a hundred years at most, and more waves say nothing more.
      let sum = Span(milliseconds: wave.milliseconds * Int64(min(planned.waves.count, 1_000)))
      sums.append(sum)
      phases[planned.phase] = (phases[planned.phase] ?? .zero) + sum
    }
    let longest =
      switch trigger.scope {
      case .target, .wave: waves.max()
      case .stage: sums.max()
      case .phase: phases.values.max()
      case .run: sums.reduce(Span.zero, +)
      }
    return longest.map { $0 + trigger.watchAfter }
  }

  private func watch(of stage: Stage, waves: [PlannedWave]) -> Span {
    let gate = stage.gate.flatMap { isIgnored(.gates) || $0.shadow ? nil : $0.hold } ?? .zero
    let days = isIgnored(.cycles) ? 0 : Int64(stage.bake?.cycles ?? 0)
    let held = gate + (stage.bake?.time ?? .zero) + Span(milliseconds: days * Span.day.milliseconds)
    // A wave that takes more than half of a period is the only one in it, and watched until the next one begins.
    guard let pace = stage.waves.pace?.value, waves.count > 1,
      let least = waves.map(\.targets.count).min(), least * 2 > pace.count
    else { return held }
    return max(held, pace.period == .day ? .day : .week)
  }

  private mutating func checkWatch(of trigger: Trigger, stages: [(PlannedStage, Stage)]) {
    guard let signal = runbook.signals.first(where: { $0.name.value == trigger.when.value.signal }),
      let watched = checkedWatch(of: trigger, stages: stages)
    else { return }
    let (written, needed): (String, Span) =
      switch trigger.persistence {
      case .lasting(let span): ("`for: \(span.text)`", max(span, signal.every))
      case .share(let part, let whole):
        (
          "`of: \(part)/\(whole)` at `every: \(signal.every.text)`",
          Span(milliseconds: signal.every.milliseconds * Int64(max(part, 2) - 1))
        )
      }
    let first = signal.window + signal.settle
    // The longer of the two has to be put right first.
    if first > watched, first > needed {
      findings.append(
        PlanningFindings.watchedWithoutValue(
          trigger: trigger.id.value, signal: signal.name.value, first: first, watched: watched,
          at: trigger.id.location))
      return
    }
    guard needed > watched else { return }
    findings.append(
      PlanningFindings.neverFires(
        trigger: trigger.id.value, written: written, needed: needed, watched: watched, at: trigger.id.location))
  }

  // MARK: - Gates

  private func signal(_ name: String) -> Signal? { runbook.signals.first { $0.name.value == name } }

  private func conditions(of gate: Gate) -> [Located<Condition>] {
    gate.require.flatMap { name in runbook.gates.first { $0.name.value == name.value }?.conditions ?? [] }
  }

  private mutating func checkDeadline(of gate: Gate, stage: Stage) {
    guard let deadline = gate.deadline else { return }
    let slowest = conditions(of: gate).compactMap { signal($0.value.signal) }
      .map { (signal: $0, first: max($0.window + $0.settle + gate.hold, $0.every)) }.max { $0.first < $1.first }
    guard let slowest, slowest.first > deadline else { return }
    findings.append(
      PlanningFindings.gateExpires(
        stage: stage.id.value, deadline: deadline, signal: slowest.signal, hold: gate.hold, first: slowest.first,
        at: gate.location))
  }

  private mutating func checkDeadline(of bake: Bake?, stage: Stage) {
    guard let bake, let deadline = bake.deadline else { return }
    // The first of the whole days begins at the next midnight.
    let days = isIgnored(.cycles) ? 0 : Int64(bake.cycles ?? 0)
    let least = max(bake.time, Span(milliseconds: days * Span.day.milliseconds))
    guard least > deadline else { return }
    findings.append(
      PlanningFindings.bakeExpires(stage: stage.id.value, deadline: deadline, least: least, at: bake.location))
  }

  /// Conditions that exclude each other, and a trigger that fires on whatever opens the gate.
  private mutating func checkContradictions(in gate: Gate) {
    var bounds: [LimitRange.Subject: LimitRange] = [:]
    for condition in conditions(of: gate) {
      guard let subject = subject(of: condition.value), let limit = limit(of: condition.value) else { continue }
      let before = bounds[subject] ?? LimitRange()
      guard let range = before.narrowed(by: condition, limit: limit) else {
        let other = before.opposite(to: condition.value) ?? condition
        note(
          PlanningFindings.contradiction(
            "the gate can never open: `\(other.value.text)` and `\(condition.value.text)` exclude each other",
            at: condition.location))
        return
      }
      bounds[subject] = range
    }
    for trigger in runbook.triggers where !isIgnored(.triggers) && !gate.shadow {
      guard let subject = subject(of: trigger.when.value), let limit = limit(of: trigger.when.value),
        let range = bounds[subject], let inside = range.isInside(trigger.when.value.comparison, limit)
      else { continue }
      note(
        PlanningFindings.contradiction(
          "the gate demands `\(inside.value.text)`, and whatever passes it is a breach of the trigger "
            + "`\(trigger.id.value)`: `\(trigger.when.value.text)`", at: inside.location))
    }
  }

  private func subject(of condition: Condition) -> LimitRange.Subject? {
    signal(condition.signal) == nil
      ? nil : LimitRange.Subject(signal: condition.signal, reference: condition.reference)
  }

  private func limit(of condition: Condition) -> Fixed? {
    // What has no exact value in the unit is a finding of its own.
    signal(condition.signal).flatMap { try? Fixed(condition.limit, in: condition.reference == nil ? $0.unit : "%") }
  }

  /// Several stages may require one gate.
  private mutating func note(_ finding: Finding) { if !findings.contains(finding) { findings.append(finding) } }

  // MARK: - Tolerances and policies

  private mutating func checkTolerance(of planned: PlannedStage, written stage: Stage) {
    guard let level = stage.waves.tolerate?.levels.first(where: { $0.name.value == "wave" }),
      let largest = planned.waves.map(\.targets.count).max(), largest > 0
    else { return }
    // The first wave is the one that is there to be stopped; a small rest at the end is none. A wave of one stops all
    // the same, when nobody is live in it.
    let (what, size): (String, Int)
    if planned.waves.allSatisfy({ $0.neverStops }) {
      (what, size) = ("a wave of stage `\(stage.id.value)`", largest)
    } else if let first = planned.waves.first, first.neverStops, first.targets.count > 1 {
      (what, size) = ("the first wave of stage `\(stage.id.value)`", first.targets.count)
    } else {
      return
    }
    let limit = planned.waves.prefix(size == largest ? .max : 1).compactMap(\.tolerate).max() ?? size
    findings.append(PlanningFindings.neverStops(what, tolerates: limit, of: size, at: level.name.location))
  }

  private mutating func checkTolerance(of plan: Plan) {
    for (index, phase) in runbook.phases.enumerated() {
      let inside = plan.stages.filter { $0.phase == index }
      let size = inside.reduce(0) { $0 + $1.targetCount }
      guard let limit = plan.phases[index].tolerate, limit >= size, size > 0,
        let level = phase.tolerate?.levels.first(where: { $0.name.value == "phase" })
      else { continue }
      findings.append(
        PlanningFindings.neverStops("phase `\(phase.id.value)`", tolerates: limit, of: size, at: level.name.location))
    }
    let size = plan.stages.reduce(0) { $0 + $1.targetCount }
    guard let limit = plan.tolerateInRun, limit >= size, size > 0,
      let level = runbook.tolerate?.levels.first(where: { $0.name.value == "run" })
    else { return }
    findings.append(PlanningFindings.neverStops("the run", tolerates: limit, of: size, at: level.name.location))
  }

  private mutating func checkCarrying() {
    let used = Set(usedSignals)
    for signal in runbook.signals where used.contains(signal.name.value) {
      guard case .carry(let span)? = signal.noData, span < signal.every else { continue }
      findings.append(PlanningFindings.carriesNothing(span, every: signal.every, at: signal.name.location))
    }
    for trigger in runbook.triggers where !isIgnored(.triggers) {
      guard case .carry(let span)? = trigger.noData, let signal = signal(trigger.when.value.signal),
        span < signal.every
      else { continue }
      findings.append(PlanningFindings.carriesNothing(span, every: signal.every, at: trigger.id.location))
    }
  }
}

/// The values of a signal that some conditions leave.
struct LimitRange {
  /// What is limited: a signal, by itself or as a share of a number of the forecast.
  struct Subject: Hashable {
    let signal: String
    let reference: String?
  }

  private typealias Bound = (limit: Fixed, isInside: Bool, condition: Located<Condition>)
  private var low: Bound?
  private var high: Bound?

  /// The range that one more condition leaves; `nil` for none.
  func narrowed(by condition: Located<Condition>, limit: Fixed) -> LimitRange? {
    var range = self
    let comparison = condition.value.comparison
    let isInside = comparison == .atMost || comparison == .atLeast
    switch comparison {
    case .less, .atMost:
      if high.map({ limit < $0.limit || (limit == $0.limit && !isInside) }) ?? true {
        range.high = (limit, isInside, condition)
      }
    case .more, .atLeast:
      if low.map({ $0.limit < limit || (limit == $0.limit && !isInside) }) ?? true {
        range.low = (limit, isInside, condition)
      }
    }
    guard let low = range.low, let high = range.high else { return range }
    return low.limit < high.limit || (low.limit == high.limit && low.isInside && high.isInside) ? range : nil
  }

  /// The condition that bounds the range on the other side.
  func opposite(to condition: Condition) -> Located<Condition>? {
    switch condition.comparison {
    case .less, .atMost: low?.condition
    case .more, .atLeast: high?.condition
    }
  }

  /// The condition because of which all values of the range meet a comparison; `nil` where some do not.
  func isInside(_ comparison: Condition.Comparison, _ limit: Fixed) -> Located<Condition>? {
    switch comparison {
    case .more: low.flatMap { limit < $0.limit || (limit == $0.limit && !$0.isInside) ? $0.condition : nil }
    case .atLeast: low.flatMap { limit < $0.limit || limit == $0.limit ? $0.condition : nil }
    case .less: high.flatMap { $0.limit < limit || (limit == $0.limit && !$0.isInside) ? $0.condition : nil }
    case .atMost: high.flatMap { $0.limit < limit || limit == $0.limit ? $0.condition : nil }
    }
  }
}

extension PlannedWave {
  /// Whether all its targets may fail without its budget being exceeded.
  fileprivate var neverStops: Bool { !hasReachableLimit }
}
