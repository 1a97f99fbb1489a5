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

/// What a log says about having gone on from a copy that lacked something.
public struct Incarnation: Equatable, Sendable {
  /// The entry that says so, and when it was made.
  public var seq: Int64
  public var at: Instant
  /// The name of the log before, and from there on.
  public var former: String
  public var origin: String
  /// How many entries there were to go on from.
  public var kept: Int64
  /// What was given up: how many entries there had been, and the root over them; zeros where only the number is known.
  public var givenUp: (size: Int64, root: Digest)
  /// Who said so, by their pseudonyms, and how each is known: `account`, or `ssh:` and the key's fingerprint.
  public var persons: [(id: String, proof: String)]

  /// Reads an entry; `nil` for any other, and for one that does not say it all.
  ///
  /// - Parameters:
  ///   - entry: the entry.
  ///   - former: the name of the log before it.
  public init?(_ entry: Entry, after former: String) {
    guard entry.run == 0, entry.type == Draft.incarnated, let origin = entry.data["origin"]?.string,
      let kept = entry.data["kept"]?["size"]?.integer, let size = entry.data["given_up"]?["size"]?.integer,
      let root = entry.data["given_up"]?["root"]?.string.flatMap({ Digest(hex: $0) })
    else { return nil }
    (seq, at, self.former, self.origin, self.kept, givenUp) = (entry.seq, entry.at, former, origin, kept, (size, root))
    let proofs = (entry.data["auth"]?.array ?? []).compactMap(\.string)
    persons = (entry.data["persons"]?.array ?? []).compactMap(\.string).enumerated().map { place, id in
      (id, proofs.indices.contains(place) ? proofs[place] : "account")
    }
  }

  /// What is lost, in words: the half of a sentence.
  public var loss: String {
    givenUp.size > kept
      ? "the entries \(kept) to \(givenUp.size - 1) of `\(former)` are lost for good"
      : "what `\(former)` had as its first \(givenUp.size) entries is given up"
  }

  /// What is lost, and who said so, in a sentence without a full stop.
  ///
  /// - Parameter name: the name behind a pseudonym.
  /// - Returns: the sentence.
  public func sentence(naming name: (String) -> String) -> String {
    let said = persons.map { "\(name($0.id)) (\($0.proof.hasPrefix("ssh:") ? "signed" : "by account"))" }
    return "\(loss), as \(said.joined(separator: " and ")) said at entry \(seq)"
  }

  public static func == (left: Incarnation, right: Incarnation) -> Bool {
    left.seq == right.seq && left.loss == right.loss && left.origin == right.origin
  }
}
