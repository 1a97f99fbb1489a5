public import Engine
public import Quantities

/// What a person signs: one line of canonical JSON that binds what is said to one run, one plan and everything before
/// it.
public struct Statement: Equatable, Sendable {
  /// What is said: one of ``actions``.
  public var action: OperatorCommand.Name
  /// The number of the run and its nonce.
  public var run: Run
  /// The plan that is meant.
  public var plan: Digest
  /// The path of the phase or stage, or of the wave.
  public var scope: String
  /// The person's identifier.
  public var person: String
  /// In which role; empty where no rule asks for one.
  public var role: String
  /// Why.
  public var reason: String
  /// When it was made.
  public var issued: Instant
  /// When it ends to hold; `nil` for never.
  public var expires: Instant?
  /// Makes it unlike every other one.
  public var nonce: String
  /// The journal that the person has seen.
  public var seen: Checkpoint

  /// A run, as its first entry names it.
  public struct Run: Equatable, Sendable {
    public var number: Int64
    public var nonce: String

    public init(number: Int64, nonce: String) {
      self.number = number
      self.nonce = nonce
    }
  }

  /// The name of a journal, its size, and the root over so many entries.
  public struct Checkpoint: Equatable, Sendable {
    public var origin: String
    public var size: Int64
    public var root: Digest

    public init(origin: String, size: Int64, root: Digest) {
      self.origin = origin
      self.size = size
      self.root = root
    }
  }

  /// Why a line is not a statement, in one sentence without a full stop.
  public struct Problem: Error, Equatable, Sendable {
    public let message: String
  }

  /// What can be said with a signature.
  public static let actions: [OperatorCommand.Name] = [.approve, .reject, .emergency, .review, .force]

  private static let version: Int64 = 2
  private static let purpose = "sanderling statement"

  /// Puts a statement together.
  public init(
    _ action: OperatorCommand.Name, run: Run, plan: Digest, scope: String, person: String, role: String, reason: String,
    issued: Instant, expires: Instant?, nonce: String, seen: Checkpoint
  ) {
    self.action = action
    self.run = run
    self.plan = plan
    self.scope = scope
    self.person = person
    self.role = role
    self.reason = reason
    self.issued = issued
    self.expires = expires
    self.nonce = nonce
    self.seen = seen
  }

  /// The line that is signed, without a line break.
  public var line: String {
    JSON.dictionary([
      ("action", .string(action.rawValue)),
      (
        "checkpoint",
        .dictionary([
          ("origin", .string(seen.origin)), ("root", .string(seen.root.hex)), ("size", .integer(seen.size)),
        ])
      ), ("expires", expires.map { .string($0.text) } ?? .null), ("issued", .string(issued.text)),
      ("nonce", .string(nonce)), ("person", .string(person)), ("plan", .string(plan.hex)),
      ("purpose", .string(Self.purpose)), ("reason", .string(reason)), ("role", .string(role)),
      ("run", .dictionary([("nonce", .string(run.nonce)), ("number", .integer(run.number))])),
      ("scope", .string(scope)), ("version", .integer(Self.version)),
    ]).canonicalText
  }

