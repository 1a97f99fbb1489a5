import Engine
import History
import Plans
import Quantities

extension Asker {
  /// Why a step stands as it does.
  func aboutStep(_ address: StepAddress) -> Answer {
    let name = path(.step(address))
    guard let unit = state.unit(address.target) else {
      var answer = aboutTarget(address.target)
      if state.stages[address.target.stage].status[Int(address.target.row)] == .done {
        answer.headline = "\(name) is done"
      }
      answer.about = .step(address)
      return answer
    }
    if unit.step == address.step { return aboutUnit(unit) }
    let current = path(.step(unit.address))
    let isPast = (address.step < unit.step) == (unit.verb == .apply)
    if unit.verb == .undo {
      let words = isPast ? "\(name) was taken back, or never began" : "\(name) is to be taken back later"
      return Answer(mark: .undone, headline: words, facts: ["the undo is at \(current)"], about: .step(address))
    }
    return isPast
      ? Answer(mark: .done, headline: "\(name) is done", facts: ["the target is at \(current)"], about: .step(address))
      : Answer(
        mark: .waiting, headline: "waiting: \(name) has not begun", facts: ["closed    the target is at \(current)"],
        actions: ["sanderling why \(run) \(current)"], about: .step(address))
  }

  /// Why a target that is being worked on stands as it does.
  func aboutUnit(_ unit: Unit) -> Answer {
    let place = Place.step(unit.address)
    let name = path(place)
    let undo = unit.verb == .undo ? "the undo of " : ""
    let when = " since \(time.day(unit.since).drop { $0 == " " })"
    var answer = Answer(mark: unit.mark, headline: "\(undo)\(name)", about: place)
    switch unit.condition {
    case .parked(let rule):
      answer.headline = "held\(when): \(undo)\(name) is in doubt"
      answer.mark = .held
      answer.rule = Sanitize.line(rule)
      answer.actions = ["look whether it happened, then one of"] + resolutions(place)
    case .manual:
      answer.headline = "waiting\(when): a person does \(undo)\(name)"
      answer.rule = "a manual step is done by a person, who says so"
      if let instruction = instruction(for: unit) { answer.facts = ["instruction  \(instruction)"] }
      answer.actions = ["do it, then one of"] + resolutions(place, outputs: manualOutputs(unit))
    case .blocked:
      answer.headline = "held\(when): \(undo)\(name) failed for good\(lastFailure(of: unit))"
      answer.rule = "an undo that cannot be done is never called done: a person decides"
      answer.actions = [
        offer(.retry, place), offer(.resolve, place, "when you undid it by hand", as: .succeeded), offer(.skip, place),
      ].flatMap { $0 }
    case .failed(let failure):
      answer.headline = "\(undo)\(name) failed\(when): \(Sanitize.line(failure.reason))"
      answer.rule = "a permanent failure fails the target; a transient one is tried again while attempts are left"
    case .waiting(let end):
      answer.headline = "waiting: \(undo)\(name) tries again\(until(end))"
      answer.facts = ["attempt \(unit.attempt) failed\(lastFailure(of: unit)); \(attempts(unit))"]
      answer.rule = "a transient error is tried again, with a longer wait each time"
      answer.actions =
        [isExecuted ? "wait; it tries again by itself" : "sanderling run \(run)"] + offer(.retry, place, "does it now")
    case .running, .probing, .inDoubt, .probed, .settling: working(unit, &answer, when)
    case .ready:
      let isHeld = state.heldTargets.contains(unit.key)
      answer.headline =
        isHeld ? "held: \(name) is next, and its target is \(holder(of: unit.key))" : "\(undo)\(name) is next"
      answer.mark = isHeld ? .held : .waiting
      if isHeld {
        answer.actions = offer(.release, .target(unit.key))
      } else if let stop, unit.verb == .apply || state.outcome != nil {
        answer.facts = ["closed    \(stop.words)"]
        answer.actions = [stop.action]
      }
    }
    if state.heldTargets.contains(unit.key), unit.condition != .ready {
      answer.facts.append("\(holder(of: unit.key)); nothing follows this step until it is released")
      answer.actions += offer(.release, .target(unit.key))
    }
    if !isExecuted, answer.actions.allSatisfy({ !$0.hasPrefix("sanderling run") }) {
      answer.facts.append("nobody executes the run: after that, sanderling run \(run)")
    }
    return answer
  }

