internal import Diagnostics
internal import Quantities
internal import Vocabularies

// Steps, and the operations and providers that an environment binds them to.

extension RunbookChecks {
  mutating func checkEnvironment(_ environment: Environment) {
    checkParameters(of: environment)
    let providers = environment.providers.map(\.name.value)
    for provider in environment.providers {
      if !adapterNames.contains(provider.adapter.value), !provider.adapter.value.isEmpty {
        findings.append(.unknownAdapter(provider.adapter, known: adapterNames))
      }
      check(provider.configuration, as: .provider)
    }
    let names = environment.operations.map(\.name.value)
    for operation in environment.operations {
      let provider = operation.provider
      if !providers.contains(provider.value), !adapterNames.contains(provider.value), !provider.value.isEmpty {
        findings.append(.unknownProvider(provider, known: providers + adapterNames))
      }
      for other in [operation.probe, operation.undo].compactMap({ $0 }) where !isKnown(other.value, in: environment) {
        findings.append(
          .unknownOperation(other.value, environments: [environment.id.value], known: names, at: other.location))
      }
      check(operation.with, as: .operation)
    }
    checkCircles(of: environment)
  }

  /// What is no name at all has a finding already.
  private func isKnown(_ name: String, in environment: Environment) -> Bool {
    adapterNames.contains(name) || environment.operations.contains { $0.name.value == name }
      || !ScalarForm.operation.accepts(name)
  }

  private mutating func checkParameters(of environment: Environment) {
    for (name, value) in environment.parameters {
      guard let parameter = runbook.parameters.first(where: { $0.name.value == name.value }) else {
        findings.append(
          .unknownParameter(name.value, known: runbook.parameters.map(\.name.value), at: name.location))
        continue
      }
      if !parameter.kind.accepts(value) {
        findings.append(.parameterValue(value, name: name.value, kind: parameter.kind, at: name.location))
      }
    }
    let given = Set(environment.parameters.map(\.name.value))
    for parameter in runbook.parameters where parameter.standard == nil && !given.contains(parameter.name.value) {
      findings.append(.noValue(parameter, environment: environment))
    }
  }

  private mutating func checkCircles(of environment: Environment) {
    var references: [String: [String]] = [:]
    for operation in environment.operations {
      references[operation.name.value] = [operation.probe?.value, operation.undo?.value].compactMap { $0 }
    }
    for operation in environment.operations {
      let name = operation.name.value
      if let circle = Circle.through(name, next: { references[$0] ?? [] }), circle.min() == name {
        findings.append(.cycle(circle, noun: "the operations", at: operation.name.location))
      }
    }
  }

  mutating func checkSteps() {
    for signal in runbook.signals { checkOperation(signal.query.value, at: signal.query.location) }
    for notice in runbook.notify { checkOperation(notice.uses.value, at: notice.uses.location) }
    for phase in runbook.phases {
      for stage in phase.stages {
        for index in stage.steps.indices { check(stage.steps[index], at: index, in: stage) }
      }
    }
  }

  private mutating func check(_ step: Step, at index: Int, in stage: Stage) {
    for arguments in step.writtenArguments { check(arguments, as: .step(index: index, stage: stage)) }
    checkOperation(step.uses.value, at: step.uses.location)
    if let probe = step.probe { checkOperation(probe.uses.value, at: probe.uses.location) }
    if case .operation(let name) = step.undo.value { checkOperation(name, at: step.undo.location) }
    checkDirectCalls(of: step)
    if step.undo.value == .ofOperation {
      let without = environments.filter { environment in
        !environment.operations.contains { $0.name.value == step.uses.value && $0.undo != nil }
      }
      // An unknown operation has a finding already.
      let known = environments.allSatisfy { isKnown(step.uses.value, in: $0) }
      if known, !without.isEmpty {
        findings.append(.undoMissing(step, environments: hasImplicitEnvironment ? [] : without.map(\.id.value)))
      }
    }
    for environment in environments { checkHandover(step, in: stage, environment: environment) }
  }

  /// What a step says in place of an operation, it can say of an adapter alone.
  private mutating func checkDirectCalls(of step: Step) {
    func isOperation(_ name: String) -> Bool {
      environments.contains { $0.operations.contains { $0.name.value == name } }
    }
    let calls = [("probe", step.probe), ("undo", step.undoCall)]
    if isOperation(step.uses.value) {
      let said = [
        ("idempotency", step.idempotency?.location), ("probe", step.probe?.location), ("settle", step.settle?.location),
        ("undo", step.undoCall?.location),
      ]
      for case (let key, let place?) in said {
        findings.append(.ofTheOperation(key, operation: step.uses.value, at: place))
      }
      return
    }
    for case (let key, let call?) in calls where call.isInPlace && isOperation(call.uses.value) {
      findings.append(.callOfOperation(key, operation: call.uses.value, at: call.uses.location))
    }
  }

  /// Reports a name once, with all environments that do not have it.
  private mutating func checkOperation(_ name: String, at place: SourceSpan) {
    let without = environments.filter { !isKnown(name, in: $0) }
    guard let first = without.first else { return }
    findings.append(
      .unknownOperation(
        name, environments: hasImplicitEnvironment ? [] : without.map(\.id.value),
        known: first.operations.map(\.name.value) + adapterNames, at: place))
  }

  /// What the operations of a step read, the step and its stage must be able to give.
  private mutating func checkHandover(_ step: Step, in stage: Stage, environment: Environment) {
    var names = [step.uses.value, step.probe?.uses.value].compactMap { $0 }
    if case .operation(let undo) = step.undo.value { names.append(undo) }
    for name in names {
      if let operation = environment.operations.first(where: { $0.name.value == name }) {
        names += [operation.probe?.value, operation.undo?.value].compactMap { $0 }.filter { !names.contains($0) }
      }
    }
    let given = Set(step.with.members.map(\.name.value))
    for operation in environment.operations where names.contains(operation.name.value) {
      var reported: Set<String> = []
      for (reference, _) in operation.with.references {
        switch reference {
        case .argument(let name) where !given.contains(name) && reported.insert(name).inserted:
          findings.append(
            .notHandedOver(
              name, operation: operation.name.value, environment: environment.id.value, at: step.uses.location))
        case .target(let attribute) where reported.insert("target.\(attribute)").inserted:
          checkTarget(attribute, reference, of: operation, in: stage, at: step.uses.location)
        default: break
        }
      }
    }
  }

  private mutating func checkTarget(
    _ attribute: String, _ reference: Template.Reference, of operation: OperationDeclaration, in stage: Stage,
    at place: SourceSpan
  ) {
    guard stage.targets != nil else {
      findings.append(
        .misplacedInterpolation(
          reference, because: "`\(operation.name.value)` reads it, and the stage `\(stage.id.value)` has no targets",
          at: place))
      return
    }
    guard let inventory = inventory(stage.targets?.value), !inventory.columns.contains(attribute) else { return }
    // An attribute that no inventory has is reported where it is written.
    guard allAttributes.contains(attribute) else { return }
    findings.append(
      .misplacedInterpolation(
        reference,
        because: "`\(operation.name.value)` reads it, and `\(inventory.name.value)` has no column `\(attribute)`",
        at: place))
  }
}
