import Engine
import History
import Plans
import Quantities

extension Asker {
  /// Why a wave stands as it does.
  func aboutWave(_ stage: Int, _ wave: Int) -> Answer {
    let place = Place.wave(stage: stage, wave: wave)
    let statuses = plan.stages[stage].waves[wave].targets.map { state.stages[stage].status[Int($0)] }
    let done = "\(statuses.count { $0 == .done }) of \(Words.count(statuses.count, "target")) done"
    let name = path(place)
    if (stage, wave) < (state.stage, state.wave) {
      let failed = statuses.count { $0 == .failed }
      let facts = [done] + (failed > 0 ? ["\(failed) failed, within the budget"] : [])
      return Answer(mark: failed > 0 ? .failed : .done, headline: "\(name) is finished", facts: facts, about: place)
    }
    guard (stage, wave) == (state.stage, state.wave), state.waveState != .notStarted else {
      return notStarted(stage, wave)
    }
    var answer = Answer(mark: word.mark, headline: "", facts: [done], about: place)
    switch state.waveState {
    case .baking(let end):
      answer.headline = "waiting: \(name) bakes\(until(end))"
      let wait = state.waits.first { $0.kind == .bake }
      answer.facts += [wait.map { Sanitize.line($0.reason) }].compactMap { $0 } + deadlines + evidence
      answer.rule = "a wave bakes for \(plan.stages[stage].bake.spoken) before the next one starts"
      answer.actions = [isExecuted ? "wait; it goes on by itself" : "sanderling run \(run)"]
      // Nobody knows when the evidence comes, or whether it does.
      if let missing = state.missingOfBake {
        answer.headline = "waiting: \(name) bakes until it has \(missing)"
        if isExecuted { answer.actions = ["wait for \(missing)"] }
        answer.actions += waysOut(of: place)
      }
    case .gating:
      let wait = state.waits.first { $0.kind == .gate }
      answer.headline = "waiting: \(wait.map { Sanitize.line($0.reason) } ?? "the gate"), \(name)\(until(wait?.until))"
      answer.facts += deadlines + evidence
      answer.rule =
        "the next wave starts when the gate has held for \(plan.stages[stage].gate?.hold.spoken ?? "its time")"
      answer.actions = [isExecuted ? "wait; it goes on by itself" : "sanderling run \(run)"]
      if !state.isGateHolding {
        if isExecuted { answer.actions = ["wait for what it asks"] }
        answer.actions += waysOut(of: place)
      }
    case .baked: answer.headline = "\(name) has baked"
    default:
      answer.headline = "\(word.words): \(name)"
      let counts = WaveCounts(state)
      answer.facts.append("\(counts.running) running, \(counts.inDoubt) in doubt, \(counts.failed) failed")
      if let late = state.lateUnit(at: now) {
        answer.facts.append("\(path(.step(late.address))) takes longer than usual: \((now - late.since).spoken)")
      } else if let end = state.expectedEnd(at: now) {
        answer.facts.append("over about \(time.moment(end, from: now))")
      }
      answer.facts += WaitingRows.rows(state, time: time, now: now) + evidence
      for unit in state.units.prefix(6) { answer.facts.append("\(path(.step(unit.address))): \(condition(of: unit))") }
      if let stop { answer.actions = [stop.action] }
    }
    if state.isAborting || state.isDraining { answer.actions = cancels + answer.actions }
    if let stop { answer.facts.append("closed    \(stop.words)") }
    return answer
  }

  /// Which conditions are closed for a wave that has not begun, and when they open.
  private func notStarted(_ stage: Int, _ wave: Int) -> Answer {
    let name = path(.wave(stage: stage, wave: wave))
    var answer = Answer(
      mark: .waiting, headline: "waiting: \(name) has not begun", about: .wave(stage: stage, wave: wave))
    answer.facts = conditions(stage, wave)
    answer.rule =
      "a wave starts when nothing stops the run, the earlier wave is finished, start and pace let it, and one of its "
      + "targets may begin"
    answer.actions = patience
    if (stage, wave) == (state.stage, state.wave), let gate = state.renewedGate, stop == nil {
      answer.facts += deadlines
      if !state.isGateHolding { answer.actions = ["wait for what the gate asks"] + waysOut(of: gate) }
    }
    return answer
  }

