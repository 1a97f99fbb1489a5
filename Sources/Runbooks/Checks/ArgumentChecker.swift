internal import Diagnostics
internal import Quantities
internal import Vocabularies

/// Compares arguments and configuration with what their adapter declares. Knows no adapter by name.
///
/// What an interpolation stands for is known only later: a text with one fits every shape of a text, and one that is
/// nothing but `${with.x}` fits everything, since a step may hand over a list.
struct ArgumentChecker {
  private(set) var findings: [Finding] = []
  /// The configuration of the provider; `nil` where there is none, or where it is what is checked.
  let configuration: Arguments?

  init(configuration: Arguments?) {
    self.configuration = configuration
  }

  /// Checks members. What is missing in them is reported at `owner`.
  mutating func check(_ arguments: Arguments, _ vocabulary: Vocabulary, owner: SourceSpan) {
    for member in arguments.members {
      if let shape = vocabulary.keys.first(where: { $0.name == member.name.value })?.shape ?? vocabulary.others {
        check(member.value, shape, as: "`\(member.name.value)`")
      } else {
        findings.append(.unknownKey(member.name, in: vocabulary))
      }
    }
    // A misspelt key is one mistake and not two.
    let meant = arguments.members.map { vocabulary.meant(by: $0.name.value) ?? $0.name.value }
    for key in vocabulary.keys where key.required && arguments.written(key.name) == nil && !meant.contains(key.name) {
      findings.append(.missingKey(key, in: vocabulary, at: owner))
    }
    for rule in vocabulary.rules { check(rule, arguments, vocabulary, meant: meant, owner: owner) }
  }

  private mutating func check(
    _ rule: Vocabulary.Rule, _ arguments: Arguments, _ vocabulary: Vocabulary, meant: [String], owner: SourceSpan
  ) {
    switch rule {
    case .some(let names, let other):
      if let other, configuration?.written(other) != nil { return }
      if !names.contains(where: meant.contains) {
        findings.append(.needsOne(of: names, orConfigured: other, in: vocabulary, at: owner))
      }
    case .one(let names):
      let written = arguments.members.filter { names.contains($0.name.value) }
      if written.count > 1 { findings.append(.bothWritten(written[1].name, written[0].name.value, in: vocabulary)) }
    case .pair(let name, let other):
      guard let place = arguments.written(name)?.name, !meant.contains(other) else { return }
      findings.append(.lonely(place, needs: "`\(other)`", add: "`\(other): …`"))
    case .text(let name, let flag):
      guard let member = arguments.written(name), case .text(let template, _) = member.value,
        !template.isHandedOver
      else { return }
      switch (arguments.written(flag) ?? configuration?.written(flag))?.value {
      case .constant(.bool(true), _): return
      case .text(let flag, _) where flag.literal == "true" || flag.literal == nil: return
      default:
        findings.append(.lonely(member.name, needs: "`\(flag): true`, since it is a text", add: "it, or write a list"))
      }
    case .apart(let first, let second):
      let written = arguments.written(first) ?? arguments.written(second)
      guard let written, let one = elements(of: first, arguments), let other = elements(of: second, arguments),
        let both = one.first(where: other.contains)
      else { return }
      findings.append(.inBoth(both, first, second, at: written.value.location))
    }
  }

  /// The elements of a list that holds: that of the arguments, else that of the configuration.
  private func elements(of name: String, _ arguments: Arguments) -> [String]? {
    guard case .list(let elements, _)? = (arguments.written(name) ?? configuration?.written(name))?.value else {
      return nil
    }
    return elements.compactMap { element in
      switch element {
      case .constant(let value, _): value.plainText
      case .text(let template, _): template.literal
      case .secret, .list, .members: nil
      }
    }
  }

  private mutating func check(_ value: Arguments, _ shape: WrittenShape, as subject: String) {
    if case .text(let template, _) = value, template.isHandedOver { return }
    // What is nothing counts as not written.
    if case .constant(.null, _) = value { return }
    switch shape {
    case .anything: return
    case .either(let shapes):
      guard let fitting = shapes.first(where: { $0.fits(value) }) else { return wrongType(value, shape, subject) }
      check(value, fitting, as: subject)
    case .list(let element, let minimum):
      guard case .list(let elements, let location) = value else { return wrongType(value, shape, subject) }
      if elements.count < minimum {
        findings.append(.shortList(subject, count: elements.count, minimum: minimum, at: location))
      }
      for item in elements { check(item, element, as: subject) }
    case .mapping(let vocabulary):
      guard case .members(_, let location) = value else { return wrongType(value, shape, subject) }
      check(value, vocabulary, owner: location)
    case .named(let form, let shape):
      guard case .members(let members, _) = value else { return wrongType(value, shape, subject) }
      for member in members {
        if !form.accepts(member.name.value) { findings.append(.badName(member.name, form: form)) }
        check(member.value, shape, as: "`\(member.name.value)`")
      }
    case .text, .form, .integer, .boolean, .choice: checkScalar(value, shape, subject)
    }
  }

