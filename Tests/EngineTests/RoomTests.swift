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
}
