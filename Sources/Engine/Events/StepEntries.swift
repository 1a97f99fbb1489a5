import Plans
import Quantities

/// What happens to steps and targets.
struct StepEntries: Sendable {
  let intended = EventEntry(
    "intended",
    { verb, attempt, cursor, deadline, input, key, operation, round, undo, salt, files in
      .intended(
        verb,
        Intent(
          attempt: attempt, round: round, operation: operation, input: input, key: key, deadline: deadline, undo: undo,
          cursor: cursor, salt: salt, files: files))
    },
    from: {
      guard case .intended(let verb, let to) = $0 else { return nil }
      return (
        verb, to.attempt, to.cursor, to.deadline, to.input, to.key, to.operation, to.round, to.undo, to.salt, to.files
      )
    }
  ) {
    Part.verb
    Part<Int>.attempt
    Part<String?>("cursor", .optional(.text), in: .payload, wasData: true)
    Part<Instant>("deadline", .instant)
    Part<Digest?>("input", .optional(.digest))
    Part<String>("key", .text)
    Part<String>("operation", .text)
    Part<Int>("round", .count)
    Part<String>("undo", .text)
    Part<String>("salt", .text.usually(""), in: .payload).shown { _, _ in nil }
    Part<[CalledFile]>("files", Form<CalledFile>.calledFile.list.usually([]), in: .payload).shown { files, _ in
      files.isEmpty ? nil : .string(files.map { "\($0.name) \($0.digest.short)" }.joined(separator: ", "))
    }
  } says: { _, verb, attempt, _, _, _, _, _, _, _, _, _ in
    .init(.note, verb == .apply ? "attempt \(attempt) begins" : "undo, attempt \(attempt) begins")
  }

  let succeeded = EventEntry(
    "succeeded", Event.Kind.succeeded(_:attempt:outputs:unread:),
    from: {
      guard case .succeeded(let verb, let attempt, let outputs, let unread) = $0 else { return nil }
      return (verb, attempt, outputs, unread)
    }
  ) {
    Part.verb
    Part.attempt
    Part.outputs
    Part<String?>("unread", .optional(.text), in: .payload)
  } says: { context, verb, attempt, _, unread in
    let words = verb == .undo ? "undone" : attempt > 1 ? "done at attempt \(attempt)" : "done"
    let note = unread.map { ", without outputs: \($0)" } ?? ""
    let standing: EventEntry.Saying.Standing = verb == .undo ? .undone : context.isLastStep ? .done : .note
    return .init(standing, words + note)
  }

  let failed = EventEntry(
    "failed", level: .warn,
    { verb, attempt, isTransient, wait, usesAttempt, reason in
      .failed(
        verb, attempt: attempt,
        failure: Failure(isTransient: isTransient, retryAfter: wait, usesAttempt: usesAttempt, reason: reason))
    },
    from: {
      guard case .failed(let verb, let attempt, let failure) = $0 else { return nil }
      return (verb, attempt, failure.isTransient, failure.retryAfter, failure.usesAttempt, failure.reason)
    }
  ) {
    Part.verb
    Part.attempt
    Part<Bool>("class", .transience)
    Part<Span?>("retry_after_ms", .optional(.milliseconds))
    Part<Bool>("uses_attempt", .flag.usually(true))
    Part.reason
  } says: { _, verb, attempt, isTransient, _, _, reason in
    let what = verb == .undo ? "undo failed" : "not applied"
    let kind = isTransient ? "transient" : "permanent"
    return .init(.failed, "\(what): \(reason), \(kind)\(attempt > 1 ? ", attempt \(attempt)" : "")")
  }

  let inDoubt = EventEntry(
    "came_in_doubt", level: .warn,
    { verb, attempt, cause, reason in .inDoubt(verb, attempt: attempt, doubt: Doubt(cause: cause, reason: reason)) },
    from: {
      guard case .inDoubt(let verb, let attempt, let doubt) = $0 else { return nil }
      return (verb, attempt, doubt.cause, doubt.reason)
    }
  ) {
    Part.verb
    Part.attempt
    Part<Doubt.Cause>("doubt", .word)
    Part.reason
  } says: { _, _, _, _, reason in
    .init(.inDoubt, "in doubt: \(reason)")
  }

  let awaitsPerson = EventEntry(
    "handed_to_person", level: .warn, tells: .needsPerson, Event.Kind.awaitsPerson(_:attempt:),
    from: { if case .awaitsPerson(let verb, let attempt) = $0 { (verb, attempt) } else { nil } }
  ) {
    Part.verb
    Part.attempt
  } says: { _, _, _ in
    .init(.held, "a person does this and says so with `sanderling resolve`")
  }

  let cursorRecorded = EventEntry(
    "cursor_recorded", Event.Kind.cursorRecorded(_:attempt:cursor:done:total:),
    from: {
      guard case .cursorRecorded(let verb, let attempt, let cursor, let done, let total) = $0 else { return nil }
      return (verb, attempt, cursor, done, total)
    }
  ) {
    Part.verb
    Part.attempt
    Part<String>("cursor", .text.usually(""), in: .payload, wasData: true)
    Part<Int64?>("done", .optional(.number))
    Part<Int64?>("total", .optional(.number))
  } says: { _, _, _, _, done, total in
    let of = total.map { " of \($0)" } ?? ""
    return .init(.note, done.map { "\($0)\(of) done so far" } ?? "it has come a little further")
  }

