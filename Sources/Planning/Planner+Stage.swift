import Diagnostics
import Plans
import Quantities
import Runbooks

extension Planner {
  /// Resolves one stage: its targets, waves, steps, limits and dates.
  mutating func stage(
    _ stage: Stage, phase: Int, notBefore: CivilMoment?, timeline: inout Timeline
  ) -> PlannedStage {
    let begun = begunWaves(of: stage, phase: phase)
    let fixed = begun?.waves ?? []
    let all = self.rows(of: stage, fixed: fixed.flatMap(\.targets), isOver: begun?.isOver ?? false)
    let rows = part.map { $0.rows(all, ofStage: runbook.phases[phase].path(of: stage)) } ?? all
    let pace = stage.waves.pace?.value
    let entry = fixed.first?.earliest ?? timeline.day
    let written = stage.waves.sizes.map(\.value)
    let left = written.isEmpty ? [] : Array(written.dropFirst(min(fixed.count, written.count - 1)))
    let sizes = WaveCutter.sizes(total: rows.count, written: left, paceCount: pace?.count)
    if let pace, let location = stage.waves.pace?.location, let largest = sizes.max(), largest > pace.count {
      findings.append(PlanningFindings.paceBelowWave(wave: largest, pace: pace.count, at: location))
    }
    var waves = WaveCutter.cut(rows, sizes: sizes).map { rows in
      PlannedWave(
        targets: rows,
        tolerate: limit(ToleranceLevel("wave"), stage.waves.tolerate, stages: [], size: rows.count) ?? 0)
    }
    let window = self.window(of: stage)
    checkWindow(window, of: stage)
    let size = rows.count + fixed.reduce(0) { $0 + $1.targets.count }
    let gate = self.gate(of: stage, targets: size)
    let openings = Openings(planner: self, stage: stage, window: window)
    let course = course(of: stage, gate: gate, openings: openings, waves: waves.count, from: entry)
    timeline.lay(&waves, course: course, begun: fixed)
    warnOfFreezes(openings, waves: waves, after: fixed.count, stage: stage)
    waves =
      fixed.map { wave in
        var wave = wave
        wave.tolerate =
          limit(ToleranceLevel("wave"), stage.waves.tolerate, stages: [], size: wave.targets.count) ?? 0
        return wave
      } + waves
    leaveOutUnexecuted(of: stage, phase: phase)
    let scale = Int64(environment.time.scale)
    let start = scale == 1 ? notBefore : nil
    return PlannedStage(
      phase: phase, id: stage.id.value,
      inventory: stage.targets.flatMap { name in usedInventories.firstIndex(of: name.value) },
      steps: steps(of: stage), waves: waves,
      concurrency: stage.waves.concurrency?.value ?? 1, isStrict: stage.waves.admission == .strict,
      tolerateByAttribute: attributeLimits(of: stage, phase: phase, size: size),
      bake: (stage.bake?.time ?? .zero).dividedUp(by: scale), bakeEvents: plannedEvents(of: stage),
      bakeCycles: plannedCycles(of: stage), bakeDeadline: stage.bake?.deadline?.dividedUp(by: scale),
      gate: gate, approvalRule: planned(stage.approval),
      pace: pace.map { self.pace($0, waves: waves.count, from: entry, scale: scale) },
      caps: stage.waves.caps.map {
        PlannedCap(
          attribute: $0.attribute.value,
          pace: self.pace($0.pace, waves: max(waves.count, 52), from: entry, scale: scale))
      },
      notBefore: start.flatMap { zones.instant(of: $0, in: runbook.zone.value) }, window: window,
      then: afterRollback(stage.then))
  }

