import Plans
import Testing

@testable import Engine

@Suite("A rollback that a person pauses")
struct RollbackPauseTests {
  @Test("goes on to its end, does not say that it waits for that person, and nothing begins after it")
  func pause() {
    let stage = Make.stage(steps: [Make.step("a")], waves: [[0, 1], [2]], concurrency: 2, isStrict: false)
    var bench = Bench(Make.plan([stage]))
    bench.succeedAll(2)
    bench.command(.rollback, "p/s/1")
    #expect(bench.state.rollback != nil)
    bench.command(.pause)
    #expect(bench.refusal == nil && !bench.state.waits.contains { $0.kind == .pause })
    bench.succeedAll()
    #expect(bench.status("p/s/1/t0") == .undone && bench.state.rollback == nil)
    #expect(bench.requests.isEmpty && bench.state.isPaused)
    #expect(bench.state.waits.contains { $0.kind == .pause })
  }
}
