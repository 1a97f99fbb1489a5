import Engine
import History
import Plans
import Quantities

extension Asker {
  /// A command to this run with a reason to fill in, ready to be copied, where the run would take it now; nothing where
  /// it would be refused.
  ///
  /// - Parameters:
  ///   - name: the command.
  ///   - place: what it is about; a command to the run names none.
  ///   - note: what it does, behind a `#`.
  ///   - settlement: for `resolve`, how.
  ///   - options: further options as they are written.
  /// - Returns: one line, or none.
  /// - Complexity: one turn of the engine on a copy.
  func offer(
    _ name: OperatorCommand.Name, _ place: Place = .run, _ note: String = "", as settlement: Settlement? = nil,
    options: String = ""
  ) -> [String] {
    let asked = OperatorCommand(name: name, id: "why", settlement: settlement)
    guard isAccepted(asked, at: place) else { return [] }
    var words = name.rawValue
    if place != .run { words += " \(path(place))" }
    if let settlement { words += " --as \(settlement.words)" }
    return [command(words + options) + (note.isEmpty ? "" : "   # \(note)")]
  }

  /// An answer to the amendment that is proposed, where it would be taken.
  func offerAmendment(_ name: OperatorCommand.Name, at place: Place) -> [String] {
    let asked = OperatorCommand(name: name, id: "why", amendment: state.amendment?.plan)
    return isAccepted(asked, at: place) ? [command("\(name.rawValue) --amendment")] : []
  }

  /// A changed runbook in the middle of the run: what it asks of a wave can be made less, or something else.
  func offerRunbook(_ note: String) -> [String] {
    guard state.outcome == nil, state.rollback == nil, !state.isAborting else { return [] }
    return ["\(command("amend RUNBOOK"))   # \(note)"]
  }

  /// What lets a run go on that a person paused or has to answer: `resume`, or what has to be answered before it.
  ///
  /// - Parameter note: what `resume` does.
  /// - Returns: `resume`, or the commands before it and then that.
  func goingOn(_ note: String = "") -> [String] {
    let resume = offer(.resume, .run, note)
    guard resume.isEmpty else { return resume }
    var before: [String] = []
    if let unit = state.units.first(where: { $0.condition == .blocked }) {
      before = offer(.retry, .step(unit.address)) + offer(.resolve, .step(unit.address), as: .succeeded)
    } else if state.exhaustedBudget != nil {
      before = first(of: failedTargets, .retry) + first(of: failedTargets, .skip)
    } else if let out = state.quarantined.first {
      before = offer(.retry, .target(out)) + offer(.skip, .target(out))
    }
    return before.isEmpty ? [] : before + ["after that: \(command("resume"))"]
  }

  /// A command about the first of some places that would take it.
  private func first(of places: [Place], _ name: OperatorCommand.Name) -> [String] {
    places.lazy.map { offer(name, $0) }.first { !$0.isEmpty } ?? []
  }

  /// What failed and was taken back alone, in the order of the plan.
  var failedTargets: [Place] { state.failedTargets.map { .target($0) } }

  /// What persons may do about a wave whose evidence does not come.
  func waysOut(of wave: Place) -> [String] {
    let forced = plan.people.count > 1 ? offer(.force, wave, "by two persons, against its evidence") : []
    return forced + offer(.rollback, wave) + offerRunbook("asks something else of the wave")
  }

  /// What ends what a provider is at work at, one command each.
  var cancels: [String] {
    guard isExecuted else { return [] }
    return state.units.filter(\.hasOpenRequest).prefix(4).flatMap {
      offer(.cancel, .step($0.address), "ends it now; what came of it is in doubt then")
    }
  }

  /// What does again what failed, and nothing else: in a run of its own, which begins when this one is over. What
  /// stands of it is taken back first.
  var repair: [String] {
    guard let command = beside.repair else { return [] }
    guard state.outcome != nil else { return ["once \(run) is over: \(command)"] }
    let standing = state.failedTargets.first { !state.standingSteps(of: $0).isEmpty }
    return (standing.map { offer(.rollback, .target($0), "takes back what stands of it, first") } ?? [])
      + ["\(command)   # does again what failed or was skipped"]
  }

  /// What to do about something that has not begun and begins by itself, unless something stops the run or asks for
  /// somebody.
  var patience: [String] {
    if let stop { return [stop.action] }
    let isAsked =
      state.missingApproval != nil || state.missingOfBake != nil || state.units.contains(where: \.needsPerson)
      || (state.isGateMeasured && !state.isGateHolding)
    return isAsked ? ["sanderling why \(run)"] : ["wait; it starts by itself"]
  }

  /// Whether the run, as it is, would take a command; one that only persons of the plan may give, of any of them.
  private func isAccepted(_ command: OperatorCommand, at place: Place) -> Bool {
    let persons: [Int?] = command.name.isOfPersons ? plan.people.indices.map { $0 } : [nil]
    return persons.contains { person in
      var command = command
      (command.person, command.auth) = (person, "os")
      if command.name == .emergency { command.until = state.now + .hour }
      var machine = Machine(state)
      let sequence = state.lastSequence + 1
      machine.fold(Event(.commandReceived(command), subject: place, at: state.now), sequence: sequence)
      guard let decisions = try? machine.decide(from: sequence + 1) else { return false }
      return !decisions.events.contains { event in
        if case .commandRefused = event.kind { event.cause == sequence } else { false }
      }
    }
  }
}
