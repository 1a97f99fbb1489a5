public import Quantities

/// An event as a record keeps it.
public struct Entry: Sendable {
  /// Its place in the log.
  public var seq: Int64
  /// The run; 0 for the log itself.
  public var run: Int64
  /// The epoch of the executor that wrote it.
  public var epoch: Int64
  /// The event's name.
  public var type: String
  /// What it happened to.
  public var subject: String
  /// When it was recorded.
  public var at: Instant
  /// The clock that is never set, in milliseconds, and which start of the machine it counts from.
  public var monotonic: Int64
  public var boot: String
  /// The event that led to it.
  public var cause: Int64?
  /// Who or what it comes from; `id` is a pseudonym.
  public var actor: Actor
  /// The digest of the plan in force.
  public var plan: Digest?
  /// The event's own fields.
  public var data: JSON
  /// What can be erased; `nil` when there is none, or none any more.
  public var payload: JSON?
  /// The bytes that are hashed.
  public var body: [UInt8]
}

extension Entry {
  /// Reads the bytes of an entry.
  ///
  /// - Parameters:
  ///   - body: the bytes that are hashed.
  ///   - payload: what can be erased; `nil` when there is none, or none any more.
  ///   - salt: what the commitment to the payload was salted with; `nil` where the record keeps none beside it.
  ///   - path: where the record is, for the message.
  /// - Throws: ``JournalError/corrupt(path:detail:)``, also for a payload that is not the one that was committed to.
  public init(body: [UInt8], payload: [UInt8]?, salt: [UInt8]? = nil, path: String) throws(JournalError) {
    guard let json = try? JSON(parsing: body), let version = json["v"]?.integer, (1...2).contains(version),
      let seq = json["seq"]?.integer, let run = json["run"]?.integer,
      let epoch = json["epoch"]?.integer, let type = json["type"]?.string, let subject = json["subject"]?.string,
      let at = json["at"]?.string.flatMap({ Instant($0) }), let monotonic = json["mono_ms"]?.integer,
      let boot = json["boot"]?.string, let data = json["data"], let actor = json["actor"],
      let kind = actor["kind"]?.string.flatMap({ Actor.Kind(rawValue: $0) }), let id = actor["id"]?.string,
      let auth = actor["auth"]?.string
    else { throw .corrupt(path: path, detail: "an event cannot be read") }
    let plan = json["plan"]?.string.flatMap { Digest(hex: $0) }
    // Without its own plan an event would be read under another one; without its payload, as erased.
    let erasable = payload.flatMap { try? JSON(parsing: $0) }
    guard (plan == nil) == (json["plan"] == nil), (erasable == nil) == (payload == nil) else {
      throw .corrupt(path: path, detail: "event \(seq) cannot be read in full")
    }
    if let salt, let payload {
      guard json["payload"]?["digest"]?.string == Digest(of: salt + payload).hex else {
        throw .corrupt(path: path, detail: "what people wrote or commands answered at event \(seq) was changed")
      }
    }
    self.init(
      seq: seq, run: run, epoch: epoch, type: type, subject: subject, at: at, monotonic: monotonic,
      boot: boot, cause: json["cause"]?.integer,
      actor: Actor(kind: kind, id: id, auth: auth), plan: plan, data: data, payload: erasable, body: body)
  }
}

extension Entry {
  /// The clocks when it was recorded.
  public var clock: ClockReading { ClockReading(instant: at, monotonic: monotonic, boot: boot) }
}

extension Draft {
  /// The bytes of the entry that a draft becomes: canonical JSON, the same in every form of a record.
  ///
  /// - Parameters:
  ///   - seq: its place in the log.
  ///   - epoch: the epoch of the executor that writes it.
  ///   - clock: the clocks.
  ///   - salt: what the commitment to the payload is salted with; `nil` where there is no payload.
  /// - Returns: the bytes that are hashed and kept.
  /// - Throws: ``JournalError/tooLong(type:size:)``.
  public func sealed(
    seq: Int64, epoch: Int64, clock: ClockReading, salt: [UInt8]?
  ) throws(JournalError) -> [UInt8] {
    var commitment: (digest: Digest, size: Int)?
    if let payload {
      guard let salt else { preconditionFailure("a payload is committed to with a salt") }
      commitment = (Digest(of: salt + payload), payload.count)
    }
    var writer = CanonicalWriter(capacity: 640)
    writer.object {
      $0.key("actor")
      $0.object {
        $0.member("auth", actor.auth)
        $0.member("id", actor.id)
        $0.member("kind", actor.kind.rawValue)
      }
      $0.member("at", at.text)
      $0.member("boot", clock.boot)
      $0.member("cause", ifPresent: cause)
      $0.key("data")
      $0.raw(data)
      $0.member("epoch", epoch)
      $0.member("mono_ms", clock.monotonic)
      if let commitment {
        $0.key("payload")
        $0.object {
          $0.member("digest", commitment.digest.hex)
          $0.member("size", commitment.size)
        }
      }
      $0.member("plan", ifPresent: plan?.hex)
      $0.member("run", run)
      $0.member("seq", seq)
      $0.member("subject", subject)
      $0.member("type", type)
      $0.member("v", Self.envelope)
    }
    let bytes = writer.bytes
    guard bytes.count <= Self.mostBytes else { throw .tooLong(type: type, size: bytes.count) }
    return bytes
  }

  /// The version of the envelope that is written. That of 1 is read for ever.
  static let envelope = 2

  /// The bundles in which logs are handed on count the bytes of an entry in 16 bits.
  static let mostBytes = 65_535
}
