internal import Quantities

extension Runbook {
  /// The signals that gates, triggers, bakes and policies use where the environment does not leave these out, in the
  /// order of the runbook.
  public func usedSignals(in environment: Environment) -> [String] {
    let ignored = Set(environment.ignore.map(\.value))
    let stages = phases.flatMap(\.stages)
    var used: Set<String> = []
    if !ignored.contains(.gates) {
      let names = Set(stages.compactMap(\.gate).flatMap(\.require).map(\.value))
      used.formUnion(gates.filter { names.contains($0.name.value) }.flatMap(\.conditions).map(\.value.signal))
      if !ignored.contains(.comparisons) { used.formUnion(stages.compactMap(\.gate?.compare?.signal.value)) }
    }
    if !ignored.contains(.triggers) { used.formUnion(triggers.map(\.when.value.signal)) }
    if !ignored.contains(.events) { used.formUnion(stages.compactMap(\.bake?.countedBy?.value)) }
    // A policy may name a signal whose own policy names another one.
    var found = 0
    while found != used.count {
      found = used.count
      let policies =
        signals.filter { used.contains($0.name.value) }.compactMap(\.noData)
        + (ignored.contains(.triggers) ? [] : triggers.compactMap(\.noData))
      used.formUnion(policies.compactMap(\.reference))
    }
    return signals.map(\.name.value).filter { used.contains($0) }
  }
}
