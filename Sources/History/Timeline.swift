import Engine
import Plans
public import Quantities

/// One row of a run's history: something that a person would tell about it.
public struct TimelineEntry: Equatable, Sendable {
  /// The kinds of rows.
  public enum Kind: String, Sendable, CaseIterable {
    case created, executor, clock, phase, wave, failure, parked, command, refused, held, rollback, finished, trigger,
      gate, bake, approval, emergency, amendment
  }

  /// How it ended, or stands now.
  public enum Standing: String, Sendable, CaseIterable {
    case done, running, failed, undone, held, note, fired
    case inDoubt = "in_doubt"
  }

  public var kind: Kind
  /// The sequence number of the event that it begins with.
  public var seq: Int64
  /// When it began.
  public var at: Instant
  /// What it is about: a path, empty for the run.
  public var path: String
  public var standing: Standing
  /// What there is to say, in words.
  public var fact: String
  /// How long it took; `nil` for what is a moment, or goes on.
  public var took: Span?
  public var actor: String?
  public var reason: String?
}

/// Turns events into the rows that people ask for: waves, phases, failures, commands, rollbacks.
public enum Timeline {
  /// The rows in the order in which they began.
  ///
  /// - `history`: everything that happened in the run.
  public static func build(_ history: RunHistory) -> [TimelineEntry] {
    var builder = TimelineBuilder(history)
    for record in history.records { builder.follow(record) }
    builder.refreshWave()
    return builder.rows
  }
}

/// Folds events into rows. A row that goes on is found again by its path.
struct TimelineBuilder {
  private var plan: Plan { state.plan }
  private var index: PlanIndex { state.index }
  /// Rows are found again by their places here, so none is taken out.
  private var entries: [TimelineEntry] = []
  /// The places of rows that a later row tells of, too.
  private var told: Set<Int> = []
  /// The run as of the newest event.
  private(set) var state: RunState
  private var look = Look()
  private var openWave: Int?
  private var openPhase: Int?
  private var openRollback: Int?
  private var openGate: Int?
  private var commands: [Int64: Int] = [:]
  /// By decision of evidence: its row, until it is known whether it waits.
  private var decided: [Int64: Int] = [:]
  private var failures: [TargetKey: String] = [:]
  /// The steps that were taken back of targets that failed, in the order in which it happened.
  private var takenBack: [TargetKey: [String]] = [:]

  init(_ history: RunHistory, zones: any ZoneTable = NoZones()) {
    state = RunState(history.plan, zones: zones)
    for (digest, plan) in history.plans { state.learn(plan, as: digest) }
  }

  /// What there is to tell.
  var rows: [TimelineEntry] { entries.indices.filter { !told.contains($0) }.map { entries[$0] } }

  /// Takes an event, and what an executor that ends with it has done.
  mutating func follow(_ record: HistoryRecord) {
    if case .executorStarted = record.event.kind { look.begin(entries.count) }
    look.take(record.event.kind)
    take(record)
    if case .executorStopped = record.event.kind { foldLook(record) }
  }

