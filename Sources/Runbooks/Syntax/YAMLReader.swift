internal import Diagnostics
internal import Quantities
internal import Yams

/// Text → nodes with their places. The only file that knows Yams.
///
/// Nothing is loaded by type: `NO` stays `NO` and `21:00` stays `21:00`.
struct YAMLReader {
  private let source: SourceText
  private var scalars: [Unicode.Scalar]
  private(set) var findings: [Finding] = []
  /// The first scalars of keys that were replaced so that Yams reads on after a duplicate key.
  private var masked: [Position: Unicode.Scalar] = [:]
  /// The keys that were replaced, where they stand.
  private var duplicates: [(key: String, place: SourceSpan)] = []

  private struct Position: Hashable {
    let line: Int
    let column: Int
  }

  private static let depthLimit = 64
  private static let duplicateLimit = 64
  /// A file of more bytes is none that a person wrote.
  private static let sizeLimit = 4 << 20
  /// The text is parsed again after each duplicate key, so many bytes at most in all.
  private static let effort = 64 << 20

  /// Reads a file.
  ///
  /// - Returns: the node of the only document, or `nil` when the text is no YAML; and what is wrong.
  static func read(_ text: String, file: String) -> (node: SyntaxNode?, findings: [Finding]) {
    if text.utf8.count > sizeLimit {
      let place = SourceSpan(file: file, line: 1, column: 1, endColumn: 1)
      return (nil, [.tooLarge(mebibytes: sizeLimit >> 20, at: place)])
    }
    var reader = YAMLReader(text, file: file)
    let node = reader.read()
    return (node, reader.findings)
  }

  private init(_ text: String, file: String) {
    source = SourceText(file: file, text: text)
    scalars = Array(text.unicodeScalars)
  }

  private mutating func read() -> SyntaxNode? {
    let tokens = TokenScan(source)
    if let place = tokens.control {
      findings.append(.controlCharacter(at: place))
      return nil
    }
    if tokens.depth > Self.depthLimit {
      findings.append(.tooDeep(limit: Self.depthLimit, at: SourceSpan(file: source.file, line: 1, column: 1)))
      return nil
    }
    // Before Yams reads: it resolves aliases silently, and ten lines of them can become a gigabyte.
    let used = tokens.anchors.filter { anchor in tokens.aliases.contains { $0.value == anchor.value } }
    if !used.isEmpty {
      let names = Set(used.map(\.value))
      let all = used.map { ("&", $0) } + tokens.aliases.filter { names.contains($0.value) }.map { ("*", $0) }
      findings += all.map { .anchor("\($0.0)\($0.1.value)", at: $0.1.location) }
      return nil
    }
    guard let root = compose() else { return nil }
    return convert(root, depth: 0)
  }

  private mutating func compose() -> Node? {
    let rounds = min(Self.duplicateLimit, max(2, Self.effort / max(1, source.lines.reduce(0) { $0 + $1.count })))
    for _ in 0..<rounds {
      do {
        let text = String(String.UnicodeScalarView(scalars))
        guard let node = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot() else {
          findings.append(.emptyFile(at: SourceSpan(file: source.file, line: 1, column: 1, endColumn: 1)))
          return nil
        }
        return node
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        let place = source.word(line: max(context.mark.line, 1), column: max(context.mark.column, 1))
        duplicates.append((source.key(at: place), place))
        guard mask(context.mark) else {
          findings.append(.duplicateKey(keys.first ?? "", first: nil, at: place))
          return nil
        }
      } catch {
        findings.append(finding(for: error))
        return nil
      }
    }
    findings += duplicates.map { .duplicateKey($0.key, first: nil, at: $0.place) }
    return nil
  }

  /// Gives a key another first scalar. Yams stops at a duplicate key and tells the place of the first one only; with
  /// the first one out of the way it goes on, and no column moves.
  private mutating func mask(_ mark: Mark) -> Bool {
    let quoted = ["\"", "'"].contains(source.scalar(line: mark.line, column: mark.column))
    let column = mark.column + (quoted ? 1 : 0)
    guard let index = index(line: mark.line, column: column), let stand = Unicode.Scalar(0xE000 + masked.count),
      let original = source.scalar(line: mark.line, column: column), !"\"'\\:,[]{}".unicodeScalars.contains(original)
    else { return false }
    masked[Position(line: mark.line, column: mark.column)] = original
    scalars[index] = stand
    return true
  }

