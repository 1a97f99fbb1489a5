internal import Quantities

/// What can be said in a word or two.
protocol Worded {
  /// How it is said in differences and reviews; places of a plan by their names in it.
  func words(in plan: Plan) -> String
}

extension Int: Worded {
  func words(in plan: Plan) -> String { String(self) }
}

extension Bool: Worded {
  func words(in plan: Plan) -> String { self ? "true" : "false" }
}

extension String: Worded {
  func words(in plan: Plan) -> String { self }
}

extension Span: Worded {
  func words(in plan: Plan) -> String { text }
}

extension SpanRange: Worded {
  func words(in plan: Plan) -> String { text }
}

extension Fixed: Worded {
  func words(in plan: Plan) -> String { spoken }
}

extension CivilDate: Worded {
  func words(in plan: Plan) -> String { text }
}

extension Instant: Worded {
  func words(in plan: Plan) -> String { text }
}

extension Array: Worded where Element: Worded {
  func words(in plan: Plan) -> String { isEmpty ? "none" : map { $0.words(in: plan) }.joined(separator: ", ") }
}

extension Worded where Self: RawRepresentable, RawValue == String {
  func words(in plan: Plan) -> String { rawValue }
}
