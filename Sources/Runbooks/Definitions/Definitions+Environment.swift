internal import Diagnostics
internal import Vocabularies

// Environments, and the people of a programme.

extension Environment {
  /// A file of its own: it names itself and the version.
  static let definition = definition(
    "the environment", "The bindings for one place: providers, operations, secrets by reference.",
    aliases: ["name": "environment", "version": "sanderling"],
    id: Part(
      of: version, Forms.text(.identifier).located.required("environment", "The identifier.", instead: nowhere)
    ) { (mapping: WrittenMapping, _: inout Reading, _: Void, id: Located<String>) in
      id.value.isEmpty ? mapping.name ?? id : id
    })

  /// The part of a runbook in one file.
  static let inlineDefinition = definition(
    "`environment`", "The bindings for a runbook in one file.", aliases: ["name": "environment"],
    id: Part(
      keys: [Vocabulary.Key("environment", .form(.identifier), standard: "inline", "The identifier.")]
    ) { mapping, _ in
      .value(mapping.value("environment")?.located ?? mapping.name ?? Located("inline", at: mapping.head))
    })

  private static let nowhere = Located("", at: SourceSpan(file: ""))

  private static func definition(
    _ name: String, _ doc: String, aliases: [String: String], id: Part<Located<String>>
  ) -> Definition<Environment> {
    Definition(
      name, doc, aliases: aliases,
      Environment.init(id:summary:time:ignore:parameters:providers:operations:location:),
      id,
      Forms.anyText.optional("summary", "One sentence for people."),
      Forms.mapping(TimePolicy.definition).otherwise("time", "How time passes here.") { _, _ in
        TimePolicy.definition.empty
      },
      Forms.choice(Ignorable.self).located.list().list("ignore", "What this environment leaves out on purpose."),
      values.list("parameters", "Values for the runbook's parameters."),
      Forms.named(.name, ProviderDeclaration.definition).list("providers", "Configured instances of adapters."),
      Forms.named(.operation, OperationDeclaration.definition).list(
        "operations", "Named actions, bound to providers."),
      .head
    )
  }

  private static let values: WrittenForm<[(name: Located<String>, value: String)]> = WrittenForm(
    .named(.name, .form(.value))
  ) { node, _ in
    node.members.compactMap { member in member.value.text.map { (name: member.key, value: $0) } }
  }

  /// The version of the language, which is no part of what is read.
  static let version: Part<Void> = Part(
    of: Forms.integer(1...1_000).located.optional("sanderling", "The version of the language: 1.", isNeeded: true)
  ) { (_: WrittenMapping, reading: inout Reading, version: Located<Int>?) in
    if let version, version.value != 1 {
      reading.findings.append(.version(String(version.value), at: version.location))
    }
  }
}

extension TimePolicy {
  static let definition: Definition<TimePolicy> = Definition(
    "`time`", "How time passes in an environment.",
    TimePolicy.init(scale:evidence:ignoresWindows:),
    Forms.integer(1...1_000_000_000).standard(
      "scale", "1", "By how much bakes and pace shrink; 1 is real time."),
    Forms.integer(1...1_000_000_000).standard(
      "evidence", "1", "By how much sampling, holds, deadlines and `for` shrink; 1 is real time."),
    WrittenForm(.choice(["keep", "ignore"])) { $0 == "ignore" }.standard("windows", "keep", "Whether windows count.")
  )
}

extension Person {
  static let definition: Definition<Person> = Definition(
    "a person", "One person; several accounts and keys are still one person.",
    aliases: ["role": "roles", "account": "accounts", "principal": "principals", "keys": "principals"],
    remarks: [Vocabulary.Key("name", .text, "The name, for people.")],
    Person.init(id:roles:accounts:principals:),
    .name,
    Forms.text(.identifier).located.list().list("roles", "The roles, such as `release-manager`."),
    Forms.anyText.located.list().list(
      "accounts", "The names under which the operating system knows the person."),
    Forms.anyText.located.list().list(
      "principals", "The names under which `allowed_signers` knows the person's keys.")
  )
}
