internal import Diagnostics
internal import Vocabularies

// What adapters declare, held against what they are asked for.

extension RunbookChecks {
  /// A way in which an operation, or an adapter, is used.
  private enum Use: CaseIterable {
    case step, probe, query, notice

    /// The arguments that an adapter wants for it; `nil` when it cannot.
    func arguments(_ facts: AdapterFacts) -> Vocabulary? {
      switch self {
      case .step: facts.defaultAction?.arguments
      case .probe: facts.probe
      case .query: facts.query
      case .notice: facts.notice == nil ? nil : facts.defaultAction?.arguments ?? facts.probe ?? facts.query
      }
    }

    /// Why an adapter that cannot is not asked.
    func refusal(_ name: String, _ adapter: String) -> String {
      switch self {
      case .step: "`\(name)` is to change something, and the adapter `\(adapter)` changes nothing"
      case .probe: "`\(name)` is a probe, and the adapter `\(adapter)` cannot tell whether something happened"
      case .query: "`\(name)` is a query, and the adapter `\(adapter)` cannot measure"
      case .notice: "`\(name)` is to tell somebody, and no notice goes through the adapter `\(adapter)`"
      }
    }
  }

  /// What is asked of one provider, and where.
  private struct Demand {
    let use: Use
    let name: Located<String>
  }

  mutating func checkAdapters() {
    for environment in environments {
      for provider in environment.providers {
        guard let facts = adapters.first(where: { $0.name == provider.adapter.value }) else { continue }
        var checker = ArgumentChecker(configuration: nil)
        checker.check(provider.configuration, facts.configuration, owner: provider.name.location)
        findings += checker.findings
      }
      let demands = demands(in: environment)
      for operation in environment.operations { check(operation, demands, in: environment) }
      checkDirectUse(in: environment)
      checkMeasuring(in: environment)
    }
    checkHandedOver()
  }

  /// The facts of a provider, or of an adapter used directly; `nil` when the name has a finding already.
  func facts(of provider: String, in environment: Environment) -> (facts: AdapterFacts, configuration: Arguments?)? {
    let declared = environment.providers.first { $0.name.value == provider }
    guard let facts = adapters.first(where: { $0.name == declared?.adapter.value ?? provider }) else { return nil }
    return (facts, declared?.configuration)
  }

  private func demands(in environment: Environment) -> [Demand] {
    let steps = runbook.phases.flatMap(\.stages).flatMap(\.steps)
    var demands = steps.map { Demand(use: .step, name: $0.uses) }
    for step in steps {
      if case .operation(let name) = step.undo.value {
        demands.append(Demand(use: .step, name: Located(name, at: step.undo.location)))
      }
    }
    demands += steps.compactMap(\.probe).map { Demand(use: .probe, name: $0.uses) }
    demands += environment.operations.compactMap(\.undo).map { Demand(use: .step, name: $0) }
    demands += environment.operations.compactMap(\.probe).map { Demand(use: .probe, name: $0) }
    demands += runbook.signals.map { Demand(use: .query, name: $0.query) }
    demands += runbook.notify.map { Demand(use: .notice, name: $0.uses) }
    return demands
  }

  private mutating func check(_ operation: OperationDeclaration, _ demands: [Demand], in environment: Environment) {
    guard let (facts, configuration) = facts(of: operation.provider.value, in: environment) else { return }
    if configuration == nil { checkUnconfigured(facts, at: operation.provider.location) }
    let wanted = demands.filter { $0.name.value == operation.name.value }
    for demand in wanted where demand.use != .query && demand.use.arguments(facts) == nil {
      report(demand, facts, in: environment)
    }
    var uses = wanted.compactMap { $0.use.arguments(facts) }
    // Nobody uses it, which is said elsewhere: a slip in it is still one.
    if uses.isEmpty { uses = Use.allCases.compactMap { $0.arguments(facts) }.prefix(1).map { $0 } }
    guard let first = uses.first else { return }
    let vocabulary = uses.dropFirst().reduce(first) { $0.merged(with: $1) }
    var checker = ArgumentChecker(configuration: configuration)
    checker.check(operation.with, vocabulary, owner: operation.name.location)
    findings += checker.findings
    checkSecrets(of: operation.with, facts, user: operation.name.value)
    checkShell(operation.with, facts)
  }

