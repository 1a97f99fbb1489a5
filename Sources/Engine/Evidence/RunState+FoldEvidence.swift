import Plans
import Quantities

extension RunState {
  /// Takes measurements into account, evaluation by evaluation. One that was made before changes nothing.
  mutating func foldSamples(_ samples: Samples) {
    guard evidence.signals.indices.contains(samples.signal) else { return }
    for row in samples.rows where row.readings.count == samples.series.count {
      if let until = evidence.signals[samples.signal].until, row.at <= until { continue }
      evidence.signals[samples.signal].until = row.at
      for (series, reading) in zip(samples.series, row.readings) {
        let reading = matured(reading, of: samples.signal, series, at: row.at)
        evidence.signals[samples.signal].series[series, default: SeriesState(at: row.at, reading: reading)]
          .take(reading, at: row.at)
      }
      judgeTriggers(watching: samples.signal, at: row.at)
      judgeHealth(watching: samples.signal, at: row.at)
      countEvents(of: samples.signal, at: row.at)
      // As each comes: of what came later, and was recorded with it, a breach alone takes that back.
      ripenBake(at: row.at)
    }
  }

  /// A window that reaches back behind the cut-over of its series says nothing about what is live.
  private func matured(_ reading: Reading, of signal: Int, _ series: String, at: Instant) -> Reading {
    let planned = plan.signals[signal]
    guard let since = liveSince(series, extent: planned.extent), at - since >= planned.window else {
      return .missing(.immature)
    }
    return reading
  }

  private func judge(_ condition: PlannedCondition, limit: Fixed, isBreach: Bool, policy: NoDataPolicy) -> Judge {
    Judge(isBreach: { [comparison = condition.comparison] in comparison.holds($0, limit) == isBreach }, policy: policy)
  }

  /// The newest number of a signal, for the same series or for everything, if it is fresh.
  private func freshValue(of signal: Int, series: String, at: Instant) -> Fixed? {
    let known = evidence.signals[signal].series
    guard let state = known[series] ?? known[""], case .value(let value) = state.reading,
      Freshness(of: plan.signals[signal]).bridges(at - state.at)
    else { return nil }
    return value
  }

  private mutating func judgeTriggers(watching signal: Int, at: Instant) {
    for (number, trigger) in plan.triggers.enumerated() where trigger.condition.signal == signal {
      let armed = armedPlaces(of: trigger, at: at).filter { $0.since < at }
      let exposed = armed.isEmpty ? [] : exposedSeries(of: signal, in: armed.map(\.place))
      // What nobody is exposed to any more is forgotten, unless a decision about it is under way.
      if !evidence.triggers[number].isEmpty {
        let known = Set(exposed)
        evidence.triggers[number] = evidence.triggers[number].filter { series, progress in
          known.contains(series) || progress.phase == .firing || progress.phase == .latched
        }
      }
      let judge = judge(
        trigger.condition, limit: limit(of: trigger.condition, at: at), isBreach: true, policy: trigger.noData)
      for series in exposed {
        guard let known = evidence.signals[signal].series[series], known.at == at else { continue }
        // What was measured before the cut-over, as in an earlier round, is not carried on.
        let since = liveSince(series, extent: plan.signals[signal].extent)
        let state = known.ripe(since: since, window: plan.signals[signal].window)
        let verdict = judge.verdict(state) { freshValue(of: $0, series: series, at: at) }
        var progress = evidence.triggers[number][series] ?? TriggerProgress()
        progress.judge(
          verdict, reading: state.reading, at: at, every: plan.signals[signal].every, persistence: trigger.persistence)
        evidence.triggers[number][series] = progress.isFresh ? nil : progress
      }
    }
  }

  private mutating func judgeHealth(watching signal: Int, at: Instant) {
    if var gate = evidence.gate, !gate.isExpired,
      judge(&gate.board, in: .wave(stage: gate.stage, wave: gate.wave), watching: signal, at: at)
    {
      if isBroken(evidence.gate?.board, by: gate.board, at: at) { gate.hold.beginAgain() }
      let (verdict, time) = verdict(of: gate.board, with: signal, at: at, after: gate.hold.at)
      gate.hold.judge(verdict, at: time)
      evidence.gate = gate
    }
    if var bake = evidence.bake,
      judge(&bake.board, in: .wave(stage: stage, wave: wave), watching: signal, at: at)
    {
      let (verdict, time) = verdict(of: bake.board, with: signal, at: at, after: bake.clock.at)
      bake.clock.judge(verdict, at: time)
      if bake.clock.verdict == .breach { evidence.counts = [:] }
      // What was read with it is known before anything is decided: a wave that is sick now is not done.
      if bake.clock.verdict == .breach, waveState == .baked {
        waveState = .baking(until: time + plan.stages[stage].bake)
      }
      if bake.clock.verdict == .pass, let opened = evidence.opened, (opened.stage, opened.wave) == (stage, wave),
        isAsked(signal, by: plan.stages[stage].gate)
      {
        evidence.opened?.at = max(opened.at, time)
      }
      evidence.bake = bake
    }
  }