  private mutating func take(_ record: HistoryRecord) {
    state.fold(record.event, sequence: record.seq)
    switch record.event.kind {
    case .runCreated: tell(.created, record)
    case .executorStarted, .executorStopped: tell(.executor, record, as: .note)
    case .clockStepped, .clockStateChanged: tell(.clock, record, as: .note)
    case .commandUnread: tell(.refused, record)
    case .commandReceived(let command): takeCommand(command, record)
    case .commandRefused: refuse(record)
    case .runHeld: tell(.held, record)
    case .rollbackStarted(_, _, _, let by): startRollback(record, by: by)
    case .rollbackFinished: close(\.openRollback, record)
    case .runContinued, .rollbackCovered, .rollbackWaived: tellWhatFollows(record)
    case .runFinished:
      closeWave(record.event.at)
      tell(.finished, record)
      entries[entries.count - 1].took = state.createdAt.took(until: record.event.at)
    case .phaseStarted: open(\.openPhase, .phase, record)
    case .phaseFinished: close(\.openPhase, record, as: .done)
    case .waveStarted: startWave(record)
    case .waveFinished(let done, let failed, let skipped): finishWave(done, failed, skipped, record)
    case .triggerPending: tell(.trigger, record, as: .note)
    case .triggerCleared(let id, let series): clear(id, series, record)
    case .triggerFired(let firing): fire(firing, record)
    case .triggerUnstable: tell(.trigger, record)
    case .gateStarted: open(\.openGate, .gate, record)
    case .gateBroken: retell(openGate, record)
    case .gateOpened, .gateExpired: closeGate(record)
    case .gateCompared: tell(.gate, record)
    case .gateForced:
      tell(.gate, record)
      openGate = nil
    case .bakeInterrupted, .bakeExpired: tell(.bake, record)
    case .bakeContinued: tell(.bake, record, as: .note)
    case .approvalAsked: tell(.approval, record)
    case .approvalCounted, .approvalVoided, .approvalRejected: tellAnswer(.approval, record)
    case .emergencyDeclared, .emergencyReviewed: tellAnswer(.emergency, record)
    case .amendmentProposed, .amendmentApproved, .amendmentDropped, .planAmended: tellAnswer(.amendment, record)
    case .noticeFailed: tell(.refused, record)
    case .failed(_, _, let failure): note(failure.reason, record)
    case .settled(let verb, _, let settlement, let rule, _):
      if settlement == .failed { note(rule, record) }
      if settlement == .succeeded { noteUndo(verb, record) }
    case .succeeded(let verb, _, _, _): noteUndo(verb, record)
    case .targetFailed:
      if let key = record.event.subject.target { takenBack[key] = [] }
      add(.failure, record, .failed, "failed", reason: failureReason(record))
    case .targetUndone(let complete): takeUndone(complete, record)
    case .undoBlocked: add(.failure, record, .failed, words(of: record).words, reason: failureReason(record))
    case .parked: tell(.parked, record)
    case .awaitsPerson: tell(.parked, record, as: .note)
    // What no row is about, or what a row says already: a command for each of these, a wave for its steps.
    case .executorDraining, .timerDue, .snapshotKept, .sampled, .comparisonMeasured, .noticeDelivered, .waveBaking,
      .gateHolding, .gateForceAsked, .runPaused, .runResumed, .concurrencyLimited, .runAborting, .inDoubt,
      .cursorRecorded, .probeAnswered, .intended, .retryScheduled, .probeIntended, .probeScheduled, .cancelled,
      .stepSkipped, .targetSkipped, .targetRetried, .targetHeld, .targetReleased, .targetKept:
      break
    }
  }

  /// Executors that found nothing to do, as those that a timer starts every few minutes, are one row where several
  /// came after each other.
  private mutating func foldLook(_ record: HistoryRecord) {
    guard let begun = look.quiet, let stopped = entries.indices.last else { return }
    let isNext = look.rows.first.map { !($0..<begun).contains { !told.contains($0) && !look.rows.contains($0) } }
    look.rows = (isNext ?? false ? look.rows : []) + [begun, stopped]
    guard look.rows.count > 2 else { return }
    told.formUnion(look.rows.dropFirst())
    entries[look.rows[0]].took = record.event.at - entries[look.rows[0]].at
    entries[look.rows[0]].fact = "\(look.rows.count / 2) executors found nothing to do"
  }

  /// What is said about an event.
  private func words(of record: HistoryRecord, _ kind: Event.Kind? = nil) -> EventEntry.Saying {
    (kind ?? record.event.kind).saying(in: record.detail.context(of: record.event, in: index))
  }

  /// A row in the words of the event.
  private mutating func tell(
    _ kind: TimelineEntry.Kind, _ record: HistoryRecord, as standing: TimelineEntry.Standing? = nil
  ) {
    let saying = words(of: record)
    add(
      kind, record, standing ?? TimelineEntry.Standing(saying.standing), saying.words,
      reason: record.event.reason(in: record.detail.context(of: record.event, in: index)))
  }

  /// A row about the answer to a command: the reason is that of the command. What only happened in its turn, as that an
  /// approval ran out, has none of it.
  private mutating func tellAnswer(_ kind: TimelineEntry.Kind, _ record: HistoryRecord) {
    tell(kind, record)
    if record.event.kind.decidesCommand, let cause = record.event.cause, let position = commands[cause] {
      entries[entries.count - 1].reason = entries[position].reason
    }
  }