  private mutating func report(_ demand: Demand, _ facts: AdapterFacts, in environment: Environment) {
    let able = adapters.filter { demand.use.arguments($0) != nil }.map(\.name)
    findings.append(
      .cannot(
        demand.use.refusal(demand.name.value, facts.name), able: able,
        environment: hasImplicitEnvironment ? nil : environment.id.value, at: demand.name.location))
  }

  /// Steps, undos, probes, queries and notices that name an adapter instead of an operation.
  private mutating func checkDirectUse(in environment: Environment) {
    for step in runbook.phases.flatMap(\.stages).flatMap(\.steps) {
      check(Demand(use: .step, name: step.uses), step.with, in: environment)
      if case .operation(let name) = step.undo.value {
        let undo = Demand(use: .step, name: Located(name, at: step.undo.location))
        check(undo, step.undoCall?.with ?? step.with, in: environment)
      }
      if let probe = step.probe {
        check(Demand(use: .probe, name: probe.uses), probe.with ?? step.with, in: environment)
      }
    }
    for probe in environment.operations.compactMap(\.probe) {
      check(Demand(use: .probe, name: probe), nil, in: environment)
    }
    for signal in runbook.signals { check(Demand(use: .query, name: signal.query), nil, in: environment) }
    for notice in runbook.notify { check(Demand(use: .notice, name: notice.uses), nil, in: environment) }
  }

  private mutating func check(_ demand: Demand, _ arguments: Arguments?, in environment: Environment) {
    let name = demand.name.value
    guard !environment.operations.contains(where: { $0.name.value == name }),
      let (facts, configuration) = facts(of: name, in: environment)
    else { return }
    guard let vocabulary = demand.use.arguments(facts) else {
      if demand.use != .query { report(demand, facts, in: environment) }
      return
    }
    if configuration == nil { checkUnconfigured(facts, at: demand.name.location) }
    var checker = ArgumentChecker(configuration: configuration)
    checker.check(arguments ?? .members([], demand.name.location), vocabulary, owner: demand.name.location)
    findings += checker.findings
    if let arguments {
      checkSecrets(of: arguments, facts, user: name)
      checkShell(arguments, facts)
    }
  }

  /// An adapter that is used without a provider has no configuration, and some need one.
  private mutating func checkUnconfigured(_ facts: AdapterFacts, at place: SourceSpan) {
    var checker = ArgumentChecker(configuration: nil)
    checker.check(.members([], place), facts.configuration, owner: place)
    findings += checker.findings
  }

  private mutating func checkSecrets(of arguments: Arguments, _ facts: AdapterFacts, user: String) {
    guard let place = arguments.secret(in: facts.exposed)?.location else { return }
    findings.append(.secretInCommand(operation: user, at: place))
  }

  /// A signal that nothing in this environment uses is not asked for.
  private mutating func checkMeasuring(in environment: Environment) {
    let used = runbook.usedSignals(in: environment)
    for signal in runbook.signals where used.contains(signal.name.value) {
      let operation = environment.operations.first { $0.name.value == signal.query.value }
      let provider = operation?.provider.value ?? signal.query.value
      guard let (facts, _) = facts(of: provider, in: environment), facts.query == nil else { continue }
      findings.append(
        .cannotObserve(
          signal: signal.name.value, provider: provider, adapter: facts.name,
          able: adapters.filter { $0.query != nil }.map(\.name), at: signal.query.location))
    }
  }

  /// An output that a later step reads must be one that the operation of the earlier one names.
  mutating func checkOutput(_ name: String, of step: Step, at place: SourceSpan) {
    for environment in environments {
      let operation = environment.operations.first { $0.name.value == step.uses.value }
      guard let (facts, _) = facts(of: operation?.provider.value ?? step.uses.value, in: environment),
        case .named(let argument)? = facts.defaultAction?.outputs
      else { continue }
      let written = (operation?.with ?? step.with).members.first { $0.name.value == argument }?.value
      // What is handed over, or is no mapping, is not known here.
      guard written == nil || !(written?.members.isEmpty ?? true) else { continue }
      let known = written?.members.map(\.name.value) ?? []
      if !known.contains(name) {
        findings.append(
          .noSuchOutput(
            name, step: step.id.value, known: known,
            environment: hasImplicitEnvironment ? nil : environment.id.value, at: place))
      }
    }
  }
}

extension AdapterFacts {
  /// What a step uses that names no action.
  fileprivate var defaultAction: Action? { actions.first { $0.name == nil } }
}