  /// Whether a signal can say that what a gate has shown is still so: triggers watch others, too. A gate that only
  /// compares is as good as the health of its wave.
  private func isAsked(_ signal: Int, by gate: PlannedGate?) -> Bool {
    gate.map { $0.conditions.isEmpty || $0.conditions.contains { $0.signal == signal } } ?? false
  }

  /// Whether a condition passes again that has said nothing for longer than its own signal may, however seldom others
  /// speak: two intervals from the first evaluation that says nothing to the last.
  private func isBroken(_ before: Board?, by after: Board, at: Instant) -> Bool {
    zip(before?.items ?? [], after.items).contains { before, after in
      guard after.passedAt == at, let passed = before.passedAt else { return false }
      let freshness = Freshness(of: plan.signals[after.condition.signal])
      return !freshness.bridges(Span(milliseconds: (at - passed).milliseconds - freshness.span.milliseconds))
    }
  }

  /// What a board says now that a signal was judged for a time, and for which time it says so.
  ///
  /// Others may have been read for longer, as after an outage. A breach is one, however late it is read. All else that
  /// is read late says nothing about the time since: what came of this signal then is still to be read.
  private func verdict(
    of board: Board, with signal: Int, at: Instant, after newest: Instant?
  ) -> (verdict: Verdict, time: Instant) {
    let isBreached = board.items.contains { item in
      item.condition.signal == signal && item.at == at && item.verdict == .breach
    }
    return isBreached ? (.breach, max(at, newest ?? at)) : (board.verdict(at: at, signals: plan.signals), at)
  }

  /// Judges the conditions of a board that rest on a signal by what is known already.
  func seed(_ board: inout Board, in place: Place, watching signal: Int, at: Instant) {
    let series = cutOvers(of: signal, in: place)
    for position in board.items.indices where board.items[position].condition.signal == signal {
      judge(&board.items[position], series: series, at: at)
    }
  }

