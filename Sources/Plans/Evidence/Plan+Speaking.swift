extension Plan {
  /// Whether a signal can say anything about targets of a stage: one that is measured for each target, or for each
  /// value of an attribute, says nothing about what has none.
  public func speaks(_ signal: PlannedSignal, ofStage stage: Int) -> Bool {
    switch signal.extent {
    case .global: true
    case .target: stages[stage].inventory != nil
    case .attribute(let name): stages[stage].inventory.map { inventories[$0].columns.contains(name) } ?? false
    }
  }
}
