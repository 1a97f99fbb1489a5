public import Quantities

extension OperatorCommand.Name {
  /// Whether it matters which person of the plan says it. Such a command names the plan that it means: nobody approves
  /// what they have not seen. And these keep their order among each other, even while a signature is looked at.
  public var isOfPersons: Bool {
    switch self {
    case .amend, .approve, .reject, .emergency, .review, .force: true
    case .pause, .resume, .retry, .skip, .hold, .release, .resolve, .rollback, .abort, .cancel, .limit: false
    }
  }
}

/// A command as it lies in the inbox: what is asked, and what shows that it means this plan.
///
/// Only this file knows its form. Whoever sends a command writes it with ``text``, and the door reads it with
/// ``init(_:id:)``. What it cannot read in full it does not read at all: a term that is lost would be an approval for
/// ever.
public struct CommandLetter: Equatable, Sendable {
  /// A line that somebody signed, and the signature in the armour of `ssh-keygen`.
  public struct Signed: Equatable, Sendable {
    /// What was signed, byte for byte.
    public var line: String
    /// The signature over it.
    public var signature: String

    public init(line: String, signature: String) {
      self.line = line
      self.signature = signature
    }
  }

  /// What is asked. Who asks, how that is known and what is wrong with it are found out at the door: a letter never
  /// says so itself.
  public var command: OperatorCommand
  /// The plan in force that the sender saw; `nil` for a command that is not of persons.
  public var plan: Digest?
  /// What was signed, for an approval that is proved by a key.
  public var signed: Signed?

  /// A letter to a run that executes a plan.
  ///
  /// - Parameters:
  ///   - command: what is asked.
  ///   - plan: the digest of the plan that the run executes. It is kept for commands of persons alone.
  ///   - signed: the statement and its signature.
  public init(_ command: OperatorCommand, plan: Digest, signed: Signed? = nil) {
    precondition(
      command.person == nil && command.auth == nil && command.flaw == nil && command.proof == nil,
      "a letter says who asks only by its sender")
    self.command = command
    self.plan = command.name.isOfPersons ? plan : nil
    self.signed = signed
  }

  /// The members of the one line of JSON.
  private enum Key: String, CaseIterable {
    case command, reason, settlement = "as", amendment, until, seen, atOnce = "at_once", outputs, plan, statement
    case signature
  }

  /// The letter as one line of canonical JSON.
  public var text: String {
    JSON.dictionary(Key.allCases.compactMap { key in json(of: key).map { (key.rawValue, $0) } }).canonicalText
  }

  private func json(of key: Key) -> JSON? {
    switch key {
    case .command: .string(command.name.rawValue)
    case .reason: .string(command.reason)
    case .settlement: command.settlement.map { .string($0.rawValue) }
    case .amendment: command.amendment.map { .string($0.hex) }
    case .until: command.until.map { .string($0.text) }
    case .seen: command.seen.map { .integer($0) }
    case .atOnce: command.atOnce.map { .integer(Int64($0)) }
    case .outputs:
      command.outputs.isEmpty ? nil : .dictionary(command.outputs.sorted { $0.key < $1.key }.map { ($0, .string($1)) })
    case .plan: plan.map { .string($0.hex) }
    case .statement: signed.map { .string($0.line) }
    case .signature: signed.map { .string($0.signature) }
    }
  }

  /// Reads a letter.
  ///
  /// - Parameters:
  ///   - text: the line of JSON.
  ///   - id: the identity that the sender gave it.
  /// - Throws: ``EventError`` when a member is missing, is not known to this version, or cannot be read.
  public init(_ text: String, id: String) throws(EventError) {
    guard let json = try? JSON(parsing: text.utf8), case .object = json else {
      throw EventError(message: "it is not an object of JSON")
    }
    for (key, _) in json.members where Key(rawValue: key) == nil {
      throw EventError(message: "it has `\(key)`, which this version does not know")
    }
    guard let name = try Self.read(.command, json, { OperatorCommand.Name(rawValue: $0) }),
      let reason = try Self.read(.reason, json, { $0 })
    else { throw EventError(message: "it does not say what is asked and why") }
    command = OperatorCommand(
      name: name, id: id, settlement: try Self.read(.settlement, json) { Settlement(rawValue: $0) },
      outputs: try Self.outputs(json), reason: reason)
    command.amendment = try Self.read(.amendment, json) { Digest(hex: $0) }
    command.until = try Self.read(.until, json) { Instant($0) }
    if let seen = json[Key.seen.rawValue] {
      guard let size = seen.integer, size >= 0 else { throw EventError(message: "its `seen` cannot be read") }
      command.seen = size
    }
    if let atOnce = json[Key.atOnce.rawValue] {
      guard let number = atOnce.integer.flatMap({ Int(exactly: $0) }), (1...1_000_000).contains(number) else {
        throw EventError(message: "its `at_once` cannot be read")
      }
      command.atOnce = number
    }
    plan = try Self.read(.plan, json) { Digest(hex: $0) }
    let line = try Self.read(.statement, json) { $0 }
    let signature = try Self.read(.signature, json) { $0 }
    switch (line, signature) {
    case (let line?, let signature?): signed = Signed(line: line, signature: signature)
    case (nil, nil): signed = nil
    case (_?, nil), (nil, _?): throw EventError(message: "it has a statement without signature, or the other way round")
    }
  }

  /// The value of a member; `nil` when the letter has none.
  private static func read<Value>(
    _ key: Key, _ json: JSON, _ value: (String) -> Value?
  ) throws(EventError) -> Value? {
    guard let member = json[key.rawValue] else { return nil }
    guard let text = member.string, let value = value(text) else {
      throw EventError(message: "its `\(key.rawValue)` cannot be read")
    }
    return value
  }

  private static func outputs(_ json: JSON) throws(EventError) -> [String: String] {
    guard let outputs = json[Key.outputs.rawValue] else { return [:] }
    guard case .object(let object) = outputs else { throw EventError(message: "its `outputs` cannot be read") }
    var values: [String: String] = [:]
    for (name, value) in object.members {
      guard let text = value.string else { throw EventError(message: "its output `\(name)` is not a text") }
      values[name] = text
    }
    return values
  }
}
