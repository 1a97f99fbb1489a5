import Quantities

extension Plan {
  /// Why this plan cannot take the place of another in the middle of its run, in sentences without a full stop; empty
  /// when it can.
  ///
  /// What was carried out can neither be changed nor be moved: its undo, its record and its keys rest on it.
  public func conflicts(with prefix: ExecutedPrefix) -> [String] {
    let old = prefix.plan
    var found: [String] = []
    if (runbook, environment) != (old.runbook, old.environment) {
      found.append(
        "it is of `\(runbook)` in `\(environment)`, and the run of `\(old.runbook)` in `\(old.environment)`")
    }
    if (scale, evidenceScale) != (old.scale, old.evidenceScale) {
      found.append("its time runs at another speed; start a new run for that")
    }
    found += orderConflicts(with: prefix)
    found += rowConflicts(with: prefix)
    // Further looks need stages and rows that correspond.
    guard found.isEmpty else { return found }
    for stage in 0..<prefix.stagesBegun { found += conflicts(of: stage, with: prefix) }
    found += attributeConflicts(with: prefix)
    if people.count < old.people.count || zip(people, old.people).contains(where: { $0.id != $1.id }) {
      found.append(
        "persons of the plan in force have other places or pseudonyms in it; make it with `sanderling amend`, and "
          + "leave `trust/salt` as it is")
    }
    return found
  }

  private func orderConflicts(with prefix: ExecutedPrefix) -> [String] {
    let old = prefix.plan
    var found: [String] = []
    let begun = prefix.stagesBegun
    let phasesBegun = begun == 0 ? 0 : old.stages[begun - 1].phase + 1
    if phases.prefix(phasesBegun).map(\.id) != old.phases.prefix(phasesBegun).map(\.id) {
      found.append("the phases up to `\(old.phases[phasesBegun - 1].id)` have begun: they keep their names and order")
    }
    for stage in 0..<begun {
      let path = old.path(of: stage)
      guard stages.indices.contains(stage), self.path(of: stage) == path else {
        let added = stages.indices.contains(stage) ? "`\(self.path(of: stage))`" : "nothing"
        found.append("stage `\(path)` has begun, and \(added) stands in its place: put new stages behind it")
        break
      }
    }
    return found
  }

  private func conflicts(of stage: Int, with prefix: ExecutedPrefix) -> [String] {
    let (mine, theirs) = (stages[stage], prefix.plan.stages[stage])
    let path = self.path(of: stage)
    var found: [String] = []
    if inventoryName(of: stage) != prefix.plan.inventoryName(of: stage) {
      found.append("stage `\(path)` has begun: it keeps its inventory")
    }
    if mine.steps.map(\.effect) != theirs.steps.map(\.effect) {
      let changed = zip(mine.steps, theirs.steps).first { $0.effect != $1.effect }?.1.id
      let what = changed.map { "step `\($0)`" } ?? "the number of its steps"
      found.append("stage `\(path)` has begun, and \(what) changed: put what is new into a stage behind it")
    }
    let fixed = prefix.waves[stage]
    for wave in 0..<fixed {
      let before = theirs.waves[wave].targets.map { prefix.plan.target($0, stage: stage) }
      let after =
        mine.waves.indices.contains(wave) ? mine.waves[wave].targets.map { target($0, stage: stage) } : []
      guard before != after else { continue }
      let gone = before.filter { !after.contains($0) }
      found.append(
        "wave \(wave + 1) of stage `\(path)` has begun"
          + (gone.isEmpty ? ": it takes no more targets" : " and would lose \(gone.prefix(3).joined(separator: ", "))")
          + "; `skip` takes a waiting target out of it")
      break
    }
    if prefix.isOver(stage), mine.waves.count > fixed {
      found.append("stage `\(path)` is over: it takes no more targets")
    }
    return found
  }

  /// Rows keep their places: the record names targets by them.
  private func rowConflicts(with prefix: ExecutedPrefix) -> [String] {
    let old = prefix.plan
    for before in old.inventories {
      guard let after = inventories.first(where: { $0.name == before.name }) else {
        let isUsed = old.stages.indices.contains { stage in
          stage < prefix.stagesBegun && old.inventoryName(of: stage) == before.name
        }
        if isUsed { return ["inventory `\(before.name)` is gone, and targets of it were worked on"] }
        continue
      }
      guard let old = before.column("id"), let new = after.column("id"), new.starts(with: old) else {
        return ["rows of inventory `\(before.name)` have other places in it; make it with `sanderling amend`"]
      }
    }
    return []
  }

  /// What was worked on keeps its attributes: an undo fills its arguments from them.
  private func attributeConflicts(with prefix: ExecutedPrefix) -> [String] {
    let old = prefix.plan
    var found: [String] = []
    for stage in 0..<prefix.stagesBegun {
      guard let before = old.stages[stage].inventory.map({ old.inventories[$0] }),
        let after = stages[stage].inventory.map({ inventories[$0] })
      else { continue }
      for column in before.columns {
        guard let values = before.column(column) else { continue }
        let changed = prefix.rows[stage].sorted().filter { after.value(column, of: Int($0)) != values[Int($0)] }
        guard let first = changed.first else { continue }
        found.append(
          "`\(column)` of `\(target(first, stage: stage))`\(changed.count > 1 ? " and others" : "") changed, and it "
            + "was worked on already: what takes it back needs the old value")
      }
    }
    return found
  }

  /// The path of a stage, such as `full-scale/stores`.
  package func path(of stage: Int) -> String { "\(phases[stages[stage].phase].id)/\(stages[stage].id)" }
}

extension Plan {
  /// Whether a phase, or one stage of it, does something else than in another plan: other stages, steps or targets, or
  /// targets in other waves. Limits, dates, waits and words are no part of that.
  ///
  /// - Parameters:
  ///   - phase: the identifier of the phase.
  ///   - stage: the identifier of the stage; `nil` for the whole phase.
  ///   - old: the other plan.
  /// - Returns: whether it does.
  public func changesEffects(ofPhase phase: String, stage: String?, from old: Plan) -> Bool {
    effects(ofPhase: phase, stage: stage) != old.effects(ofPhase: phase, stage: stage)
  }

  private struct StageEffects: Equatable {
    let id: String
    let inventory: String?
    let steps: [PlannedStep]
    let waves: [[String]]
  }

  private func effects(ofPhase phase: String, stage: String?) -> [StageEffects] {
    stages.indices.filter { phases[stages[$0].phase].id == phase && stage ?? stages[$0].id == stages[$0].id }
      .map { number in
        StageEffects(
          id: stages[number].id, inventory: inventoryName(of: number), steps: stages[number].steps.map(\.effect),
          waves: stages[number].waves.map { wave in wave.targets.map { target($0, stage: number) } })
      }
  }
}

extension PlannedInventory {
  /// The values of a column; `nil` when there is no such column.
  package func column(_ name: String) -> [String]? { columns.firstIndex(of: name).map { values[$0] } }
}

extension PlannedStep {
  /// The step without what may change between two attempts of it: words, number of attempts, waits and timeouts.
  fileprivate var effect: PlannedStep {
    var step = self
    step.summary = nil
    step.attempts = 1
    step.wait = SpanRange(low: .zero, high: .zero)
    step.call.timeout = .zero
    step.call.probe?.timeout = .zero
    if case .call(var undo) = step.undo {
      undo.timeout = .zero
      undo.probe?.timeout = .zero
      step.undo = .call(undo)
    }
    return step
  }
}
