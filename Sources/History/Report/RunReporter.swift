import Engine
import Plans
public import Quantities

extension RunReport {
  /// Reads a run from its events. The same events give the same report.
  ///
  /// - Complexity: O(events of the run), besides what folding them costs.
  public init(_ history: RunHistory, zones: any ZoneTable) {
    var reporter = RunReporter(history, zones: zones)
    for record in history.records { reporter.take(record) }
    self = reporter.report()
  }
}

/// Goes over the events of a run once.
private struct RunReporter {
  /// Folds the events: whoever looks at them looks at the same run.
  private var timeline: TimelineBuilder
  private var measured = MeasuredCollector()
  private var signals = SignalCollector()
  private var stretches: [Place: [WaveCourse.Stretch]] = [:]
  /// What goes on in the current wave.
  private var open: (place: Place, kind: WaveCourse.Stretch.Kind, from: Instant)?
  private var gates: [Place: String] = [:]
  private var phases: [Int: (began: Instant, ended: Instant?)] = [:]
  private var targets: [TargetKey: TargetCourse] = [:]
  private var approvals: [ApprovalCourse] = []
  /// The identifiers of approvals, by their places in the list.
  private var identities: [String: Int] = [:]
  private var rollbacks: [RollbackCourse] = []
  private var doubts: [DoubtCourse] = []
  private var openDoubts: [StepAddress: Int] = [:]
  private var counts: [String: Int] = [:]
  private var reasons: [Int64: (actor: String?, reason: String?)] = [:]

  init(_ history: RunHistory, zones: any ZoneTable) { timeline = TimelineBuilder(history, zones: zones) }

  private var state: RunState { _read { yield timeline.state } }

  mutating func take(_ record: HistoryRecord) {
    timeline.follow(record)
    measured.take(record.event, timeline.state)
    let path = record.detail.path(of: record.event, in: state.index)
    counts[record.event.kind.type, default: 0] += 1
    signals.take(record, state, path: path)
    takeWave(record)
    takeTarget(record)
    takePeople(record, path)
    takeRetreat(record, path)
  }

  private func words(of record: HistoryRecord) -> String {
    record.event.kind.saying(in: record.detail.context(of: record.event, in: state.index)).words
  }

  // MARK: - Phases and waves

  private mutating func takeWave(_ record: HistoryRecord) {
    let (event, at) = (record.event, record.event.at)
    switch event.kind {
    case .phaseStarted:
      if case .phase(let phase) = event.subject { phases[phase] = (phases[phase]?.began ?? at, nil) }
    case .phaseFinished: if case .phase(let phase) = event.subject { phases[phase]?.ended = at }
    case .waveStarted: begin(.apply, event.subject, at)
    case .gateStarted(_, let isShadow): if !isShadow { begin(.gate, event.subject, at) }
    case .waveBaking: begin(.bake, event.subject, at)
    case .gateOpened, .gateExpired, .gateForced:
      gates[event.subject] = words(of: record)
      if open?.kind == .gate { end(at) }
    case .waveFinished, .runFinished, .rollbackStarted: end(at)
    default: break
    }
  }

  private mutating func begin(_ kind: WaveCourse.Stretch.Kind, _ place: Place, _ at: Instant) {
    end(at)
    open = (place, kind, at)
  }

  private mutating func end(_ at: Instant) {
    guard let going = open else { return }
    open = nil
    if going.from < at { stretches[going.place, default: []].append(.init(kind: going.kind, from: going.from, to: at)) }
  }

  // MARK: - Targets

  private mutating func takeTarget(_ record: HistoryRecord) {
    let (event, at) = (record.event, record.event.at)
    guard let key = event.subject.target, state.plan.stages[key.stage].inventory != nil else { return }
    var course = targets[key] ?? TargetCourse(id: "", stage: "", wave: 0, country: "", status: .waiting)
    switch event.kind {
    case .intended(_, let intent):
      course.began = course.began ?? at
      course.attempts += 1
      if intent.attempt == 1, course.ended != nil { course.ended = nil }
    case .failed, .undoBlocked: course.failures += 1
    case .inDoubt: course.doubts += 1
    case .targetUndone: course.undone += 1
    default: break
    }
    if state.stages[key.stage].status[Int(key.row)].isAtRest { course.ended = course.ended ?? at }
    targets[key] = course
    if case .targetUndone = event.kind, let rollback = rollbacks.last, rollback.to == nil {
      let wave = Place.wave(stage: key.stage, wave: state.index.wave(of: key))
      var spans = stretches[wave] ?? []
      // One stretch for each rollback of a wave: it grows with each target.
      if let last = spans.last, last.kind == .undo, last.from == rollback.from { spans.removeLast() }
      if rollback.from < at { spans.append(.init(kind: .undo, from: rollback.from, to: at)) }
      stretches[wave] = spans
    }
  }

  // MARK: - People

