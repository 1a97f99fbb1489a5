internal import Quantities
internal import Vocabularies

/// Writes definitions as JSON Schema.
struct SchemaWriter {
  /// The adapters whose configuration providers can have.
  let adapters: [AdapterFacts]
  /// Whether what is written reaches an adapter, where a number is no text.
  private var isForAdapters = false

  /// Begins outside of what reaches an adapter.
  init(adapters: [AdapterFacts]) { self.adapters = adapters }

  /// The schema of a file, pretty-printed, with a line break at the end.
  func document(_ vocabulary: Vocabulary, title: String, id: String) -> String {
    var printer = SchemaPrinter()
    let head: [(String, SchemaValue)] = [
      ("$schema", .text("http://json-schema.org/draft-07/schema#")), ("$id", .text(id)), ("title", .text(title)),
    ]
    let later: [(String, SchemaValue)] = adapters.isEmpty ? [] : [("definitions", .object([("later", later)]))]
    printer.write(.object(head + members(of: vocabulary) + later), indentation: 0)
    return printer.text + "\n"
  }

  private func members(of vocabulary: Vocabulary) -> [(String, SchemaValue)] {
    var members: [(String, SchemaValue)] = [("description", .text(vocabulary.doc)), ("type", .text("object"))]
    members.append(("properties", .object(vocabulary.keys.map { ($0.name, property($0)) })))
    let required = vocabulary.keys.filter(\.required).map { SchemaValue.text($0.name) }
    if !required.isEmpty { members.append(("required", .list(required))) }
    members.append(("additionalProperties", vocabulary.others.map { .object(schema($0)) } ?? .raw("false")))
    return members
  }

  private func property(_ key: Vocabulary.Key) -> SchemaValue {
    if key.name == "sanderling" { return .object([("description", .text(key.doc)), ("const", .raw("1"))]) }
    var members = schema(key.shape).filter { $0.0 != "description" }
    members.insert(("description", .text(key.doc)), at: 0)
    if let standard = key.standard { members.append(("default", value(standard, of: key.shape))) }
    let examples = examples(of: key.shape)
    if !examples.isEmpty { members.append(("examples", .list(examples))) }
    return .object(members)
  }

