import Engine
import History
import Plans
import Quantities

extension Asker {
  /// Why the run as a whole stands as it does.
  var aboutRun: Answer {
    if let outcome = state.outcome { return finished(outcome) }
    if let answer = aboutPersons { return answer }
    if let rollback = state.rollback { return retreating(rollback) }
    if let missing = state.missingApproval { return approval(missing) }
    if !isExecuted { return stopped }
    guard state.stage < plan.stages.count else { return watched }
    // A stage whose earlier stages took all targets has no wave; the run passes over it when it goes on.
    guard plan.stages[state.stage].waves.indices.contains(state.wave) else {
      return Answer(
        mark: .running, headline: "\(path(.stage(state.stage))) has no targets: it is passed over", about: .run)
    }
    return aboutWave(state.stage, state.wave)
  }

  /// Everything is done, and what was changed last is watched yet.
  private var watched: Answer {
    let wait = state.waits.first { $0.kind == .watch }
    var answer = Answer(
      mark: .running, headline: "waiting: the last wave is finished, and triggers watch it\(until(wait?.until))",
      about: .run)
    answer.facts = evidence
    answer.rule = "a trigger watches for `watch_after` beyond the last wave; then the run is done"
    answer.actions = ["wait; it ends by itself"]
    return answer
  }

  private func finished(_ outcome: Outcome) -> Answer {
    let when = since { if case .runFinished = $0.kind { true } else { false } }
    var answer = Answer(mark: word.mark, headline: "\(outcome.words)\(when)", about: .run)
    answer.facts = [plan.progress(state.doneCount)]
    let failed = failedTargets
    if !failed.isEmpty { answer.facts.append("failed: \(Words.first(4, of: failed.map(path)))") }
    answer.actions = repair + ["sanderling history \(run)"]
    answer.actions += offer(.rollback, .run, "takes everything back")
    return answer
  }

  func words(of rollback: Rollback) -> String {
    let place = rollback.place == .run ? "the run" : path(rollback.place)
    return "rollback of \(place): \(rollback.undone) of \(rollback.total) undone"
  }

  private func retreating(_ rollback: Rollback) -> Answer {
    var answer = Answer(mark: .undone, headline: words(of: rollback), about: .run)
    answer.facts = units + decisions
    if let wall = rollback.stopsAt {
      answer.facts.append("it stops at \(Sanitize.line(wall)), which cannot be taken back")
    }
    answer.rule = "a rollback goes to its end; windows, pauses and freezes do not block it"
    answer.actions = isExecuted ? ["wait; it ends by itself"] : ["sanderling run \(run)"]
    for decision in state.waitingDecisions where decision.place != rollback.place {
      answer.actions += offer(.skip, decision.place, "leaves what \(Sanitize.line(decision.by)) decided as it is")
    }
    let frozen = state.frozenUndos
    if let first = frozen.first, let freeze = state.undoFreeze(of: first) {
      answer.facts.append(
        "frozen    \(Words.first(4, of: frozen.map { path(.target($0)) })): "
          + Sanitize.line(freeze.reason.words) + until(freeze.reopens))
      answer.rule = "only a calendar that freezes rollbacks in so many words keeps a target from going back"
      answer.actions += offer(.skip, .target(first), "leaves it as it is")
    }
    return answer
  }

  /// What evidence decided and what waits for this rollback, one decision a row, the next one first.
  var decisions: [String] {
    state.waitingDecisions.map { decision in
      let place = decision.place == .run ? "the run" : path(decision.place)
      return "decided   \(Sanitize.line(decision.by)) takes \(place) back after this, "
        + "since \(time.moment(decision.at, from: now))"
    }
  }

  /// What goes on by itself although the run waits for a person.
  private var watchers: [String] {
    state.watchers.prefix(4).map { watcher in
      let place = watcher.place == .run ? "the run" : path(watcher.place)
      let acts =
        switch watcher.act {
        case .givesUp: "gives the run up by itself"
        case .takesBack: "takes it back by itself"
        case .holds(let wall?): "can only hold the run: \(Sanitize.line(wall)) cannot be taken back"
        case .holds(nil): "can only hold the run: a person left all of it as it is"
        }
      return "watched   trigger \(Sanitize.line(watcher.trigger)) watches \(place) and \(acts)"
    }
  }

