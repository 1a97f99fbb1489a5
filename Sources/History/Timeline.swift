public import Engine
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
    for record in history.records { builder.take(record) }
    builder.refreshWave()
    return builder.entries
  }
}

/// Folds events into rows. A row that goes on is found again by its path.
private struct TimelineBuilder {
  private var plan: Plan { state.plan }
  private var index: PlanIndex { state.index }
  var entries: [TimelineEntry] = []
  private var state: RunState
  private var openWave: Int?
  private var openPhase: Int?
  private var openRollback: Int?
  private var openGate: Int?
  private var commands: [Int64: Int] = [:]
  private var failures: [TargetKey: String] = [:]

  init(_ history: RunHistory) {
    state = RunState(history.plan)
    for (digest, plan) in history.plans { state.learn(plan, as: digest) }
  }

  mutating func take(_ record: HistoryRecord) {
    state.fold(record.event, sequence: record.seq)
    switch record.event.kind {
    case .runCreated: add(.created, record, .note, "created")
    case .executorStarted(let epoch, _): add(.executor, record, .note, "executor \(epoch) started")
    case .executorStopped(let why): add(.executor, record, .note, "executor stopped: \(why)", reason: why)
    case .clockStepped(let span): add(.clock, record, .note, "the clock jumped by \(span.spoken)")
    case .commandReceived, .commandRefused: takeCommand(record)
    case .runHeld(let hold): add(.held, record, .held, "held: \(hold.words)", reason: hold.words)
    case .rollbackStarted, .rollbackFinished: takeRollback(record)
    case .runFinished(let outcome):
      closeWave(record.event.at)
      add(.finished, record, outcome == .done ? .done : outcome == .rolledBack ? .undone : .failed, outcome.words)
      entries[entries.count - 1].took = record.event.at - state.createdAt
    case .phaseStarted, .phaseFinished, .waveStarted, .waveBaking, .waveFinished: takeCourse(record)
    case .triggerPending, .triggerCleared, .triggerFired, .triggerUnstable: takeTrigger(record)
    case .gateStarted, .gateHolding, .gateBroken, .gateOpened, .gateExpired, .gateForceAsked, .gateForced,
      .gateCompared:
      takeGate(record)
    case .bakeInterrupted(let verdict): add(.bake, record, .held, "the bake stands still: \(verdict.words)")
    case .bakeContinued: add(.bake, record, .note, "the bake goes on")
    case .runContinued: add(.rollback, record, .note, "what was taken back is done once more")
    case .approvalAsked, .approvalCounted, .approvalVoided, .approvalRejected, .emergencyDeclared, .emergencyReviewed:
      takeApproval(record)
    case .amendmentProposed, .amendmentApproved, .amendmentDropped, .planAmended: takeAmendment(record)
    case .noticeFailed(_, _, let why): add(.refused, record, .failed, "a notice could not be delivered: \(why)")
    case .sampled, .comparisonMeasured, .noticeDelivered: break
    default: takeStep(record)
    }
  }

  private mutating func takeApproval(_ record: HistoryRecord) {
    func name(_ person: Int) -> String { plan.people.indices.contains(person) ? plan.people[person].id : "somebody" }
    switch record.event.kind {
    case .approvalAsked(let have, let wanted):
      add(.approval, record, .held, "asked for approval: \(have) of \(wanted)")
      return
    case .approvalCounted(let person, let until, let auth, _):
      let proof = auth.hasPrefix("ssh:") ? "signed as \(auth.dropFirst(4))" : "by account"
      add(
        .approval, record, .done,
        "approved by \(name(person)), \(proof)" + (until.map { ", until \($0.text.prefix(16))Z" } ?? ""))
    case .approvalVoided(_, let person, let why):
      add(.approval, record, .failed, "approval of \(name(person)) void: \(why)")
    case .approvalRejected(let person): add(.approval, record, .failed, "rejected by \(name(person))")
    case .emergencyDeclared(let person, let until):
      add(.emergency, record, .fired, "EMERGENCY by \(name(person)): approvals lifted until \(until.text.prefix(16))Z")
    case .emergencyReviewed(let person): add(.emergency, record, .done, "emergency reviewed by \(name(person))")
    default: return
    }
    if let cause = record.event.cause, let position = commands[cause] {
      entries[entries.count - 1].reason = entries[position].reason
    }
  }

