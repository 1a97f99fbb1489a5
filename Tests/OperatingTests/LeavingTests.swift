import Operating
import Testing

@Suite("What is asked by signals")
struct LeavingTests {
  /// What is answered to signals, each at a number of milliseconds.
  private func answers(_ signals: (Leaving.Signal, Int)...) -> [Leaving.Answer] {
    var leaving = Leaving()
    let start = ContinuousClock.now
    return signals.map { leaving.hear($0.0, at: start + .milliseconds($0.1)) }
  }

  @Test("is to leave, by any of them", arguments: Leaving.Signal.allCases)
  func any(signal: Leaving.Signal) { #expect(answers((signal, 0)) == [.drain]) }

  @Test("is never to hurry by what programs send, however many and in any mixture")
  func programs() {
    for first in [Leaving.Signal.terminate, .hangUp] {
      for second in [Leaving.Signal.terminate, .hangUp] {
        #expect(
          answers((first, 0), (second, 50), (first, 1_500), (second, 60_000)) == [.drain, .nothing, .nothing, .nothing])
      }
    }
  }

  @Test("is to hurry by a second ^C, and two within a second are one")
  func person() {
    #expect(answers((.interrupt, 0), (.interrupt, 1_000)) == [.drain, .abandon])
    #expect(answers((.interrupt, 0), (.interrupt, 999), (.interrupt, 1_001)) == [.drain, .nothing, .abandon])
    #expect(answers((.interrupt, 0), (.terminate, 1_500), (.interrupt, 3_000)) == [.drain, .nothing, .abandon])
  }

  @Test("is said anew to a person whose first ^C comes after a program's signal")
  func both() {
    #expect(answers((.terminate, 0), (.interrupt, 5_000), (.interrupt, 7_000)) == [.drain, .warn, .abandon])
    #expect(answers((.interrupt, 0), (.hangUp, 10)) == [.drain, .nothing])
  }
}
