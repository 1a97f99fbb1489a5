internal import Vocabularies

extension Vocabulary {
  /// The version of the language; whether it is 1 has a finding of its own.
  static let version = Key("sanderling", .integer(1...1_000), required: true, "The version of the language: 1.")
}
