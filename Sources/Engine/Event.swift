public import Quantities

/// One thing that happened in the world, or that the engine decided. The journal keeps nothing else.
public struct Event: Equatable, Sendable {
  /// What happened.
  public var kind: Kind
  /// What it happened to.
  public var subject: Place
  /// When the executor recorded it. The engine has no other clock.
  public var at: Instant
  /// The sequence number of the event that led to this one; `nil` for what came from outside.
  public var cause: Int64?

  public init(_ kind: Kind, subject: Place = .run, at: Instant, cause: Int64? = nil) {
    self.kind = kind
    self.subject = subject
    self.at = at
    self.cause = cause
  }

  /// The closed list of events.
  public enum Kind: Equatable, Sendable {
    // What happened in the world.
    case runCreated(nonce: String, by: Int? = nil)
    case executorStarted(epoch: Int64, by: Int? = nil, facts: ExecutorFacts = ExecutorFacts())
    case executorDraining
    case executorStopped(reason: String)
    case timerDue
    case clockStepped(by: Span)
    /// The wall clock is kept in step from now on, or not any more.
    case clockStateChanged(ClockState)
    case succeeded(Verb, attempt: Int, outputs: [String: String], unread: String? = nil)
    case failed(Verb, attempt: Int, failure: Failure)
    case inDoubt(Verb, attempt: Int, doubt: Doubt)
    case awaitsPerson(Verb, attempt: Int)
    case cursorRecorded(Verb, attempt: Int, cursor: String, done: Int64?, total: Int64?)
    case probeAnswered(Verb, attempt: Int, answer: ProbeAnswer, cursor: String?, outputs: [String: String])
    case commandReceived(OperatorCommand)
    /// A command that no executor of this version can read: how long it was, and what it said.
    case commandUnread(size: Int, id: String, text: String)
    /// The state up to an entry was kept, in a form: the digest of its bytes, salted.
    case snapshotKept(of: Int64, format: Int, digest: Digest)
    case sampled([Samples])
    case comparisonMeasured(look: Int, before: Samples, after: Samples)
    case noticeDelivered(notice: Int, seq: Int64)
    case noticeFailed(notice: Int, seq: Int64, reason: String)

    // What the engine decided.
    case commandRefused(reason: String)
    case phaseStarted
    case phaseFinished
    /// `admittedBy` are the entries that let it begin: approvals, emergencies, the pass of the gate before it.
    case waveStarted(targets: Int, admittedBy: [Int64] = [])
    case waveBaking(until: Instant)
    case waveFinished(done: Int, failed: Int, skipped: Int)
    case intended(Verb, Intent)
    case retryScheduled(Verb, attempt: Int, until: Instant)
    case probeIntended(Verb, attempt: Int, deadline: Instant)
    case probeScheduled(Verb, attempt: Int, until: Instant)
    case settled(Verb, attempt: Int, as: Settlement, rule: String, outputs: [String: String])
    case parked(Verb, attempt: Int, rule: String)
    /// A person ends an attempt that a provider is at work on: what came of it is found out, as when its time is over.
    case cancelled(Verb, attempt: Int)
    case stepSkipped
    case targetFailed
    case targetUndone(complete: Bool)
    case targetSkipped
    case targetRetried
    case targetHeld
    case targetReleased
    /// A person leaves a target as it is that a rollback was to take back.
    case targetKept
    case undoBlocked
    case approvalAsked(have: Int, wanted: Int)
    case approvalCounted(person: Int, until: Instant?, auth: String, id: String)
    case approvalVoided(id: String, person: Int, why: String)
    case approvalRejected(person: Int)
    case emergencyDeclared(person: Int, until: Instant)
    case emergencyReviewed(person: Int)
    case amendmentProposed(plan: Digest, person: Int?, needs: [String])
    case amendmentApproved(plan: Digest, person: Int, until: Instant?, auth: String, id: String)
    case amendmentDropped(plan: Digest, why: String)
    case planAmended(plan: Digest, grew: Int, changes: Int, admittedBy: [Int64] = [])
    case triggerPending(trigger: String, series: String, since: Instant)
    case triggerCleared(trigger: String, series: String)
    case triggerFired(Firing)
    case triggerUnstable(trigger: String, series: String, changes: Int)
    case gateStarted(deadline: Instant?, isShadow: Bool)
    case gateHolding(since: Instant)
    case gateBroken(Verdict, exhibits: [Exhibit])
    case gateOpened(held: Span, exhibits: [Exhibit], isShadow: Bool)
    case gateExpired(Verdict, exhibits: [Exhibit])
    case gateCompared(ComparisonResult)
    case gateForceAsked(person: Int)
    case gateForced(by: [Int], exhibits: [Exhibit], admittedBy: [Int64] = [])
    case bakeInterrupted(Verdict)
    case bakeContinued
    case bakeExpired(Verdict, exhibits: [Exhibit])
    case runPaused
    case runHeld(Hold)
    case runResumed
    /// The engine goes on after `then: retry once`. Unlike a person's `resume` it ends neither a pause nor a hold.
    case runContinued
    /// A person lets fewer targets be at work at once than the plan; `nil` is the plan's number again.
    case concurrencyLimited(to: Int?)
    case rollbackStarted(scope: String, targets: Int, stopsAt: String?, by: String? = nil)
    case rollbackFinished(undone: Int, blocked: Bool)
    /// Evidence had decided to take a place back while a rollback went on, and that one took it back already.
    case rollbackCovered(by: String)
    /// Evidence had decided to take a place back while a rollback went on, and with this command a person left what was
    /// still changed there as it is.
    case rollbackWaived(by: String, command: Int64)
    case runAborting
    case runFinished(Outcome)
  }
}

