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
    case .output(let step, _):
      guard case .step(let index, let stage) = place else {
        findings.append(.outputInEnvironment(reference, at: location))
        return
      }
      let earlier = stage.steps[..<index].map(\.id.value)
      if !earlier.contains(step) {
        let exists = stage.steps.contains { $0.id.value == step }
        findings.append(.unknownStep(step, earlier: earlier, exists: exists, at: location))
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
  /// Where a member `command` holds a secret: whoever lists processes would read it.
  var secretInCommand: SourceSpan? {
    guard case .members(let members) = self, let command = members.first(where: { $0.name.value == "command" }),
      command.value.holdsSecret
    else { return nil }
    return command.name.location
  }

  private var holdsSecret: Bool {
    switch self {
    case .secret: true
    case .text, .constant: false
    case .list(let elements): elements.contains(where: \.holdsSecret)
    case .members(let members): members.contains { $0.value.holdsSecret }
    }
  }

  /// All references with the scalar in which they stand, in the order of the file.
  var references: [(reference: Template.Reference, location: SourceSpan)] {
    switch self {
    case .text(let template, let location): template.references.map { ($0, location) }
    case .constant, .secret: []
    case .list(let elements): elements.flatMap(\.references)
    case .members(let members): members.flatMap(\.value.references)
    }
  }
}
