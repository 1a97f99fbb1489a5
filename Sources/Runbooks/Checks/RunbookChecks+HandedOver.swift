internal import Diagnostics
internal import Quantities
internal import Vocabularies

// What a step hands over with `with`, where the operation puts it.

extension RunbookChecks {
  /// A secret that a step hands over must not become a word of a command, and what is no text, such as a secret, cannot
  /// stand in the middle of one.
  mutating func checkHandedOver() {
    for environment in environments {
      for step in runbook.phases.flatMap(\.stages).flatMap(\.steps) where !step.with.members.isEmpty {
        for operation in operations(of: step, in: environment) { check(step, operation, in: environment) }
      }
    }
  }

  /// The operation of a step, and those that undo it and look for it: all of them are given what it hands over.
  private func operations(of step: Step, in environment: Environment) -> [OperationDeclaration] {
    func named(_ name: String?) -> OperationDeclaration? {
      environment.operations.first { $0.name.value == name }
    }
    let own = named(step.uses.value)
    var undo = named(own?.undo?.value)
    if case .operation(let name) = step.undo.value { undo = named(name) }
    let probe = named(own?.probe?.value ?? step.probe?.uses.value)
    return [own, probe, undo, named(undo?.probe?.value)].compactMap { $0 }
  }

  private mutating func check(_ step: Step, _ operation: OperationDeclaration, in environment: Environment) {
    let exposed = facts(of: operation.provider.value, in: environment)?.facts.exposed ?? []
    let handed = step.with.members
    for member in operation.with.members where exposed.contains(member.name.value) {
      for case .argument(let name) in member.value.references.map(\.reference) {
        guard let given = handed.first(where: { $0.name.value == name }), given.value.holdsSecret else { continue }
        note(.secretInCommand(operation: operation.name.value, at: given.name.location))
      }
    }
    for (name, location) in operation.with.namesInsideTexts {
      guard let given = handed.first(where: { $0.name.value == name }), let kind = given.value.kindThatIsNoText else {
        continue
      }
      note(
        .insideText(
          name, kind: kind, operation: operation.name.value, line: location.line, at: given.name.location))
    }
  }

  /// Several operations of a step, and several environments, may say the same.
  private mutating func note(_ finding: Finding) { if !findings.contains(finding) { findings.append(finding) } }
}

extension Arguments {
  /// What of `with` stands inside of a longer text, each with the place of that text.
  fileprivate var namesInsideTexts: [(name: String, location: SourceSpan)] {
    switch self {
    case .text(let template, let location):
      template.isHandedOver
        ? []
        : template.references.compactMap { reference in
          if case .argument(let name) = reference { (name, location) } else { nil }
        }
    case .constant, .secret: []
    case .list(let elements, _): elements.flatMap(\.namesInsideTexts)
    case .members(let members, _): members.flatMap(\.value.namesInsideTexts)
    }
  }

  /// What it is, where it cannot be a part of a text.
  fileprivate var kindThatIsNoText: String? {
    switch self {
    case .text, .constant: nil
    case .secret: "a secret"
    case .list: "a list"
    case .members: "a mapping"
    }
  }
}
