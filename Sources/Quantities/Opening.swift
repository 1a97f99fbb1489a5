/// What opens a commitment: bytes that can be erased, and the salt without which nobody can guess them.
///
/// A record and a plan hold the commitment alone. While the opening is kept, anybody can see that it belongs to it;
/// once it is gone, nothing is left that says what it was.
public struct Opening: Hashable, Sendable {
  /// Random bytes, or what a secret of the runbook makes of the body.
  public var salt: [UInt8]
  /// What was committed to.
  public var body: [UInt8]

  /// Puts the two together.
  public init(salt: [UInt8], body: [UInt8]) {
    (self.salt, self.body) = (salt, body)
  }

  /// What is kept for ever: `SHA-256(salt ‖ body)`.
  public var commitment: Digest { Digest(of: salt + body) }
}

/// A person's pseudonym, which commits to the name: `p_` and 128 bits of `SHA-256(salt ‖ name)`.
///
/// So nobody can put another name behind a pseudonym, and whoever loses salt and name can tell nothing.
public struct Pseudonym: Hashable, Sendable {
  public let id: String
  /// What the name was salted with.
  public let salt: [UInt8]
  public let name: String

  /// Commits to a name.
  public init(of name: String, salt: [UInt8]) {
    id = "p_" + hexadecimal(Digest(of: salt + Array(name.utf8)).bytes.prefix(16))
    (self.salt, self.name) = (salt, name)
  }

  /// Replaces each pseudonym in a text of ours by a name, where one is known.
  public static func named(_ text: String, by name: (String) -> String?) -> String {
    guard text.contains("p_") else { return text }
    return text.replacing(/p_[0-9a-f]{32}/) { match in name(String(match.output)) ?? String(match.output) }
  }
}

/// The secret of a runbook from which the salts of its people are made, so that its plan is the same on every machine.
///
/// It stands in a file of the runbook and in no record: whoever has the record alone can guess no name that was erased.
public struct SaltSource: Hashable, Sendable {
  private let secret: [UInt8]

  /// Takes the text of the file: at least 32 hexadecimal digits. Others are none.
  public init?(_ text: String) {
    let digits = text.utf8.filter { ![9, 10, 13, 32].contains($0) }
    guard (32...1_024).contains(digits.count), digits.allSatisfy({ Self.isDigit($0) }) else { return nil }
    secret = Array(digits)
  }

  /// No secret: salts that everybody can make. What is committed to with them can be guessed.
  public static let none = SaltSource()

  private init() { secret = [] }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...102).contains(byte) || (65...70).contains(byte)
  }

  /// The salt of a text, another one for each purpose and text: 16 bytes.
  public func salt(for purpose: String, of text: some Collection<UInt8>) -> [UInt8] {
    Array(Digest(of: secret + Array("\n\(purpose)\n".utf8) + Array(text)).bytes.prefix(16))
  }
}
