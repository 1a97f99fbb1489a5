public import Quantities

/// What an executor was: which program decided, where, and by what clock. No decision rests on it; whoever asks years
/// later finds it in the record.
public struct ExecutorFacts: Equatable, Sendable {
  /// The version of the program; empty where an earlier one did not say it.
  public var version: String
  /// ``Machine/version`` of the engine that decided.
  public var engine: Int?
  /// What the kernel said of the wall clock.
  public var clock: ClockState?
  /// The machine. It may be called after somebody, so it can be erased.
  public var host: String
  /// The directory from which relative paths start. It can be erased.
  public var directory: String
  /// What the salts of its intents are made from, in hexadecimal; empty where each has its own. It can be erased.
  public var secret: String

  /// Puts facts together.
  public init(
    version: String = "", engine: Int? = nil, clock: ClockState? = nil, host: String = "", directory: String = "",
    secret: String = ""
  ) {
    self.secret = secret
    (self.version, self.engine, self.clock) = (version, engine, clock)
    (self.host, self.directory) = (host, directory)
  }
}

extension ExecutorFacts {
  /// What the arguments of an intent are salted with, by its place in the log; `nil` where it has a salt of its own.
  public func salt(of seq: Int64) -> [UInt8]? {
    secret.isEmpty ? nil : Array(Digest(of: Array("\(secret)\n\(seq)".utf8)).bytes.prefix(16))
  }
}

/// What the kernel says of the wall clock.
public struct ClockState: Hashable, Sendable {
  /// Whether something keeps it in step with other clocks.
  public var isSynchronised: Bool
  /// By how much it may be wrong, in milliseconds, as far as the kernel knows.
  public var error: Int64

  /// For people: `synchronised, 4 ms`.
  var words: String { "\(isSynchronised ? "" : "not ")synchronised, \(Span(milliseconds: error).spoken)" }

  /// Puts a state together.
  public init(isSynchronised: Bool, error: Int64) {
    (self.isSynchronised, self.error) = (isSynchronised, error)
  }
}

/// A file that a command names, as it was just before the command began.
public struct CalledFile: Hashable, Sendable {
  /// The name, as the command has it.
  public var name: String
  /// The digest of its bytes.
  public var digest: Digest

  /// Puts a file together.
  public init(name: String, digest: Digest) {
    (self.name, self.digest) = (name, digest)
  }
}

extension Machine {
  /// Rises whenever the engine may decide otherwise than before about the same plan and events.
  public static let version = 1
}
