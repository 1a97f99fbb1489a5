internal import Diagnostics
internal import Quantities

/// Nodes → arguments: texts become templates, `{ secret: … }` becomes a reference, and plain numbers and booleans
/// become constants.
struct ArgumentsBuilder {
  private(set) var findings: [Finding] = []

  /// Builds the arguments of a mapping, leaving out some keys. Who has none has none at `owner`.
  mutating func members(of node: SyntaxNode?, except left: Set<String> = [], owner: SourceSpan) -> Arguments {
    var members: [Arguments.Member] = []
    for member in node?.members ?? [] where !left.contains(member.key.value) {
      let value = build(member.value)
      if case .text(let template, let location) = value, SecretReference.isPromised(by: member.key.value),
        Self.isWrittenOut(template)
      {
        findings.append(.plainSecret(member.key.value, at: location))
      } else if case .text(let template, let location) = value, let part = Self.secretPart(of: template) {
        findings.append(.secretInAddress(part, of: member.key.value, at: location))
      }
      members.append(Arguments.Member(name: member.key, value: value))
    }
    return .members(members, node?.location ?? owner)
  }

  private mutating func build(_ node: SyntaxNode) -> Arguments {
    switch node.content {
    case .scalar(let text, let plain):
      if plain, let constant = Self.constant(text) { return .constant(constant, node.location) }
      return .text(template(text, at: node.location), node.location)
    case .list(let elements):
      return .list(elements.map { build($0) }, node.location)
    case .mapping(let members):
      if members.count == 1, members[0].key.value == "secret" { return secret(members[0].value) }
      return self.members(of: node, owner: node.location)
    }
  }

  private mutating func secret(_ node: SyntaxNode) -> Arguments {
    if let text = node.text, let reference = SecretReference(text) { return .secret(reference, node.location) }
    findings.append(.badSecret(node.text ?? node.kind, at: node.location))
    return .constant(.null, node.location)
  }

  private mutating func template(_ text: String, at location: SourceSpan) -> Template {
    do throws(Template.Fault) {
      return try Template(text)
    } catch {
      let length = error.interpolation.unicodeScalars.count
      let place = location.part(of: text, offset: error.offset, length: length)
      findings.append(.badInterpolation(error.interpolation, at: place))
      return Self.empty
    }
  }

  /// The template of no text, which has no reference.
  private static let empty: Template = {
    do { return try Template("") } catch { preconditionFailure("the empty text has no interpolation") }
  }()

  private static func constant(_ text: String) -> JSON? {
    switch text {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null", "~", "": return .null
    default: break
    }
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard
      parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }),
      parts[0] == "0" || !parts[0].hasPrefix("0")
    else { return nil }
    switch parts.count {
    // Beyond 2^53 a number would not survive canonical JSON.
    case 1: return Int64(text).flatMap { $0.magnitude <= 9_007_199_254_740_991 ? .integer($0) : nil }
    // Canonical JSON (RFC 8785) has one form of a number, and what was written may mean more: 1.10 is no version 1.1.
    case 2: return isCanonical(text) ? .decimal(text) : .string(text)
    default: return nil
    }
  }

  /// Whether a decimal number is written as canonical JSON writes it: the shortest digits of its double, without an
  /// exponent.
  private static func isCanonical(_ text: String) -> Bool {
    guard let number = Fixed(text), number.text == text, let value = Double(text) else { return false }
    return MeasuredNumber(value) == .number(number) && value.magnitude >= 1e-6 && value.magnitude < 1e21
  }

  /// Whether the text is a secret itself, and not taken from another place.
  private static func isWrittenOut(_ template: Template) -> Bool {
    guard template.parts != [.literal("")] else { return false }
    return !template.references.contains { reference in
      switch reference {
      case .output, .argument: true
      default: false
      }
    }
  }

  /// What of an address written out looks like a secret: the word behind a user, or a value of the query; `nil` when
  /// nothing does, or it is taken from another place.
  private static func secretPart(of template: Template) -> String? {
    let text = template.parts.map { if case .literal(let text) = $0 { text } else { "$" } }.joined()
    guard let scheme = text.firstRange(of: "://") else { return nil }
    let rest = text[scheme.upperBound...]
    let server = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if let at = server.lastIndex(of: "@"), let colon = server[..<at].firstIndex(of: ":") {
      let word = server[server.index(after: colon)..<at]
      if !word.isEmpty, !word.contains("$") { return "the password of a user" }
    }
    guard let query = rest.firstIndex(of: "?") else { return nil }
    for pair in rest[rest.index(after: query)...].split(whereSeparator: { "&#".contains($0) }) {
      let sides = pair.split(separator: "=", maxSplits: 1)
      if sides.count == 2, !sides[1].contains("$"), SecretReference.isPromised(by: String(sides[0])) {
        return "`\(sides[0])`"
      }
    }
    return nil
  }
}
