import Quantities

extension Event {
  /// The names of all events, sorted.
  public static let types: [String] = {
    let verbs = ["step", "undo"]
    let steps = [
      "came_in_doubt", "cursor_recorded", "failed", "handed_to_person", "intended", "parked", "probe_answered",
      "probe_intended", "probe_scheduled", "retry_scheduled", "settled", "succeeded",
    ]
    let others = [
      "clock_stepped", "command_received", "command_refused", "executor_draining", "executor_started",
      "executor_stopped", "notice_delivered", "notice_failed", "phase_finished", "phase_started", "rollback_finished",
      "rollback_started", "run_aborting",
      "run_continued", "run_created", "run_finished", "run_held", "run_paused", "run_resumed", "step_skipped",
      "target_failed",
      "target_held", "target_released", "target_retried", "target_skipped", "target_undone", "timer_passed",
      "undo_blocked", "wave_bake_started", "wave_finished", "wave_started",
    ]
    return
      (verbs.flatMap { verb in steps.map { "\(verb)_\($0)" } } + others + Event.Kind.evidenceTypes
      + Event.Kind.approvalTypes + Event.Kind.amendmentTypes).sorted()
  }()
}

extension Event.Kind {
  /// The event's name in the journal: `snake_case`, past tense.
  public var type: String {
    switch self {
    case .runCreated: "run_created"
    case .executorStarted: "executor_started"
    case .executorDraining: "executor_draining"
    case .executorStopped: "executor_stopped"
    case .timerDue: "timer_passed"
    case .clockStepped: "clock_stepped"
    case .succeeded(let verb, _, _): "\(verb.noun)_succeeded"
    case .failed(let verb, _, _): "\(verb.noun)_failed"
    case .inDoubt(let verb, _, _): "\(verb.noun)_came_in_doubt"
    case .awaitsPerson(let verb, _): "\(verb.noun)_handed_to_person"
    case .cursorRecorded(let verb, _, _, _, _): "\(verb.noun)_cursor_recorded"
    case .probeAnswered(let verb, _, _, _, _): "\(verb.noun)_probe_answered"
    case .commandReceived: "command_received"
    case .commandRefused: "command_refused"
    case .phaseStarted: "phase_started"
    case .phaseFinished: "phase_finished"
    case .waveStarted: "wave_started"
    case .waveBaking: "wave_bake_started"
    case .waveFinished: "wave_finished"
    case .intended(let verb, _): "\(verb.noun)_intended"
    case .retryScheduled(let verb, _, _): "\(verb.noun)_retry_scheduled"
    case .probeIntended(let verb, _, _): "\(verb.noun)_probe_intended"
    case .probeScheduled(let verb, _, _): "\(verb.noun)_probe_scheduled"
    case .settled(let verb, _, _, _, _): "\(verb.noun)_settled"
    case .parked(let verb, _, _): "\(verb.noun)_parked"
    case .stepSkipped: "step_skipped"
    case .targetFailed: "target_failed"
    case .targetUndone: "target_undone"
    case .targetSkipped: "target_skipped"
    case .targetRetried: "target_retried"
    case .targetHeld: "target_held"
    case .targetReleased: "target_released"
    case .undoBlocked: "undo_blocked"
    case .runPaused: "run_paused"
    case .runHeld: "run_held"
    case .runResumed: "run_resumed"
    case .runContinued: "run_continued"
    case .rollbackStarted: "rollback_started"
    case .rollbackFinished: "rollback_finished"
    case .runAborting: "run_aborting"
    case .runFinished: "run_finished"
    case .noticeDelivered: "notice_delivered"
    case .noticeFailed: "notice_failed"
    default: evidenceType ?? approvalType ?? amendmentType ?? "unknown"
    }
  }

  /// The canonical bytes of the event's own fields.
  public var data: [UInt8] {
    var writer = CanonicalWriter(capacity: 192)
    writer.object { write(to: &$0) }
    return writer.bytes
  }

  private func write(to writer: inout CanonicalWriter) {
    switch self {
    case .runCreated(let nonce, let person):
      writer.member("nonce", nonce)
      writer.member("person", ifPresent: person)
    case .executorStarted(let epoch, let person):
      writer.member("epoch", epoch)
      writer.member("person", ifPresent: person)
    case .executorStopped(let reason): writer.member("why", reason)
    case .clockStepped(let span): writer.member("by_ms", span.milliseconds)
    case .waveStarted(let targets): writer.member("targets", targets)
    case .waveBaking(let until): writer.member("until", until.text)
    case .waveFinished(let done, let failed, let skipped):
      writer.member("done", done)
      writer.member("failed", failed)
      writer.member("skipped", skipped)
    case .commandReceived(let command): command.write(to: &writer)
    case .commandRefused(let reason): writer.member("why", reason)
    case .targetUndone(let complete): writer.member("complete", complete)
    case .runHeld(let hold): for (key, value) in hold.json.members { writer.member(key, value) }
    case .rollbackStarted(let scope, let targets, let stopsAt, let by):
      writer.member("by", ifPresent: by)
      writer.member("scope", scope)
      writer.member("stops_at", ifPresent: stopsAt)
      writer.member("targets", targets)
    case .rollbackFinished(let undone, let blocked):
      writer.member("blocked", blocked)
      writer.member("undone", undone)
    case .runFinished(let outcome): writer.member("outcome", outcome.rawValue)
    case .noticeDelivered(let notice, let seq), .noticeFailed(let notice, let seq, _):
      writer.member("about", seq)
      writer.member("notice", notice)
    case _ where evidenceType != nil: writeEvidence(to: &writer)
    case _ where approvalType != nil: writeApproval(to: &writer)
    case _ where amendmentType != nil: writeAmendment(to: &writer)
    default: writeStep(to: &writer)
    }
  }

