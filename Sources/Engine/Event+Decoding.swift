public import Quantities

/// Why a recorded event cannot be read.
public struct EventError: Error, Equatable, Sendable {
  /// What is wrong, in one sentence without a full stop.
  public let message: String
}

/// The parts of an event as the journal keeps them.
public struct RecordedEvent: Sendable {
  /// The event's name.
  public var type: String
  /// The path of what it happened to.
  public var subject: String
  /// When it was recorded.
  public var at: Instant
  /// The event that led to it.
  public var cause: Int64?
  /// The event's own fields.
  public var data: JSON
  /// What can be erased: outputs, reason, log. `nil` when there is none, or none any more.
  public var payload: JSON?

  /// Puts the parts together.
  public init(type: String, subject: String, at: Instant, cause: Int64?, data: JSON, payload: JSON?) {
    self.type = type
    self.subject = subject
    self.at = at
    self.cause = cause
    self.data = data
    self.payload = payload
  }
}

extension Event {
  /// Reads an event from the journal.
  ///
  /// - Throws: ``EventError`` for a type that this version does not know, a field that is missing, or a subject that
  ///   the plan does not have.
  public init(_ record: RecordedEvent, index: PlanIndex) throws(EventError) {
    guard let place = index.place(record.subject) else {
      throw EventError(message: "the plan has no `\(record.subject)`")
    }
    let reader = EventReader(record: record)
    var kind = try reader.course()
    if kind == nil { kind = try Event.Kind(approval: record) }
    if kind == nil { kind = try Event.Kind(amendment: record) }
    if kind == nil { kind = try Event.Kind(evidence: record, index: index) }
    if kind == nil { kind = try reader.people() }
    if kind == nil { kind = try reader.step() }
    guard let kind else { throw EventError(message: "this version knows no event `\(record.type)`") }
    self.init(kind, subject: place, at: record.at, cause: record.cause)
  }
}

/// Reads the fields of one recorded event.
private struct EventReader {
  let record: RecordedEvent

  private func text(_ key: String) throws(EventError) -> String {
    guard let text = record.data[key]?.string else { throw missing(key) }
    return text
  }

  private func integer(_ key: String) throws(EventError) -> Int {
    guard let number = record.data[key]?.integer else { throw missing(key) }
    return Int(number)
  }

  private func instant(_ key: String) throws(EventError) -> Instant {
    guard let instant = Instant(try text(key)) else { throw missing(key) }
    return instant
  }

  private func missing(_ key: String) -> EventError {
    EventError(message: "event `\(record.type)` has no readable `\(key)`")
  }

  private var outputs: [String: String] {
    Dictionary(
      (record.payload?["outputs"]?.members ?? []).map { ($0.key, $0.value.plainText) }, uniquingKeysWith: { $1 })
  }

  private var reason: String { record.payload?["reason"]?.string ?? "" }

  /// The events of a run's course.
  func course() throws(EventError) -> Event.Kind? {
    switch record.type {
    case "run_created": .runCreated(nonce: try text("nonce"), by: record.data["person"]?.integer.map { Int($0) })
    case "executor_started":
      .executorStarted(epoch: Int64(try integer("epoch")), by: record.data["person"]?.integer.map { Int($0) })
    case "executor_draining": .executorDraining
    case "executor_stopped": .executorStopped(reason: try text("why"))
    case "timer_passed": .timerDue
    case "clock_stepped": .clockStepped(by: Span(milliseconds: Int64(try integer("by_ms"))))
    case "notice_delivered": .noticeDelivered(notice: try integer("notice"), seq: Int64(try integer("about")))
    case "notice_failed":
      .noticeFailed(notice: try integer("notice"), seq: Int64(try integer("about")), reason: reason)
    case "phase_started": .phaseStarted
    case "phase_finished": .phaseFinished
    case "wave_started": .waveStarted(targets: try integer("targets"))
    case "wave_bake_started": .waveBaking(until: try instant("until"))
    case "wave_finished":
      .waveFinished(done: try integer("done"), failed: try integer("failed"), skipped: try integer("skipped"))
    case "run_finished":
      if let outcome = Outcome(rawValue: try text("outcome")) { .runFinished(outcome) } else { nil }
    case "rollback_started":
      .rollbackStarted(
        scope: try text("scope"), targets: try integer("targets"), stopsAt: record.data["stops_at"]?.string,
        by: record.data["by"]?.string)
    case "rollback_finished":
      .rollbackFinished(undone: try integer("undone"), blocked: record.data["blocked"]?.bool ?? false)
    default: nil
    }
  }

