import Plans
import Quantities

/// What was measured, and what triggers, gates and bakes make of it.
struct EvidenceEntries: Sendable {
  let sampled = EventEntry(
    "signal_sampled", lines: .verbose, Event.Kind.sampled,
    from: { if case .sampled(let samples) = $0 { samples } else { nil } }
  ) {
    Part.measured
  } says: { _, samples in
    .init(.note, "\(samples.map(\.name).joined(separator: ", ")) measured")
  }

  let comparisonMeasured = EventEntry(
    "comparison_measured",
    { (look: Int, periods: Periods) in .comparisonMeasured(look: look, before: periods.before, after: periods.after) },
    from: {
      guard case .comparisonMeasured(let look, let before, let after) = $0 else { return nil }
      return (look, Periods(before: before, after: after))
    }
  ) {
    Part<Int>("look", .count)
    Part<Periods>.periods
  } says: { _, look, _ in
    .init(.note, "look \(look) was measured")
  }

  let triggerPending = EventEntry(
    "trigger_became_pending", level: .warn, Event.Kind.triggerPending(trigger:series:since:),
    from: { if case .triggerPending(let id, let series, let since) = $0 { (id, series, since) } else { nil } }
  ) {
    Part("trigger", .text)
    Part("series", .text)
    Part("since", .instant)
  } says: { _, id, series, _ in
    .init(.firing, "trigger \(id) is pending\(inSeries(series))")
  }

  let triggerCleared = EventEntry(
    "trigger_cleared", Event.Kind.triggerCleared(trigger:series:),
    from: { if case .triggerCleared(let id, let series) = $0 { (id, series) } else { nil } }
  ) {
    Part("trigger", .text)
    Part("series", .text)
  } says: { _, id, series in
    .init(.done, "trigger \(id) is idle again\(inSeries(series))")
  }

  let triggerFired = EventEntry(
    "trigger_fired", level: .error, tells: .evidence,
    { trigger, series, since, lasted, limit, samples in
      .triggerFired(
        Firing(trigger: trigger, series: series, since: since, lasted: lasted, limit: limit, samples: samples))
    },
    from: {
      guard case .triggerFired(let it) = $0 else { return nil }
      return (it.trigger, it.series, it.since, it.lasted, it.limit, it.samples)
    }
  ) {
    Part<String>("trigger", .text)
    Part<String>("series", .text)
    Part<Instant>("since", .instant)
    Part<Span>("lasted_ms", .milliseconds)
    Part<Fixed>("limit", .decimal)
    Part<[TriggerProgress.Sample]>("samples", .list(.sample))
  } says: { context, trigger, series, since, lasted, limit, samples in
    let firing = Firing(
      trigger: trigger, series: series, since: since, lasted: lasted, limit: limit, samples: samples)
    return .init(.firing, "trigger \(firing.words(plan: context.plan))")
  }

  let triggerUnstable = EventEntry(
    "trigger_became_unstable", level: .warn, tells: .evidence, Event.Kind.triggerUnstable(trigger:series:changes:),
    from: { if case .triggerUnstable(let id, let series, let changes) = $0 { (id, series, changes) } else { nil } }
  ) {
    Part("trigger", .text)
    Part("series", .text)
    Part("changes", .count)
  } says: { _, id, series, changes in
    .init(.firing, "trigger \(id) is unstable\(inSeries(series)): \(changes) changes within half an hour")
  }

  let gateStarted = EventEntry(
    "gate_started", Event.Kind.gateStarted(deadline:isShadow:),
    from: { if case .gateStarted(let deadline, let isShadow) = $0 { (deadline, isShadow) } else { nil } }
  ) {
    Part("deadline", .optional(.instant))
    Part("shadow", .flag)
  } says: { _, _, isShadow in
    .init(.waiting, isShadow ? "gate, in shadow" : "gate")
  }

  let gateHolding = EventEntry(
    "gate_hold_started", Event.Kind.gateHolding(since:),
    from: { if case .gateHolding(let since) = $0 { since } else { nil } }
  ) {
    Part("since", .instant)
  } says: { _, _ in
    .init(.note, "the gate's conditions hold")
  }

  let gateBroken = EventEntry(
    "gate_hold_broken", level: .warn, Event.Kind.gateBroken(_:exhibits:),
    from: { if case .gateBroken(let verdict, let exhibits) = $0 { (verdict, exhibits) } else { nil } }
  ) {
    Part("verdict", .verdict)
    Part("evidence", .list(.exhibit))
  } says: { context, verdict, exhibits in
    .init(
      .held, "the gate's hold begins again: \(Exhibit.words(exhibits, verdict: verdict, plan: context.plan))")
  }

  let gateOpened = EventEntry(
    "gate_opened", Event.Kind.gateOpened(held:exhibits:isShadow:),
    from: {
      if case .gateOpened(let held, let exhibits, let isShadow) = $0 { (held, exhibits, isShadow) } else { nil }
    }
  ) {
    Part("held_ms", .milliseconds)
    Part("evidence", .list(.exhibit))
    Part("shadow", .flag)
  } says: { context, held, exhibits, isShadow in
    let what = isShadow ? "gate would have opened" : "gate opened"
    return .init(.done, "\(what), held \(held.spoken)\(facts(exhibits, .pass, context))")
  }

