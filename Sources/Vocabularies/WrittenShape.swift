/// What may stand at a place in a file. The checker, the messages and the JSON Schema all read it.
package indirect enum WrittenShape: Sendable {
  /// Any text.
  case text
  /// A text of a certain form.
  case form(ScalarForm)
  /// A whole number in a range.
  case integer(ClosedRange<Int>)
  /// `true` or `false`.
  case boolean
  /// One of some words.
  case choice([String])
  /// A list whose elements have one shape; `minimum` elements at least.
  case list(WrittenShape, minimum: Int = 0)
  /// A mapping with known keys.
  case mapping(Vocabulary)
  /// A mapping of free names to values of one shape.
  case named(ScalarForm, WrittenShape)
  /// One of several shapes of different kinds: a scalar, a list, a mapping. Of several mappings the first counts whose
  /// required keys are written, else the last.
  case either([WrittenShape])
  /// Anything: arguments and configuration.
  case anything

  /// What it is, for messages: `a list`.
  package var kind: String {
    switch self {
    case .text: "text"
    case .form(let form): form.name
    case .integer: "a whole number"
    case .boolean: "`true` or `false`"
    case .choice(let words): "one of " + words.map { "`\($0)`" }.joined(separator: ", ")
    case .list: "a list"
    case .mapping, .named: "a mapping"
    case .either(let shapes):
      shapes.map(\.kind).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.joined(separator: " or ")
    case .anything: "a value"
    }
  }
}
