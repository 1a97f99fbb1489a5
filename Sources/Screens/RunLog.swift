public import Engine
import History
import Plans
public import Quantities

extension RunScreen {
  /// One line for the scrollback above the live region; `nil` for an event that a person need not read.
  ///
  /// Shown are targets that are done, attempts that failed, doubts and how they were settled, waves, rollbacks, holds
  /// and commands: one line for each target that goes well.
  ///
  /// - `index`: the paths of the plan.
  /// - `took`: how long it took, where that is known.
  /// - `offset`: seconds east of UTC at an instant, in the zone of the reader.
  public static func logLine(
    _ seq: Int64, _ event: Event, index: PlanIndex, took: Span?, style: Style,
    offset: @escaping (Instant) -> Int = { _ in 0 }
  ) -> String? {
    guard let (mark, fact) = words(for: event, index: index) else { return nil }
    let clock = LocalTime(offset: offset, zone: "").seconds(event.at)
    let duration = took.map { " \($0.spoken)" } ?? ""
    let text: String
    switch event.subject {
    case .step(let address):
      let stage = index.plan.stages[address.target.stage]
      text = "\(name(address.target, index))  \(Width.pad(Sanitize.line(stage.steps[address.step].id), to: 14))  "
    case .target(let key): text = "\(name(key, index))  "
    case .run: text = ""
    default: text = "\(RunState.crumbs(index.path(of: event.subject)))  "
    }
    return style.finish("\(style.paint(clock, .dim))  \(text)\(style.symbol(mark)) \(Sanitize.line(fact))\(duration)")
  }

  private static func name(_ key: TargetKey, _ index: PlanIndex) -> String {
    let stage = index.plan.stages[key.stage]
    return Width.pad(
      Sanitize.line(stage.inventory == nil ? stage.id : index.plan.target(key.row, stage: key.stage)), to: 8)
  }

  /// The symbol and the words of an event that is worth a line.
  private static func words(for event: Event, index: PlanIndex) -> (mark: Mark, fact: String)? {
    switch event.kind {
    case .approvalAsked(let have, let wanted): return (.held, "approval is needed: \(have) of \(wanted)")
    case .planAmended(let plan, _, let changes): return (.done, "plan \(plan.short) is in force: \(changes) changes")
    case .amendmentProposed(let plan, _, _): return (.waiting, "plan \(plan.short) is proposed")
    case .amendmentDropped(let plan, let why): return (.failed, "plan \(plan.short) is dropped: \(why)")
    case .succeeded(let verb, let attempt, _):
      guard verb == .apply, case .step(let address) = event.subject,
        address.step == index.plan.stages[address.target.stage].steps.count - 1
      else { return nil }
      return (.done, attempt > 1 ? "done at attempt \(attempt)" : "done")
    case .failed(let verb, let attempt, let failure):
      let kind = failure.isTransient ? "transient" : "permanent"
      let what = verb == .undo ? "undo failed" : "not applied"
      return (.failed, "\(what): \(failure.reason), \(kind)\(attempt > 1 ? ", attempt \(attempt)" : "")")
    case .inDoubt(_, _, let doubt): return (.inDoubt, "in doubt: \(doubt.reason)")
    case .parked(_, _, let rule): return (.inDoubt, "waits for a person: \(rule)")
    case .awaitsPerson: return (.held, "a person does this and says so with `sanderling resolve`")
    case .settled(_, _, let settlement, let rule, _):
      return (settlement.mark, "settled as \(settlement.words): \(rule)")
    case .targetFailed: return (.failed, "failed; it is undone alone")
    case .targetUndone(let complete): return (.undone, complete ? "undone" : "undone only in part")
    case .undoBlocked: return (.failed, "the undo is blocked: a person decides")
    case .stepSkipped, .targetSkipped: return (.skipped, "skipped")
    case .targetRetried: return (.running, "tried again")
    case .targetHeld: return (.held, "held by a person")
    case .targetReleased: return (.running, "released")
    default:
      return wordsOfRun(for: event) ?? wordsOfEvidence(for: event, plan: index.plan)
        ?? wordsOfApproval(for: event, plan: index.plan)
    }
  }