  private mutating func takeAmendment(_ record: HistoryRecord) {
    func name(_ person: Int) -> String { plan.people.indices.contains(person) ? plan.people[person].id : "somebody" }
    switch record.event.kind {
    case .amendmentProposed(let to, _, let needs):
      let who = needs.isEmpty ? "" : ", needs the approvals of \(needs.joined(separator: ", "))"
      add(.amendment, record, .note, "plan \(to.short) proposed\(who)")
    case .amendmentApproved(let to, let person, _, let auth, _):
      let proof = auth.hasPrefix("ssh:") ? "signed as \(auth.dropFirst(4))" : "by account"
      add(.amendment, record, .done, "plan \(to.short) approved by \(name(person)), \(proof)")
    case .amendmentDropped(let to, let why):
      add(.amendment, record, .failed, "plan \(to.short) dropped: \(why)", reason: why)
    case .planAmended(let to, let grew, let changes):
      let risk = grew == 0 ? "no risk grew" : "\(grew) with more risk"
      add(.amendment, record, .done, "AMENDED: plan \(to.short) is in force, \(changes) changes, \(risk)")
    default: return
    }
    if let cause = record.event.cause, let position = commands[cause] {
      entries[entries.count - 1].reason = entries[position].reason
    }
  }

  private mutating func takeTrigger(_ record: HistoryRecord) {
    switch record.event.kind {
    case .triggerPending(let id, let series, _):
      add(.trigger, record, .note, "\(id) pending\(series.isEmpty ? "" : " in \(series)")")
    case .triggerCleared(let id, let series):
      // A breach that did not last belongs to the row with which it began.
      let begun = "\(id) pending\(series.isEmpty ? "" : " in \(series)")"
      guard let position = entries.lastIndex(where: { $0.kind == .trigger && $0.fact == begun }) else { break }
      entries[position].took = record.event.at - entries[position].at
      entries[position].fact = "\(begun), cleared"
    case .triggerFired(let firing):
      let unit = plan.triggers.first { $0.id == firing.trigger }.map { plan.signals[$0.condition.signal].unit } ?? ""
      entries.removeAll { $0.kind == .trigger && $0.fact.hasPrefix("\(firing.trigger) pending") && $0.took == nil }
      add(.trigger, record, .fired, firing.words(unit: unit, plan: plan))
    case .triggerUnstable(let id, _, let changes):
      add(.trigger, record, .held, "\(id) is unstable: \(changes) changes within half an hour")
    default: break
    }
  }

