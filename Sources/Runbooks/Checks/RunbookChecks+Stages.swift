internal import Diagnostics
internal import Quantities

// Phases and stages: targets, selection, waves, windows.

extension RunbookChecks {
  mutating func checkStages() {
    if let tolerate = runbook.tolerate { check(tolerate, inventory: nil) }
    var taken: [String: (count: Int, by: String)] = [:]
    for phase in runbook.phases {
      if let tolerate = phase.tolerate { check(tolerate, inventory: nil) }
      for stage in phase.stages {
        if let gate = stage.gate { check(gate, of: stage) }
        if stage.steps.count > Self.stepLimit {
          findings.append(.tooManySteps(stage.steps.count, stage: stage, limit: Self.stepLimit))
        }
        checkCutover(of: stage)
        checkWaves(of: stage)
        checkTargets(of: stage)
        checkReach(of: stage, in: phase, taken: &taken)
      }
    }
  }

  private mutating func checkTargets(of stage: Stage) {
    guard let targets = stage.targets else {
      checkWithoutTargets(stage)
      return
    }
    guard inventoryNames.contains(targets.value) else {
      findings.append(.unknownInventory(targets, known: inventoryNames))
      return
    }
    guard let inventory = inventory(targets.value) else { return }
    for attribute in stage.select.spread { check(attribute, of: inventory) }
    for match in stage.select.matching { check(match, of: inventory) }
    if let tolerate = stage.waves.tolerate { check(tolerate, inventory: inventory) }
    for cap in stage.waves.caps { check(cap.attribute, of: inventory) }
    if let count = stage.select.count, count.value > inventory.count, inventory.count > 0 {
      findings.append(.tooMany(count, inventory: inventory))
    }
    if !stage.waves.order.isEmpty {
      let ids = Set(inventory.ids)
      for id in stage.waves.order where !ids.contains(id.value) {
        findings.append(.unknownTarget(id, inventory: inventory))
      }
    }
    if let window = stage.window, window.zone == nil, inventory.column("zone") == nil {
      findings.append(.zoneOfTarget(inventory: inventory, programme: runbook.zone.value, at: window.location))
    }
  }

  private mutating func checkWithoutTargets(_ stage: Stage) {
    let select = stage.select
    if let place = select.count?.location ?? select.spread.first?.location ?? select.matching.first?.attribute.location
    {
      findings.append(.withoutTargets("`select`", stage: stage.id.value, at: place))
    }
    let waves = stage.waves
    if let place = waves.sizes.first?.location ?? waves.pace?.location ?? waves.order.first?.location
      ?? waves.concurrency?.location
    {
      findings.append(.withoutTargets("`waves`", stage: stage.id.value, at: place))
    }
    if let window = stage.window, window.zone == nil {
      findings.append(.zoneWithoutTargets(programme: runbook.zone.value, at: window.location))
    }
  }

  /// A second cut-over would begin anew what is measured since the first.
  private mutating func checkCutover(of stage: Stage) {
    let steps = stage.steps.filter(\.isCutover).map(\.id)
    if steps.count > 1 { findings.append(.severalCutovers(steps, stage: stage.id.value)) }
  }

  private mutating func checkWaves(of stage: Stage) {
    guard let pace = stage.waves.pace, let largest = stage.waves.sizes.map(\.value).max() else { return }
    if pace.value.count < largest { findings.append(.paceBelowSize(pace, size: largest)) }
  }

  private mutating func check(_ attribute: Located<String>, of inventory: Inventory) {
    guard !inventory.columns.contains(attribute.value) else { return }
    findings.append(
      .unknownAttribute(
        attribute.value, inventory: inventory.name.value, known: inventory.columns, at: attribute.location))
  }

  private mutating func check(_ match: Selection.Match, of inventory: Inventory) {
    guard let column = inventory.column(match.attribute.value) else {
      check(match.attribute, of: inventory)
      return
    }
    let values = Set(column)
    for value in match.values where !values.contains(value.value) {
      let sorted = values.count <= 5_000 ? values.sorted() : []
      let nearest =
        sorted.first { $0.lowercased() == value.value.lowercased() } ?? Spelling.nearest(to: value.value, among: sorted)
      findings.append(
        .noMatch(value, attribute: match.attribute.value, inventory: inventory.name.value, nearest: nearest))
    }
  }

  private mutating func check(_ tolerance: Tolerance, inventory: Inventory?) {
    let known = inventory?.columns ?? allAttributes
    for level in tolerance.levels where !["wave", "phase", "run"].contains(level.name.value) {
      guard !known.contains(level.name.value), inventory != nil || inventoriesAreComplete else { continue }
      findings.append(
        .unknownAttribute(
          level.name.value, inventory: inventory?.name.value, known: ["wave", "phase", "run"] + known,
          at: level.name.location))
    }
  }

  /// Finds stages that certainly get no target. Stages with `where` count as taking none: a lower bound.
  private mutating func checkReach(of stage: Stage, in phase: Phase, taken: inout [String: (count: Int, by: String)]) {
    guard let targets = stage.targets, let inventory = inventory(targets.value), inventory.count > 0 else { return }
    let name = phase.path(of: stage)
    let before = taken[targets.value] ?? (0, "")
    if stage.select.from == .rest, before.count >= inventory.count {
      findings.append(
        .nothingLeft(stage: name, taker: before.by, inventory: targets.value, at: stage.id.location))
      return
    }
    guard stage.select.matching.isEmpty else { return }
    let wanted = stage.select.count?.value ?? inventory.count
    let count = stage.select.from == .rest ? before.count + wanted : max(before.count, wanted)
    taken[targets.value] = (min(count, inventory.count), name)
  }
}
