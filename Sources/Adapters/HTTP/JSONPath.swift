internal import Quantities

/// A path into a JSON value: `$.a.b[0]['x y']`. One value or none; no wildcards, no filters.
struct JSONPath: Hashable, Sendable {
  private enum Step: Hashable, Sendable {
    case member(String)
    case element(Int)
  }

  private let steps: [Step]
  /// The path as it was written.
  let text: String

  /// Reads a path; `nil` when it is not one.
  init?(_ text: String) {
    var steps: [Step] = []
    var rest = Array(text.unicodeScalars)[...]
    guard rest.popFirst() == "$" else { return nil }
    while let opening = rest.popFirst() {
      switch opening {
      case ".":
        let name = rest.prefix { $0 != "." && $0 != "[" }
        guard !name.isEmpty else { return nil }
        rest = rest.dropFirst(name.count)
        steps.append(.member(Self.string(name)))
      case "[":
        guard let step = Self.bracket(&rest) else { return nil }
        steps.append(step)
      default: return nil
      }
    }
    self.steps = steps
    self.text = text
  }

  /// The value at this path, or `nil`.
  func value(in root: JSON) -> JSON? {
    var value = root
    for step in steps {
      switch step {
      case .member(let name):
        guard let member = value[name] else { return nil }
        value = member
      case .element(let index):
        let elements = value.array
        guard index < elements.count else { return nil }
        value = elements[index]
      }
    }
    return value
  }

  /// What stands between `[` and `]`: a number, or a name in quotes in which `\` keeps the next character.
  private static func bracket(_ rest: inout ArraySlice<Unicode.Scalar>) -> Step? {
    guard let first = rest.first else { return nil }
    guard first == "'" || first == "\"" else {
      let digits = rest.prefix { $0 != "]" }
      rest = rest.dropFirst(digits.count)
      guard rest.popFirst() == "]", digits.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
      return Int(string(digits)).map { .element($0) }
    }
    rest.removeFirst()
    var name: [Unicode.Scalar] = []
    while let scalar = rest.popFirst(), scalar != first {
      if scalar == "\\" {
        guard let kept = rest.popFirst() else { return nil }
        name.append(kept)
      } else {
        name.append(scalar)
      }
    }
    return rest.popFirst() == "]" ? .member(string(name[...])) : nil
  }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }
}
