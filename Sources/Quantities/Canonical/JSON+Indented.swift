extension JSON {
  /// The value over several lines, two spaces a level, members in canonical order, with a line break at the end: for
  /// files that people read.
  public var indentedText: String { indented("") + "\n" }

  private func indented(_ margin: String) -> String {
    let inner = margin + "  "
    switch self {
    case .array(let elements) where !elements.isEmpty:
      return "[\n" + elements.map { inner + $0.indented(inner) }.joined(separator: ",\n") + "\n\(margin)]"
    case .object(let object) where object.count > 0:
      let lines = object.members.map { key, value in
        "\(inner)\(JSON.string(key).canonicalText): \(value.indented(inner))"
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(margin)}"
    case .null, .bool, .integer, .decimal, .string, .array, .object: return canonicalText
    }
  }
}
