import Quantities

extension PlanComparison {
  /// What differs in the stages: limits, dates, steps, targets.
  mutating func stages(_ old: Plan, _ new: Plan) {
    let before = Dictionary(old.stages.indices.map { (name(old, $0), $0) }, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(new.stages.indices.map { (name(new, $0), $0) }, uniquingKeysWith: { first, _ in first })
    for index in new.stages.indices {
      let title = name(new, index)
      phase = new.phases[new.stages[index].phase].id
      defer { phase = nil }
      guard let earlier = before[title] else {
        let count = new.stages[index].targetCount
        note("stage `\(title)` added: \(new.stages[index].steps.count) steps on \(count) targets", .grew)
        continue
      }
      limits("stage \(title):", old.stages[earlier], new.stages[index])
      steps(title, old.stages[earlier].steps, new.stages[index].steps)
      targets("stage \(title):", old, earlier, new, index)
      dates("stage \(title):", old.stages[earlier], new.stages[index])
      evidence("stage \(title):", (old, old.stages[earlier]), (new, new.stages[index]))
      approval("stage \(title):", old.stages[earlier].approvalRule, new.stages[index].approvalRule)
    }
    for index in old.stages.indices where after[name(old, index)] == nil {
      phase = old.phases[old.stages[index].phase].id
      defer { phase = nil }
      note("stage `\(name(old, index))` removed", .grew)
    }
    let kept = new.stages.indices.map { name(new, $0) }.filter { before[$0] != nil }
    if kept != old.stages.indices.map({ name(old, $0) }).filter({ after[$0] != nil }) {
      note("the order of the stages changed", .grew)
    }
  }

  private func name(_ plan: Plan, _ stage: Int) -> String {
    "\(plan.phases[plan.stages[stage].phase].id)/\(plan.stages[stage].id)"
  }

  private mutating func limits(_ title: String, _ old: PlannedStage, _ new: PlannedStage) {
    if old.waves.map(\.tolerate) != new.waves.map(\.tolerate) {
      let pairs = zip(old.waves.map(\.tolerate), new.waves.map(\.tolerate))
      // Waves share one limit in most plans, so the first pair that differs stands for all.
      if let pair = pairs.first(where: { $0.0 != $0.1 }) { limit("\(title) tolerate in a wave", pair.0, pair.1) }
    }
    for item in new.tolerateByAttribute {
      let before = old.tolerateByAttribute.first { $0.attribute == item.attribute }
      limit("\(title) tolerate for one \(item.attribute)", before?.limit, item.limit)
    }
    for item in old.tolerateByAttribute
    where !new.tolerateByAttribute.contains(where: { $0.attribute == item.attribute }) {
      limit("\(title) tolerate for one \(item.attribute)", item.limit, nil)
    }
    change(
      "\(title) concurrency", old.concurrency, new.concurrency, new.concurrency > old.concurrency ? .grew : .shrank
    ) {
      String($0)
    }
    change("\(title) admission", old.isStrict, new.isStrict, new.isStrict ? .shrank : .grew) { $0 ? "strict" : "eager" }
    change("\(title) bake", old.bake, new.bake, new.bake < old.bake ? .grew : .shrank) { $0.text }
    if old.pace?.text != new.pace?.text {
      let faster = new.pace.map { pace in old.pace.map { pace.count > $0.count } ?? false } ?? true
      note("\(title) pace \(old.pace?.text ?? "none") → \(new.pace?.text ?? "none")", faster ? .grew : .shrank)
    } else if let before = old.pace?.carry, let after = new.pace?.carry {
      change("\(title) pace carries over", before, after, after > before ? .grew : .shrank) { String($0) }
    }
    for cap in new.caps {
      let before = old.caps.first { $0.attribute == cap.attribute }
      guard before?.pace.text != cap.pace.text else { continue }
      let isLower = before.map { cap.pace.count < $0.pace.count && cap.pace.every == $0.pace.every } ?? true
      note(
        "\(title) starts in one \(cap.attribute): \(before?.pace.text ?? "no limit") → \(cap.pace.text)",
        isLower ? .shrank : .grew)
    }
    for cap in old.caps where !new.caps.contains(where: { $0.attribute == cap.attribute }) {
      note("\(title) starts in one \(cap.attribute): \(cap.pace.text) → no limit", .grew)
    }
    change("\(title) after a rollback", old.then, new.then, new.then == "hold" ? .shrank : .grew) { "`\($0)`" }
  }

  private mutating func dates(_ title: String, _ old: PlannedStage, _ new: PlannedStage) {
    change("\(title) not before", old.notBefore?.text ?? "at once", new.notBefore?.text ?? "at once", .same) { $0 }
    change(
      "\(title) first day", old.waves.compactMap(\.earliest).min()?.text ?? "open",
      new.waves.compactMap(\.earliest).min()?.text ?? "open", .same
    ) { $0 }
    change(
      "\(title) last day", old.waves.compactMap(\.latest).max()?.text ?? "open",
      new.waves.compactMap(\.latest).max()?.text ?? "open", .same
    ) { $0 }
    waveDates(title, old, new)
  }

  private mutating func waveDates(_ title: String, _ old: PlannedStage, _ new: PlannedStage) {
    let changed = zip(old.waves, new.waves).count { $0.earliest != $1.earliest || $0.latest != $1.latest }
    if changed > 0 { note("\(title) other days for \(changed) of \(new.waves.count) waves", .same) }
  }

  private mutating func targets(_ title: String, _ old: Plan, _ before: Int, _ new: Plan, _ after: Int) {
    let earlier = waves(old, before)
    let later = waves(new, after)
    let added = later.order.filter { earlier.wave[$0] == nil }
    let removed = earlier.order.filter { later.wave[$0] == nil }
    let moved = later.order.filter { earlier.wave[$0] != nil && earlier.wave[$0] != later.wave[$0] }
    let counts = (old.stages[before].waves.count, new.stages[after].waves.count)
    if counts.0 != counts.1 { note("\(title) waves \(counts.0) → \(counts.1)", counts.1 < counts.0 ? .grew : .shrank) }
    let biggest = (old.stages[before].largestWave, new.stages[after].largestWave)
    if biggest.0 != biggest.1 {
      note("\(title) largest wave \(biggest.0) → \(biggest.1) targets", biggest.1 > biggest.0 ? .grew : .shrank)
    }
    if !added.isEmpty { note("\(title) \(list(added)) added", .grew) }
    if !removed.isEmpty { note("\(title) \(list(removed)) removed", .shrank) }
    if !moved.isEmpty { note("\(title) \(list(moved)) moved to another wave", .same) }
    let isReordered = added.isEmpty && removed.isEmpty && moved.isEmpty && earlier.order != later.order
    if isReordered { note("\(title) targets are taken in another order", .same) }
    attributes(title, old, before, new, after)
  }

  private func waves(_ plan: Plan, _ stage: Int) -> (order: [String], wave: [String: Int]) {
    guard plan.stages[stage].inventory != nil else { return ([], [:]) }
    var order: [String] = []
    var waves: [String: Int] = [:]
    for (number, wave) in plan.stages[stage].waves.enumerated() {
      for row in wave.targets {
        let id = plan.target(row, stage: stage)
        order.append(id)
        waves[id] = number
      }
    }
    return (order, waves)
  }

  /// Values of targets that both plans have, such as a zone that was corrected.
  private mutating func attributes(_ title: String, _ old: Plan, _ before: Int, _ new: Plan, _ after: Int) {
    guard let earlier = old.stages[before].inventory.map({ old.inventories[$0] }),
      let later = new.stages[after].inventory.map({ new.inventories[$0] })
    else { return }
    var rows: [String: Int] = [:]
    for row in 0..<earlier.count { if let id = earlier.value("id", of: row) { rows[id] = row } }
    for column in later.columns where column != "id" && earlier.columns.contains(column) {
      var changed: [String] = []
      for row in new.stages[after].waves.flatMap(\.targets) {
        guard let id = later.value("id", of: Int(row)), let other = rows[id] else { continue }
        if later.value(column, of: Int(row)) != earlier.value(column, of: other) { changed.append(id) }
      }
      if !changed.isEmpty { note("\(title) `\(column)` of \(list(changed)) changed", .grew) }
    }
  }

  private func list(_ ids: [String]) -> String {
    let shown = ids.prefix(3).joined(separator: ", ") + (ids.count > 3 ? ", …" : "")
    return "\(ids.count) target\(ids.count == 1 ? "" : "s") (\(shown))"
  }
}

extension PlanComparison {
  /// What differs in the steps of one stage.
  mutating func steps(_ stage: String, _ old: [PlannedStep], _ new: [PlannedStep]) {
    for step in new {
      guard let before = old.first(where: { $0.id == step.id }) else {
        note("stage \(stage): step `\(step.id)` added (\(step.call.operation), undo \(undo(step)))", .grew)
        continue
      }
      self.step("step \(stage)/\(step.id):", before, step)
    }
    for step in old where !new.contains(where: { $0.id == step.id }) {
      note("stage \(stage): step `\(step.id)` removed (\(step.call.operation))", .grew)
    }
    let kept = new.map(\.id).filter { id in old.contains { $0.id == id } }
    if kept != old.map(\.id).filter(kept.contains) { note("stage \(stage): the order of the steps changed", .grew) }
  }

