public import Quantities

/// A person of the programme. Events name persons by their place in the plan.
///
/// A plan is kept for ever, and names must not be. So it holds a pseudonym and a commitment; name, accounts and
/// principals are what opens that, and lie where they can be erased.
public struct PlannedPerson: Hashable, Sendable {
  /// The pseudonym; the identifier itself in plans that an earlier version made.
  public var id: String
  /// What they may approve as; none for somebody who left and keeps the place.
  public var roles: [String]
  /// Who it is.
  public var identity: Identity
  /// Whether the person wrote the runbook.
  public var isAuthor: Bool

  /// Who a person is: a commitment, and what opens it as long as nobody erased that.
  public struct Identity: Hashable, Sendable {
    /// What the plan holds.
    public let commitment: Digest
    /// What it is opened with.
    public let opening: Opening?
    fileprivate let known: Known?

    /// Two of one commitment are the same, whether they are open or not.
    public static func == (left: Identity, right: Identity) -> Bool { left.commitment == right.commitment }

    public func hash(into hasher: inout Hasher) { hasher.combine(commitment) }

    init(sealed commitment: Digest) {
      (self.commitment, opening, known) = (commitment, nil, nil)
    }

    /// Opens it; `nil` for bytes that are no identity.
    init?(_ opening: Opening) {
      guard let json = try? JSON(canonical: opening.body), let known = try? Known.layout.form.read(json) else {
        return nil
      }
      (commitment, self.opening, self.known) = (opening.commitment, opening, known)
    }

    fileprivate init(_ known: Known, salt: [UInt8]) {
      let opening = Opening(salt: salt, body: known.bytes)
      (commitment, self.opening, self.known) = (opening.commitment, opening, known)
    }
  }

  fileprivate struct Known: Hashable, Sendable {
    var accounts: [String]
    var name: String
    var principals: [String]

    static let layout = Layout(
      Known.init(accounts:name:principals:), Member("accounts", { $0.accounts }, .list(.text)),
      Member("name", { $0.name }, .text), Member("principals", { $0.principals }, .list(.text)))

    var bytes: [UInt8] {
      var writer = CanonicalWriter()
      Self.layout.form.write(self, &writer)
      return writer.bytes
    }
  }

  /// The identifier in `trust/people.yaml`; the pseudonym once it was erased.
  public var name: String { identity.known?.name ?? id }

  /// The names under which the operating system knows the person; none once they were erased.
  public var accounts: [String] { identity.known?.accounts ?? [] }

  /// The names under which the allowed signers know the person's keys; none once they were erased.
  public var principals: [String] { identity.known?.principals ?? [] }

  /// The pseudonym with what proves it; `nil` once that was erased, and in plans that an earlier version made.
  public var pseudonym: Pseudonym? {
    guard let opening = identity.opening else { return nil }
    let pseudonym = Pseudonym(of: name, salt: opening.salt)
    return pseudonym.id == id ? pseudonym : nil
  }

  /// A person under a pseudonym.
  ///
  /// - Parameters:
  ///   - name: the identifier in `trust/people.yaml`.
  ///   - roles: what they may approve as.
  ///   - accounts: the names under which the operating system knows the person.
  ///   - principals: the names under which the allowed signers know the person's keys.
  ///   - isAuthor: whether the person wrote the runbook.
  ///   - salts: the secret of the runbook.
  public init(
    name: String, roles: [String], accounts: [String] = [], principals: [String] = [], isAuthor: Bool = false,
    salts: SaltSource
  ) {
    let salt = salts.salt(for: "person", of: name.utf8)
    self.init(
      id: Pseudonym(of: name, salt: salt).id, roles: roles,
      identity: Identity(Known(accounts: accounts, name: name, principals: principals), salt: salt),
      isAuthor: isAuthor)
  }

  /// A person under a name, as in plans that an earlier version made.
  public init(
    id: String, roles: [String], accounts: [String] = [], principals: [String] = [], isAuthor: Bool = false
  ) {
    self.init(
      id: id, roles: roles,
      identity: Identity(Known(accounts: accounts, name: id, principals: principals), salt: []), isAuthor: isAuthor)
  }

  /// Whether two plans mean one person: plans of earlier versions have no pseudonyms, and those of another `trust/salt`
  /// have others.
  public func isSame(as other: PlannedPerson) -> Bool { other.id == id || other.name == name }

  /// The same person, who left and keeps the place: without roles, accounts and principals.
  public var withoutRoles: PlannedPerson {
    let known = Known(accounts: [], name: name, principals: [])
    let identity = identity.opening.map { Identity(known, salt: $0.salt) } ?? identity
    return PlannedPerson(id: id, roles: [], identity: identity, isAuthor: false)
  }

  init(id: String, roles: [String], identity: Identity, isAuthor: Bool) {
    (self.id, self.roles, self.identity, self.isAuthor) = (id, roles, identity, isAuthor)
  }
}

/// The public keys that people sign with, as `ssh-keygen` reads them. Their lines hold principals, so the plan commits
/// to each, and whoever erases a person takes theirs away.
public struct PlannedKeys: Hashable, Sendable {
  var signers: [SealedText]
  var revocations: [SealedText]?