  private func conditions(_ stage: Int, _ wave: Int) -> [String] {
    var rows: [String] = []
    if let stop { rows.append("closed    \(stop.words)") } else { rows.append("open      nothing stops the run") }
    let current = (state.stage, state.wave)
    if (stage, wave) > current, state.stage < plan.stages.count {
      var words = path(.wave(stage: state.stage, wave: state.wave))
      if case .baking(let end) = state.waveState { words += " bakes\(until(end))" } else { words += " is not finished" }
      rows.append("closed    \(words)")
    } else {
      rows.append("open      the waves before it are finished")
    }
    if (stage, wave) == current { rows += approvals }
    if let gate = state.renewedGate {
      rows.append("closed    the gate of \(path(gate)) is measured again: its pass is too old")
      rows += evidence
    }
    if (stage, wave) == current, let start = state.waveStartsAt {
      let why = plan.stages[stage].pace.map { "the pace of \($0.words) is used up" } ?? "the stage starts later"
      rows.append("closed    \(why)\(until(start))")
    } else if wave == 0, let start = plan.stages[stage].notBefore, start > now {
      rows.append("closed    the stage starts later\(until(start))")
    } else if let pace = plan.stages[stage].pace {
      rows.append("open      pace is \(pace.words)")
    }
    if (stage, wave) == current {
      rows += WaitingRows.rows(state, time: time, now: now)
      let reading = state.waits.first { $0.kind == .watch }
      rows += [reading.map { "closed    \(Sanitize.line($0.reason))" }].compactMap { $0 }
    }
    if let date = plan.stages[stage].waves[wave].earliest {
      rows.append("planned   \(Words.day(date)) at the earliest")
    }
    return rows
  }

  /// Why a target that nobody works on stands as it does.
  func aboutTarget(_ key: TargetKey) -> Answer {
    let place = Place.target(key)
    let name = path(place)
    var answer = Answer(mark: .waiting, headline: "", about: place)
    switch state.stages[key.stage].status[Int(key.row)] {
    case .done where state.rollback?.queue.contains(key) ?? false:
      (answer.mark, answer.headline) = (.undone, "waiting: \(name) is taken back in the rollback that goes on")
      answer.rule = "the newest goes back first, and so many at once as the rollback may"
      answer.actions = [isExecuted ? "wait; it goes back by itself" : "sanderling run \(run)"]
      answer.actions += offer(.skip, place, "leaves it as it is")
    case .done:
      (answer.mark, answer.headline) = (.done, "\(name) is done\(since { $0.subject == place || inside($0, key) })")
    case .failed:
      (answer.mark, answer.headline) = (
        .failed, "\(name) failed\(since { $0.kind == .targetFailed && $0.subject == place })"
      )
      answer.rule = "a failed target is undone alone; its wave goes on while the budget lasts"
      answer.facts = kept(key)
      answer.actions = offer(.retry, place) + offer(.skip, place)
      if answer.actions.allSatisfy({ !$0.contains("sanderling retry") }) { answer.actions = repair + answer.actions }
    case .undone:
      (answer.mark, answer.headline) = (.undone, "\(name) was undone")
      answer.rule = "what was undone is done again after `resume`"
      answer.actions = goingOn("does it again") + offer(.skip, place)
    case .quarantined:
      (answer.mark, answer.headline) = (.undone, "\(name) is quarantined: evidence took it back twice")
      answer.rule = "a target is rolled back automatically once per run, then only a person lets it in again"
      answer.actions = offer(.retry, place) + offer(.skip, place)
    case .skipped: (answer.mark, answer.headline) = (.skipped, "\(name) was skipped")
    case .running, .waiting: waiting(key, &answer)
    }
    return answer
  }

  /// The steps of a failed target that stay as they are, who left them so, and why: `stays one, as dana said: sold`.
  private func kept(_ key: TargetKey) -> [String] {
    let steps = state.standingSteps(of: key).map { Sanitize.line(plan.stages[key.stage].steps[$0].id) }
    guard !steps.isEmpty else { return [] }
    let said = history.last { $0.event.kind == .targetKept && $0.event.subject == .target(key) }
    let who = said.map { ", as \($0.detail.actor.map { Sanitize.line($0) } ?? "a person") said" } ?? ""
    let why = said?.detail.reason.map { ": \(Sanitize.line($0))" } ?? ""
    return ["stays     \(Words.first(4, of: steps))\(who)\(why)"]
  }

  /// The approval that the current wave, or what has yet to begin of it, still needs.
  private var approvals: [String] {
    guard let missing = state.missingApproval else { return [] }
    let able = state.able(to: missing.rule, at: missing.place).map { Sanitize.line(plan.people[$0].name) }
    return [
      "closed    \(path(missing.place)) has \(missing.have) of \(missing.rule.words)"
        + (able.isEmpty ? "; nobody can give one" : "; \(able.joined(separator: ", ")) can")
    ]
  }