  /// A row that goes on.
  private mutating func open(
    _ row: WritableKeyPath<Self, Int?>, _ kind: TimelineEntry.Kind, _ record: HistoryRecord
  ) {
    self[keyPath: row] = entries.count
    tell(kind, record, as: .running)
  }

  /// A row that went on ends as the event says.
  private mutating func close(
    _ row: WritableKeyPath<Self, Int?>, _ record: HistoryRecord, as standing: TimelineEntry.Standing? = nil
  ) {
    guard let position = self[keyPath: row] else { return }
    entries[position].took = entries[position].at.took(until: record.event.at)
    entries[position].standing = standing ?? TimelineEntry.Standing(words(of: record).standing)
    retell(position, record)
    self[keyPath: row] = nil
  }

  /// A row that goes on says what is new.
  private mutating func retell(_ position: Int?, _ record: HistoryRecord) {
    if let position { entries[position].fact = words(of: record).words }
  }

  private func pending(_ trigger: String, _ series: String, _ record: HistoryRecord) -> String {
    words(of: record, .triggerPending(trigger: trigger, series: series, since: record.event.at)).words
  }

  /// A breach that did not last belongs to the row with which it began.
  private mutating func clear(_ trigger: String, _ series: String, _ record: HistoryRecord) {
    let begun = pending(trigger, series, record)
    guard let position = entries.lastIndex(where: { $0.kind == .trigger && $0.fact == begun }) else { return }
    entries[position].took = entries[position].at.took(until: record.event.at)
    entries[position].fact = "\(begun), cleared"
  }

  /// What comes of decisions to take something back: it is done once more, at once or when persons let it; another
  /// rollback had it; or a person left it as it is, and is named.
  private mutating func tellWhatFollows(_ record: HistoryRecord) {
    tell(.rollback, record, as: .note)
    let row = entries.count - 1
    switch record.event.kind {
    case .runContinued where state.hold != nil:
      entries[row].fact += ", when a person has answered what holds the run"
    case .runContinued where state.isPaused: entries[row].fact += ", when a person ends the pause"
    case .rollbackWaived(_, let command):
      guard let position = commands[command] else { return }
      (entries[row].actor, entries[row].reason) = (entries[position].actor, entries[position].reason)
    default: break
    }
  }

  private mutating func closeGate(_ record: HistoryRecord) {
    decided[record.seq] = openGate
    close(\.openGate, record)
    noteWaits()
  }

  /// A decision that cannot be carried out at once says what it waits for.
  private mutating func noteWaits() {
    guard let rollback = state.rollback else { return }
    let place = rollback.place == .run ? "the run" : index.path(of: rollback.place)
    for decision in state.waitingDecisions {
      guard let row = decided.removeValue(forKey: decision.seq) else { continue }
      entries[row].fact += ", waits for the rollback of \(place)"
    }
  }

  /// A breach that lasted is told by the row of the firing.
  private mutating func fire(_ firing: Firing, _ record: HistoryRecord) {
    let begun = pending(firing.trigger, firing.series, record)
    told.formUnion(entries.indices.filter { entries[$0].kind == .trigger && entries[$0].fact == begun })
    tell(.trigger, record)
    decided[record.seq] = entries.count - 1
    noteWaits()
  }

  private mutating func add(
    _ kind: TimelineEntry.Kind, _ record: HistoryRecord, _ standing: TimelineEntry.Standing, _ fact: String,
    reason: String? = nil
  ) {
    entries.append(
      TimelineEntry(
        kind: kind, seq: record.seq, at: record.event.at, path: record.detail.path(of: record.event, in: index),
        standing: standing, fact: fact, actor: record.detail.actor, reason: record.detail.reason ?? reason))
  }

  private mutating func takeCommand(_ command: OperatorCommand, _ record: HistoryRecord) {
    commands[record.seq] = entries.count
    let how = command.settlement.map { " as \($0.words)" } ?? ""
    add(.command, record, .note, command.name.rawValue + how, reason: record.event.reason)
  }

