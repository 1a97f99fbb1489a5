public import Quantities

extension EventEntry {
  static let run = RunEntries()
  static let step = StepEntries()
  static let evidence = EvidenceEntries()
  static let people = PeopleEntries()

  /// The entries of all events, in the order in which they are declared.
  public static let all: [EventEntry] = [run, step, evidence, people].flatMap { (group: any Sendable) in
    Mirror(reflecting: group).children.map { child in
      guard let entry = child.value as? EventEntry else {
        preconditionFailure("\(child.label ?? "a member") of \(type(of: group)) is no entry: it belongs elsewhere")
      }
      return entry
    }
  }

  /// The entries by their names on disk.
  static let named: [String: EventEntry] = {
    var named: [String: EventEntry] = [:]
    for entry in all {
      for name in entry.names {
        precondition(
          named.updateValue(entry, forKey: name) == nil, "two events are called `\(name)`: rename one of them")
      }
    }
    return named
  }()
}

extension Event {
  /// The names of all events, sorted.
  public static let types = EventEntry.named.keys.sorted()
  /// The names of what happens as a matter of course, in its thousands: it tells something about one step or one
  /// signal, and about nothing else.
  public static let routineTypes: [String] = {
    let (step, evidence) = (EventEntry.step, EventEntry.evidence)
    let entries = [
      step.intended, step.succeeded, step.cursorRecorded, step.probeIntended, step.probeAnswered, step.probeScheduled,
      evidence.sampled,
    ]
    return entries.flatMap(\.names).sorted()
  }()
}

extension Event.Kind {
  /// The one entry of such events. An event that is added to the list has a line here and what it leads to, and is
  /// then read, written and told everywhere.
  public var entry: EventEntry {
    switch self {
    case .runCreated: EventEntry.run.runCreated
    case .executorStarted: EventEntry.run.executorStarted
    case .executorDraining: EventEntry.run.executorDraining
    case .executorStopped: EventEntry.run.executorStopped
    case .timerDue: EventEntry.run.timerDue
    case .clockStepped: EventEntry.run.clockStepped
    case .clockStateChanged: EventEntry.run.clockStateChanged
    case .snapshotKept: EventEntry.run.snapshotKept
    case .succeeded: EventEntry.step.succeeded
    case .failed: EventEntry.step.failed
    case .inDoubt: EventEntry.step.inDoubt
    case .awaitsPerson: EventEntry.step.awaitsPerson
    case .cursorRecorded: EventEntry.step.cursorRecorded
    case .probeAnswered: EventEntry.step.probeAnswered
    case .commandReceived: EventEntry.people.commandReceived
    case .commandUnread: EventEntry.people.commandUnread
    case .sampled: EventEntry.evidence.sampled
    case .comparisonMeasured: EventEntry.evidence.comparisonMeasured
    case .noticeDelivered: EventEntry.run.noticeDelivered
    case .noticeFailed: EventEntry.run.noticeFailed
    case .commandRefused: EventEntry.people.commandRefused
    case .phaseStarted: EventEntry.run.phaseStarted
    case .phaseFinished: EventEntry.run.phaseFinished
    case .waveStarted: EventEntry.run.waveStarted
    case .waveBaking: EventEntry.run.waveBaking
    case .waveFinished: EventEntry.run.waveFinished
    case .intended: EventEntry.step.intended
    case .retryScheduled: EventEntry.step.retryScheduled
    case .probeIntended: EventEntry.step.probeIntended
    case .probeScheduled: EventEntry.step.probeScheduled
    case .settled: EventEntry.step.settled
    case .parked: EventEntry.step.parked
    case .cancelled: EventEntry.step.cancelled
    case .stepSkipped: EventEntry.step.stepSkipped
    case .targetFailed: EventEntry.step.targetFailed
    case .targetUndone: EventEntry.step.targetUndone
    case .targetSkipped: EventEntry.step.targetSkipped
    case .targetRetried: EventEntry.step.targetRetried
    case .targetHeld: EventEntry.step.targetHeld
    case .targetReleased: EventEntry.step.targetReleased
    case .targetKept: EventEntry.step.targetKept
    case .undoBlocked: EventEntry.step.undoBlocked
    case .approvalAsked: EventEntry.people.approvalAsked
    case .approvalCounted: EventEntry.people.approvalCounted
    case .approvalVoided: EventEntry.people.approvalVoided
    case .approvalRejected: EventEntry.people.approvalRejected
    case .emergencyDeclared: EventEntry.people.emergencyDeclared
    case .emergencyReviewed: EventEntry.people.emergencyReviewed
    case .amendmentProposed: EventEntry.people.amendmentProposed
    case .amendmentApproved: EventEntry.people.amendmentApproved
    case .amendmentDropped: EventEntry.people.amendmentDropped
    case .planAmended: EventEntry.people.planAmended
    case .triggerPending: EventEntry.evidence.triggerPending
    case .triggerCleared: EventEntry.evidence.triggerCleared
    case .triggerFired: EventEntry.evidence.triggerFired
    case .triggerUnstable: EventEntry.evidence.triggerUnstable
    case .gateStarted: EventEntry.evidence.gateStarted
    case .gateHolding: EventEntry.evidence.gateHolding
    case .gateBroken: EventEntry.evidence.gateBroken
    case .gateOpened: EventEntry.evidence.gateOpened
    case .gateExpired: EventEntry.evidence.gateExpired
    case .gateCompared: EventEntry.evidence.gateCompared
    case .gateForceAsked: EventEntry.evidence.gateForceAsked
    case .gateForced: EventEntry.evidence.gateForced
    case .bakeInterrupted: EventEntry.evidence.bakeInterrupted
    case .bakeContinued: EventEntry.evidence.bakeContinued
    case .bakeExpired: EventEntry.evidence.bakeExpired
    case .runPaused: EventEntry.run.runPaused
    case .runHeld: EventEntry.run.runHeld
    case .runResumed: EventEntry.run.runResumed
    case .runContinued: EventEntry.run.runContinued
    case .concurrencyLimited: EventEntry.run.concurrencyLimited
    case .rollbackStarted: EventEntry.run.rollbackStarted
    case .rollbackFinished: EventEntry.run.rollbackFinished
    case .rollbackCovered: EventEntry.run.rollbackCovered
    case .rollbackWaived: EventEntry.run.rollbackWaived
    case .runAborting: EventEntry.run.runAborting
    case .runFinished: EventEntry.run.runFinished
    }
  }

