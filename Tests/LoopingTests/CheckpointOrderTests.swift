import Plans
import Quantities
import Testing

@testable import Engine
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

  @Test("once for all that one commit records, before the first request of a wave")
  func first() throws {
    var bench = try LoopBench()
    var found = bench.checkpoints
    if bench.orders.isEmpty {
      try bench.turn()
      found += bench.checkpoints
    }
    _ = try bench.request()
    #expect(found == [.wave])
  }

  @Test("when entries have come for a quarter of an hour, on the clock that is never set, and not before")
  func time() throws {
    var bench = try LoopBench()
    if bench.orders.isEmpty { try bench.turn() }
    let request = try bench.request()
    let began = bench.time
    for (minutes, occasion) in [(14, nil), (15, Occasion.time), (29, nil), (30, .time)] {
      bench.time = began + Int64(minutes) * 60_000
      bench.wall = minutes == 14 ? 3_600_000 : 0
      try bench.turn(.cursor(request, "\(minutes)", done: nil, total: nil))
      #expect(bench.checkpoints == [occasion].compactMap { $0 }, "\(minutes)")
    }
    // Nothing came, so there is nothing to sign.
    bench.time += 3_600_000
    try bench.turn()
    #expect(bench.recorded.isEmpty == bench.checkpoints.isEmpty)
  }
}
