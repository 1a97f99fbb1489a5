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

  /// In place of an event's sequence number: the executor could not read the command.
  public static let unreadable: Int64 = -1
}
