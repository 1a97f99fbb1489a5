import Plans
import Quantities

extension RunState {
  /// The wall clock was set: whatever lasts, lasts as long as it did. Waits, timeouts, bakes, holds and what was
  /// measured move with the clock; dates, windows, freezes and the ends of approvals stay where they are.
  mutating func step(by span: Span, to instant: Instant) {
    now = instant
    wokenAt = wokenAt + span
    for position in units.indices { units[position].step(by: span) }
    if case .baking(let until) = waveState {
      // Whole days end at a date; what comes beside them is not made shorter.
      let isDated = stage < plan.stages.count && plan.stages[stage].bakeCycles > 0
      waveState = .baking(until: isDated ? max(until, until + span) : until + span)
    }
    for number in stages.indices { stages[number].step(by: span, as: plan.stages[number]) }
    approvals.step(by: span)
    for position in amendment?.given.indices ?? 0..<0 { amendment?.given[position].step(by: span) }
    evidence.step(by: span)
    indexLive()
  }
}

extension Unit {
  fileprivate mutating func step(by span: Span) {
    since = since + span
    switch condition {
    case .running(let deadline): condition = .running(deadline: deadline + span)
    case .waiting(let until): condition = .waiting(until: until + span)
    case .probing(let deadline, let looks): condition = .probing(deadline: deadline + span, looks: looks)
    case .settling(let until): condition = .settling(until: until + span)
    case .ready, .failed, .inDoubt, .probed, .parked, .manual, .blocked: break
    }
  }
}

extension StageState {
  /// Periods of a length move with the clock; those of a calendar are dates.
  fileprivate mutating func step(by span: Span, as planned: PlannedStage) {
    live = live.mapValues { $0 + span }
    if let pace, planned.pace?.every != nil {
      self.pace?.anchor = pace.anchor + span
      self.pace?.periodStart = pace.periodStart + span
    }
    for (number, cap) in planned.caps.enumerated() where cap.pace.every != nil {
      capped[number] = capped[number]?.mapValues { CapUse(periodStart: $0.periodStart + span, used: $0.used) }
    }
    if planned.caps.contains(where: { $0.pace.every != nil }) { begunAt = begunAt.map { $0 + span } }
  }
}

extension ApprovalState {
  /// What is older and newer stands in the log; what lasts moves with the clock.
  fileprivate mutating func step(by span: Span) {
    for position in given.indices { given[position].step(by: span) }
    for position in emergencies.indices { emergencies[position].at = emergencies[position].at + span }
  }
}

extension GivenApproval {
  fileprivate mutating func step(by span: Span) { at = at + span }
}

extension EvidenceState {
  fileprivate mutating func step(by span: Span) {
    for position in signals.indices { signals[position].step(by: span) }
    triggers = triggers.map { series in
      series.mapValues { progress in
        var progress = progress
        progress.step(by: span)
        return progress
      }
    }
    for position in spans.indices { spans[position].step(by: span) }
    for number in stages.keys { stages[number]?.step(by: span) }
    gate?.step(by: span)
    bake?.step(by: span)
    for position in retreats.indices { retreats[position].at = retreats[position].at + span }
    if let opened { self.opened?.at = opened.at + span }
  }
}

extension SignalState {
  fileprivate mutating func step(by span: Span) {
    until = until.map { $0 + span }
    series = series.mapValues { state in
      var state = state
      state.at = state.at + span
      state.valueAt = state.valueAt.map { $0 + span }
      return state
    }
  }
}

extension TriggerProgress {
  fileprivate mutating func step(by span: Span) {
    since = since.map { $0 + span }
    breachAt = breachAt.map { $0 + span }
    changes = changes.map { $0 + span }
    samples = samples.map { Sample(at: $0.at + span, reading: $0.reading) }
  }
}

extension ChangeSpan {
  fileprivate mutating func step(by span: Span) {
    changedAt = changedAt + span
    finishedAt = finishedAt.map { $0 + span }
    leftAt = leftAt.map { $0 + span }
  }
}

extension GateState {
  fileprivate mutating func step(by span: Span) {
    startedAt = startedAt + span
    deadline = deadline.map { $0 + span }
    board.step(by: span)
    hold.step(by: span)
    for position in matched.indices { matched[position].since = matched[position].since + span }
  }
}

extension BakeState {
  fileprivate mutating func step(by span: Span) {
    board.step(by: span)
    deadline = deadline.map { $0 + span }
    clock = BakeClock(
      startedAt: clock.startedAt + span, countsSince: clock.countsSince + span, passed: clock.passed,
      verdict: clock.verdict, at: clock.at + span)
  }
}

extension Board {
  fileprivate mutating func step(by span: Span) {
    startedAt = startedAt + span
    for position in items.indices {
      items[position].at = items[position].at.map { $0 + span }
      items[position].passedAt = items[position].passedAt.map { $0 + span }
    }
  }
}