  /// The events around people and targets.
  func people() throws(EventError) -> Event.Kind? {
    switch record.type {
    case "command_received":
      guard let name = OperatorCommand.Name(rawValue: try text("command")) else { throw missing("command") }
      var command = OperatorCommand(
        name: name, id: try text("id"),
        settlement: record.data["as"]?.string.flatMap { Settlement(rawValue: $0) }, outputs: outputs, reason: reason)
      command.person = record.data["person"]?.integer.map { Int($0) }
      command.auth = record.data["auth"]?.string
      command.until = record.data["until"]?.string.flatMap { Instant($0) }
      command.amendment = record.data["amendment"]?.string.flatMap { Digest(hex: $0) }
      command.flaw = record.data["flaw"]?.string
      return .commandReceived(command)
    case "command_refused": return .commandRefused(reason: try text("why"))
    case "target_failed": return .targetFailed
    case "target_undone": return .targetUndone(complete: record.data["complete"]?.bool ?? true)
    case "target_skipped": return .targetSkipped
    case "target_retried": return .targetRetried
    case "target_held": return .targetHeld
    case "target_released": return .targetReleased
    case "run_paused": return .runPaused
    case "run_resumed": return .runResumed
    case "run_continued": return .runContinued
    case "run_aborting": return .runAborting
    case "run_held":
      guard let hold = Hold(record.data) else { throw missing("why") }
      return .runHeld(hold)
    case "step_skipped": return .stepSkipped
    case "undo_blocked": return .undoBlocked
    default: return nil
    }
  }

  /// The events of a step, forwards or back.
  func step() throws(EventError) -> Event.Kind? {
    let verb: Verb
    let rest: String
    if record.type.hasPrefix("step_") {
      verb = .apply
    } else if record.type.hasPrefix("undo_") {
      verb = .undo
    } else {
      return nil
    }
    rest = String(record.type.dropFirst(5))
    if rest == "intended" { return .intended(verb, try intent()) }
    let attempt = try integer("attempt")
    switch rest {
    case "succeeded": return .succeeded(verb, attempt: attempt, outputs: outputs)
    case "failed":
      let failure = Failure(
        isTransient: try text("class") == "transient",
        retryAfter: record.data["retry_after_ms"]?.integer.map { Span(milliseconds: $0) }, reason: reason)
      return .failed(verb, attempt: attempt, failure: failure)
    case "came_in_doubt":
      guard let cause = Doubt.Cause(rawValue: try text("doubt")) else { throw missing("doubt") }
      return .inDoubt(verb, attempt: attempt, doubt: Doubt(cause: cause, reason: reason))
    case "handed_to_person": return .awaitsPerson(verb, attempt: attempt)
    case "cursor_recorded":
      return .cursorRecorded(
        verb, attempt: attempt, cursor: try text("cursor"), done: record.data["done"]?.integer,
        total: record.data["total"]?.integer)
    case "probe_answered":
      guard let answer = ProbeAnswer(rawValue: try text("answer")) else { throw missing("answer") }
      return .probeAnswered(
        verb, attempt: attempt, answer: answer, cursor: record.data["cursor"]?.string, outputs: outputs)
    case "retry_scheduled": return .retryScheduled(verb, attempt: attempt, until: try instant("until"))
    case "probe_intended": return .probeIntended(verb, attempt: attempt, deadline: try instant("deadline"))
    case "probe_scheduled": return .probeScheduled(verb, attempt: attempt, until: try instant("until"))
    case "settled":
      guard let settlement = Settlement(rawValue: try text("as")) else { throw missing("as") }
      return .settled(verb, attempt: attempt, as: settlement, rule: try text("rule"), outputs: outputs)
    case "parked": return .parked(verb, attempt: attempt, rule: try text("rule"))
    default: return nil
    }
  }

  private func intent() throws(EventError) -> Intent {
    guard let input = Digest(hex: try text("input")) else { throw missing("input") }
    return Intent(
      attempt: try integer("attempt"), round: try integer("round"), operation: try text("operation"), input: input,
      key: try text("key"), deadline: try instant("deadline"), undo: try text("undo"),
      cursor: record.data["cursor"]?.string)
  }
}