/// Doing a step, or taking it back.
public enum Verb: String, Hashable, Sendable, CaseIterable { case apply, undo }

/// What is durable before anything is asked of a provider.
public struct Intent: Equatable, Sendable {
  /// The attempt, counted from 1 in each direction and round.
  public var attempt: Int
  /// How often the target was taken back before.
  public var round: Int
  /// The operation's name.
  public var operation: String
  /// The digest of a salt and the canonical arguments, secrets as references. Whoever records the intent adds it, with
  /// the salt and the files: the engine has no chance and reads nothing.
  public var input: Digest?
  /// The key under which the provider may recognise the request.
  public var key: String
  /// When the answer must be there.
  public var deadline: Instant
  /// The operation that takes it back, `none` or `irreversible`.
  public var undo: String
  /// The cursor that the attempt goes on from.
  public var cursor: String?
  /// What the arguments were salted with, in hexadecimal; empty where they were not. It can be erased.
  public var salt = ""
  /// The files that the command names, just before it began.
  public var files: [CalledFile] = []
}

/// Evidence that something did not happen, or is final.
public struct Failure: Equatable, Sendable {
  /// Whether trying again may help.
  public var isTransient: Bool
  /// How long the provider asked to wait.
  public var retryAfter: Span?
  /// Whether it uses up an attempt. What stood in the way on this machine, before anything was asked, does not.
  public var usesAttempt: Bool
  /// Why, for people. Kept beside the log, so that it can be erased.
  public var reason: String

  public init(isTransient: Bool, retryAfter: Span? = nil, usesAttempt: Bool = true, reason: String) {
    self.isTransient = isTransient
    self.retryAfter = retryAfter
    self.usesAttempt = usesAttempt
    self.reason = reason
  }
}

/// Why the outcome of an attempt is not known.
public struct Doubt: Equatable, Sendable {
  /// The kinds of doubt.
  public enum Cause: String, Sendable, CaseIterable {
    /// No answer by the deadline.
    case timeout
    /// The provider cannot say, or the way to it broke.
    case noAnswer = "no_answer"
    /// The executor that asked is gone.
    case executorLost = "executor_lost"
    /// What was started still runs, and could not be ended.
    case atWork = "still_at_work"
  }

  public var cause: Cause
  /// Why, for people.
  public var reason: String

  public init(cause: Cause, reason: String) {
    self.cause = cause
    self.reason = reason
  }
}

/// What a probe found.
public enum ProbeAnswer: String, Hashable, Sendable, CaseIterable {
  case applied, partial, unknown
  case notApplied = "not_applied"
}

/// How a doubt was settled.
public enum Settlement: String, Hashable, Sendable, CaseIterable {
  /// It happened.
  case succeeded
  /// It did not happen: try again.
  case notApplied = "not_applied"
  /// Try again, safely: the declared idempotency covers the case that it happened.
  case again
  /// It failed for good.
  case failed

  /// The settlement as a command writes it.
  public var words: String { self == .notApplied ? "not-applied" : rawValue }
}

/// Why a run is held.
public enum Hold: Equatable, Sendable {
  /// A level of the failure budget is used up.
  case budget(level: String, failed: Int, limit: Int)
  /// A rollback is over.
  case rolledBack(scope: String)
  /// An undo failed, or met something that cannot be undone.
  case blocked(path: String)
  /// A trigger or a gate decided so.
  case evidence(by: String)
  /// All targets of a wave failed or were skipped: it has shown nothing.
  case nobodyLive(path: String)
}

