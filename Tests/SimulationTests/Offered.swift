import History
import Quantities
import Records

@testable import Engine
@testable import Looping
@testable import Plans
@testable import Screens

/// A command as `why` offers it, read back.
struct Offered {
  var name: OperatorCommand.Name
  var place = Place.run
  var settlement: Settlement?
  /// Whether it speaks of the amendment that waits.
  var isOfAmendment: Bool

  /// `nil` for what is no command to a run.
  init?(_ action: String, in state: RunState) {
    let words = action.split(separator: " ").map(String.init)
    guard words.first == "sanderling", words.count > 1, let name = OperatorCommand.Name(rawValue: words[1]) else {
      return nil
    }
    self.name = name
    isOfAmendment = words.contains("--amendment")
    // Without a path it is about what is asked next.
    if isOfAmendment, let missing = state.missingAmendmentApproval { place = missing.place }
    for (position, word) in words.enumerated().dropFirst(2).prefix(while: { $0.element != "--run" }) {
      if word == "--as", words.indices.contains(position + 1) {
        settlement = Settlement.allCases.first { $0.words == words[position + 1] }
      } else if position == 2, let found = state.index.place(word) {
        place = found
      }
    }
  }

  /// Whether the run would take it now, of anybody who may give it.
  func isTaken(by state: RunState) -> Bool {
    if name == .amend { return state.outcome == nil && state.rollback == nil && !state.isAborting }
    let persons: [Int?] = name.isOfPersons ? state.plan.people.indices.map { $0 } : [nil]
    return persons.contains { person in
      var command = OperatorCommand(
        name: name, id: "offered", settlement: settlement, reason: "because", person: person)
      command.auth = "os"
      if name == .emergency { command.until = state.now + .minute }
      if isOfAmendment { command.amendment = state.amendment?.plan }
      var machine = Machine(state)
      let seq = state.lastSequence + 1
      machine.fold(Event(.commandReceived(command), subject: place, at: state.now), sequence: seq)
      guard let decisions = try? machine.decide(from: seq + 1) else { return false }
      return !decisions.events.contains {
        if case .commandRefused = $0.kind { $0.cause == seq } else { false }
      }
    }
  }
}

extension Simulation {
  /// E11: `why` says something true of every run, all that it offers is taken, and it offers something while nothing
  /// moves by itself.
  func judgeOffers() -> [String] {
    let state = reader
    let history = entries().compactMap { entry -> HistoryRecord? in
      (try? Recovery.event(entry, index: state.index)).map { (entry.seq, $0, .none) }
    }
    let asker = Asker(
      state: state, run: run.name, history: history, now: wall, isExecuted: loop != nil,
      time: LocalTime(offset: { _ in 0 }, zone: "UTC"))
    var (faults, offers): ([String], Int) = ([], 0)
    for place in [.run] + state.units.map({ Place.step($0.address) }) {
      let answer = asker.answer(place)
      let path = state.index.path(of: place)
      if answer.headline.isEmpty { faults.append("E11 why says nothing of `\(path)`") }
      for action in answer.actions {
        guard let offered = Offered(action, in: state) else { continue }
        offers += 1
        if !offered.isTaken(by: state) { faults.append("E11 `\(action)` is offered for `\(path)`, and refused") }
      }
    }
    let moves = state.units.contains(where: \.hasOpenRequest) || state.nextDue != nil || state.nextSampleDue != nil
    if state.outcome == nil, !moves, loop?.isAwake == false, offers == 0 {
      faults.append("E11 nothing moves, and why offers nothing: \(asker.answer(.run).headline)")
    }
    return faults
  }
}
