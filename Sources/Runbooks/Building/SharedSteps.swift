internal import Diagnostics
internal import Vocabularies

/// Puts steps that are written once, under `steps:` of the runbook, where stages name them.
///
/// That is done to the syntax tree, before anything is read from it. Model, checks and plan see steps that might as
/// well stand in each stage, so a runbook that shares them and one that repeats them have one plan with one digest.
struct SharedSteps {
  private let lists: [SyntaxNode.Member]
  private var named: Set<String> = []
  private(set) var findings: [Finding] = []

  /// What stands in the place of steps: the name of their list.
  static let reference = Vocabulary(
    "shared steps", "The steps of a list under `steps:` of the runbook stand here.",
    keys: [Vocabulary.Key("of", .form(.name), required: true, "The name of the list.")],
    aliases: ["like": "of", "use": "of", "from": "of", "include": "of", "list": "of"])

  /// Takes the lists of a runbook.
  init(of runbook: SyntaxNode) {
    lists = runbook["steps"]?.members ?? []
  }

  /// The runbook with all steps in their places; what cannot be put there is left out and has a finding.
  mutating func resolved(_ runbook: SyntaxNode) -> SyntaxNode {
    checkCircles()
    let result = runbook.changing("phases") { phases in
      phases.changingElements { phase in
        phase.changing("stages") { stages in stages.changingElements { self.resolved(stage: $0) } }
      }
    }
    for list in lists where !named.contains(list.key.value) {
      findings.append(
        .unused(
          list.key, noun: "list of steps",
          hint: "remove it, or write `steps: { of: \(list.key.value) }` in a stage"))
    }
    return result
  }

  private mutating func resolved(stage: SyntaxNode) -> SyntaxNode {
    guard stage["steps"]?.names != nil else { return stage }
    var taken: Set<String> = []
    let name = stage["id"]?.text ?? ""
    return stage.changing("steps") { steps in
      SyntaxNode(content: .list(expanded(steps, stage: name, within: [], taken: &taken)), location: steps.location)
    }
  }

  /// The steps that a node stands for.
  ///
  /// - `within`: the lists in which the node stands, outermost first: a circle has a finding of its own.
  /// - `taken`: the lists that the stage has already.
  private mutating func expanded(
    _ node: SyntaxNode, stage: String, within: [String], taken: inout Set<String>
  ) -> [SyntaxNode] {
    var result: [SyntaxNode] = []
    for element in node.oneOrMoreMappings {
      guard let name = element["of"]?.located else {
        result.append(element)
        continue
      }
      named.insert(name.value)
      guard let list = lists.first(where: { $0.key.value == name.value }) else {
        findings.append(.unknownSteps(name, known: lists.map(\.key.value)))
        continue
      }
      guard !within.contains(name.value) else { continue }
      guard taken.insert(name.value).inserted else {
        findings.append(.repeatedSteps(name, stage: stage))
        continue
      }
      result += expanded(list.value, stage: stage, within: within + [name.value], taken: &taken)
    }
    return result
  }

  private mutating func checkCircles() {
    var references: [String: [String]] = [:]
    for list in lists {
      let names = list.value.oneOrMoreMappings.compactMap { $0["of"]?.located }
      references[list.key.value] = names.map(\.value)
      named.formUnion(names.map(\.value))
      // Those of lists that no stage has are looked at, too.
      for name in names where !lists.contains(where: { $0.key.value == name.value }) {
        findings.append(.unknownSteps(name, known: lists.map(\.key.value)))
      }
    }
    for list in lists {
      let name = list.key.value
      if let circle = Circle.through(name, next: { references[$0] ?? [] }), circle.min() == name {
        findings.append(.cycle(circle, noun: "the shared steps", at: list.key.location))
      }
    }
  }
}

extension SyntaxNode {
  /// The mappings of a list, or a mapping as the only one.
  fileprivate var oneOrMoreMappings: [SyntaxNode] { isMapping ? [self] : elements.filter(\.isMapping) }

  /// The names of lists in it; `nil` when there is none.
  fileprivate var names: [String]? {
    let names = oneOrMoreMappings.compactMap { $0["of"]?.text }
    return names.isEmpty ? nil : names
  }

  /// The mapping with another value of a key that it has.
  fileprivate func changing(_ key: String, _ change: (SyntaxNode) -> SyntaxNode) -> SyntaxNode {
    guard case .mapping(let members) = content else { return self }
    let changed = members.map { member in
      member.key.value == key ? Member(key: member.key, value: change(member.value)) : member
    }
    return SyntaxNode(content: .mapping(changed), location: location)
  }

  /// The list with other elements.
  fileprivate func changingElements(_ change: (SyntaxNode) -> SyntaxNode) -> SyntaxNode {
    guard case .list(let elements) = content else { return self }
    return SyntaxNode(content: .list(elements.map(change)), location: location)
  }
}