  /// Whether an event is about a step of a target.
  func inside(_ event: Event, _ key: TargetKey) -> Bool {
    if case .step(let address) = event.subject { address.target == key } else { false }
  }

  /// An approval that runs out before the target may begin: it does not begin by itself.
  private func approvalEnd(_ key: TargetKey) -> [String] {
    guard case .closed(_, let reopens) = state.startVerdict(of: key),
      let end = state.nextApprovalEnd(of: key.stage), reopens.map({ end.at <= $0 }) ?? true
    else { return [] }
    return ["closed    \(path(end.place)) is approved until \(time.moment(end.at, from: now)), and is asked again then"]
  }

  /// Whether calendar and caps let a target start, and until when; nothing where they always do. All that is closed is
  /// said: what opens first may not be the last.
  private func calendar(_ key: TargetKey) -> [String] {
    let verdict = state.startVerdict(of: key)
    if case .open(let until?) = verdict { return ["open      its window, until \(time.moment(until, from: now))"] }
    let closures = state.startClosures(of: key)
    var rows = closures.map { closure in
      let words = "closed    \(Sanitize.line(closure.reason.words))"
      guard let until = closure.until else { return "\(words); it does not open within 400 days" }
      return "\(words); \(closure.reason.isFreeze ? "until" : "opens") \(time.moment(until, from: now))"
    }
    if closures.count > 1, case .closed(_, let reopens?) = verdict {
      rows.append("earliest  \(time.moment(reopens, from: now))")
    }
    return rows
  }

  private func caps(_ key: TargetKey) -> [String] {
    state.capClosures(of: key).map { cap in
      "closed    \(Sanitize.line(cap.cause.words)); until \(time.moment(cap.reopens, from: now))"
    }
  }

  /// The targets that use slots up, the held ones first: they do so until somebody releases them.
  private var slotHolders: [String] {
    let keys = state.units.map(\.key)
    return keys.filter(state.heldTargets.contains).map { "\(path(.target($0))), which a person holds" }
      + keys.filter { !state.heldTargets.contains($0) }.map { path(.target($0)) }
  }

  /// Which conditions are closed for a target that waits.
  private func waiting(_ key: TargetKey, _ answer: inout Answer) {
    let name = path(.target(key))
    let wave = state.index.wave(of: key)
    answer.headline = "waiting: \(name) has not begun"
    answer.actions = patience
    answer.rule = "a target starts in its wave, when a slot is free and the budgets could lose one target more"
    if state.heldTargets.contains(key) {
      answer.mark = .held
      answer.facts.append("closed    \(holder(of: key))")
      answer.actions = offer(.release, .target(key))
    }
    guard (key.stage, wave) == (state.stage, state.wave), state.waveState == .running else {
      answer.facts += conditions(key.stage, wave)
      if (key.stage, wave) == (state.stage, state.wave), state.waveState == .notStarted {
        answer.facts += calendar(key) + caps(key)
      }
      return
    }
    if let stop { answer.facts.append("closed    \(stop.words)") }
    answer.facts += approvals + calendar(key) + caps(key) + approvalEnd(key)
    let busy = state.units.count
    answer.facts.append(
      "\(busy < state.slots ? "open  " : "closed")    \(busy) of \(Words.count(state.slots, "slot")) used"
        + (busy < state.slots ? "" : " by \(Words.first(3, of: slotHolders))"))
    for limit in plan.stages[key.stage].tolerateByAttribute where plan.stages[key.stage].isStrict {
      guard let value = state.attribute(limit.attribute, of: key) else { continue }
      let failed = state.failures.attributes["\(limit.attribute)=\(value)", default: 0]
      let running = state.units.count { state.attribute(limit.attribute, of: $0.key) == value }
      let isOpen = failed + running <= limit.limit
      let words =
        "\(Sanitize.line(limit.attribute)) \(Sanitize.line(value)): \(failed) failed and \(running) at work, "
        + "`tolerate` is \(limit.limit)"
      answer.facts.append("\(isOpen ? "open  " : "closed")    \(words)")
    }
    let targets = plan.stages[key.stage].waves[wave].targets
    let before = targets.prefix { $0 != key.row }.count { state.stages[key.stage].status[Int($0)] == .waiting }
    if before > 0 { answer.facts.append("\(Words.count(before, "target")) of the wave come before it") }
  }
}

extension StartVerdict.Reason {
  fileprivate var isFreeze: Bool { if case .freeze = self { true } else { false } }
}
