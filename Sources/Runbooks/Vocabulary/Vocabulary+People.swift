internal import Vocabularies

// `trust/people.yaml`: persons, their roles and the names that they are known by.

extension Vocabulary {
  static let people = Vocabulary(
    "people.yaml", "Who may approve what, and how the person is known.",
    keys: [
      version,
      Key(
        "people", Forms.named(.identifier, Person.definition).shape, required: true, "The persons by identifier."),
    ])
}
