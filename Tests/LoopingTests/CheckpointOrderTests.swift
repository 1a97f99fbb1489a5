@testable import Engine
import Plans
import Quantities
import Testing

@testable import Looping

@Suite("A loop orders a checkpoint")
struct CheckpointOrderTests {
  @Test("for events that there are")
  func types() { #expect(Set(Occasion.types).subtracting(Event.types).isEmpty) }

  @Test("before a step that cannot be undone, and for no other step")
  func irreversible() {
    let intent = { (undo: String) in
      Intent(
        attempt: 1, round: 0, operation: "o", input: Digest(of: []), key: "k", deadline: Instant(milliseconds: 0),
        undo: undo, cursor: nil)
    }
    #expect(Event.Kind.intended(.apply, intent("irreversible")).occasion == .irreversible)
    #expect(Event.Kind.intended(.apply, intent("none")).occasion == nil)
    #expect(Event.Kind.intended(.undo, intent("irreversible")).occasion == nil)
    #expect(Event.Kind.waveStarted(targets: 1).occasion == .wave && Event.Kind.timerDue.occasion == nil)
  }
}
