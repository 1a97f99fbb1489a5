public import Quantities

/// An event before it has its place in the log. A record deals in bytes: it does not know what an event means.
public struct Draft: Sendable {
  /// The run; 0 for the log itself.
  public var run: Int64
  /// The event's name.
  public var type: String
  /// What it happened to.
  public var subject: String
  /// When it was recorded.
  public var at: Instant
  /// The sequence number of the event that led to it.
  public var cause: Int64?
  /// Who or what it comes from.
  public var actor: Actor
  /// The digest of the plan in force.
  public var plan: Digest?
  /// The event's own fields: canonical JSON.
  public var data: [UInt8]
  /// What can be erased: canonical JSON. The log keeps a salted commitment to it.
  public var payload: [UInt8]?

  public init(
    run: Int64, type: String, subject: String, at: Instant, cause: Int64?, actor: Actor, plan: Digest?, data: [UInt8],
    payload: [UInt8]?
  ) {
    self.run = run
    self.type = type
    self.subject = subject
    self.at = at
    self.cause = cause
    self.actor = actor
    self.plan = plan
    self.data = data
    self.payload = payload
  }
}

/// Who or what an event comes from.
public struct Actor: Hashable, Sendable {
  /// Who acts: a person, an executor, a provider, or the engine.
  public enum Kind: String, Sendable { case engine, executor, provider, person }

  public var kind: Kind
  /// A person's pseudonym, or a name that is no person's: of the engine the rule that decided.
  public var id: String
  /// How the identity is known: `account`, `ssh` and the fingerprint of a key; `none` for what is no person.
  public var auth: String

  public init(kind: Kind, id: String, auth: String) {
    self.kind = kind
    self.id = id
    self.auth = auth
  }

  /// The engine, by one of its rules. Earlier versions did not name the rule; there it reads `engine`.
  public static func engine(rule: String) -> Actor { Actor(kind: .engine, id: rule, auth: "none") }
}

/// The clocks at one moment.
public struct ClockReading: Hashable, Sendable {
  /// The wall clock.
  public var instant: Instant
  /// Milliseconds on a clock that never steps.
  public var monotonic: Int64
  /// Which start of the machine that clock counts from.
  public var boot: String
  /// The same milliseconds without the time in which the machine slept, and nobody could do anything.
  public var awake: Int64
  /// By how many milliseconds the wall clock may be wrong, and whether something keeps it in step; `nil` where nobody
  /// asked.
  public var keeping: ClockKeeping?

  /// Puts the clocks together; a machine that never sleeps needs no `awake`.
  public init(
    instant: Instant, monotonic: Int64, boot: String, awake: Int64? = nil, keeping: ClockKeeping? = nil
  ) {
    self.keeping = keeping
    self.instant = instant
    self.monotonic = monotonic
    self.boot = boot
    self.awake = awake ?? monotonic
  }
}

/// How well a wall clock is kept.
public struct ClockKeeping: Hashable, Sendable {
  /// Whether something keeps it in step with other clocks.
  public var isSynchronised: Bool
  /// By how many milliseconds it may be wrong, as far as the kernel knows.
  public var error: Int64

  /// Puts the two together.
  public init(isSynchronised: Bool, error: Int64) {
    (self.isSynchronised, self.error) = (isSynchronised, error)
  }
}
