internal import Diagnostics
internal import Quantities

// Nodes → values, after the shapes were checked: what does not fit has a finding already and reads as absent here.

extension SyntaxNode {
  /// The text of a key; `nil` when it is absent or no text.
  func text(_ key: String) -> String? { self[key].flatMap { $0.isNull ? nil : $0.text } }

  /// The text of a key with its place.
  func located(_ key: String) -> Located<String>? { self[key].flatMap { $0.isNull ? nil : $0.located } }

  /// A list of texts, or one text.
  func texts(_ key: String) -> [Located<String>] { self[key]?.oneOrMore.compactMap(\.located) ?? [] }

  func integer(_ key: String) -> Int? { text(key).flatMap { Int($0) } }

  func span(_ key: String) -> Span? { text(key).flatMap { Span($0) } }

  func date(_ key: String) -> Located<CivilDate>? {
    located(key).flatMap { text in CivilDate(text.value).map { Located($0, at: text.location) } }
  }

  func boolean(_ key: String) -> Bool { text(key) == "true" }

  func choice<Value: RawRepresentable>(_ key: String, _ type: Value.Type = Value.self) -> Value?
  where Value.RawValue == String {
    text(key).flatMap { Value(rawValue: $0) }
  }

  /// A condition with its place; `nil` when it is none.
  var condition: Located<Condition>? {
    located.flatMap { text in Condition(text.value).map { Located($0, at: text.location) } }
  }
}
