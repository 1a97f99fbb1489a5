public import Adapters
public import Quantities
public import Records

/// The files with which checkpoints are made; `nil` for those beside the journal.
public struct CheckpointFiles: Equatable, Sendable {
  /// The journal's signing key: `JOURNAL.key`.
  public var key: String?
  /// Where checkpoints go: `JOURNAL.anchors`.
  public var anchors: String?

  public init(key: String? = nil, anchors: String? = nil) { (self.key, self.anchors) = (key, anchors) }
}

/// Who asks, and what the machine lends to the desk: its clock, its zone data, its chance.
///
/// Everything that is not in the journal and not in the files comes from here, so that a test, a server and a terminal
/// use one desk.
public struct Surroundings: Sendable {
  /// The account of the person, as the system knows it. It stands under every command.
  public var person: String
  /// The name of this executor, such as `host:pid`.
  public var executor: String
  /// The machine, and the version of this program: they stand in the record of each executor.
  public var host: String
  public var version: String
  /// The clocks now.
  public var clock: @Sendable () -> ClockReading
  /// Zone data.
  public var zones: any ZoneTable
  /// Makes a text that nobody else has.
  public var nonce: @Sendable () -> String
  /// How long a command waits for an executor to take it up.
  public var patience: Duration
  /// Reads secrets, for whoever wants to know in time which are missing; `nil` asks for none.
  public var secrets: SecretResolver?
  /// Where the key and the anchors of a journal are.
  public var checkpoints = CheckpointFiles()

  /// Puts surroundings together.
  public init(
    person: String, executor: String, clock: @escaping @Sendable () -> ClockReading, zones: any ZoneTable,
    nonce: @escaping @Sendable () -> String, patience: Duration = .seconds(3),
    secrets: SecretResolver? = nil, host: String = "", version: String = ""
  ) {
    (self.host, self.version) = (host, version)
    self.secrets = secrets
    self.person = person
    self.executor = executor
    self.clock = clock
    self.zones = zones
    self.nonce = nonce
    self.patience = patience
  }

  /// What the wall clock says.
  var now: Instant { clock().instant }
}