/// How a run ended.
public enum Outcome: String, Hashable, Sendable, CaseIterable {
  case done
  case rolledBack = "rolled_back"
  case aborted

  /// How it ended, in words.
  public var words: String { self == .rolledBack ? "rolled back" : rawValue }
}

/// What a person asks of a run.
public struct OperatorCommand: Equatable, Sendable {
  /// The closed list of commands.
  public enum Name: String, Hashable, Sendable, CaseIterable {
    case pause, resume, retry, skip, hold, release, resolve, rollback, abort, approve, reject, emergency, review, force
    case amend, cancel, limit
  }

  /// What is asked.
  public var name: Name
  /// The identity of the request: the same one twice is one command.
  public var id: String
  /// For `resolve`: how the doubt is settled.
  public var settlement: Settlement?
  /// For `resolve`: the outputs that the person gives.
  public var outputs: [String: String]
  /// Why. Kept beside the log, so that it can be erased.
  public var reason: String
  /// Who asks, by the place among the persons of the plan; `nil` for somebody who is not among them.
  public var person: Int?
  /// How that is known: `os`, or `ssh:` and the key's fingerprint; `nil` where it does not matter.
  public var auth: String?
  /// Until when what is asked for shall hold.
  public var until: Instant?
  /// How many entries the log had when it was given, which may be long before an executor takes it up: what stands
  /// behind them is newer.
  public var seen: Int64?
  /// The plan that shall take the place of the one in force: proposed by `amend`, or what an approval speaks of.
  public var amendment: Digest?
  /// For `limit`: how many targets may be at work at once; `nil` for as many as the plan says.
  public var atOnce: Int?
  /// Why the executor found it void before it was decided: a signature that is wrong, another plan.
  public var flaw: String?
  /// What was signed, where a signature is what proves the person.
  public var proof: Proof?

  public init(
    name: Name, id: String, settlement: Settlement? = nil, outputs: [String: String] = [:], reason: String = "",
    person: Int? = nil, auth: String? = nil, until: Instant? = nil, seen: Int64? = nil, amendment: Digest? = nil,
    atOnce: Int? = nil, flaw: String? = nil, proof: Proof? = nil
  ) {
    self.atOnce = atOnce
    self.name = name
    self.id = id
    self.settlement = settlement
    self.outputs = outputs
    self.reason = reason
    self.person = person
    self.auth = auth
    self.until = until
    self.seen = seen
    self.amendment = amendment
    self.flaw = flaw
    self.proof = proof
  }

  /// What may count once: what was signed, however it is brought, or else the request.
  public var identity: String { proof?.nonce ?? id }

  /// What a signature proves, so that anybody can look at it again.
  public struct Proof: Equatable, Sendable {
    /// The fingerprint of the key.
    public var key: String
    /// The journal that the signer saw: its name, and the root over as many entries as ``OperatorCommand/seen``.
    public var origin: String
    public var root: Digest
    /// The nonce of the run that it is for; the envelope has the run's number.
    public var run: String
    /// What makes the statement unlike every other one.
    public var nonce: String
    /// The bytes that were signed, as text, and the signature in its armour. They can be erased.
    public var signed: String
    public var signature: String

    public init(
      key: String, origin: String, root: Digest, run: String, nonce: String, signed: String, signature: String
    ) {
      self.key = key
      self.origin = origin
      self.root = root
      self.run = run
      self.nonce = nonce
      self.signed = signed
      self.signature = signature
    }
  }
}

extension Event.Kind {
  /// The event as the engine decided it: without what was added when it was recorded.
  public var decided: Event.Kind {
    guard case .intended(let verb, var intent) = self else { return self }
    (intent.input, intent.salt, intent.files) = (nil, "", [])
    return .intended(verb, intent)
  }

  /// The person of the plan who sent it, by place, and whether an account is what proves that; `nil` for what no person
  /// of the plan sent.
  public var sender: (person: Int, isByAccount: Bool)? {
    if case .commandReceived(let command) = self {
      return command.person.map { ($0, !(command.auth?.hasPrefix("ssh:") ?? false)) }
    }
    if case .runCreated(_, let person) = self { return person.map { ($0, true) } }
    return nil
  }

  /// Whether it ends what was asked of a provider.
  public var answersAttempt: Bool {
    [EventEntry.step.succeeded, EventEntry.step.failed, EventEntry.step.inDoubt].contains { $0 === entry }
  }

  /// Whether it says what came of an attempt that was in doubt.
  public var settlesAttempt: Bool { EventEntry.step.settled === entry }
}
