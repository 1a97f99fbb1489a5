/// Something that a Swift file declares, outside of the bodies of functions.
struct Declaration: Sendable {
  enum Kind: String, Sendable { case type, `extension`, function, initializer, property, `case`, alias }

  let kind: Kind
  /// `init` for initialisers; of an operator, its signs.
  let name: String
  let line: Int
  /// The line of the last brace, or of the name when there is none.
  var lastLine: Int
  let modifiers: Set<String>
  let attributes: [String]
  /// The types and extensions around it, and the protocols that they name.
  let within: [Within]
  /// What stands in its braces, as places in the list of tokens.
  var body: Range<Int>?
  var parameters: [Parameter] = []
  /// Whether a value comes out.
  var returns = false
  /// The documentation right above it, one line each.
  var documentation: [String] = []

  struct Within: Sendable {
    let keyword: String
    let name: String
    let inherits: [String]
    var attributes: [String] = []
  }

  struct Parameter: Sendable {
    let label: String
    let name: String
    /// A closure is mostly passed behind the brackets, without its label.
    var isClosure = false
  }

  var isPublic: Bool { modifiers.contains("public") || modifiers.contains("open") }
}

extension SwiftSource {
  /// What the file declares.
  func readDeclarations() -> [Declaration] {
    var reader = DeclarationReader(source: self)
    reader.read(within: [])
    return reader.found
  }
}

/// Goes through the tokens of a file once.
struct DeclarationReader {
  let source: SwiftSource
  private(set) var found: [Declaration] = []
  private var position = 0
  private var modifiers: Set<String> = []
  private var attributes: [String] = []
  private var firstLine: Int?

  private static let modifierWords: Set<String> = [
    "public", "private", "fileprivate", "internal", "package", "open", "static", "final", "mutating", "nonmutating",
    "nonisolated", "override", "convenience", "required", "lazy", "weak", "unowned", "indirect", "prefix", "postfix",
    "infix", "dynamic", "optional", "consuming", "borrowing", "isolated", "async",
  ]
  private static let declarationWords: Set<String> = [
    "func", "init", "deinit", "subscript", "var", "let", "case", "struct", "enum", "class", "actor", "protocol",
    "extension", "typealias", "associatedtype", "import",
  ]

  init(source: SwiftSource) { self.source = source }

  private var tokens: [SwiftSource.Token] { source.tokens }
  private func word(_ ahead: Int = 0) -> String {
    position + ahead < source.tokens.count ? source.tokens[position + ahead].text : ""
  }
  private func isSign(_ sign: String, _ ahead: Int = 0) -> Bool {
    position + ahead < source.tokens.count && source.tokens[position + ahead].isSign(sign)
  }

  /// Reads members until the brace that ends them, or the end of the file.
  mutating func read(within: [Declaration.Within]) {
    while position < source.tokens.count {
      let token = source.tokens[position]
      if token.isSign("}") {
        position += 1
        return
      }
      if token.isSign("@") { readAttribute() } else if token.kind == .word { readMember(within) } else { position += 1 }
    }
  }

  private mutating func readAttribute() {
    firstLine = firstLine ?? source.tokens[position].line
    attributes.append(word(1))
    position += 2
    while isSign(".") { position += 2 }
    if isSign("("), source.tokens[position].line == source.tokens[position - 1].line { skipPair() }
  }

  private mutating func readMember(_ within: [Declaration.Within]) {
    let text = word()
    if Self.modifierWords.contains(text) || (text == "class" && ["func", "var", "let"].contains(word(1))) {
      firstLine = firstLine ?? source.tokens[position].line
      position += 1
      if isSign("(") {
        // `private(set)` says nothing about who may read.
        skipPair()
      } else {
        modifiers.insert(text)
      }
      return
    }
    guard Self.declarationWords.contains(text) else {
      position += 1
      return
    }
    let first = firstLine ?? source.tokens[position].line
    switch text {
    case "struct", "enum", "class", "actor", "protocol", "extension": readType(text, first, within)
    case "func", "init", "deinit", "subscript": readFunction(text, first, within)
    case "var", "let": readProperty(first, within)
    case "case": readCases(first, within)
    case "import":
      position += 2
      while isSign(".") { position += 2 }
    default:
      position += 1
      add(.alias, word(), first, within)
      skipToEnd()
    }
    modifiers = []
    attributes = []
    firstLine = nil
  }

  private mutating func add(_ kind: Declaration.Kind, _ name: String, _ first: Int, _ within: [Declaration.Within]) {
    var documentation: [String] = []
    var above = first - 1
    while let line = source.documentation[above] {
      documentation.insert(line, at: 0)
      above -= 1
    }
    let line = source.tokens[max(0, min(position, source.tokens.count - 1))].line
    found.append(
      Declaration(
        kind: kind, name: name, line: line, lastLine: line, modifiers: modifiers, attributes: attributes,
        within: within, documentation: documentation))
  }

  private mutating func readType(_ keyword: String, _ first: Int, _ within: [Declaration.Within]) {
    position += 1
    var name = word()
    add(keyword == "extension" ? .extension : .type, name, first, within)
    let index = found.count - 1
    position += 1
    while isSign(".") {
      name = word(1)
      position += 2
    }
    var inherits: [String] = []
    while position < source.tokens.count, !isSign("{") {
      if source.tokens[position].kind == .word { inherits.append(word()) }
      position += 1
    }
    position += 1
    let start = position
    modifiers = []
    attributes = []
    firstLine = nil
    let around = found[index].attributes
    read(within: within + [Declaration.Within(keyword: keyword, name: name, inherits: inherits, attributes: around)])
    found[index].body = start..<max(start, position - 1)
    found[index].lastLine = source.tokens[position - 1].line
  }