  private static func wordsOfApproval(for event: Event, plan: Plan) -> (mark: Mark, fact: String)? {
    func name(_ person: Int) -> String { plan.people.indices.contains(person) ? plan.people[person].id : "somebody" }
    switch event.kind {
    case .approvalCounted(let person, _, let auth, _):
      return (.done, "approved by \(name(person)), \(auth.hasPrefix("ssh:") ? "signed" : "by account")")
    case .approvalVoided(_, let person, let why): return (.failed, "approval of \(name(person)) void: \(why)")
    case .approvalRejected(let person): return (.failed, "rejected by \(name(person))")
    case .emergencyDeclared(let person, let until):
      return (.firing, "EMERGENCY by \(name(person)): approvals lifted until \(until.text.prefix(16))Z")
    case .emergencyReviewed(let person): return (.done, "emergency reviewed by \(name(person))")
    default: return nil
    }
  }

  private static func wordsOfEvidence(for event: Event, plan: Plan) -> (mark: Mark, fact: String)? {
    switch event.kind {
    case .triggerPending(let id, let series, _):
      return (.firing, "trigger \(id) is pending\(series.isEmpty ? "" : " in \(series)")")
    case .triggerCleared(let id, let series):
      return (.done, "trigger \(id) is idle again\(series.isEmpty ? "" : " in \(series)")")
    case .triggerFired(let firing):
      let unit = plan.triggers.first { $0.id == firing.trigger }.map { plan.signals[$0.condition.signal].unit } ?? ""
      return (.firing, "trigger \(firing.words(unit: unit, plan: plan))")
    case .triggerUnstable(let id, _, let changes): return (.firing, "trigger \(id) is unstable: \(changes) changes")
    case .gateStarted(_, let isShadow): return (.waiting, isShadow ? "gate in shadow" : "gate")
    case .gateBroken(let verdict, let exhibits):
      return (.held, "the gate's hold begins again: \(Exhibit.words(exhibits, verdict: verdict, plan: plan))")
    case .gateOpened(let held, _, let isShadow):
      return (.done, "gate \(isShadow ? "would have " : "")opened, held \(held.spoken)")
    case .gateExpired(let verdict, let exhibits):
      return (.failed, "gate expired, \(verdict.words): \(Exhibit.words(exhibits, verdict: verdict, plan: plan))")
    case .gateForceAsked(let person):
      return (
        .firing, "\(plan.people.indices.contains(person) ? plan.people[person].id : "somebody") asks to force the gate"
      )
    case .gateForced: return (.firing, "the gate was FORCED by two persons")
    case .bakeInterrupted(let verdict): return (.held, "the bake stands still: \(verdict.words)")
    case .bakeContinued: return (.running, "the bake goes on")
    default: return nil
    }
  }

  private static func wordsOfRun(for event: Event) -> (mark: Mark, fact: String)? {
    switch event.kind {
    case .waveStarted(let targets): return (.running, "wave of \(Words.count(targets, "target")) started")
    case .waveBaking: return (.waiting, "bakes")
    case .waveFinished(let done, let failed, let skipped):
      let rest = (failed > 0 ? ", \(failed) failed" : "") + (skipped > 0 ? ", \(skipped) skipped" : "")
      return (failed > 0 ? .failed : .done, "\(done) of \(done + failed + skipped)\(rest)")
    case .rollbackStarted(let scope, let targets, _, let by):
      let why = by.map { ", by \($0)" } ?? ""
      return (.undone, "rollback of the \(scope): \(Words.count(targets, "target")) to undo\(why)")
    case .rollbackFinished(let undone, let blocked):
      return (blocked ? .failed : .undone, "\(undone) undone\(blocked ? ", and no further" : "")")
    case .runHeld(let hold): return (.held, "held: \(hold.words)")
    case .runPaused: return (.held, "paused")
    case .runResumed: return (.running, "resumed")
    case .runContinued: return (.running, "goes on: what was taken back is done once more")
    case .runAborting: return (.failed, "given up: waits for what is at work")
    case .runFinished(let outcome):
      return (outcome == .done ? .done : outcome == .aborted ? .failed : .undone, outcome.words)
    case .commandReceived(let command):
      return (.running, "command \(command.name.rawValue)\(command.reason.isEmpty ? "" : ": \(command.reason)")")
    case .commandRefused(let reason): return (.failed, "refused: \(reason)")
    case .clockStepped(let span): return (.inDoubt, "the clock jumped by \(span.spoken)")
    case .executorStarted(let epoch, _) where epoch > 1: return (.running, "executor \(epoch) took over")
    default: return nil
    }
  }
}

extension Settlement {
  /// The symbol of what follows from it.
  var mark: Mark {
    switch self {
    case .succeeded: .done
    case .failed: .failed
    case .again, .notApplied: .running
    }
  }
}
