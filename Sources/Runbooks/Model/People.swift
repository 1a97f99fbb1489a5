/// Who may do what in a programme: `trust/people.yaml`.
public struct Person: Sendable {
  /// The identifier.
  public var id: Located<String>
  /// The roles, such as `release-manager`.
  public var roles: [Located<String>]
  /// The names under which the operating system knows the person.
  public var accounts: [Located<String>]
  /// The names under which `trust/allowed_signers` knows the person's keys.
  public var principals: [Located<String>]
}

/// The keys that people sign with, as the files of the runbook hold them: public keys only.
public struct TrustedKeys: Hashable, Sendable {
  /// `trust/allowed_signers`, in the format of `ssh-keygen`.
  public var allowedSigners: [UInt8]
  /// `trust/revoked`, if there is one: lines of keys, or a revocation list.
  public var revoked: [UInt8]?
  /// Both files, as findings name them.
  public var signersFile: String
  public var revokedFile: String
}