  private mutating func checkScalar(_ value: Arguments, _ shape: WrittenShape, _ subject: String) {
    let place = value.location
    let text: String
    switch value {
    case .list, .members: return wrongType(value, shape, subject)
    case .secret: return
    case .constant(let constant, _):
      // Numbers and booleans are no texts where they reach an adapter.
      switch shape {
      case .text: return wrongType(value, shape, subject)
      case .form(let form) where !form.takesNumbers:
        findings.append(.badScalar(constant.plainText, subject: subject, form: form, at: place))
        return
      case .form, .integer, .boolean, .choice, .list, .mapping, .named, .either, .anything: break
      }
      text = constant.plainText
    case .text(let template, _):
      guard let literal = template.literal else { return }
      text = literal
    }
    switch shape {
    case .text, .list, .mapping, .named, .either, .anything: return
    case .form(let form):
      if !form.accepts(text) { findings.append(.badScalar(text, subject: subject, form: form, at: place)) }
    case .integer(let range):
      guard let number = Int(text) else {
        findings.append(.notANumber(text, subject: subject, quoted: false, at: place))
        return
      }
      if !range.contains(number) { findings.append(.outOfRange(number, subject: subject, range: range, at: place)) }
    case .boolean:
      if text != "true", text != "false" {
        findings.append(.notABoolean(text, subject: subject, quoted: false, at: place))
      }
    case .choice(let words):
      if !words.contains(text) { findings.append(.notAChoice(text, subject: subject, words: words, at: place)) }
    }
  }

  private mutating func wrongType(_ value: Arguments, _ shape: WrittenShape, _ subject: String) {
    var wrapped: String?
    let found: String
    switch value {
    case .text(let template, _):
      found = "text"
      if case .list = shape, let literal = template.literal { wrapped = "[ \(literal) ]" }
    case .constant(let constant, _):
      found = constant.bool == nil ? "a number" : "`\(constant.plainText)`"
      switch shape {
      case .list: wrapped = "[ \(constant.plainText) ]"
      case .text: wrapped = "\"\(constant.plainText)\""
      case .form, .integer, .boolean, .choice, .mapping, .named, .either, .anything: break
      }
    case .secret: found = "a secret"
    case .list: found = "a list"
    case .members: found = "a mapping"
    }
    findings.append(
      .wrongType(subject, wanted: shape.kind, found: found, replacement: wrapped, at: value.location))
  }
}

extension Arguments {
  /// The member of a name, when it has a value.
  fileprivate func written(_ name: String) -> Member? {
    members.first { member in
      if case .constant(.null, _) = member.value { return false }
      return member.name.value == name
    }
  }
}

extension Template {
  /// The text, when nothing in it is known only later.
  fileprivate var literal: String? {
    var text = ""
    for part in parts {
      guard case .literal(let piece) = part else { return nil }
      text += piece
    }
    return text
  }
}

extension WrittenShape {
  /// Whether a value of this kind could have this shape.
  fileprivate func fits(_ value: Arguments) -> Bool {
    switch (self, value) {
    case (.anything, _), (.list, .list), (.mapping, .members), (.named, .members): true
    case (.either(let shapes), _): shapes.contains { $0.fits(value) }
    case (.text, .text), (.text, .secret): true
    case (.form, .text), (.form, .secret), (.form, .constant): true
    case (.integer, .text), (.integer, .constant), (.boolean, .text), (.boolean, .constant): true
    case (.choice, .text), (.choice, .constant), (.integer, .secret), (.boolean, .secret), (.choice, .secret): true
    case (.text, .constant), (.text, .list), (.text, .members), (.form, .list), (.form, .members), (.integer, .list),
      (.integer, .members), (.boolean, .list), (.boolean, .members), (.choice, .list), (.choice, .members),
      (.list, _), (.mapping, _), (.named, _):
      false
    }
  }
}
