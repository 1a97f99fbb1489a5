/// What may stand at a place in a file. The checker, the messages and the JSON Schema all read it.
indirect enum Shape: Sendable {
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
  case list(Shape, minimum: Int = 0)
  /// A mapping with known keys.
  case mapping(Vocabulary)
  /// A mapping of free names to values of one shape.
  case named(ScalarForm, Shape)
  /// One of several shapes: one for scalars, one for lists, one for mappings.
  case either([Shape])
  /// Anything: arguments and configuration.
  case anything

  /// What it is, for messages: `a list`.
  var kind: String {
    switch self {
    case .text: "text"
    case .form(let form): form.name
    case .integer: "a whole number"
    case .boolean: "`true` or `false`"
    case .choice(let words): "one of " + words.map { "`\($0)`" }.joined(separator: ", ")
    case .list: "a list"
    case .mapping, .named: "a mapping"
    case .either(let shapes): shapes.map(\.kind).joined(separator: " or ")
    case .anything: "a value"
    }
  }

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

/// The definition of a mapping: its name in messages and its keys.
struct Vocabulary: Sendable {
  /// A key and what it means.
  struct Key: Sendable {
    let name: String
    let shape: Shape
    let required: Bool
    /// What holds when the key is absent, as it would be written.
    let standard: String?
    /// One sentence for the schema and the reference.
    let doc: String

    init(_ name: String, _ shape: Shape, required: Bool = false, standard: String? = nil, _ doc: String) {
      self.name = name
      self.shape = shape
      self.required = required
      self.standard = standard
      self.doc = doc
    }
  }

  /// The name in messages, such as `gate`.
  let name: String
  /// One sentence for the schema and the reference.
  let doc: String
  /// The keys in the order in which people write them.
  let keys: [Key]
  /// The shape of the values of any other key; `nil` allows none.
  let others: Shape?
  /// Keys that people bring from other tools, and what they are called here.
  let aliases: [String: String]

  init(_ name: String, _ doc: String, keys: [Key], others: Shape? = nil, aliases: [String: String] = [:]) {
    self.name = name
    self.doc = doc
    self.keys = keys
    self.others = others
    self.aliases = aliases
  }
}
