public import Quantities

/// What a person said so that a log goes on from a copy that lacks something.
public struct IncarnationWord: Equatable, Sendable {
  /// Who.
  public var person: Pseudonym
  /// How that is known: `account`, or `ssh:` and the fingerprint of the key.
  public var auth: String
  public var reason: String
  /// The words that were signed, to the byte, and the signature in its armour; `nil` for an account.
  public var signed: (words: String, signature: String)?

  /// Puts what was said together.
  public init(person: Pseudonym, auth: String, reason: String, signed: (words: String, signature: String)? = nil) {
    (self.person, self.auth, self.reason, self.signed) = (person, auth, reason, signed)
  }

  public static func == (left: IncarnationWord, right: IncarnationWord) -> Bool {
    left.person == right.person && left.auth == right.auth && left.reason == right.reason
      && left.signed?.words == right.signed?.words && left.signed?.signature == right.signed?.signature
  }
}

extension Draft {
  /// The name of the entry that says that a log goes on from a copy that lacks something.
  public static let incarnated = "log_incarnated"

  /// Says that a log goes on from a copy that lacks what executors wrote.
  ///
  /// - Parameters:
  ///   - words: who wanted it, and why; reasons and what was signed can be erased.
  ///   - kept: the size of the log that there is, and the root over it.
  ///   - givenUp: the size and the root that an executor wrote last.
  ///   - origin: the name of the log from here on.
  ///   - instant: when.
  /// - Returns: the entry, not yet placed.
  public static func logIncarnated(
    words: [IncarnationWord], kept: (size: Int64, root: Digest), givenUp: (size: Int64, root: Digest), origin: String,
    at instant: Instant
  ) -> Draft {
    func checkpoint(_ it: (size: Int64, root: Digest)) -> JSON {
      .dictionary([("root", .string(it.root.hex)), ("size", .integer(it.size))])
    }
    let data = JSON.dictionary([
      ("auth", .array(words.map { .string($0.auth) })), ("given_up", checkpoint(givenUp)), ("kept", checkpoint(kept)),
      ("origin", .string(origin)), ("persons", .array(words.map { .string($0.person.id) })),
    ])
    let signed = words.map { word in
      word.signed.map { JSON.dictionary([("signature", .string($0.signature)), ("words", .string($0.words))]) } ?? .null
    }
    return Draft(
      run: 0, type: incarnated, subject: "", at: instant, cause: nil,
      actor: Actor(kind: .person, id: words.first?.person.id ?? "", auth: words.first?.auth ?? "account"), plan: nil,
      data: data.canonicalBytes,
      payload: JSON.dictionary([
        ("reason", .string(words.map(\.reason).joined(separator: "; "))), ("signed", .array(signed)),
      ]).canonicalBytes)
  }
}