  let probeAnswered = EventEntry(
    "probe_answered", Event.Kind.probeAnswered(_:attempt:answer:cursor:outputs:),
    from: {
      guard case .probeAnswered(let verb, let attempt, let answer, let cursor, let outputs) = $0 else { return nil }
      return (verb, attempt, answer, cursor, outputs)
    }
  ) {
    Part.verb
    Part.attempt
    Part<ProbeAnswer>("answer", .word)
    Part<String?>("cursor", .optional(.text), in: .payload, wasData: true)
    Part.outputs
  } says: { _, _, _, answer, _, _ in
    .init(.note, "the probe says: \(answer.words)")
  }

  let retryScheduled = EventEntry(
    "retry_scheduled", Event.Kind.retryScheduled(_:attempt:until:),
    from: { if case .retryScheduled(let verb, let attempt, let until) = $0 { (verb, attempt, until) } else { nil } }
  ) {
    Part.verb
    Part.attempt
    Part("until", .instant)
  } says: { _, _, _, _ in
    .init(.note, "waits for the next attempt")
  }

  let probeIntended = EventEntry(
    "probe_intended", Event.Kind.probeIntended(_:attempt:deadline:),
    from: { if case .probeIntended(let verb, let attempt, let until) = $0 { (verb, attempt, until) } else { nil } }
  ) {
    Part.verb
    Part.attempt
    Part("deadline", .instant)
  } says: { _, _, _, _ in
    .init(.note, "asks whether it happened")
  }

  let probeScheduled = EventEntry(
    "probe_scheduled", Event.Kind.probeScheduled(_:attempt:until:),
    from: { if case .probeScheduled(let verb, let attempt, let until) = $0 { (verb, attempt, until) } else { nil } }
  ) {
    Part.verb
    Part.attempt
    Part("until", .instant)
  } says: { _, _, _, _ in
    .init(.note, "waits, and asks again whether it happened")
  }

  let settled = EventEntry(
    "settled", lines: .always, Event.Kind.settled(_:attempt:as:rule:outputs:),
    from: {
      guard case .settled(let verb, let attempt, let settlement, let rule, let outputs) = $0 else { return nil }
      return (verb, attempt, settlement, rule, outputs)
    }
  ) {
    Part.verb
    Part.attempt
    Part<Settlement>("as", .word)
    Part.rule
    Part.outputs
  } says: { _, _, _, settlement, rule, _ in
    let words = "settled as \(settlement.words): \(rule)"
    return switch settlement {
    case .succeeded: .init(.done, words)
    case .failed: .init(.failed, words)
    case .again, .notApplied: .init(.running, words)
    }
  }

  let parked = EventEntry(
    "parked", level: .warn, tells: .needsPerson, Event.Kind.parked(_:attempt:rule:),
    from: { if case .parked(let verb, let attempt, let rule) = $0 { (verb, attempt, rule) } else { nil } }
  ) {
    Part.verb
    Part.attempt
    Part.rule
  } says: { _, _, _, rule in
    .init(.inDoubt, "in doubt, a person decides: \(rule)")
  }

  let cancelled = EventEntry(
    "cancelled", level: .warn, lines: .always, Event.Kind.cancelled(_:attempt:),
    from: { if case .cancelled(let verb, let attempt) = $0 { (verb, attempt) } else { nil } }
  ) {
    Part.verb
    Part.attempt
  } says: { _, _, _ in
    .init(.note, "a person ends the attempt; what came of it is found out")
  }

  let stepSkipped = EventEntry("step_skipped", level: .warn, .stepSkipped, .skipped, "skipped")
  let targetFailed = EventEntry("target_failed", level: .error, .targetFailed, .failed, "failed; it is undone alone")

  let targetUndone = EventEntry(
    "target_undone", lines: .verbose, Event.Kind.targetUndone(complete:),
    from: { if case .targetUndone(let complete) = $0 { complete } else { nil } }
  ) {
    Part("complete", .flag)
  } says: { _, complete in
    .init(.undone, complete ? "undone" : "undone only in part")
  }

  let targetSkipped = EventEntry("target_skipped", level: .warn, .targetSkipped, .skipped, "skipped")
  let targetRetried = EventEntry("target_retried", lines: .always, .targetRetried, .running, "tried again")
  let targetHeld = EventEntry("target_held", level: .warn, .targetHeld, .held, "held by a person")
  let targetReleased = EventEntry("target_released", lines: .always, .targetReleased, .running, "released")
  let targetKept = EventEntry(
    "target_kept", level: .warn, lines: .always, .targetKept, .held, "left as it is by a person")
  let undoBlocked = EventEntry(
    "undo_blocked", level: .error, tells: .needsPerson, lines: .always, .undoBlocked, .failed,
    "the undo is blocked: a person decides")
}

extension Form where Value == CalledFile {
  /// A name and a digest.
  fileprivate static let calledFile = Layout(
    CalledFile.init(name:digest:), Member("name", { $0.name }, .text), Member("digest", { $0.digest }, .digest)
  ).form
}

extension Part where Value == Int {
  /// Which attempt.
  fileprivate static let attempt = Part("attempt", .count)
}

extension EventContext {
  /// Whether it is about the last step of a target: with it the target is done.
  fileprivate var isLastStep: Bool {
    guard case .step(let address) = place else { return false }
    return address.step == plan.stages[address.target.stage].steps.count - 1
  }
}
