import Plans
import Quantities

extension RunState {
  // Each of these says whether the event fits.

  /// Another plan is proposed.
  mutating func propose(_ plan: Digest, by person: Int?, needs: [String], cause: Int64) -> Bool {
    let fits = amendment == nil
    let places = needs.compactMap { index.place($0) }
    amendment = Amendment(plan: plan, person: person, needs: places, given: [], cause: cause)
    return fits && places.count == needs.count
  }

  mutating func approve(_ given: GivenApproval, of plan: Digest) -> Bool {
    guard amendment?.plan == plan else { return false }
    amendment?.given.append(given)
    return true
  }

  mutating func drop(_ plan: Digest) -> Bool {
    let fits = amendment?.plan == plan
    amendment = nil
    return fits
  }

  mutating func amend(to digest: Digest, grew: Int, sequence: Int64) -> Bool {
    let fits = amendment?.plan == digest
    // Whoever makes a plan riskier is its author from then on; whoever only takes something away is not.
    if grew > 0, let person = amendment?.person { approvals.amenders.insert(person) }
    amendment = nil
    guard let plan = book[digest] else { return false }
    let before = index
    let executed = executedPrefix
    adopt(plan, sequence: sequence)
    return fits && keepsPlaces(of: executed, from: before)
  }

  /// Whether everything that was begun stands where it stood: the same names at the same numbers.
  private func keepsPlaces(of executed: ExecutedPrefix, from old: PlanIndex) -> Bool {
    for (stage, rows) in executed.rows.enumerated() where !rows.isEmpty {
      guard stages.indices.contains(stage), index.path(of: .stage(stage)) == old.path(of: .stage(stage)) else {
        return false
      }
      for row in rows {
        let key = TargetKey(stage: stage, row: row)
        guard stages[stage].status.indices.contains(Int(row)), index.wave(of: key) == old.wave(of: key),
          plan.target(row, stage: stage) == old.plan.target(row, stage: stage)
        else { return false }
      }
    }
    return units.allSatisfy { index.path(of: .step($0.address)) == old.path(of: .step($0.address)) }
  }

  /// Goes on with another plan. The executed prefix is the same in both, so what was done stays where it is; all else
  /// is found again by its name.
  private mutating func adopt(_ plan: Plan, sequence: Int64) {
    let old = self
    index = PlanIndex(plan, zones: old.index.zones)
    let stageOfOld = Dictionary(
      old.plan.stages.indices.map { (old.index.path(of: .stage($0)), $0) }, uniquingKeysWith: min)
    stages = plan.stages.indices.map { number in
      var stage = StageState(
        rows: plan.stages[number].inventory.map { plan.inventories[$0].count } ?? 1,
        outputs: Self.referencedOutputs(of: plan.stages[number]))
      // Rows of another inventory are other targets.
      if let known = stageOfOld[index.path(of: .stage(number))],
        old.plan.inventoryName(of: known) == plan.inventoryName(of: number)
      {
        stage.take(over: old.stages[known], from: old.plan.stages[known], as: plan.stages[number], at: now)
        countCaps(of: number, in: &stage, known: old.plan.stages[known].caps)
      }
      return stage
    }
    // A limit by an attribute that the new plan adds counts the failures before it, too.
    let wave = failures.wave
    failures = countedFailures
    failures.wave = wave
    startedPhase = min(startedPhase, plan.phases.count - 1)
    func moved(_ key: TargetKey) -> TargetKey? {
      guard case .stage(let stage) = index.place(old.index.path(of: .stage(key.stage))),
        old.plan.inventoryName(of: key.stage) == plan.inventoryName(of: stage),
        index.waveOfRow[stage].indices.contains(Int(key.row)), index.waveOfRow[stage][Int(key.row)] >= 0
      else { return nil }
      return TargetKey(stage: stage, row: key.row)
    }
    // Steps may be others now.
    times = [:]
    heldTargets = Set(old.heldTargets.compactMap { moved($0) })
    let kept = old.keptTargets.compactMap { key, command in moved(key).map { ($0, command) } }
    keptTargets = Dictionary(kept, uniquingKeysWith: max)
    adoptPeople(from: old)
    for notice in plan.notices.indices {
      // A notice that is new tells what happens from now on, and not everything that happened so far.
      let known = old.plan.notices.firstIndex(of: plan.notices[notice])
      told[notice] = known.map { old.told[$0] ?? 0 } ?? sequence
    }
    told = told.filter { plan.notices.indices.contains($0.key) && $0.value > 0 }
    adoptEvidence(from: old)
    if waveState != .notStarted, stage < plan.stages.count {
      queueTargets()
      open = openCount
    }
    indexLive()
    waveCause = sequence
    passEmptyStages()
  }

  /// What a cap with other periods has let in is not known by its periods: all that began counts as used in the one
  /// that goes on, so that a cap which is made tighter lets nobody in who would not have been let in under it.
  private func countCaps(of number: Int, in stage: inout StageState, known: [PlannedCap]) {
    guard let begun = stage.begunAt, let inventory = plan.stages[number].inventory else { return }
    for (place, cap) in plan.stages[number].caps.enumerated() where stage.capped[place] == nil {
      guard known.contains(where: { $0.attribute == cap.attribute }) else { continue }
      let start = cap.pace.period(of: now, since: begun).start
      for row in stage.admitted {
        let value = plan.inventories[inventory].value(cap.attribute, of: Int(row)) ?? ""
        stage.capped[place, default: [:]][value, default: CapUse(periodStart: start, used: 0)].used += 1
      }
    }
  }

