import Quantities

/// One thing that differs between two plans, and what it does to the risk.
public struct PlanDifference: Hashable, Sendable {
  /// What a difference does to the risk of a run.
  public enum Risk: String, Hashable, Sendable, CaseIterable { case grew, same, shrank }

  /// The difference in words, such as `stage full-scale/stores: tolerate in a wave 1 → 2`.
  public var text: String
  /// What it does to the risk.
  public var risk: Risk
  /// The identifier of the phase that it is about; `nil` for what may touch any of them.
  public var phase: String?

  /// Makes a difference.
  public init(_ text: String, _ risk: Risk, phase: String? = nil) {
    self.text = text
    self.risk = risk
    self.phase = phase
  }
}

extension Plan {
  /// What differs from an older plan, grown risk first.
  ///
  /// A change whose effect cannot be told counts as grown risk: it is the reader who may call it harmless.
  public func differences(from old: Plan) -> [PlanDifference] {
    var found = PlanComparison()
    found.plans(old, self)
    found.named("parameter", old.parameters, parameters, id: \.name) {
      $0.value == $1.value ? nil : "\($0.value) → \($1.value)"
    }
    found.providers(old.providers, providers)
    found.guards(old.guards, guards)
    found.measurements(old, self)
    found.trust(old, self)
    found.phases(old, self)
    found.stages(old, self)
    found.sources(old.sources, sources)
    // Different plans have different digests, so they must not look the same.
    if found.differences.isEmpty, old != self { found.note("texts for people changed, such as a summary", .same) }
    let order: [PlanDifference.Risk] = [.grew, .same, .shrank]
    return order.flatMap { risk in found.differences.filter { $0.risk == risk } }
  }
}

/// Collects differences in the order of the plan.
struct PlanComparison {
  var differences: [PlanDifference] = []
  /// The phase that is looked at; `nil` for what belongs to none.
  var phase: String?

  mutating func note(_ text: String, _ risk: PlanDifference.Risk) {
    differences.append(PlanDifference(text, risk, phase: phase))
  }

  /// Notes that a value changed, if it did.
  mutating func change<Value: Equatable>(
    _ what: String, _ old: Value, _ new: Value, _ risk: PlanDifference.Risk, _ words: (Value) -> String
  ) {
    if old != new { note("\(what) \(words(old)) → \(words(new))", risk) }
  }

  /// Notes that a limit changed: a higher one, or none at all, is more risk.
  mutating func limit(_ what: String, _ old: Int?, _ new: Int?) {
    guard old != new else { return }
    let grew = (new ?? Int.max) > (old ?? Int.max)
    note(
      "\(what) \(old.map(String.init) ?? "no limit") → \(new.map(String.init) ?? "no limit")", grew ? .grew : .shrank)
  }

  /// Notes what was added, removed and changed in a list with names.
  mutating func named<Item>(
    _ noun: String, _ old: [Item], _ new: [Item], id: (Item) -> String, change: (Item, Item) -> String?
  ) {
    for item in new {
      guard let before = old.first(where: { id($0) == id(item) }) else {
        note("\(noun) `\(id(item))` added", .grew)
        continue
      }
      if let words = change(before, item) { note("\(noun) `\(id(item))`: \(words)", .grew) }
    }
    for item in old where !new.contains(where: { id($0) == id(item) }) { note("\(noun) `\(id(item))` removed", .grew) }
  }

  /// What belongs to the plan as a whole.
  mutating func plans(_ old: Plan, _ new: Plan) {
    change("environment", old.environment, new.environment, .grew) { "`\($0)`" }
    if old.scale != new.scale {
      note("time compressed \(old.scale) × → \(new.scale) ×", new.scale > old.scale ? .grew : .shrank)
    }
    change("zone", old.zone, new.zone, .grew) { $0 }
    change("zone data", old.zoneData ?? "none", new.zoneData ?? "none", .same) { $0 }
    change("starts", old.starts?.text ?? "at once", new.starts?.text ?? "at once", .same) { $0 }
    change("deadline", old.deadline?.text ?? "none", new.deadline?.text ?? "none", .same) { $0 }
    limit("tolerate in the run", old.tolerateInRun, new.tolerateInRun)
    for part in new.ignored where !old.ignored.contains(part) { note("left out by the environment: \(part)", .grew) }
    for part in old.ignored where !new.ignored.contains(part) { note("no longer left out: \(part)", .shrank) }
    for part in new.unexecuted where !old.unexecuted.contains(part) {
      note("not executed by this version: \(part)", .grew)
    }
    for part in old.unexecuted where !new.unexecuted.contains(part) { note("no longer in the way: \(part)", .same) }
    change("owner", old.owner ?? "nobody", new.owner ?? "nobody", .same) { $0 }
    change("runbook", old.runbook, new.runbook, .grew) { "`\($0)`" }
  }

  mutating func providers(_ old: [PlannedProvider], _ new: [PlannedProvider]) {
    named("provider", old, new, id: \.name) { before, after in
      if before.adapter != after.adapter { return "adapter \(before.adapter) → \(after.adapter)" }
      return before.configuration == after.configuration ? nil : "configuration changed"
    }
  }

  /// Fewer guards are more risk; a changed one may be either, so it counts as more.
  mutating func guards(_ old: [PlannedGuard], _ new: [PlannedGuard]) {
    for item in new {
      if let before = old.first(where: { $0.kind == item.kind && $0.id == item.id }) {
        change("\(item.kind) `\(item.id)`:", before.text, item.text, .grew) { $0 }
      } else {
        note("\(item.kind) `\(item.id)` added: \(item.text)", .shrank)
      }
    }
    for item in old where !new.contains(where: { $0.kind == item.kind && $0.id == item.id }) {
      note("\(item.kind) `\(item.id)` removed: \(item.text)", .grew)
    }
  }

  mutating func phases(_ old: Plan, _ new: Plan) {
    for phase in new.phases {
      self.phase = phase.id
      defer { self.phase = nil }
      guard let before = old.phases.first(where: { $0.id == phase.id }) else {
        note("phase `\(phase.id)` added", .grew)
        continue
      }
      limit("phase \(phase.id): tolerate", before.tolerate, phase.tolerate)
      approval("phase \(phase.id):", before.approvalRule, phase.approvalRule)
    }
    for phase in old.phases where !new.phases.contains(where: { $0.id == phase.id }) {
      note("phase `\(phase.id)` removed", .grew)
    }
    let kept = new.phases.map(\.id).filter { id in old.phases.contains { $0.id == id } }
    if kept != old.phases.map(\.id).filter(kept.contains) { note("the order of the phases changed", .grew) }
  }

  mutating func sources(_ old: [PlanSource], _ new: [PlanSource]) {
    for source in new {
      if let before = old.first(where: { $0.path == source.path }) {
        if before.digest != source.digest { note("file \(source.path) changed", .same) }
      } else {
        note("file \(source.path) added", .same)
      }
    }
    for source in old where !new.contains(where: { $0.path == source.path }) {
      note("file \(source.path) removed", .same)
    }
  }
}