  /// What decides when the waves of a stage begin and end, in real time also where the environment compresses it.
  private func course(
    of stage: Stage, gate: PlannedGate?, openings: Openings, waves: Int, from entry: CivilDate?
  ) -> StageCourse {
    let inventory = stage.targets.flatMap { name in runbook.inventories.first { $0.name.value == name.value } }
    // A gate in shadow decides nothing, and one that only compares holds for no time.
    let holds = gate.map { !$0.isShadow && !$0.conditions.isEmpty } ?? false
    let hold = isCompressed ? stage.gate?.hold : gate?.hold
    return StageCourse(
      pace: stage.waves.pace.map { pace($0.value, waves: waves, from: entry, scale: 1) },
      caps: stage.waves.caps.compactMap { cap in
        inventory?.column(cap.attribute.value).map {
          ($0, pace(cap.pace, waves: max(waves, 52), from: entry, scale: 1))
        }
      },
      openings: openings, hold: holds ? hold ?? .zero : .zero, bake: stage.bake?.time ?? .zero,
      cycles: plannedCycles(of: stage), eventTime: expectsEvents ? eventTime(of: stage) : nil)
  }

  /// The gate of a stage; says where its comparison can never say anything.
  private mutating func gate(of stage: Stage, targets: Int) -> PlannedGate? {
    let gate = plannedGate(of: stage)
    if let comparison = gate?.comparison, let written = stage.gate?.compare, targets < comparison.leastPairs {
      findings.append(
        PlanningFindings.comparesTooFew(
          targets: targets, least: comparison.leastPairs, stage: stage.id.value, at: written.location))
    }
    return gate
  }

  private func steps(of stage: Stage) -> [PlannedStep] {
    stage.steps.map { self.step($0) }
  }

  /// The inventories that stages use, in the order of the runbook.
  var usedInventories: [String] {
    let used = Set(runbook.phases.flatMap(\.stages).compactMap { $0.targets?.value })
    return runbook.inventories.map(\.name.value).filter { used.contains($0) }
  }

  /// The rows that a stage takes beside those that it has begun with, in the order in which waves are cut.
  private mutating func rows(of stage: Stage, fixed: [Int32], isOver: Bool) -> [Int32] {
    guard let name = stage.targets?.value else { return fixed.isEmpty ? [0] : [] }
    guard let inventory = runbook.inventories.first(where: { $0.name.value == name }) else {
      preconditionFailure("stage `\(stage.id.value)` works on `\(name)`, and the checks must refuse a stage without it")
    }
    taken[name, default: []].formUnion(fixed)
    if isOver { return [] }
    let gone = (stage.select.from == .rest ? taken[name] ?? [] : Set(fixed)).union(self.gone[name] ?? [])
    let filters = stage.select.matching.map { match in
      guard let column = inventory.column(match.attribute.value) else {
        preconditionFailure("`where` names no column with `\(match.attribute.value)`: the checks must refuse it")
      }
      return (column: column, values: Set(match.values.map(\.value)))
    }
    let candidates = (0..<Int32(inventory.count)).filter { row in
      !gone.contains(row) && filters.allSatisfy { $0.values.contains($0.column[Int(row)]) }
    }
    if let count = stage.select.count, count.value > candidates.count + fixed.count {
      findings.append(
        PlanningFindings.tooFewTargets(
          wanted: count.value, available: candidates.count, stage: stage.id.value, at: count.location))
    }
    let chooser = TargetChooser(columns: inventory.columns, values: inventory.values, ids: inventory.ids)
    let rows = chooser.choose(
      from: candidates, spread: stage.select.spread.map(\.value), seed: stage.select.seed,
      count: stage.select.count.map { max(0, $0.value - fixed.count) }, first: stage.waves.order.map(\.value))
    if rows.isEmpty, fixed.isEmpty {
      findings.append(PlanningFindings.noTargets(stage: stage.id.value, at: stage.id.location))
    }
    taken[name, default: []].formUnion(rows)
    return rows
  }

