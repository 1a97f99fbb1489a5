internal import Diagnostics
internal import Quantities

// What is defined and never used: mostly a name that was changed in one place only.

extension RunbookChecks {
  mutating func checkUnused() {
    let stages = runbook.phases.flatMap(\.stages)
    let gates = Set(stages.compactMap(\.gate).flatMap(\.require).map(\.value))
    for gate in runbook.gates where !gates.contains(gate.name.value) {
      findings.append(.unused(gate.name, noun: "gate", hint: "remove it, or require it in the `gate:` of a stage"))
    }
    checkUnusedSignals(stages)
    let targets = Set(stages.compactMap(\.targets?.value))
    for inventory in runbook.inventories where !targets.contains(inventory.name.value) {
      findings.append(
        .unused(inventory.name, noun: "inventory", hint: "remove it, or name it in the `targets:` of a stage"))
    }
    if hasAllEnvironments { checkUnusedParameters(stages) }
    for environment in environments { checkUnusedOperations(of: environment, stages) }
  }

  private mutating func checkUnusedSignals(_ stages: [Stage]) {
    var used = Set(runbook.gates.flatMap(\.conditions).map(\.value.signal))
    used.formUnion(runbook.triggers.map(\.when.value.signal))
    used.formUnion(runbook.triggers.compactMap(\.noData?.reference))
    used.formUnion(runbook.signals.compactMap(\.noData?.reference))
    used.formUnion(stages.compactMap(\.gate?.compare?.signal.value))
    used.formUnion(stages.compactMap(\.bake?.countedBy?.value))
    for signal in runbook.signals where !used.contains(signal.name.value) {
      findings.append(.unused(signal.name, noun: "signal", hint: "remove it, or use it in a gate or a trigger"))
    }
  }

  private mutating func checkUnusedParameters(_ stages: [Stage]) {
    let inRunbook = stages.flatMap(\.steps).flatMap(\.writtenArguments).flatMap(\.references)
    let inEnvironments = environments.flatMap { environment in
      environment.providers.flatMap(\.configuration.references) + environment.operations.flatMap(\.with.references)
    }
    let used = Set((inRunbook + inEnvironments).map(\.reference))
    for parameter in runbook.parameters where !used.contains(.parameter(parameter.name.value)) {
      let name = parameter.name.value
      findings.append(
        .unused(
          parameter.name, noun: "parameter", hint: "remove it, or write `${parameters.\(name)}` where it is meant"))
    }
  }

  private mutating func checkUnusedOperations(of environment: Environment, _ stages: [Stage]) {
    var used = Set(runbook.signals.map(\.query.value) + runbook.notify.map(\.uses.value))
    for step in stages.flatMap(\.steps) {
      used.formUnion([step.uses.value, step.probe?.uses.value].compactMap { $0 })
      if case .operation(let undo) = step.undo.value { used.insert(undo) }
    }
    used.formUnion(environment.operations.flatMap { [$0.probe?.value, $0.undo?.value].compactMap { $0 } })
    for operation in environment.operations where !used.contains(operation.name.value) {
      findings.append(.unused(operation.name, noun: "operation"))
    }
    let providers = Set(environment.operations.map(\.provider.value))
    for provider in environment.providers where !providers.contains(provider.name.value) {
      findings.append(.unused(provider.name, noun: "provider"))
    }
  }
}
