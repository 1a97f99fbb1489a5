internal import Vocabularies

// `trust/people.yaml`: persons, their roles and the names that they are known by.

extension Vocabulary {
  static let people = Vocabulary(
    "people.yaml", "Who may approve what, and how the person is known.",
    keys: [
      Key("sanderling", .integer(1...1_000), required: true, "The version of the language: 1."),
      Key("people", .named(.identifier, .mapping(.person)), required: true, "The persons by identifier."),
    ])

  static let person = Vocabulary(
    "a person", "One person; several accounts and keys are still one person.",
    keys: [
      Key("name", .text, "The name, for people."),
      Key("roles", .list(.form(.identifier)), "The roles, such as `release-manager`."),
      Key("accounts", .list(.text), "The names under which the operating system knows the person."),
      Key("principals", .list(.text), "The names under which `allowed_signers` knows the person's keys."),
    ], aliases: ["role": "roles", "account": "accounts", "principal": "principals", "keys": "principals"])
}
