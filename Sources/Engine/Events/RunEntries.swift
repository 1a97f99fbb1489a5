import Plans
import Quantities

/// The course of a run: executors, phases, waves, rollbacks, holds, its end.
struct RunEntries: Sendable {
  let runCreated = EventEntry(
    "run_created", Event.Kind.runCreated(nonce:by:),
    from: { if case .runCreated(let nonce, let person) = $0 { (nonce, person) } else { nil } }
  ) {
    Part("nonce", .text)
    Part.maybePerson
  } says: { _, _, _ in
    .init(.note, "created")
  }

  let executorStarted = EventEntry(
    "executor_started",
    { epoch, person, version, engine, clock, host, directory, secret in
      .executorStarted(
        epoch: epoch, by: person,
        facts: ExecutorFacts(
          version: version, engine: engine, clock: clock, host: host, directory: directory, secret: secret))
    },
    from: {
      guard case .executorStarted(let epoch, let person, let it) = $0 else { return nil }
      return (epoch, person, it.version, it.engine, it.clock, it.host, it.directory, it.secret)
    }
  ) {
    Part<Int64>("epoch", .sequence)
    Part<Int?>.maybePerson
    Part<String>("version", .text.usually(""))
    Part<Int?>("engine", .optional(.count))
    Part<ClockState?>("clock", .optional(.clockState)).shown { state, _ in state.map { .string($0.words) } }
    Part<String>("host", .text.usually(""), in: .payload)
    Part<String>("directory", .text.usually(""), in: .payload)
    Part<String>("secret", .text.usually(""), in: .payload).shown { _, _ in nil }
  } says: { _, epoch, _, _, _, _, _, _, _ in
    .init(.note, "executor \(epoch) started")
  }

  let executorDraining = EventEntry(
    "executor_draining", .executorDraining, .note, "the executor waits for what is at work and stops")

  let executorStopped = EventEntry(
    "executor_stopped", Event.Kind.executorStopped(reason:),
    from: { if case .executorStopped(let why) = $0 { why } else { nil } }
  ) {
    Part.why
  } says: { _, why in
    .init(.note, "executor stopped: \(why)")
  }

  let timerDue = EventEntry("timer_passed", lines: .never, .timerDue, .note, "a time came")

  let clockStepped = EventEntry(
    "clock_stepped", level: .warn, Event.Kind.clockStepped(by:),
    from: { if case .clockStepped(let span) = $0 { span } else { nil } }
  ) {
    Part("by_ms", .milliseconds)
  } says: { _, span in
    .init(.inDoubt, "the clock jumped by \(span.spoken)")
  }

  let clockStateChanged = EventEntry(
    "clock_state_changed", Event.Kind.clockStateChanged,
    from: { if case .clockStateChanged(let state) = $0 { state } else { nil } },
    level: { $0.isSynchronised ? .info : .warn }, notice: { _ in nil }
  ) {
    Part("clock", .clockState).shown { state, _ in .string(state.words) }
  } says: { _, state in
    state.isSynchronised
      ? .init(.note, "the clock is kept in step again") : .init(.inDoubt, "nothing keeps the clock in step any more")
  }

  let snapshotKept = EventEntry(
    "snapshot_kept", lines: .never, Event.Kind.snapshotKept(of:format:digest:),
    from: { if case .snapshotKept(let seq, let format, let digest) = $0 { (seq, format, digest) } else { nil } }
  ) {
    Part("of", .sequence)
    Part("format", .count)
    Part("digest", .digest)
  } says: { _, seq, _, _ in
    .init(.note, "the state after event \(seq) was kept")
  }

  let phaseStarted = EventEntry("phase_started", .phaseStarted, .note, "started")

  let phaseFinished = EventEntry("phase_finished", .phaseFinished, .note, "finished")

  let waveStarted = EventEntry(
    "wave_started", Event.Kind.waveStarted(targets:admittedBy:),
    from: { if case .waveStarted(let targets, let admission) = $0 { (targets, admission) } else { nil } }
  ) {
    Part("targets", .count)
    Part.admittedBy
  } says: { _, targets, _ in
    .init(.running, "wave of \(targets.counted("target")) started")
  }

  let waveBaking = EventEntry(
    "wave_bake_started", Event.Kind.waveBaking(until:),
    from: { if case .waveBaking(let until) = $0 { until } else { nil } }
  ) {
    Part("until", .instant)
  } says: { _, _ in
    .init(.waiting, "bakes")
  }

  let waveFinished = EventEntry(
    "wave_finished", tells: .waves, Event.Kind.waveFinished(done:failed:skipped:),
    from: { if case .waveFinished(let done, let failed, let skipped) = $0 { (done, failed, skipped) } else { nil } }
  ) {
    Part("done", .count)
    Part("failed", .count)
    Part("skipped", .count)
  } says: { _, done, failed, skipped in
    let rest = (failed > 0 ? ", \(failed) failed" : "") + (skipped > 0 ? ", \(skipped) skipped" : "")
    return .init(failed > 0 ? .failed : .done, "finished: \(done) of \(done + failed + skipped) done\(rest)")
  }