  private func index(line: Int, column: Int) -> Int? {
    guard source.scalar(line: line, column: column) != nil else { return nil }
    var current = 1
    var index = 0
    while current < line, index < scalars.count {
      let scalar = scalars[index]
      let pair = scalar == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
      if !pair, scalar == "\n" || scalar == "\r" || [0x85, 0x2028, 0x2029].contains(scalar.value) { current += 1 }
      index += 1
    }
    let result = index + column - 1
    return result < scalars.count ? result : nil
  }

  private mutating func convert(_ node: Node, depth: Int) -> SyntaxNode? {
    let mark = (line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    let place = source.word(line: mark.line, column: mark.column)
    let start = source.scalar(line: mark.line, column: mark.column)
    guard depth <= Self.depthLimit else {
      findings.append(.tooDeep(limit: Self.depthLimit, at: place))
      return nil
    }
    if start == "&" || start == "!" {
      let word = source.text(of: place)
      findings.append(start == "&" ? .anchor(word, at: place) : .tag(word, at: place))
      return nil
    }
    let opening = SourceSpan(file: source.file, line: mark.line, column: mark.column)
    switch node {
    case .scalar(let scalar):
      let plain = scalar.style == .plain || scalar.style == .any
      return SyntaxNode(
        content: .scalar(text: scalar.string, plain: plain),
        location: source.span(ofScalar: scalar.string, line: mark.line, column: mark.column))
    case .sequence(let sequence):
      let elements = sequence.compactMap { convert($0, depth: depth + 1) }
      return SyntaxNode(content: .list(elements), location: opening)
    case .mapping(let mapping):
      return SyntaxNode(content: .mapping(members(of: mapping, depth: depth)), location: opening)
    case .alias:
      findings.append(.anchor("*", at: place))
      return nil
    }
  }

  private mutating func members(of mapping: Node.Mapping, depth: Int) -> [SyntaxNode.Member] {
    var members: [SyntaxNode.Member] = []
    var seen: [String: SourceSpan] = [:]
    for (key, value) in mapping {
      guard let name = convert(key, depth: depth + 1) else { continue }
      guard var text = name.text else {
        findings.append(.keyIsNotText(at: name.location))
        continue
      }
      if let original = masked[Position(line: name.location.line, column: name.location.column)] {
        text = String(original) + String(text.unicodeScalars.dropFirst())
      }
      if let first = seen[text] {
        findings.append(.duplicateKey(text, first: first.line, at: name.location))
        continue
      }
      seen[text] = name.location
      guard let converted = convert(value, depth: depth + 1) else { continue }
      let member = SyntaxNode.Member(key: Located(text, at: name.location), value: converted)
      if let before = members.last, let whole = joined(before, member) {
        members[members.count - 1] = whole
      } else {
        members.append(member)
      }
    }
    return members
  }

  /// The member that two were meant to be, where the second one is the decimals of the first: `{ answer: 2,1 s }`.
  private mutating func joined(_ first: SyntaxNode.Member, _ second: SyntaxNode.Member) -> SyntaxNode.Member? {
    guard let text = first.value.text, first.value.isPlain, text.last?.isNumber == true, second.value.isNull,
      second.key.value.first?.isNumber == true, second.key.location.line == first.value.location.line,
      second.key.location.column == first.value.location.endColumn + 1
    else { return nil }
    let place = SourceSpan(
      file: source.file, line: second.key.location.line, column: first.value.location.column,
      endColumn: second.key.location.endColumn)
    let written = "\(text),\(second.key.value)"
    findings.append(.commaInBraces(written, at: place))
    // What was meant is judged like any other value.
    let meant = WrittenNumbers.readings(of: written).first ?? written
    return SyntaxNode.Member(
      key: first.key, value: SyntaxNode(content: .scalar(text: meant, plain: true), location: place))
  }

  private func finding(for error: any Error) -> Finding {
    switch error {
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      if let tab = tab(near: mark.line) { return .tab(at: tab) }
      let place = source.word(line: mark.line, column: mark.column)
      if problem == "found undefined alias" { return .anchor(source.text(of: place), at: place) }
      return .notYAML(
        problem: problem, context: context?.text, contextLine: context?.mark.line, word: source.text(of: place),
        at: place)
    default:
      return .notYAML(
        problem: "the text cannot be read", context: nil, contextLine: nil, word: "",
        at: SourceSpan(file: source.file, line: 1, column: 1))
    }
  }

  /// The first tab in the indentation of a line; the scanner may stop one line later.
  private func tab(near line: Int) -> SourceSpan? {
    for line in [line, line - 1] where line >= 1 && line <= source.lines.count {
      let indentation = source.lines[line - 1].prefix { $0 == " " || $0 == "\t" }
      if let place = indentation.firstIndex(of: "\t") {
        return SourceSpan(file: source.file, line: line, column: place + 1)
      }
    }
    return nil
  }
}
