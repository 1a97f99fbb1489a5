internal import Diagnostics

/// A YAML value with the place where it was written, and nothing resolved: a scalar is the text as it stands.
struct SyntaxNode: Sendable {
  /// What the value is.
  enum Content: Sendable {
    /// `plain` tells `NO` from `"NO"`.
    case scalar(text: String, plain: Bool)
    case list([SyntaxNode])
    case mapping([Member])
  }

  /// A key and its value.
  struct Member: Sendable {
    let key: Located<String>
    let value: SyntaxNode
  }

  let content: Content
  let location: SourceSpan

  /// The text of a scalar; `nil` for lists and mappings.
  var text: String? { if case .scalar(let text, _) = content { text } else { nil } }

  /// Whether the value stands without quotes.
  var isPlain: Bool { if case .scalar(_, let plain) = content { plain } else { false } }

  /// Whether nothing is written, or `null`.
  var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(text) }

  /// The text with its place; `nil` for lists and mappings.
  var located: Located<String>? { text.map { Located($0, at: location) } }

  /// The elements of a list; empty for anything else.
  var elements: [SyntaxNode] { if case .list(let elements) = content { elements } else { [] } }

  /// The elements of a list, or a scalar as the only one.
  var oneOrMore: [SyntaxNode] {
    switch content {
    case .scalar: isNull ? [] : [self]
    case .list(let elements): elements
    case .mapping: []
    }
  }

  /// The members of a mapping in the order of the file; empty for anything else.
  var members: [Member] { if case .mapping(let members) = content { members } else { [] } }

  var isMapping: Bool { if case .mapping = content { true } else { false } }

  /// The value of a key; of two the first.
  subscript(key: String) -> SyntaxNode? { members.first { $0.key.value == key }?.value }

  /// What the value is, for messages.
  var kind: String {
    switch content {
    case .scalar: isNull ? "nothing" : "text"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}
