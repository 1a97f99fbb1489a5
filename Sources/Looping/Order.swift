public import Engine
public import Plans
public import Quantities

/// What the loop wants done, now that what led to it is durable. It holds everything that is needed: whoever carries it
/// out asks nothing back, and a number of a plan in it is for the answer alone.
public enum Order: Equatable, Sendable {
  /// Ask a provider to do something; the answer is ``News/answered(_:_:)``.
  case apply(Request)
  /// Ask a provider whether it happened; the answer is ``News/probed(_:_:)``.
  case probe(Request)
  /// The request is past its deadline: tell the adapter to end what it started. It still has to answer.
  case cancel(Request)
  /// Measure a signal; the answer is ``News/sampled(_:)``.
  case measure(Measurement)
  /// Measure what a planned look needs; the answer is ``News/compared(look:before:after:)``.
  case look(Int, before: Measurement?, after: Measurement)
  /// Nobody waits for what is being measured any more.
  case stopMeasuring
  /// Tell somebody something; the answer is ``News/told(_:_:)``.
  case tell(Telling)
  /// Nobody waits for receivers any more.
  case stopTelling
  /// Sign a checkpoint of what is durable now, before anything that is ordered after it; there is no answer.
  case checkpoint(Occasion)
  /// Look at a signature; the answer is ``News/verified(letter:_:)``.
  case verify(SignatureCheck)
}

/// A signal to measure, with the questions that its provider is asked.
public struct Measurement: Equatable, Sendable {
  /// What its provider is asked in one request.
  public struct Question: Equatable, Sendable {
    /// The series that it is about.
    public var series: [String]
    /// The arguments, secrets as references; `nil` when the query refers to something that has no value.
    public var arguments: JSON?
    /// What makes it different from every other question, also of other runs, journals and times.
    public var key: String
  }

  /// What is asked for.
  public var request: SampleRequest
  public var signal: PlannedSignal
  /// One question for all series, or one for each where the arguments name it.
  public var questions: [Question]
  /// When it was asked.
  public var at: Instant
}

/// Something that is told to somebody.
public struct Telling: Equatable, Sendable {
  /// Its number, for the answer.
  public var number: Int
  /// Who is told, and how.
  public var notice: PlannedNotice
  /// What is told.
  public var message: Message
}

/// How a loop came to an end.
public enum Ending: Equatable, Sendable {
  /// The run is over.
  case finished(Outcome)
  /// Nothing can be done now.
  case blocked
  /// It was asked to leave, and nothing is in flight.
  case drained
  /// Another plan is in force: whoever goes on does so from the record.
  case amended
}

/// What one turn of the loop came to.
public struct Turn: Sendable {
  /// What was recorded, in order, with the paths under the plan that was in force.
  public internal(set) var recorded: [(seq: Int64, event: Event, path: String)] = []
  /// What is to be done now.
  public internal(set) var orders: [Order] = []
  /// How the loop ended; `nil` while it goes on. After an ending no turn follows.
  public internal(set) var ending: Ending?
}

/// Something that this program did and must never do. Nothing of it was recorded.
public struct LoopDefect: Error, Equatable, Sendable {
  /// What, in a sentence.
  public let message: String

  init(_ message: String) {
    self.message = "a defect of this program, nothing of it was recorded: \(message)"
  }
}
