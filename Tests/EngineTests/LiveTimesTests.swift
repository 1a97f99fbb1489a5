import Quantities
import Testing

@testable import Engine

@Suite("The times since which targets are live")
struct LiveTimesTests {
  @Test("have the earliest of those that stay, and nothing of those that left, in whichever order", arguments: 0..<200)
  func leaving(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    // Few instants, so that many enter at the same one.
    var inside: [Instant] = []
    var times = LiveTimes()
    for _ in 0..<60 {
      if inside.isEmpty || random.next() % 5 < 3 {
        let since = Instant(milliseconds: Int64(random.next() % 7))
        times.enter(since)
        inside.append(since)
      } else {
        times.leave(inside.remove(at: Int(random.next() % UInt64(inside.count))))
      }
      #expect(times.earliest == inside.min())
      var fresh = LiveTimes()
      for since in inside.shuffled(using: &random) { fresh.enter(since) }
      #expect(times == fresh)
    }
  }
}
