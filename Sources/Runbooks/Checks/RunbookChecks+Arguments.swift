internal import Diagnostics
internal import Quantities

// Interpolations.

extension RunbookChecks {
  /// Where arguments stand: what they may refer to depends on it.
  enum ArgumentPlace {
    case provider
    case operation
    case step(index: Int, stage: Stage)
  }

  mutating func check(_ arguments: Arguments, as place: ArgumentPlace) {
    for (reference, location) in arguments.references {
      check(reference, as: place, at: self.place(of: "${\(reference.text)}", in: location))
    }
  }

  private mutating func check(_ reference: Template.Reference, as place: ArgumentPlace, at location: SourceSpan) {
    switch reference {
    case .parameter(let name):
      let known = runbook.parameters.map(\.name.value)
      if !known.contains(name) { findings.append(.unknownParameter(name, known: known, at: location)) }
    case .forecast(let name):
      if runbook.forecast == nil {
        findings.append(.misplacedInterpolation(reference, because: "the runbook has no `forecast:`", at: location))
      } else {
        checkForecastArgument(name, at: location)
      }
    case .target(let attribute): checkTarget(attribute, reference, as: place, at: location)
    case .argument:
      switch place {
      case .operation: break
      case .step, .provider:
        findings.append(
          .misplacedInterpolation(reference, because: "only operations read what a step hands over", at: location))
      }
    case .output(let step, let name):
      guard case .step(let index, let stage) = place else {
        findings.append(.outputInEnvironment(reference, at: location))
        return
      }
      let earlier = stage.steps[..<index].map(\.id.value)
      if !earlier.contains(step) {
        let exists = stage.steps.contains { $0.id.value == step }
        findings.append(.unknownStep(step, earlier: earlier, exists: exists, at: location))
      } else if let source = stage.steps.first(where: { $0.id.value == step }) {
        checkOutput(name, of: source, at: location)
      }
    }
  }

  private mutating func checkTarget(
    _ attribute: String, _ reference: Template.Reference, as place: ArgumentPlace, at location: SourceSpan
  ) {
    if case .step(_, let stage) = place {
      guard let targets = stage.targets else {
        findings.append(
          .misplacedInterpolation(reference, because: "the stage `\(stage.id.value)` has no targets", at: location))
        return
      }
      guard let inventory = inventory(targets.value), !inventory.columns.contains(attribute) else { return }
      findings.append(
        .unknownAttribute(attribute, inventory: targets.value, known: inventory.columns, at: location))
    } else if inventoriesAreComplete, !allAttributes.contains(attribute) {
      findings.append(.unknownAttribute(attribute, inventory: nil, known: allAttributes, at: location))
    }
  }
}

extension Arguments {
  /// The members; none when it is no mapping.
  var members: [Member] { if case .members(let members, _) = self { members } else { [] } }

  /// Where one of these members holds a secret.
  func secret(in names: [String]) -> Located<String>? {
    members.first { names.contains($0.name.value) && $0.value.holdsSecret }?.name
  }

  var holdsSecret: Bool {
    switch self {
    case .secret: true
    case .text, .constant: false
    case .list(let elements, _): elements.contains(where: \.holdsSecret)
    case .members(let members, _): members.contains { $0.value.holdsSecret }
    }
  }

  /// All references with the scalar in which they stand, in the order of the file.
  var references: [(reference: Template.Reference, location: SourceSpan)] {
    switch self {
    case .text(let template, let location): template.references.map { ($0, location) }
    case .constant, .secret: []
    case .list(let elements, _): elements.flatMap(\.references)
    case .members(let members, _): members.flatMap(\.value.references)
    }
  }
}
