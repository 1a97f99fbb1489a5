/// Rules about Swift files. Each gives back what breaks it, as `path:line what`.
enum TidyRules {
  /// Functions, initialisers, subscripts and accessors with more than so many lines, from the signature to the brace.
  static func longBodies(_ source: SwiftSource, limit: Int = 60) -> [String] {
    source.declarations.compactMap { one in
      guard one.body != nil, [.function, .initializer, .property].contains(one.kind) else { return nil }
      let lines = one.lastLine - one.line + 1
      return lines > limit ? "\(source.path):\(one.line) \(one.name) has \(lines) lines" : nil
    }
  }

  /// Declarations whose name stands nowhere but where they are declared.
  static func dead(_ sources: [SwiftSource], namedIn others: [SwiftSource]) -> [String] {
    var named: [String: Int] = [:]
    for source in sources + others {
      for token in source.tokens where token.kind == .word { named[token.text, default: 0] += 1 }
    }
    let declared = sources.flatMap { source in source.declarations.map { (source.path, $0) } }
      .filter { $0.1.kind != .extension && $0.1.kind != .initializer && isPlain($0.1.name) }
    let times = Dictionary(grouping: declared) { $0.1.name }.mapValues(\.count)
    return declared.filter { named[$0.1.name, default: 0] <= times[$0.1.name, default: 0] && !isCalledByOthers($0.1) }
      .map { "\($0.0):\($0.1.line) \($0.1.name) is named nowhere else" }
  }

  /// Labels of arguments that nobody writes: what they could say is never said.
  static func deadLabels(_ sources: [SwiftSource], namedIn others: [SwiftSource]) -> [String] {
    var written: [String: Int] = [:]
    for source in sources + others {
      for (token, next) in zip(source.tokens, source.tokens.dropFirst()) where token.kind == .word && next.isSign(":") {
        written[token.text, default: 0] += 1
      }
    }
    let declared = sources.flatMap { source in source.declarations.map { (path: source.path, one: $0) } }
    // `name: Type` is no use of the label; `label name: Type` is not even written so.
    for (_, one) in declared {
      for parameter in one.parameters where parameter.label == parameter.name {
        written[parameter.label, default: 0] -= 1
      }
    }
    return declared.filter { !isCalledByOthers($0.one) }.flatMap { path, one in
      one.parameters.filter {
        !$0.isClosure && $0.label != "_" && isPlain($0.label) && written[$0.label, default: 0] <= 0
      }
      .map { "\(path):\(one.line) \(one.name)(\($0.label):) is written by no caller" }
    }
  }

  /// Parameters that the body does not name. What a protocol asks for may be left unused, and a type may be passed for
  /// its own sake.
  static func unusedParameters(_ sources: [SwiftSource]) -> [String] {
    let declared = sources.flatMap { source in source.declarations.map { (source: source, one: $0) } }
    let required = Set(declared.filter { $0.one.kind == .function && $0.one.body == nil }.map(\.one.name))
    return declared.flatMap { source, one -> [String] in
      guard let body = one.body, !required.contains(one.name) else { return [] }
      let words = Set(source.tokens[body].filter { $0.kind == .word }.map(\.text))
      return one.parameters.filter { $0.name != "_" && $0.name != "type" && !words.contains($0.name) }
        .map { "\(source.path):\(one.line) \(one.name) does not use \($0.name)" }
    }
  }

  /// The program's start, what comes from text, and what the compiler calls by its name.
  private static func isCalledByOthers(_ one: Declaration) -> Bool {
    if one.name.hasPrefix("build"), one.within.last?.attributes.contains("resultBuilder") == true { return true }
    if one.attributes.contains("main") || one.modifiers.contains("override") { return true }
    guard let last = one.within.last else { return false }
    // Raw values come from text, without the name of the case.
    return one.kind == .case && !last.inherits.filter { $0 == "String" || $0 == "CaseIterable" }.isEmpty
  }

  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name != "_" && name != "subscript"
      && name.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isAlphabetic || ("0"..."9").contains($0) }
  }

  /// Public types, and public functions that are longer than an accessor, without a word about them.
  static func undocumented(_ source: SwiftSource) -> [String] {
    source.declarations.filter { one in
      guard one.isPublic, one.documentation.isEmpty, isPlain(one.name) else { return false }
      return one.kind == .type || one.kind == .function && one.lastLine - one.line > 3
    }.map { "\(source.path):\($0.line) \($0.name) says nothing about itself" }
  }

  /// Documentation of one line that only repeats the name, or the names around it.
  static func labels(_ source: SwiftSource) -> [String] {
    var seen: Set<Int> = []
    return source.declarations.filter { one in
      guard one.documentation.count == 1, seen.insert(one.line).inserted else { return false }
      let comment = one.documentation[0]
      // A figure, an example or a second half says something.
      guard !comment.unicodeScalars.contains(where: { ("0"..."9").contains($0) || "`:;,".unicodeScalars.contains($0) })
      else { return false }
      let around = one.within.map(\.name) + one.parameters.flatMap { [$0.label, $0.name] } + [one.name]
      let known = Set(around.flatMap(words).map(stem))
      return words(comment).allSatisfy { fillers.contains($0) || known.contains(stem($0)) }
    }.map { "\(source.path):\($0.line) \($0.name): \($0.documentation[0])" }
  }

  private static let fillers: Set<String> = [
    "the", "a", "an", "of", "its", "it", "is", "this", "that", "to", "for", "in", "by", "with", "and", "one", "makes",
    "whether", "what", "as", "be", "how", "was", "are", "on", "has", "their",
  ]

  /// The words of a sentence or a name, small.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    var current = ""
    for letter in text.unicodeScalars {
      if letter.properties.isUppercase || !letter.properties.isAlphabetic {
        if !current.isEmpty { words.append(current) }
        current = letter.properties.isAlphabetic ? letter.properties.lowercaseMapping : ""
      } else {
        current.unicodeScalars.append(letter)
      }
    }
    return current.isEmpty ? words : words + [current]
  }

  private static func stem(_ word: String) -> String {
    word.count > 3 && word.hasSuffix("s") ? String(word.dropLast()) : word
  }
}