  let runPaused = EventEntry("run_paused", level: .warn, .runPaused, .held, "paused")

  let runHeld = EventEntry(
    "run_held", level: .error, tells: .needsPerson, Event.Kind.runHeld,
    from: { if case .runHeld(let hold) = $0 { hold } else { nil } }
  ) {
    Part.hold
  } says: { _, hold in
    .init(.held, "held: \(hold.words)")
  }

  let runResumed = EventEntry("run_resumed", .runResumed, .running, "resumed")

  let concurrencyLimited = EventEntry(
    "concurrency_limited", level: .warn, Event.Kind.concurrencyLimited(to:),
    from: { if case .concurrencyLimited(let count) = $0 { .some(count) } else { nil } }
  ) {
    Part<Int?>("at_once", .optional(.count))
  } says: { _, count in
    .init(
      .note, count.map { "at most \($0.counted("target")) at once from now on" } ?? "as many at once as the plan says")
  }

  let runContinued = EventEntry(
    "run_continued", .runContinued, .running, "what was taken back is to be done once more")

  let rollbackStarted = EventEntry(
    "rollback_started", level: .warn, tells: .rollback, Event.Kind.rollbackStarted(scope:targets:stopsAt:by:),
    from: {
      if case .rollbackStarted(let scope, let targets, let wall, let by) = $0 {
        (scope, targets, wall, by)
      } else {
        nil
      }
    }
  ) {
    Part("scope", .text)
    Part("targets", .count)
    Part("stops_at", .optional(.text))
    Part("by", .optional(.text))
  } says: { _, scope, targets, wall, by in
    let rest = (wall.map { ", stops at \($0)" } ?? "") + (by.map { ", by \($0)" } ?? "")
    return .init(.undone, "rollback of the \(scope): \(targets.counted("target")) to undo\(rest)")
  }

  let rollbackFinished = EventEntry(
    "rollback_finished", Event.Kind.rollbackFinished(undone:blocked:),
    from: { if case .rollbackFinished(let undone, let blocked) = $0 { (undone, blocked) } else { nil } },
    level: { _, blocked in blocked ? .error : .info }, notice: { _, _ in .rollback }
  ) {
    Part("undone", .count)
    Part("blocked", .flag)
  } says: { _, undone, blocked in
    .init(blocked ? .failed : .undone, "\(undone) undone\(blocked ? ", and no further" : "")")
  }

  let rollbackCovered = EventEntry(
    "rollback_covered", lines: .always, Event.Kind.rollbackCovered(by:),
    from: { if case .rollbackCovered(let by) = $0 { by } else { nil } }
  ) {
    Part("by", .text)
  } says: { _, by in
    .init(.undone, "what \(by) wanted to take back is back already")
  }

  let rollbackWaived = EventEntry(
    "rollback_waived", level: .warn, Event.Kind.rollbackWaived(by:command:),
    from: { if case .rollbackWaived(let by, let command) = $0 { (by, command) } else { nil } }
  ) {
    Part("by", .text)
    Part("command", .sequence)
  } says: { _, by, _ in
    .init(.note, "what \(by) wanted to take back was left as it is")
  }

  let runAborting = EventEntry(
    "run_aborting", level: .warn, .runAborting, .failed, "given up: waits for what is at work")

  let runFinished = EventEntry(
    "run_finished", Event.Kind.runFinished,
    from: { if case .runFinished(let outcome) = $0 { outcome } else { nil } },
    level: { outcome in
      switch outcome {
      case .done: .info
      case .rolledBack: .warn
      case .aborted: .error
      }
    }, notice: { _ in .finished }
  ) {
    Part<Outcome>("outcome", .word)
  } says: { _, outcome in
    switch outcome {
    case .done: .init(.done, outcome.words)
    case .rolledBack: .init(.undone, outcome.words)
    case .aborted: .init(.failed, outcome.words)
    }
  }

  let noticeDelivered = EventEntry(
    "notice_delivered", lines: .verbose, Event.Kind.noticeDelivered(notice:seq:),
    from: { if case .noticeDelivered(let notice, let seq) = $0 { (notice, seq) } else { nil } }
  ) {
    Part("notice", .place)
    Part("about", .sequence)
  } says: { _, _, seq in
    .init(.note, "a notice about event \(seq) was delivered")
  }

  let noticeFailed = EventEntry(
    "notice_failed", level: .warn, Event.Kind.noticeFailed(notice:seq:reason:),
    from: { if case .noticeFailed(let notice, let seq, let reason) = $0 { (notice, seq, reason) } else { nil } }
  ) {
    Part("notice", .place)
    Part("about", .sequence)
    Part.reason
  } says: { _, _, _, reason in
    .init(.failed, "a notice could not be delivered: \(reason)")
  }
}