  /// Reads the line: exactly the members of this version, each of them valid.
  ///
  /// - Throws: ``Problem`` for anything else. What cannot be read must not be read as "no limit".
  public init(line: String) throws(Problem) {
    guard let json = try? JSON(canonical: Array(line.utf8)), case .object = json,
      json["purpose"]?.string == Self.purpose
    else { throw Problem(message: "what was signed is not a statement that `--print` wrote") }
    guard json["version"] == .integer(Self.version) else {
      throw Problem(message: "the statement is not of version \(Self.version), which this program reads")
    }
    var reader = StatementReader(json)
    let action = try reader.text("action")
    let seen = try reader.object("checkpoint", of: ["origin", "root", "size"])
    let term = try reader.member("expires")
    issued = try reader.time("issued")
    nonce = try reader.filled("nonce")
    person = try reader.filled("person")
    plan = try reader.digest("plan")
    reason = try reader.text("reason")
    role = try reader.text("role")
    let run = try reader.object("run", of: ["nonce", "number"])
    scope = try reader.filled("scope")
    try reader.finish(beside: ["purpose", "version"])
    guard let name = OperatorCommand.Name(rawValue: action), Self.actions.contains(name) else {
      throw Problem(message: "the statement says `\(action.prefix(40))`, which nobody can sign")
    }
    self.action = name
    var inner = StatementReader(seen)
    self.seen = Checkpoint(
      origin: try inner.filled("origin"), size: try inner.number("size"), root: try inner.digest("root"))
    inner = StatementReader(run)
    self.run = Run(number: try inner.number("number"), nonce: try inner.filled("nonce"))
    expires = term == .null ? nil : try StatementReader.time(term, "expires")
    guard reason.saysSomething else { throw Problem(message: "the statement gives no reason") }
    if let expires, expires <= issued { throw Problem(message: "the statement expires before it was made") }
  }
}

/// Takes the members of a statement one by one, each of which has to be there.
struct StatementReader {
  private let json: JSON
  private var taken: Set<String> = []

  init(_ json: JSON) { self.json = json }

  mutating func member(_ key: String) throws(Statement.Problem) -> JSON {
    taken.insert(key)
    guard let value = json[key] else { throw Statement.Problem(message: "the statement has no `\(key)`") }
    return value
  }

  mutating func text(_ key: String) throws(Statement.Problem) -> String {
    guard let text = try member(key).string else { throw Self.unreadable(key) }
    return text
  }

  mutating func filled(_ key: String) throws(Statement.Problem) -> String {
    let text = try text(key)
    guard !text.isEmpty else { throw Statement.Problem(message: "`\(key)` of the statement is empty") }
    return text
  }

  mutating func number(_ key: String) throws(Statement.Problem) -> Int64 {
    guard let number = try member(key).integer, number >= 0 else { throw Self.unreadable(key) }
    return number
  }

  mutating func digest(_ key: String) throws(Statement.Problem) -> Digest {
    guard let digest = Digest(hex: try text(key)) else { throw Self.unreadable(key) }
    return digest
  }

  mutating func time(_ key: String) throws(Statement.Problem) -> Instant { try Self.time(try member(key), key) }

  /// A time in the one form in which it is written.
  static func time(_ json: JSON, _ key: String) throws(Statement.Problem) -> Instant {
    guard let text = json.string, let instant = Instant(text), instant.text == text else { throw unreadable(key) }
    return instant
  }

  mutating func object(_ key: String, of keys: [String]) throws(Statement.Problem) -> JSON {
    let value = try member(key)
    guard case .object = value else { throw Self.unreadable(key) }
    if let other = value.members.first(where: { !keys.contains($0.key) }) { throw Self.unknown("\(key).\(other.key)") }
    return value
  }

  func finish(beside others: Set<String>) throws(Statement.Problem) {
    for (key, _) in json.members where !taken.contains(key) && !others.contains(key) { throw Self.unknown(key) }
  }

  private static func unreadable(_ key: String) -> Statement.Problem {
    Statement.Problem(message: "`\(key)` of the statement cannot be read")
  }

  private static func unknown(_ key: String) -> Statement.Problem {
    Statement.Problem(message: "the statement has `\(key.prefix(60))`, which its version does not know")
  }
}

extension String {
  /// Whether it is more than blanks: three characters that can be seen at least.
  public var saysSomething: Bool { unicodeScalars.count { !$0.properties.isWhitespace && $0.isSeen } >= 3 }
}

extension Unicode.Scalar {
  /// Neither a control character, nor one without width or ink, such as the fillers of Hangul and the empty Braille
  /// pattern.
  fileprivate var isSeen: Bool {
    if properties.isDefaultIgnorableCodePoint || value == 0x2800 { return false }
    return switch properties.generalCategory {
    case .control, .format, .unassigned, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator,
      .spaceSeparator:
      false
    default: true
    }
  }
}
