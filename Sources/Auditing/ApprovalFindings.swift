public import Quantities
internal import Records

/// Whom an auditor believes, from the auditor's own copy of `trust/`.
public struct TrustedPeople: Sendable {
  /// The bytes of `allowed_signers`.
  public var allowedSigners: [UInt8]
  /// The bytes of `revoked`; `nil` where there is none.
  public var revoked: [UInt8]?
  /// By person, the names under which the keys are allowed; `nil` takes those that the plan commits to.
  public var principals: [String: [String]]?

  public init(allowedSigners: [UInt8], revoked: [UInt8]? = nil, principals: [String: [String]]? = nil) {
    (self.allowedSigners, self.revoked, self.principals) = (allowedSigners, revoked, principals)
  }
}

/// What was found about everything that persons said and the log counts.
public struct ApprovalFindings: Equatable, Sendable {
  /// Something that a person said, and that the log counts.
  public struct Statement: Equatable, Sendable {
    /// How it stands.
    public enum Standing: String, Sendable, CaseIterable {
      /// The signature over the recorded words holds, and they say what the log counts.
      case valid
      /// The same, and the key was revoked later, or is revoked in the auditor's own copy.
      case revokedSince = "valid_when_made_key_revoked_since"
      /// Nothing was signed: it claims what the operating system could tell.
      case byAccount = "by_account"
      /// The words, the signature or the person's keys were erased, so nobody can look.
      case withheld
      /// Something is wrong with it.
      case wrong
    }

    /// The entry that brought it, and the one that counted it.
    public var seq: Int64
    public var counted: Int64
    public var run: Int64
    /// What is said: `approve`, `reject`, `emergency`, `review`, `force`.
    public var action: String
    public var scope: String
    /// The person's pseudonym.
    public var person: String
    /// The fingerprint of the key; `nil` where nothing was signed.
    public var key: String?
    /// When it was signed, as the words say; `nil` where nothing was, and once they were erased.
    public var issued: Instant?
    public var standing: Standing
  }

  /// Everything that was said and counts, in the order of the log.
  public internal(set) var statements: [Statement] = []
  /// How many waves were begun that need approvals, and of these: with what they need, because an emergency lifted the
  /// count, and resting on words that were erased.
  public internal(set) var ruled = 0
  public internal(set) var held = 0
  public internal(set) var lifted = 0
  public internal(set) var withheld = 0
  /// How many effects were intended where approvals are needed, and which of them nothing admitted.
  public internal(set) var effects = 0
  public internal(set) var unapproved: [Int64] = []
  /// Whether keys are those that the auditor brought, and not those that the plans name.
  public internal(set) var isOwnTrust = false

  /// How many statements stand in some way.
  public func count(_ standing: Statement.Standing) -> Int { statements.count { $0.standing == standing } }
}

/// What an entry says of persons, kept until all of the log is known.
struct PersonNote: Sendable {
  /// The entries that matter, by their types.
  static let types: Set<String> = [
    "log_created", "log_incarnated", "run_created", "executor_started", "command_received", "approval_counted",
    "approval_voided", "approval_rejected", "emergency_declared", "emergency_reviewed", "gate_force_asked",
    "gate_forced", "amendment_proposed", "amendment_approved", "amendment_dropped", "plan_amended", "wave_started",
  ]

  var entry: Entry
  /// Whether its payload was erased.
  var isWithheld: Bool
}

/// The effects of a page: which wave each is of.
struct EffectNotes: Sendable {
  /// An intent to go forward: its number, and the place of its wave in ``waves``.
  struct Effect: Sendable {
    var seq: Int64
    var wave: Int32
  }

  /// A wave of a run, as paths of steps begin.
  struct Wave: Hashable, Sendable {
    var run: Int64
    var path: String
  }

  private(set) var effects: [Effect] = []
  private(set) var waves: [Wave] = []
  private var places: [Wave: Int32] = [:]
  /// By entry, what led to it; -1 for nothing.
  var causes: [Int64] = []

  /// The number of a wave.
  mutating func place(of wave: Wave) -> Int32 {
    if let known = places[wave] { return known }
    let place = Int32(waves.count)
    places[wave] = place
    waves.append(wave)
    return place
  }

  /// Adds an effect of a wave, by its number.
  mutating func add(_ seq: Int64, of wave: Int32) { effects.append(Effect(seq: seq, wave: wave)) }

  /// Adds those of the next page.
  mutating func add(_ other: EffectNotes) {
    let numbers = other.waves.map { place(of: $0) }
    for effect in other.effects { add(effect.seq, of: numbers[Int(effect.wave)]) }
    causes += other.causes
  }
}