  /// The series of a signal that speak about the live targets of a place, by name, each with the newest cut-over among
  /// its targets.
  private func cutOvers(of signal: Int, in place: Place) -> [(name: String, since: Instant)] {
    let extent = plan.signals[signal].extent
    var found: [String: Instant] = [:]
    for key in liveTargets(in: place) {
      guard let name = series(of: key, extent: extent), let since = stages[key.stage].live[key.row] else { continue }
      found[name] = max(found[name] ?? since, since)
    }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Judges the conditions of a board that rest on a signal.
  ///
  /// - Returns: whether there are any, and the evaluation counts.
  private func judge(_ board: inout Board, in place: Place, watching signal: Int, at: Instant) -> Bool {
    guard at > board.startedAt, board.items.contains(where: { $0.condition.signal == signal }) else { return false }
    seed(&board, in: place, watching: signal, at: at)
    return true
  }

  private func judge(_ item: inout Board.Item, series: [(name: String, since: Instant)], at: Instant) {
    var verdict: Verdict?
    let judge = judge(
      item.condition, limit: limit(of: item.condition, at: at), isBreach: item.isBreach, policy: item.policy)
    for (name, since) in series {
      guard let known = evidence.signals[item.condition.signal].series[name], known.at == at else {
        verdict = (verdict ?? .pass).and(.unknown(.noData))
        continue
      }
      let state = known.ripe(since: since, window: plan.signals[item.condition.signal].window)
      let found = judge.verdict(state) { freshValue(of: $0, series: name, at: at) }
      let sum = (verdict ?? .pass).and(found)
      // The series that is shown is the one that decides; among equals, the one nearest to the limit.
      if verdict == nil || sum != verdict || (found == sum && isWorse(state.reading, than: item)) {
        item.series = name
        item.reading = state.reading
      }
      verdict = sum
    }
    item.verdict = verdict ?? .unknown(.noData)
    item.at = at
    if item.verdict == .pass { item.passedAt = at }
  }

  private func isWorse(_ reading: Reading, than item: Board.Item) -> Bool {
    guard case .value(let value) = reading, case .value(let shown) = item.reading else { return false }
    let isHighBad = [.less, .atMost].contains(item.condition.comparison) != item.isBreach
    return isHighBad ? value > shown : value < shown
  }

  /// Since when events of the current wave are counted: its first change, or what is left of it.
  var countingSince: Instant? {
    guard stage < plan.stages.count, waveState != .notStarted else { return nil }
    let span = evidence.spans.last { ($0.stage, $0.wave) == (stage, wave) && $0.finishedAt == nil }
    return span?.changedAt ?? evidence.bake?.clock.startedAt
  }

  private mutating func countEvents(of signal: Int, at: Instant) {
    guard let since = countingSince, since < at, let events = plan.stages[stage].bakeEvents, events.signal == signal
    else { return }
    for name in exposedSeries(of: signal, in: [.wave(stage: stage, wave: wave)]) {
      guard let state = evidence.signals[signal].series[name], state.at == at, case .value(let total) = state.reading
      else { continue }
      if evidence.counts[name] == nil {
        evidence.counts[name] = EventCount(last: total, sum: .zero)
      } else {
        evidence.counts[name]?.take(total)
      }
    }
  }

  /// A bake that has its time, its events and its days is done.
  mutating func ripenBake(at time: Instant) {
    guard case .baking = waveState, let bake = evidence.bake, isBaked(bake, at: time) else { return }
    waveState = .baked
  }

  private func isBaked(_ bake: BakeState, at time: Instant) -> Bool {
    let planned = plan.stages[stage]
    // A bake that waits for events alone has no health to watch: its time is time.
    let passed = bake.board.items.isEmpty ? time - bake.clock.startedAt : bake.clock.passed
    guard bake.clock.verdict == .pass, passed >= planned.bake, eventsMissing == nil else { return false }
    return daysEnd(since: bake.clock.countsSince, days: planned.bakeCycles).map { $0 <= time } ?? true
  }

  /// Which series has not seen the events that the bake waits for, and how many it has; `nil` when all have.
  var eventsMissing: (series: String, seen: Int, wanted: Int)? {
    guard let events = plan.stages[stage].bakeEvents else { return nil }
    let place = Place.wave(stage: stage, wave: wave)
    let extent = plan.signals[events.signal].extent
    var targets: [String: Int] = [:]
    for key in exposedTargets(in: place) where stages[key.stage].status[Int(key.row)] == .done {
      // Of whom nobody counts anything, nothing was counted.
      guard let name = series(of: key, extent: extent) else { return ("", 0, events.count) }
      targets[name, default: 0] += 1
    }
    for name in targets.keys.sorted() {
      let wanted = events.count * (targets[name] ?? 0)
      let seen = (evidence.counts[name]?.sum ?? .zero).wholePart
      if seen < wanted { return (name, seen, wanted) }
    }
    return nil
  }

  /// The end of so many whole local days after an instant, in the zone of the wave's targets where it comes last.
  func daysEnd(since: Instant, days: Int) -> Instant? {
    guard days > 0 else { return nil }
    var zones: Set<String> = []
    for row in plan.stages[stage].waves[wave].targets {
      zones.insert(
        plan.stages[stage].inventory.flatMap { plan.inventories[$0].value("zone", of: Int(row)) } ?? plan.zone)
    }
    return zones.compactMap { zone in
      let offset = index.zones.offset(of: zone, at: since) ?? 0
      let local = (since + Span(milliseconds: Int64(offset) * 1_000)).utcDate
      return index.zones.instant(of: local.adding(days: days + 1), in: zone)
    }.max()
  }
}

extension RunState {
  /// The first change of a wave: from here on triggers watch it.
  mutating func noteChange(of key: TargetKey) {
    guard isWatched else { return }
    let wave = index.wave(of: key)
    if evidence.spans.last(where: { $0.stage == key.stage && $0.wave == wave && $0.finishedAt == nil }) == nil {
      let spans = evidence.spans.filter { isOfUse($0) && ($0.stage, $0.wave) != (key.stage, wave) }
      evidence.spans = spans + [ChangeSpan(stage: key.stage, wave: wave, changedAt: now)]
      evidence.counts = [:]
    }
    if evidence.stages[key.stage] == nil {
      evidence.stages[key.stage] = ChangeSpan(stage: key.stage, wave: wave, changedAt: now)
    } else {
      evidence.stages[key.stage]?.finishedAt = nil
      evidence.stages[key.stage]?.leftAt = nil
    }
    if plan.stages[key.stage].steps.allSatisfy({ !$0.isCutover }) { cutOver(key) }
  }

  /// Whether a trigger still watches a changed wave, or has not read everything of the time when it did.
  private func isOfUse(_ span: ChangeSpan) -> Bool {
    guard span.finishedAt != nil else { return true }
    return plan.triggers.enumerated().contains { number, trigger in
      guard let end = end(of: span, watchedBy: trigger) else { return true }
      // A breach that began while it was watched acts on it, however many waves begin before it has lasted.
      if evidence.triggers[number].values.contains(where: { $0.since.map { $0 <= end } ?? false }) { return true }
      return now <= end || !isRead(trigger, since: span.changedAt, upTo: end)
    }
  }

