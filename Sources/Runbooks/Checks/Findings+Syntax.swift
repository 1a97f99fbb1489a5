internal import Diagnostics
internal import Vocabularies

// What can be wrong with the form of a file.

extension Finding {
  static func notYAML(
    problem: String, context: String?, contextLine: Int?, word: String, at place: SourceSpan
  ) -> Finding {
    let suggestion =
      switch problem {
      case "mapping values are not allowed in this context":
        "put the text in quotes, since it contains `: `; or check the indentation of this line"
      case "did not find expected key", "did not find expected '-' indicator":
        "check the indentation of this line: keys of one mapping start in one column"
      case "did not find expected ',' or '}'": "write `,` between the members, or `}` at the end"
      case "did not find expected ',' or ']'": "write `,` between the elements, or `]` at the end"
      case "found character that cannot start any token":
        "put the text in quotes: without them it cannot start with `\(word.prefix(1))`"
      case "found unexpected end of stream": "close the quote"
      case "could not find expected ':'": "write `:` and a value after the key"
      case "but found another document": "keep one document: remove `---`"
      default: "put texts with special characters in quotes, and check the indentation"
      }
    let opened = contextLine.flatMap { line in
      context.map { line == place.line ? [] : ["\($0), which starts in line \(line)"] }
    }
    return Finding(
      code: "G101", message: "the file is not valid YAML: \(problem)", location: place, suggestion: suggestion,
      notes: opened ?? [])
  }

  static func controlCharacter(at place: SourceSpan) -> Finding {
    Finding(
      code: "G101", message: "a control character stands in the text", location: place,
      suggestion: "remove it", replacement: "")
  }

  static func tooDeep(limit: Int, at place: SourceSpan) -> Finding {
    Finding(
      code: "G101", message: "the file nests more than \(limit) levels", location: place,
      suggestion: "nest less: no runbook needs more than ten levels")
  }

  static func tooLarge(mebibytes: Int, at place: SourceSpan) -> Finding {
    Finding(
      code: "G101", message: "the file is larger than \(mebibytes) MiB", location: place,
      suggestion: "put what is data into an inventory, and what belongs elsewhere elsewhere")
  }

  static func emptyFile(at place: SourceSpan) -> Finding {
    Finding(code: "G101", message: "the file is empty", location: place, suggestion: "start with `sanderling: 1`")
  }

  static func keyIsNotText(at place: SourceSpan) -> Finding {
    Finding(
      code: "G106", message: "a key is a list or a mapping", location: place, suggestion: "write a name as the key")
  }

  static func tab(at place: SourceSpan) -> Finding {
    Finding(
      code: "G102", message: "the indentation contains a tab", location: place,
      suggestion: "write spaces: YAML allows no tabs here", replacement: "  ")
  }

  static func duplicateKey(_ key: String, first: Int?, at place: SourceSpan) -> Finding {
    Finding(
      code: "G103", message: "the key `\(key)` stands twice in one mapping", location: place,
      suggestion: "remove one of the two", notes: first.map { ["the first one stands in line \($0)"] } ?? [])
  }

  static func unknownKey(_ key: Located<String>, in vocabulary: Vocabulary) -> Finding {
    let nearest = vocabulary.meant(by: key.value)
    let known = vocabulary.keys.map(\.name).joined(separator: ", ")
    return Finding(
      code: "G104", message: "`\(key.value)` is not a key of \(vocabulary.name)", location: key.location,
      suggestion: nearest.map { "write `\($0)`" } ?? "remove it, or write one of the keys below", replacement: nearest,
      notes: ["keys of \(vocabulary.name): \(known)"])
  }

  static func unknownKeys(_ count: Int, in vocabulary: Vocabulary, at place: SourceSpan) -> Finding {
    Finding(
      code: "G104",
      message: "from here on \(count == 1 ? "one more is" : "\(count) more are") not a key of \(vocabulary.name)",
      location: place, suggestion: "remove what is data of something else")
  }

  static func missingKey(_ key: Vocabulary.Key, in vocabulary: Vocabulary, at place: SourceSpan) -> Finding {
    Finding(
      code: "G105", message: "the key `\(key.name)` of \(vocabulary.name) is missing", location: place,
      suggestion: "add `\(key.name): \(key.shape.sample)`", notes: ["`\(key.name)`: \(key.doc)"])
  }

  static func missingPersistence(at place: SourceSpan, both: Bool) -> Finding {
    Finding(
      code: "G105",
      message: both ? "the trigger has both `for` and `of`" : "the trigger does not say how long the breach must last",
      location: place, suggestion: both ? "keep one of them" : "add `for: 5m` or `of: 8/10`")
  }

  static func wrongType(
    _ subject: String, wanted: String, found: String, replacement: String?, at place: SourceSpan
  ) -> Finding {
    Finding(
      code: "G106", message: "\(subject) is \(found), but \(wanted) is wanted", location: place,
      suggestion: replacement.map { "write `\($0)`" } ?? "write \(wanted)", replacement: replacement)
  }

  static func nothingWritten(_ subject: String, wanted: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G106", message: "\(subject) has no value, but \(wanted) is wanted", location: place,
      suggestion: "write \(wanted), or remove the key")
  }

  static func shortList(_ subject: String, count: Int, minimum: Int, at place: SourceSpan) -> Finding {
    let missing = minimum - count
    return Finding(
      code: "G106",
      message: count == 0 ? "\(subject) is an empty list" : "\(subject) has \(count) of \(minimum) elements",
      location: place,
      suggestion: count == 0
        ? "add an element, or remove the key"
        : "add the \(missing == 1 ? "one" : "\(missing)") that \(missing == 1 ? "is" : "are") missing")
  }

  static func anchor(_ name: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G107", message: "`\(name)` is an anchor or an alias, which a runbook cannot have", location: place,
      suggestion: "write the value out; put a text that starts with `&` or `*` in quotes")
  }

  static func tag(_ name: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G107", message: "`\(name)` is a YAML tag, which a runbook cannot have", location: place,
      suggestion: "remove it; put a text that starts with `!` in quotes")
  }
}

extension WrittenShape {
  /// A value as it could be written, for suggestions.
  var sample: String {
    switch self {
    case .text, .anything: "…"
    case .form(let form): form.example.firstQuoted ?? "…"
    case .integer(let range): String(range.lowerBound)
    case .boolean: "true"
    case .choice(let words): words.first ?? "…"
    case .list: "[ … ]"
    case .mapping, .named: "{ … }"
    case .either(let shapes): shapes.first?.sample ?? "…"
    }
  }
}

extension String {
  /// The first example: what stands between backticks after "such as", or the first backticks at all.
  fileprivate var firstQuoted: String? {
    let examples = components(after: "such as ") ?? self
    let parts = examples.split(separator: "`", omittingEmptySubsequences: false)
    return parts.count >= 3 ? String(parts[1]) : nil
  }

  private func components(after word: String) -> String? {
    firstRange(of: word).map { String(self[$0.upperBound...]) }
  }
}