  /// Lines of principals and keys, as in an `allowed_signers` file; without those that were erased.
  public var allowedSigners: String { Self.text(signers) }

  /// Keys that do not count any more, if there are any.
  public var revoked: String? { revocations.map(Self.text) }

  /// Whether nothing of it was erased.
  public var isWhole: Bool { (signers + (revocations ?? [])).allSatisfy { $0.opening != nil } }

  package init(allowedSigners: String, revoked: String? = nil, salts: SaltSource = .none) {
    signers = Self.lines(allowedSigners, salts)
    revocations = revoked.map { Self.lines($0, salts) }
  }

  init(signers: [SealedText], revocations: [SealedText]?) {
    (self.signers, self.revocations) = (signers, revocations)
  }

  private static func text(_ lines: [SealedText]) -> String { lines.compactMap(\.text).joined(separator: "\n") }

  private static func lines(_ text: String, _ salts: SaltSource) -> [SealedText] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map {
      SealedText(String($0), for: "key", salts: salts)
    }
  }
}

/// A text that a plan commits to and does not hold. Two of one commitment are the same, whether they are open or not.
public struct SealedText: Hashable, Sendable {
  /// What the plan holds.
  public let commitment: Digest
  /// What opens it; `nil` once it was erased.
  fileprivate(set) var opening: Opening?

  /// The text; `nil` once it was erased.
  public var text: String? { opening.map { String(decoding: $0.body, as: UTF8.self) } }

  /// Commits to a text, for a purpose that no other text has.
  public init(_ text: String, for purpose: String, salts: SaltSource) {
    let opening = Opening(salt: salts.salt(for: purpose, of: text.utf8), body: Array(text.utf8))
    (commitment, self.opening) = (opening.commitment, opening)
  }

  init(sealed commitment: Digest) {
    (self.commitment, opening) = (commitment, nil)
  }

  /// Opens it, if that can be done.
  mutating func open<Problem: Error>(_ find: (Digest) throws(Problem) -> Opening?) throws(Problem) {
    guard opening == nil, let opening = try find(commitment), opening.commitment == commitment else { return }
    self.opening = opening
  }

  public static func == (left: SealedText, right: SealedText) -> Bool { left.commitment == right.commitment }

  public func hash(into hasher: inout Hasher) { hasher.combine(commitment) }
}

extension Plan {
  /// A sentence of ours with names in place of pseudonyms, as far as they are known.
  public func named(_ text: String) -> String {
    Pseudonym.named(text) { id in people.first { $0.id == id }?.name }
  }

  /// What opens the commitments of the plan, as long as nobody erased it: who its people are, and their keys.
  public var openings: [Opening] {
    people.compactMap(\.identity.opening)
      + ((owner.map { [$0] } ?? []) + (keys?.signers ?? []) + (keys?.revocations ?? [])).compactMap(\.opening)
  }

  /// Everything that the plan commits to and does not hold.
  public var commitments: [Digest] {
    people.map(\.identity.commitment)
      + ((owner.map { [$0] } ?? []) + (keys?.signers ?? []) + (keys?.revocations ?? [])).map(\.commitment)
  }

  /// Opens what can be opened.
  ///
  /// - Parameter find: what opens a commitment; `nil` for what was erased.
  /// - Throws: an error of `find` as it is.
  public mutating func open<Problem: Error>(_ find: (Digest) throws(Problem) -> Opening?) throws(Problem) {
    for place in people.indices where people[place].identity.opening == nil {
      let commitment = people[place].identity.commitment
      guard let opening = try find(commitment), opening.commitment == commitment,
        let identity = PlannedPerson.Identity(opening)
      else { continue }
      people[place].identity = identity
    }
    try owner?.open(find)
    for place in keys?.signers.indices ?? 0..<0 { try keys?.signers[place].open(find) }
    for place in keys?.revocations?.indices ?? 0..<0 { try keys?.revocations?[place].open(find) }
  }
}

extension PlannedPerson: Planned {
  static let fields = Fields(PlannedPerson.init(id:roles:identity:isAuthor:)) {
    Item("id", { $0.id }, .text, .identity)
    Item("roles", { $0.roles }, .list(.text), .rights)
    Item("identity", { $0.identity }, .identity, .unsaid(isRisk: true))
    Item("author", { $0.isAuthor }, .flag, .flag(isSafe: true))
  }
}

extension PlannedKeys: Planned {
  static let fields = Fields(PlannedKeys.init(signers:revocations:)) {
    Item("allowed_signers", { $0.signers }, .list(.sealed), .signers)
    Item("revoked", { $0.revocations }, .optional(.list(.sealed)), .revocations)
  }
}

extension Form where Value == PlannedPerson.Identity {
  fileprivate static let identity = Form<Digest>.digest.mapped(
    or: "is not a commitment", into: { $0.commitment }, back: { PlannedPerson.Identity(sealed: $0) })
}

extension Form where Value == SealedText {
  /// A commitment.
  static let sealed = Form<Digest>.digest.mapped(
    or: "is not a commitment", into: { $0.commitment }, back: { SealedText(sealed: $0) })
}