  /// What the messages about a shape give as examples.
  private func examples(of shape: WrittenShape) -> [SchemaValue] {
    switch shape {
    case .form(let form):
      form.example.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 }.map { String($0.element.replacing("\"", with: "")) }.filter(form.accepts)
        .map { Int($0) != nil ? .raw($0) : .text($0) }
    case .either(let shapes): shapes.flatMap { examples(of: $0) }
    case .text, .integer, .boolean, .choice, .list, .mapping, .named, .anything: []
    }
  }

  /// A default as the schema writes it: numbers and booleans bare.
  private func value(_ text: String, of shape: WrittenShape) -> SchemaValue {
    switch shape {
    case .integer, .boolean: .raw(text)
    case .form(let form) where form.accepts(text) && Int(text) != nil: .raw(text)
    case .either(let shapes): shapes.first.map { value(text, of: $0) } ?? .text(text)
    default: .text(text == "\"\"" ? "" : text)
    }
  }

  private func schema(_ shape: WrittenShape) -> [(String, SchemaValue)] {
    switch shape {
    case .text where isForAdapters: return [("type", .text("string"))]
    case .text: return [("type", .list([.text("string"), .text("number"), .text("boolean")]))]
    case .form(let form):
      // What YAML takes for a number or a boolean is a text to the checker, and fits where that text fits.
      let isText = isForAdapters && !form.takesNumbers
      let number: [SchemaValue] =
        isText ? [] : form.accepts("1.5") ? [.text("number")] : form.accepts("1") ? [.text("integer")] : []
      let types = [.text("string")] + number + (!isText && form.accepts("true") ? [.text("boolean")] : [])
      var members: [(String, SchemaValue)] = [
        ("description", .text("\(form.name.capitalizedFirst) \(form.example).")),
        ("type", types.count == 1 ? types[0] : .list(types)),
      ]
      if let pattern = form.pattern { members.append(("pattern", .text(pattern))) }
      if !number.isEmpty, !form.accepts("-1") { members.append(("minimum", .raw("0"))) }
      return members
    case .integer(let range):
      return [
        ("type", .text("integer")), ("minimum", .raw(String(range.lowerBound))),
        ("maximum", .raw(String(range.upperBound))),
      ]
    case .boolean: return [("type", .text("boolean"))]
    case .choice(let words): return [("enum", .list(words.map { .text($0) }))]
    case .list(let element, let minimum):
      var members: [(String, SchemaValue)] = [("type", .text("array")), ("items", .object(schema(element)))]
      if minimum > 0 { members.append(("minItems", .raw(String(minimum)))) }
      return members
    case .mapping(let vocabulary):
      // The keys of a provider are those of its adapter.
      if vocabulary.name == ProviderDeclaration.definition.vocabulary.name, !adapters.isEmpty { return providers }
      return members(of: vocabulary)
    case .named(let form, let value):
      var members: [(String, SchemaValue)] = [("type", .text("object"))]
      if let pattern = form.pattern { members.append(("propertyNames", .object([("pattern", .text(pattern))]))) }
      members.append(("additionalProperties", .object(schema(value))))
      return members
    case .either(let shapes): return [("anyOf", .list(shapes.map { .object(schema($0)) }))]
    case .anything: return []
    }
  }

  /// By adapter: what a provider may have. A secret or an interpolation can stand for any single value.
  private var providers: [(String, SchemaValue)] {
    var inner = self
    inner.isForAdapters = true
    let kinds = adapters.map { facts -> SchemaValue in
      let adapter: (String, SchemaValue) = (
        "adapter", .object([("description", .text("The adapter \(facts.does).")), ("const", .text(facts.name))])
      )
      let keys = facts.configuration.keys.map { key -> (String, SchemaValue) in
        var members: [(String, SchemaValue)] = [("description", .text(key.doc))]
        if let standard = key.standard { members.append(("default", value(standard, of: key.shape))) }
        let later: SchemaValue = .object([("$ref", .text("#/definitions/later"))])
        members.append(("anyOf", .list([.object(inner.schema(key.shape)), later])))
        return (key.name, .object(members))
      }
      let required = ["adapter"] + facts.configuration.keys.filter(\.required).map(\.name)
      return .object([
        ("description", .text(facts.configuration.doc)), ("type", .text("object")),
        ("properties", .object([adapter] + keys)), ("required", .list(required.map { .text($0) })),
        ("additionalProperties", .raw("false")),
      ])
    }
    // Beside the kinds, so that an editor names the adapters where none is written yet, or a wrong one.
    let adapter: SchemaValue = .object([
      ("description", .text("Which code talks to it.")), ("enum", .list(adapters.map { .text($0.name) })),
    ])
    return [
      ("description", .text(ProviderDeclaration.definition.vocabulary.doc)), ("type", .text("object")),
      ("properties", .object([("adapter", adapter)])), ("required", .list([.text("adapter")])), ("oneOf", .list(kinds)),
    ]
  }

  /// What is known only when a call is made.
  private var later: SchemaValue {
    let secret: SchemaValue = .object([
      ("type", .text("object")), ("properties", .object([("secret", .object([("type", .text("string"))]))])),
      ("required", .list([.text("secret")])), ("additionalProperties", .raw("false")),
    ])
    let interpolation: SchemaValue = .object([("type", .text("string")), ("pattern", .text("\\$\\{"))])
    return .object([
      ("description", .text("A secret by reference, or a text with an interpolation.")),
      ("anyOf", .list([secret, interpolation])),
    ])
  }
}

/// A JSON value that keeps the order in which people read a schema: `Quantities.JSON` sorts its keys.
private indirect enum SchemaValue {
  case text(String)
  /// A number or a boolean as it is written.
  case raw(String)
  case list([SchemaValue])
  case object([(String, SchemaValue)])
}

/// Writes with two spaces of indentation; lists of scalars stay on one line.
private struct SchemaPrinter {
  private(set) var text = ""

  mutating func write(_ value: SchemaValue, indentation: Int) {
    switch value {
    case .text(let string): text += JSON.string(string).canonicalText
    case .raw(let raw): text += raw
    case .list(let elements):
      let flat = elements.allSatisfy { if case .text = $0 { true } else { false } }
      write(elements, brackets: ("[", "]"), flat: flat, indentation: indentation) { $0.write($1, indentation: $2) }
    case .object(let members):
      write(members, brackets: ("{", "}"), flat: members.isEmpty, indentation: indentation) { printer, member, depth in
        printer.text += JSON.string(member.0).canonicalText + ": "
        printer.write(member.1, indentation: depth)
      }
    }
  }

  private mutating func write<Element>(
    _ elements: [Element], brackets: (String, String), flat: Bool, indentation: Int,
    each: (inout SchemaPrinter, Element, Int) -> Void
  ) {
    text += brackets.0
    let inner = flat ? "" : "\n" + String(repeating: "  ", count: indentation + 1)
    for (index, element) in elements.enumerated() {
      text += (index == 0 ? "" : flat ? ", " : ",") + inner
      each(&self, element, indentation + 1)
    }
    text += (flat ? "" : "\n" + String(repeating: "  ", count: indentation)) + brackets.1
  }
}
