public import Quantities

/// Why some bytes are not a plan.
public struct PlanError: Error, Equatable, Sendable {
  /// What is wrong, in one sentence without a full stop.
  public let message: String
}

extension Plan {
  /// The version of the written form.
  public static let format = 3

  /// The canonical form (RFC 8785): the bytes that the digest is made of. No sentence for people is in it.
  public var canonicalBytes: [UInt8] {
    var writer = CanonicalWriter(capacity: 4_096 + inventories.reduce(0) { $0 + $1.count * 64 })
    writer.object {
      $0.member("format", Self.format)
      $0.key("plan")
      Self.fields.form.write(self, &$0)
    }
    return writer.bytes
  }

  /// The canonical form, read back and compared: what is recorded is what was planned, guard for guard.
  ///
  /// - Throws: ``PlanError`` when the plan cannot be represented; it must not run then.
  public func recordableBytes() throws(PlanError) -> [UInt8] {
    let bytes = canonicalBytes
    guard try Plan(canonical: bytes) == self else {
      throw PlanError(message: "this plan cannot be recorded: it reads back as another one; report this as a defect")
    }
    return bytes
  }

  /// The canonical form without its format, as a value.
  public var canonical: JSON {
    var writer = CanonicalWriter()
    Self.fields.form.write(self, &writer)
    // It was written this moment, by a writer that can write nothing else.
    guard let json = try? JSON(canonical: writer.bytes) else { preconditionFailure("the canonical form of a plan") }
    return json
  }

  /// The digest that people approve: SHA-256 of ``canonicalBytes``, or what an older format was recorded under.
  public var digest: Digest { recordedDigest ?? Digest(of: canonicalBytes) }

  /// Whether it was recorded in an older format, so that its digest is none that the present one gives.
  public var isOfOlderFormat: Bool { recordedDigest != nil }

  /// The JSON Schema of the canonical form.
  public static var schema: JSON {
    .dictionary([
      ("$id", .string("https://json.schemastore.org/sanderling-plan.json")),
      ("$schema", .string("http://json-schema.org/draft-07/schema#")),
      (
        "properties",
        .dictionary([("format", .dictionary([("const", .integer(Int64(format)))])), ("plan", fields.form.schema)])
      ),
      ("required", .array([.string("format"), .string("plan")])), ("title", .string("A plan of Sanderling")),
      ("type", .string("object")),
    ])
  }

  /// Reads the canonical form of a plan, of this format or an older one. Who its people are stands beside it:
  /// ``open(_:)``.
  ///
  /// - Throws: ``PlanError`` when the bytes are not canonical JSON, of another format, or not a plan.
  public init(canonical bytes: some Collection<UInt8>) throws(PlanError) {
    let json: JSON
    do {
      json = try JSON(canonical: bytes)
    } catch {
      throw PlanError(message: "this is not a plan: \(error.message) (byte \(error.offset))")
    }
    guard let format = json["format"]?.integer else {
      throw PlanError(message: "this is not a plan: it has no `format`")
    }
    var opened: [Digest: Opening] = [:]
    // What stands beside the plan would be no part of what is compared, approved and carried out.
    let written = json.members.count == 2 ? json["plan"] : nil
    let body: JSON?
    switch format {
    case 1: body = Plan1.upgraded(json).map { Plan2.upgraded($0, &opened) }
    case 2: body = written.map { Plan2.upgraded($0, &opened) }
    case Int64(Self.format): body = written
    default: throw PlanError(message: "this plan has format \(format); this version reads formats 1 to 3")
    }
    guard let body else {
      throw PlanError(message: "this is not a plan: `format` and `plan` must stand in it, and nothing else")
    }
    do throws(FormError) {
      self = try Self.fields.form.read(body)
    } catch {
      throw PlanError(message: "this is not a plan: `\(error.inside("plan").path)` \(error.problem)")
    }
    if format < Self.format { recordedDigest = Digest(of: Array(bytes)) }
    open { opened[$0] }
    try check()
  }
}
