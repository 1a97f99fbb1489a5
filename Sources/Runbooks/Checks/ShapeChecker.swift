internal import Diagnostics
internal import Vocabularies

/// Compares nodes with the vocabulary and collects what does not fit. Knows no key by name.
struct ShapeChecker {
  private(set) var findings: [Finding] = []

  /// Checks a node. Messages call it by `subject`; what is missing in it is reported at `owner`, which is its key, or
  /// the start of the mapping.
  mutating func check(_ node: SyntaxNode, _ shape: WrittenShape, as subject: String, owner: SourceSpan) {
    if node.isNull {
      // Empty free mappings and texts are harmless; everything else waits for something.
      if case .anything = shape { return }
      findings.append(.nothingWritten(subject, wanted: shape.kind, at: node.location.isEmpty ? owner : node.location))
      return
    }
    switch shape {
    case .either(let shapes):
      if let fitting = node.meant(of: shapes) {
        check(node, fitting, as: subject, owner: owner)
      } else {
        wrongType(node, shape, subject)
      }
    case .anything: checkArguments(node)
    case .list(let element, let minimum):
      guard case .list(let elements) = node.content else { return wrongType(node, shape, subject) }
      if elements.count < minimum {
        findings.append(.shortList(subject, count: elements.count, minimum: minimum, at: node.location))
      }
      for item in elements { check(item, element, as: subject, owner: item.head) }
    case .mapping(let vocabulary):
      guard node.isMapping else { return wrongType(node, shape, subject) }
      check(node, vocabulary, owner: owner)
    case .named(let form, let value):
      guard node.isMapping else { return wrongType(node, shape, subject) }
      for member in node.members {
        if !form.accepts(member.key.value) { findings.append(.badName(member.key, form: form)) }
        check(member.value, value, as: "`\(member.key.value)`", owner: member.key.location)
      }
    case .text, .form, .integer, .boolean, .choice:
      guard let text = node.text else { return wrongType(node, shape, subject) }
      check(text, node, shape, as: subject)
    }
  }

  private mutating func wrongType(_ node: SyntaxNode, _ shape: WrittenShape, _ subject: String) {
    let oneElement = if case .list = shape { node.text } else { String?.none }
    findings.append(
      .wrongType(
        subject, wanted: shape.kind, found: node.kind, replacement: oneElement.map { "[ \($0) ]" },
        at: node.location))
  }

  /// So many unknown keys of one mapping are spoken of one by one: more say nothing new.
  private static let mostUnknownKeys = 100

  private mutating func check(_ node: SyntaxNode, _ vocabulary: Vocabulary, owner: SourceSpan) {
    var unknown: [Located<String>] = []
    for member in node.members {
      let name = member.key.value
      if let key = vocabulary.keys.first(where: { $0.name == name }) {
        check(member.value, key.shape, as: "`\(name)`", owner: member.key.location)
      } else if let others = vocabulary.others {
        check(member.value, others, as: "`\(name)`", owner: member.key.location)
      } else {
        unknown.append(member.key)
      }
    }
    let spokenOf = unknown.prefix(Self.mostUnknownKeys)
    findings += spokenOf.map { .unknownKey($0, in: vocabulary) }
    if let next = unknown.dropFirst(spokenOf.count).first {
      findings.append(.unknownKeys(unknown.count - spokenOf.count, in: vocabulary, at: next.location))
    }
    for key in vocabulary.keys where key.required && node[key.name] == nil {
      // A misspelt key is one mistake and not two.
      let misspelt = spokenOf.contains { vocabulary.meant(by: $0.value) == key.name }
      if !misspelt { findings.append(.missingKey(key, in: vocabulary, at: owner)) }
    }
  }

  private mutating func check(_ text: String, _ node: SyntaxNode, _ shape: WrittenShape, as subject: String) {
    switch shape {
    case .text: if node.isPlain { checkPlain(text, at: node.location) }
    case .form(let form):
      if !form.accepts(text) {
        findings.append(.badScalar(text, subject: subject, form: form, at: node.location))
      } else if form.isDoubtful(text) {
        findings.append(.doubtful(text, form: form, at: node.location))
      } else if node.isPlain, form.pattern == nil, !form.takesNumbers {
        checkPlain(text, at: node.location)
      }
    case .integer(let range):
      guard let value = Int(text), node.isPlain else {
        findings.append(.notANumber(text, subject: subject, quoted: !node.isPlain, at: node.location))
        return
      }
      if !range.contains(value) {
        findings.append(.outOfRange(value, subject: subject, range: range, at: node.location))
      }
    case .boolean:
      guard node.isPlain, text == "true" || text == "false" else {
        findings.append(.notABoolean(text, subject: subject, quoted: !node.isPlain, at: node.location))
        return
      }
    case .choice(let words):
      if !words.contains(text) {
        findings.append(.notAChoice(text, subject: subject, words: words, at: node.location))
      }
    default: break
    }
  }

  /// Plain texts inside arguments are read differently by other tools, too.
  private mutating func checkArguments(_ node: SyntaxNode) {
    switch node.content {
    case .scalar(let text, let plain):
      if plain, text != "true", text != "false" { checkPlain(text, at: node.location) }
    case .list(let elements): for element in elements { checkArguments(element) }
    case .mapping(let members): for member in members { checkArguments(member.value) }
    }
  }

  private mutating func checkPlain(_ text: String, at location: SourceSpan) {
    if let reading = YAMLTrap.reading(of: text) {
      findings.append(.plainTrap(text, readAs: reading, at: location))
    }
  }
}

/// Plain scalars that YAML 1.1 reads as something else.
enum YAMLTrap {
  /// What other tools read; `nil` when all agree.
  static func reading(of text: String) -> String? {
    switch text.lowercased() {
    case "yes", "on", "true": return "true"
    case "no", "off", "false": return "false"
    default: break
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count) else { return nil }
    var total = 0
    for (index, part) in parts.enumerated() {
      guard (1...(index == 0 ? 4 : 2)).contains(part.utf8.count), isMade(of: String(part), extra: "", upper: false),
        let value = Int(part), index == 0 || value < 60
      else { return nil }
      total = total * 60 + value
    }
    return String(total)
  }
}

extension SyntaxNode {
  /// Where something about the whole node is reported: the value of its `id`, or its start.
  var head: SourceSpan { self["id"]?.location ?? location }

  /// The one of several shapes that this value is meant to have: see ``WrittenShape/either(_:)``.
  fileprivate func meant(of shapes: [WrittenShape]) -> WrittenShape? {
    let fitting = shapes.filter { $0.fits(self) }
    let complete = fitting.first { shape in
      guard case .mapping(let vocabulary) = shape else { return true }
      return vocabulary.keys.allSatisfy { !$0.required || self[$0.name] != nil }
    }
    return complete ?? fitting.last
  }
}

extension SourceSpan {
  /// Whether it covers no column.
  var isEmpty: Bool { endColumn <= column }
}

extension WrittenShape {
  /// Whether a node of this kind could have this shape.
  func fits(_ node: SyntaxNode) -> Bool {
    switch (self, node.content) {
    case (.anything, _): true
    case (.list, .list), (.mapping, .mapping), (.named, .mapping): true
    case (.text, .scalar), (.form, .scalar), (.integer, .scalar), (.boolean, .scalar), (.choice, .scalar): true
    case (.either(let shapes), _): shapes.contains { $0.fits(node) }
    default: false
    }
  }
}