  /// The event's name in the journal: `snake_case`, past tense.
  public var type: String {
    let entry = entry
    return entry.names.count > 1 && entry.verb(self) == .undo ? entry.names[1] : entry.names[0]
  }

  /// The canonical bytes of the event's own fields.
  public var data: [UInt8] {
    var writer = CanonicalWriter(capacity: 192)
    writer.object { entry.write(self, &$0) }
    return writer.bytes
  }

  /// What belongs to the event and can be erased without breaking the log: free text and outputs.
  ///
  /// - Parameters:
  ///   - log: what the provider printed, if anything.
  ///   - account: the account from which a person of the plan sent it, if one did.
  /// - Returns: canonical JSON, or `nil` when there is nothing.
  public func payload(log: String? = nil, account: String? = nil) -> [UInt8]? {
    let entry = entry
    var writer = CanonicalWriter()
    writer.object { entry.writeErasable(self, &$0) }
    let more = [("account", account), ("log", log)].compactMap { key, text in
      text.flatMap { $0.isEmpty ? nil : (key, JSON.string($0)) }
    }
    guard !more.isEmpty else { return writer.bytes.count > 2 ? writer.bytes : nil }
    guard let own = try? JSON(canonical: writer.bytes) else { preconditionFailure("what is erasable is canonical") }
    return JSON.dictionary(own.members.map { ($0.key, $0.value) } + more).canonicalBytes
  }

  /// How much it matters to somebody who reads a log.
  public var level: EventEntry.Level { entry.level(self) }

  /// Who is told about it; `nil` when nobody is.
  public var noticeClass: EventEntry.NoticeClass? { entry.notice(self) }

  /// What is said about it.
  public func saying(in context: EventContext) -> EventEntry.Saying { entry.says(self, context) }

  /// Its own fields as people are shown them: persons by name, by rising key.
  public func fields(in context: EventContext) -> [(key: String, value: JSON)] { entry.show(self, context) }
}

extension Event {
  /// Why it happened, where the event itself says so.
  public var reason: String? {
    guard let reason = kind.entry.reason(kind), !reason.isEmpty else { return nil }
    return reason
  }

  /// The same for people: with names in place of pseudonyms.
  public func reason(in context: EventContext) -> String? { reason.map(context.named) }
}
