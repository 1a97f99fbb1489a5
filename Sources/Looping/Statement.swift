public import Quantities

/// What a person signs: one line of canonical JSON that binds an approval to everything before it.
public struct Statement: Equatable, Sendable {
  /// The plan that is approved.
  public var plan: Digest
  /// The path of the phase or stage.
  public var scope: String
  /// The person's identifier.
  public var person: String
  /// Why.
  public var reason: String
  /// When it was made.
  public var issued: Instant
  /// When it ends to hold; `nil` for never.
  public var expires: Instant?
  /// Makes it unlike every other one.
  public var nonce: String
  /// The size and the root of the journal that the person has seen.
  public var size: Int64
  /// The root over so many entries.
  public var root: Digest

  /// The namespace of the signatures: one for each purpose.
  public static let namespace = "sanderling"

  /// Puts a statement together.
  public init(
    plan: Digest, scope: String, person: String, reason: String, issued: Instant, expires: Instant?, nonce: String,
    size: Int64, root: Digest
  ) {
    self.plan = plan
    self.scope = scope
    self.person = person
    self.reason = reason
    self.issued = issued
    self.expires = expires
    self.nonce = nonce
    self.size = size
    self.root = root
  }

  /// The line that is signed, without a line break.
  public var line: String {
    JSON.dictionary([
      ("checkpoint", .dictionary([("root", .string(root.hex)), ("size", .integer(size))])),
      ("expires", expires.map { .string($0.text) } ?? .null), ("issued", .string(issued.text)),
      ("nonce", .string(nonce)), ("person", .string(person)), ("plan", .string(plan.hex)),
      ("purpose", .string("sanderling approval")), ("reason", .string(reason)), ("scope", .string(scope)),
    ]).canonicalText
  }

  /// Reads the line; `nil` when it is not one.
  public init?(line: String) {
    guard let json = try? JSON(canonical: Array(line.utf8)), json["purpose"]?.string == "sanderling approval",
      let plan = json["plan"]?.string.flatMap({ Digest(hex: $0) }), let scope = json["scope"]?.string,
      let person = json["person"]?.string, let reason = json["reason"]?.string,
      let issued = json["issued"]?.string.flatMap({ Instant($0) }), let nonce = json["nonce"]?.string,
      let size = json["checkpoint"]?["size"]?.integer,
      let root = json["checkpoint"]?["root"]?.string.flatMap({ Digest(hex: $0) }), let term = json["expires"]
    else { return nil }
    let expires = term.string.flatMap { Instant($0) }
    // A term that cannot be read is not the same as none.
    guard expires != nil || term == .null else { return nil }
    self.init(
      plan: plan, scope: scope, person: person, reason: reason, issued: issued, expires: expires, nonce: nonce,
      size: size, root: root)
  }
}