  private func writeStep(to writer: inout CanonicalWriter) {
    switch self {
    case .intended(_, let intent): intent.write(to: &writer)
    case .succeeded(_, let attempt, _), .awaitsPerson(_, let attempt): writer.member("attempt", attempt)
    case .failed(_, let attempt, let failure):
      writer.member("attempt", attempt)
      writer.member("class", failure.isTransient ? "transient" : "permanent")
      writer.member("retry_after_ms", ifPresent: failure.retryAfter?.milliseconds)
    case .inDoubt(_, let attempt, let doubt):
      writer.member("attempt", attempt)
      writer.member("doubt", doubt.cause.rawValue)
    case .cursorRecorded(_, let attempt, let cursor, let done, let total):
      writer.member("attempt", attempt)
      writer.member("cursor", cursor)
      writer.member("done", ifPresent: done)
      writer.member("total", ifPresent: total)
    case .probeAnswered(_, let attempt, let answer, let cursor, _):
      writer.member("answer", answer.rawValue)
      writer.member("attempt", attempt)
      writer.member("cursor", ifPresent: cursor)
    case .retryScheduled(_, let attempt, let until), .probeScheduled(_, let attempt, let until):
      writer.member("attempt", attempt)
      writer.member("until", until.text)
    case .probeIntended(_, let attempt, let deadline):
      writer.member("attempt", attempt)
      writer.member("deadline", deadline.text)
    case .settled(_, let attempt, let settlement, let rule, _):
      writer.member("as", settlement.rawValue)
      writer.member("attempt", attempt)
      writer.member("rule", rule)
    case .parked(_, let attempt, let rule):
      writer.member("attempt", attempt)
      writer.member("rule", rule)
    default: break
    }
  }

  /// What belongs to the event and can be erased without breaking the log: free text and outputs.
  ///
  /// - Parameter log: what the provider printed, if anything.
  /// - Returns: canonical JSON, or `nil` when there is nothing.
  public func payload(log: String? = nil) -> [UInt8]? {
    var outputs: [String: String] = [:]
    var reason: String?
    switch self {
    case .succeeded(_, _, let values), .settled(_, _, _, _, let values), .probeAnswered(_, _, _, _, let values):
      outputs = values
    case .failed(_, _, let failure): reason = failure.reason
    case .noticeFailed(_, _, let why): reason = why
    case .inDoubt(_, _, let doubt): reason = doubt.reason
    case .commandReceived(let command):
      outputs = command.outputs
      reason = command.reason
    default: break
    }
    guard !outputs.isEmpty || reason?.isEmpty == false || log?.isEmpty == false else { return nil }
    var pairs: [(String, JSON)] = []
    if let log, !log.isEmpty { pairs.append(("log", .string(log))) }
    if !outputs.isEmpty { pairs.append(("outputs", .dictionary(outputs.map { ($0.key, .string($0.value)) }))) }
    if let reason, !reason.isEmpty { pairs.append(("reason", .string(reason))) }
    return JSON.dictionary(pairs).canonicalBytes
  }
}

extension Verb {
  /// The word for the thing that is done in this direction.
  var noun: String { self == .apply ? "step" : "undo" }
}

extension Intent {
  fileprivate func write(to writer: inout CanonicalWriter) {
    writer.member("attempt", attempt)
    writer.member("cursor", ifPresent: cursor)
    writer.member("deadline", deadline.text)
    writer.member("input", input.hex)
    writer.member("key", key)
    writer.member("operation", operation)
    writer.member("round", round)
    writer.member("undo", undo)
  }
}

extension OperatorCommand {
  fileprivate func write(to writer: inout CanonicalWriter) {
    writer.member("amendment", ifPresent: amendment?.hex)
    writer.member("as", ifPresent: settlement?.rawValue)
    writer.member("auth", ifPresent: auth)
    writer.member("command", name.rawValue)
    writer.member("flaw", ifPresent: flaw)
    writer.member("id", id)
    writer.member("person", ifPresent: person)
    writer.member("until", ifPresent: until?.text)
  }
}
