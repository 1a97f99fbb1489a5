public import Quantities
public import Vocabularies

/// The code that talks to one kind of provider.
///
/// A provider is a configured instance of an adapter. An operation of an environment binds a name to a provider and
/// arguments; taking back and probing are operations too, so an adapter has two verbs: do it, and look.
public protocol Adapter: Sendable {
  /// What it declares about itself: its name, the shapes of what people write for it, and what it can.
  var facts: AdapterFacts { get }

  /// Does what the arguments say.
  ///
  /// It returns when it knows, when it knows that it cannot know, or when its task is cancelled. By then nothing that
  /// it started is still running.
  ///
  /// - Parameters:
  ///   - call: what to do, and under which identity.
  ///   - report: takes progress and cursors as they come.
  /// - Returns: what is known about the effect.
  func apply(_ call: Call, report: @escaping @Sendable (Progress) -> Void) async -> ApplyOutcome

  /// Looks whether an earlier call took effect. Changes nothing.
  func probe(_ call: Call) async -> ProbeOutcome

  /// Measures a signal. Changes nothing.
  func observe(_ observation: Observation) async -> ObserveOutcome

  /// Ends what an attempt of an executor that has died left at work.
  ///
  /// Asked only of adapters whose facts say that they need it, before any other request about that step.
  ///
  /// - Returns: what could not be ended, each in a few words such as `process 4711`; empty when nothing is at work.
  func reclaim(_ attempt: Attempt) async -> [String]

  /// The files on this machine that a request names and that decide what it does, each as it is named and where it is.
  /// The record keeps their digests.
  func calledFiles(configuration: JSON, arguments: JSON, directory: String) -> [(name: String, path: String)]
}

extension Adapter {
  /// An adapter without eyes says so.
  public func observe(_ observation: Observation) async -> ObserveOutcome {
    .failed(because: "this adapter does not measure")
  }

  /// An adapter that runs nothing of this machine names no file.
  public func calledFiles(configuration: JSON, arguments: JSON, directory: String) -> [(name: String, path: String)] {
    []
  }

  /// An adapter that starts nothing leaves nothing behind.
  public func reclaim(_ attempt: Attempt) async -> [String] {
    precondition(!facts.needsReclaiming, "the adapter `\(facts.name)` says that it has to reclaim, and does not")
    return []
  }

  /// Whether the provider knows the past, so that a range which nobody measured can be asked for later.
  public func remembers(_ call: Call) -> Bool {
    switch facts.memory {
    case .present: false
    case .past: true
    // An empty name is no place: it leaves the signal to what is known now.
    case .pastWhere(let key): call.configuration[key]?.string.map { !$0.isEmpty } ?? false
    }
  }
}

/// The identity of one request, as a later executor knows it from the journal.
public struct Attempt: Hashable, Sendable {
  /// The run, such as `r-12`.
  public var run: String
  /// The step path, `phase/stage/wave/target/step`.
  public var path: String
  /// The attempt, counted from 1.
  public var number: Int
  /// The idempotency key: another journal may have a run of the same number.
  public var key: String
  /// Which file the journal is; empty where that is not known. A copy of a journal has the same keys.
  public var journal: String

  /// Names an attempt.
  public init(run: String, path: String, number: Int, key: String, journal: String = "") {
    self.run = run
    self.path = path
    self.number = number
    self.key = key
    self.journal = journal
  }

  /// What every process of the attempt carries in its environment.
  var mark: String { journal.isEmpty ? bareMark : "\(bareMark)|\(journal)" }

  /// The same without the journal: what all copies of it have in common.
  var bareMark: String { "\(run)|\(path)#\(number)|\(key)" }
}