  func held(_ hold: Hold) -> Answer {
    let when = since { if case .runHeld = $0.kind { true } else { false } }
    var answer = Answer(mark: .held, headline: "held\(when): \(Sanitize.line(state.words(of: hold)))", about: .run)
    answer.facts = units
    answer.last = history.last { if case .runHeld = $0.event.kind { true } else { false } }?.seq
    let wave = WaveCounts.place(state).map { Place.wave(stage: $0.stage, wave: $0.wave) }
    switch hold {
    case .budget:
      answer.rule = "an exhausted failure budget holds the run: a person decides"
      let failed = failedTargets
      if let first = failed.first {
        answer.facts.append("failed: \(Words.first(4, of: failed.map(path)))")
        answer.actions = ["sanderling why \(run) \(path(first))"]
      }
      answer.actions += goingOn("the budget is not exceeded any more")
      if let wave { answer.actions += offer(.rollback, wave) }
    case .rolledBack(let scope):
      answer.rule = "after a rollback the run is held: a person decides"
      answer.facts += quarantined
      answer.actions = goingOn("does the \(scope) again") + offer(.rollback, .run, "takes everything back")
    case .evidence:
      answer.facts += evidence + quarantined + kept
      answer.rule = "evidence stopped the run: a person looks at it and decides"
      answer.actions = goingOn(state.resumeWords)
      if let wave { answer.actions += waysOut(of: wave) }
    case .nobodyLive:
      answer.rule = "a wave in which nobody is live has passed nothing: a person decides"
      answer.actions = goingOn("goes on all the same")
    case .blocked(let step):
      answer.rule = "an undo that cannot be done is never called done: a person decides"
      if let target = state.settledUndo(step) {
        answer.rule = "after a blocked undo nothing goes on by itself: a person says so"
        answer.actions = goingOn("goes on") + offer(.retry, .target(target), "does the target again first")
      } else if let place = state.index.place(step) {
        answer.actions =
          offer(.retry, place) + offer(.resolve, place, "when you undid it by hand", as: .succeeded)
      }
      if answer.actions.isEmpty {
        answer.rule = "nothing goes back over a step that cannot be taken back: a person decides"
        answer.actions = goingOn("goes on, forward")
      }
    }
    answer.actions += offer(.abort, .run, "leaves things as they are")
    if state.rollback == nil { answer.facts += watchers }
    if !isExecuted { answer.actions.append("sanderling run \(run)   # since nobody executes the run") }
    return answer
  }

  private var quarantined: [String] {
    let out = state.quarantined.map { path(.target($0)) }
    return out.isEmpty ? [] : ["quarantined: \(Words.first(4, of: out))"]
  }

  /// What a person left as it is, which no evidence takes back.
  private var kept: [String] {
    let kept = state.keptTargets(in: .run).map { path(.target($0)) }
    return kept.isEmpty ? [] : ["kept      \(Words.first(4, of: kept)), as a person said: only a person takes it back"]
  }

  var paused: Answer {
    let pause = history.last {
      if case .commandReceived(let command) = $0.event.kind { command.name == .pause } else { false }
    }
    let who = pause?.detail.actor.map { " by \(Sanitize.line($0))" } ?? ""
    let why = (pause?.detail.reason ?? pause?.event.reason).map { ": \(Sanitize.line($0))" } ?? ""
    let when = since { $0.kind == .runPaused }
    var answer = Answer(mark: .held, headline: "paused\(when)\(who)\(why)", about: .run)
    answer.facts = units + deadlines + watchers
    answer.rule = "a paused run starts nothing new; what is at work goes on to its end"
    answer.actions = goingOn() + (isExecuted ? [] : ["sanderling run \(run)"])
    return answer
  }

  private var stopped: Answer {
    var answer = Answer(mark: .inDoubt, headline: "stopped: nobody executes the run", about: .run)
    let open = state.units.count(where: \.hasOpenRequest)
    if open > 0 {
      answer.facts.append("\(Words.count(open, "request")) without an answer: in doubt until an executor looks")
    }
    if let wait = state.waits.first(where: { $0.kind != .executor }) {
      answer.facts.append("it would wait for: \(Sanitize.line(wait.reason))\(until(wait.until))")
    }
    answer.facts += WaitingRows.rows(state, time: time, now: now)
    answer.rule = "no process has to live while a run waits; nothing is lost"
    answer.actions = ["sanderling run \(run)"]
    return answer
  }

  /// What goes on by itself, one target a row.
  private var units: [String] {
    let going = state.units.filter { !$0.needsPerson }
    var rows = going.prefix(4).map { unit in
      let name = path(.step(unit.address))
      if !unit.hasOpenRequest { return "begun: \(name), \(condition(of: unit))" }
      return isExecuted ? "at work: \(name)" : "asked: \(name), and the executor is gone"
    }
    if going.count > 4 { rows.append("and \(going.count - 4) more") }
    return rows
  }

  /// An answer with the receivers of notices in it that could not be told: nobody waits for what they never heard of.
  func withNotices(_ answer: Answer) -> Answer {
    var answer = answer
    for notice in beside.notices.prefix(4) {
      answer.facts.append(
        "notice    \(Sanitize.line(notice.operation)) was not told, \(time.moment(notice.at, from: now)): "
          + Sanitize.line(notice.reason))
    }
    if !beside.notices.isEmpty { answer.actions.append("sanderling history \(run) --events --type notice_failed") }
    return answer
  }

  /// Why a phase or a stage stands as it does.
  func aboutPart(_ place: Place, stages: [Int]) -> Answer {
    let name = path(place)
    let statuses = stages.flatMap { stage in
      plan.stages[stage].waves.flatMap(\.targets).map { state.stages[stage].status[Int($0)] }
    }
    let done = statuses.count { $0 == .done }
    let facts = ["\(done) of \(Words.count(statuses.count, "target")) done"]
    if let first = stages.first, let last = stages.last {
      if state.stage < first {
        var answer = Answer(mark: .waiting, headline: "\(name) has not begun", facts: facts, about: place)
        answer.facts.append("closed    \(path(.wave(stage: state.stage, wave: state.wave))) comes first")
        if let date = plan.stages[first].waves.first?.earliest {
          answer.facts.append("planned   \(Words.day(date)) at the earliest")
        }
        answer.actions = ["sanderling why \(run)"]
        return answer
      }
      if state.stage > last { return Answer(mark: .done, headline: "\(name) is over", facts: facts, about: place) }
    }
    var answer = aboutRun
    answer.facts = facts + answer.facts
    return answer
  }
}