  let gateExpired = EventEntry(
    "gate_expired", level: .warn, tells: .evidence, Event.Kind.gateExpired(_:exhibits:),
    from: { if case .gateExpired(let verdict, let exhibits) = $0 { (verdict, exhibits) } else { nil } }
  ) {
    Part("verdict", .verdict)
    Part("evidence", .list(.exhibit))
  } says: { context, verdict, exhibits in
    .init(.failed, "gate expired, \(verdict.words)\(facts(exhibits, verdict, context))")
  }

  let gateCompared = EventEntry(
    "gate_compared",
    { look, pairs, controls, harm, least, greatest, verdict in
      .gateCompared(
        ComparisonResult(
          look: look, pairs: pairs, controls: controls, harm: harm, least: least, greatest: greatest, verdict: verdict))
    },
    from: {
      guard case .gateCompared(let it) = $0 else { return nil }
      return (it.look, it.pairs, it.controls, it.harm, it.least, it.greatest, it.verdict)
    }
  ) {
    Part<Int>("look", .count)
    Part<Int>("pairs", .count)
    Part<Int>("controls", .count)
    Part<Fixed?>("harm", .optional(.decimal))
    Part<Fixed?>("least", .optional(.decimal))
    Part<Fixed?>("greatest", .optional(.decimal))
    Part<Verdict>("verdict", .verdict)
  } says: { context, look, pairs, controls, harm, least, greatest, verdict in
    let result = ComparisonResult(
      look: look, pairs: pairs, controls: controls, harm: harm, least: least, greatest: greatest, verdict: verdict)
    let words = result.words(for: context.place, plan: context.plan)
    return switch verdict {
    case .pass: .init(.done, words)
    case .breach: .init(.failed, words)
    case .unknown: .init(.note, words)
    }
  }

  let gateForceAsked = EventEntry(
    "gate_force_asked", level: .warn, Event.Kind.gateForceAsked(person:),
    from: { if case .gateForceAsked(let person) = $0 { person } else { nil } }
  ) {
    Part.person
  } says: { context, person in
    .init(.firing, "\(context.name(of: person)) asks to force the gate")
  }

  let gateForced = EventEntry(
    "gate_forced", level: .error, tells: .evidence, Event.Kind.gateForced(by:exhibits:),
    from: { if case .gateForced(let persons, let exhibits) = $0 { (persons, exhibits) } else { nil } }
  ) {
    Part.persons
    Part("evidence", .list(.exhibit))
  } says: { context, persons, exhibits in
    let names = persons.map { context.name(of: $0) }.joined(separator: " and ")
    return .init(.firing, "gate FORCED by \(names)\(facts(exhibits, .pass, context))")
  }

  let bakeInterrupted = EventEntry(
    "bake_interrupted", level: .warn, Event.Kind.bakeInterrupted,
    from: { if case .bakeInterrupted(let verdict) = $0 { verdict } else { nil } }
  ) {
    Part("verdict", .verdict)
  } says: { _, verdict in
    .init(.held, "the bake stands still: \(verdict.words)")
  }

  let bakeContinued = EventEntry("bake_continued", .bakeContinued, .running, "the bake goes on")

  let bakeExpired = EventEntry(
    "bake_expired", level: .warn, tells: .evidence, Event.Kind.bakeExpired(_:exhibits:),
    from: { if case .bakeExpired(let verdict, let exhibits) = $0 { (verdict, exhibits) } else { nil } }
  ) {
    Part("verdict", .verdict)
    Part("evidence", .list(.exhibit))
  } says: { context, verdict, exhibits in
    let why =
      switch verdict {
      case .unknown(.immature): "its time was not over"
      case .unknown(.tooFew): "events were missing"
      case .pass, .breach, .unknown: verdict.words
      }
    return .init(.failed, "bake expired, \(why)\(facts(exhibits, verdict, context))")
  }
}

private func inSeries(_ series: String) -> String { series.isEmpty ? "" : " in \(series)" }

/// What decided, after a colon.
private func facts(_ exhibits: [Exhibit], _ verdict: Verdict, _ context: EventContext) -> String {
  let facts = Exhibit.words(exhibits, verdict: verdict, plan: context.plan)
  return facts.isEmpty ? "" : ": \(facts)"
}

/// The two stretches of time that a look compares.
private struct Periods: Sendable {
  var before: Samples
  var after: Samples
}

extension Part where Value == [Samples] {
  /// What was measured. The first builds wrote one signal without a list; that was never more than an empty one.
  fileprivate static let measured = Part(
    "measured", Form<Samples>.samples.list.orMissing([]), formerly: ["samples", "series", "signal"],
    resolve: { (samples, index) throws(FormError) in
      var resolved: [Samples] = []
      for part in samples { resolved.append(try part.resolved(in: index)) }
      return resolved
    })
}

extension Part where Value == Periods {
  /// The earlier period, then the time in question.
  fileprivate static let periods = Part(
    "measured",
    Form<Samples>.samples.list.mapped(
      or: "is not two periods", into: { [$0.before, $0.after] },
      back: { $0.count == 2 ? Periods(before: $0[0], after: $0[1]) : nil }),
    resolve: { (periods, index) throws(FormError) in
      Periods(before: try periods.before.resolved(in: index), after: try periods.after.resolved(in: index))
    })
}
