/// A text with interpolations: `assistant-${target.region}`.
public struct Template: Hashable, Sendable {
  /// A piece of the text.
  public enum Part: Hashable, Sendable {
    case literal(String)
    case reference(Reference)
  }

  /// What an interpolation names.
  public enum Reference: Hashable, Sendable {
    /// `${target.x}`: the attribute of the target; `id` is its identifier.
    case target(String)
    /// `${parameters.x}`: a parameter of the runbook or environment.
    case parameter(String)
    /// `${steps.id.outputs.x}`: what an earlier step of the same target answered.
    case output(step: String, name: String)
    /// `${with.x}`: what the step hands to its operation. Only in environments.
    case argument(String)
    /// `${forecast.x}`: a number of the forecast.
    case forecast(String)

    /// The written form, without `${` and `}`.
    public var text: String {
      switch self {
      case .target(let name): "target.\(name)"
      case .parameter(let name): "parameters.\(name)"
      case .output(let step, let name): "steps.\(step).outputs.\(name)"
      case .argument(let name): "with.\(name)"
      case .forecast(let name): "forecast.\(name)"
      }
    }

    /// Reads the text between `${` and `}`; `nil` when it names nothing that exists in the language.
    public init?(_ text: String) {
      let words = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard words.allSatisfy({ !$0.isEmpty }) else { return nil }
      switch (words.first, words.count) {
      case ("target", 2): self = .target(words[1])
      case ("parameters", 2): self = .parameter(words[1])
      case ("with", 2): self = .argument(words[1])
      case ("forecast", 2): self = .forecast(words[1])
      case ("steps", 4) where words[2] == "outputs": self = .output(step: words[1], name: words[3])
      default: return nil
      }
    }
  }

  /// Why a text is not a template: the bad interpolation, and where it starts in the text (Unicode scalars).
  public struct Fault: Error, Equatable, Sendable {
    /// The offending interpolation as written.
    public let interpolation: String
    /// Its first scalar, counted from 0.
    public let offset: Int
  }

  public let parts: [Part]

  /// Reads a text. `$${` stands for a plain `${`.
  ///
  /// - Throws: ``Fault`` for the first interpolation that has no end or names nothing.
  public init(_ text: String) throws(Fault) {
    var parts: [Part] = []
    var literal = ""
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let opens = index + 1 < scalars.count && scalars[index] == "$" && scalars[index + 1] == "{"
      if scalars[index] == "$", index + 2 < scalars.count, scalars[index + 1] == "$", scalars[index + 2] == "{" {
        literal += "${"
        index += 3
      } else if opens {
        let end = scalars[index...].firstIndex(of: "}")
        let inner = String(String.UnicodeScalarView(scalars[(index + 2)..<(end ?? scalars.count)]))
        guard let end, let reference = Reference(inner) else {
          throw Fault(interpolation: "${\(inner)" + (end == nil ? "" : "}"), offset: index)
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        literal = ""
        parts.append(.reference(reference))
        index = end + 1
      } else {
        literal.unicodeScalars.append(scalars[index])
        index += 1
      }
    }
    if !literal.isEmpty || parts.isEmpty { parts.append(.literal(literal)) }
    self.parts = parts
  }

  public init(parts: [Part]) {
    self.parts = parts.isEmpty ? [.literal("")] : parts
  }

  /// The written form, which reads back as the same template.
  public var text: String {
    parts.map { part in
      switch part {
      case .literal(let text): text.split(separator: "${", omittingEmptySubsequences: false).joined(separator: "$${")
      case .reference(let reference): "${\(reference.text)}"
      }
    }.joined()
  }

  /// The references in the order in which they stand.
  public var references: [Reference] {
    parts.compactMap { if case .reference(let reference) = $0 { reference } else { nil } }
  }

  /// Whether it is nothing but `${with.x}`, and so whatever a step hands over.
  package var isHandedOver: Bool {
    guard parts.count == 1, case .reference(.argument) = parts[0] else { return false }
    return true
  }

  /// Puts values in place of the references.
  ///
  /// - Parameter lookup: the value of a reference, or `nil` when there is none.
  /// - Returns: the text, or the first reference without a value.
  public func resolve(_ lookup: (Reference) -> String?) -> Result<String, MissingReference> {
    filled(lookup) { value, _ in value }
  }

  /// The text with a value for each reference, as it is written behind the text before it.
  func filled(
    _ lookup: (Reference) -> String?, as written: (_ value: String, _ before: String) -> String
  ) -> Result<String, MissingReference> {
    var result = ""
    for part in parts {
      switch part {
      case .literal(let text): result += text
      case .reference(let reference):
        guard let value = lookup(reference) else { return .failure(MissingReference(reference: reference)) }
        result += written(value, result)
      }
    }
    return .success(result)
  }
}

/// A reference that has no value.
public struct MissingReference: Error, Equatable, Sendable {
  public let reference: Template.Reference
}
