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

  public init(_ text: String, _ risk: Risk, phase: String? = nil) {
    self.text = text
    self.risk = risk
    self.phase = phase
  }
}

extension Plan {
  /// What differs from an older plan, grown risk first.
  ///
  /// The fields of the plan say it, each for itself: `Describing/Fields.swift`. What is not proven smaller counts as
  /// grown risk: it is the reader who may call it harmless.
  public func differences(from old: Plan) -> [PlanDifference] {
    var comparison = PlanComparison(old: old, new: self)
    Plan.fields.compare(old, self, in: &comparison)
    let order: [PlanDifference.Risk] = [.grew, .same, .shrank]
    let all = order.flatMap { risk in comparison.differences.filter { $0.risk == risk } }
    guard !plainSecrets.isEmpty || !old.plainSecrets.isEmpty else { return all }
    return all.map { PlanDifference(old.shown(shown($0.text)), $0.risk, phase: $0.phase) }
  }
}

/// Collects differences in the order of the plan.
struct PlanComparison {
  let old: Plan
  let new: Plan
  private(set) var differences: [PlanDifference] = []
  /// The phase that is looked at; `nil` for what belongs to none.
  var phase: String?
  /// The stage that is looked at, by its place in each plan.
  var stage: (old: Int, new: Int)?
  private var places: [String] = []

  init(old: Plan, new: Plan) {
    self.old = old
    self.new = new
  }

  mutating func note(_ text: String, _ risk: PlanDifference.Risk) {
    differences.append(PlanDifference((places + [text]).joined(separator: " "), risk, phase: phase))
  }

  /// Notes when what both plans have stands in another order.
  mutating func compareOrder(of noun: String, _ old: [String], _ new: [String], _ risk: PlanDifference.Risk) {
    let (before, after) = (Set(old), Set(new))
    if new.filter(before.contains) != old.filter(after.contains) { note("the order of the \(noun) changed", risk) }
  }

  /// Says everything that `body` notes behind the name of a place.
  mutating func inside(_ place: String, _ body: (inout PlanComparison) -> Void) {
    if !place.isEmpty { places.append(place) }
    body(&self)
    if !place.isEmpty { places.removeLast() }
  }
}
