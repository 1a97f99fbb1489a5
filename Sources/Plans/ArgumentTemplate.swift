public import Quantities

/// A tree of arguments whose texts are templates, ready to be filled for one target.
public indirect enum ArgumentTemplate: Hashable, Sendable {
  case text(Template)
  /// An address: what interpolations in it stand for is data, and is encoded.
  case address(Template)
  case constant(JSON)
  case secret(SecretReference)
  case list([ArgumentTemplate])
  case members([Member])

  /// A named argument.
  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: ArgumentTemplate

    package init(name: String, value: ArgumentTemplate) {
      self.name = name
      self.value = value
    }
  }

  /// Whether two trees ask for the same: the order in which members were written means nothing.
  public static func == (left: ArgumentTemplate, right: ArgumentTemplate) -> Bool { left.json == right.json }

  /// Feeds what ``==(_:_:)`` compares.
  public func hash(into hasher: inout Hasher) { hasher.combine(json) }

  /// No arguments.
  public static let none = ArgumentTemplate.members([])

  /// The arguments for one target. Secrets stay references: `{"secret": "env:NAME"}`.
  ///
  /// - Parameter lookup: the value of a reference, or `nil` when there is none.
  /// - Returns: the arguments, or the first reference without a value.
  public func fill(_ lookup: (Template.Reference) -> String?) -> Result<JSON, MissingReference> {
    switch self {
    case .text(let template): return template.resolve(lookup).map(JSON.string)
    case .address(let template): return template.address(lookup).map(JSON.string)
    case .constant(let value): return .success(value)
    case .secret(let reference): return .success(.dictionary([("secret", .string(reference.text))]))
    case .list(let elements):
      var values: [JSON] = []
      for element in elements {
        switch element.fill(lookup) {
        case .success(let value): values.append(value)
        case .failure(let missing): return .failure(missing)
        }
      }
      return .success(.array(values))
    case .members(let members):
      var object = JSONObject()
      for member in members {
        switch member.value.fill(lookup) {
        case .success(let value): object[member.name] = value
        case .failure(let missing): return .failure(missing)
        }
      }
      return .success(.object(object))
    }
  }

  /// Every reference in the tree.
  public var references: [Template.Reference] {
    switch self {
    case .text(let template), .address(let template): template.references
    case .constant, .secret: []
    case .list(let elements): elements.flatMap(\.references)
    case .members(let members): members.flatMap(\.value.references)
    }
  }

  /// The written form: the tree that ``init(_:)`` reads. Texts keep their interpolations.
  var json: JSON {
    switch self {
    case .text(let template): Self.json(of: template)
    case .address(let template): .dictionary([("address", Self.json(of: template))])
    case .constant(let value): .dictionary([("constant", value)])
    case .secret(let reference): .dictionary([("secret", .string(reference.text))])
    case .list(let elements): .array(elements.map(\.json))
    case .members(let members): .dictionary([("members", .dictionary(members.map { ($0.name, $0.value.json) }))])
    }
  }

  /// A text as it was written, or its parts where the text alone would read back as something else: `a$` before an
  /// interpolation looks like an escape.
  private static func json(of template: Template) -> JSON {
    let text = template.text
    if (try? Template(text)) == template { return .string(text) }
    let parts = template.parts.map { part -> JSON in
      switch part {
      case .literal(let text): .string(text)
      case .reference(let reference): .dictionary([("reference", .string(reference.text))])
      }
    }
    return .dictionary([("parts", .array(parts))])
  }

  private static func template(of parts: [JSON]) -> Template? {
    var result: [Template.Part] = []
    for part in parts {
      if let text = part.string {
        result.append(.literal(text))
      } else if let text = part["reference"]?.string, let reference = Template.Reference(text) {
        result.append(.reference(reference))
      } else {
        return nil
      }
    }
    return Template(parts: result)
  }

  /// Reads the written form; `nil` when it is not one.
  init?(_ json: JSON) {
    switch json {
    case .string(let text):
      guard let template = try? Template(text) else { return nil }
      self = .text(template)
    case .array(let elements):
      let trees = elements.compactMap(ArgumentTemplate.init)
      guard trees.count == elements.count else { return nil }
      self = .list(trees)
    case .object(let object) where object.count == 1:
      if let constant = object["constant"] {
        self = .constant(constant)
      } else if let secret = object["secret"]?.string, let reference = SecretReference(secret) {
        self = .secret(reference)
      } else if let parts = object["parts"], let template = Self.template(of: parts.array) {
        self = .text(template)
      } else if let address = object["address"], case .text(let template)? = ArgumentTemplate(address) {
        self = .address(template)
      } else if let members = object["members"]?.members {
        var result: [Member] = []
        for (name, value) in members {
          guard let tree = ArgumentTemplate(value) else { return nil }
          result.append(Member(name: name, value: tree))
        }
        self = .members(result)
      } else {
        return nil
      }
    case .null, .bool, .integer, .decimal, .object: return nil
    }
  }
}