  private mutating func takePeople(_ record: HistoryRecord, _ path: String) {
    let event = record.event
    let context = record.detail.context(of: event, in: state.index)
    func add(
      _ kind: ApprovalCourse.Kind, _ persons: [Int], auth: String = "", until: Instant? = nil, id: String? = nil
    ) {
      let said = event.cause.flatMap { reasons[$0] }
      if let id { identities[id] = approvals.count }
      for person in persons {
        approvals.append(
          ApprovalCourse(
            kind: kind, path: path, person: context.name(of: person), auth: auth, at: event.at, until: until,
            reason: record.detail.reason ?? said?.reason, seq: record.seq))
      }
    }
    switch event.kind {
    case .commandReceived: reasons[record.seq] = (record.detail.actor, record.detail.reason)
    case .approvalCounted(let person, let until, let auth, let id):
      add(.approved, [person], auth: Event.proofWords(of: auth), until: until, id: id)
    case .amendmentApproved(_, let person, let until, let auth, let id):
      add(.amended, [person], auth: Event.proofWords(of: auth), until: until, id: id)
    case .approvalVoided(let id, _, let why):
      let context = record.detail.context(of: event, in: state.index)
      if let position = identities[id] { approvals[position].voided = (event.reason(in: context) ?? why, event.at) }
    case .approvalRejected(let person): add(.rejected, [person])
    case .emergencyDeclared(let person, let until): add(.emergency, [person], until: until)
    case .emergencyReviewed(let person): add(.reviewed, [person])
    case .gateForced(let persons, _, _): add(.forced, persons)
    default: break
    }
  }

  // MARK: - Rollbacks and doubts

  private mutating func takeRetreat(_ record: HistoryRecord, _ path: String) {
    let (event, at) = (record.event, record.event.at)
    switch event.kind {
    case .rollbackStarted(_, let count, _, let by):
      let asked = event.cause.flatMap { reasons[$0]?.actor }
      rollbacks.append(
        RollbackCourse(path: path, by: by ?? asked ?? "a person", from: at, targets: count))
    case .rollbackFinished(let undone, let isBlocked):
      guard let last = rollbacks.indices.last else { return }
      rollbacks[last].to = at
      (rollbacks[last].undone, rollbacks[last].isBlocked) = (undone, isBlocked)
    case .inDoubt(let verb, _, _):
      guard case .step(let address) = event.subject else { return }
      openDoubts[address] = doubts.count
      doubts.append(DoubtCourse(path: path, verb: verb, at: at, cause: words(of: record)))
    case .settled(_, _, let settlement, let rule, _):
      guard case .step(let address) = event.subject, let position = openDoubts.removeValue(forKey: address) else {
        return
      }
      doubts[position].settled = (settlement.words, rule, at)
    default: break
    }
  }

  // MARK: - What came of it

  mutating func report() -> RunReport {
    end(state.now)
    timeline.refreshWave()
    return RunReport(
      plan: state.plan, began: state.createdAt, ended: state.now, outcome: state.outcome, phases: phaseCourses,
      waves: waveCourses, targets: targetCourses, signals: signals.courses(in: state.plan), approvals: approvals,
      rollbacks: rollbacks, doubts: doubts, exceptions: timeline.rows.filter(\.isException),
      measured: measured.found,
      counts: counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    )
  }

  private var phaseCourses: [PhaseCourse] {
    state.plan.phases.indices.map { phase in
      let stages = state.plan.stages.indices.filter { state.plan.stages[$0].phase == phase }
      let waves = stages.flatMap { state.plan.stages[$0].waves }
      var tally = Tally()
      for stage in stages where state.plan.stages[stage].inventory != nil {
        for status in state.plan.stages[stage].waves.flatMap(\.targets).map({ state.stages[stage].status[Int($0)] }) {
          tally.add(status)
        }
      }
      return PhaseCourse(
        id: state.plan.phases[phase].id,
        planned: PlannedDays(waves),
        began: phases[phase]?.began, ended: phases[phase]?.ended, tally: tally)
    }
  }

  private var waveCourses: [WaveCourse] {
    state.plan.stages.indices.flatMap { stage in
      state.plan.stages[stage].waves.indices.map { wave in
        let planned = state.plan.stages[stage].waves[wave]
        let place = Place.wave(stage: stage, wave: wave)
        var tally = Tally()
        for row in planned.targets { tally.add(state.stages[stage].status[Int(row)]) }
        return WaveCourse(
          path: state.index.path(of: place), planned: PlannedDays([planned]),
          stretches: (stretches[place] ?? []).sorted { $0.from < $1.from }, tally: tally, limit: planned.limitWords,
          gate: gates[place])
      }
    }
  }

  private var targetCourses: [TargetCourse] {
    state.plan.stages.indices.flatMap { stage -> [TargetCourse] in
      let planned = state.plan.stages[stage]
      guard let inventory = planned.inventory.map({ state.plan.inventories[$0] }) else { return [] }
      return planned.waves.indices.flatMap { wave in
        planned.waves[wave].targets.map { row in
          let key = TargetKey(stage: stage, row: row)
          var course = targets[key] ?? TargetCourse(id: "", stage: "", wave: 0, country: "", status: .waiting)
          course.id = state.index.path(of: .target(key)).split(separator: "/").last.map(String.init) ?? ""
          course.stage = "\(state.plan.phases[planned.phase].id)/\(planned.id)"
          course.wave = wave + 1
          course.country = inventory.value("country", of: Int(row)) ?? ""
          course.status = state.stages[stage].status[Int(row)]
          return course
        }
      }
    }
  }
}

extension TimelineEntry {
  /// Whether it was against the plan, or a person decided it against what was measured or planned.
  fileprivate var isException: Bool {
    switch kind {
    case .failure, .parked, .refused, .held, .rollback, .emergency, .amendment, .clock: true
    case .trigger: standing == .fired
    case .gate, .bake: standing == .failed || standing == .fired
    case .command: !["approve", "run"].contains(fact)
    case .created, .executor, .phase, .wave, .finished, .approval: false
    }
  }
}