  private mutating func refuse(_ record: HistoryRecord) {
    guard let cause = record.event.cause, let position = commands[cause] else {
      tell(.refused, record)
      return
    }
    entries[position].kind = .refused
    entries[position].standing = .failed
    entries[position].fact += ", \(words(of: record).words)"
  }

  private mutating func startRollback(_ record: HistoryRecord, by: String?) {
    closeWave(record.event.at)
    open(\.openRollback, .rollback, record)
    entries[entries.count - 1].reason = by
    noteWaits()
    // Who asked for it stands in the command that led to it.
    if let cause = record.event.cause, let position = commands[cause] {
      entries[entries.count - 1].actor = entries[position].actor
      entries[entries.count - 1].reason = entries[position].reason
    }
  }

  private mutating func startWave(_ record: HistoryRecord) {
    closeWave(record.event.at)
    openWave = entries.count
    add(.wave, record, .running, "")
  }

  /// A wave's row has counts alone, also while it goes on.
  private mutating func finishWave(_ done: Int, _ failed: Int, _ skipped: Int, _ record: HistoryRecord) {
    guard let position = openWave else { return }
    close(\.openWave, record)
    entries[position].fact =
      "\(done) of \(done + failed + skipped)" + (failed > 0 ? ", \(failed) failed" : "")
      + (skipped > 0 ? ", \(skipped) skipped" : "")
  }

  private mutating func note(_ failure: String, _ record: HistoryRecord) {
    if let key = record.event.subject.target { failures[key] = failure }
  }

  private func failureReason(_ record: HistoryRecord) -> String? {
    record.event.subject.target.flatMap { failures[$0] }
  }

  /// A target that failed is undone alone: that belongs to the row of its failure.
  private mutating func takeUndone(_ complete: Bool, _ record: HistoryRecord) {
    let path = index.path(of: record.event.subject)
    guard let position = entries.lastIndex(where: { $0.kind == .failure && $0.path == path && $0.took == nil }) else {
      return
    }
    entries[position].took = entries[position].at.took(until: record.event.at)
    let steps = record.event.subject.target.flatMap { takenBack.removeValue(forKey: $0) } ?? []
    let taken = steps.isEmpty ? "" : ": \(steps.joined(separator: ", "))"
    entries[position].fact =
      complete
      ? steps.isEmpty ? "failed, nothing to take back" : "failed, undone alone\(taken)"
      : "failed, undone only in part\(taken)"
  }

  /// A step of a target that failed is taken back.
  private mutating func noteUndo(_ verb: Verb, _ record: HistoryRecord) {
    guard verb == .undo, case .step(let address) = record.event.subject else { return }
    let step = plan.stages[address.target.stage].steps[address.step].id
    takenBack[address.target]?.append(step)
  }

  /// Writes how far the open wave is: done when it is cut off and at the end, not at every event.
  mutating func refreshWave() {
    guard let position = openWave, case .wave(let stage, let wave) = index.place(entries[position].path) else { return }
    let targets = plan.stages[stage].waves[wave].targets
    let statuses = targets.map { state.stages[stage].status[Int($0)] }
    let failed = statuses.count { $0 == .failed }
    var fact = "\(statuses.count { $0 == .done }) of \(targets.count)"
    if failed > 0 { fact += ", \(failed) failed" }
    if case .baking = state.waveState { fact += ", baking" }
    entries[position].fact = fact
  }

  /// A wave that did not finish ends where a rollback or the end of the run cut it off.
  private mutating func closeWave(_ at: Instant) {
    guard let position = openWave else { return }
    refreshWave()
    entries[position].took = entries[position].at.took(until: at)
    entries[position].standing = .note
    openWave = nil
  }
}

extension TimelineEntry.Standing {
  fileprivate init(_ standing: EventEntry.Saying.Standing) {
    self =
      switch standing {
      case .running: .running
      case .done: .done
      case .failed: .failed
      case .undone: .undone
      case .held: .held
      case .firing: .fired
      case .inDoubt: .inDoubt
      case .waiting, .skipped, .note: .note
      }
  }
}

extension Place {
  /// The target that it is, or that it belongs to.
  var target: TargetKey? {
    switch self {
    case .target(let key): key
    case .step(let address): address.target
    case .run, .phase, .stage, .wave: nil
    }
  }
}
