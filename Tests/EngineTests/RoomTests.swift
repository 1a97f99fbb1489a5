import Plans
import Quantities
import Testing

@testable import Engine

@Suite("Room for requests")
struct RoomTests {
  @Test("bounds how many are open, and what waits for it goes on when one is answered", arguments: [1, 2, 4])
  func bounded(room: Int) throws {
    let steps = [Make.step("a"), Make.step("b")]
    let stage = Make.stage(steps: steps, waves: [[0, 1, 2, 3, 4, 5]], tolerate: 6, concurrency: 5)
    var machine = Machine(Make.plan([stage]))
    machine.room = room
    var sequence: Int64 = 0
    func fold(_ kind: Event.Kind, _ subject: Place = .run) {
      sequence += 1
      machine.fold(Event(kind, subject: subject, at: Make.start), sequence: sequence)
    }
    fold(.runCreated(nonce: "n"))
    fold(.executorStarted(epoch: 1))
    var open: [Request] = []
    var answered: [String] = []
    repeat {
      let decisions = try machine.decide(from: sequence + 1)
      sequence += Int64(decisions.made.count)
      open += decisions.effects.map(\.request)
      #expect(open.count <= room)
      // As many as there is room for, as long as there is enough to do.
      if answered.count + room <= 5 { #expect(open.count == room) }
      guard let request = open.popLast() else { break }
      answered.append(request.path)
      fold(.succeeded(request.verb, attempt: request.attempt, outputs: [:]), .step(request.address))
    } while machine.state.outcome == nil
    #expect(machine.state.outcome == .done)
    #expect(Set(answered).count == 12 && answered.count == 12)
  }

  @Test("bounds what is taken back and what is looked for, too", arguments: [Verb.apply, .undo])
  func others(verb: Verb) throws {
    let stage = Make.stage(
      steps: [Make.step("a", probe: true)], waves: [[0, 1, 2, 3, 4, 5]], tolerate: 6, concurrency: 6)
    var machine = Machine(Make.plan([stage]))
    var sequence: Int64 = 0
    func fold(_ kind: Event.Kind, _ subject: Place = .run) {
      sequence += 1
      machine.fold(Event(kind, subject: subject, at: Make.start), sequence: sequence)
    }
    func decide() throws -> [Request] {
      let decisions = try machine.decide(from: sequence + 1)
      sequence += Int64(decisions.made.count)
      return decisions.effects.map(\.request)
    }
    fold(.runCreated(nonce: "n"))
    fold(.executorStarted(epoch: 1))
    let begun = try decide()
    #expect(begun.count == 6)
    machine.room = 2
    for request in begun {
      let place = Place.step(request.address)
      if verb == .apply {
        fold(.inDoubt(.apply, attempt: 1, doubt: Doubt(cause: .noAnswer, reason: "")), place)
      } else {
        fold(.succeeded(.apply, attempt: 1, outputs: [:]), place)
      }
    }
    if verb == .undo {
      var command = OperatorCommand(name: .rollback, id: "c", reason: "because")
      command.person = nil
      fold(.commandReceived(command))
    }
    #expect(try decide().count == 2)
  }
}
