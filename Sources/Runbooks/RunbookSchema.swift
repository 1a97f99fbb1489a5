internal import Quantities

/// The JSON Schema (draft 2020-12) of the files, made from the definitions that the checker uses.
public enum RunbookSchema {
  /// The schema of `runbook.yaml`, pretty-printed, with a line break at the end.
  public static func runbook() -> String {
    document(.runbook, title: "Sanderling runbook", id: "runbook.schema.json")
  }

  /// The schema of `environments/*.yaml`, pretty-printed, with a line break at the end.
  public static func environment() -> String {
    document(.environment, title: "Sanderling environment", id: "environment.schema.json")
  }

  /// The schema of `trust/people.yaml`, pretty-printed, with a line break at the end.
  public static func people() -> String {
    document(.people, title: "Sanderling people", id: "people.schema.json")
  }

  /// The schema of the forecast, pretty-printed, with a line break at the end.
  public static func forecast() -> String {
    document(.forecast, title: "Sanderling forecast", id: "forecast.schema.json")
  }

  /// The schema of the risk register, pretty-printed, with a line break at the end.
  public static func risks() -> String {
    document(.risks, title: "Sanderling risk register", id: "risks.schema.json")
  }

  /// The schema of the price list, pretty-printed, with a line break at the end.
  public static func prices() -> String {
    document(.prices, title: "Sanderling price list", id: "prices.schema.json")
  }

  private static func document(_ vocabulary: Vocabulary, title: String, id: String) -> String {
    var printer = SchemaPrinter()
    let head: [(String, SchemaValue)] = [
      ("$schema", .text("https://json-schema.org/draft/2020-12/schema")), ("$id", .text(id)), ("title", .text(title)),
    ]
    printer.write(.object(head + members(of: vocabulary)), indentation: 0)
    return printer.text + "\n"
  }

  private static func members(of vocabulary: Vocabulary) -> [(String, SchemaValue)] {
    var members: [(String, SchemaValue)] = [("description", .text(vocabulary.doc)), ("type", .text("object"))]
    members.append(("properties", .object(vocabulary.keys.map { ($0.name, property($0)) })))
    let required = vocabulary.keys.filter(\.required).map { SchemaValue.text($0.name) }
    if !required.isEmpty { members.append(("required", .list(required))) }
    members.append(("additionalProperties", vocabulary.others.map { .object(schema($0)) } ?? .raw("false")))
    return members
  }

  private static func property(_ key: Vocabulary.Key) -> SchemaValue {
    if key.name == "sanderling" { return .object([("description", .text(key.doc)), ("const", .raw("1"))]) }
    var members = schema(key.shape).filter { $0.0 != "description" }
    members.insert(("description", .text(key.doc)), at: 0)
    if let standard = key.standard { members.append(("default", value(standard, of: key.shape))) }
    return .object(members)
  }

  /// A default as the schema writes it: numbers and booleans bare.
  private static func value(_ text: String, of shape: Shape) -> SchemaValue {
    switch shape {
    case .integer, .boolean: .raw(text)
    case .form(let form) where form.takesNumbers && Int(text) != nil: .raw(text)
    case .either(let shapes): shapes.first.map { value(text, of: $0) } ?? .text(text)
    default: .text(text == "\"\"" ? "" : text)
    }
  }

  private static func schema(_ shape: Shape) -> [(String, SchemaValue)] {
    switch shape {
    case .text: return [("type", .text("string"))]
    case .form(let form):
      var members: [(String, SchemaValue)] = [
        ("description", .text("\(form.name.capitalizedFirst) \(form.example).")),
        ("type", form.takesNumbers ? .list([.text("string"), .text("number"), .text("boolean")]) : .text("string")),
      ]
      if let pattern = form.pattern { members.append(("pattern", .text(pattern))) }
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
    case .mapping(let vocabulary): return Self.members(of: vocabulary)
    case .named(let form, let value):
      var members: [(String, SchemaValue)] = [("type", .text("object"))]
      if let pattern = form.pattern { members.append(("propertyNames", .object([("pattern", .text(pattern))]))) }
      members.append(("additionalProperties", .object(schema(value))))
      return members
    case .either(let shapes): return [("anyOf", .list(shapes.map { .object(schema($0)) }))]
    case .anything: return []
    }
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

extension String {
  /// The text with its first letter in upper case.
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