  /// Approvals belong to parts of a run by name. One of a person who has lost the role is void, with an event.
  private mutating func adoptPeople(from old: RunState) {
    func place(_ place: Place) -> Place? { index.place(old.index.path(of: place)) }
    approvals.asked = old.approvals.asked.flatMap { place($0) }
    approvals.given = old.approvals.given.compactMap { given in
      place(given.place).map { found in
        var given = given
        given.place = found
        return given
      }
    }
    approvals.rejected = old.approvals.rejected.compactMap { item in
      place(item.place).map { .init(place: $0, person: item.person, sequence: item.sequence) }
    }
    approvals.breaches = old.approvals.breaches.compactMap { item in
      place(item.place).map { .init(place: $0, sequence: item.sequence, by: item.by, isTakenBack: item.isTakenBack) }
    }
    approvals.emergencies = old.approvals.emergencies.compactMap { item in
      place(item.place).map { found in
        var item = item
        item.place = found
        return item
      }
    }
  }

  /// What was measured stays for signals that are the same. Where what a wave must show has changed, it shows it anew.
  private mutating func adoptEvidence(from old: RunState) {
    let plan = self.plan
    evidence.signals = plan.signals.map { signal in
      let known = old.plan.signals.firstIndex { $0.isSame(as: signal, in: old.plan, and: plan) }
      return known.map { old.evidence.signals[$0] } ?? SignalState()
    }
    evidence.triggers = plan.triggers.map { trigger in
      let known = old.plan.triggers.firstIndex { $0.isSame(as: trigger, in: old.plan, and: plan) }
      return known.map { old.evidence.triggers[$0] } ?? [:]
    }
    guard stage < old.plan.stages.count, stage < plan.stages.count else { return }
    let isSame =
      old.plan.signals == plan.signals && old.plan.triggers == plan.triggers && old.plan.forecast == plan.forecast
      && old.plan.stages[stage].health == plan.stages[stage].health
    guard !isSame else { return }
    // A gate that had to be asked, or that let the run come so far, is asked under this plan before more begins.
    if waveState == .notStarted, let gate = old.evidence.gate, !gate.isShadow {
      evidence.opened = OpenedGate(stage: gate.stage, wave: gate.wave, at: now, isOwed: true)
    } else {
      evidence.opened?.isOwed = true
    }
    dropHealth()
    evidence.counts = [:]
    if waveState != .notStarted { waveState = .running }
  }
}

extension StageState {
  /// Takes over what is known of the targets of a stage, whose rows are the same and maybe fewer.
  fileprivate mutating func take(
    over old: StageState, from before: PlannedStage, as after: PlannedStage, at now: Instant
  ) {
    for (row, status) in old.status.enumerated() where self.status.indices.contains(row) { self.status[row] = status }
    (admitted, touched, rounds, retreats, live, outputs) =
      (old.admitted, old.touched, old.rounds, old.retreats, old.live, old.outputs)
    begunAt = old.begunAt
    for (number, cap) in after.caps.enumerated() {
      // How much is used stays; how much is allowed is the new plan's.
      let known = before.caps.firstIndex {
        $0.attribute == cap.attribute && $0.pace.every == cap.pace.every && $0.pace.period == cap.pace.period
      }
      capped[number] = known.flatMap { old.capped[$0] }
    }
    guard let new = after.pace, var state = old.pace else { return }
    if let former = before.pace, (former.period, former.every) == (new.period, new.every) {
      state.allowance = max(0, state.allowance + new.count - former.count)
    } else {
      // When they began is not known by its periods: all of them count in the one that goes on, so that a pace which is
      // made slower lets nobody in who would not have been let in under it.
      state = PaceState(new, beginningAt: now)
      state.used = admitted.count
    }
    pace = state
  }
}

extension PlannedStage {
  /// What its waves must show.
  fileprivate var health: [AnyHashable] { [gate, bake, bakeEvents, bakeCycles, bakeDeadline] }
}

extension PlannedSignal {
  /// Whether two plans mean the same by it, wherever their other signals stand.
  fileprivate func isSame(as other: PlannedSignal, in mine: Plan, and theirs: Plan) -> Bool {
    var (left, right) = (self, other)
    (left.noData, right.noData) = (.hold, .hold)
    return left == right && noData.isSame(as: other.noData, in: mine, and: theirs)
  }
}

extension PlannedTrigger {
  fileprivate func isSame(as other: PlannedTrigger, in mine: Plan, and theirs: Plan) -> Bool {
    let (signal, another) = (mine.signals[condition.signal], theirs.signals[other.condition.signal])
    return id == other.id && mine.words(of: condition) == theirs.words(of: other.condition)
      && condition.limit == other.condition.limit
      && persistence == other.persistence && action == other.action && scope == other.scope
      && noData.isSame(as: other.noData, in: mine, and: theirs) && signal.isSame(as: another, in: mine, and: theirs)
  }
}

extension NoDataPolicy {
  fileprivate func isSame(as other: NoDataPolicy, in mine: Plan, and theirs: Plan) -> Bool {
    switch (self, other) {
    case (.idle(let left), .idle(let right)), (.zero(let left), .zero(let right)):
      mine.signals[left].name == theirs.signals[right].name
    case (.hold, _), (.breach, _), (.idle, _), (.zero, _), (.carry, _): self == other
    }
  }
}
