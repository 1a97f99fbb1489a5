internal import Diagnostics

/// The definition of a mapping: its name in messages and its keys.
package struct Vocabulary: Sendable {
  /// A key and what it means.
  package struct Key: Sendable {
    package let name: String
    package let shape: WrittenShape
    package let required: Bool
    /// What holds when the key is absent, as it would be written.
    package let standard: String?
    /// One sentence for the schema and the reference.
    package let doc: String

    package init(_ name: String, _ shape: WrittenShape, required: Bool = false, standard: String? = nil, _ doc: String)
    {
      self.name = name
      self.shape = shape
      self.required = required
      self.standard = standard
      self.doc = doc
    }
  }

  /// The name in messages, such as `gate`.
  package let name: String
  /// One sentence for the schema and the reference.
  package let doc: String
  /// The keys in the order in which people write them.
  package let keys: [Key]
  /// The shape of the values of any other key; `nil` allows none.
  package let others: WrittenShape?
  /// Keys that people bring from other tools, and what they are called here.
  package let aliases: [String: String]
  /// What must hold between keys.
  package let rules: [Rule]

  package init(
    _ name: String, _ doc: String, keys: [Key], others: WrittenShape? = nil, aliases: [String: String] = [:],
    rules: [Rule] = []
  ) {
    self.name = name
    self.doc = doc
    self.keys = keys
    self.others = others
    self.aliases = aliases
    self.rules = rules
  }
}

extension Vocabulary {
  /// What must hold between the keys of an adapter's arguments, as far as they are written.
  package enum Rule: Hashable, Sendable {
    /// One of these keys is needed, unless the configuration of the provider has another one.
    case some(of: [String], unless: String? = nil)
    /// At most one of these keys may be written.
    case one(of: [String])
    /// Who writes the first key needs the second.
    case pair(String, needs: String)
    /// A text, instead of a list, needs a key that is `true`, here or in the configuration of the provider.
    case text(String, needs: String)
    /// No element of the first list may stand in the second, here or in the configuration of the provider.
    case apart(String, String)
  }

  /// The key that a misspelt or foreign one stands for.
  package func meant(by word: String) -> String? {
    aliases[word] ?? Spelling.nearest(to: word, among: keys.map(\.name))
      ?? keys.first { $0.name == word.lowercased().replacing("-", with: "_") }?.name
  }

  /// Both vocabularies, for what is used in two ways: all keys, and what either one needs.
  package func merged(with other: Vocabulary) -> Vocabulary {
    let own = keys.map { key in
      let isNeeded = key.required || other.keys.contains { $0.name == key.name && $0.required }
      return Key(key.name, key.shape, required: isNeeded, standard: key.standard, key.doc)
    }
    let added = other.keys.filter { candidate in !keys.contains { $0.name == candidate.name } }
    return Vocabulary(
      name, doc, keys: own + added, others: others ?? other.others,
      aliases: aliases.merging(other.aliases) { first, _ in first },
      rules: rules + other.rules.filter { !rules.contains($0) })
  }
}