  private mutating func takeGate(_ record: HistoryRecord) {
    switch record.event.kind {
    case .gateStarted(_, let isShadow):
      openGate = entries.count
      add(.gate, record, .running, isShadow ? "gate, in shadow" : "gate")
    case .gateBroken(let verdict, let exhibits):
      guard let position = openGate else { break }
      entries[position].fact = "gate, hold broken: \(Exhibit.words(exhibits, verdict: verdict, plan: plan))"
    case .gateOpened(let held, let exhibits, let isShadow):
      guard let position = openGate else { break }
      entries[position].took = record.event.at - entries[position].at
      entries[position].standing = .done
      let facts = Exhibit.words(exhibits, verdict: .pass, plan: plan)
      entries[position].fact =
        (isShadow ? "gate would have opened" : "gate opened") + ", held \(held.spoken)"
        + (facts.isEmpty ? "" : ": \(facts)")
      openGate = nil
    case .gateCompared(let result):
      let standing: TimelineEntry.Standing =
        result.verdict == .pass ? .done : result.verdict == .breach ? .failed : .note
      add(.gate, record, standing, result.words(for: record.event.subject, plan: plan))
    case .gateForced(let persons, let exhibits):
      let names = persons.map { plan.people.indices.contains($0) ? plan.people[$0].id : "somebody" }
      let facts = Exhibit.words(exhibits, verdict: .pass, plan: plan)
      add(
        .gate, record, .fired, "gate FORCED by \(names.joined(separator: " and "))\(facts.isEmpty ? "" : ": \(facts)")")
      openGate = nil
    case .gateExpired(let verdict, let exhibits):
      guard let position = openGate else { break }
      entries[position].took = record.event.at - entries[position].at
      entries[position].standing = .failed
      let facts = Exhibit.words(exhibits, verdict: verdict, plan: plan)
      entries[position].fact = "gate expired, \(verdict.words)\(facts.isEmpty ? "" : ": \(facts)")"
      openGate = nil
    default: break
    }
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

  private mutating func takeCommand(_ record: HistoryRecord) {
    switch record.event.kind {
    case .commandReceived(let command):
      commands[record.seq] = entries.count
      let how = command.settlement.map { " as \($0.words)" } ?? ""
      add(.command, record, .note, command.name.rawValue + how, reason: command.reason.isEmpty ? nil : command.reason)
    case .commandRefused(let why):
      if let cause = record.event.cause, let position = commands[cause] {
        entries[position].kind = .refused
        entries[position].standing = .failed
        entries[position].fact += ", refused: \(why)"
      } else {
        add(.refused, record, .failed, "refused: \(why)")
      }
    default: break
    }
  }

  private mutating func takeRollback(_ record: HistoryRecord) {
    switch record.event.kind {
    case .rollbackStarted(let scope, let targets, let stopsAt, let by):
      closeWave(record.event.at)
      openRollback = entries.count
      let wall = stopsAt.map { ", stops at \($0)" } ?? ""
      add(.rollback, record, .running, "rollback of the \(scope): \(targets) to undo\(wall)")
      entries[entries.count - 1].reason = by
      // Who asked for it stands in the command that led to it.
      if let cause = record.event.cause, let position = commands[cause] {
        entries[entries.count - 1].actor = entries[position].actor
        entries[entries.count - 1].reason = entries[position].reason
      }
    case .rollbackFinished(let undone, let blocked):
      guard let position = openRollback else { break }
      entries[position].took = record.event.at - entries[position].at
      entries[position].standing = blocked ? .failed : .undone
      entries[position].fact = "\(undone) undone\(blocked ? ", and no further: a step cannot be taken back" : "")"
      openRollback = nil
    default: break
    }
  }

  private mutating func takeCourse(_ record: HistoryRecord) {
    switch record.event.kind {
    case .phaseStarted:
      openPhase = entries.count
      add(.phase, record, .running, "started")
    case .phaseFinished:
      guard let position = openPhase else { break }
      entries[position].took = record.event.at - entries[position].at
      entries[position].standing = .done
      entries[position].fact = "finished"
      openPhase = nil
    case .waveStarted:
      closeWave(record.event.at)
      openWave = entries.count
      add(.wave, record, .running, "")
    case .waveFinished(let done, let failed, let skipped):
      guard let position = openWave else { break }
      let total = done + failed + skipped
      entries[position].took = record.event.at - entries[position].at
      entries[position].standing = failed == 0 ? .done : .failed
      entries[position].fact =
        "\(done) of \(total)" + (failed > 0 ? ", \(failed) failed" : "")
        + (skipped > 0 ? ", \(skipped) skipped" : "")
      openWave = nil
    default: break
    }
  }

  private mutating func takeStep(_ record: HistoryRecord) {
    switch (record.event.kind, record.event.subject) {
    case (.failed(_, _, let failure), .step(let address)): failures[address.target] = failure.reason
    case (.settled(_, _, .failed, let rule, _), .step(let address)): failures[address.target] = rule
    case (.targetFailed, .target(let key)):
      add(.failure, record, .failed, "failed", reason: failures[key])
    case (.targetUndone(let complete), .target(let key)):
      // A target that failed is undone alone: that belongs to the row of its failure.
      let path = index.path(of: .target(key))
      guard let position = entries.lastIndex(where: { $0.kind == .failure && $0.path == path && $0.took == nil }) else {
        break
      }
      entries[position].took = record.event.at - entries[position].at
      entries[position].fact = complete ? "failed, undone alone" : "failed, undone only in part"
    case (.parked(_, _, let rule), _): add(.parked, record, .inDoubt, "in doubt: \(rule)", reason: rule)
    case (.awaitsPerson, _): add(.parked, record, .note, "handed to a person")
    case (.undoBlocked, .step(let address)):
      add(.failure, record, .failed, "the undo is blocked", reason: failures[address.target])
    default: break
    }
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
    entries[position].took = at - entries[position].at
    entries[position].standing = .note
    openWave = nil
  }
}

extension Outcome {
  public var words: String { self == .rolledBack ? "rolled back" : rawValue }
}

extension Settlement {
  /// The settlement as a command writes it.
  public var words: String { self == .notApplied ? "not-applied" : rawValue }
}