  /// A wave is finished, and perhaps its stage.
  mutating func noteEnd(stage: Int, wave: Int) {
    for position in evidence.spans.indices
    where (evidence.spans[position].stage, evidence.spans[position].wave) == (stage, wave) {
      evidence.spans[position].finishedAt = now
    }
    if wave + 1 >= plan.stages[stage].waves.count { evidence.stages[stage]?.finishedAt = now }
    // The next wave rests on this one, and on no gate of a wave before it.
    if let opened = evidence.opened, (opened.stage, opened.wave) != (stage, wave) { evidence.opened = nil }
    evidence.counts = [:]
    dropHealth()
  }

  /// A wave begins: what was changed before it is not the newest change any more.
  mutating func noteStart() {
    for (position, span) in evidence.spans.enumerated() where span.finishedAt != nil && span.leftAt == nil {
      evidence.spans[position].leftAt = now
    }
    for (number, span) in evidence.stages where span.finishedAt != nil && span.leftAt == nil {
      evidence.stages[number]?.leftAt = now
    }
  }

  /// What is the newest change again, since all that came after it was taken back or failed, is watched again, and its
  /// gate is asked again before anything new begins.
  mutating func watchNewest() {
    guard isWatched, stage < plan.stages.count, let newest = newestExposed else { return }
    guard waveState == .notStarted || newest != (stage, wave) else { return }
    if let known = evidence.spans.lastIndex(where: { ($0.stage, $0.wave) == newest }) {
      evidence.spans[known].leftAt = nil
    } else {
      evidence.spans.append(ChangeSpan(stage: newest.stage, wave: newest.wave, changedAt: now, finishedAt: now))
    }
    evidence.stages[newest.stage]?.leftAt = nil
    guard evidence.opened.map({ ($0.stage, $0.wave) != newest }) ?? true else { return }
    let isForced = evidence.forced.contains(.wave(stage: newest.stage, wave: newest.wave))
    let isGated = plan.stages[newest.stage].gate.map { !$0.isShadow } ?? false
    evidence.opened =
      isGated && !isForced ? OpenedGate(stage: newest.stage, wave: newest.wave, at: now, isOwed: true) : nil
  }

  /// The last wave, up to the position, of which something is still there.
  private var newestExposed: (stage: Int, wave: Int)? {
    for number in (0...stage).reversed() {
      let waves = number == stage ? min(wave + 1, plan.stages[number].waves.count) : plan.stages[number].waves.count
      for place in (0..<waves).reversed() where !liveTargets(in: .wave(stage: number, wave: place)).isEmpty {
        return (number, place)
      }
    }
    return nil
  }

  /// Where everything was taken back, there is nothing to watch.
  mutating func forgetUnexposed() {
    let spans = evidence.spans.filter { !exposedTargets(in: .wave(stage: $0.stage, wave: $0.wave)).isEmpty }
    evidence.spans = spans
    evidence.forced = evidence.forced.filter { !exposedTargets(in: $0).isEmpty }
    evidence.counts = [:]
    evidence.stages = evidence.stages.filter { !exposedTargets(in: .stage($0.key)).isEmpty }
  }

  /// Nothing is measured for the current wave any more.
  mutating func dropHealth() {
    evidence.gate = nil
    evidence.bake = nil
  }

  /// What a gate requires.
  func board(of gate: PlannedGate) -> Board {
    let items = gate.conditions.map { condition in
      Board.Item(condition: condition, isBreach: false, policy: plan.signals[condition.signal].noData)
    }
    return Board(items: items, startedAt: now)
  }

  /// The health of a wave that bakes: what its gate requires, and what triggers watch for.
  func healthBoard(of stage: Int) -> Board {
    var board = Board(items: [], startedAt: now)
    if let gate = plan.stages[stage].gate, !gate.isShadow { board = self.board(of: gate) }
    for trigger in plan.triggers where plan.speaks(plan.signals[trigger.condition.signal], ofStage: stage) {
      board.items.append(Board.Item(condition: trigger.condition, isBreach: true, policy: trigger.noData))
    }
    return board
  }

  /// Triggers that have decided begin anew: what they decided is done, was overruled by a person, or waits to be
  /// carried out. What is pending goes on, unless nothing is exposed to it any more.
  mutating func rearm() {
    for (number, trigger) in plan.triggers.enumerated() where !evidence.triggers[number].isEmpty {
      let exposed = Set(
        exposedSeries(of: trigger.condition.signal, in: watchedPlaces(of: trigger).map(\.place)))
      evidence.triggers[number] = evidence.triggers[number].filter { series, progress in
        progress.phase != .latched && exposed.contains(series)
      }
    }
  }
}