  private mutating func leaveOutUnexecuted(of stage: Stage, phase: Int) {
    let path = [runbook.phases[phase].path(of: stage)]
    if stage.gate != nil, isIgnored(.gates) { ignored.append(LeftOutPart(.gate, of: path)) }
    if stage.gate?.compare != nil, isIgnored(.comparisons), !isIgnored(.gates) {
      ignored.append(LeftOutPart(.comparison, of: path))
    }
    if stage.approval != nil, isIgnored(.approvals) { ignored.append(LeftOutPart(.approval, of: path)) }
    if stage.bake?.events != nil, isIgnored(.events) { ignored.append(LeftOutPart(.eventBake, of: path)) }
    if let bake = stage.bake, bake.cycles != nil {
      if isIgnored(.cycles) {
        ignored.append(LeftOutPart(.cycleBake, of: path))
      } else if isCompressed {
        leaveOut(.cycles, LeftOutPart(.cycleBake, of: path), at: bake.location)
      }
    }
    guard let window = stage.window else { return }
    if environment.time.ignoresWindows {
      ignored.append(LeftOutPart(.window, of: path))
    } else if isCompressed {
      unexecuted.append(LeftOutPart(.window, of: path))
      findings.append(
        PlanningFindings.notExecuted(
          LeftOutPart(.window, of: path).words, ignore: "time: { windows: ignore }", at: window.location))
    }
  }

  private func pace(_ pace: Pace, waves: Int, from start: CivilDate?, scale: Int64) -> PlannedPace {
    let days = pace.period == .day ? 1 : 7
    let period: PlannedPace.Period = pace.period == .day ? .day : .week
    // Without a calendar, or in compressed time, the first wave starts the first period.
    guard scale == 1, start != nil else {
      let every = Span(milliseconds: Int64(days) * Span.day.milliseconds).dividedUp(by: scale)
      return PlannedPace(count: pace.count, period: period, carry: pace.carry, every: every, boundaries: [])
    }
    // Twice the planned length and a year more: for a run that is later than that, periods go on in equal steps.
    let first = start.map { days == 7 ? $0.monday : $0 }
    let boundaries = first.map { first in
      (0..<(waves * 2 + 366 / days)).compactMap { index in
        zones.instant(of: first.adding(days: index * days), in: runbook.zone.value)
      }
    }
    return PlannedPace(count: pace.count, period: period, carry: pace.carry, every: nil, boundaries: boundaries ?? [])
  }

  /// The resolved limit of a level, from the phase's or run's own `tolerate` and from what stages say for it.
  func limit(_ level: ToleranceLevel, _ own: Tolerance?, stages: [Stage], size: Int) -> Int? {
    let written =
      (own?.levels ?? []).filter { $0.name.value == level.name }
      + stages.flatMap { $0.waves.tolerate?.levels ?? [] }.filter { $0.name.value == level.name }
    return written.map { resolve($0.limit, size: size) }.min()
  }

  /// The limits for attribute values: the stage's own, its phase's and the run's; of several the lowest.
  private func attributeLimits(of stage: Stage, phase: Int, size: Int) -> [AttributeLimit] {
    let columns =
      stage.targets.flatMap { name in runbook.inventories.first { $0.name.value == name.value }?.columns } ?? []
    let levels = [stage.waves.tolerate, runbook.phases[phase].tolerate, runbook.tolerate].flatMap { $0?.levels ?? [] }
    var limits: [String: Int] = [:]
    for level in levels
    where !["wave", "phase", "run"].contains(level.name.value) && columns.contains(level.name.value) {
      let limit = resolve(level.limit, size: size)
      limits[level.name.value] = min(limit, limits[level.name.value] ?? limit)
    }
    return limits.keys.sorted().map { AttributeLimit(attribute: $0, limit: limits[$0] ?? 0) }
  }

  private func resolve(_ limit: Tolerance.Limit, size: Int) -> Int {
    switch limit {
    case .count(let count): count
    case .percent(let percent): size * percent / 100
    }
  }
}
