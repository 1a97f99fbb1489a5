public import Engine

/// One thing that happened in the world, as the world tells it to the loop: plain values, no adapter's.
public enum News: Equatable, Sendable {
  /// A provider answered.
  case answered(Request, Reply)
  /// A probe answered.
  case probed(Request, ProbeReply)
  /// A probe could not be asked, for want of something on this machine: nothing is known, and whoever goes on asks.
  case unasked(Request)
  /// The newest durable cursor of a running step.
  case cursor(Request, String, done: Int64?, total: Int64?)
  /// A signal was measured.
  case sampled(Samples)
  /// Migrated targets and their controls were measured for a planned look.
  case compared(look: Int, before: Samples, after: Samples)
  /// What came of telling somebody something, by the number of the telling.
  case told(Int, Delivery)
  /// What was found about the signature of a letter.
  case verified(letter: String, SignatureVerdict)
  /// Nothing of a request was begun: the machine is short of something. Its time does not run.
  case held(Request)
  /// What was held begins.
  case begun(Request)
  /// The executor is asked to leave.
  case drain
}

/// What a provider knows after it was asked to change something.
public enum Reply: Equatable, Sendable {
  /// It happened.
  case applied(outputs: [String: String], unread: String? = nil, log: String?)
  /// It did not happen, for certain.
  case notApplied(Failure, log: String?)
  /// Nobody knows.
  case unknown(because: String, log: String?)
  /// Nobody knows, and what was started still runs and could not be ended.
  case atWork(because: String, log: String?)
  /// A person does it.
  case awaitsPerson(instruction: String)
}

/// What a probe found.
public struct ProbeReply: Equatable, Sendable {
  public var answer: ProbeAnswer
  /// How far it came.
  public var cursor: String?
  /// What it gave.
  public var outputs: [String: String]
  /// What was printed.
  public var log: String?

  public init(_ answer: ProbeAnswer, cursor: String? = nil, outputs: [String: String] = [:], log: String? = nil) {
    self.answer = answer
    self.cursor = cursor
    self.outputs = outputs
    self.log = log
  }
}

/// What came of telling somebody something.
public enum Delivery: Equatable, Sendable {
  /// It was told.
  case delivered
  /// The receiver cannot be reached, or does not say whether it heard: again, later.
  case again
  /// It cannot be told, and why.
  case never(String)
}
