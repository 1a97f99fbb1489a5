public import Quantities

/// Whose approval a phase or stage needs before each of its waves.
public struct PlannedApproval: Hashable, Sendable {
  /// How many persons.
  public var count: Int
  /// In which role.
  public var role: String
  /// Whether an author of the runbook, or whoever created the run, does not count.
  public var excludesAuthors: Bool
  /// Whether whoever started an executor of the run does not count.
  public var excludesExecutors: Bool
  /// How long an approval holds; `nil` for as long as nothing voids it.
  public var expires: Span?

  /// The rule in words: `2 approvals by release-managers other than the author`.
  public var words: String {
    let who = count == 1 ? "1 approval by a \(role)" : "\(count) approvals by \(role)s"
    let others = (excludesAuthors ? ["author"] : []) + (excludesExecutors ? ["executor"] : [])
    return others.isEmpty ? who : "\(who) other than the \(others.joined(separator: " or "))"
  }

  func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("count", count)
      $0.member("expires_ms", ifPresent: expires?.milliseconds)
      $0.member("not_author", excludesAuthors)
      $0.member("not_executor", excludesExecutors)
      $0.member("role", role)
    }
  }

  init(_ reader: MemberReader) throws(PlanError) {
    self.init(
      count: Int(try reader.integer("count", in: 1...20)), role: try reader.text("role"),
      excludesAuthors: try reader.flag("not_author"), excludesExecutors: try reader.flag("not_executor"),
      expires: try reader.optionalSpan("expires_ms"))
  }

  /// Makes a rule.
  public init(
    count: Int, role: String, excludesAuthors: Bool = false, excludesExecutors: Bool = false, expires: Span? = nil
  ) {
    self.count = count
    self.role = role
    self.excludesAuthors = excludesAuthors
    self.excludesExecutors = excludesExecutors
    self.expires = expires
  }
}

/// A person of the programme. Events name persons by their place in the plan.
public struct PlannedPerson: Hashable, Sendable {
  /// The identifier.
  public var id: String
  /// The roles.
  public var roles: [String]
  /// The names under which the operating system knows the person.
  public var accounts: [String]
  /// The names under which the allowed signers know the person's keys.
  public var principals: [String]
  /// Whether the person wrote the runbook.
  public var isAuthor: Bool

  /// Makes a person.
  public init(
    id: String, roles: [String], accounts: [String] = [], principals: [String] = [], isAuthor: Bool = false
  ) {
    self.id = id
    self.roles = roles
    self.accounts = accounts
    self.principals = principals
    self.isAuthor = isAuthor
  }

  func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("accounts", strings: accounts)
      $0.member("author", isAuthor)
      $0.member("id", id)
      $0.member("principals", strings: principals)
      $0.member("roles", strings: roles)
    }
  }

  init(_ reader: MemberReader) throws(PlanError) {
    self.init(
      id: try reader.text("id"), roles: try reader.array("roles").compactMap(\.string),
      accounts: try reader.array("accounts").compactMap(\.string),
      principals: try reader.array("principals").compactMap(\.string), isAuthor: try reader.flag("author"))
  }
}

/// The public keys that people sign with, as `ssh-keygen` reads them.
public struct PlannedKeys: Hashable, Sendable {
  /// The allowed signers.
  public var allowedSigners: String
  /// Keys that do not count any more, if there are any.
  public var revoked: String?

  package init(allowedSigners: String, revoked: String? = nil) {
    self.allowedSigners = allowedSigners
    self.revoked = revoked
  }
}