  private mutating func step(_ title: String, _ old: PlannedStep, _ new: PlannedStep) {
    call(title, old.call, new.call)
    switch (old.undo, new.undo) {
    case (.call(let before), .call(let after)): call("\(title) undo", before, after)
    default:
      change("\(title) undo", undo(old), undo(new), rank(new.undo) < rank(old.undo) ? .shrank : .grew) { $0 }
    }
    change("\(title) attempts", old.attempts, new.attempts, new.attempts > old.attempts ? .grew : .shrank) {
      String($0)
    }
    change("\(title) wait between attempts", old.wait, new.wait, .same) { $0.text }
  }

  private mutating func call(_ title: String, _ old: PlannedCall, _ new: PlannedCall) {
    change("\(title) operation", old.operation, new.operation, .grew) { $0 }
    change("\(title) provider", old.provider, new.provider, .grew) { $0 }
    if old.arguments != new.arguments { note("\(title) \(arguments(old.arguments, new.arguments))", .grew) }
    let strength = { (value: Idempotency) in Idempotency.allCases.firstIndex(of: value) ?? 0 }
    change(
      "\(title) idempotency", old.idempotency, new.idempotency,
      strength(new.idempotency) > strength(old.idempotency) ? .grew : .shrank
    ) { $0.rawValue }
    change("\(title) timeout", old.timeout, new.timeout, .same) { $0.text }
    change("\(title) settle", old.settle, new.settle, new.settle < old.settle ? .grew : .shrank) { $0.text }
    switch (old.probe, new.probe) {
    case (nil, let probe?): note("\(title) probe added (\(probe.operation))", .shrank)
    case (let probe?, nil): note("\(title) probe removed (\(probe.operation))", .grew)
    case (let before?, let after?) where before != after: note("\(title) probe changed", .grew)
    default: break
    }
  }

  private func undo(_ step: PlannedStep) -> String {
    switch step.undo {
    case .call(let call): call.operation
    case .nothing: "none"
    case .impossible: "irreversible"
    }
  }

  /// How far a kind of undo reaches: an operation, nothing to take back, no way back.
  private func rank(_ undo: PlannedUndo) -> Int {
    switch undo {
    case .call: 0
    case .nothing: 1
    case .impossible: 2
    }
  }

  /// Which arguments changed, by name: values may be long, and stand in the files.
  private func arguments(_ old: ArgumentTemplate, _ new: ArgumentTemplate) -> String {
    guard case .members(let before) = old, case .members(let after) = new else { return "arguments changed" }
    let names = (after + before).map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let changed = names.filter { name in
      before.first { $0.name == name }?.value != after.first { $0.name == name }?.value
    }
    return "argument\(changed.count == 1 ? "" : "s") \(changed.map { "`\($0)`" }.joined(separator: ", ")) changed"
  }
}

extension PlannedStage {
  /// The number of targets of the largest wave.
  fileprivate var largestWave: Int { waves.map(\.targets.count).max() ?? 0 }
}