  /// A provider is at work, or it is being found out what it did.
  private func working(_ unit: Unit, _ answer: inout Answer, _ when: String) {
    let name = answer.headline
    answer.actions = [isExecuted ? "wait; it goes on by itself" : "sanderling run \(run)"]
    switch unit.condition {
    case .running(let deadline):
      answer.headline = isExecuted ? "running\(when): \(name)" : "in doubt: \(name) was asked, and the executor is gone"
      answer.facts = ["attempt \(unit.attempt), \(attempts(unit)); the answer is due\(until(deadline))"]
      answer.facts += work(unit.address)
      if let usual = state.usualWords(of: unit) { answer.facts.append("\(usual), by the targets before") }
      if isExecuted { answer.actions += offer(.cancel, .step(unit.address), "ends this attempt") }
      answer.rule = "without an answer by then the step is in doubt, and is settled before anything else happens to it"
    case .probing(let deadline, let looks):
      answer.headline = "in doubt: looking whether \(name) happened"
      answer.facts = ["look \(looks)\(until(deadline))"]
      answer.rule = "a doubt is settled by the probe first"
    case .settling(let end):
      answer.headline = "in doubt: \(name) is looked at again\(until(end))"
      answer.rule = "`not applied` counts only when it still holds after the settle time"
    case .inDoubt(let cause, _):
      answer.headline = "in doubt\(when): \(name), \(cause.words)"
      answer.rule = "a doubt is settled by a probe if there is one, else by the declared idempotency"
    case .probed(let found, _):
      answer.headline = "in doubt: the probe of \(name) says \(found.words)"
      answer.rule = "the answer of a probe settles the doubt"
    default: break
    }
  }

  /// Who works at a step, and what it printed last.
  private func work(_ address: StepAddress) -> [String] {
    guard let work = beside.work[address] else { return [] }
    let processes = work.processes.map(String.init).joined(separator: ", ")
    return (processes.isEmpty ? [] : ["process \(processes)"])
      + (work.line.map { ["printed   \(Sanitize.line($0))"] } ?? [])
  }

  private func attempts(_ unit: Unit) -> String {
    let most = plan.stages[unit.key.stage].steps[unit.step].attempts
    return "\(unit.tries) of \(Words.count(most, "try", "tries")) used"
  }

  private func resolutions(_ place: Place, outputs: [String] = []) -> [String] {
    let given = outputs.map { " --output \($0)=…" }.joined()
    return offer(.resolve, place, as: .succeeded, options: "  \(given)")
      + offer(.resolve, place, as: .notApplied) + offer(.resolve, place, as: .failed, options: "     ")
  }

  /// What the person who does a step was told.
  private func instruction(for unit: Unit) -> String? {
    let told = history.last { record in
      guard case .awaitsPerson = record.event.kind else { return false }
      return record.event.subject == .step(unit.address)
    }
    return told?.detail.log.map(Sanitize.line)
  }

  /// The outputs that a manual step asks for.
  private func manualOutputs(_ unit: Unit) -> [String] {
    let step = plan.stages[unit.key.stage].steps[unit.step]
    guard unit.verb == .apply, case .success(let arguments) = state.arguments(of: step.call.arguments, for: unit.key)
    else { return [] }
    return (arguments["outputs"]?.members ?? []).map(\.key)
  }

  /// What is the matter with a unit, in a few words.
  func condition(of unit: Unit) -> String {
    switch unit.condition {
    case .ready: "next"
    case .running(let deadline):
      "running, \(state.usualWords(of: unit).map { "\($0), " } ?? "")answer due\(until(deadline))"
    case .failed(let failure): "failed: \(Sanitize.line(failure.reason))"
    case .waiting(let end): "tries again\(until(end))"
    case .parked, .manual, .blocked: "needs you"
    default: "in doubt"
    }
  }
}
