import Quantities

extension Plan {
  /// Checks that signals, conditions and quantities point at something and can be computed with.
  func checkEvidence() throws(PlanError) {
    guard evidenceScale >= 1 else { throw PlanError(message: "the time of evidence has no scale") }
    let providers = Set(self.providers.map(\.name))
    for signal in signals {
      guard signal.every > .zero, signal.window > .zero, signal.timeout > .zero, providers.contains(signal.provider),
        isKnown(signal.noData)
      else {
        throw PlanError(message: "signal `\(signal.name)` has no interval, or refers to what the plan has not")
      }
    }
    guard Set(signals.map(\.name)).count == signals.count, Set(triggers.map(\.id)).count == triggers.count else {
      throw PlanError(message: "two signals or two triggers have one name")
    }
    guard notices.allSatisfy({ providers.contains($0.provider) && $0.timeout > .zero }) else {
      throw PlanError(message: "a notice has no provider that the plan has, or no time")
    }
    for quantity in forecast {
      let rises = zip(quantity.points, quantity.points.dropFirst()).allSatisfy { $0.targets < $1.targets }
      guard !quantity.points.isEmpty, rises, quantity.inventory.map({ inventories.indices.contains($0) }) ?? true else {
        throw PlanError(message: "the quantity `\(quantity.name)` has no points that rise, or no inventory")
      }
    }
    for trigger in triggers where !isKnown(trigger.condition) || !isKnown(trigger.noData) {
      throw PlanError(message: "trigger `\(trigger.id)` refers to what the plan has not")
    }
    for stage in stages {
      if let gate = stage.gate {
        guard gate.conditions.allSatisfy({ isKnown($0) }),
          gate.comparison.map({ signals.indices.contains($0.signal) && stage.inventory != nil }) ?? true
        else { throw PlanError(message: "the gate of stage `\(stage.id)` refers to what the plan has not") }
      }
      guard stage.bakeEvents.map({ signals.indices.contains($0.signal) }) ?? true, stage.bakeCycles >= 0,
        stage.bakeCycles <= 1_000
      else { throw PlanError(message: "the bake of stage `\(stage.id)` refers to what the plan has not") }
    }
  }

  private func isKnown(_ condition: PlannedCondition) -> Bool {
    signals.indices.contains(condition.signal) && condition.quantity.map { forecast.indices.contains($0) } ?? true
  }

  private func isKnown(_ policy: NoDataPolicy) -> Bool { policy.signal.map { signals.indices.contains($0) } ?? true }
}