  private mutating func readFunction(_ keyword: String, _ first: Int, _ within: [Declaration.Within]) {
    position += 1
    var name = keyword
    if keyword == "func" {
      name = ""
      while position < source.tokens.count, !isSign("("), !(isSign("<") && source.tokens[position - 1].kind == .word) {
        if !isSign("`") { name += word() }
        position += 1
      }
    }
    position -= 1
    add(keyword == "init" || keyword == "deinit" ? .initializer : .function, name, first, within)
    position += 1
    let index = found.count - 1
    if isSign("?") || isSign("!") { position += 1 }
    if isSign("<") { skipAngles() }
    if isSign("(") { found[index].parameters = readParameters() }
    let signature = position
    found[index].body = skipToBody()
    let end = found[index].body?.lowerBound ?? position
    found[index].returns = (signature..<max(signature, end)).contains {
      tokens[$0].text == ">" && tokens[$0 - 1].text == "-"
    }
    found[index].lastLine = source.tokens[max(0, position - 1)].line
  }

  /// Labels and names between the brackets, which are skipped.
  private mutating func readParameters() -> [Declaration.Parameter] {
    var parameters: [Declaration.Parameter] = []
    let start = position
    skipPair()
    var depth = 0
    var words: [String] = []
    var isName = true
    var previous = ""
    for token in source.tokens[start..<position] {
      if ["(", "[", "{", "<"].contains(token.text), token.kind == .sign { depth += 1 }
      if [")", "]", "}"].contains(token.text), token.kind == .sign { depth -= 1 }
      if token.isSign(">"), previous == "-" {
        if !isName, !parameters.isEmpty { parameters[parameters.count - 1].isClosure = true }
      } else if token.isSign(">") {
        depth -= 1
      }
      previous = token.text
      guard depth == 1 else { continue }
      if token.isSign(",") {
        isName = true
        words = []
      } else if token.isSign(":"), isName {
        isName = false
        if let last = words.last {
          parameters.append(Declaration.Parameter(label: words[max(0, words.count - 2)], name: last))
        }
      } else if isName, token.kind == .word {
        words.append(token.text)
      }
    }
    return parameters
  }

  private mutating func readProperty(_ first: Int, _ within: [Declaration.Within]) {
    position += 1
    var indices: [Int] = []
    if isSign("(") {
      skipPair()
    } else {
      if isSign("`") { position += 1 }
      add(.property, word(), first, within)
      indices.append(found.count - 1)
      position += 1
    }
    let body = skipToEnd { reader in
      reader.add(.property, reader.word(), first, within)
      indices.append(reader.found.count - 1)
    }
    for index in indices {
      found[index].body = body
      found[index].lastLine = source.tokens[max(0, position - 1)].line
    }
  }

  private mutating func readCases(_ first: Int, _ within: [Declaration.Within]) {
    position += 1
    if isSign("`") { position += 1 }
    add(.case, word(), first, within)
    position += 1
    skipToEnd { reader in
      if reader.isSign("`") { reader.position += 1 }
      reader.add(.case, reader.word(), first, within)
    }
  }

  /// From a bracket to behind the one that closes it.
  private mutating func skipPair() {
    var depth = 0
    repeat {
      if isSign("(") || isSign("[") || isSign("{") { depth += 1 }
      if isSign(")") || isSign("]") || isSign("}") { depth -= 1 }
      position += 1
    } while depth > 0 && position < source.tokens.count
  }

  private mutating func skipAngles() {
    var depth = 0
    repeat {
      if isSign("<") { depth += 1 }
      if isSign(">"), !source.tokens[position - 1].isSign("-") { depth -= 1 }
      position += 1
    } while depth > 0 && position < source.tokens.count
  }

  /// Behind the body of a function, and what stands in it; a requirement of a protocol has none.
  private mutating func skipToBody() -> Range<Int>? {
    while position < source.tokens.count {
      if isSign("{") {
        let start = position + 1
        skipPair()
        return start..<position - 1
      }
      if startsAnother { return nil }
      if isSign("(") || isSign("[") { skipPair() } else { position += 1 }
    }
    return nil
  }

  /// Whether the next token begins something else.
  private var startsAnother: Bool {
    guard position < source.tokens.count else { return true }
    let token = source.tokens[position]
    if token.isSign("}") { return true }
    guard position > 0, token.line > source.tokens[position - 1].line else { return token.isSign(";") }
    return token.isSign("@") || token.isSign("#")
      || (token.kind == .word
        && (Self.modifierWords.contains(token.text) || Self.declarationWords.contains(token.text)))
  }

  /// Behind a property, a case or an alias, and what stands in the braces of its accessors.
  @discardableResult
  private mutating func skipToEnd(another: (inout DeclarationReader) -> Void = { _ in }) -> Range<Int>? {
    var body: Range<Int>?
    while position < source.tokens.count, !startsAnother {
      if isSign("{") {
        let start = position + 1
        skipPair()
        body = start..<position - 1
      } else if isSign("(") || isSign("[") {
        skipPair()
      } else if isSign(",") {
        position += 1
        another(&self)
        position += 1
      } else {
        position += 1
      }
    }
    return body
  }
}
