public import Quantities

/// What a person signs so that a log goes on from a copy that lacks something: one line of canonical JSON that names
/// what there is and what is given up. It has a purpose of its own, so nothing else that was signed can serve for it.
public struct IncarnationStatement: Equatable, Sendable {
  /// How much of a log: the number of entries, and the root over them.
  public struct Size: Equatable, Sendable {
    public var size: Int64
    /// Zeros where nobody on this machine knows it.
    public var root: Digest

    public init(size: Int64, root: Digest) { (self.size, self.root) = (size, root) }

    /// Reads the form that entries and statements have; `nil` for anything else.
    public init?(_ json: JSON?) {
      guard let size = json?["size"]?.integer, size >= 0, let root = json?["root"]?.string.flatMap({ Digest(hex: $0) })
      else { return nil }
      self.init(size: size, root: root)
    }

    /// The form that entries and statements have.
    public var json: JSON { .dictionary([("root", .string(root.hex)), ("size", .integer(size))]) }
  }

  /// What it is about.
  public struct Facts: Equatable, Sendable {
    /// The name of the log.
    public var origin: String
    /// What there is.
    public var kept: Size
    /// What an executor wrote last, or an anchor knows.
    public var givenUp: Size

    public init(origin: String, kept: Size, givenUp: Size) {
      (self.origin, self.kept, self.givenUp) = (origin, kept, givenUp)
    }
  }

  public var facts: Facts
  /// Who signs, as the newest plan has the person.
  public var person: String
  public var reason: String
  public var issued: Instant
  /// Makes it unlike every other one.
  public var nonce: String

  private static let purpose = "sanderling incarnation"
  private static let version: Int64 = 1

  /// Puts a statement together.
  public init(_ facts: Facts, person: String, reason: String, issued: Instant, nonce: String) {
    (self.facts, self.person, self.reason, self.issued, self.nonce) = (facts, person, reason, issued, nonce)
  }

  /// The line that is signed, without a line break.
  public var line: String {
    JSON.dictionary([
      ("given_up", facts.givenUp.json), ("issued", .string(issued.text)), ("kept", facts.kept.json),
      ("nonce", .string(nonce)), ("origin", .string(facts.origin)), ("person", .string(person)),
      ("purpose", .string(Self.purpose)), ("reason", .string(reason)), ("version", .integer(Self.version)),
    ]).canonicalText
  }

  /// Reads the line: exactly the members of this version, each of them valid.
  ///
  /// - Throws: ``Statement/Problem`` for anything else.
  public init(line: String) throws(Statement.Problem) {
    guard let json = try? JSON(canonical: Array(line.utf8)), case .object = json,
      json["purpose"]?.string == Self.purpose, json["version"] == .integer(Self.version)
    else { throw Statement.Problem(message: "what was signed is not what `audit incarnate --print` wrote") }
    var reader = StatementReader(json)
    guard let givenUp = Size(try reader.object("given_up", of: ["root", "size"])),
      let kept = Size(try reader.object("kept", of: ["root", "size"]))
    else { throw Statement.Problem(message: "what is kept, or what is given up, cannot be read") }
    issued = try reader.time("issued")
    nonce = try reader.filled("nonce")
    facts = Facts(origin: try reader.filled("origin"), kept: kept, givenUp: givenUp)
    person = try reader.filled("person")
    reason = try reader.text("reason")
    try reader.finish(beside: ["purpose", "version"])
    guard reason.saysSomething else { throw Statement.Problem(message: "the statement gives no reason") }
  }
}
