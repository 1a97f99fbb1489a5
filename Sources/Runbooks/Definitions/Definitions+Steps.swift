internal import Diagnostics
internal import Quantities
internal import Vocabularies

// Steps, and the operations and providers that they are bound to.

extension Retry {
  static let definition: Definition<Retry> = Definition(
    "`retry`", "How often, and how far apart, a step is tried when an error is known to be transient.",
    aliases: ["count": "attempts", "max": "attempts", "delay": "wait", "backoff": "wait"],
    Retry.init(attempts:wait:),
    Forms.integer(1...100).standard("attempts", "3", "The number of attempts, the first one included."),
    Forms.durationRange.standard("wait", "2s..1m", "The wait: from the first to the longest.")
  )
}

extension Parameter {
  static let definition: Definition<Parameter> = Definition(
    "a parameter", "A value that is given from outside.", aliases: ["value": "default", "description": "summary"],
    Parameter.init(name:kind:standard:summary:),
    .name,
    kind,
    standard,
    Forms.anyText.optional("summary", "One sentence for people.")
  )

  private static let kind = Forms.choice(Kind.self).required("type", "The type of the value.", instead: .string)

  private static let standard: Part<String?> = Part(
    of: WrittenForm(.form(.value)) { $0 }.located.optional(
      "default", "The value when nobody gives one; without it every environment must.")
  ) { (mapping: WrittenMapping, reading: inout Reading, value: Located<String>?) in
    let kind = kind.read(mapping, &reading).otherwise(.string)
    if let value, let name = mapping.name, !kind.accepts(value.value) {
      reading.findings.append(.parameterValue(value.value, name: name.value, kind: kind, at: value.location))
    }
    if let value, let name = mapping.name, !value.value.isEmpty, SecretReference.isPromised(by: name.value) {
      reading.findings.append(.secretParameter(name.value, at: value.location))
    }
    return value?.value
  }
}

extension Parameter.Kind {
  /// Whether a written value is one of this type.
  public func accepts(_ text: String) -> Bool {
    switch self {
    case .string: true
    case .integer: Int64(text) != nil
    case .boolean: text == "true" || text == "false"
    case .duration: Span(text) != nil
    }
  }
}

extension Notice {
  static let definition: Definition<Notice> = Definition(
    "a notice", "Somebody who is told when something happens.",
    aliases: ["events": "on", "when": "on", "form": "as"],
    Notice.init(classes:uses:form:),
    Forms.choice(Class.self).list(minimum: 1).list("on", "About what.", required: true),
    .name("uses", .operation, "The operation that tells: of a provider through which a notice can go."),
    Forms.choice(Notice.Form.self).standard("as", "cloudevents", "What the message looks like.")
  )
}

extension ProviderDeclaration {
  static let definition: Definition<ProviderDeclaration> = Definition(
    "a provider", "A configured instance of an adapter. All other keys are its configuration.", others: .anything,
    ProviderDeclaration.init(name:adapter:configuration:),
    .name,
    .name("adapter", Forms.anyText, "The adapter."),
    Part(keys: []) { mapping, reading in
      .value(reading.arguments.members(of: mapping.node, except: ["adapter"], owner: mapping.head))
    }
  )
}

extension OperationDeclaration {
  static let definition: Definition<OperationDeclaration> = Definition(
    "an operation", "A named action.",
    aliases: ["uses": "provider", "args": "with", "arguments": "with", "input": "with", "rollback": "undo"],
    OperationDeclaration.init(name:summary:provider:with:idempotency:probe:undo:timeout:settle:location:),
    .name,
    Forms.anyText.optional("summary", "One sentence for people."),
    .name("provider", Forms.anyText, "The provider, or an adapter used directly."),
    Forms.arguments("with", "What is handed to the provider."),
    Forms.choice(Idempotency.self).standard("idempotency", "none", "What is known about doing it twice."),
    Forms.text(.operation).located.optional("probe", "The operation that tells whether it happened."),
    Forms.text(.operation).located.optional("undo", "The operation that takes it back."),
    Forms.positiveDuration.optional("timeout", "The longest time of one attempt."),
    Forms.duration.standard("settle", "0s", "How long \"not applied\" must hold before it counts."),
    .head
  )
}