/// One request to a provider.
public struct Call: Sendable {
  /// The run, such as `r-12`.
  public var run: String
  /// The step path, `phase/stage/wave/target/step`.
  public var path: String
  /// The attempt, counted from 1.
  public var attempt: Int
  /// The same for every try of one step that may have happened already.
  public var idempotencyKey: String
  /// The executor's epoch: a provider that remembers the highest one can refuse a stale executor.
  public var fence: Int64
  /// When the answer must be there.
  public var deadline: Instant
  /// How long that is from now.
  public var timeout: Span
  /// The newest cursor that an earlier attempt reported.
  public var cursor: String?
  /// The provider's configuration, secrets in place.
  public var configuration: JSON
  /// The arguments, interpolated, secrets in place.
  public var arguments: JSON
  /// The directory that relative paths start from: the runbook's.
  public var directory: String
  /// The secrets that are in place, so that nothing that leaves the adapter holds one of them.
  public var secrets: Redactor
  /// Where processes that are started for it write themselves down; `nil` where nobody looks for them later.
  public var roster: Roster?

  public init(
    run: String, path: String, attempt: Int, idempotencyKey: String, fence: Int64, deadline: Instant, timeout: Span,
    cursor: String? = nil, configuration: JSON = .dictionary([]), arguments: JSON, directory: String,
    secrets: Redactor = Redactor(), roster: Roster? = nil
  ) {
    self.run = run
    self.path = path
    self.attempt = attempt
    self.idempotencyKey = idempotencyKey
    self.fence = fence
    self.deadline = deadline
    self.timeout = timeout
    self.cursor = cursor
    self.configuration = configuration
    self.arguments = arguments
    self.directory = directory
    self.secrets = secrets
    self.roster = roster
  }
}

/// What a provider knows after it was asked to change something.
///
/// There is no thrown error here on purpose: "it threw" does not say whether the change happened, and that is the one
/// thing that the engine has to know.
public enum ApplyOutcome: Equatable, Sendable {
  case applied(Answer)
  case notApplied(because: String, retry: Retryable, answer: Answer)
  case unknown(because: String, answer: Answer)
  /// Unknown, and what was started for it, now or earlier, still runs and could not be ended.
  case atWork(because: String, answer: Answer)
  /// A person has to do it and says so with `sanderling resolve`.
  case awaitsPerson(instruction: String)

  /// Whether trying again may help.
  public enum Retryable: Equatable, Sendable {
    /// It may; the provider may have said how long to wait.
    case transient(after: Span?)
    case permanent
  }
}

/// What came back beside the outcome.
public struct Answer: Equatable, Sendable {
  /// Named values that later steps can use. Nested values are canonical JSON text.
  public var outputs: [String: String]
  /// What the provider printed or sent, cut to the limit, secrets blacked out.
  public var log: String
  /// Whether ``log`` was cut.
  public var isCut: Bool
  /// Why outputs that came back could not be read, in one sentence without a full stop; `nil` when they could.
  public var unread: String?
  /// What a command exited with; `nil` where none ran to its end.
  public var code: Int32?

  public init(outputs: [String: String] = [:], log: String = "", isCut: Bool = false, unread: String? = nil) {
    self.outputs = outputs
    self.unread = unread
    self.log = log
    self.isCut = isCut
  }

  /// The members of an object as outputs: strings as they are, all else as canonical JSON, secrets blacked out.
  static func outputs(of object: JSON?, redactor: Redactor, without left: Set<String> = []) -> [String: String] {
    var result: [String: String] = [:]
    for (name, value) in object?.members ?? [] where !left.contains(name) {
      result[redactor.redact(name)] = redactor.redact(value.plainText)
    }
    return result
  }
}

/// What a probe found.
public enum ProbeOutcome: Equatable, Sendable {
  case applied(Answer)
  case notApplied
  case partial(cursor: String?)
  case unknown(because: String)
}

/// What a running action reports.
public enum Progress: Equatable, Sendable {
  /// Everything before the cursor is applied. Opaque, at most 64 KiB.
  case cursor(String, done: Int64?, total: Int64?)
  case progress(done: Int64, total: Int64?)
  /// A line for people, secrets blacked out.
  case line(String)
  /// Nothing was begun: this machine is short of something, in a sentence; `nil` once it begins after all.
  case waits(for: String?)
}
