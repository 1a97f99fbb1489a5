public import Quantities

/// A command that a person sent from another process and that no executor has taken up yet.
public struct Letter: Equatable, Sendable {
  /// The sender's own identity for it: the same one twice is one command.
  public var id: String
  public var run: Int64
  /// The path of what it is about.
  public var subject: String
  /// What is asked, as the sender wrote it.
  public var command: String
  /// The sender's name.
  public var person: String
  /// How the name is known.
  public var auth: String
  /// When it was sent.
  public var sent: Instant

  public init(
    id: String, run: Int64, subject: String, command: String, person: String, auth: String, sent: Instant
  ) {
    self.id = id
    self.run = run
    self.subject = subject
    self.command = command
    self.person = person
    self.auth = auth
    self.sent = sent
  }

  /// Whether its identity can stand in the log: what a sender writes may be as long as it likes, and name somebody.
  public var hasPlainIdentity: Bool {
    (1...64).contains(id.utf8.count)
      && id.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
          || [45, 46, 95].contains(byte)
      }
  }
}
