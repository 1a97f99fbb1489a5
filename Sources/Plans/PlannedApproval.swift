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
  /// In which role somebody may lift the count in an emergency; `nil` for nobody.
  public var emergencyRole: String?

  /// The rule in words: `2 approvals by release-managers other than the author`.
  public var words: String {
    let who = count == 1 ? "1 approval by a \(role)" : "\(count) approvals by \(role)s"
    let others = (excludesAuthors ? ["author"] : []) + (excludesExecutors ? ["executor"] : [])
    return others.isEmpty ? who : "\(who) other than the \(others.joined(separator: " or "))"
  }

  /// Makes a rule.
  public init(
    count: Int, role: String, excludesAuthors: Bool = false, excludesExecutors: Bool = false, expires: Span? = nil,
    emergencyRole: String? = nil
  ) {
    self.count = count
    self.role = role
    self.excludesAuthors = excludesAuthors
    self.excludesExecutors = excludesExecutors
    self.expires = expires
    self.emergencyRole = emergencyRole
  }
}

extension PlannedApproval: Planned {
  static let fields = Fields(PlannedApproval.init(count:role:excludesAuthors:excludesExecutors:expires:emergencyRole:))
  {
    Item("count", { $0.count }, .integer(1...20), .less)
    Item("role", { $0.role }, .text, .grew)
    Item("not_author", { $0.excludesAuthors }, .flag, .flag(isSafe: true))
    Item("not_executor", { $0.excludesExecutors }, .flag, .flag(isSafe: true))
    Item("expires_ms", { $0.expires }, .optional(.span), as: "expires", .limit(none: "never"))
    Item("emergency", { $0.emergencyRole }, .optional(.text), .emergencyRole)
  }
}
